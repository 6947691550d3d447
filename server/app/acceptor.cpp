#include "server/app/acceptor.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

namespace zerofc::server {
namespace {

constexpr int kBacklog = 1024;
// Connections taken at once, so that others on this loop get their turn.
constexpr int kTakenAtOnce = 64;
constexpr auto kPauseWithoutDescriptors = std::chrono::milliseconds(100);

}  // namespace

std::optional<Listening> listen_on(const boost::asio::ip::tcp::endpoint& endpoint,
                                   boost::system::error_code& error) {
  boost::asio::io_context unused;
  boost::asio::ip::tcp::acceptor acceptor(unused);
  // A server that was killed leaves connections behind that must not keep its port.
  const boost::asio::socket_base::reuse_address reuse(true);
  if (acceptor.open(endpoint.protocol(), error) || acceptor.set_option(reuse, error) ||
      acceptor.bind(endpoint, error) || acceptor.listen(kBacklog, error)) {
    return std::nullopt;
  }
  const std::uint16_t port = acceptor.local_endpoint(error).port();
  FileDescriptor descriptor(error ? -1 : acceptor.release(error));
  if (error) return std::nullopt;
  return Listening{std::move(descriptor), endpoint.protocol(), port};
}

Acceptor::Acceptor(Shared& shared, Listening listening, boost::system::error_code& error)
    : shared_(&shared),
      loop_(&shared.shards.front()->loop()),
      acceptor_(*loop_),
      pause_(*loop_),
      port_(listening.port) {
  if (acceptor_.assign(listening.protocol, listening.descriptor.get(), error)) return;
  static_cast<void>(listening.descriptor.release());
  static_cast<void>(acceptor_.non_blocking(true, error));
}

void Acceptor::stop() {
  boost::asio::post(*loop_, [this] {
    boost::system::error_code ignored;
    static_cast<void>(acceptor_.close(ignored));
    pause_.cancel();
  });
}

void Acceptor::wait() {
  acceptor_.async_wait(boost::asio::ip::tcp::acceptor::wait_read,
                       [this](const boost::system::error_code& error) {
                         if (!error && acceptor_.is_open()) take_all();
                       });
}

void Acceptor::wait_for_descriptors() {
  pause_.expires_after(kPauseWithoutDescriptors);
  pause_.async_wait([this](const boost::system::error_code& error) {
    if (!error && acceptor_.is_open()) wait();
  });
}

void Acceptor::take_all() {
  for (int taken = 0; taken < kTakenAtOnce; ++taken) {
    Shard& shard = *shared_->shards[next_shard_];
    boost::asio::ip::tcp::socket socket(shard.loop());
    boost::system::error_code error;
    if (acceptor_.accept(socket, error) == boost::asio::error::would_block) break;
    if (error == boost::asio::error::no_descriptors ||
        error == boost::system::errc::too_many_files_open_in_system ||
        error == boost::asio::error::no_memory || error == boost::asio::error::no_buffer_space)
      return wait_for_descriptors();
    if (error) continue;  // the other end gave up before it was taken
    if (!shared_->connections.take()) {
      turn_away(socket);
      continue;
    }
    // What is said in one turn of the loop leaves in one piece, and at once.
    static_cast<void>(socket.set_option(boost::asio::ip::tcp::no_delay(true), error));
    next_shard_ = (next_shard_ + 1) % shared_->shards.size();
    shard.adopt(std::move(socket));
  }
  wait();
}

void Acceptor::turn_away(boost::asio::ip::tcp::socket& socket) const {
  const auto time =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  const Response response = Site::busy(
      "connections-full", "The server has as many connections as it takes; try again.", time);
  const std::string bytes = response.head + response.text;
  const int descriptor = socket.native_handle();
  static_cast<void>(::send(descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
  // What the client has said already is read, or closing would destroy the answer on its way.
  std::array<char, 4096> unread{};
  static_cast<void>(::recv(descriptor, unread.data(), unread.size(), MSG_DONTWAIT));
  ::shutdown(descriptor, SHUT_WR);
}

}  // namespace zerofc::server
