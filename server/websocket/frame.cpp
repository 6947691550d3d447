#include "server/websocket/frame.hpp"

namespace zerofc::server {
namespace {

constexpr std::uint8_t kFinal = 0x80;

void write_big_endian(std::uint64_t value, std::span<std::uint8_t> out) {
  for (std::size_t i = out.size(); i > 0; --i) {
    out[i - 1] = static_cast<std::uint8_t>(value & 0xff);
    value >>= 8;
  }
}

}  // namespace

std::size_t write_frame_header(Opcode opcode, std::uint64_t payload_bytes,
                               std::span<std::uint8_t, kServerHeaderBytesMax> out) {
  out[0] = static_cast<std::uint8_t>(kFinal | static_cast<std::uint8_t>(opcode));
  if (payload_bytes < 126) {
    out[1] = static_cast<std::uint8_t>(payload_bytes);
    return 2;
  }
  if (payload_bytes <= 0xffff) {
    out[1] = 126;
    write_big_endian(payload_bytes, out.subspan<2, 2>());
    return 4;
  }
  out[1] = 127;
  write_big_endian(payload_bytes, out.subspan<2, 8>());
  return 10;
}

std::array<std::uint8_t, 4> close_frame(CloseCode code) {
  const auto number = static_cast<std::uint16_t>(code);
  return {static_cast<std::uint8_t>(kFinal | static_cast<std::uint8_t>(Opcode::kClose)), 2,
          static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number & 0xff)};
}

}  // namespace zerofc::server
