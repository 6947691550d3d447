// SHA-256, as soter_hash_* offers it.
#pragma once

#include <array>
#include <initializer_list>

#include "themis/bytes.hpp"
#include "themis/result.hpp"

namespace themis {

using Sha256Digest = std::array<std::uint8_t, 32>;

// Digest of the pieces' concatenation. Error: kLibcrypto.
Result<Sha256Digest> sha256(std::initializer_list<BytesView> pieces);
Result<Sha256Digest> sha256(BytesView message);

}  // namespace themis
