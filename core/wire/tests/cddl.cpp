#include "core/wire/tests/cddl.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/wire/tests/cddl_parse.hpp"

namespace zerofc::cddl {
namespace {

using Kind = Item::Kind;

constexpr std::array<std::string_view, 5> kPrelude = {"uint", "bstr", "tstr", "bool", "null"};

// ---- bytes and items

void put_head(Bytes& out, unsigned major, std::uint64_t value) {
  const unsigned type = major << 5U;
  unsigned size = 0;
  if (value > 0xffffffff) {
    size = 8;
  } else if (value > 0xffff) {
    size = 4;
  } else if (value > 0xff) {
    size = 2;
  } else if (value > 23) {
    size = 1;
  }
  static constexpr std::array<unsigned, 9> kInfo = {0, 24, 25, 0, 26, 0, 0, 0, 27};
  out.push_back(static_cast<std::uint8_t>(type | (size == 0 ? value : kInfo[size])));
  for (unsigned byte = size; byte-- > 0;) {
    out.push_back(static_cast<std::uint8_t>((value >> (8 * byte)) & 0xffU));
  }
}

void put(Bytes& out, const Item& item) {
  switch (item.kind) {
    case Kind::kUint:
      put_head(out, 0, item.number);
      return;
    case Kind::kBytes:
    case Kind::kText:
      put_head(out, item.kind == Kind::kBytes ? 2 : 3, item.bytes.size());
      out.insert(out.end(), item.bytes.begin(), item.bytes.end());
      return;
    case Kind::kArray:
      put_head(out, 4, item.items.size());
      break;
    case Kind::kMap:
      put_head(out, 5, item.items.size() / 2);
      break;
    case Kind::kFalse:
      out.push_back(0xf4);
      return;
    case Kind::kTrue:
      out.push_back(0xf5);
      return;
    case Kind::kNull:
      out.push_back(0xf6);
      return;
  }
  for (const Item& inner : item.items) put(out, inner);
}

// Unicode's table of well-formed UTF-8 (3-7), as it is printed there.
bool is_well_formed_utf8(const Bytes& text) {
  struct Row {
    std::uint8_t first_low, first_high, second_low, second_high;
    std::size_t size;
  };
  static constexpr std::array<Row, 9> kTable = {{{0x00, 0x7f, 0, 0, 1},
                                                 {0xc2, 0xdf, 0x80, 0xbf, 2},
                                                 {0xe0, 0xe0, 0xa0, 0xbf, 3},
                                                 {0xe1, 0xec, 0x80, 0xbf, 3},
                                                 {0xed, 0xed, 0x80, 0x9f, 3},
                                                 {0xee, 0xef, 0x80, 0xbf, 3},
                                                 {0xf0, 0xf0, 0x90, 0xbf, 4},
                                                 {0xf1, 0xf3, 0x80, 0xbf, 4},
                                                 {0xf4, 0xf4, 0x80, 0x8f, 4}}};
  for (std::size_t at = 0; at < text.size();) {
    const auto* row = std::find_if(kTable.begin(), kTable.end(), [&](const Row& candidate) {
      return text[at] >= candidate.first_low && text[at] <= candidate.first_high;
    });
    if (row == kTable.end() || text.size() - at < row->size) return false;
    for (std::size_t index = 1; index < row->size; ++index) {
      const std::uint8_t low = index == 1 ? row->second_low : 0x80;
      const std::uint8_t high = index == 1 ? row->second_high : 0xbf;
      if (text[at + index] < low || text[at + index] > high) return false;
    }
    at += row->size;
  }
  return true;
}

// One item off the front. What it makes of it is encoded again and compared by decode(), so it
// needn't look for longer forms.
std::optional<Item> take(BytesView& in) {
  if (in.empty()) return std::nullopt;
  const std::uint8_t first = in[0];
  in = in.subspan(1);
  if (first == 0xf4) return Item{Kind::kFalse, 0, {}, {}};
  if (first == 0xf5) return Item{Kind::kTrue, 0, {}, {}};
  if (first == 0xf6) return Item{Kind::kNull, 0, {}, {}};
  std::uint64_t value = first & 0x1fU;
  if (value > 27) return std::nullopt;
  if (value >= 24) {
    const std::size_t size = std::size_t{1} << (value - 24);
    if (in.size() < size) return std::nullopt;
    value = 0;
    for (std::size_t index = 0; index < size; ++index) value = value * 256 + in[index];
    in = in.subspan(size);
  }
  Item item;
  switch (first >> 5U) {
    case 0:
      item.kind = Kind::kUint;
      item.number = value;
      return item;
    case 2:
    case 3:
      item.kind = first >> 5U == 2 ? Kind::kBytes : Kind::kText;
      if (value > in.size()) return std::nullopt;
      item.bytes = to_bytes(in.first(value));
      in = in.subspan(value);
      if (item.kind == Kind::kText && !is_well_formed_utf8(item.bytes)) return std::nullopt;
      return item;
    case 4:
    case 5: {
      item.kind = first >> 5U == 4 ? Kind::kArray : Kind::kMap;
      if (value > in.size()) return std::nullopt;
      for (std::uint64_t left = item.kind == Kind::kMap ? 2 * value : value; left > 0; --left) {
        auto inner = take(in);
        if (!inner) return std::nullopt;
        item.items.push_back(std::move(*inner));
      }
      if (item.kind == Kind::kArray) return item;
      for (std::size_t index = 2; index < item.items.size(); index += 2) {
        if (!(encode(item.items[index - 2]) < encode(item.items[index]))) return std::nullopt;
      }
      return item;
    }
    default:
      return std::nullopt;
  }
}

// ---- instances

std::uint64_t below(Random& random, std::uint64_t end) { return random() % end; }

// Often one of the bounds.
std::uint64_t within(Random& random, std::uint64_t low, std::uint64_t high) {
  switch (below(random, 4)) {
    case 0:
      return low;
    case 1:
      return high;
    case 2:
      return low + below(random, std::min<std::uint64_t>(high - low, 300) + 1);
    default:
      return high - low == ~std::uint64_t{0} ? random() : low + below(random, high - low + 1);
  }
}

Bytes random_bytes(Random& random, std::size_t size) {
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

// Well-formed text of exactly this many bytes.
Bytes random_text(Random& random, std::size_t size) {
  static constexpr std::array<std::string_view, 4> kSamples = {"a", "\xc3\xbc", "\xe5\xad\x97",
                                                               "\xf0\x9f\x99\x82"};
  Bytes text;
  while (text.size() < size) {
    const auto sample = kSamples[below(random, std::min<std::size_t>(4, size - text.size()))];
    text.insert(text.end(), sample.begin(), sample.end());
  }
  return text;
}

Item item_of(std::uint64_t number) { return {Kind::kUint, number, {}, {}}; }
Item item_of(std::string_view text) { return {Kind::kText, 0, to_bytes(bytes_of(text)), {}}; }

bool is_prelude(const std::string& name) {
  return std::find(kPrelude.begin(), kPrelude.end(), name) != kPrelude.end();
}

bool matches_prelude(const std::string& name, const Item& item) {
  if (name == "uint") return item.kind == Kind::kUint;
  if (name == "bstr") return item.kind == Kind::kBytes;
  if (name == "tstr") return item.kind == Kind::kText;
  if (name == "null") return item.kind == Kind::kNull;
  return item.kind == Kind::kFalse || item.kind == Kind::kTrue;
}

Item generate_prelude(const std::string& name, Random& random) {
  if (name == "uint") return item_of(random());
  if (name == "bstr") return {Kind::kBytes, 0, random_bytes(random, below(random, 60)), {}};
  if (name == "tstr") return {Kind::kText, 0, random_text(random, below(random, 60)), {}};
  if (name == "null") return {};
  return {below(random, 2) == 0 ? Kind::kFalse : Kind::kTrue, 0, {}, {}};
}

void check_names(const std::map<std::string, std::vector<Type>>& rules,
                 const std::vector<Type>& choices) {
  for (const Type& type : choices) {
    const bool is_name = type.kind == Type::Kind::kName || type.kind == Type::Kind::kSized;
    if (is_name && !is_prelude(type.text) && rules.count(type.text) == 0) {
      throw std::runtime_error("CDDL: no rule " + type.text);
    }
    for (const GroupEntry& entry : type.group) check_names(rules, entry.choices);
  }
}

}  // namespace

Bytes encode(const Item& item) {
  Bytes out;
  put(out, item);
  return out;
}

std::optional<Item> decode(BytesView bytes) {
  BytesView rest = bytes;
  auto item = take(rest);
  if (!item || !rest.empty() || encode(*item) != to_bytes(bytes)) return std::nullopt;
  return item;
}

Grammar::Grammar(std::string_view cddl) : rules_(parse(cddl)) {
  for (const auto& [name, choices] : rules_) check_names(rules_, choices);
}

std::set<std::string> Grammar::names() const {
  std::set<std::string> names;
  for (const auto& [name, choices] : rules_) names.insert(name);
  return names;
}

std::set<std::string> Grammar::parts_of(const std::string& rule) const {
  std::set<std::string> parts = {rule};
  add_parts(rules_.at(rule), parts);
  return parts;
}

void Grammar::add_parts(const Choices& choices, std::set<std::string>& parts) const {
  for (const Type& type : choices) {
    const bool is_rule = type.kind == Type::Kind::kName && !is_prelude(type.text);
    if (is_rule && parts.insert(type.text).second) add_parts(rules_.at(type.text), parts);
    for (const GroupEntry& entry : type.group) add_parts(entry.choices, parts);
  }
}

bool Grammar::matches(const std::string& rule, BytesView bytes) const {
  const auto item = decode(bytes);
  return item && matches(rules_.at(rule), *item);
}

bool Grammar::matches(const Choices& choices, const Item& item) const {
  return std::any_of(choices.begin(), choices.end(),
                     [&](const Type& type) { return matches(type, item); });
}

bool Grammar::matches(const Type& type, const Item& item) const {
  switch (type.kind) {
    case Type::Kind::kName:
      return is_prelude(type.text) ? matches_prelude(type.text, item)
                                   : matches(rules_.at(type.text), item);
    case Type::Kind::kNumber:
    case Type::Kind::kRange:
      return item.kind == Kind::kUint && item.number >= type.low && item.number <= type.high;
    case Type::Kind::kText:
      return item.kind == Kind::kText && text_of(item.bytes) == type.text;
    case Type::Kind::kBytes:
      return item.kind == Kind::kBytes && text_of(item.bytes) == type.text;
    case Type::Kind::kSized:
      return matches_prelude(type.text, item) && item.bytes.size() >= type.low &&
             item.bytes.size() <= type.high;
    case Type::Kind::kEnum:
      return item.kind == Kind::kUint &&
             std::find(type.values.begin(), type.values.end(), item.number) != type.values.end();
    case Type::Kind::kArray:
      return matches_array(type, item);
    case Type::Kind::kMap:
      return matches_map(type, item);
  }
  return false;
}

bool Grammar::matches_array(const Type& type, const Item& item) const {
  if (item.kind != Kind::kArray) return false;
  std::size_t at = 0;
  for (const GroupEntry& entry : type.group) {
    std::size_t count = 0;
    while (count < entry.most && at < item.items.size() && matches(entry.choices, item.items[at])) {
      ++count, ++at;
    }
    if (count < entry.least) return false;
  }
  return at == item.items.size();
}

bool Grammar::matches_map(const Type& type, const Item& item) const {
  if (item.kind != Kind::kMap) return false;
  std::size_t taken = 0;
  for (const GroupEntry& entry : type.group) {
    bool found = false;
    for (std::size_t at = 0; at < item.items.size(); at += 2) {
      const Item& key = item.items[at];
      if (key.kind != Kind::kUint || key.number != *entry.key) continue;
      if (!matches(entry.choices, item.items[at + 1])) return false;
      found = true;
      ++taken;
    }
    if (!found && entry.least > 0) return false;
  }
  return 2 * taken == item.items.size();
}

Bytes Grammar::generate(const std::string& rule, Random& random) const {
  return encode(generate(rules_.at(rule), random));
}

Item Grammar::generate(const Choices& choices, Random& random) const {
  return generate(choices[below(random, choices.size())], random);
}

Item Grammar::generate(const Type& type, Random& random) const {
  switch (type.kind) {
    case Type::Kind::kName:
      return is_prelude(type.text) ? generate_prelude(type.text, random)
                                   : generate(rules_.at(type.text), random);
    case Type::Kind::kNumber:
    case Type::Kind::kRange:
      return item_of(within(random, type.low, type.high));
    case Type::Kind::kText:
      return item_of(type.text);
    case Type::Kind::kBytes:
      return {Kind::kBytes, 0, to_bytes(bytes_of(type.text)), {}};
    case Type::Kind::kSized: {
      const std::size_t size = within(random, type.low, type.high);
      if (type.text == "tstr") return {Kind::kText, 0, random_text(random, size), {}};
      return {Kind::kBytes, 0, random_bytes(random, size), {}};
    }
    case Type::Kind::kEnum:
      return item_of(type.values[below(random, type.values.size())]);
    case Type::Kind::kArray:
    case Type::Kind::kMap:
      return generate_group(type, random);
  }
  return {};
}

Item Grammar::generate_group(const Type& type, Random& random) const {
  Item item;
  item.kind = type.kind == Type::Kind::kMap ? Kind::kMap : Kind::kArray;
  for (const GroupEntry& entry : type.group) {
    // Lists of any length are short here, except that one in eight is as long as it may be.
    const bool is_full = entry.most <= 1 || (entry.most <= 1000 && below(random, 8) == 0);
    const std::size_t most = is_full ? entry.most : std::min<std::size_t>(entry.most, 3);
    const std::size_t spread = most - std::min(entry.least, most);
    std::size_t count = most - (is_full && entry.most > 1 ? 0 : below(random, spread + 1));
    for (; count > 0; --count) {
      if (entry.key) item.items.push_back(item_of(*entry.key));
      item.items.push_back(generate(entry.choices, random));
    }
  }
  return item;
}

const Grammar& wire_grammar() {
  static const Grammar kGrammar = [] {
    std::ifstream file(ZEROFC_SOURCE_DIR "/docs/wire.cddl");
    std::ostringstream text;
    text << file.rdbuf();
    return Grammar(text.str());
  }();
  return kGrammar;
}

}  // namespace zerofc::cddl
