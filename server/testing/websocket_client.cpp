#include "server/testing/websocket_client.hpp"

#include <algorithm>
#include <array>

namespace zerofc::testing {

using server::Opcode;

WebSocketClient::WebSocketClient(std::uint16_t port, const UpgradeRequest& request,
                                 int receive_buffer)
    : socket_(port, receive_buffer) {
  const std::string host =
      request.host.empty() ? "localhost:" + std::to_string(port) : request.host;
  std::string text = "GET /ws HTTP/1.1\r\nHost: " + host +
                     "\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n";
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text.append(name).append(": ").append(value).append("\r\n");
  };
  if (!request.without_origin)
    add("Origin", request.origin.empty() ? "http://" + host : request.origin);
  add("Sec-WebSocket-Protocol", request.protocol);
  add("Sec-WebSocket-Key", request.key);
  add("Sec-WebSocket-Version", request.version);
  text += request.more;
  answer_ = ask(socket_, text + "\r\n");
}

Bytes WebSocketClient::frame(Opcode opcode, BytesView payload, bool is_final) {
  std::array<std::uint8_t, server::kServerHeaderBytesMax> header{};
  const std::size_t size = server::write_frame_header(opcode, payload.size(), header);
  if (!is_final) header[0] = static_cast<std::uint8_t>(header[0] & 0x7f);
  header[1] = static_cast<std::uint8_t>(header[1] | 0x80);
  constexpr std::array<std::uint8_t, 4> kMask = {0x12, 0x34, 0x56, 0x78};
  Bytes out(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(size));
  out.insert(out.end(), kMask.begin(), kMask.end());
  for (std::size_t i = 0; i < payload.size(); ++i)
    out.push_back(static_cast<std::uint8_t>(payload[i] ^ kMask.at(i % 4)));
  return out;
}

bool WebSocketClient::send_frame(Opcode opcode, BytesView payload, bool is_final) {
  return socket_.send(frame(opcode, payload, is_final));
}

// The frame at the front of what came, if it is whole. A server's are neither masked nor
// fragmented.
std::optional<WebSocketClient::Came> WebSocketClient::take_frame() {
  if (came_.size() < 2) return std::nullopt;
  std::size_t header = 2;
  std::uint64_t length = came_[1];
  if (length >= 126) {
    const std::size_t more = length == 126 ? 2 : 8;
    if (came_.size() < header + more) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < more; ++i) length = length << 8 | came_[header + i];
    header += more;
  }
  if (came_.size() - header < length) return std::nullopt;
  const auto begin = came_.begin() + static_cast<std::ptrdiff_t>(header);
  Bytes payload(begin, begin + static_cast<std::ptrdiff_t>(length));
  const auto opcode = static_cast<Opcode>(came_[0] & 0x0f);
  came_.erase(came_.begin(), begin + static_cast<std::ptrdiff_t>(length));
  if (opcode == Opcode::kPong) return Pong{std::move(payload)};
  if (opcode != Opcode::kClose) return Message{std::move(payload)};
  ended_ = true;
  if (payload.size() < 2) return Closed{};
  return Closed{static_cast<std::uint16_t>(payload[0] << 8 | payload[1])};
}

std::optional<WebSocketClient::Came> WebSocketClient::receive(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!ended_) {
    if (auto frame = take_frame()) return frame;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    const auto more = left.count() > 0 ? socket_.receive(left) : std::nullopt;
    if (!more) return std::nullopt;
    if (more->empty()) ended_ = true;
    came_.insert(came_.end(), more->begin(), more->end());
  }
  return Closed{};
}

int WebSocketClient::close_code(std::chrono::milliseconds patience) {
  while (auto came = receive(patience)) {
    if (const auto* closed = std::get_if<Closed>(&*came)) return closed->code.value_or(0);
  }
  return 0;
}

}  // namespace zerofc::testing
