// One message, sealed and opened: docs/protocol.md §5.
#pragma once

#include <optional>

#include "core/base/result.hpp"
#include "core/crypto.hpp"
#include "core/member/ui/ui_types.hpp"
#include "core/wire/entry.hpp"
#include "core/wire/message.hpp"

namespace zerofc::member {

// Signs, pads and seals `content`: the entry's bytes. kFailed: nothing was made.
CryptoResult<Bytes> seal_message(Crypto& crypto, const RoomKey& key,
                                 const SigningPrivateKey& signing, const MessageContent& content);

// Opens a message entry of `room`: canonical cell, padding, signature by `author`, form, and every
// bound field equal to the entry's. What depends on the log (counter, seen, membership) is the
// caller's. An error without a reason is no verdict: the crypto engine failed.
Result<MessageContent, std::optional<ui::RefusalReason>> open_message(
    Crypto& crypto, const RoomKey& key, const SigningPublicKey& author, const RoomId& room,
    const Entry& entry);

}  // namespace zerofc::member
