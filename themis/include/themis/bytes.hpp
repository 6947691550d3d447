// Public bytes: keys' public halves, ciphertexts, contexts. Secrets are in themis/secret.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace themis {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

// The bytes of a text literal or string, without a terminating NUL.
[[nodiscard]] inline BytesView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The formats carry 32-bit lengths; this library takes messages and contexts up to here, since
// nothing can be streamed: a plaintext is held whole until its tag has been checked.
inline constexpr std::size_t kMaxMessage = std::size_t{64} << 20;

}  // namespace themis
