// Secure Cell (formats, section 3): one secret protects data at rest.
//
// Messages are 1 to kMaxMessage bytes, contexts 0 to kMaxMessage. Opening checks the whole format
// first and the tag next; on any error no plaintext leaves, and what was decrypted is wiped.
// Errors of everything that opens: kMalformed, kNotAuthentic (wrong key, context or data),
// kTooLarge, kLibcrypto. Of everything that makes: kInvalidArgument, kTooLarge, kLibcrypto.
#pragma once

#include <cstddef>
#include <cstdint>

#include "themis/bytes.hpp"
#include "themis/keys.hpp"
#include "themis/result.hpp"
#include "themis/secret.hpp"

namespace themis::secure_cell {

// Bytes that a cell is longer than its plaintext.
inline constexpr std::size_t kSealOverhead = 44;
inline constexpr std::size_t kPassphraseSealOverhead = 70;
inline constexpr std::size_t kTokenSize = 44;

// PBKDF2-HMAC-SHA-256 rounds: what we write, and the most that we are willing to pay when opening
// (the count stands unauthenticated in the cell).
inline constexpr std::uint32_t kPassphraseIterations = 314110;
inline constexpr std::uint32_t kPassphraseIterationsMax = std::uint32_t{1} << 22;

// --- Seal: cell = 44-byte header, then ciphertext.
Result<Bytes> seal(const SymmetricKey& key, BytesView plaintext, BytesView context = {});
Result<SecretBytes> open(const SymmetricKey& key, BytesView cell, BytesView context = {});

// --- Seal with a passphrase. Costs about 80 ms at the default. More: kTooExpensive, before any
// round is run, if the cell asks for more than `max_iterations`.
Result<Bytes> seal(const Passphrase& passphrase, BytesView plaintext, BytesView context = {},
                   std::uint32_t iterations = kPassphraseIterations);
Result<SecretBytes> open(const Passphrase& passphrase, BytesView cell, BytesView context = {},
                         std::uint32_t max_iterations = kPassphraseIterationsMax);

// --- Token Protect: Seal with its header kept apart, so that data keeps its length.
struct TokenProtected {
  Bytes token;  // kTokenSize bytes
  Bytes data;   // as long as the plaintext
};
Result<TokenProtected> token_protect(const SymmetricKey& key, BytesView plaintext,
                                     BytesView context = {});
Result<SecretBytes> token_open(const SymmetricKey& key, BytesView token, BytesView data,
                               BytesView context = {});

// --- Context Imprint: no header, no tag. Deterministic and UNAUTHENTICATED: a wrong key or
// context gives garbage, and two messages of one length under one key and context are a two-time
// pad. Only for peers that need it. The context must not be empty.
Result<Bytes> context_imprint(const SymmetricKey& key, BytesView plaintext, BytesView context);
Result<SecretBytes> context_imprint_open(const SymmetricKey& key, BytesView data,
                                         BytesView context);

}  // namespace themis::secure_cell
