#include "sim/world/world.hpp"

#include <algorithm>

#include "themis/testing/seeded_random.hpp"

namespace zerofc::sim {
namespace {

// One stream for each purpose, so that more of one does not shift the others.
std::uint64_t seeded(std::uint64_t seed) {
  themis::testing::seed_random(seed);
  return seed;
}

}  // namespace

World::World(std::uint64_t seed, bool keeps_trace)
    : chance(~seeded(seed)), trace(keeps_trace), scheduler(seed), server(scheduler, trace, crypto) {
  for (std::size_t index = 0; index < kPeople; ++index) {
    people.push_back(std::make_unique<Device>(scheduler, trace, server, ledger,
                                              std::string(1, static_cast<char>('a' + index))));
  }
}

void World::speak(Device& one) {
  if (&one != silent) one.say("plaintext " + one.name() + std::to_string(++texts));
}

Outcomes World::ordinary(const Device& one) const {
  Outcomes ordinary;
  if (one.page.state == ui::RoomState::kLeft) ordinary.add(Outcome::kUnsentFailed);
  const auto link = followed.find(&one);
  if (link != followed.end() && spoilt.count(link->second) != 0) ordinary.add(Outcome::kDeclined);
  if (removed.count(&one) != 0) {
    ordinary.add({Outcome::kStopped, Outcome::kDeclined, Outcome::kUnsentFailed});
  }
  return ordinary;
}

void World::admit() {
  const auto next = std::find_if(people.begin() + 1, people.end(), [this](const auto& one) {
    return followed.count(one.get()) == 0;
  });
  if (next == people.end()) return;
  const std::vector<std::string> links = owner().links();
  const auto fresh = std::find_if(links.begin(), links.end(),
                                  [this](const auto& one) { return handed.count(one) == 0; });
  const bool any = !links.empty() && chance.happens(10);
  if (fresh == links.end() && !any) {
    owner().invite();
    return;
  }
  const std::string link = fresh == links.end() ? links.front() : *fresh;
  // An invite admits one: of two who follow the same link the other is declined.
  if (!handed.insert(link).second) spoilt.insert(link);
  followed[next->get()] = link;
  (*next)->join(link);
}

void World::come_to_rest() {
  for (const auto& one : people) {
    one->set_clock(Millis(0));
    one->retry();
  }
  pass(kRest);
}

}  // namespace zerofc::sim
