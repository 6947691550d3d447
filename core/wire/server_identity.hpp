// The server's identity and its signed heads: docs/wire.cddl, section 7.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

// The server's session id in Secure Session.
inline constexpr std::string_view kServerSessionId = "0fc-server";

struct ServerKeys {
  SessionPublicKey session;
  SigningPublicKey signing;
  friend bool operator==(const ServerKeys&, const ServerKeys&) = default;
};

// server-content: its SHA-256 is the fingerprint, and its bytes are the answer of GET /server-key.
[[nodiscard]] Bytes encode(const ServerKeys& keys);
[[nodiscard]] std::optional<ServerKeys> decode_server_keys(BytesView bytes);

struct HeadContent {
  RoomId room;
  LogPoint head;
};
[[nodiscard]] Bytes encode(const HeadContent& content);
[[nodiscard]] std::optional<HeadContent> decode_head_content(BytesView bytes);

}  // namespace zerofc
