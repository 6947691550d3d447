// CBOR (RFC 8949), core deterministic encoding only: definite lengths, shortest heads, map keys
// rising. What the protocol doesn't use is refused: negative integers, tags, floats, undefined.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/id.hpp"
#include "core/base/secret.hpp"

namespace zerofc::cbor {

inline constexpr std::size_t kNestingMax = 8;

// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

// Appends to `Buffer` (Bytes, or WipedBuffer for what holds secrets). The caller gives each array
// and map its right count; map keys are written in rising order.
template <class Buffer>
class BasicWriter {
 public:
  explicit BasicWriter(Buffer& out) : out_(&out) {}

  BasicWriter& uint(std::uint64_t value) { return head(0, value); }
  BasicWriter& bytes(BytesView value) {
    head(2, value.size());
    return raw(value);
  }
  // UTF-8 that the caller has checked or made.
  BasicWriter& text(std::string_view value) {
    head(3, value.size());
    return raw(bytes_of(value));
  }
  BasicWriter& array(std::size_t count) { return head(4, count); }
  BasicWriter& map(std::size_t pairs) { return head(5, pairs); }
  BasicWriter& boolean(bool value) { return byte(value ? 0xf5 : 0xf4); }
  BasicWriter& null() { return byte(0xf6); }

  template <std::size_t kSize, class Tag>
  BasicWriter& id(const Id<kSize, Tag>& value) {
    return bytes(value.view());
  }
  template <std::size_t kSize, class Tag>
  BasicWriter& secret(const Secret<kSize, Tag>& value) {
    return bytes(value.view());
  }
  // What is already encoded.
  BasicWriter& raw(BytesView encoded) {
    out_->insert(out_->end(), encoded.begin(), encoded.end());
    return *this;
  }

 private:
  BasicWriter& byte(std::uint8_t value) {
    out_->push_back(value);
    return *this;
  }
  BasicWriter& head(std::uint8_t major, std::uint64_t value) {
    const auto type = static_cast<std::uint8_t>(major << 5U);
    if (value < 24) return byte(static_cast<std::uint8_t>(type | value));
    const unsigned log2_size = value < 0x100         ? 0
                               : value < 0x10000     ? 1
                               : value < 0x100000000 ? 2
                                                     : 3;
    byte(static_cast<std::uint8_t>(type | (24 + log2_size)));
    for (int shift = 8 * ((1 << log2_size) - 1); shift >= 0; shift -= 8) {
      byte(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
    }
    return *this;
  }

  Buffer* out_;
};

using Writer = BasicWriter<Bytes>;
using SecretWriter = BasicWriter<WipedBuffer>;

// Reads off the front of bytes that somebody else owns. After the first thing that is not what was
// asked for, ok() is false and everything read is empty or zero; so a caller may read a whole
// structure and check once. Nothing is allocated for a length or count that the input can't hold.
class Reader {
 public:
  explicit Reader(BytesView in) : in_(in) {}

  [[nodiscard]] bool ok() const { return ok_; }
  // Everything was read, and nothing was wrong.
  [[nodiscard]] bool done() const { return ok_ && in_.empty(); }
  [[nodiscard]] BytesView rest() const { return in_; }
  // What was read is not what the caller takes.
  void refuse() { ok_ = false, in_ = {}; }

  // Below `end`.
  std::uint64_t uint(std::uint64_t end = std::uint64_t{1} << 53);
  bool boolean();
  // At most `max` bytes; at least `min`.
  BytesView bytes(std::size_t max, std::size_t min = 0);
  std::string_view text(std::size_t max, std::size_t min = 0);
  // True, and taken, if a null comes next.
  bool take_null();
  // Exactly this count.
  void array(std::size_t count);
  // Any count up to `max`.
  std::size_t array_of(std::size_t max);
  std::size_t map_of(std::size_t max);
  // Exactly this text.
  void label(std::string_view expected);

  template <class IdType>
  IdType id() {
    return IdType::from(bytes(IdType::kBytes, IdType::kBytes)).value_or(IdType());
  }
  template <class SecretType>
  SecretType secret() {
    auto value = SecretType::from(bytes(SecretType::kBytes, SecretType::kBytes));
    return value ? std::move(*value) : SecretType();
  }

  // Skips one well-formed item of any type and returns its bytes. With the `enclosing` arrays and
  // maps that it stands in it is nested at most kNestingMax deep.
  BytesView skip(std::size_t enclosing = 0);

 private:
  std::uint64_t head(std::uint8_t major);
  BytesView string(std::uint8_t major, std::size_t max, std::size_t min);
  void skip_item(std::size_t enclosing);
  BytesView in_;
  bool ok_ = true;
};

// Whether `bytes` is exactly one item (or, with `items`, that many), deterministic throughout and
// nested at most kNestingMax deep.
[[nodiscard]] bool is_deterministic(BytesView bytes, std::size_t items = 1);

}  // namespace zerofc::cbor
