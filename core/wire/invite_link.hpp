// Invite links: docs/wire.cddl, section 6.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

struct InviteLink {
  RoomId room;
  MemberId inviter;
  ExchangePublicKey invite_key;
  InviteId invite;
  InviteSecret secret;
  Fingerprint server;
  UnixSeconds expires{};
};

enum class LinkError : std::uint8_t {
  kMangled,  // not an invite link, or not all of it
  kNewer,    // of a newer version of the protocol
};

struct OpenedLink {
  std::string_view origin;  // as written in the link, such as https://chat.example
  InviteLink link;
};

// ORIGIN/#/join/BASE64URL, wiped when it goes.
[[nodiscard]] SecretBytes encode_link(std::string_view origin, const InviteLink& link);
// Takes surrounding white space. `origin` points into `text`.
[[nodiscard]] Result<OpenedLink, LinkError> decode_link(std::string_view text);

}  // namespace zerofc
