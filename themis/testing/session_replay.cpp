#include "session_replay.hpp"

#include <utility>

#include "container.hpp"
#include "handshake.hpp"

namespace themis {
namespace {

Result<detail::Ephemeral> ephemeral_from(BytesView scalar) {
  auto number = detail::decode_scalar(scalar);
  if (!number) return Failure(number.error());
  return detail::Ephemeral::from_scalar(std::move(*number));
}

}  // namespace

Result<SecureSessionClient> SessionReplay::client(std::shared_ptr<const SessionIdentity> identity,
                                                  BytesView peer_id, EcPublicKey peer_key,
                                                  BytesView ephemeral_scalar) {
  auto ephemeral = ephemeral_from(ephemeral_scalar);
  if (!ephemeral) return Failure(ephemeral.error());
  auto state = detail::ClientHandshake::start(std::move(identity), peer_id, std::move(peer_key),
                                              std::move(*ephemeral));
  if (!state) return Failure(state.error());
  return SecureSessionClient(std::move(*state));
}

Result<Bytes> SessionReplay::handle_msg1(SecureSessionServer& server, BytesView msg1,
                                         const PeerKeyLookup& lookup, BytesView ephemeral_scalar) {
  auto ephemeral = ephemeral_from(ephemeral_scalar);
  if (!ephemeral) return Failure(ephemeral.error());
  auto client = server.state_->check_msg1(msg1, lookup);
  if (!client) return Failure(client.error());
  return server.state_->answer(std::move(*client), std::move(*ephemeral));
}

Result<detail::SharedSecret> SessionReplay::shared_secret(BytesView ephemeral_scalar,
                                                          BytesView peer_container) {
  const auto scalar = detail::decode_scalar(ephemeral_scalar);
  if (!scalar) return Failure(scalar.error());
  const auto container = detail::open_container(peer_container, "UEC2");
  if (!container) return Failure(container.error());
  const auto point = detail::decode_point(container->payload);
  if (!point) return Failure(point.error());
  return detail::ecdh(scalar->get(), point->get());
}

}  // namespace themis
