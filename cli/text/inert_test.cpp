// Names and texts of others on a terminal: they are read and never obeyed.
#include "cli/text/inert.hpp"

#include <gtest/gtest.h>

namespace zerofc::cli {
namespace {

TEST(Inert, what_people_write_stays_as_it_is) {
  for (const std::string text :
       {"hello, world", "Grüße aus Köln", "日本語テキスト", "שלום עולם", "مرحبا",
        "100 % \\o/ `$(id)`", "e\xCC\x81t\xC3\xA9",
        "\xF0\x9F\x98\x80 \xF0\x9F\x87\xA9\xF0\x9F\x87\xAA",
        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", "\xE2\x9D\xA4\xEF\xB8\x8F", ""}) {
    EXPECT_EQ(inert(text), text);
  }
}

TEST(Inert, escape_sequences_are_seen_and_not_obeyed) {
  EXPECT_EQ(inert("\x1b[2J\x1b]0;owned\x07"), "\\x1b[2J\\x1b]0;owned\\x07");
  EXPECT_EQ(inert("\xC2\x9B"
                  "31mred"),
            "\\x9b31mred");  // CSI as one C1 character
  EXPECT_EQ(inert("a\rb\bc\td\x7f"), "a\\x0db\\x08c\\x09d\\x7f");
  EXPECT_EQ(inert(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(Inert, one_line_stays_one_line_unless_lines_are_wanted) {
  EXPECT_EQ(inert("one\ntwo"), "one\\x0atwo");
  EXPECT_EQ(inert("one\xE2\x80\xA8two"), "one\\u{2028}two");
  EXPECT_EQ(inert_lines("one\n\ttwo\r\n"), "one\n two\\x0d\n");
}

TEST(Inert, nothing_reorders_hides_or_imitates_what_stands_around_it) {
  EXPECT_EQ(inert("\xE2\x80\xAEgnp.exe"), "\\u{202e}gnp.exe");  // right-to-left override
  EXPECT_EQ(inert("a\xE2\x81\xA6"
                  "b\xE2\x81\xA9"),
            "a\\u{2066}b\\u{2069}");  // isolates
  EXPECT_EQ(inert("Bo\xE2\x80\x8B"
                  "b"),
            "Bo\\u{200b}b");  // zero width space
  EXPECT_EQ(inert("Bo\xC2\xAD"
                  "b"),
            "Bo\\u{00ad}b");  // soft hyphen
  EXPECT_EQ(inert("\xEF\xBB\xBF"), "\\u{feff}");
  EXPECT_EQ(inert("\xF3\xA0\x81\xA1"), "\\u{e0061}");  // a tag character
  EXPECT_EQ(inert("\xEE\x80\x80"), "\\u{e000}");       // private use
}

TEST(Inert, a_joiner_stays_only_between_what_is_seen) {
  EXPECT_EQ(inert("\xE2\x80\x8D"
                  "Bob"),
            "Bob");
  EXPECT_EQ(inert("B\xE2\x80\x8D\xE2\x80\x8D\xE2\x80\x8D"
                  "ob"),
            "B\xE2\x80\x8D"
            "ob");
}

TEST(Inert, marks_do_not_stack_over_other_lines) {
  std::string stacked = "a";
  std::string bounded = "a";
  for (std::size_t i = 0; i < 50; ++i) {
    stacked += "\xCC\x81";
    if (i < kMarksMax) bounded += "\xCC\x81";
  }
  EXPECT_EQ(inert(stacked + "b"), bounded + "b");
}

TEST(Inert, what_is_not_UTF_8_comes_out_byte_by_byte) {
  EXPECT_EQ(inert("\xff"), "\\xff");
  EXPECT_EQ(inert("\xC3"), "\\xc3");                             // cut off
  EXPECT_EQ(inert("\xC0\xAF"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(inert("\xED\xA0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(inert("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above the last
}

// Whatever comes in: no byte that a terminal acts on goes out.
TEST(Inert, no_control_byte_comes_out_whatever_goes_in) {
  std::uint32_t state = 1;
  for (int run = 0; run < 2000; ++run) {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      state = state * 1'664'525U + 1'013'904'223U;
      text += static_cast<char>(state >> 24U);
    }
    std::string_view out = text;
    const std::string shown = inert(text);
    out = shown;
    while (!out.empty()) {
      const CodePoint point = first_code_point(out);
      ASSERT_NE(point.value, CodePoint::kNotUtf8);
      ASSERT_TRUE(point.value >= 0x20 && (point.value < 0x7F || point.value >= 0xA0));
      out.remove_prefix(point.bytes);
    }
    EXPECT_EQ(inert(shown), shown);
  }
}

}  // namespace
}  // namespace zerofc::cli
