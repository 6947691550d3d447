// What a kind of server is to the load generator: rooms of members that all get every message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "bench/load/socket_loop.hpp"

namespace zerofc::bench {

class Rooms {
 public:
  Rooms() = default;
  Rooms(const Rooms&) = delete;
  Rooms& operator=(const Rooms&) = delete;
  virtual ~Rooms() = default;

  // Makes `rooms` rooms of `members` each and returns when everybody is connected and live.
  virtual void set_up(std::size_t rooms, std::size_t members) = 0;
  // The first member of the room sends one message of `bytes` payload.
  virtual void send(std::size_t room, std::size_t bytes) = 0;
  virtual SocketLoop& loop() = 0;

  // Some member of this room got one message.
  std::function<void(std::size_t room)> on_delivery;
};

// 0fcd: real Secure Sessions, signed control entries, sealed entries of the size that a message
// has.
std::unique_ptr<Rooms> make_zerofc_rooms(std::uint16_t port);
// bench/peers/ws_server.mjs: npm ws, one path per room, plain broadcast.
std::unique_ptr<Rooms> make_plain_rooms(std::uint16_t port);
// mosquitto with a WebSocket listener: one topic per room, QoS 0.
std::unique_ptr<Rooms> make_mqtt_rooms(std::uint16_t port);

}  // namespace zerofc::bench
