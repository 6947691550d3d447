#include "cli/text/inert.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace zerofc::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t kCount>
bool is_in(const std::array<Range, kCount>& ranges, char32_t point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [point](Range range) { return range.first <= point && point <= range.last; });
}

// What a terminal would obey, or what changes how its neighbours are seen.
constexpr std::array<Range, 17> kShownAsNumbers{{
    {0x00AD, 0x00AD},    // soft hyphen
    {0x061C, 0x061C},    // Arabic letter mark
    {0x115F, 0x1160},    // Hangul fillers
    {0x17B4, 0x17B5},    // Khmer inherent vowels
    {0x180E, 0x180E},    // Mongolian vowel separator
    {0x200B, 0x200B},    // zero width space
    {0x200E, 0x200F},    // left-to-right and right-to-left mark
    {0x2028, 0x202E},    // separators, embeddings and overrides
    {0x2060, 0x206F},    // word joiner, invisible operators, isolates, deprecated controls
    {0x3164, 0x3164},    // Hangul filler
    {0xD800, 0xF8FF},    // surrogates and private use
    {0xFDD0, 0xFDEF},    // noncharacters
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFA0, 0xFFA0},    // halfwidth Hangul filler
    {0xFFF0, 0xFFFB},    // unassigned and interlinear annotation
    {0xFFFE, 0xFFFF},    // noncharacters
    {0xE0000, 0x10FFFF}  // tags, supplementary variation selectors and private use
}};

// Marks that stand on the character before them.
constexpr std::array<Range, 12> kMarks{{{0x0300, 0x036F},
                                        {0x0483, 0x0489},
                                        {0x0591, 0x05BD},
                                        {0x0610, 0x061A},
                                        {0x064B, 0x065F},
                                        {0x06D6, 0x06DC},
                                        {0x0E31, 0x0E3A},
                                        {0x0E47, 0x0E4E},
                                        {0x1AB0, 0x1AFF},
                                        {0x1DC0, 0x1DFF},
                                        {0x20D0, 0x20FF},
                                        {0xFE20, 0xFE2F}}};

constexpr std::array<Range, 1> kJoiners{{{0x200C, 0x200D}}};  // of zero width
constexpr std::array<Range, 1> kVariationSelectors{{{0xFE00, 0xFE0F}}};

constexpr bool is_control(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

void append_hex(std::string& out, std::uint32_t number, int digits_min) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  int digits = digits_min;
  while (digits < 8 && (number >> (4 * digits)) != 0) ++digits;
  while (digits-- > 0) out += kDigits[(number >> (4 * digits)) & 0xf];
}

void append_byte(std::string& out, std::uint32_t byte) {
  out += "\\x";
  append_hex(out, byte, 2);
}

std::string make_inert(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  std::size_t marks = 0;
  bool after_visible = false;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const std::string_view bytes = text.substr(0, point.bytes);
    text.remove_prefix(point.bytes);
    if (point.value == CodePoint::kNotUtf8) {
      append_byte(out, static_cast<unsigned char>(bytes[0]));
      after_visible = false;
    } else if (keep_lines && point.value == '\n') {
      out += '\n';
      after_visible = false;
    } else if (keep_lines && point.value == '\t') {
      out += ' ';
      after_visible = false;
    } else if (is_control(point.value)) {
      append_byte(out, point.value);
      after_visible = false;
    } else if (is_in(kJoiners, point.value) || is_in(kVariationSelectors, point.value)) {
      if (after_visible) out += bytes;
      after_visible = false;  // not two in a row
    } else if (is_in(kShownAsNumbers, point.value)) {
      out += "\\u{";
      append_hex(out, point.value, 4);
      out += '}';
      after_visible = false;
    } else if (is_in(kMarks, point.value)) {
      if (++marks <= kMarksMax) out += bytes;
      continue;
    } else {
      out += bytes;
      after_visible = true;
    }
    marks = 0;
  }
  return out;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  std::uint32_t value = lead & (0x7FU >> bytes);
  for (std::size_t at = 1; at < bytes; ++at) {
    if ((byte(at) & 0xC0U) != 0x80) return {};
    value = value << 6U | (byte(at) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kLeast.at(bytes) || value > 0x10FFFF || is_surrogate) return {};
  return {value, bytes};
}

std::string inert(std::string_view text) { return make_inert(text, false); }
std::string inert_lines(std::string_view text) { return make_inert(text, true); }

}  // namespace zerofc::cli
