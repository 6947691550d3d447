#include "core/member/names.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace zerofc::member {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};
// Control characters, White_Space and Default_Ignorable_Code_Point of Unicode, and the Braille
// blank.
constexpr std::array<Range, 21> kUnseen = {{
    {0x00, 0x20},       {0x7f, 0xa0},     {0xad, 0xad},     {0x34f, 0x34f},   {0x61c, 0x61c},
    {0x115f, 0x1160},   {0x1680, 0x1680}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x2000, 0x200f},
    {0x2028, 0x202f},   {0x205f, 0x206f}, {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164},
    {0xfe00, 0xfe0f},   {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfff8}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
}};

bool is_unseen(char32_t point) {
  return std::any_of(kUnseen.begin(), kUnseen.end(), [point](const Range& range) {
    return point >= range.first && point <= range.last;
  });
}

// Takes one code point off the front of UTF-8 that was checked when the intent was decoded.
char32_t take_point(std::string_view& text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t point = size == 1 ? first : first & (0xffU >> (size + 1));
  for (std::size_t at = 1; at < size && at < text.size(); ++at) {
    point = point << 6U | (static_cast<std::uint8_t>(text[at]) & 0x3fU);
  }
  text.remove_prefix(std::min(size, text.size()));
  return point;
}

}  // namespace

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    if (!is_unseen(take_point(text))) return false;
  }
  return true;
}

bool is_name(std::string_view text, std::size_t max) {
  return text.size() <= max && !is_blank(text);
}

}  // namespace zerofc::member
