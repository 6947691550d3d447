#include "sim/plan.hpp"

#include <algorithm>
#include <array>

namespace zerofc::sim {
namespace {

constexpr Millis kMoment{250};
constexpr Millis kWhile = std::chrono::minutes(2);
// Clocks are wrong by less than Secure Session takes for wrong (protocol §2.4), both ends together.
constexpr Millis kClientClockOff = std::chrono::hours(10);
constexpr Millis kServerClockOff = std::chrono::hours(6);

Millis jump(World& world, Millis most) { return world.chance.between(Millis(0), 2 * most) - most; }

void talk(World& world) { world.speak(world.somebody()); }

void admit(World& world) { world.admit(); }

void revoke(World& world) {
  const std::vector<std::string> links = world.owner().links();
  if (links.empty()) return;
  const std::string& link = links[world.chance.below(links.size())];
  for (const auto& [id, invite] : world.owner().page.invites) {
    if (invite.link != link) continue;
    world.handed.insert(link);
    world.spoilt.insert(link);
    return world.owner().revoke(id);
  }
}

void rotate(World& world) {
  (world.chance.happens(70) ? world.owner() : world.somebody()).rotate();
}

void leave(World& world) {
  Device& one = world.somebody();
  if (&one != &world.owner()) one.leave();
}

// Somebody that the owner lists as being there, and itself.
Device* some_member(World& world) {
  std::vector<Device*> members;
  for (const auto& one : world.people) {
    if (one.get() == &world.owner() || !one->page.self) continue;
    const auto found = world.owner().page.members.find(*one->page.self);
    if (found == world.owner().page.members.end()) continue;
    if (found->second.state != ui::MemberState::kLeft) members.push_back(one.get());
  }
  return members.empty() ? nullptr : members[world.chance.below(members.size())];
}

void remove(World& world) {
  Device* member = some_member(world);
  if (member == nullptr || !world.owner().has_joined()) return;
  world.removed.insert(member);
  world.owner().remove(*member->page.self);
}

void set_role(World& world) {
  Device* member = some_member(world);
  if (member == nullptr) return;
  world.owner().set_role(*member->page.self,
                         world.chance.happens(50) ? ui::Role::kAdmin : ui::Role::kMember);
}

void cut(World& world) { world.somebody().cut(); }
void kill_client(World& world) { world.somebody().crash(); }
void kill_server(World& world) { world.server.restart(); }

void wait(World& world) { world.pass(world.chance.between(kMoment, kWhile)); }

void client_clock(World& world) { world.somebody().set_clock(jump(world, kClientClockOff)); }
void server_clock(World& world) { world.server.clock_error = jump(world, kServerClockOff); }

constexpr std::array<PlanStep, 13> kPlan = {{
    {"talk", 550, talk},
    {"admit", 150, admit},
    {"revoke", 8, revoke},
    {"rotate", 60, rotate},
    {"leave", 4, leave},
    {"remove", 4, remove},
    {"set a role", 12, set_role},
    {"cut a connection", 80, cut},
    {"kill a client", 90, kill_client},
    {"kill the server", 30, kill_server},
    {"wait", 6, wait},
    {"a client's clock jumps", 15, client_clock},
    {"the server's clock jumps", 7, server_clock},
}};

}  // namespace

std::span<const PlanStep> plan() { return kPlan; }

void take_a_step(World& world) {
  std::uint64_t all = 0;
  for (const PlanStep& step : kPlan) all += step.weight;
  std::uint64_t at = world.chance.below(all);
  for (const PlanStep& step : kPlan) {
    if (at < step.weight) {
      world.note(step.name);
      step.take(world);
      break;
    }
    at -= step.weight;
  }
  world.pass(world.chance.between(Millis(1), kMoment));
}

}  // namespace zerofc::sim
