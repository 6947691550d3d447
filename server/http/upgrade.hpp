// The WebSocket handshake, RFC 6455 §4.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/time.hpp"
#include "server/http/origin_policy.hpp"
#include "server/http/request.hpp"
#include "server/http/response.hpp"

namespace zerofc::server {

inline constexpr std::string_view kWebSocketPath = "/ws";
inline constexpr std::string_view kSubprotocol = "0fc.v1";

// Does this ask for a WebSocket, rightly or not?
[[nodiscard]] bool wants_upgrade(const Request& request);

struct Upgrade {
  std::string response;  // the whole 101; no extension is ever in it
};
// Version, key, subprotocol, host and origin: all of them, or an answer that says which is wrong.
[[nodiscard]] std::variant<Upgrade, Response> judge_upgrade(const Request& request,
                                                            const OriginPolicy& origins,
                                                            UnixSeconds now);

// Sec-WebSocket-Accept for a Sec-WebSocket-Key; none if that is not 16 bytes in base64.
[[nodiscard]] std::optional<std::string> websocket_accept(std::string_view key);

}  // namespace zerofc::server
