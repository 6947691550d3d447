#include "server/http/upgrade.hpp"

#include <algorithm>
#include <array>

namespace zerofc::server {
namespace {

bool offers_subprotocol(std::string_view list) {
  while (const auto item = take_item(list)) {
    if (*item == kSubprotocol) return true;  // a name, compared as it is
  }
  return false;
}

}  // namespace

bool wants_upgrade(const Request& request) {
  return request.path == kWebSocketPath && request.method == Method::kGet &&
         has_token(request.connection, "upgrade") && has_token(request.upgrade, "websocket");
}

std::variant<Upgrade, Response> judge_upgrade(const Request& request, const OriginPolicy& origins,
                                              UnixSeconds now) {
  const auto refuse = [&](Status status, std::string_view code, std::string_view sentence,
                          std::span<const Header> headers = {}) {
    return answer_text(
        {.status = status, .code = code, .sentence = sentence, .headers = headers, .close = true},
        now);
  };
  if (!origins.answers_for(request.host)) {
    return refuse(Status::kMisdirected, "misdirected",
                  "This server does not answer under this name.");
  }
  if (!origins.may_connect(request.host, request.origin)) {
    return refuse(Status::kForbidden, "foreign-origin",
                  "Only this server's own page may open a WebSocket to it.");
  }
  if (request.websocket_version != "13") {
    constexpr std::array<Header, 1> kVersion{{{"Sec-WebSocket-Version", "13"}}};
    return refuse(Status::kUpgradeRequired, "websocket-version", "WebSocket version 13 is spoken.",
                  kVersion);
  }
  const auto accept = websocket_accept(request.websocket_key);
  if (!accept) {
    return refuse(Status::kBadRequest, "websocket-key", "Sec-WebSocket-Key is 16 bytes in base64.");
  }
  if (!offers_subprotocol(request.websocket_protocol)) {
    return refuse(Status::kBadRequest, "subprotocol",
                  "The subprotocol 0fc.v1 is needed; this client speaks another version.");
  }
  std::string response =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: ";
  response.append(*accept).append("\r\nSec-WebSocket-Protocol: ").append(kSubprotocol);
  return Upgrade{response.append("\r\n\r\n")};
}

}  // namespace zerofc::server
