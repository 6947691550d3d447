// The connections of all rooms: for each the server's keys over HTTP, then a WebSocket and a Secure
// Session in it. docs/protocol.md §2.1.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "cli/net/origin.hpp"
#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/member/host.hpp"

namespace zerofc::cli {

// What happens to connections. Told from the event loop, never from within a call of Connections.
class ConnectionEvents {
 public:
  virtual ~ConnectionEvents() = default;
  virtual void connection_event(const member::HostEvent& event) = 0;
};

class Connections {
 public:
  // Sealed bytes that wait for one socket. The core sends far less; a server that doesn't read is
  // left.
  static constexpr std::size_t kQueueBytesMax = 16U << 20U;

  // All of them outlive this object. With a proxy every connection goes through it, names are
  // resolved there, and each room has random credentials of its own, so that Tor gives each a
  // circuit of its own.
  Connections(boost::asio::io_context& loop, Crypto& crypto, Origin origin,
              std::optional<Proxy> proxy, ConnectionEvents& events);
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;
  ~Connections();

  void fetch_server_key(const member::FetchServerKey& fetch);
  void open(const member::OpenSession& open);
  void send(const member::SendFrame& frame);
  void disconnect(member::ConnectionId id);

  // Why the last connection that was lost could not be made, for people; empty if none was.
  [[nodiscard]] const std::string& last_failure() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace zerofc::cli
