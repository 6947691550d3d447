// Cards: docs/wire.cddl, section 2.
#pragma once

#include <optional>

#include "core/base/bytes.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

// card-content = ["0fc card", room-id / nonce, session, signing, exchange]
struct CardContent {
  Hash bound_to;  // the room id; in the owner's own card the genesis nonce
  SessionPublicKey session;
  SigningPublicKey signing;
  ExchangePublicKey exchange;
};

[[nodiscard]] Bytes encode(const CardContent& content);
[[nodiscard]] std::optional<CardContent> decode_card_content(BytesView bytes);

}  // namespace zerofc
