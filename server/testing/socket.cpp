#include "server/testing/socket.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace zerofc::testing {

Socket::Socket(std::uint16_t port, int receive_buffer)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0)
    ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): how the socket API takes addresses
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(descriptor_.get(), generic, sizeof address) != 0)
    throw std::runtime_error("nobody listens on this port");
}

bool Socket::send(BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

std::optional<Bytes> Socket::receive(std::chrono::milliseconds patience) {
  pollfd waiting{descriptor_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return std::nullopt;
  std::array<std::uint8_t, std::size_t{64} * 1024> part{};
  const ssize_t count = ::recv(descriptor_.get(), part.data(), part.size(), 0);
  if (count <= 0) return Bytes();
  return Bytes(part.begin(), part.begin() + count);
}

bool Socket::closes(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    const auto came = left.count() > 0 ? receive(left) : std::nullopt;
    if (!came) return false;
    if (came->empty()) return true;
  }
}

void Socket::reset() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  descriptor_ = FileDescriptor();
}

namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return text;
}

void read_head(HttpAnswer& answer) {
  answer.status = std::stoi(answer.head.substr(answer.head.find(' ') + 1, 3));
  std::size_t begin = answer.head.find("\r\n") + 2;
  while (true) {
    const std::size_t end = answer.head.find("\r\n", begin);
    if (end == begin || end == std::string::npos) return;
    const std::string line = answer.head.substr(begin, end - begin);
    const std::size_t colon = line.find(": ");
    answer.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    begin = end + 2;
  }
}

}  // namespace

HttpAnswer ask(Socket& socket, std::string_view request, bool is_head) {
  socket.send(request);
  HttpAnswer answer;
  std::string came;
  std::size_t end = std::string::npos;
  std::size_t body_bytes = 0;
  while (true) {
    if (end == std::string::npos) {
      end = came.find("\r\n\r\n");
      if (end != std::string::npos) {
        answer.head = came.substr(0, end + 4);
        read_head(answer);
        const auto length = answer.headers.find("content-length");
        if (length != answer.headers.end() && !is_head) body_bytes = std::stoul(length->second);
      }
    }
    if (end != std::string::npos && came.size() >= end + 4 + body_bytes) break;
    const auto more = socket.receive();
    if (!more || more->empty()) throw std::runtime_error("no whole answer came: " + came);
    came += text_of(*more);
  }
  answer.body = came.substr(end + 4, body_bytes);
  const auto connection = answer.headers.find("connection");
  if (connection != answer.headers.end() && connection->second == "close")
    answer.closed = socket.closes();
  return answer;
}

HttpAnswer ask(std::uint16_t port, std::string_view method_and_path, std::string_view headers) {
  Socket socket(port);
  std::string request(method_and_path);
  request.append(" HTTP/1.1\r\nHost: localhost:").append(std::to_string(port)).append("\r\n");
  request.append(headers).append("\r\n");
  return ask(socket, request, method_and_path.starts_with("HEAD"));
}

}  // namespace zerofc::testing
