// A whole server in one object: shards, store, handshake workers and the port.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/base/result.hpp"
#include "core/crypto.hpp"
#include "core/relay/limits.hpp"
#include "server/app/acceptor.hpp"
#include "server/app/log.hpp"
#include "server/data_dir/server_keys.hpp"
#include "server/http/origin_policy.hpp"
#include "server/limits.hpp"
#include "server/shard/shard.hpp"
#include "server/shard/shared.hpp"
#include "server/store/store.hpp"
#include "server/store/store_thread.hpp"

namespace zerofc::server {

struct ServerConfig {
  boost::asio::ip::tcp::endpoint listen;
  // As browsers write them. Empty: this computer only, under the port that is listened on.
  std::vector<std::string> public_origins;
  std::size_t threads = 1;  // shards; at least 1
  std::size_t handshake_threads = 1;
  Limits limits;
  relay::Limits relay_limits;
};

enum class StartError : std::uint8_t {
  kPortTaken,
  kPortForbidden,  // below 1024 and not allowed to
  kAddress,        // not one of this machine's
  kOrigins,        // one of the public origins is not written as browsers write it
  kIdentity,       // the keys don't fit together
  kStore,          // the store can't be read
  kSystem,         // anything else that the system answered
};
// One sentence for the operator. Names no address.
[[nodiscard]] std::string_view describe(StartError error);

class Server {
 public:
  static Result<std::unique_ptr<Server>, StartError> start(const ServerConfig& config,
                                                           const ServerKeys& keys,
                                                           std::unique_ptr<Store> store);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { stop(); }

  [[nodiscard]] std::uint16_t port() const { return acceptor_->port(); }
  // Takes no new connection, tells everybody, stores everything, ends. Once.
  void stop();
  // Sums over all shards since the start: the only thing that is ever said about traffic.
  [[nodiscard]] std::vector<EventCount> totals() const;

 private:
  Server() = default;

  std::unique_ptr<Crypto> crypto_;
  Health health_;
  std::unique_ptr<StoreThread> store_;
  std::unique_ptr<Shared> shared_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unique_ptr<Acceptor> acceptor_;
  std::vector<std::thread> threads_;
};

}  // namespace zerofc::server
