// Join requests and grants: docs/wire.cddl, section 6.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/wire/message.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

struct JoinContent {
  JoinKey join_key;
  Profile profile;
};

[[nodiscard]] Bytes join_context(const RoomId& room, const InviteId& invite, BytesView card,
                                 const ExchangePublicKey& one_time_key);
[[nodiscard]] WipedBuffer encode(const JoinContent& content);
[[nodiscard]] std::optional<JoinContent> decode_join_content(BytesView bytes);

struct GrantContent {
  RoomKey room_key;
  Epoch epoch = 0;
  // The rotation that began this epoch, and the chain hash before it; none for the genesis.
  Seq start_seq = 0;
  std::optional<Hash> before_start;
  LogPoint head;
  std::string room_name;  // may be empty
  std::vector<std::pair<MemberId, std::string>> names;
};

[[nodiscard]] WipedBuffer grant_context(const RoomId& room, const InviteSecret& invite_secret,
                                        const MemberId& inviter, const MemberId& joiner);
[[nodiscard]] WipedBuffer encode(const GrantContent& content);
[[nodiscard]] std::optional<GrantContent> decode_grant_content(BytesView bytes);

}  // namespace zerofc
