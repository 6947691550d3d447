#include "core/member/passphrase.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "core/member/names.hpp"
#include "core/member/tests/test_crypto.hpp"

namespace zerofc::member::test {
namespace {

// Gives one byte after the other.
class CountedBytes {
 public:
  static std::string words(std::uint64_t seed) {
    TestCrypto crypto(seed);
    const auto made = suggest_passphrase(crypto);
    return made ? std::string(text_of(made->view())) : std::string();
  }
};

TEST(Passphrase, a_suggestion_is_six_pronounceable_words) {
  const std::regex shape(
      "([bdfghjklmnprstvz][aiou]){2}[bdfghjklmnprstvz]"
      "(-([bdfghjklmnprstvz][aiou]){2}[bdfghjklmnprstvz]){5}");
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    EXPECT_TRUE(std::regex_match(CountedBytes::words(seed), shape));
  }
}

TEST(Passphrase, its_bits_are_what_it_claims) {
  // Every one of the 96 random bits changes the words, and no two inputs make the same: a word has
  // 16 consonants three times and 4 vowels twice, which is 2^16 words.
  EXPECT_EQ(kSuggestedBits, 96U);
  EXPECT_EQ(16 * 4 * 16 * 4 * 16, 1 << 16);
  std::set<std::string> words;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const std::string made = CountedBytes::words(seed);
    for (std::size_t word = 0; word < kSuggestedWords; ++word) {
      words.insert(made.substr(6 * word, 5));
    }
  }
  // 12,000 draws of 65,536: about 10,960 differ. A hidden loss of one bit would leave 10,010.
  EXPECT_GT(words.size(), 10'700U);
  EXPECT_LT(words.size(), 11'200U);
}

TEST(Passphrase, every_letter_is_as_likely_as_its_like) {
  std::map<char, int> count;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    for (const char letter : CountedBytes::words(seed)) ++count[letter];
  }
  for (const char consonant : std::string("bdfghjklmnprstvz")) {
    EXPECT_NEAR(count[consonant], 36'000 / 16.0, 250) << consonant;
  }
  for (const char vowel : std::string("aiou"))
    EXPECT_NEAR(count[vowel], 24'000 / 4.0, 400) << vowel;
}

TEST(Passphrase, without_randomness_there_is_none) {
  TestCrypto crypto;
  crypto.randoms_left = 0;
  EXPECT_FALSE(suggest_passphrase(crypto));
}

TEST(Passphrase, characters_are_counted_not_bytes) {
  EXPECT_EQ(count_characters(""), 0U);
  EXPECT_EQ(count_characters("abc"), 3U);
  EXPECT_EQ(count_characters("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), 3U);
}

TEST(Names, a_name_has_something_to_see_and_fits) {
  EXPECT_TRUE(is_name("Ann", 128));
  EXPECT_TRUE(is_name("  Ann ", 128));
  EXPECT_TRUE(is_name("\xe2\x82\xac", 3));
  EXPECT_FALSE(is_name("\xe2\x82\xac", 2));
  EXPECT_FALSE(is_name("", 128));
}

TEST(Names, what_cannot_be_seen_is_no_name) {
  for (const std::string_view blank :
       {" ", "\t\n\r\v\f", "\xc2\xa0", "\xc2\xad", "\xe2\x80\x8b\xe2\x80\x8d", "\xe3\x80\x80",
        "\xef\xbb\xbf", "\xe2\x80\xae", "\xe3\x85\xa4", "\xe2\xa0\x80", "\xf3\xa0\x80\x81",
        "\x01"}) {
    EXPECT_TRUE(is_blank(blank));
    EXPECT_FALSE(is_name(blank, 128));
  }
  for (const std::string_view seen :
       {"a", "\xc2\xa1", "\xe2\x80\x90", "\xf0\x9f\x98\x80", "\xe0\xa4\x85"}) {
    EXPECT_FALSE(is_blank(seen));
  }
}

}  // namespace
}  // namespace zerofc::member::test
