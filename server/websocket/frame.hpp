#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace zerofc::server {

// RFC 6455 §5.2: two bytes, up to eight of length, four of mask.
inline constexpr std::size_t kFrameHeaderBytesMax = 14;
// A server's frames carry no mask.
inline constexpr std::size_t kServerHeaderBytesMax = 10;

enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

// RFC 6455 §7.4.1
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kUnsupportedData = 1003,
  kPolicyViolation = 1008,
  kMessageTooBig = 1009,
  kInternalError = 1011,
  kServiceRestart = 1012,  // connect again
  kTryAgainLater = 1013,
};

// Writes the header of an unfragmented frame with a payload of `payload_bytes` (under 2^63) and
// returns its size: 2, 4 or 10.
[[nodiscard]] std::size_t write_frame_header(Opcode opcode, std::uint64_t payload_bytes,
                                             std::span<std::uint8_t, kServerHeaderBytesMax> out);

// A whole close frame. It gives no reason in words.
[[nodiscard]] std::array<std::uint8_t, 4> close_frame(CloseCode code);

}  // namespace zerofc::server
