// The server's half of a Secure Session handshake: elliptic-curve work of a quarter of a
// millisecond, so it is moved to a worker and back. docs/protocol.md §2.2.
#pragma once

#include <memory>
#include <optional>
#include <variant>

#include "core/base/bytes.hpp"
#include "core/wire/types.hpp"
#include "themis/secure_session.hpp"

namespace zerofc::server {

class Handshake {
 public:
  explicit Handshake(std::shared_ptr<const themis::SessionIdentity> identity)
      : server_(std::move(identity)) {}

  struct Refused {};  // says nothing of why, as the peer is told nothing
  struct Reply {
    Bytes message;  // to be sent; one more message has to come
  };
  struct Established {
    Bytes message;  // to be sent before anything that `session` wraps
    themis::SecureSession session;
    SessionPublicKey peer;  // whose private key the client has proved to hold
  };
  using Outcome = std::variant<Refused, Reply, Established>;

  // The client's next message: msg1, then msg3. Not after Refused or Established.
  [[nodiscard]] Outcome advance(BytesView message);

 private:
  themis::SecureSessionServer server_;
  bool is_second_ = false;
};

}  // namespace zerofc::server
