#include "core/member/passphrase.hpp"

#include <array>

namespace zerofc::member {
namespace {

constexpr std::string_view kConsonants = "bdfghjklmnprstvz";
constexpr std::string_view kVowels = "aiou";
static_assert(kConsonants.size() == 16 && kVowels.size() == 4);

void append_word(std::uint32_t bits, WipedBuffer& out) {
  const auto letter = [&out](std::string_view alphabet, std::uint32_t index) {
    out.push_back(static_cast<std::uint8_t>(alphabet[index & (alphabet.size() - 1)]));
  };
  letter(kConsonants, bits >> 12U);
  letter(kVowels, bits >> 10U);
  letter(kConsonants, bits >> 6U);
  letter(kVowels, bits >> 4U);
  letter(kConsonants, bits);
}

}  // namespace

CryptoResult<SecretBytes> suggest_passphrase(Crypto& crypto) {
  std::array<std::uint8_t, 2 * kSuggestedWords> random{};
  if (!crypto.random(random)) return fail(CryptoError::kFailed);
  WipedBuffer words;
  for (std::size_t word = 0; word < kSuggestedWords; ++word) {
    if (word > 0) words.push_back('-');
    append_word(static_cast<std::uint32_t>(random[2 * word] << 8U | random[2 * word + 1]), words);
  }
  wipe(random.data(), random.size());
  return SecretBytes(std::move(words));
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char one : text) {
    if ((static_cast<std::uint8_t>(one) & 0xc0U) != 0x80) ++count;
  }
  return count;
}

}  // namespace zerofc::member
