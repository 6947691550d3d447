#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "server/limits.hpp"
#include "server/websocket/frame.hpp"

namespace zerofc::server {

// Why a peer's bytes are no WebSocket this server speaks. close_code_of says what the peer is told.
enum class FrameError : std::uint8_t {
  kReservedBits,       // an extension nobody negotiated
  kUnknownOpcode,      // 3 to 7, 11 to 15
  kTextMessage,        // all messages are binary
  kUnmasked,           // a client masks every frame
  kLengthNotShortest,  // RFC 6455 §5.2: "the minimal number of bytes MUST be used"
  kLengthTopBit,       // 64-bit length of 2^63 or more
  kControlFragmented,
  kControlTooLong,  // over 125 bytes
  kContinuationOfNothing,
  kMessageInsideMessage,
  kCloseMalformed,  // one byte, or a code that must not be sent
  kMessageTooLarge,
  kTooManyFragments,
  kTooManyControlFrames,
};

[[nodiscard]] CloseCode close_code_of(FrameError error);

// The server's reading half of RFC 6455, for binary messages without extensions. Memory follows the
// bytes that arrived, never a declared length; a message that is whole in the caller's buffer is
// unmasked there and not copied.
class FrameReader {
 public:
  struct NeedMore {};  // the input is used up
  struct Message {
    std::span<const std::uint8_t> bytes;
  };
  struct Ping {
    std::span<const std::uint8_t> bytes;  // at most 125, to be sent back as a pong
  };
  struct Pong {};
  struct Close {
    std::optional<std::uint16_t> code;  // none: the peer gave none
  };
  struct Refused {
    FrameError error;
  };
  using Event = std::variant<NeedMore, Message, Ping, Pong, Close, Refused>;

  // `limits` must outlive the reader.
  explicit FrameReader(const WebSocketLimits& limits) : limits_(&limits) {}

  // From the next frame on; none of them lower than before.
  void set_limits(const WebSocketLimits& limits) { limits_ = &limits; }

  // Takes bytes off the front of `input` until one event is complete. `now` comes from a clock that
  // never goes back. Views in the event hold until the next call or until the caller reuses the
  // buffer. After Close or Refused every call repeats that verdict and leaves `input` alone.
  [[nodiscard]] Event next(std::span<std::uint8_t>& input, std::chrono::milliseconds now);

  // Bytes held for a message that has not ended.
  [[nodiscard]] std::size_t buffered_bytes() const { return message_.size(); }

 private:
  [[nodiscard]] bool take_header(std::span<std::uint8_t>& input);
  [[nodiscard]] std::optional<FrameError> check_first_two_bytes() const;
  [[nodiscard]] std::optional<FrameError> begin_payload(std::chrono::milliseconds now);
  [[nodiscard]] std::optional<FrameError> begin_data(std::uint64_t length);
  [[nodiscard]] std::optional<FrameError> begin_control(std::chrono::milliseconds now);
  [[nodiscard]] Event take_data(std::span<std::uint8_t>& input);
  [[nodiscard]] Event take_control(std::span<std::uint8_t>& input);
  [[nodiscard]] Event end_of_control();
  [[nodiscard]] Event end_of_close();
  [[nodiscard]] std::size_t header_bytes_needed() const;
  [[nodiscard]] std::span<std::uint8_t> take_unmasked(std::span<std::uint8_t>& input);

  const WebSocketLimits* limits_;
  std::vector<std::uint8_t> message_;  // fragments so far, or a frame's beginning
  std::array<std::uint8_t, 125> control_{};
  std::array<std::uint8_t, kFrameHeaderBytesMax> header_{};
  std::uint8_t header_size_ = 0;
  std::uint8_t control_size_ = 0;
  std::uint8_t mask_offset_ = 0;
  bool in_payload_ = false;
  bool in_message_ = false;  // a first fragment came, the last has not
  bool delivered_ = false;   // message_ was handed out by the last call
  std::uint64_t remaining_ = 0;
  std::uint32_t fragments_ = 0;
  std::uint32_t control_frames_ = 0;
  std::chrono::milliseconds control_window_began_{};
  std::optional<Event> verdict_;  // Close or Refused
};

}  // namespace zerofc::server
