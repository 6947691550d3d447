// Asking others for the current room key, and their answers: docs/wire.cddl, section 6.
#pragma once

#include <optional>

#include "core/base/bytes.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

// rekey-content: signed by whoever lost the key.
struct RekeyContent {
  RoomId room;
  MemberId member;
  Epoch need = 0;  // the newest epoch in its log
  ExchangePublicKey one_time_key;
  Nonce nonce;
};
[[nodiscard]] Bytes encode(const RekeyContent& content);
[[nodiscard]] std::optional<RekeyContent> decode_rekey_content(BytesView bytes);

// rekeyed-content: signed by whoever answers. Views point into what was decoded.
struct RekeyedContent {
  RoomId room;
  Epoch epoch = 0;  // of the key in the box
  MemberId from;
  MemberId to;
  Hash request;  // SHA-256 of the rekey-content
  ExchangePublicKey one_time_key;
  BytesView box;  // encrypted-message of rekey-box-content, one-time key to one-time key
};
[[nodiscard]] Bytes encode(const RekeyedContent& content);
[[nodiscard]] std::optional<RekeyedContent> decode_rekeyed_content(BytesView bytes);

struct RekeyBox {
  Epoch epoch = 0;
  RoomKey key;
};
[[nodiscard]] WipedBuffer encode(const RekeyBox& content);
[[nodiscard]] std::optional<RekeyBox> decode_rekey_box(BytesView bytes);

}  // namespace zerofc
