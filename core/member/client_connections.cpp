// Connections of the client's rooms: docs/protocol.md §2.2 and §2.3.
#include "core/member/client_impl.hpp"
#include "core/wire/canonical.hpp"
#include "core/wire/server_identity.hpp"

namespace zerofc::member {
namespace {

// The answer of GET /server-key: two keys of canonical form.
std::optional<ServerKeys> read_server_keys(BytesView bytes) {
  auto keys = decode_server_keys(bytes);
  if (!keys || !canonical::is_public_key(keys->session.view()) ||
      !canonical::is_public_key(keys->signing.view())) {
    return std::nullopt;
  }
  return keys;
}

}  // namespace

void Client::Impl::settle_connection(RoomSlot& slot) {
  Connection& connection = slot.connection;
  if (!slot.room.wants_connection()) {
    if (!connection.is_idle()) end(slot, Connection::NotWanted{});
    return;
  }
  if (const auto why = connection.overdue(now_)) end(slot, *why);
  if (connection.is_worn_out()) end(slot, Connection::Renew{});
  connection.keep_alive(io());
  if (suspended_) {
    connection.suspend();
  } else {
    connection.want(now_);
  }
  if (connection.start_is_due(now_)) {
    connection.start(io(), ConnectionId{++last_connection_}, slot.room.id());
  }
}

void Client::Impl::end(RoomSlot& slot, const Connection::End& why) {
  const bool was_established = slot.connection.is_established();
  slot.connection.end(io(), why);
  if (was_established) {
    with(slot, [this](Room& room, Out& out) { room.disconnected(context(), out); });
  }
}

std::optional<Fingerprint> Client::Impl::expected_server(const RoomSlot& slot,
                                                         const Fingerprint& offered) const {
  if (const auto& own = slot.room.pinned_server()) return own;
  std::optional<Fingerprint> other;
  for (const auto& [id, held] : rooms_) {
    const auto& pinned = held.room.pinned_server();
    if (pinned == offered) return offered;
    if (pinned) other = pinned;
  }
  return other;
}

void Client::Impl::on(const ServerKeyFetched& event) {
  RoomSlot* slot =
      find_connection([&event](const Connection& one) { return one.awaits_key(event.connection); });
  if (slot == nullptr) return;
  const auto keys = read_server_keys(event.keys);
  if (!keys) {
    end(*slot, Connection::BrokeProtocol{});
    return;
  }
  slot->connection.key_fetched(event.date, now_);
  const Fingerprint offered(crypto_->sha256({encode(*keys)}).bytes());
  server_ = offered;
  // "A client MUST compare their fingerprint with the one in the invite link or the vault before it
  // connects. [...] A changed key is an alarm that shows both fingerprints, and no connection is
  // made." (§2.2)
  const auto expected = expected_server(*slot, offered);
  if (expected && *expected != offered) {
    if (slot->room.pinned_server() && slot->alarmed != offered) {
      slot->alarmed = offered;
      with(*slot, [&](Room& room, Out& out) { room.server_key_changed(context(), out, offered); });
    }
    end(*slot, Connection::KeyChanged{*expected, offered});
    return;
  }
  slot->alarmed.reset();
  with(*slot, [&](Room& room, Out& out) { room.set_server_keys(context(), out, *keys); });
  if (!slot->connection.awaits_key(event.connection)) return;  // the room wants none any more
  slot->connection.opening_session(now_);
  const SessionKeyPair& own = slot->room.session_keys();
  actions_.emplace_back(OpenSession{.connection = event.connection,
                                    .private_key = own.private_key.copy(),
                                    .public_key = own.public_key,
                                    .server_key = keys->session});
}

void Client::Impl::on(const SessionEstablished& event) {
  RoomSlot* slot = find_connection(
      [&event](const Connection& one) { return one.awaits_session(event.connection); });
  if (slot == nullptr) return;
  slot->connection.established(now_, slot->room.state() == ui::RoomState::kLive);
  with(*slot, [this](Room& room, Out& out) { room.connected(context(), out); });
}

void Client::Impl::on(const FrameCame& event) {
  RoomSlot* slot =
      find_connection([&event](const Connection& one) { return one.id() == event.connection; });
  if (slot == nullptr) return;
  const auto received = slot->connection.receive(event.plaintext, now_);
  if (received.broken) {
    end(*slot, Connection::BrokeProtocol{});
  } else if (received.frame) {
    with(*slot, [&](Room& room, Out& out) { room.frame_came(context(), out, *received.frame); });
  }
}

void Client::Impl::on(const ConnectionLost& event) {
  RoomSlot* slot =
      find_connection([&event](const Connection& one) { return one.id() == event.connection; });
  if (slot != nullptr) end(*slot, Connection::Lost{event.reason});
}

void Client::Impl::on(const ui::intent::ConnectionRetry& intent) {
  suspended_ = false;
  if (intent.room) {
    if (RoomSlot* slot = find_room(RoomId(*intent.room))) {
      slot->connection.retry_now(now_, true);
    } else {
      problem({.code = ui::ProblemCode::kRoomUnknown, .room = intent.room});
    }
    return;
  }
  for (auto& [id, slot] : rooms_) slot.connection.retry_now(now_, false);
}

void Client::Impl::on(const ui::intent::ConnectionSuspend& /*intent*/) {
  suspended_ = true;
  for (auto& [id, slot] : rooms_) {
    if (slot.connection.id()) end(slot, Connection::Suspended{});
  }
}

}  // namespace zerofc::member
