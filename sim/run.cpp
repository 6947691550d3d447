#include "sim/run.hpp"

#include <utility>

#include "sim/evil/evil_server.hpp"
#include "sim/evil/insider.hpp"
#include "sim/plan.hpp"

namespace zerofc::sim {
namespace {

constexpr int kSteps = 150;
constexpr Millis kSettling = std::chrono::seconds(10);
// So many runs without an occasion are too many.
constexpr std::size_t kRunsToFire = 5;
// So many are enough to say how often something is noticed.
constexpr std::size_t kRunsToJudge = 8;

void add(Faults& faults, Faults more) {
  for (std::string& fault : more) faults.push_back(std::move(fault));
}

void tally(World& world, Tally& tally) {
  for (const auto& one : world.people) {
    if (!one->is_running()) continue;
    if (one->has_joined()) ++tally.members;
    if (one->page.state == ui::RoomState::kLeft) ++tally.left;
  }
  tally.texts += world.texts;
  tally.epochs += world.owner().page.rotation.epoch;
}

void check_honest(World& world, Faults& faults) {
  world.come_to_rest();
  add(faults, check_conduct(world));
  add(faults, check_authors(world));
  add(faults, check_no_silent_fork(world));
  add(faults, check_keys(world));
  add(faults, check_rest(world));
  add(faults, check_one_conversation(world));
}

void run_honest(World& world, Report& report) {
  world.owner().create();
  for (int step = 0; step < kSteps; ++step) take_a_step(world);
  check_honest(world, report.faults);
  // Everybody who is still there reads everybody.
  for (const auto& one : world.people) world.speak(*one);
  if (report.faults.empty()) check_honest(world, report.faults);
}

// People, and somebody else whose room is on the same server.
std::unique_ptr<Device> found_a_room_of_a_stranger(World& world) {
  auto stranger = std::make_unique<Device>(world.scheduler, world.trace, world.server, world.ledger,
                                           "stranger");
  stranger->create();
  world.owner().create();
  world.pass(kSettling);
  stranger->say("plaintext of a stranger");
  stranger->rotate();
  world.pass(kSettling);
  return stranger;
}

Outcomes all_told(const World& world, const Device* exempt) {
  Outcomes told;
  for (const auto& one : world.people) {
    if (one.get() != exempt) told.add(one->told);
  }
  return told;
}

// Whatever anybody was told and whatever is still wrong when the lies are over must be allowed.
void check_outcomes(World& world, const Outcomes& allowed, const Outcomes& noticed_by,
                    const Device* exempt, Report& report, Lie& lie) {
  Outcomes ordinary;
  for (const auto& one : world.people) ordinary.add(world.ordinary(*one));
  Faults unrest = who_is_not_at_rest(world, exempt);
  if (!unrest.empty()) lie.outcomes.add(Outcome::kNotAtRest);
  Faults differences = how_histories_differ(world, exempt);
  if (!differences.empty()) lie.outcomes.add(Outcome::kHistoriesDiffer);
  const Outcomes told = all_told(world, exempt);
  lie.outcomes.add(told);
  lie.runs = 1;
  lie.told = lie.reached != 0 && told.has_any(noticed_by) ? 1 : 0;
  const Outcomes wrong = lie.outcomes.without(allowed | ordinary);
  if (wrong.empty()) return;
  report.faults.push_back("it may not come to: " + wrong.names());
  if (wrong.has(Outcome::kNotAtRest)) add(report.faults, std::move(unrest));
  if (wrong.has(Outcome::kHistoriesDiffer)) add(report.faults, std::move(differences));
}

void talk_once_more(World& world) {
  world.come_to_rest();
  for (const auto& one : world.people) world.speak(*one);
  world.come_to_rest();
}

void run_server(World& world, std::uint64_t seed, Report& report) {
  const auto mutations = all_mutations();
  const Mutation& mutation = *mutations[seed % mutations.size()];
  const auto stranger = found_a_room_of_a_stranger(world);
  EvilServer evil(world, *stranger, mutation, seed);
  for (int step = 0; step < kSteps; ++step) {
    take_a_step(world);
    evil.act();
  }
  world.pass(kSettling);
  evil.repent();
  talk_once_more(world);

  add(report.faults, check_conduct(world));
  add(report.faults, check_authors(world, {.may_be_reordered = mutation.reorders}));
  add(report.faults, check_no_silent_fork(world));
  Lie& lie = report.lies[mutation.name];
  lie.fired = evil.fired() != 0 ? 1 : 0;
  lie.reached = evil.reached() != 0 ? 1 : 0;
  lie.told_percent_min = mutation.told_percent_min;
  check_outcomes(world, mutation.allowed, mutation.noticed_by, nullptr, report, lie);
  report.story = std::string(mutation.name) + ": " + lie.outcomes.names();
}

void run_insider(World& world, std::uint64_t seed, Report& report) {
  const auto malices = all_malice();
  const Malice& malice = malices[seed % malices.size()];
  // The one whose turn to be admitted comes first, or the owner.
  Device& client = *world.people[malice.by_the_owner ? 0 : 1];
  world.owner().create();
  Insider insider(world, client, malice, seed);
  for (int step = 0; step < kSteps; ++step) {
    take_a_step(world);
    insider.act();
  }
  insider.repent();
  talk_once_more(world);

  add(report.faults, check_conduct(world));
  add(report.faults, check_authors(world, {.liars = {&client}}));
  add(report.faults, check_no_silent_fork(world, {&client}));
  Lie& lie = report.lies[malice.name];
  lie.fired = lie.reached = insider.fired() != 0 ? 1 : 0;
  lie.told_percent_min = malice.told_percent_min;
  check_outcomes(world, malice.allowed, malice.noticed_by, &client, report, lie);
  report.story = std::string(malice.name) + ": " + lie.outcomes.names();
}

}  // namespace

std::string_view name_of(Profile profile) {
  switch (profile) {
    case Profile::kHonest:
      return "honest";
    case Profile::kServer:
      return "server";
    case Profile::kInsider:
      return "insider";
  }
  return "";
}

std::vector<Profile> all_profiles() {
  return {Profile::kHonest, Profile::kServer, Profile::kInsider};
}

std::optional<Profile> profile_named(std::string_view name) {
  for (const Profile profile : all_profiles()) {
    if (name_of(profile) == name) return profile;
  }
  return std::nullopt;
}

void Sum::add(const Report& report) {
  tally_.members += report.tally.members;
  tally_.left += report.tally.left;
  tally_.texts += report.tally.texts;
  tally_.epochs += report.tally.epochs;
  for (const auto& [name, lie] : report.lies) {
    Lie& sum = lies_[name];
    sum.runs += lie.runs;
    sum.fired += lie.fired;
    sum.reached += lie.reached;
    sum.told += lie.told;
    sum.told_percent_min = lie.told_percent_min;
    sum.outcomes.add(lie.outcomes);
  }
}

std::vector<std::string> Sum::lines() const {
  std::vector<std::string> lines;
  lines.reserve(lies_.size());
  for (const auto& [name, lie] : lies_) {
    lines.push_back(std::string(name) + ": " + std::to_string(lie.fired) + " of " +
                    std::to_string(lie.runs) + " runs, reached somebody in " +
                    std::to_string(lie.reached) + ", told in " + std::to_string(lie.told) + "; " +
                    lie.outcomes.names());
  }
  return lines;
}

Faults Sum::faults() const {
  Faults faults;
  for (const auto& [lie_name, lie] : lies_) {
    const std::string name(lie_name);
    if (lie.runs >= kRunsToFire && lie.reached == 0) {
      faults.push_back("never reached anybody: " + name);
    }
    if (lie.reached >= kRunsToJudge && lie.told * 100 < lie.reached * lie.told_percent_min) {
      faults.push_back("not noticed often enough: " + name);
    }
  }
  return faults;
}

Report run(Profile profile, std::uint64_t seed, bool keeps_trace) {
  World world(seed, keeps_trace);
  Report report;
  switch (profile) {
    case Profile::kHonest:
      run_honest(world, report);
      break;
    case Profile::kServer:
      run_server(world, seed, report);
      break;
    case Profile::kInsider:
      run_insider(world, seed, report);
      break;
  }
  tally(world, report.tally);
  report.trace_hash = world.trace.hash();
  report.trace = world.trace.lines();
  return report;
}

}  // namespace zerofc::sim
