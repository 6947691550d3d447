// The Date of an HTTP answer: RFC 9110 §5.6.7.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.hpp"

namespace zerofc::cli {

// "Sun, 06 Nov 1994 08:49:37 GMT"; none if it is anything else, the obsolete forms included.
[[nodiscard]] std::optional<UnixMillis> parse_http_date(std::string_view text);

}  // namespace zerofc::cli
