// Rotation boxes: docs/wire.cddl, section 5.
#pragma once

#include <optional>

#include "core/base/bytes.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

[[nodiscard]] Bytes box_context(const RoomId& room, Epoch new_epoch, Epoch base,
                                const MemberId& rotator, const MemberId& member);
[[nodiscard]] WipedBuffer encode_box_content(const RoomKey& key);
[[nodiscard]] std::optional<RoomKey> decode_box_content(BytesView bytes);

}  // namespace zerofc
