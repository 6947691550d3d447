// Passphrases that the core makes: docs/protocol.md §7 has Themis' fixed KDF, so strength has to
// come from the passphrase.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/secret.hpp"
#include "core/crypto.hpp"

namespace zerofc::member {

inline constexpr std::size_t kPassphraseCharactersMin = 8;

// Six pronounceable words such as lusab-babad. A word is consonant, vowel, consonant, vowel,
// consonant, of 16 consonants and 4 vowels: 4+2+4+2+4 bits, so that random bits map to words one to
// one and no word is likelier than another.
inline constexpr std::size_t kSuggestedWords = 6;
inline constexpr std::uint64_t kSuggestedBits = 16 * kSuggestedWords;

// kFailed: no randomness.
CryptoResult<SecretBytes> suggest_passphrase(Crypto& crypto);

// Characters as people count them in a rule: code points of UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace zerofc::member
