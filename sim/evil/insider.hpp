// A member that is not honest: a client like the others, and somebody who has its keys and does
// more with them.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/log/testing/people.hpp"
#include "core/wire/message.hpp"
#include "sim/world/log_view.hpp"
#include "sim/world/world.hpp"

namespace zerofc::sim {

class Insider;

// One kind of malice: a named function, with what may come of it for the others in writing.
struct Malice {
  std::string_view name;
  bool by_the_owner = false;  // else by a plain member
  // One of these. False: there was no occasion.
  bool (*act)(Insider& insider) = nullptr;  // between two steps of the plan
  bool (*up)(Insider& insider, std::vector<Carried>& frames) = nullptr;  // what its client sends
  Outcomes allowed = {};
  // By which of them somebody else is to notice it; and of a hundred runs in which it happened, in
  // how many that is so at least.
  Outcomes noticed_by = {};
  unsigned told_percent_min = 0;
};
[[nodiscard]] std::span<const Malice> all_malice();

class Insider final : public Interference {
 public:
  Insider(World& world, Device& client, const Malice& malice, std::uint64_t seed);
  ~Insider() override { world->server.set_interference(nullptr); }

  void down(const std::shared_ptr<Link>& /*link*/, std::vector<Carried>& /*frames*/) override {}
  void up(const std::shared_ptr<Link>& link, std::vector<Carried>& frames) override;
  void server_key(ServerKeys& /*keys*/, UnixMillis& /*date*/) override {}
  void act();
  void repent() { is_honest_ = true; }

  [[nodiscard]] unsigned fired() const { return fired_; }
  [[nodiscard]] Device& client() { return *client_; }

  // ---- for the malice

  // What it works with; none while its client is not a connected member that holds the key.
  struct Standing {
    LogView view;
    MemberEntry self;
    MemberEntry other;  // somebody else
    RoomKey key;
    SigningPrivateKey signing;
    ExchangePrivateKey exchange;
    std::uint64_t counter = 0;  // above all of its own so far
  };
  [[nodiscard]] std::optional<Standing> standing();
  // A message of its own that is right in everything.
  [[nodiscard]] MessageContent draft(const Standing& standing, std::string_view text);
  // Signs, pads, seals and appends it.
  void send(const Standing& standing, const MessageContent& content);
  void send_signed(const Standing& standing, const Entry& envelope, Bytes signed_message);
  void append(const Bytes& entry);
  void append(const ControlContent& content, const SigningPrivateKey& key);
  // The next control entry by its own name, but for the fields.
  [[nodiscard]] ControlContent next(const Standing& standing, Kind kind);

  World* world;
  Chance chance;
  ThemisCrypto crypto;
  testing::Person ghost;
  std::optional<Bytes> kept;

 private:
  Device* client_;
  const Malice* malice_;
  bool is_honest_ = false;
  unsigned fired_ = 0;
  std::uint64_t last_counter_ = 0;
};

}  // namespace zerofc::sim
