// AES-256-GCM with a 12-byte nonce and a 16-byte tag, in one go.
#pragma once

#include <cstddef>
#include <span>

#include "themis/bytes.hpp"
#include "themis/result.hpp"

namespace themis::detail {

inline constexpr std::size_t kGcmKeySize = 32;
inline constexpr std::size_t kGcmNonceSize = 12;
inline constexpr std::size_t kGcmTagSize = 16;

using GcmKey = std::span<const std::uint8_t, kGcmKeySize>;
using GcmNonce = std::span<const std::uint8_t, kGcmNonceSize>;

// `out` is as long as `plaintext`. Inputs are at most kMaxMessage long. Error: kLibcrypto.
Result<void> gcm_encrypt(GcmKey key, GcmNonce nonce, BytesView aad, BytesView plaintext,
                         std::span<std::uint8_t> out, std::span<std::uint8_t, kGcmTagSize> tag);

// The plaintext is written to `head` and then to `body`, together as long as `ciphertext`.
// Both are wiped on an error. Errors: kNotAuthentic, kLibcrypto.
Result<void> gcm_decrypt(GcmKey key, GcmNonce nonce, BytesView aad, BytesView ciphertext,
                         std::span<const std::uint8_t, kGcmTagSize> tag,
                         std::span<std::uint8_t> head, std::span<std::uint8_t> body);

}  // namespace themis::detail
