// HMAC-SHA-256 and the Soter KDF (formats, section 2).
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "themis/bytes.hpp"
#include "themis/result.hpp"
#include "themis/secret.hpp"

namespace themis::detail {

using Pieces = std::initializer_list<BytesView>;

// HMAC-SHA-256 over the concatenated pieces. `key` is not empty. Error: kLibcrypto.
Result<void> hmac_sha256(std::span<std::uint8_t, 32> out, BytesView key, Pieces pieces);

// HMAC(key, 00 00 00 01 || label || 00 || context...), cut to out.size() bytes (1 to 32).
// Error: kLibcrypto.
Result<void> kdf(std::span<std::uint8_t> out, BytesView key, std::string_view label,
                 Pieces context);

// The same with the key made of label and context: public input only, used for the session id.
Result<void> kdf_implicit_key(std::span<std::uint8_t> out, std::string_view label, Pieces context);

}  // namespace themis::detail
