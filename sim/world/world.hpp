// A whole world: a server, people with clients, what lies between, virtual time. Everything in it
// follows from one seed, if libcrypto draws from seed_random() on this thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "native/themis_crypto.hpp"
#include "sim/world/device.hpp"

namespace zerofc::sim {

// Longer than every pause, back-off and rate limit together.
inline constexpr Millis kRest = std::chrono::minutes(3);

class World {
 public:
  static constexpr std::size_t kPeople = 4;

  explicit World(std::uint64_t seed, bool keeps_trace = false);

  [[nodiscard]] Device& owner() { return *people.front(); }
  [[nodiscard]] Device& somebody() { return *people[chance.below(people.size())]; }
  // Its turn to speak.
  void speak(Device& one);
  // What a person may be told in an honest world: whoever leaves or is removed gives up what is
  // unsent, and an invite admits one.
  [[nodiscard]] Outcomes ordinary(const Device& one) const;
  // The next newcomer follows a link; if there is none, one is made.
  void admit();
  // Everybody connects, and nobody does anything, until nothing more can happen.
  void come_to_rest();
  void pass(Millis time) { scheduler.pass(time); }
  void note(std::string_view what) { trace.note(scheduler.now().steady, "world", what); }

  Chance chance;  // what people do, whatever becomes of it
  Trace trace;
  Ledger ledger;
  ThemisCrypto crypto;  // the server's
  Scheduler scheduler;
  Server server;
  std::vector<std::unique_ptr<Device>> people;  // the first one creates the room

  std::map<const Device*, std::string> followed;  // who followed which link
  std::set<std::string> handed;                   // links that were followed
  std::set<std::string> spoilt;                   // followed twice, or revoked
  std::set<const Device*> removed;                // by the owner, or so it asked
  const Device* silent = nullptr;                 // says nothing by itself
  std::size_t texts = 0;
};

}  // namespace zerofc::sim
