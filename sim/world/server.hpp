// The server of a world: relay rooms over stores in memory, and the connections to them. Honest,
// unless something interferes with what passes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/relay/room.hpp"
#include "core/relay/testing/memory_store.hpp"
#include "core/wire/server_identity.hpp"
#include "sim/world/scheduler.hpp"
#include "sim/world/trace.hpp"

namespace zerofc::sim {

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

// A frame without its counter, on its way.
struct Carried {
  Bytes frame;
  Millis delay{0};                        // beyond that of the network
  std::function<void()> arrived = [] {};  // it reached the other side
};

// What a server that is not honest does to everything that passes. The honest one has none.
class Interference {
 public:
  Interference() = default;
  Interference(const Interference&) = delete;
  Interference& operator=(const Interference&) = delete;
  virtual ~Interference() = default;

  // `frames` is one frame, from the relay to a client or the other way: what goes on in its place.
  virtual void down(const std::shared_ptr<Link>& link, std::vector<Carried>& frames) = 0;
  virtual void up(const std::shared_ptr<Link>& link, std::vector<Carried>& frames) = 0;
  // GET /server-key, and the date that it is answered with.
  virtual void server_key(ServerKeys& keys, UnixMillis& date) = 0;
};

class Server {
 public:
  // Which of several logs of a room; the honest server has one.
  using Branch = unsigned;
  using Place = std::pair<RoomId, Branch>;

  struct Hosted {
    testing::MemoryStore store;
    std::optional<relay::Room> room;  // while it is in memory
    std::optional<Millis> tick;
    std::uint64_t generation = 0;  // what was under way in an earlier one does not come back
    std::set<relay::ConnectionId> connections;
  };

  Server(Scheduler& scheduler, Trace& trace, Crypto& crypto);

  [[nodiscard]] const ServerKeys& keys() const { return keys_; }
  [[nodiscard]] const SigningPrivateKey& signing_key() const { return signing_key_; }
  struct KeyAnswer {
    ServerKeys keys;
    UnixMillis date;
  };
  [[nodiscard]] KeyAnswer answer_key_request() const;

  std::shared_ptr<Link> connect(const SessionPublicKey& client);
  // The client sends one encoded frame, without a counter.
  void send(const std::shared_ptr<Link>& link, Bytes frame);
  // Both ends notice, each after a while.
  void cut(const std::shared_ptr<Link>& link);
  // Killed at once, and back with what its stores hold. A batch that was under way is in them or
  // not.
  void restart();

  // ---- for whoever interferes

  void set_interference(Interference* interference) { interference_ = interference; }
  // One frame to a client, as if the relay had sent it.
  void push(const std::shared_ptr<Link>& link, Carried carried);
  // Every live connection.
  [[nodiscard]] std::vector<std::shared_ptr<Link>> links() const;
  [[nodiscard]] std::optional<RoomId> room_of(const Link& link) const;
  // The server speaks to its own relay as if this client were connected and had opened the room.
  void impersonate(const Place& place, const SessionPublicKey& client,
                   const std::vector<Bytes>& frames);
  // A second log of the room, which begins as a copy; who is in `apart` is led there from now on.
  void fork(const RoomId& room, const std::set<SessionPublicKey>& apart);
  // The disk is what it was.
  void put_back(const RoomId& room, const testing::MemoryStore& store);
  // Nobody is led anywhere else any more.
  void end_forks() { apart_.clear(); }

  [[nodiscard]] const std::map<Place, Hosted>& rooms() const { return rooms_; }
  [[nodiscard]] const Hosted* find(const RoomId& room) const;
  // What an honest client must never cause.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

  relay::Limits limits;
  Millis clock_error{0};  // of the wall clock
  // Bytes that must not pass: see holds_plaintext().
  static constexpr std::string_view kMarker = "plaintext";

 private:
  struct Open {
    std::shared_ptr<Link> link;
    std::optional<Place> place;
  };
  [[nodiscard]] Now now() const;
  void carry_up(const std::shared_ptr<Link>& link, Carried carried);
  void receive(relay::ConnectionId id, const Bytes& bytes);
  void first_frame(relay::ConnectionId id, Open& open, const Frame& frame);
  void create(relay::ConnectionId id, const frame::RoomCreate& request);
  [[nodiscard]] bool wake(Hosted& hosted);
  void handle(const Place& place, const relay::Event& event);
  void carry_out(const Place& place, relay::Action& action);
  void deliver(relay::ConnectionId to, const std::shared_ptr<const Bytes>& frame);
  void close(relay::ConnectionId id);
  void forget(relay::ConnectionId id);

  Scheduler* scheduler_;
  Trace* trace_;
  Crypto* crypto_;
  ServerKeys keys_;
  SigningPrivateKey signing_key_;
  std::optional<relay::HeadSigner> signer_;
  std::map<Place, Hosted> rooms_;
  std::map<relay::ConnectionId, Open> open_;
  std::map<SessionPublicKey, Branch> apart_;
  Interference* interference_ = nullptr;
  std::uint64_t last_connection_ = 0;
  std::uint64_t generation_ = 0;
  std::string complaint_;
};

}  // namespace zerofc::sim
