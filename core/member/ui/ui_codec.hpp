// Intents and patches as bytes: one deterministic CBOR array each, as schema/ui.json describes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/secret.hpp"
#include "core/member/ui/ui_messages.hpp"

namespace zerofc::ui {

// Decodes exactly one intent; nothing if the bytes are anything else, or a field breaks its limit.
// Its texts are views into `bytes`.
[[nodiscard]] std::optional<Intent> decode_intent(std::span<const std::uint8_t> bytes);

// Appends one encoded patch to `out`. False, and `out` as it was, if a field breaks its limit or a
// text isn't UTF-8.
[[nodiscard]] bool encode_patch(const Patch& patch, std::vector<std::uint8_t>& out);
// The same into memory that is wiped when it goes.
[[nodiscard]] bool encode_patch(const Patch& patch, WipedBuffer& out);

// The other direction, for hosts that stand in for the page: the terminal client and tests.
[[nodiscard]] bool encode_intent(const Intent& intent, std::vector<std::uint8_t>& out);
[[nodiscard]] bool encode_intent(const Intent& intent, WipedBuffer& out);
[[nodiscard]] std::optional<Patch> decode_patch(std::span<const std::uint8_t> bytes);

}  // namespace zerofc::ui
