#include "server/connection/handshake.hpp"

namespace zerofc::server {
namespace {

// "The client's session id is its 45-byte public session key container; the server validates it as
// a P-256 key and looks it up as itself." Of that size there is one container for each key.
themis::Result<themis::EcPublicKey> key_in(BytesView peer_id) {
  if (peer_id.size() != kKeyContainerBytes) return themis::fail(themis::ErrorCode::kUnknownPeer);
  return themis::EcPublicKey::parse(peer_id);
}

}  // namespace

Handshake::Outcome Handshake::advance(BytesView message) {
  if (!is_second_) {
    is_second_ = true;
    auto reply = server_.handle_msg1(message, key_in);
    if (!reply) return Refused{};
    return Reply{std::move(*reply)};
  }
  auto established = server_.handle_msg3(message);
  if (!established) return Refused{};
  const auto peer = SessionPublicKey::from(established->peer_id);
  if (!peer) return Refused{};
  return Established{std::move(established->msg4), std::move(established->session), *peer};
}

}  // namespace zerofc::server
