// One connection of a shard, from the first byte of HTTP to its end.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "native/files/file_descriptor.hpp"
#include "server/connection/channel.hpp"
#include "server/connection/due.hpp"
#include "server/connection/outbox.hpp"
#include "server/connection/slots.hpp"

namespace zerofc::server {

// Reads requests, one after the other; while an answer waits to be sent nothing is read.
struct HttpState {
  std::string buffer;        // of the next request
  std::size_t searched = 0;  // in which there is no end of a head
};

// A WebSocket. Nothing is read while it waits for a worker, a room or the store.
struct ChannelState {
  Channel channel;
  enum class Phase : std::uint8_t {
    kHandshake,
    kChoosing,  // established; its next frame names a room
    kWaiting,   // for the answer to that frame
    kInRoom,
  };
  Phase phase = Phase::kHandshake;
  bool has_place = true;  // counts as a handshake under way
  std::uint8_t frames_before_room = 0;
  std::optional<RoomId> room = std::nullopt;  // from kWaiting on
};

// Everything was said: waits for the other end to close, so that what was sent is not lost with
// what it still sends.
struct Lingering {};

struct Connection {
  Connection(ConnectionId its_id, boost::asio::ip::tcp::socket its_socket, BufferPool& pool)
      : id(its_id), socket(std::move(its_socket)), out(pool) {}

  ConnectionId id;
  boost::asio::ip::tcp::socket socket;
  Outbox out;
  Bytes held;  // input that came while nothing is read
  Deadline deadline;
  bool waits_to_read = false;   // for the socket to become readable
  bool waits_to_write = false;  // for the socket to become writable
  bool is_dirty = false;        // will be flushed at the end of this turn
  bool is_doomed = false;       // will be removed at the end of this turn
  bool closes = false;          // once everything is sent
  bool read_is_held = false;    // a room waits for drained()
  bool resumes = false;         // goes on reading when this turn's output has left
  bool was_moved = false;       // to another shard, with its place
  std::variant<HttpState, ChannelState, Lingering> state;
};

// A WebSocket on its way to the shard of the room that its first frame names.
struct MovedConnection {
  FileDescriptor descriptor;
  boost::asio::ip::tcp protocol;
  Channel channel;
  Bytes waiting_output;
  Bytes held_input;
  std::uint8_t frames_before_room = 0;
  RoomId room;
  Bytes plaintext;  // of the first frame
};

}  // namespace zerofc::server
