// WebSocket clients on one thread: epoll, non-blocking, binary messages. Only what a load generator
// needs: the server under test is trusted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace zerofc::bench {

class SocketLoop;

class Socket {
 public:
  // One whole binary message.
  std::function<void(std::span<const std::uint8_t>)> on_message;
  // The upgrade is done.
  std::function<void()> on_open;

  void send(std::span<const std::uint8_t> message);

 private:
  friend class SocketLoop;
  int fd_ = -1;
  bool open_ = false;
  bool writing_ = false;
  std::vector<std::uint8_t> in_;
  std::vector<std::uint8_t> out_;
};

class SocketLoop {
 public:
  // `path` and `subprotocol` as in the upgrade request; `port` on 127.0.0.1.
  SocketLoop(std::uint16_t port, std::string path, std::string subprotocol);
  ~SocketLoop();
  SocketLoop(const SocketLoop&) = delete;
  SocketLoop& operator=(const SocketLoop&) = delete;

  Socket& connect();
  // Handles what has come, waiting at most `milliseconds`. Throws std::runtime_error if a
  // connection ends.
  void run_once(int milliseconds);
  template <class Condition>
  void run_until(const Condition& condition) {
    while (!condition()) run_once(1000);
  }

 private:
  void readable(Socket& socket);
  void flush(Socket& socket);
  void parse(Socket& socket);

  int epoll_ = -1;
  std::uint16_t port_;
  std::string path_;
  std::string subprotocol_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace zerofc::bench
