// Text on lines of fixed width.
#include "cli/view/layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zerofc::cli {
namespace {

using ::testing::ElementsAre;

TEST(Layout, lines_break_at_spaces_and_go_on_indented) {
  EXPECT_THAT(wrap("short", 20, 4), ElementsAre("short"));
  EXPECT_THAT(wrap("one two three four", 9, 2), ElementsAre("one two", "  three", "  four"));
  EXPECT_THAT(wrap("", 20, 4), ElementsAre(""));
}

TEST(Layout, a_word_that_is_too_long_breaks_anywhere_but_inside_of_a_character) {
  EXPECT_THAT(wrap("abcdefghijkl", 8, 2), ElementsAre("abcdefgh", "  ijkl"));
  EXPECT_THAT(wrap("日本語日本語", 9, 0), ElementsAre("日本語日", "本語"));
}

TEST(Layout, line_feeds_break_too_and_what_follows_never_begins_at_the_margin) {
  EXPECT_THAT(wrap("a\nb\n\nc", 20, 2), ElementsAre("a", "  b", "  ", "  c"));
}

TEST(Layout, no_line_is_wider_than_the_screen) {
  for (std::size_t width = 0; width < 40; ++width) {
    for (const std::string& line :
         wrap("日本 e\xCC\x81t\xC3\xA9 \xF0\x9F\x98\x80 abcdefghijklmn", width, 6)) {
      EXPECT_LE(columns_of(line), std::max<std::size_t>(width, 8));
    }
  }
}

TEST(Layout, marks_take_no_column_and_wide_characters_two) {
  EXPECT_EQ(columns_of("e\xCC\x81"), 1U);
  EXPECT_EQ(columns_of("日a"), 3U);
  EXPECT_EQ(columns_of("\xF0\x9F\x98\x80"), 2U);
}

TEST(Layout, what_is_cut_off_says_so) {
  EXPECT_EQ(clip("abcdef", 6), "abcdef");
  EXPECT_EQ(clip("abcdef", 5), "abcd…");
  EXPECT_EQ(clip("日本語", 4), "日…");
  EXPECT_EQ(clip("abc", 0), "");
}

}  // namespace
}  // namespace zerofc::cli
