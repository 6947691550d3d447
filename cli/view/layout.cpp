#include "cli/view/layout.hpp"

#include <algorithm>
#include <array>

#include "cli/text/inert.hpp"

namespace zerofc::cli {
namespace {

constexpr std::size_t kWidthMin = 8;

struct Range {
  char32_t first;
  char32_t last;
};
// East Asian wide and fullwidth characters, and emoji.
constexpr std::array<Range, 12> kWide{{{0x1100, 0x115F},
                                       {0x231A, 0x231B},
                                       {0x2E80, 0x303E},
                                       {0x3041, 0x33FF},
                                       {0x3400, 0x4DBF},
                                       {0x4E00, 0xA4CF},
                                       {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},
                                       {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},
                                       {0x1F300, 0x1FAFF},
                                       {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 12> kNone{{{0x0300, 0x036F},
                                       {0x0483, 0x0489},
                                       {0x0591, 0x05BD},
                                       {0x0610, 0x061A},
                                       {0x064B, 0x065F},
                                       {0x06D6, 0x06DC},
                                       {0x1AB0, 0x1AFF},
                                       {0x1DC0, 0x1DFF},
                                       {0x200B, 0x200F},
                                       {0x20D0, 0x20FF},
                                       {0xFE00, 0xFE0F},
                                       {0xFE20, 0xFE2F}}};

template <std::size_t kCount>
bool is_in(const std::array<Range, kCount>& ranges, char32_t point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [point](Range range) { return range.first <= point && point <= range.last; });
}

// The longest front of `text` that fits, in bytes.
std::size_t fitting(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t columns = 0;
  while (bytes < text.size()) {
    const CodePoint point = first_code_point(text.substr(bytes));
    columns += columns_of(point.value);
    if (columns > width) break;
    bytes += point.bytes;
  }
  return bytes;
}

}  // namespace

std::size_t columns_of(char32_t point) {
  if (is_in(kNone, point)) return 0;
  return is_in(kWide, point) ? 2 : 1;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    columns += columns_of(point.value);
    text.remove_prefix(point.bytes);
  }
  return columns;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t indent) {
  width = std::max(width, kWidthMin);
  indent = std::min(indent, width / 2);
  std::vector<std::string> lines;
  do {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view rest = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    do {
      const std::string margin(lines.empty() ? 0 : indent, ' ');
      std::size_t take = fitting(rest, width - margin.size());
      if (take < rest.size()) {
        const std::size_t space = rest.substr(0, take + 1).rfind(' ');
        if (space != std::string_view::npos && space > 0) take = space;
      }
      lines.push_back(margin + std::string(rest.substr(0, take)));
      rest.remove_prefix(take);
      if (rest.starts_with(' ')) rest.remove_prefix(1);
    } while (!rest.empty());
  } while (!text.empty());
  return lines;
}

std::string clip(std::string_view text, std::size_t width) {
  if (columns_of(text) <= width) return std::string(text);
  if (width == 0) return "";
  return std::string(text.substr(0, fitting(text, width - 1))) + "…";
}

}  // namespace zerofc::cli
