// What the tests of this folder share.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/wire/base64url.hpp"

namespace zerofc::test {

// Where the head of a CBOR item changes its length, and the ends of what is taken.
inline constexpr std::array<std::uint64_t, 13> kHeadBounds = {0,           23,
                                                              24,          255,
                                                              256,         65535,
                                                              65536,       4294967295,
                                                              1ULL << 32U, (1ULL << 53U) - 1,
                                                              1ULL << 53U, (1ULL << 63U),
                                                              ~0ULL};

inline std::string hex(BytesView bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

// Spaces are for the reader.
inline Bytes from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ') digits += c;
  }
  Bytes bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(at, 2), nullptr, 16)));
  }
  return bytes;
}

// An id or a secret.
template <class Value>
Value random_value(std::mt19937_64& random) {
  Bytes bytes(Value::kBytes);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  auto value = Value::from(bytes);
  return std::move(*value);
}

// Every byte the same.
template <class Value>
Value filled(std::uint8_t byte) {
  const Bytes bytes(Value::kBytes, byte);
  auto value = Value::from(bytes);
  return std::move(*value);
}

inline std::string base64url(BytesView bytes) {
  WipedBuffer text;
  append_base64url(bytes, text);
  return std::string(text_of(text));
}

inline std::string link_of_content(std::string_view origin, BytesView content) {
  return std::string(origin) + "/#/join/" + base64url(content);
}

}  // namespace zerofc::test
