// What others wrote, made harmless for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace zerofc::cli {

// One line of text that a terminal only shows and never obeys, with everything that would change
// what stands around it made visible:
//   control characters (C0, DEL, C1: the ESC of escape sequences too)   \x1b
//   line and paragraph separators, bidirectional controls, characters of no width, tag characters,
//   noncharacters and private use                                       \u{202e}
// A joiner between two visible characters and variation selectors stay, since emoji and scripts
// need them; of marks that stack on one character only the first kMarksMax stay. What is not UTF-8
// comes out as \xNN, byte by byte. A backslash stays as it is: this is for people, not for
// programs, which have --json.
[[nodiscard]] std::string inert(std::string_view text);

// The same, but line feeds stay and a tab becomes a space: for texts that may have lines.
[[nodiscard]] std::string inert_lines(std::string_view text);

inline constexpr std::size_t kMarksMax = 4;

// The code point at the front of `text`, which is not empty, and how many bytes it has. A byte
// that begins none counts as one of `value` kNotUtf8.
struct CodePoint {
  static constexpr char32_t kNotUtf8 = 0xffff'ffff;
  char32_t value = kNotUtf8;
  std::size_t bytes = 1;
};
[[nodiscard]] CodePoint first_code_point(std::string_view text);

}  // namespace zerofc::cli
