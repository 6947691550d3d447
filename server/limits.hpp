#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace zerofc::server {

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

}  // namespace zerofc::server
