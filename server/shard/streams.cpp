// The sockets of a shard: reading, flushing, ending.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "server/shard/shard.hpp"

namespace zerofc::server {
namespace {

// How long an ended connection waits for the other end to close.
constexpr std::chrono::milliseconds kLingerTime = std::chrono::seconds(2);

bool is_paused(const Connection& connection) {
  if (connection.is_doomed || connection.closes) return true;
  if (std::holds_alternative<HttpState>(connection.state)) return !connection.out.empty();
  const auto* state = std::get_if<ChannelState>(&connection.state);
  if (state == nullptr) return false;
  return state->phase == ChannelState::Phase::kWaiting || state->channel.has_ended() ||
         state->channel.awaits_step();
}

}  // namespace

void Shard::want_read(Connection& connection) {
  if (connection.waits_to_read || is_paused(connection)) return;
  connection.waits_to_read = true;
  connection.socket.async_wait(boost::asio::ip::tcp::socket::wait_read,
                               [this, id = connection.id](const boost::system::error_code& error) {
                                 Connection* its = connections_.find(id);
                                 if (its == nullptr) return;
                                 its->waits_to_read = false;
                                 if (error) return doom(*its);
                                 read(*its);
                               });
}

void Shard::read(Connection& connection) {
  if (is_paused(connection)) return;  // looked at again when it goes on
  const ssize_t count = ::recv(connection.socket.native_handle(), read_buffer_.data(),
                               read_buffer_.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return want_read(connection);
  if (count <= 0) return doom(connection);
  take_input(connection, std::span(read_buffer_).first(static_cast<std::size_t>(count)));
}

void Shard::take_input(Connection& connection, std::span<std::uint8_t> input) {
  if (auto* http = std::get_if<HttpState>(&connection.state)) {
    http->buffer.append(text_of(input));
    take_http(connection, *http);
  } else if (auto* state = std::get_if<ChannelState>(&connection.state)) {
    if (state->phase == Phase::kInRoom)
      set_deadline(connection, shared_->limits.connections.idle_time);
    take_channel(connection, *state, input);
  }
  want_read(connection);
}

// Goes on with what came while nothing was read.
void Shard::resume(Connection& connection) {
  if (is_paused(connection)) return;
  Bytes held = std::exchange(connection.held, {});
  if (held.empty()) return want_read(connection);
  take_input(connection, held);
}

bool Shard::may_take(const Connection& connection) { return !is_paused(connection); }

void Shard::mark_dirty(Connection& connection) {
  if (!std::exchange(connection.is_dirty, true)) dirty_.push_back(connection.id);
}

void Shard::flush(Connection& connection) {
  connection.is_dirty = false;
  if (connection.is_doomed) return;
  switch (connection.out.flush(connection.socket.native_handle())) {
    case Outbox::Flushed::kFailed:
      return doom(connection);
    case Outbox::Flushed::kPart:
      if (std::exchange(connection.waits_to_write, true)) break;
      connection.socket.async_wait(
          boost::asio::ip::tcp::socket::wait_write,
          [this, id = connection.id](const boost::system::error_code& error) {
            Connection* its = connections_.find(id);
            if (its == nullptr) return;
            its->waits_to_write = false;
            if (error) return doom(*its);
            mark_dirty(*its);
          });
      break;
    case Outbox::Flushed::kAll:
      flushed(connection);
      break;
  }
  auto* state = std::get_if<ChannelState>(&connection.state);
  if (state == nullptr) return;
  if (connection.read_is_held &&
      connection.out.waiting_bytes() < shared_->limits.connections.queue_low_bytes) {
    connection.read_is_held = false;
    rooms_.drained(connection.id, *state->room);
  }
  if (state->channel.should_be_replaced() && !state->channel.has_ended())
    end_channel(connection, *state, CloseCode::kServiceRestart);
}

void Shard::flushed(Connection& connection) {
  if (connection.closes) return linger(connection);
  if (auto* http = std::get_if<HttpState>(&connection.state)) {
    set_deadline(connection, shared_->limits.http.header_time);
    take_http(connection, *http);
    want_read(connection);
  } else if (std::exchange(connection.resumes, false)) {
    resume(connection);
  }
}

void Shard::linger(Connection& connection) {
  if (auto* state = std::get_if<ChannelState>(&connection.state)) channel_ended(connection, *state);
  connection.state = Lingering{};
  connection.closes = false;
  connection.held = {};
  boost::system::error_code error;
  if (connection.socket.shutdown(boost::asio::ip::tcp::socket::shutdown_send, error))
    return doom(connection);
  set_deadline(connection, kLingerTime);
  want_read(connection);
}

void Shard::doom(Connection& connection) {
  if (!std::exchange(connection.is_doomed, true)) doomed_.push_back(connection.id);
}

void Shard::remove(Connection& connection) {
  if (auto* state = std::get_if<ChannelState>(&connection.state)) channel_ended(connection, *state);
  if (!connection.was_moved) shared_->connections.give_back();
  connections_.remove(connection.id);
}

// ---- WebSockets that end

void Shard::end_channel(Connection& connection, ChannelState& state, CloseCode code) {
  state.channel.end(code, connection.out);
  connection.closes = true;
  set_deadline(connection, kLingerTime);
  mark_dirty(connection);
}

// Once for each, when nothing more can come from it.
void Shard::channel_ended(Connection& connection, ChannelState& state) {
  if (state.phase == Phase::kHandshake) counters_.handshakes_failed.add();
  give_back_place(state);
  if (const auto room = std::exchange(state.room, std::nullopt)) rooms_.gone(connection.id, *room);
}

void Shard::give_back_place(ChannelState& state) {
  if (std::exchange(state.has_place, false)) shared_->handshakes.give_back();
}

}  // namespace zerofc::server
