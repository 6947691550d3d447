// Threads that do the elliptic-curve work of handshakes, so that no delivery waits for it.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <utility>

#include "core/base/bytes.hpp"
#include "server/connection/handshake.hpp"

namespace zerofc::server {

// What waits here is bounded by the handshakes that may be under way at all: each has one job at
// most (ConnectionLimits::handshakes_max).
class HandshakePool {
 public:
  explicit HandshakePool(std::size_t threads) : threads_(threads) {}
  HandshakePool(const HandshakePool&) = delete;
  HandshakePool& operator=(const HandshakePool&) = delete;
  ~HandshakePool() { stop(); }

  // `done(handshake, outcome)` runs on a thread of the pool.
  template <class Done>
  void advance(std::unique_ptr<Handshake> handshake, Bytes message, Done done) {
    boost::asio::post(threads_, [handshake = std::move(handshake), message = std::move(message),
                                 done = std::move(done)]() mutable {
      Handshake::Outcome outcome = handshake->advance(message);
      done(std::move(handshake), std::move(outcome));
    });
  }

  // What has not begun is dropped; what runs is waited for.
  void stop() {
    threads_.stop();
    threads_.join();
  }

 private:
  boost::asio::thread_pool threads_;
};

}  // namespace zerofc::server
