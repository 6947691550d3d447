// Fixed-size public values, one type per meaning.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "core/base/bytes.hpp"

namespace zerofc {

// kSize public bytes whose meaning is Tag. Zero when made without a value.
template <std::size_t kSize, class Tag>
class Id {
 public:
  static constexpr std::size_t kBytes = kSize;

  Id() = default;
  explicit Id(const std::array<std::uint8_t, kSize>& bytes) : bytes_(bytes) {}

  // None unless there are exactly kSize bytes.
  [[nodiscard]] static std::optional<Id> from(BytesView bytes) {
    if (bytes.size() != kSize) return std::nullopt;
    Id id;
    std::copy(bytes.begin(), bytes.end(), id.bytes_.begin());
    return id;
  }

  [[nodiscard]] const std::array<std::uint8_t, kSize>& bytes() const { return bytes_; }
  [[nodiscard]] BytesView view() const { return bytes_; }
  [[nodiscard]] std::array<std::uint8_t, kSize>& mutable_bytes() { return bytes_; }

  friend bool operator==(const Id& a, const Id& b) { return a.bytes_ == b.bytes_; }
  friend bool operator!=(const Id& a, const Id& b) { return a.bytes_ != b.bytes_; }
  // Byte order.
  friend bool operator<(const Id& a, const Id& b) {
    return std::memcmp(a.bytes_.data(), b.bytes_.data(), kSize) < 0;
  }

 private:
  std::array<std::uint8_t, kSize> bytes_{};
};

}  // namespace zerofc
