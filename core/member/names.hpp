// Names that people type: docs/wire.cddl has their limits.
#pragma once

#include <cstddef>
#include <string_view>

namespace zerofc::member {

// Nothing in it that could be seen: white space of Unicode and the characters of no width.
[[nodiscard]] bool is_blank(std::string_view text);

// 1 to `max` bytes, and not blank. Nothing is trimmed: what was typed is what is sent.
[[nodiscard]] bool is_name(std::string_view text, std::size_t max);

}  // namespace zerofc::member
