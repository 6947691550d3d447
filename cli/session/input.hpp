// Standard input beside an event loop: never switched to non-blocking, since the shell and other
// programs share it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "native/files/file_descriptor.hpp"

namespace zerofc::cli {

// A thread that waits until a descriptor can be read, when it is told to.
class FdWatch {
 public:
  FdWatch(boost::asio::io_context& loop, int fd);
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;
  ~FdWatch();

  // Once: calls `readable` from the loop when reading would not wait (or the input has ended).
  void arm(std::function<void()> readable);

 private:
  struct Shared;
  void run();

  boost::asio::io_context* loop_;
  int fd_;
  FileDescriptor wake_;
  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

// Lines of an input, without their line feeds. Reads no further than what its reader has taken.
class LineReader {
 public:
  // A longer line is given as kTooLong.
  static constexpr std::size_t kLineBytesMax = std::size_t{64} << 10U;

  LineReader(boost::asio::io_context& loop, int fd) : fd_(fd), watch_(loop, fd) { more(); }

  enum class State : std::uint8_t { kNone, kLine, kTooLong, kEnded };
  [[nodiscard]] State state() const;
  // The line at the front; call it when there is one (kLine), or drops one (kTooLong).
  [[nodiscard]] std::string take();

 private:
  void more();
  void read_some();

  int fd_;
  std::string buffer_;
  bool ended_ = false;
  bool skipping_ = false;  // the rest of a line that is too long
  bool is_armed_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  FdWatch watch_;
};

}  // namespace zerofc::cli
