#include "core/member/ui/ui_codec.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/member/ui/ui_fields.hpp"
#include "core/wire/cbor.hpp"
#include "core/wire/types.hpp"

namespace zerofc::ui {
namespace {

// Both walk the fields of a message as the generated `Fields` list them. False: a field breaks its
// limit.
template <class Buffer>
class Writer {
 public:
  explicit Writer(Buffer& out) : cbor_(out) {}

  void begin(std::size_t count, std::uint64_t code) { cbor_.array(count).uint(code); }

  bool value(std::uint64_t number) { return number < kUintEnd && done(cbor_.uint(number)); }
  bool value(bool flag) { return done(cbor_.boolean(flag)); }

  template <std::size_t kSize>
  bool value(const std::array<std::uint8_t, kSize>& id) {
    return done(cbor_.bytes(id));
  }

  template <class Enum>
    requires std::is_enum_v<Enum>
  bool value(Enum code) {
    return done(cbor_.uint(static_cast<std::uint64_t>(code)));
  }

  template <class Struct>
    requires(Fields<Struct>::kCount > 0)
  bool value(const Struct& structure) {
    cbor_.array(Fields<Struct>::kCount);
    return Fields<Struct>::each(*this, structure);
  }

  template <class Value>
  bool value(const std::optional<Value>& optional) {
    return optional ? value(*optional) : done(cbor_.null());
  }

  bool text(std::string_view text, std::uint64_t max) {
    return text.size() <= max && cbor::is_utf8(text) && done(cbor_.text(text));
  }

  bool text(const std::optional<std::string_view>& optional, std::uint64_t max) {
    return optional ? text(*optional, max) : done(cbor_.null());
  }

  template <class Element>
  bool list(const std::vector<Element>& elements, std::uint64_t max) {
    if (elements.size() > max) return false;
    cbor_.array(elements.size());
    return std::all_of(elements.begin(), elements.end(),
                       [this](const Element& element) { return value(element); });
  }

 private:
  static bool done(const cbor::BasicWriter<Buffer>& /*written*/) { return true; }

  cbor::BasicWriter<Buffer> cbor_;
};

class Reader {
 public:
  explicit Reader(BytesView in) : cbor_(in) {}

  [[nodiscard]] cbor::Reader& cbor() { return cbor_; }

  bool value(std::uint64_t& number) {
    number = cbor_.uint();
    return cbor_.ok();
  }

  bool value(bool& flag) {
    flag = cbor_.boolean();
    return cbor_.ok();
  }

  template <std::size_t kSize>
  bool value(std::array<std::uint8_t, kSize>& id) {
    const BytesView bytes = cbor_.bytes(kSize, kSize);
    std::copy(bytes.begin(), bytes.end(), id.begin());
    return cbor_.ok();
  }

  template <class Enum>
    requires std::is_enum_v<Enum>
  bool value(Enum& code) {
    const std::uint64_t number = cbor_.uint(64);
    code = static_cast<Enum>(number);
    return cbor_.ok() && ((kCodes<Enum> >> number) & 1U) != 0;
  }

  template <class Struct>
    requires(Fields<Struct>::kCount > 0)
  bool value(Struct& structure) {
    cbor_.array(Fields<Struct>::kCount);
    return cbor_.ok() && Fields<Struct>::each(*this, structure);
  }

  template <class Value>
  bool value(std::optional<Value>& optional) {
    return cbor_.take_null() || value(optional.emplace());
  }

  bool text(std::string_view& text, std::uint64_t max) {
    text = cbor_.text(static_cast<std::size_t>(max));
    return cbor_.ok();
  }

  bool text(std::optional<std::string_view>& optional, std::uint64_t max) {
    return cbor_.take_null() || text(optional.emplace(), max);
  }

  template <class Element>
  bool list(std::vector<Element>& elements, std::uint64_t max) {
    elements.resize(cbor_.array_of(static_cast<std::size_t>(max)));
    return cbor_.ok() && std::all_of(elements.begin(), elements.end(),
                                     [this](Element& element) { return value(element); });
  }

 private:
  cbor::Reader cbor_;
};

template <class Message, class Buffer>
bool encode(const Message& message, Buffer& out) {
  const std::size_t before = out.size();
  Writer<Buffer> writer{out};
  const bool whole = std::visit(
      [&writer](const auto& one) {
        using One = std::remove_cvref_t<decltype(one)>;
        writer.begin(1 + Fields<One>::kCount, One::kCode);
        return Fields<One>::each(writer, one);
      },
      message);
  if (!whole) out.resize(before);
  return whole;
}

// Decodes the fields into the alternative that has this code.
template <class Message, std::size_t... kIndex>
std::optional<Message> decode_fields(Reader& reader, std::size_t count, std::uint64_t code,
                                     std::index_sequence<kIndex...> /*all*/) {
  std::optional<Message> message;
  const auto attempt = [&]<class One>(std::in_place_type_t<One> /*type*/) {
    if (code != One::kCode) return false;
    One one{};
    if (count == 1 + Fields<One>::kCount && Fields<One>::each(reader, one) &&
        reader.cbor().done()) {
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
  const std::size_t count = reader.cbor().array_of(bytes.size());
  const std::uint64_t code = reader.cbor().uint();
  if (!reader.cbor().ok()) return std::nullopt;
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

bool encode_intent(const Intent& intent, WipedBuffer& out) { return encode(intent, out); }

std::optional<Patch> decode_patch(std::span<const std::uint8_t> bytes) {
  return decode<Patch>(bytes);
}

}  // namespace zerofc::ui
