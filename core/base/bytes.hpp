// Public bytes: ciphertexts, encodings, contexts. Secrets are in core/base/secret.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace zerofc {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

// The bytes of a text, without a terminating NUL.
[[nodiscard]] inline BytesView bytes_of(std::string_view text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): text seen as the bytes it is
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Bytes that are known to be UTF-8, as text.
[[nodiscard]] inline std::string_view text_of(BytesView bytes) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes seen as the text they are
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline Bytes to_bytes(BytesView view) { return {view.begin(), view.end()}; }

}  // namespace zerofc
