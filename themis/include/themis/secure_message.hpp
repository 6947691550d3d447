// Secure Message (formats, section 4): signed, or encrypted between two key pairs.
//
// Messages are 1 to kMaxMessage bytes. What the format does not give: a signed message has no
// receiver, time or purpose; an encrypted one can be reflected to its sender. Put those inside.
#pragma once

#include <cstddef>

#include "themis/bytes.hpp"
#include "themis/keys.hpp"
#include "themis/result.hpp"
#include "themis/secret.hpp"

namespace themis::secure_message {

inline constexpr std::size_t kSignedHeaderSize = 12;
inline constexpr std::size_t kSignatureMax = 72;  // DER, P-256
inline constexpr std::size_t kEncryptedOverhead = 52;

// ECDSA-SHA-256 over the message bytes. Errors: kInvalidArgument (empty), kTooLarge, kLibcrypto.
Result<Bytes> sign(const EcPrivateKey& own_key, BytesView message);

// The message, if `signer` signed it. Bytes after the signature are ignored, as the format demands
// (section 4.1): whoever needs one form only compares the lengths of the header with the size.
// Errors: kMalformed, kUnsupported (RSA), kNotAuthentic, kTooLarge, kLibcrypto.
Result<Bytes> verify(const EcPublicKey& signer, BytesView signed_message);

// Static-static ECDH, then a Seal cell under the shared secret.
// Errors: kInvalidArgument (empty), kTooLarge, kLibcrypto.
Result<Bytes> encrypt(const EcPrivateKey& own_key, const EcPublicKey& peer, BytesView message);

// Errors: kMalformed, kUnsupported (RSA), kNotAuthentic, kTooLarge, kLibcrypto.
Result<SecretBytes> decrypt(const EcPrivateKey& own_key, const EcPublicKey& peer,
                            BytesView encrypted);

}  // namespace themis::secure_message
