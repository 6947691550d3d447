// The grammar of docs/wire.cddl, executed: what matches a rule, and random instances of it. It has
// a CBOR reader and writer of its own, so that it shares nothing with the codecs that it judges.
//
// Of RFC 8610 it knows what the document uses: choices, arrays and maps with occurrences, ranges,
// `.size`, enumerations `&(name: value, …)`, literals and the types uint, bstr, tstr, bool and
// null.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"

namespace zerofc::cddl {

// A data item. In a map, `items` has keys and values in turn.
struct Item {
  enum class Kind : std::uint8_t { kUint, kBytes, kText, kArray, kMap, kFalse, kTrue, kNull };
  Kind kind = Kind::kNull;
  std::uint64_t number = 0;
  Bytes bytes;
  std::vector<Item> items;
};

[[nodiscard]] Bytes encode(const Item& item);
// Core deterministic encoding only; nested as deep as it may be.
[[nodiscard]] std::optional<Item> decode(BytesView bytes);

struct Type;

struct GroupEntry {
  std::size_t least = 1;
  std::size_t most = 1;
  std::optional<std::uint64_t> key;  // in maps
  std::vector<Type> choices;
};

struct Type {
  enum class Kind : std::uint8_t {
    kName,
    kNumber,
    kRange,
    kText,
    kBytes,
    kSized,
    kArray,
    kMap,
    kEnum
  };
  Kind kind = Kind::kName;
  std::string text;       // of kName, kText, kBytes, kSized
  std::uint64_t low = 0;  // of kNumber, kRange, kSized
  std::uint64_t high = 0;
  std::vector<GroupEntry> group;      // of kArray, kMap
  std::vector<std::uint64_t> values;  // of kEnum
};

using Random = std::mt19937_64;

class Grammar {
 public:
  // Throws std::runtime_error for what it doesn't understand, and for names without a rule.
  explicit Grammar(std::string_view cddl);

  [[nodiscard]] std::set<std::string> names() const;
  // This rule and whatever it is made of.
  [[nodiscard]] std::set<std::string> parts_of(const std::string& rule) const;
  // Whether `bytes` is one item, of this rule.
  [[nodiscard]] bool matches(const std::string& rule, BytesView bytes) const;
  // A random instance: often at the bounds of what the rule allows.
  [[nodiscard]] Bytes generate(const std::string& rule, Random& random) const;

 private:
  using Choices = std::vector<Type>;

  [[nodiscard]] bool matches(const Choices& choices, const Item& item) const;
  [[nodiscard]] bool matches(const Type& type, const Item& item) const;
  [[nodiscard]] bool matches_array(const Type& type, const Item& item) const;
  [[nodiscard]] bool matches_map(const Type& type, const Item& item) const;
  [[nodiscard]] Item generate(const Choices& choices, Random& random) const;
  [[nodiscard]] Item generate(const Type& type, Random& random) const;
  [[nodiscard]] Item generate_group(const Type& type, Random& random) const;

  void add_parts(const Choices& choices, std::set<std::string>& parts) const;

  std::map<std::string, Choices> rules_;
};

// docs/wire.cddl.
[[nodiscard]] const Grammar& wire_grammar();

}  // namespace zerofc::cddl
