// The two sides of a Secure Session handshake (formats, sections 5.1 to 5.4): one struct per state.
#pragma once

#include <memory>
#include <variant>

#include "ec.hpp"
#include "session_keys.hpp"
#include "themis/secure_session.hpp"

namespace themis::detail {

// Made for one session, dropped once its data keys exist.
struct Ephemeral {
  BigNumber scalar;
  EcPublicContainer container{};

  static Result<Ephemeral> generate();
  static Result<Ephemeral> from_scalar(BigNumber scalar);
};

// What a peer says about itself in msg1 and msg2: TSPM{ TSID{id} || ephemeral || signature }.
struct Hello {
  Bytes id;
  Bytes ephemeral;  // the container as received: it is signed and hashed in that form
  Point ephemeral_point;
  Bytes signature;

  // Exact lengths, CRCs, a valid point. Doesn't look at the signature.
  // Errors: kMalformed, kCorrupt, kInvalidKey, kTooLarge, kLibcrypto.
  static Result<Hello> parse(BytesView message);
};

using Identity = std::shared_ptr<const SessionIdentity>;

// No step is due any more: established, or failed.
struct Over {};

struct ServerHandshake {
  struct AwaitMsg1 {};
  struct AwaitMsg3 {
    Hello client;
    EcPublicKey client_key;
    Ephemeral ephemeral;
  };

  Identity identity;
  std::variant<AwaitMsg1, AwaitMsg3, Over> state;

  // Authenticates msg1 with the key that `lookup` gives.
  struct Authenticated {
    Hello client;
    EcPublicKey key;
  };
  Result<Authenticated> check_msg1(BytesView msg1, const PeerKeyLookup& lookup) const;
  // Moves to AwaitMsg3; gives msg2.
  Result<Bytes> answer(Authenticated client, Ephemeral ephemeral);
  Result<SecureSessionServer::Established> handle(AwaitMsg3 due, BytesView msg3) const;
};

struct ClientHandshake {
  struct AwaitMsg2 {
    Ephemeral ephemeral;
  };
  struct AwaitMsg4 {
    SessionSecrets secrets;
    EcPublicContainer client_ephemeral{};  // CE
  };

  Identity identity;
  Bytes server_id;
  EcPublicKey server_key;
  Bytes msg1;
  std::variant<AwaitMsg2, AwaitMsg4, Over> state;

  static Result<std::unique_ptr<ClientHandshake>> start(Identity identity, BytesView server_id,
                                                        EcPublicKey server_key,
                                                        Ephemeral ephemeral);
  // Moves to AwaitMsg4; gives msg3.
  Result<Bytes> handle(AwaitMsg2 due, BytesView msg2);
  Result<SecureSession> handle(AwaitMsg4 due, BytesView msg4) const;
};

// Checks shared by both constructors. Errors: kInvalidArgument, kTooLarge.
Result<void> check_session_id(BytesView id);

}  // namespace themis::detail
