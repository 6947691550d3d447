#include "cli/view/editor.hpp"

#include <algorithm>
#include <utility>

#include "cli/text/inert.hpp"

namespace zerofc::cli {
namespace {

std::size_t bytes_of_point(char32_t point) {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

void append_utf8(WipedBuffer& out, char32_t point) {
  const std::size_t bytes = bytes_of_point(point);
  if (bytes == 1) {
    out.push_back(static_cast<std::uint8_t>(point));
    return;
  }
  const auto lead = static_cast<std::uint8_t>(0xF00U >> bytes);
  for (std::size_t left = bytes; left-- > 0;) {
    const auto bits = static_cast<std::uint8_t>((point >> (6 * left)) & 0x3FU);
    out.push_back(static_cast<std::uint8_t>(left + 1 == bytes ? lead | bits : 0x80U | bits));
  }
}

}  // namespace

void Editor::type(char32_t point) {
  const bool is_control = point < 0x20 || (point >= 0x7F && point < 0xA0);
  const bool is_none = point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF);
  if (is_control || is_none || bytes_ + bytes_of_point(point) > kBytesMax) return;
  line_.insert(line_.begin() + static_cast<std::ptrdiff_t>(cursor_), point);
  bytes_ += bytes_of_point(point);
  ++cursor_;
}

void Editor::erase(std::size_t first, std::size_t last) {
  const auto begin = line_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = line_.begin() + static_cast<std::ptrdiff_t>(last);
  for (auto at = begin; at != end; ++at) bytes_ -= bytes_of_point(*at);
  line_.erase(begin, end);
  cursor_ = first;
}

std::size_t Editor::word_begin() const {
  std::size_t at = cursor_;
  while (at > 0 && line_[at - 1] != U' ') --at;
  return at;
}

void Editor::press(Key key) {
  switch (key) {
    case Key::kLeft:
      if (cursor_ > 0) --cursor_;
      break;
    case Key::kRight:
      if (cursor_ < line_.size()) ++cursor_;
      break;
    case Key::kHome:
      cursor_ = 0;
      break;
    case Key::kEnd:
      cursor_ = line_.size();
      break;
    case Key::kBackspace:
      if (cursor_ > 0) erase(cursor_ - 1, cursor_);
      break;
    case Key::kDelete:
      if (cursor_ < line_.size()) erase(cursor_, cursor_ + 1);
      break;
    case Key::kClearLine:
      erase(0, cursor_);
      break;
    case Key::kEraseWord: {
      const std::size_t end = cursor_;
      while (cursor_ > 0 && line_[cursor_ - 1] == U' ') --cursor_;
      erase(word_begin(), end);
      break;
    }
    case Key::kOlder:
      if (shown_ > 0) set(text_of(remembered_[--shown_].view()));
      break;
    case Key::kNewer:
      if (shown_ >= remembered_.size()) break;
      ++shown_;
      set(shown_ < remembered_.size() ? text_of(remembered_[shown_].view()) : std::string_view());
      break;
  }
}

void Editor::set(std::string_view text) {
  erase(0, line_.size());
  insert(text);
}

void Editor::insert(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.value != CodePoint::kNotUtf8) type(point.value);
    text.remove_prefix(point.bytes);
  }
}

void Editor::complete(const std::vector<std::string>& words) {
  const std::size_t begin = word_begin();
  const SecretBytes typed = utf8(begin, cursor_);
  const std::string_view part = text_of(typed.view());
  if (part.empty()) return;
  std::vector<std::string_view> found;
  for (const std::string& word : words) {
    if (std::string_view(word).starts_with(part)) found.push_back(word);
  }
  if (found.empty()) return;
  std::string_view common = found.front();
  for (const std::string_view word : found) {
    const auto differ = std::mismatch(common.begin(), common.end(), word.begin(), word.end());
    common = common.substr(0, static_cast<std::size_t>(differ.first - common.begin()));
  }
  // What is common may end within a character, which insert() then leaves out.
  insert(common.substr(part.size()));
  if (found.size() > 1) return;
  const bool is_name = !common.starts_with('/');
  insert(begin == 0 && is_name ? ": " : " ");
}

SecretBytes Editor::take(bool remember) {
  SecretBytes typed = content();
  if (remember && !typed.empty()) {
    if (remembered_.size() == kRememberedMax) remembered_.erase(remembered_.begin());
    remembered_.push_back(typed.copy());
  }
  erase(0, line_.size());
  shown_ = remembered_.size();
  return typed;
}

void Editor::forget_everything() {
  line_ = Line();
  remembered_.clear();
  cursor_ = bytes_ = shown_ = 0;
}

SecretBytes Editor::utf8(std::size_t first, std::size_t last) const {
  WipedBuffer out;
  for (std::size_t at = first; at < last; ++at) append_utf8(out, line_[at]);
  return SecretBytes(std::move(out));
}

}  // namespace zerofc::cli
