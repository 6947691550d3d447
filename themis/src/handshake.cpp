#include "handshake.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "byte_order.hpp"
#include "container.hpp"
#include "key_data.hpp"

namespace themis::detail {
namespace {

constexpr std::string_view kMessageTag = "TSPM";
constexpr std::string_view kIdTag = "TSID";
constexpr std::string_view kPublicKeyTag = "UEC2";
constexpr std::size_t kMacSize = std::tuple_size_v<SessionMac>;

bool same_bytes(BytesView a, BytesView b) { return std::ranges::equal(a, b); }

Result<void> verify(const EcPublicKey& key, Pieces message, BytesView signature) {
  return ecdsa_verify(key.data().pkey.get(), message, signature);
}

Result<BytesView> open_message(BytesView message) {
  if (message.size() > kHandshakeMessageMax) {
    return fail(ErrorCode::kTooLarge, kHandshakeMessageMax, message.size());
  }
  const auto container = open_container(message, kMessageTag);
  if (!container) return Failure(container.error());
  return container->payload;
}

Result<SessionSecrets> agree(const BigNumber& own, const Point& peer,
                             const Transcript& transcript) {
  const auto shared = ecdh(own.get(), peer.get());
  if (!shared) return Failure(shared.error());
  return derive_session_secrets(*shared, transcript);
}

// "Comparison of the session MACs must be constant time." (8.2)
Result<void> check_mac(const SessionSecrets& secrets, BytesView ephemeral, BytesView received) {
  const auto expected = session_mac(secrets, ephemeral);
  if (!expected) return Failure(expected.error());
  if (!equal_constant_time(*expected, received)) return fail(ErrorCode::kNotAuthentic);
  return {};
}

Bytes make_hello(BytesView id, const EcPublicContainer& ephemeral, BytesView signature) {
  return make_container(kMessageTag, {make_container(kIdTag, {id}), ephemeral, signature});
}

}  // namespace

Result<void> check_session_id(BytesView id) {
  if (id.empty()) return fail(ErrorCode::kInvalidArgument);
  if (id.size() > kSessionIdMax) return fail(ErrorCode::kTooLarge, kSessionIdMax, id.size());
  return {};
}

Result<Ephemeral> Ephemeral::generate() {
  auto scalar = random_scalar();
  if (!scalar) return Failure(scalar.error());
  return from_scalar(std::move(*scalar));
}

Result<Ephemeral> Ephemeral::from_scalar(BigNumber scalar) {
  const auto point = public_point(scalar.get());
  if (!point) return Failure(point.error());
  const auto octets = encode_point(point->get());
  if (!octets) return Failure(octets.error());
  Ephemeral ephemeral{std::move(scalar), {}};
  write_container(ephemeral.container, kPublicKeyTag, {compress(*octets)});
  return ephemeral;
}

// "The nested TSID size must fit in the outer payload before its CRC is computed; the ephemeral
// container must fit; the CRC of the ephemeral container must match; the ephemeral key must be UEC2
// with total 45 (or 77), on the curve." (5.4)
Result<Hello> Hello::parse(BytesView message) {
  const auto payload = open_message(message);
  if (!payload) return Failure(payload.error());
  BytesView rest = *payload;

  const auto id = container_at(rest);
  if (!id) return Failure(id.error());
  if (id->tag != kIdTag) return fail(ErrorCode::kMalformed);
  if (id->payload.empty()) return fail(ErrorCode::kMalformed, 1, 0);
  if (id->payload.size() > kSessionIdMax) {
    return fail(ErrorCode::kTooLarge, kSessionIdMax, id->payload.size());
  }
  if (const auto intact = check_crc(*id); !intact) return Failure(intact.error());
  rest = rest.subspan(id->whole.size());

  const auto ephemeral = container_at(rest);
  if (!ephemeral) return Failure(ephemeral.error());
  if (ephemeral->tag != kPublicKeyTag) return fail(ErrorCode::kMalformed);
  if (const auto intact = check_crc(*ephemeral); !intact) return Failure(intact.error());
  const BytesView signature = rest.subspan(ephemeral->whole.size());
  if (signature.empty() || signature.size() > kSignatureMax) {
    return fail(ErrorCode::kMalformed, kSignatureMax, signature.size());
  }
  auto point = decode_point(ephemeral->payload);
  if (!point) return Failure(point.error());

  const auto owned = [](BytesView bytes) { return Bytes(bytes.begin(), bytes.end()); };
  return Hello{owned(id->payload), owned(ephemeral->whole), std::move(*point), owned(signature)};
}

// --- server

Result<ServerHandshake::Authenticated> ServerHandshake::check_msg1(
    BytesView msg1, const PeerKeyLookup& lookup) const {
  auto client = Hello::parse(msg1);
  if (!client) return Failure(client.error());
  // "Reflection: if the callback knows the own id, a session with oneself can be established.
  // Refuse the own id." (8.5)
  if (same_bytes(client->id, identity->id)) return fail(ErrorCode::kOwnId);
  if (!lookup) return fail(ErrorCode::kInvalidArgument);
  auto key = lookup(client->id);
  if (!key) return fail(ErrorCode::kUnknownPeer);
  // Sig_C( CE )
  if (const auto good = verify(*key, {client->ephemeral}, client->signature); !good) {
    return Failure(good.error());
  }
  return Authenticated{std::move(*client), std::move(*key)};
}

Result<Bytes> ServerHandshake::answer(Authenticated client, Ephemeral ephemeral) {
  // Sig_S( SE || CE || Sid || Cid )
  const auto signature =
      ecdsa_sign(identity->key.data().pkey.get(),
                 {ephemeral.container, client.client.ephemeral, identity->id, client.client.id});
  if (!signature) return Failure(signature.error());
  Bytes msg2 = make_hello(identity->id, ephemeral.container, *signature);
  state = AwaitMsg3{std::move(client.client), std::move(client.key), std::move(ephemeral)};
  return msg2;
}

Result<SecureSessionServer::Established> ServerHandshake::handle(AwaitMsg3 due,
                                                                 BytesView msg3) const {
  const auto payload = open_message(msg3);
  if (!payload) return Failure(payload.error());
  // "In msg3 the MAC is the last 32 bytes, the signature is everything before." (5.2)
  if (payload->size() <= kMacSize || payload->size() > kMacSize + kSignatureMax) {
    return fail(ErrorCode::kMalformed, kMacSize + kSignatureMax, payload->size());
  }
  const BytesView signature = payload->first(payload->size() - kMacSize);
  const BytesView mac = payload->last(kMacSize);
  const Transcript transcript{due.client.ephemeral, due.ephemeral.container, due.client.id,
                              identity->id};
  // Sig_C( CE || SE || Cid || Sid )
  if (const auto good = verify(due.client_key,
                               {transcript.client_ephemeral, transcript.server_ephemeral,
                                transcript.client_id, transcript.server_id},
                               signature);
      !good) {
    return Failure(good.error());
  }
  const auto secrets = agree(due.ephemeral.scalar, due.client.ephemeral_point, transcript);
  if (!secrets) return Failure(secrets.error());
  if (const auto good = check_mac(*secrets, transcript.server_ephemeral, mac); !good) {
    return Failure(good.error());
  }
  const auto answer_mac = session_mac(*secrets, transcript.client_ephemeral);
  if (!answer_mac) return Failure(answer_mac.error());
  auto session = SecureSession::establish(*secrets, false);
  if (!session) return Failure(session.error());
  return SecureSessionServer::Established{make_container(kMessageTag, {*answer_mac}),
                                          std::move(*session), std::move(due.client.id)};
}

// --- client

Result<std::unique_ptr<ClientHandshake>> ClientHandshake::start(Identity identity,
                                                                BytesView server_id,
                                                                EcPublicKey server_key,
                                                                Ephemeral ephemeral) {
  if (!identity) return fail(ErrorCode::kInvalidArgument);
  for (const BytesView id : {BytesView(identity->id), server_id}) {
    if (const auto good = check_session_id(id); !good) return Failure(good.error());
  }
  if (same_bytes(identity->id, server_id)) return fail(ErrorCode::kOwnId);
  // Sig_C( CE )
  const auto signature = ecdsa_sign(identity->key.data().pkey.get(), {ephemeral.container});
  if (!signature) return Failure(signature.error());
  Bytes msg1 = make_hello(identity->id, ephemeral.container, *signature);
  return std::make_unique<ClientHandshake>(
      ClientHandshake{std::move(identity), Bytes(server_id.begin(), server_id.end()),
                      std::move(server_key), std::move(msg1), AwaitMsg2{std::move(ephemeral)}});
}

Result<Bytes> ClientHandshake::handle(AwaitMsg2 due, BytesView msg2) {
  const auto server = Hello::parse(msg2);
  if (!server) return Failure(server.error());
  if (!same_bytes(server->id, server_id)) return fail(ErrorCode::kUnknownPeer);
  const Transcript transcript{due.ephemeral.container, server->ephemeral, identity->id, server_id};
  // Sig_S( SE || CE || Sid || Cid )
  if (const auto good = verify(server_key,
                               {transcript.server_ephemeral, transcript.client_ephemeral,
                                transcript.server_id, transcript.client_id},
                               server->signature);
      !good) {
    return Failure(good.error());
  }
  auto secrets = agree(due.ephemeral.scalar, server->ephemeral_point, transcript);
  if (!secrets) return Failure(secrets.error());
  // Sig_C( CE || SE || Cid || Sid ) || MAC_C
  const auto signature = ecdsa_sign(identity->key.data().pkey.get(),
                                    {transcript.client_ephemeral, transcript.server_ephemeral,
                                     transcript.client_id, transcript.server_id});
  if (!signature) return Failure(signature.error());
  const auto mac = session_mac(*secrets, transcript.server_ephemeral);
  if (!mac) return Failure(mac.error());
  state = AwaitMsg4{std::move(*secrets), due.ephemeral.container};
  return make_container(kMessageTag, {*signature, *mac});
}

Result<SecureSession> ClientHandshake::handle(AwaitMsg4 due, BytesView msg4) const {
  const auto payload = open_message(msg4);
  if (!payload) return Failure(payload.error());
  // "msg4 payload must be exactly 32 bytes." (5.4)
  if (payload->size() != kMacSize) {
    return fail(ErrorCode::kMalformed, kMacSize, payload->size());
  }
  if (const auto good = check_mac(due.secrets, due.client_ephemeral, *payload); !good) {
    return Failure(good.error());
  }
  return SecureSession::establish(due.secrets, true);
}

}  // namespace themis::detail

// --- the public objects: each step takes the state out, so that a failure leaves none behind.

namespace themis {
namespace {

template <class State, class Variant>
Result<State> take(Variant& state) {
  Variant taken = std::exchange(state, detail::Over{});
  if (State* due = std::get_if<State>(&taken)) return std::move(*due);
  return fail(std::holds_alternative<detail::Over>(taken) ? ErrorCode::kSessionOver
                                                          : ErrorCode::kUnexpectedStep);
}

}  // namespace

SecureSessionServer::SecureSessionServer(std::shared_ptr<const SessionIdentity> identity)
    : state_(
          new detail::ServerHandshake{std::move(identity), detail::ServerHandshake::AwaitMsg1{}}) {}
SecureSessionServer::SecureSessionServer(SecureSessionServer&&) noexcept = default;
SecureSessionServer& SecureSessionServer::operator=(SecureSessionServer&&) noexcept = default;
SecureSessionServer::~SecureSessionServer() = default;

Result<Bytes> SecureSessionServer::handle_msg1(BytesView msg1, const PeerKeyLookup& lookup) {
  using State = detail::ServerHandshake::AwaitMsg1;
  if (const auto due = take<State>(state_->state); !due) return Failure(due.error());
  if (!state_->identity) return fail(ErrorCode::kInvalidArgument);
  if (const auto good = detail::check_session_id(state_->identity->id); !good) {
    return Failure(good.error());
  }
  auto client = state_->check_msg1(msg1, lookup);
  if (!client) return Failure(client.error());
  auto ephemeral = detail::Ephemeral::generate();
  if (!ephemeral) return Failure(ephemeral.error());
  return state_->answer(std::move(*client), std::move(*ephemeral));
}

Result<SecureSessionServer::Established> SecureSessionServer::handle_msg3(BytesView msg3) {
  auto due = take<detail::ServerHandshake::AwaitMsg3>(state_->state);
  if (!due) return Failure(due.error());
  return state_->handle(std::move(*due), msg3);
}

SecureSessionClient::SecureSessionClient(std::unique_ptr<detail::ClientHandshake> state)
    : state_(std::move(state)) {}
SecureSessionClient::SecureSessionClient(SecureSessionClient&&) noexcept = default;
SecureSessionClient& SecureSessionClient::operator=(SecureSessionClient&&) noexcept = default;
SecureSessionClient::~SecureSessionClient() = default;

Result<SecureSessionClient> SecureSessionClient::create(
    std::shared_ptr<const SessionIdentity> identity, BytesView peer_id, EcPublicKey peer_key) {
  auto ephemeral = detail::Ephemeral::generate();
  if (!ephemeral) return Failure(ephemeral.error());
  auto state = detail::ClientHandshake::start(std::move(identity), peer_id, std::move(peer_key),
                                              std::move(*ephemeral));
  if (!state) return Failure(state.error());
  return SecureSessionClient(std::move(*state));
}

const Bytes& SecureSessionClient::connect_request() const { return state_->msg1; }

Result<Bytes> SecureSessionClient::handle_msg2(BytesView msg2) {
  auto due = take<detail::ClientHandshake::AwaitMsg2>(state_->state);
  if (!due) return Failure(due.error());
  return state_->handle(std::move(*due), msg2);
}

Result<SecureSession> SecureSessionClient::handle_msg4(BytesView msg4) {
  auto due = take<detail::ClientHandshake::AwaitMsg4>(state_->state);
  if (!due) return Failure(due.error());
  return state_->handle(std::move(*due), msg4);
}

}  // namespace themis
