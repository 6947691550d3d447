// The server with one of its lies.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "core/log/testing/people.hpp"
#include "sim/evil/mutation.hpp"
#include "sim/world/world.hpp"

namespace zerofc::sim {

class EvilServer final : public Interference {
 public:
  // `stranger` has a room of its own, whose entries are at hand to be mixed in.
  EvilServer(World& world, Device& stranger, const Mutation& mutation, std::uint64_t seed);
  ~EvilServer() override { world->server.set_interference(nullptr); }

  void down(const std::shared_ptr<Link>& link, std::vector<Carried>& frames) override;
  void up(const std::shared_ptr<Link>& link, std::vector<Carried>& frames) override;
  void server_key(ServerKeys& keys, UnixMillis& date) override;
  // Between two steps of the plan.
  void act();
  // From now on it is honest: connections are made anew, and forks are over.
  void repent();

  [[nodiscard]] unsigned fired() const { return fired_; }
  [[nodiscard]] unsigned reached() const { return reached_; }

  // ---- for the mutations

  void replace(Moment& moment, const Frame& frame) const;
  void add(Moment& moment, const Frame& frame) const;
  // The room that it lies about, once there is one, and its log.
  [[nodiscard]] std::optional<RoomId> room() const;
  [[nodiscard]] const std::vector<relay::LogEntry>* log() const;
  // An entry of this kind of the stranger's log, or any other.
  [[nodiscard]] std::optional<Bytes> foreign_entry(bool is_control) const;
  // Some person's live connection to the room.
  [[nodiscard]] std::shared_ptr<Link> some_link();
  [[nodiscard]] Bytes signed_head(const SigningPrivateKey& key, const LogPoint& head) const;
  [[nodiscard]] BytesView ghost_card();

  Chance chance;
  World* world;
  testing::Person ghost;  // nobody's: keys that no person made
  ThemisCrypto crypto;
  // What each client was sent before.
  std::map<SessionPublicKey, std::vector<Bytes>> heard;
  // For mutations that go on: what was held back, of whom, and from where on.
  std::map<SessionPublicKey, Bytes> held;
  std::set<SessionPublicKey> victims;
  std::optional<testing::MemoryStore> snapshot;
  struct Copied {
    std::size_t from_main = 0;
    std::size_t from_fork = 0;
    bool leaves_out = false;  // one entry still has to be left out
  };
  std::optional<Copied> forked;

 private:
  [[nodiscard]] bool lies_to(const Link& link) const;
  template <class Call>
  void apply(const std::shared_ptr<Link>& link, std::vector<Carried>& frames, const Call& call);

  Device* stranger_;
  const Mutation* mutation_;
  Bytes ghost_card_;
  bool is_honest_ = false;
  unsigned fired_ = 0;
  unsigned reached_ = 0;
};

}  // namespace zerofc::sim
