// The WebSocket frame reader. Input: size of the pieces (1 byte), then what a client sends. Reading
// it in pieces and reading it at once must come to the same messages and the same end.
#include <cstdlib>
#include <string>

#include "server/websocket/frame_reader.hpp"

namespace {

using zerofc::server::FrameReader;

std::string read(std::vector<std::uint8_t> bytes, std::size_t piece) {
  constexpr zerofc::server::WebSocketLimits kLimits = {.message_bytes_max = 4096};
  FrameReader reader(kLimits);
  std::string seen;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    std::span<std::uint8_t> input =
        std::span(bytes).subspan(at, std::min(piece, bytes.size() - at));
    while (true) {
      const FrameReader::Event event = reader.next(input, std::chrono::milliseconds(0));
      if (reader.buffered_bytes() > kLimits.message_bytes_max) std::abort();
      if (std::holds_alternative<FrameReader::NeedMore>(event)) break;
      seen += static_cast<char>('0' + event.index());
      if (const auto* message = std::get_if<FrameReader::Message>(&event)) {
        if (message->bytes.size() > kLimits.message_bytes_max) std::abort();
        seen.append(message->bytes.begin(), message->bytes.end());
      }
      if (const auto* refused = std::get_if<FrameReader::Refused>(&event)) {
        return seen + static_cast<char>('a' + static_cast<int>(refused->error));
      }
      if (std::holds_alternative<FrameReader::Close>(event)) return seen;
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::vector<std::uint8_t> bytes(data + 1, data + size);
  if (read(bytes, 1U + data[0]) != read(bytes, bytes.size())) std::abort();
  return 0;
}
