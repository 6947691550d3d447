#include "server/websocket/frame.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace zerofc::server {
namespace {

std::vector<std::uint8_t> header_of(std::uint64_t payload_bytes) {
  std::array<std::uint8_t, kServerHeaderBytesMax> out{};
  const std::size_t size = write_frame_header(Opcode::kBinary, payload_bytes, out);
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)};
}

using Header = std::vector<std::uint8_t>;

TEST(FrameHeader, UsesTheShortestLengthThereIs) {
  EXPECT_EQ(header_of(0), (Header{0x82, 0}));
  EXPECT_EQ(header_of(125), (Header{0x82, 125}));
  EXPECT_EQ(header_of(126), (Header{0x82, 126, 0, 126}));
  EXPECT_EQ(header_of(0xffff), (Header{0x82, 126, 0xff, 0xff}));
  EXPECT_EQ(header_of(0x10000), (Header{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}));
}

TEST(CloseFrame, CarriesItsCodeAndNoWords) {
  EXPECT_EQ(close_frame(CloseCode::kGoingAway), (std::array<std::uint8_t, 4>{0x88, 2, 0x03, 0xe9}));
}

}  // namespace
}  // namespace zerofc::server
