// One thread with its own loop, connections and rooms. Shards share nothing on the path of a
// message: a connection is moved once, to the shard of the room that its first frame names.
//
// In each turn of the loop everything that is ready is handled, then every connection that got
// something to send is flushed once: messages that come together leave together.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "server/connection/due.hpp"
#include "server/connection/slots.hpp"
#include "server/shard/connection.hpp"
#include "server/shard/rooms.hpp"
#include "server/shard/shared.hpp"

namespace zerofc::server {

class Shard final : private RoomConnections {
 public:
  Shard(Shared& shared, std::size_t index);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;
  ~Shard() override;

  // The thread's body; returns after drain() once everything is said and stored.
  void run();

  // From any thread:
  [[nodiscard]] boost::asio::io_context& loop() { return loop_; }
  void adopt(boost::asio::ip::tcp::socket socket);  // made on loop(), holds a place
  void adopt(std::shared_ptr<MovedConnection> moved);
  // Says `shutting-down` to everybody, waits until they have heard it and the rooms are stored, at
  // most for ConnectionLimits::drain_time.
  void drain();
  [[nodiscard]] const ShardCounters& counters() const { return counters_; }

 private:
  using Phase = ChannelState::Phase;

  // shard.cpp: the loop, adopting, draining
  [[nodiscard]] std::optional<std::chrono::milliseconds> next_due() const;
  void end_turn();
  void expire(Connection& connection);
  void start_draining();
  void say_shutting_down(Connection& connection, ChannelState& state);
  [[nodiscard]] bool is_drained_out();
  Connection& add(boost::asio::ip::tcp::socket socket);
  void set_deadline(Connection& connection, std::chrono::milliseconds from_now);

  // streams.cpp: sockets
  [[nodiscard]] static bool may_take(const Connection& connection);
  void resume(Connection& connection);
  void want_read(Connection& connection);
  void read(Connection& connection);
  void take_input(Connection& connection, std::span<std::uint8_t> input);
  void mark_dirty(Connection& connection);
  void flush(Connection& connection);
  void flushed(Connection& connection);
  void linger(Connection& connection);
  void doom(Connection& connection);
  void remove(Connection& connection);
  void end_channel(Connection& connection, ChannelState& state, CloseCode code);
  void channel_ended(Connection& connection, ChannelState& state);
  void give_back_place(ChannelState& state);

  // http_requests.cpp
  void take_http(Connection& connection, HttpState& http);
  void answer(Connection& connection, Response response);
  void upgrade(Connection& connection, HttpState& http, const Request& request);

  // channels.cpp: WebSockets
  void take_channel(Connection& connection, ChannelState& state, std::span<std::uint8_t> input);
  void advance_handshake(Connection& connection, Channel::Step step);
  void finish_handshake(ConnectionId id, std::unique_ptr<Handshake> handshake,
                        Handshake::Outcome outcome);
  void take_first_frame(Connection& connection, ChannelState& state, const Channel::FrameCame& came,
                        std::span<std::uint8_t> rest);
  void move_to(Shard& target, Connection& connection, ChannelState& state, Bytes plaintext,
               std::span<const std::uint8_t> rest);
  void enter_room(Connection& connection, ChannelState& state, Bytes plaintext);

  // RoomConnections
  void send(ConnectionId to, BytesView frame) override;
  void close(ConnectionId id, CloseCode code) override;
  void close_all_in(const RoomId& room, CloseCode code) override;
  void settle(ConnectionId id, bool in_room) override;
  bool is_drained(ConnectionId id) override;
  void post(std::function<void()> task) override;
  Now now() override;

  static constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
  static constexpr int kHandlersPerTurn = 256;

  Shared* shared_;
  std::size_t index_;
  ShardCounters counters_;
  boost::asio::io_context loop_{1};
  BufferPool pool_;
  Slots<Connection> connections_;
  Due<ConnectionId> due_;
  Rooms rooms_;
  std::vector<ConnectionId> dirty_;
  std::vector<ConnectionId> doomed_;
  std::vector<ConnectionId> handled_;  // of one of the two, kept for its memory
  std::array<std::uint8_t, kReadBytes> read_buffer_{};
  std::vector<std::uint8_t> scratch_;  // one unwrapped message
  Now now_{};
  bool now_is_stale_ = true;
  bool is_draining_ = false;
  std::chrono::milliseconds drain_end_{};
};

}  // namespace zerofc::server
