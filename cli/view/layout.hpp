// Text on a screen of fixed width. Inert text only: see cli/text/inert.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace zerofc::cli {

// Columns that a code point takes: 0 for marks and joiners, 2 for wide characters, else 1. Does not
// ask the locale, so that it is the same everywhere.
[[nodiscard]] std::size_t columns_of(char32_t point);
[[nodiscard]] std::size_t columns_of(std::string_view text);

// Lines of at most `width` columns (at least 8), broken at spaces where there are some; those after
// the first begin with `indent` spaces. Line feeds break too.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width,
                                            std::size_t indent);

// At most `width` columns of it; "…" at the end if something is missing.
[[nodiscard]] std::string clip(std::string_view text, std::size_t width);

}  // namespace zerofc::cli
