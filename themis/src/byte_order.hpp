// Integers on the wire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "themis/bytes.hpp"

namespace themis::detail {

template <class T>
void store_le(std::uint8_t* out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

template <class T>
void store_be(std::uint8_t* out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out[sizeof(T) - 1 - i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

template <class T>
[[nodiscard]] T load_le(const std::uint8_t* in) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value | static_cast<T>(T{in[i]} << (8 * i)));
  }
  return value;
}

template <class T>
[[nodiscard]] T load_be(const std::uint8_t* in) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value | static_cast<T>(T{in[i]} << (8 * (sizeof(T) - 1 - i))));
  }
  return value;
}

inline void append(Bytes& out, BytesView piece) {
  out.insert(out.end(), piece.begin(), piece.end());
}

}  // namespace themis::detail
