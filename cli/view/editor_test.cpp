// The line that somebody types.
#include "cli/view/editor.hpp"

#include <gtest/gtest.h>

namespace zerofc::cli {
namespace {

using Key = Editor::Key;

class EditorTest : public ::testing::Test {
 protected:
  void type(std::u32string_view text) {
    for (const char32_t point : text) editor.type(point);
  }
  [[nodiscard]] std::string line() const { return std::string(text_of(editor.content().view())); }
  [[nodiscard]] std::string before() const {
    return std::string(text_of(editor.before_cursor().view()));
  }

  Editor editor;
};

TEST_F(EditorTest, characters_go_in_where_the_cursor_is_and_come_out_as_UTF_8) {
  type(U"hello");
  editor.press(Key::kHome);
  type(U"é日😀");
  EXPECT_EQ(line(), "é日😀hello");
  EXPECT_EQ(before(), "é日😀");
  EXPECT_EQ(editor.length(), 8U);
}

TEST_F(EditorTest, whole_characters_are_taken_away) {
  type(U"aé日");
  editor.press(Key::kBackspace);
  EXPECT_EQ(line(), "aé");
  editor.press(Key::kHome);
  editor.press(Key::kBackspace);  // nothing is there
  editor.press(Key::kDelete);
  EXPECT_EQ(line(), "é");
  editor.press(Key::kEnd);
  editor.press(Key::kDelete);
  EXPECT_EQ(line(), "é");
}

TEST_F(EditorTest, words_and_the_line_up_to_the_cursor_are_taken_away) {
  type(U"one two  ");
  editor.press(Key::kEraseWord);
  EXPECT_EQ(line(), "one ");
  type(U"three");
  editor.press(Key::kLeft);
  editor.press(Key::kClearLine);
  EXPECT_EQ(line(), "e");
}

TEST_F(EditorTest, controls_and_what_is_no_character_are_not_taken) {
  for (const char32_t point : {0x00U, 0x1bU, 0x7fU, 0x9bU, 0xD800U, 0x110000U}) editor.type(point);
  EXPECT_TRUE(editor.empty());
}

TEST_F(EditorTest, a_line_is_no_longer_than_a_message) {
  for (std::size_t i = 0; i < Editor::kBytesMax; ++i) editor.type(U'x');
  editor.type(U'y');
  EXPECT_EQ(editor.content().size(), Editor::kBytesMax);
  editor.press(Key::kBackspace);
  editor.type(U'é');  // two bytes, and one is left
  EXPECT_EQ(editor.content().size(), Editor::kBytesMax - 1);
}

TEST_F(EditorTest, what_was_typed_comes_back_unless_it_was_a_passphrase) {
  type(U"first");
  EXPECT_EQ(text_of(editor.take(true).view()), "first");
  type(U"secret");
  EXPECT_EQ(text_of(editor.take(false).view()), "secret");
  EXPECT_TRUE(editor.empty());
  editor.press(Key::kOlder);
  EXPECT_EQ(line(), "first");
  editor.press(Key::kOlder);
  EXPECT_EQ(line(), "first");
  editor.press(Key::kNewer);
  EXPECT_EQ(line(), "");
  editor.forget_everything();
  editor.press(Key::kOlder);
  EXPECT_EQ(line(), "");
}

TEST_F(EditorTest, a_name_is_completed_as_far_as_it_is_certain) {
  const std::vector<std::string> words{"/invite", "/help", "carol", "carolus", "bob"};
  type(U"b");
  editor.complete(words);
  EXPECT_EQ(line(), "bob: ");
  type(U"ask c");
  editor.complete(words);
  EXPECT_EQ(line(), "bob: ask carol");
  type(U"u");
  editor.complete(words);
  EXPECT_EQ(line(), "bob: ask carolus ");
  static_cast<void>(editor.take(false));
  type(U"/i");
  editor.complete(words);
  EXPECT_EQ(line(), "/invite ");
  editor.complete(words);  // there is no word at the cursor
  EXPECT_EQ(line(), "/invite ");
}

}  // namespace
}  // namespace zerofc::cli
