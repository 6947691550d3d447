// What the network side takes before it refuses. Every limit has its error and its key in the
// configuration file in docs/operations.md; those of a room are in core/relay/limits.hpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace zerofc::server {

// One HTTP request and its answer.
struct HttpLimits {
  // Request line and headers. 431.
  std::size_t header_bytes_max = std::size_t{8} * 1024;
  // From the connection, or the end of the answer before, until the headers are whole; whatever
  // trickles in between. The connection is closed.
  std::chrono::milliseconds header_time = std::chrono::seconds(10);
  // Until the client has taken the whole answer. The connection is closed.
  std::chrono::milliseconds answer_time = std::chrono::minutes(2);
};

// What one WebSocket connection may ask of the server. Crossing a limit ends the connection with
// the close code named beside it.
struct WebSocketLimits {
  // One message, all its fragments together: a frame of 256 KiB (docs/protocol.md) and 1 KiB for
  // counter and Secure Session. 1009.
  std::uint64_t message_bytes_max = (256 + 1) * 1024;
  // Fragments of one message, empty ones included. 1008.
  std::uint32_t message_fragments_max = 64;
  // Pings, pongs and closes in any one control window. 1008.
  std::uint32_t control_frames_max = 60;
  std::chrono::milliseconds control_window = std::chrono::minutes(1);
};

// All connections of the process together, and what each may hold.
struct ConnectionLimits {
  // Of every kind. 503, before a byte is read.
  std::size_t connections_max = 10'000;
  // WebSockets whose Secure Session is not established yet: bounds the elliptic-curve work that
  // strangers can line up, a quarter of a millisecond each. 503 instead of the upgrade.
  std::size_t handshakes_max = 512;
  // From the upgrade to the established Secure Session, whatever trickles in between. Closed, 1008.
  std::chrono::milliseconds handshake_time = std::chrono::seconds(10);
  // One handshake message: two containers, an id of 45 bytes, a key and a signature. 1009.
  std::uint64_t handshake_bytes_max = 1024;
  // From the established Secure Session to the frame that names the room. Closed, 1008.
  std::chrono::milliseconds first_frame_time = std::chrono::seconds(30);
  // Without any byte from the client, which sends a ping now and then. Closed, 1001.
  std::chrono::milliseconds idle_time = std::chrono::seconds(90);
  // Encrypted bytes that wait for a client that reads too slowly: it is dropped, and what it missed
  // is in the log. A replay pauses above the low mark.
  std::size_t queue_bytes_max = std::size_t{1} << 20;
  std::size_t queue_low_bytes = std::size_t{128} * 1024;
  // From SIGTERM until connections that don't take their last bytes are cut.
  std::chrono::milliseconds drain_time = std::chrono::seconds(5);
};

// Rooms of the whole server.
struct RoomsLimits {
  // Rooms that exist -> server-rooms-full.
  std::uint64_t rooms_max = 100'000;
  // New rooms per minute, of all clients together, and in one burst -> rate-limited.
  std::uint32_t creates_per_minute_max = 120;
  // How long a room stays in memory after the last connection has gone.
  std::chrono::milliseconds idle_room_time = std::chrono::seconds(10);
};

// Everything that is stored.
struct StoreLimits {
  // The database file -> store-unavailable for whatever would need more.
  std::uint64_t file_bytes_max = std::uint64_t{32} << 30;
};

struct Limits {
  HttpLimits http;
  WebSocketLimits websocket;
  ConnectionLimits connections;
  RoomsLimits rooms;
  StoreLimits store;
};

}  // namespace zerofc::server
