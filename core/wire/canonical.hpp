// Canonical form of Themis containers and messages: docs/protocol.md §2.3. The two Themis builds in
// use do not agree on every malformed input, so everyone checks this first, with this code.
#pragma once

#include <optional>

#include "core/base/bytes.hpp"

namespace zerofc::canonical {

// 45-byte UEC2 container, compressed point prefix 02 or 03, right size field and CRC-32C.
[[nodiscard]] bool is_public_key(BytesView container);
// Seal cell with a 32-byte key: id 0x40010100, IV 12, tag 16, length 44 + n, n > 0.
[[nodiscard]] bool is_cell(BytesView cell);
// Secure Message, encrypted: type 0x26042720, exact length, a canonical cell inside.
[[nodiscard]] bool is_encrypted(BytesView message);
// Secure Message, signed: type 0x26042620, length 12 + n + s, n > 0, strict DER signature of P-256.
// Returns the signed content (n bytes), which is not verified by this.
[[nodiscard]] std::optional<BytesView> signed_content(BytesView message);
// The same for a signed message that has other bytes after it, and where it ends.
struct SignedPrefix {
  BytesView content;
  std::size_t size = 0;  // of the whole signed message
};
[[nodiscard]] std::optional<SignedPrefix> signed_prefix(BytesView bytes);

}  // namespace zerofc::canonical
