// WebSockets of a shard: the handshake on a worker, the first frame, and the room.
#include <boost/asio/post.hpp>
#include <utility>

#include "server/shard/shard.hpp"

namespace zerofc::server {
namespace {

// Frames before the one by which the connection enters a room.
constexpr std::uint8_t kFramesBeforeRoomMax = 60;

std::optional<RoomId> room_named_by(const Frame& frame, Crypto& crypto) {
  if (const auto* opens = std::get_if<frame::RoomOpen>(&frame)) return opens->room;
  if (const auto* joins = std::get_if<frame::JoinRequest>(&frame)) return joins->room;
  // "room-id: SHA-256 of the genesis entry's bytes"
  if (const auto* creates = std::get_if<frame::RoomCreate>(&frame))
    return RoomId(crypto.sha256({creates->genesis}).bytes());
  return std::nullopt;
}

}  // namespace

void Shard::take_channel(Connection& connection, ChannelState& state,
                         std::span<std::uint8_t> input) {
  while (may_take(connection)) {
    Channel::Event event = state.channel.next(input, scratch_, connection.out, now());
    if (!connection.out.empty()) mark_dirty(connection);
    if (std::holds_alternative<Channel::NeedMore>(event)) return;
    if (auto* step = std::get_if<Channel::Step>(&event)) {
      advance_handshake(connection, std::move(*step));
    } else if (const auto* came = std::get_if<Channel::FrameCame>(&event)) {
      counters_.frames_in.add();
      if (state.phase == Phase::kInRoom) {
        rooms_.frame_came(connection.id, *state.room, came->counted.frame);
      } else {
        take_first_frame(connection, state, *came, input);
        if (connection.was_moved) return;
      }
    } else {
      if (state.phase != Phase::kHandshake) counters_.ended_by_error.add();
      return end_channel(connection, state, CloseCode::kNormal);
    }
  }
  if (!connection.is_doomed && !connection.closes) connection.held = to_bytes(input);
}

// ---- the handshake

void Shard::advance_handshake(Connection& connection, Channel::Step step) {
  shared_->pool.advance(
      std::move(step.handshake), std::move(step.message),
      [this, id = connection.id](std::unique_ptr<Handshake> handshake, Handshake::Outcome outcome) {
        boost::asio::post(loop_, [this, id, handshake = std::move(handshake),
                                  outcome = std::move(outcome)]() mutable {
          finish_handshake(id, std::move(handshake), std::move(outcome));
        });
      });
}

void Shard::finish_handshake(ConnectionId id, std::unique_ptr<Handshake> handshake,
                             Handshake::Outcome outcome) {
  Connection* connection = connections_.find(id);
  if (connection == nullptr || connection->is_doomed || connection->closes) return;
  auto* state = std::get_if<ChannelState>(&connection->state);
  if (state == nullptr) return;
  if (!state->channel.finish_step(std::move(handshake), std::move(outcome), connection->out))
    return end_channel(*connection, *state, CloseCode::kPolicyViolation);
  if (state->channel.is_established()) {
    counters_.sessions.add();
    give_back_place(*state);
    state->phase = Phase::kChoosing;
    set_deadline(*connection, shared_->limits.connections.first_frame_time);
  }
  connection->resumes = true;
  mark_dirty(*connection);
}

// ---- the frame that names the room

void Shard::take_first_frame(Connection& connection, ChannelState& state,
                             const Channel::FrameCame& came, std::span<std::uint8_t> rest) {
  const Frame& frame = came.counted.frame;
  const auto room = room_named_by(frame, shared_->crypto);
  // A connection is here again after each room-create.
  const bool enters = room && !std::holds_alternative<frame::RoomCreate>(frame);
  if (!enters && ++state.frames_before_room > kFramesBeforeRoomMax) {
    state.channel.end({FrameCode::kRateLimited, type_of(frame)}, CloseCode::kPolicyViolation,
                      connection.out, now());
    return end_channel(connection, state, CloseCode::kPolicyViolation);
  }
  if (room) {
    state.phase = Phase::kWaiting;
    state.room = *room;
    Shard& target = *shared_->shards[RoomIdHash()(*room) % shared_->shards.size()];
    if (&target == this) {
      set_deadline(connection, shared_->limits.connections.idle_time);
      return enter_room(connection, state, to_bytes(came.plaintext));
    }
    return move_to(target, connection, state, to_bytes(came.plaintext), rest);
  }
  if (const auto* ping = std::get_if<frame::Ping>(&frame))
    return send(connection.id, encode(Frame(frame::Pong{ping->number})));
  const bool is_known = !std::holds_alternative<frame::Unknown>(frame);
  send(connection.id,
       encode(Frame(frame::Error{is_known ? FrameCode::kUnexpectedFrame : FrameCode::kUnknownFrame,
                                 type_of(frame)})));
}

void Shard::move_to(Shard& target, Connection& connection, ChannelState& state, Bytes plaintext,
                    std::span<const std::uint8_t> rest) {
  boost::system::error_code error;
  const auto local = connection.socket.local_endpoint(error);
  const int descriptor = error ? -1 : connection.socket.release(error);
  if (error) return doom(connection);
  target.adopt(std::make_shared<MovedConnection>(
      MovedConnection{.descriptor = FileDescriptor(descriptor),
                      .protocol = local.protocol(),
                      .channel = std::move(state.channel),
                      .waiting_output = connection.out.take_waiting(),
                      .held_input = to_bytes(rest),
                      .frames_before_room = state.frames_before_room,
                      .room = *state.room,
                      .plaintext = std::move(plaintext)}));
  connection.was_moved = true;
  connection.state = Lingering{};
  doom(connection);
}

void Shard::enter_room(Connection& connection, ChannelState& state, Bytes plaintext) {
  const auto counted = decode_frame(plaintext);
  if (!counted) return;  // it was decoded once
  if (const auto* creates = std::get_if<frame::RoomCreate>(&counted->frame))
    return rooms_.create(connection.id, state.channel.peer(), *creates);
  rooms_.enter(connection.id, state.channel.peer(), *state.room, std::move(plaintext));
}

// ---- for the rooms

void Shard::send(ConnectionId to, BytesView frame) {
  Connection* connection = connections_.find(to);
  if (connection == nullptr || connection->is_doomed) return;
  auto* state = std::get_if<ChannelState>(&connection->state);
  if (state == nullptr || state->channel.has_ended()) return;
  if (!state->channel.send(frame, connection->out, now()))
    return end_channel(*connection, *state, CloseCode::kInternalError);
  counters_.frames_out.add();
  // Dropped: the log brings everything back.
  if (connection->out.waiting_bytes() > shared_->limits.connections.queue_bytes_max) {
    counters_.slow_dropped.add();
    return doom(*connection);
  }
  mark_dirty(*connection);
}

void Shard::close(ConnectionId id, CloseCode code) {
  Connection* connection = connections_.find(id);
  if (connection == nullptr) return;
  if (auto* state = std::get_if<ChannelState>(&connection->state))
    end_channel(*connection, *state, code);
}

void Shard::close_all_in(const RoomId& room, CloseCode code) {
  connections_.for_each([&](Connection& connection) {
    auto* state = std::get_if<ChannelState>(&connection.state);
    if (state != nullptr && state->room == room) end_channel(connection, *state, code);
  });
}

void Shard::settle(ConnectionId id, bool in_room) {
  Connection* connection = connections_.find(id);
  if (connection == nullptr) return;
  auto* state = std::get_if<ChannelState>(&connection->state);
  if (state == nullptr) return;
  state->phase = in_room ? Phase::kInRoom : Phase::kChoosing;
  if (!in_room) state->room.reset();
  set_deadline(*connection, in_room ? shared_->limits.connections.idle_time
                                    : shared_->limits.connections.first_frame_time);
  connection->resumes = true;
  mark_dirty(*connection);
}

bool Shard::is_drained(ConnectionId id) {
  Connection* connection = connections_.find(id);
  if (connection == nullptr) return true;  // the answer finds nobody
  if (connection->out.waiting_bytes() < shared_->limits.connections.queue_low_bytes) return true;
  connection->read_is_held = true;
  return false;
}

}  // namespace zerofc::server
