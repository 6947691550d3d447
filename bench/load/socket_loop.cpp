#include "bench/load/socket_loop.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace zerofc::bench {
namespace {

[[noreturn]] void fail_with_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

SocketLoop::SocketLoop(std::uint16_t port, std::string path, std::string subprotocol)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      port_(port),
      path_(std::move(path)),
      subprotocol_(std::move(subprotocol)),
      buffer_(std::size_t{1} << 18) {
  if (epoll_ < 0) fail_with_errno("epoll");
}

SocketLoop::~SocketLoop() {
  for (const auto& socket : sockets_) close(socket->fd_);
  close(epoll_);
}

Socket& SocketLoop::connect() {
  auto socket = std::make_unique<Socket>();
  socket->fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): how the socket API takes addresses
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (socket->fd_ < 0 || ::connect(socket->fd_, generic, sizeof address) != 0) {
    fail_with_errno("connect");
  }
  const int on = 1;
  setsockopt(socket->fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(socket->fd_, F_SETFL, O_NONBLOCK);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = socket.get();
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket->fd_, &event) != 0) fail_with_errno("epoll");

  const std::string host = "localhost:" + std::to_string(port_);
  const std::string request = "GET " + path_ + " HTTP/1.1\r\nHost: " + host +
                              "\r\nOrigin: http://" + host +
                              "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                              "Sec-WebSocket-Protocol: " +
                              subprotocol_ + "\r\n\r\n";
  socket->out_.assign(request.begin(), request.end());
  flush(*socket);
  sockets_.push_back(std::move(socket));
  return *sockets_.back();
}

// The mask is zero: it hides nothing from a server, and its cost would be the generator's.
void Socket::send(std::span<const std::uint8_t> message) {
  const std::size_t size = message.size();
  out_.push_back(0x82);
  if (size < 126) {
    out_.push_back(static_cast<std::uint8_t>(0x80U | size));
  } else {
    const int bytes = size <= 0xffff ? 2 : 8;
    out_.push_back(bytes == 2 ? 0xfe : 0xff);
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out_.push_back(static_cast<std::uint8_t>(size >> static_cast<unsigned>(shift)));
    }
  }
  out_.insert(out_.end(), 4, 0);
  out_.insert(out_.end(), message.begin(), message.end());
  const ssize_t sent = writing_ ? 0 : ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
  if (sent > 0) out_.erase(out_.begin(), out_.begin() + sent);
}

void SocketLoop::flush(Socket& socket) {
  while (!socket.out_.empty()) {
    const ssize_t sent = ::send(socket.fd_, socket.out_.data(), socket.out_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) fail_with_errno("send");
    if (sent <= 0) break;
    socket.out_.erase(socket.out_.begin(), socket.out_.begin() + sent);
  }
  const bool wanted = !socket.out_.empty();
  if (wanted == socket.writing_) return;
  socket.writing_ = wanted;
  epoll_event event{};
  event.events = EPOLLIN | (wanted ? EPOLLOUT : 0U);
  event.data.ptr = &socket;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, socket.fd_, &event);
}

void SocketLoop::run_once(int milliseconds) {
  std::array<epoll_event, 256> events{};
  const int count =
      epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), milliseconds);
  for (int index = 0; index < count; ++index) {
    const epoll_event& event = events[static_cast<std::size_t>(index)];
    auto& socket = *static_cast<Socket*>(event.data.ptr);
    if ((event.events & EPOLLOUT) != 0) flush(socket);
    if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) readable(socket);
  }
  for (const auto& socket : sockets_) {
    if (!socket->out_.empty() && !socket->writing_) flush(*socket);
  }
}

void SocketLoop::readable(Socket& socket) {
  const ssize_t got = recv(socket.fd_, buffer_.data(), buffer_.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) throw std::runtime_error("the server has closed a connection");
  socket.in_.insert(socket.in_.end(), buffer_.begin(), buffer_.begin() + got);
  parse(socket);
}

void SocketLoop::parse(Socket& socket) {
  std::size_t at = 0;
  if (!socket.open_) {
    constexpr std::string_view kEnd = "\r\n\r\n";
    const auto end = std::search(socket.in_.begin(), socket.in_.end(), kEnd.begin(), kEnd.end());
    if (end == socket.in_.end()) return;
    const std::string answer(socket.in_.begin(), end);
    if (answer.find(" 101 ") == std::string::npos) {
      throw std::runtime_error("no upgrade: " + answer.substr(0, answer.find('\r')));
    }
    at = static_cast<std::size_t>(end - socket.in_.begin()) + kEnd.size();
    socket.open_ = true;
    if (socket.on_open) socket.on_open();
  }
  // Server frames: unmasked and, for all servers measured here, unfragmented.
  while (socket.in_.size() - at >= 2) {
    const std::uint8_t* frame = socket.in_.data() + at;
    std::uint64_t size = frame[1] & 0x7fU;
    std::size_t header = 2;
    if (size >= 126) {
      const std::size_t bytes = size == 126 ? 2 : 8;
      header += bytes;
      if (socket.in_.size() - at < header) break;
      size = 0;
      for (std::size_t index = 0; index < bytes; ++index) size = size << 8U | frame[2 + index];
    }
    if (socket.in_.size() - at < header + size) break;
    const unsigned opcode = frame[0] & 0x0fU;
    if (opcode == 8) throw std::runtime_error("the server has closed a connection");
    if (opcode == 2) {
      // A handler may send on this socket, but nothing of it changes in_.
      socket.on_message({frame + header, static_cast<std::size_t>(size)});
    }
    at += header + static_cast<std::size_t>(size);
  }
  socket.in_.erase(socket.in_.begin(), socket.in_.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace zerofc::bench
