// What all shards of a server have in common. Everything here is constant, or atomic, or safe to
// use from several threads.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/crypto.hpp"
#include "core/relay/limits.hpp"
#include "core/relay/room.hpp"
#include "server/connection/channel.hpp"
#include "server/connection/handshake_pool.hpp"
#include "server/http/site.hpp"
#include "server/limits.hpp"
#include "server/store/store_thread.hpp"
#include "themis/secure_session.hpp"

namespace zerofc::server {

class Shard;

// Written by one thread, read by any.
class Counter {
 public:
  void add(std::uint64_t count = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// What a shard has done since its start: all that is ever said about traffic.
struct ShardCounters {
  Counter connections;        // accepted
  Counter requests;           // HTTP, answered
  Counter upgrades_refused;   // asked for a WebSocket and got none
  Counter sessions;           // Secure Sessions established
  Counter handshakes_failed;  // refused by Themis, cut off or too slow
  Counter frames_in;          // protocol frames
  Counter frames_out;         // the same, per recipient
  Counter ended_by_error;     // connections that broke the protocol
  Counter slow_dropped;       // over their outgoing queue
  Counter deadlines;          // connections closed for being too slow or idle
  Counter rooms_loaded;
  Counter rooms_damaged;  // stored rooms that do not fit together
  Counter store_failures;
};

// A number of places of which at most `max` are taken, across threads.
class Places {
 public:
  explicit Places(std::uint64_t max, std::uint64_t taken = 0) : max_(max), taken_(taken) {}
  [[nodiscard]] bool take() {
    if (taken_.fetch_add(1, std::memory_order_relaxed) < max_) return true;
    give_back();
    return false;
  }
  void give_back() { taken_.fetch_sub(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t taken() const { return taken_.load(std::memory_order_relaxed); }

 private:
  const std::uint64_t max_;
  std::atomic<std::uint64_t> taken_;
};

// How many new rooms a minute may bring, of everybody together: never by address, which people
// behind Tor share. One word, so that shards need no lock: the time at which the bucket is full.
class CreateBudget {
 public:
  explicit CreateBudget(std::uint32_t per_minute)
      : each_(per_minute == 0
                  ? 0
                  : std::chrono::nanoseconds(std::chrono::minutes(1)).count() / per_minute) {}
  [[nodiscard]] bool take(std::chrono::milliseconds steady) {
    if (each_ == 0) return false;
    const std::int64_t now = std::chrono::nanoseconds(steady).count();
    std::int64_t full = full_at_.load(std::memory_order_relaxed);
    while (true) {
      const std::int64_t after = (full > now ? full : now) + each_;
      if (after - now > kMinute) return false;
      if (full_at_.compare_exchange_weak(full, after, std::memory_order_relaxed)) return true;
    }
  }
  // What was taken and not needed.
  void give_back() { full_at_.fetch_sub(each_, std::memory_order_relaxed); }

 private:
  static constexpr std::int64_t kMinute = std::chrono::nanoseconds(std::chrono::minutes(1)).count();
  const std::int64_t each_;
  std::atomic<std::int64_t> full_at_{0};
};

struct Shared {
  Shared(const Limits& server_limits, const relay::Limits& room_limits, Site its_site,
         std::shared_ptr<const themis::SessionIdentity> its_identity, Crypto& its_crypto,
         relay::HeadSigner its_signer, StoreThread& its_store, Health& its_health,
         std::uint64_t rooms_stored, std::size_t handshake_threads)
      : limits(server_limits),
        relay_limits(room_limits),
        channel_limits(server_limits),
        site(std::move(its_site)),
        identity(std::move(its_identity)),
        crypto(its_crypto),
        signer(std::move(its_signer)),
        store(its_store),
        health(its_health),
        connections(server_limits.connections.connections_max),
        handshakes(server_limits.connections.handshakes_max),
        rooms(server_limits.rooms.rooms_max, rooms_stored),
        creates(server_limits.rooms.creates_per_minute_max),
        pool(handshake_threads) {}

  const Limits limits;
  const relay::Limits relay_limits;
  const ChannelLimits channel_limits;
  const Site site;
  const std::shared_ptr<const themis::SessionIdentity> identity;
  Crypto& crypto;  // stateless
  const relay::HeadSigner signer;
  StoreThread& store;
  Health& health;
  Places connections;
  Places handshakes;
  Places rooms;
  CreateBudget creates;
  std::vector<Shard*> shards;  // complete before the first of them runs
  HandshakePool pool;
};

}  // namespace zerofc::server
