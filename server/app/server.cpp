#include "server/app/server.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <optional>
#include <utility>

#include "core/wire/server_identity.hpp"
#include "native/themis_crypto.hpp"

namespace zerofc::server {
namespace {

std::shared_ptr<const themis::SessionIdentity> session_identity(const ServerKeys& keys) {
  auto key = themis::EcPrivateKey::parse(keys.session.private_key.view());
  if (!key || !std::ranges::equal(key->public_key().container(), keys.session.public_key.bytes())) {
    return nullptr;
  }
  return std::make_shared<const themis::SessionIdentity>(
      themis::SessionIdentity{to_bytes(bytes_of(kServerSessionId)), std::move(*key)});
}

// The signing pair fits together, and the head that every client checks comes out.
bool signs(Crypto& crypto, const ServerKeys& keys, const relay::HeadSigner& signer) {
  const Bytes head = signer.sign(RoomId(), LogPoint{});
  return !head.empty() && crypto.verify(keys.signing.public_key.bytes(), head).has_value();
}

std::optional<StoreTotals> totals_of(StoreThread& store) {
  auto answered = std::make_shared<std::promise<std::optional<StoreTotals>>>();
  std::future<std::optional<StoreTotals>> answer = answered->get_future();
  const bool queued = store.totals([answered](const StoreResult<StoreTotals>& result) {
    answered->set_value(result ? std::optional<StoreTotals>(*result) : std::nullopt);
  });
  return queued ? answer.get() : std::nullopt;
}

StartError start_error(const boost::system::error_code& error) {
  using boost::system::errc::errc_t;
  if (error == errc_t::address_in_use) return StartError::kPortTaken;
  if (error == errc_t::permission_denied) return StartError::kPortForbidden;
  if (error == errc_t::address_not_available) return StartError::kAddress;
  return StartError::kSystem;
}

}  // namespace

std::string_view describe(StartError error) {
  switch (error) {
    case StartError::kPortTaken:
      return "another program listens on this port; --listen takes another";
    case StartError::kPortForbidden:
      return "this user may not listen on this port; --listen takes one from 1024 on";
    case StartError::kAddress:
      return "the address of --listen is not one of this computer's";
    case StartError::kOrigins:
      return "--public-origin takes what browsers send: https://chat.example, lower case, without "
             "a path, with a port only if it isn't the usual one";
    case StartError::kIdentity:
      return "the server's keys do not fit together; restore them from a backup";
    case StartError::kStore:
      return "the stored rooms can't be read";
    case StartError::kSystem:
      return "the system refused to listen on this address";
  }
  return "";
}

Result<std::unique_ptr<Server>, StartError> Server::start(const ServerConfig& config,
                                                          const ServerKeys& keys,
                                                          std::unique_ptr<Store> store) {
  std::unique_ptr<Server> server(new Server());
  server->crypto_ = std::make_unique<ThemisCrypto>();
  auto session = session_identity(keys);
  relay::HeadSigner signer(*server->crypto_, keys.signing.private_key.copy());
  if (session == nullptr || !signs(*server->crypto_, keys, signer))
    return fail(StartError::kIdentity);

  auto store_thread = StoreThread::start(std::move(store));
  if (!store_thread) return fail(StartError::kStore);
  server->store_ = std::move(*store_thread);
  const auto stored = totals_of(*server->store_);
  if (!stored) return fail(StartError::kStore);

  // The port is known only once it is bound, and the origins of this computer hold the port.
  auto origins = OriginPolicy::listed(config.public_origins);
  if (!origins && !config.public_origins.empty()) return fail(StartError::kOrigins);
  boost::system::error_code error;
  auto listening = listen_on(config.listen, error);
  if (!listening) return fail(start_error(error));
  if (!origins) origins = OriginPolicy::loopback(listening->port);

  server->shared_ = std::make_unique<Shared>(
      config.limits, config.relay_limits,
      Site(std::move(*origins),
           encode(zerofc::ServerKeys{keys.session.public_key, keys.signing.public_key}),
           server->health_),
      std::move(session), *server->crypto_, std::move(signer), *server->store_, server->health_,
      stored->rooms, config.handshake_threads);
  Shared& shared = *server->shared_;
  for (std::size_t index = 0; index < std::max<std::size_t>(config.threads, 1); ++index) {
    server->shards_.push_back(std::make_unique<Shard>(shared, index));
    shared.shards.push_back(server->shards_.back().get());
  }
  server->acceptor_ = std::make_unique<Acceptor>(shared, std::move(*listening), error);
  if (error) return fail(start_error(error));
  server->acceptor_->start();
  for (const auto& shard : server->shards_)
    server->threads_.emplace_back([its = shard.get()] { its->run(); });
  return server;
}

void Server::stop() {
  if (threads_.empty()) return;
  health_.draining = true;
  acceptor_->stop();
  for (const auto& shard : shards_) shard->drain();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  shared_->pool.stop();
  store_.reset();  // carries out what is queued, and answers loops that run no more
}

std::vector<EventCount> Server::totals() const {
  std::vector<EventCount> totals;
  const auto sum = [&](EventName name, Counter ShardCounters::* counter) {
    std::uint64_t value = 0;
    for (const auto& shard : shards_) value += (shard->counters().*counter).value();
    totals.push_back({name, value});
  };
  sum("connections", &ShardCounters::connections);
  sum("requests", &ShardCounters::requests);
  sum("upgrades-refused", &ShardCounters::upgrades_refused);
  sum("sessions", &ShardCounters::sessions);
  sum("handshakes-failed", &ShardCounters::handshakes_failed);
  sum("frames-in", &ShardCounters::frames_in);
  sum("frames-out", &ShardCounters::frames_out);
  sum("ended-by-error", &ShardCounters::ended_by_error);
  sum("slow-dropped", &ShardCounters::slow_dropped);
  sum("deadlines", &ShardCounters::deadlines);
  sum("rooms-loaded", &ShardCounters::rooms_loaded);
  sum("rooms-damaged", &ShardCounters::rooms_damaged);
  sum("store-failures", &ShardCounters::store_failures);
  totals.push_back({"connections-now", shared_->connections.taken()});
  totals.push_back({"rooms", shared_->rooms.taken()});
  return totals;
}

}  // namespace zerofc::server
