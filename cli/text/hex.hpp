// Ids and names as people see them: lower-case hexadecimal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace zerofc::cli {

[[nodiscard]] std::string to_hex(BytesView bytes);
// None unless it is what to_hex() makes.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

}  // namespace zerofc::cli
