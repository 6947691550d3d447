// Base64url without padding (RFC 4648, section 5), for secrets: no table is read at an address that
// depends on them, and what holds them is wiped.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"

namespace zerofc {

void append_base64url(BytesView bytes, WipedBuffer& out);
// None unless `text` is exactly what append_base64url makes of the result.
[[nodiscard]] std::optional<WipedBuffer> decode_base64url(std::string_view text);

}  // namespace zerofc
