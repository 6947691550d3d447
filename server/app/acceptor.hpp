// Takes connections and hands them to the shards in turn.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "server/shard/shard.hpp"

namespace zerofc::server {

// A port that is listened on.
struct Listening {
  FileDescriptor descriptor;
  boost::asio::ip::tcp protocol;
  std::uint16_t port = 0;
};
// None: `error` says why.
[[nodiscard]] std::optional<Listening> listen_on(const boost::asio::ip::tcp::endpoint& endpoint,
                                                 boost::system::error_code& error);

class Acceptor {
 public:
  // On the loop of the first shard.
  Acceptor(Shared& shared, Listening listening, boost::system::error_code& error);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void start() { wait(); }
  // No connection is taken after that. From any thread.
  void stop();

 private:
  void wait();
  void wait_for_descriptors();
  void take_all();
  void turn_away(boost::asio::ip::tcp::socket& socket) const;

  Shared* shared_;
  boost::asio::io_context* loop_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::size_t next_shard_ = 0;
};

}  // namespace zerofc::server
