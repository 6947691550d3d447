#include "cli/session/input.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <utility>

namespace zerofc::cli {

struct FdWatch::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  bool stops = false;
  std::function<void()> readable;  // empty: not armed
};

FdWatch::FdWatch(boost::asio::io_context& loop, int fd)
    : loop_(&loop), fd_(fd), wake_(::eventfd(0, EFD_CLOEXEC)), shared_(std::make_shared<Shared>()) {
  // Signals are for the loop's thread.
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

FdWatch::~FdWatch() {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->stops = true;
  }
  shared_->changed.notify_one();
  const std::uint64_t one = 1;
  static_cast<void>(::write(wake_.get(), &one, sizeof one) == sizeof one);
  thread_.join();
}

void FdWatch::arm(std::function<void()> readable) {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->readable = std::move(readable);
  }
  shared_->changed.notify_one();
}

void FdWatch::run() {
  const auto shared = shared_;
  while (true) {
    std::function<void()> readable;
    {
      std::unique_lock lock(shared->mutex);
      shared->changed.wait(lock, [&] { return shared->stops || shared->readable; });
      if (shared->stops) return;
      readable = std::exchange(shared->readable, nullptr);
    }
    std::array<pollfd, 2> waiting{{{fd_, POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
    while (::poll(waiting.data(), waiting.size(), -1) < 0 && errno == EINTR) {
    }
    if (waiting[1].revents != 0) return;
    boost::asio::post(*loop_, std::move(readable));
  }
}

LineReader::State LineReader::state() const {
  const std::size_t end = buffer_.find('\n');
  if (end != std::string::npos) return end > kLineBytesMax ? State::kTooLong : State::kLine;
  if (buffer_.size() > kLineBytesMax) return State::kTooLong;
  if (!ended_) return State::kNone;
  return buffer_.empty() ? State::kEnded : State::kLine;
}

std::string LineReader::take() {
  const State is = state();
  const std::size_t end = buffer_.find('\n');
  std::string line = buffer_.substr(0, end);
  if (end == std::string::npos) {
    skipping_ = is == State::kTooLong && !ended_;
    buffer_.clear();
  } else {
    buffer_.erase(0, end + 1);
  }
  more();
  return is == State::kLine ? line : std::string();
}

void LineReader::more() {
  if (ended_ || is_armed_ || state() != State::kNone) return;
  is_armed_ = true;
  watch_.arm([this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) read_some();
  });
}

void LineReader::read_some() {
  is_armed_ = false;
  std::array<char, 4096> part{};
  const ssize_t got = ::read(fd_, part.data(), part.size());
  if (got < 0 && errno == EINTR) {
    more();
    return;
  }
  if (got <= 0) {
    ended_ = true;
    return;
  }
  std::string_view came(part.data(), static_cast<std::size_t>(got));
  if (skipping_) {
    const std::size_t end = came.find('\n');
    if (end == std::string_view::npos) {
      more();
      return;
    }
    skipping_ = false;
    came.remove_prefix(end + 1);
  }
  buffer_ += came;
  more();
}

}  // namespace zerofc::cli
