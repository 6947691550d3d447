// The line that somebody types. Its memory is wiped when it goes: it may be a passphrase.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.hpp"

namespace zerofc::cli {

class Editor {
 public:
  static constexpr std::size_t kBytesMax = 16'384;  // of a message
  static constexpr std::size_t kRememberedMax = 100;

  enum class Key : std::uint8_t {
    kLeft,
    kRight,
    kHome,
    kEnd,
    kBackspace,
    kDelete,
    kClearLine,  // everything before the cursor
    kEraseWord,  // the word before the cursor
    kOlder,      // of what was typed before
    kNewer,
  };
  void press(Key key);
  // A character; controls are not taken, nor what would be too long.
  void type(char32_t point);
  // Completes the word at the cursor: with the only one of `words` that it begins, or with what all
  // that it begins have in common. At the front of the line ": " follows a name.
  void complete(const std::vector<std::string>& words);
  // What was typed, which is remembered if `remember`; the line is empty then.
  [[nodiscard]] SecretBytes take(bool remember);
  void forget_everything();

  // As UTF-8.
  [[nodiscard]] SecretBytes content() const { return utf8(0, line_.size()); }
  [[nodiscard]] bool empty() const { return line_.empty(); }
  [[nodiscard]] std::size_t length() const { return line_.size(); }  // in characters
  [[nodiscard]] SecretBytes before_cursor() const { return utf8(0, cursor_); }
  [[nodiscard]] SecretBytes after_cursor() const { return utf8(cursor_, line_.size()); }

 private:
  using Line = std::vector<char32_t, WipingAllocator<char32_t>>;

  [[nodiscard]] SecretBytes utf8(std::size_t first, std::size_t last) const;
  void set(std::string_view text);
  void insert(std::string_view text);
  void erase(std::size_t first, std::size_t last);
  [[nodiscard]] std::size_t word_begin() const;

  Line line_;
  std::size_t cursor_ = 0;
  std::size_t bytes_ = 0;
  std::vector<SecretBytes> remembered_;  // oldest first
  std::size_t shown_ = 0;                // position in remembered_; its size: what is typed now
};

}  // namespace zerofc::cli
