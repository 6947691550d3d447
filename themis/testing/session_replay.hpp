// Opens Secure Session for tests: chosen ephemeral keys, chosen counters. Not part of the library.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "session_keys.hpp"
#include "themis/secure_session.hpp"

namespace themis {

class SessionReplay {
 public:
  // As SecureSessionClient::create, with this ephemeral private key (32 bytes, big-endian).
  static Result<SecureSessionClient> client(std::shared_ptr<const SessionIdentity> identity,
                                            BytesView peer_id, EcPublicKey peer_key,
                                            BytesView ephemeral_scalar);

  // As handle_msg1, with this ephemeral private key.
  static Result<Bytes> handle_msg1(SecureSessionServer& server, BytesView msg1,
                                   const PeerKeyLookup& lookup, BytesView ephemeral_scalar);

  // What both sides compute from the ephemeral keys and ids.
  static Result<detail::SharedSecret> shared_secret(BytesView ephemeral_scalar,
                                                    BytesView peer_container);

  static Result<SecureSession> establish(const detail::SessionSecrets& secrets, bool is_client) {
    return SecureSession::establish(secrets, is_client);
  }

  static std::uint32_t& next_send(SecureSession& session) { return session.next_send_; }
  static std::uint32_t& next_receive(SecureSession& session) { return session.next_receive_; }
  static std::array<std::uint8_t, 16>& iv(SecureSession& session) { return session.iv_; }
  static BytesView receive_key(const SecureSession& session) { return session.receive_key_.view(); }
};

}  // namespace themis
