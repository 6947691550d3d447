// The server of a world: relay rooms over stores in memory, and the connections to them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "core/relay/room.hpp"
#include "core/relay/testing/memory_store.hpp"
#include "core/wire/server_identity.hpp"
#include "tests/world/scheduler.hpp"

namespace zerofc::world {

// A connection whose Secure Session is established. Each direction keeps its order; what is on its
// way when it is cut is lost.
struct Link {
  SessionPublicKey client;
  std::function<void(BytesView frame)> to_client;
  std::function<void()> lost;  // the client notices
  relay::ConnectionId id{};
  bool is_cut = false;
  Millis last_up{0};
  Millis last_down{0};
};

class Server {
 public:
  Server(Scheduler& scheduler, Crypto& crypto);

  [[nodiscard]] const ServerKeys& keys() const { return keys_; }
  std::shared_ptr<Link> connect(const SessionPublicKey& client);
  // The client sends one encoded frame, without a counter.
  void send(const std::shared_ptr<Link>& link, Bytes frame);
  // Both ends notice, each after a while.
  void cut(const std::shared_ptr<Link>& link);
  // Killed at once, and back with what its stores hold. A batch that was under way is in them or
  // not.
  void restart();

  struct Hosted {
    testing::MemoryStore store;
    std::optional<relay::Room> room;  // while it is in memory
    std::optional<Millis> tick;
    std::uint64_t generation = 0;  // what was under way in an earlier one does not come back
    std::set<relay::ConnectionId> connections;
  };
  [[nodiscard]] const std::map<RoomId, Hosted>& rooms() const { return rooms_; }
  // What an honest client must never cause.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

  relay::Limits limits;

 private:
  struct Open {
    std::shared_ptr<Link> link;
    std::optional<RoomId> room;
  };
  void receive(relay::ConnectionId id, const Bytes& frame);
  void first_frame(relay::ConnectionId id, Open& open, const Frame& frame);
  void create(relay::ConnectionId id, const frame::RoomCreate& request);
  [[nodiscard]] bool wake(Hosted& hosted);
  void handle(const RoomId& id, const relay::Event& event);
  void carry_out(const RoomId& id, relay::Action& action);
  void deliver(relay::ConnectionId to, const std::shared_ptr<const Bytes>& frame);
  void close(relay::ConnectionId id);
  void forget(relay::ConnectionId id);

  Scheduler* scheduler_;
  Crypto* crypto_;
  ServerKeys keys_;
  SessionPrivateKey session_key_;
  std::optional<relay::HeadSigner> signer_;
  std::map<RoomId, Hosted> rooms_;
  std::map<relay::ConnectionId, Open> open_;
  std::uint64_t last_connection_ = 0;
  std::uint64_t generation_ = 0;
  std::string complaint_;
};

}  // namespace zerofc::world
