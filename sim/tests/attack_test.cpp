// Attacks of a malicious server: docs/threat-model.md. Each test is one line of the catalogue, step
// by step.
#include "sim/tests/scene.hpp"

namespace zerofc::sim {
namespace {

class Attack : public Scene {};

// The members that a page lists as being there.
std::size_t members(const Device& one) {
  std::size_t count = 0;
  for (const auto& [id, member] : one.page.members) {
    if (member.state != ui::MemberState::kLeft) ++count;
  }
  return count;
}

bool told_of_its_log(const Device& one) {
  return one.told.has(Outcome::kServerHead) || one.told.has(Outcome::kFork);
}

TEST_F(Attack, attack_08_a_ghost_is_in_no_list_and_gets_no_key) {
  lie("adds a ghost");
  say(ben(), "hello");  // whoever hears it first hears of the ghost instead
  stop_lying();
  olga().rotate();
  world->pass(kSoon);
  for (const auto& one : world->people) EXPECT_LE(members(*one), 3U) << one->name();
  bool is_told = false;
  for (const auto& one : world->people) is_told |= one->told.has(Outcome::kInvalidControl);
  EXPECT_TRUE(is_told);
  expect_nobody_deceived();
}

TEST_F(Attack, attack_09_forked_views_are_noticed_with_the_first_message_between_them) {
  say(olga(), "before");
  const auto bens = ben().link()->client;
  world->server.fork(*room_id(), {bens});
  world->pass(kSoon);
  say(olga(), "on one side");
  say(ben(), "on the other");
  // So far it is mere withholding.
  EXPECT_FALSE(shows(ben(), "on one side"));
  EXPECT_FALSE(shows(olga(), "on the other"));
  EXPECT_TRUE(olga().told.empty());
  EXPECT_TRUE(ben().told.empty());

  // The server carries one of Ben's messages over.
  const auto& apart = world->server.rooms().at({*room_id(), 1}).store.log();
  say(ben(), "after both had spoken");
  world->server.impersonate({*room_id(), 0}, bens,
                            {encode(frame::RoomOpen{*room_id(), 0, false}),
                             encode(frame::Append{apart.back().bytes, std::nullopt})});
  world->pass(kSoon);
  EXPECT_TRUE(shows(olga(), "after both had spoken"));
  EXPECT_EQ(olga().page.alarm(), ui::AlarmKind::kFork);
  EXPECT_EQ(olga().page.alarms.begin()->second.member, ben().page.self);
  EXPECT_EQ(carl().page.alarm(), ui::AlarmKind::kFork);
  say(olga(), "an alarm stops nobody");
  EXPECT_TRUE(shows(carl(), "an alarm stops nobody"));
  expect_nobody_deceived();
}

TEST_F(Attack, attack_10_a_rolled_back_log_is_noticed_even_after_a_restart) {
  const testing::MemoryStore before = room().store;
  say(ben(), "one");
  say(olga(), "two");
  carl().crash();
  world->server.put_back(*room_id(), before);
  world->pass(kRest);
  for (const auto* one : {&olga(), &ben(), &carl()}) {
    EXPECT_TRUE(one->told.has(Outcome::kRollback)) << one->name();
    EXPECT_TRUE(shows(*one, "one")) << "what was read stays readable";
  }
  expect_nobody_deceived();
}

TEST_F(Attack, attack_11_reordered_entries_are_noticed) {
  lie("reorders entries");
  for (int round = 0; round < 5; ++round) {
    for (const char* text : {"one of a burst", "another", "a third"}) {
      olga().say("plaintext " + std::string(text) + std::to_string(3 * round));
    }
    world->pass(kSoon);
  }
  stop_lying();
  EXPECT_TRUE(told_of_its_log(ben()) || told_of_its_log(carl()) || told_of_its_log(olga()));
  EXPECT_EQ(check_conduct(*world), Faults());
  EXPECT_EQ(check_no_silent_fork(*world), Faults());
}

TEST_F(Attack, attack_11_a_repeated_entry_is_noticed_and_shown_once) {
  say(olga(), "first");
  lie("repeats an entry");
  say(olga(), "second");
  stop_lying();
  EXPECT_TRUE(told_of_its_log(ben()) || told_of_its_log(carl()) || told_of_its_log(olga()));
  expect_nobody_deceived();
}

TEST_F(Attack, attack_11_an_entry_left_out_is_noticed) {
  lie("leaves an entry out of a view");
  mutation.times_max = 100;
  for (int round = 0; round < 12; ++round) {
    say(ben(), "round " + std::to_string(round));
    say(carl(), "answer " + std::to_string(round));
    evil->act();
    world->pass(kSoon);
  }
  stop_lying();
  EXPECT_TRUE(told_of_its_log(olga()) || told_of_its_log(ben()) || told_of_its_log(carl()));
  expect_nobody_deceived();
}

TEST_F(Attack, attack_12_a_card_swapped_during_a_join_admits_nobody) {
  lie("swaps a joiner's card");
  const std::size_t entries = log_size();
  admit(dora());
  EXPECT_GE(evil->reached(), 1U);
  EXPECT_EQ(log_size(), entries) << "nobody was added";
  EXPECT_EQ(members(olga()), 3U);
  EXPECT_FALSE(dora().has_joined());
  expect_nobody_deceived();
}

TEST_F(Attack, attack_12_a_one_time_key_swapped_during_a_join_admits_nobody) {
  lie("swaps a joiner's one-time key");
  const std::size_t entries = log_size();
  admit(dora());
  EXPECT_GE(evil->reached(), 1U);
  EXPECT_EQ(log_size(), entries);
  EXPECT_EQ(dora().page.state, ui::RoomState::kDeclined);
  expect_nobody_deceived();
}

TEST_F(Attack, attack_13_a_withheld_leave_cuts_off_whoever_it_is_withheld_from) {
  world->server.fork(*room_id(), {ben().link()->client});
  world->pass(kSoon);
  carl().leave();
  world->pass(kSoon);
  say(olga(), "without Carl");
  // Ben does not know; but nothing that was said since can be shown to him.
  EXPECT_FALSE(shows(ben(), "without Carl"));
  const Epoch bens = ben().page.rotation.epoch;
  EXPECT_LT(bens, olga().page.rotation.epoch);
  const auto& log = room().store.log();
  const Seq next = world->server.rooms().at({*room_id(), 1}).store.log().size();
  world->server.push(ben().link(), {encode(frame::EntryAt{next, log.back().bytes, std::nullopt})});
  world->pass(kSoon);
  EXPECT_FALSE(shows(ben(), "without Carl"));
  EXPECT_TRUE(ben().told.has(Outcome::kItemRefused));
  EXPECT_EQ(ben().page.rotation.epoch, bens);
  expect_nobody_deceived();
}

TEST_F(Attack, attack_14_an_entry_of_another_room_is_refused) {
  lie("mixes rooms");
  say(olga(), "hello");
  stop_lying();
  const Outcomes told = olga().told | ben().told | carl().told;
  EXPECT_TRUE(told.has(Outcome::kItemRefused) || told.has(Outcome::kInvalidControl));
  EXPECT_TRUE(told.has(Outcome::kServerHead));
  for (const auto& one : world->people) EXPECT_FALSE(shows(*one, "of a stranger"));
  expect_nobody_deceived();
}

TEST_F(Attack, attack_15_a_message_is_no_rotation_and_a_rotation_no_message) {
  const Epoch epoch = olga().page.rotation.epoch;
  lie("relabels entries");
  say(olga(), "hello");
  stop_lying();
  const Outcomes told = olga().told | ben().told | carl().told;
  EXPECT_TRUE(told.has(Outcome::kInvalidControl));
  for (const auto* one : {&olga(), &ben(), &carl()}) {
    EXPECT_EQ(one->page.rotation.epoch, epoch) << one->name();
  }
  expect_nobody_deceived();
}

TEST_F(Attack, attack_18_nothing_depends_on_the_servers_clock) {
  const Epoch epoch = olga().page.rotation.epoch;
  world->server.clock_error = std::chrono::hours(20);  // as far as a session goes
  say(ben(), "in the future");
  world->server.clock_error = -std::chrono::hours(20);
  say(carl(), "in the past");
  for (const auto* one : {&olga(), &ben(), &carl()}) {
    EXPECT_TRUE(shows(*one, "in the future")) << one->name();
    EXPECT_TRUE(shows(*one, "in the past")) << one->name();
    EXPECT_EQ(one->page.rotation.epoch, epoch) << "no key aged";
  }
  expect_nothing_happened();

  lie("lies about the date");
  ben().cut();
  world->pass(kSoon);
  say(ben(), "at no particular time");
  stop_lying();
  for (const auto* one : {&olga(), &ben(), &carl()}) {
    EXPECT_TRUE(shows(*one, "at no particular time")) << one->name();
  }
  EXPECT_EQ(how_histories_differ(*world), Faults());
  EXPECT_EQ(who_is_not_at_rest(*world), Faults());
}

// Leaves, rotations and an admission at once: each is signed over the same entry, so one lands.
TEST_F(Attack, attack_24_of_conflicting_control_entries_one_lands_and_all_agree) {
#ifdef NDEBUG
  constexpr std::uint64_t kWorlds = 150;
#else
  constexpr std::uint64_t kWorlds = 10;
#endif
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    SCOPED_TRACE(seed);
    world = std::make_unique<World>(seed);
    olga().create();
    world->pass(kSoon);
    admit(ben());
    admit(carl());
    olga().invite();
    world->pass(kSoon);
    world->followed[&dora()] = olga().links().back();
    dora().join(olga().links().back());
    for (int round = 0; round < 4; ++round) {
      world->pass(world->chance.between(Millis(1), Millis(150)));
      olga().rotate();
      if (round == 1) ben().leave();
      if (round == 2) carl().leave();
    }
    world->pass(kRest);
    expect_nothing_happened();
    expect_nobody_deceived();
    EXPECT_EQ(olga().page.members.size(), 4U);
    EXPECT_EQ(members(olga()), 2U);
  }
}

}  // namespace
}  // namespace zerofc::sim
