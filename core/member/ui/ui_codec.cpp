#include "core/member/ui/ui_codec.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/member/ui/ui_fields.hpp"

namespace zerofc::ui {
namespace {

constexpr std::uint8_t kUint = 0;
constexpr std::uint8_t kBytes = 2;
constexpr std::uint8_t kText = 3;
constexpr std::uint8_t kArray = 4;
constexpr std::uint8_t kFalse = 0xf4;
constexpr std::uint8_t kTrue = 0xf5;
constexpr std::uint8_t kNull = 0xf6;
constexpr std::uint64_t kUintEnd = 1ULL << 53;  // exact in a JavaScript number

// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<std::uint8_t>(text[at]);
    std::size_t more = 0;
    std::uint32_t point = first;
    std::uint32_t least = 0;
    if (first >= 0x80) {
      if (first >= 0xc2 && first <= 0xdf) {
        more = 1, point = first & 0x1fU, least = 0x80;
      } else if (first >= 0xe0 && first <= 0xef) {
        more = 2, point = first & 0x0fU, least = 0x800;
      } else if (first >= 0xf0 && first <= 0xf4) {
        more = 3, point = first & 0x07U, least = 0x10000;
      } else {
        return false;
      }
    }
    if (text.size() - at <= more) return false;
    for (std::size_t index = 1; index <= more; ++index) {
      const auto next = static_cast<std::uint8_t>(text[at + index]);
      if ((next & 0xc0U) != 0x80) return false;
      point = (point << 6U) | (next & 0x3fU);
    }
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    at += more + 1;
  }
  return true;
}

template <class Buffer>
class Writer {
 public:
  explicit Writer(Buffer& out) : out_(out) {}

  bool head(std::uint8_t major, std::uint64_t value) {
    const auto type = static_cast<std::uint8_t>(major << 5U);
    if (value < 24) {
      out_.push_back(static_cast<std::uint8_t>(type | value));
      return true;
    }
    const int log2_size = value < 0x100 ? 0 : value < 0x10000 ? 1 : value < 0x100000000 ? 2 : 3;
    out_.push_back(static_cast<std::uint8_t>(type | (24 + log2_size)));
    for (int shift = 8 * ((1 << log2_size) - 1); shift >= 0; shift -= 8) {
      out_.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
    }
    return true;
  }

  bool value(std::uint64_t number) { return number < kUintEnd && head(kUint, number); }

  bool value(bool flag) {
    out_.push_back(flag ? kTrue : kFalse);
    return true;
  }

  template <std::size_t kSize>
  bool value(const std::array<std::uint8_t, kSize>& id) {
    head(kBytes, kSize);
    out_.insert(out_.end(), id.begin(), id.end());
    return true;
  }

  template <class Enum>
    requires std::is_enum_v<Enum>
  bool value(Enum code) {
    return head(kUint, static_cast<std::uint64_t>(code));
  }

  template <class Struct>
    requires(Fields<Struct>::kCount > 0)
  bool value(const Struct& structure) {
    head(kArray, Fields<Struct>::kCount);
    return Fields<Struct>::each(*this, structure);
  }

  template <class Value>
  bool value(const std::optional<Value>& optional) {
    return optional ? value(*optional) : null();
  }

  bool text(std::string_view text, std::uint64_t max) {
    if (text.size() > max || !is_utf8(text)) return false;
    head(kText, text.size());
    out_.insert(out_.end(), text.begin(), text.end());
    return true;
  }

  bool text(const std::optional<std::string_view>& optional, std::uint64_t max) {
    return optional ? text(*optional, max) : null();
  }

  template <class Element>
  bool list(const std::vector<Element>& elements, std::uint64_t max) {
    if (elements.size() > max) return false;
    head(kArray, elements.size());
    for (const Element& element : elements) {
      if (!value(element)) return false;
    }
    return true;
  }

 private:
  bool null() {
    out_.push_back(kNull);
    return true;
  }

  Buffer& out_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> in) : in_(in) {}

  [[nodiscard]] bool done() const { return in_.empty(); }

  // The shortest form only.
  bool head(std::uint8_t major, std::uint64_t& value) {
    if (in_.empty() || in_[0] >> 5U != major) return false;
    const unsigned info = in_[0] & 0x1fU;
    if (info < 24) {
      value = info;
      in_ = in_.subspan(1);
      return true;
    }
    if (info > 27) return false;
    const std::size_t size = std::size_t{1} << (info - 24);
    if (in_.size() <= size) return false;
    value = 0;
    for (std::size_t index = 1; index <= size; ++index) value = (value << 8U) | in_[index];
    in_ = in_.subspan(1 + size);
    const std::uint64_t least = size == 1 ? 24 : std::uint64_t{1} << (4 * size);
    return value >= least;
  }

  bool value(std::uint64_t& number) { return head(kUint, number) && number < kUintEnd; }

  bool value(bool& flag) {
    if (in_.empty() || (in_[0] != kTrue && in_[0] != kFalse)) return false;
    flag = in_[0] == kTrue;
    in_ = in_.subspan(1);
    return true;
  }

  template <std::size_t kSize>
  bool value(std::array<std::uint8_t, kSize>& id) {
    std::uint64_t size = 0;
    if (!head(kBytes, size) || size != kSize || in_.size() < kSize) return false;
    for (std::size_t index = 0; index < kSize; ++index) id[index] = in_[index];
    in_ = in_.subspan(kSize);
    return true;
  }

  template <class Enum>
    requires std::is_enum_v<Enum>
  bool value(Enum& code) {
    std::uint64_t number = 0;
    if (!head(kUint, number) || number > 63 || ((kCodes<Enum> >> number) & 1U) == 0) return false;
    code = static_cast<Enum>(number);
    return true;
  }

  template <class Struct>
    requires(Fields<Struct>::kCount > 0)
  bool value(Struct& structure) {
    std::uint64_t count = 0;
    return head(kArray, count) && count == Fields<Struct>::kCount &&
           Fields<Struct>::each(*this, structure);
  }

  template <class Value>
  bool value(std::optional<Value>& optional) {
    return take_null() || value(optional.emplace());
  }

  bool text(std::string_view& text, std::uint64_t max) {
    std::uint64_t size = 0;
    if (!head(kText, size) || size > max || size > in_.size()) return false;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes seen as the text they are
    text = {reinterpret_cast<const char*>(in_.data()), static_cast<std::size_t>(size)};
    in_ = in_.subspan(static_cast<std::size_t>(size));
    return is_utf8(text);
  }

  bool text(std::optional<std::string_view>& optional, std::uint64_t max) {
    return take_null() || text(optional.emplace(), max);
  }

  template <class Element>
  bool list(std::vector<Element>& elements, std::uint64_t max) {
    std::uint64_t count = 0;
    // An element has at least one byte, so nothing is allocated for a count that the input can't
    // hold.
    if (!head(kArray, count) || count > max || count > in_.size()) return false;
    elements.resize(static_cast<std::size_t>(count));
    for (Element& element : elements) {
      if (!value(element)) return false;
    }
    return true;
  }

 private:
  bool take_null() {
    if (in_.empty() || in_[0] != kNull) return false;
    in_ = in_.subspan(1);
    return true;
  }

  std::span<const std::uint8_t> in_;
};

template <class Message, class Buffer>
bool encode(const Message& message, Buffer& out) {
  const std::size_t before = out.size();
  Writer<Buffer> writer{out};
  const bool whole = std::visit(
      [&writer](const auto& one) {
        using One = std::remove_cvref_t<decltype(one)>;
        return writer.head(kArray, 1 + Fields<One>::kCount) && writer.head(kUint, One::kCode) &&
               Fields<One>::each(writer, one);
      },
      message);
  if (!whole) out.resize(before);
  return whole;
}

// Decodes the fields into the alternative that has this code.
template <class Message, std::size_t... kIndex>
std::optional<Message> decode_fields(Reader& reader, std::uint64_t count, std::uint64_t code,
                                     std::index_sequence<kIndex...> /*all*/) {
  std::optional<Message> message;
  const auto attempt = [&]<class One>(std::in_place_type_t<One> /*type*/) {
    if (code != One::kCode) return false;
    One one{};
    if (count == 1 + Fields<One>::kCount && Fields<One>::each(reader, one) && reader.done()) {
      message.emplace(std::move(one));
    }
    return true;
  };
  static_cast<void>(
      (attempt(std::in_place_type<std::variant_alternative_t<kIndex, Message>>) || ...));
  return message;
}

template <class Message>
std::optional<Message> decode(std::span<const std::uint8_t> bytes) {
  Reader reader{bytes};
  std::uint64_t count = 0;
  std::uint64_t code = 0;
  if (!reader.head(kArray, count) || !reader.head(kUint, code)) return std::nullopt;
  return decode_fields<Message>(reader, count, code,
                                std::make_index_sequence<std::variant_size_v<Message>>{});
}

}  // namespace

std::optional<Intent> decode_intent(std::span<const std::uint8_t> bytes) {
  return decode<Intent>(bytes);
}

bool encode_patch(const Patch& patch, std::vector<std::uint8_t>& out) { return encode(patch, out); }

bool encode_patch(const Patch& patch, WipedBuffer& out) { return encode(patch, out); }

bool encode_intent(const Intent& intent, std::vector<std::uint8_t>& out) {
  return encode(intent, out);
}

std::optional<Patch> decode_patch(std::span<const std::uint8_t> bytes) {
  return decode<Patch>(bytes);
}

}  // namespace zerofc::ui
