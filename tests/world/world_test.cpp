// Whole rooms by seed: people create, join, talk, rotate and leave while connections are cut and
// both sides are killed and come back. A failing seed says how it is replayed. What people do and
// how long everything takes come from the seed; keys do not, and with them the order in which the
// server hands out what it keeps by key: where that matters, a seed fails in some of its runs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "native/themis_crypto.hpp"
#include "tests/world/client_device.hpp"
#include "tests/world/device.hpp"

namespace zerofc::world {
namespace {

constexpr std::size_t kPeople = 4;
constexpr Millis kStep{250};
// Longer than every pause, back-off and rate limit together.
constexpr Millis kRest = std::chrono::minutes(3);
constexpr std::uint64_t kTicksMax = 150;

template <class Kind>
struct World {
  explicit World(std::uint64_t seed) : chance(~seed), scheduler(seed), server(scheduler, crypto) {
    for (std::size_t index = 0; index < kPeople; ++index) {
      people.push_back(std::make_unique<Kind>(scheduler, server, crypto,
                                              std::string(1, static_cast<char>('a' + index))));
    }
  }

  Kind& owner() { return *people.front(); }

  // One thing that somebody does, or that happens to somebody.
  void act() {
    Kind& one = *people[chance.below(kPeople)];
    const std::uint64_t what = chance.below(100);
    if (what < 55) {
      one.say(one.name() + std::to_string(++texts));
    } else if (what < 70) {
      admit();
    } else if (what < 76) {
      owner().rotate();
    } else if (what < 84) {
      one.cut();
    } else if (what < 93) {
      one.crash();
    } else if (what < 96) {
      server.restart();
    } else if (what < 97 && &one != &owner() && chance.happens(30)) {
      one.leave();
    }
    scheduler.pass(chance.between(Millis(1), kStep));
  }

  // The next newcomer follows a link; if there is none, one is made.
  void admit() {
    const auto next = std::find_if(people.begin(), people.end(), [this](const auto& one) {
      return !one->is_running() && asked.count(one.get()) == 0;
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
    if (!handed.insert(link).second) twice.insert(link);
    asked.insert(next->get());
    followed[next->get()] = link;
    (*next)->join(link);
  }

  Chance chance;  // what people do, whatever becomes of it
  ThemisCrypto crypto;
  Scheduler scheduler;
  Server server;
  std::vector<std::unique_ptr<Kind>> people;
  std::set<const Kind*> asked;
  std::map<const Kind*, std::string> followed;
  std::set<std::string> handed;
  std::set<std::string> twice;
  std::size_t texts = 0;
};

struct Line {
  MemberId author;
  std::string text;
  friend bool operator==(const Line&, const Line&) = default;
};

std::vector<Line> lines_of(const testing::Page& page) {
  std::vector<Line> lines;
  for (const auto& [seq, item] : page.items) {
    if (item.kind == ui::ItemKind::kText) lines.push_back({*item.author, item.text});
  }
  return lines;
}

template <class Kind>
void expect_rest(World<Kind>& world) {
  EXPECT_EQ(world.server.complaint(), "");
  for (const auto& one : world.people) {
    EXPECT_EQ(one->complaint(), "") << one->name();
    if (!one->is_running()) continue;
    if (one->page.state == ui::RoomState::kDeclined) {
      EXPECT_EQ(world.twice.count(world.followed[one.get()]), 1U) << one->name();
      EXPECT_EQ(one->page.end, ui::RoomEnd::kInviteUsed) << one->name();
    }
    EXPECT_TRUE(one->is_at_rest()) << one->name() << ": " << one->page.outbox.size() << " unsent";
    for (const auto& [number, alarm] : one->page.alarms) {
      ADD_FAILURE() << one->name() << ": alarm " << static_cast<int>(alarm.kind);
    }
  }
}

// "every reader's list = every author's accepted messages, in log order, once"
template <class Kind>
void expect_one_conversation(World<Kind>& world) {
  const std::vector<Line> log = lines_of(world.owner().page);
  for (const auto& author : world.people) {
    if (!author->is_running()) continue;
    std::vector<std::string> texts;
    for (const Line& line : log) {
      if (line.author != author->page.self) continue;
      const bool is_known = std::count(author->said.begin(), author->said.end(), line.text) == 1;
      if (is_known) texts.push_back(line.text);
      EXPECT_TRUE(is_known || author->perhaps.count(line.text) != 0) << line.text;
      EXPECT_EQ(std::count(log.begin(), log.end(), line), 1) << line.text;
    }
    std::vector<std::string> expected;
    for (const std::string& text : author->said) {
      const bool may_lack = author->perhaps.count(text) != 0 &&
                            std::find(texts.begin(), texts.end(), text) == texts.end();
      if (!may_lack) expected.push_back(text);
    }
    EXPECT_EQ(texts, expected) << "of " << author->name();
  }
  for (const auto& reader : world.people) {
    if (!reader->has_joined()) continue;
    const std::vector<Line> lines = lines_of(reader->page);
    ASSERT_LE(lines.size(), log.size());
    EXPECT_TRUE(std::equal(lines.rbegin(), lines.rend(), log.rbegin())) << reader->name();
    EXPECT_EQ(reader->page.rotation.epoch, world.owner().page.rotation.epoch) << reader->name();
    EXPECT_EQ(reader->page.name, "the room");
    for (const auto& [seq, item] : reader->page.items) {
      const auto same = world.owner().page.items.find(seq);
      ASSERT_NE(same, world.owner().page.items.end()) << reader->name() << " at " << seq;
      EXPECT_EQ(item.kind, same->second.kind) << reader->name() << " at " << seq;
      EXPECT_EQ(item.text, same->second.text) << reader->name() << " at " << seq;
    }
    for (const auto& [id, member] : world.owner().page.members) {
      const auto same = reader->page.members.find(id);
      ASSERT_NE(same, reader->page.members.end()) << reader->name();
      EXPECT_EQ(same->second.state, member.state) << reader->name();
      // Whoever left before its own profile landed is known by name to its inviter alone.
      if (!member.named_by) {
        EXPECT_EQ(same->second.nickname, member.nickname) << reader->name();
      }
    }
  }
}

// What came about in all worlds: if next to nothing does, they prove next to nothing.
struct Tally {
  std::size_t members = 0;
  std::size_t left = 0;
  std::size_t texts = 0;
  std::uint64_t epochs = 0;
};

template <class Kind>
void live_through(std::uint64_t seed, const char* test, Tally& tally) {
  SCOPED_TRACE("seed " + std::to_string(seed) + ": replay it with ZEROFC_WORLD_SEED=" +
               std::to_string(seed) + " world_test --gtest_filter=World." + test);
  World<Kind> world(seed);
  world.owner().create();
  for (int step = 0; step < 200; ++step) world.act();
  world.scheduler.pass(kRest);
  expect_rest(world);
  // What the page was told as it happened is what the room holds.
  std::vector<std::map<Seq, testing::ShownItem>> told;
  for (const auto& one : world.people) told.push_back(one->page.items);
  for (std::size_t index = 0; index < kPeople; ++index) {
    if (!world.people[index]->is_running()) continue;
    world.people[index]->page.items.clear();
    world.people[index]->read_all();
    EXPECT_EQ(told[index], world.people[index]->page.items) << world.people[index]->name();
  }
  expect_one_conversation(world);
  // Everybody who is still there reads everybody.
  for (const auto& one : world.people) one->say("the last of " + one->name());
  world.scheduler.pass(kRest);
  expect_rest(world);
  expect_one_conversation(world);

  tally.texts += lines_of(world.owner().page).size();
  tally.epochs += world.owner().page.rotation.epoch;
  for (const auto& one : world.people) {
    if (!one->is_running()) continue;
    if (one->has_joined()) ++tally.members;
    if (one->page.state == ui::RoomState::kLeft) ++tally.left;
    // Nobody looks again and again at what can't be done yet.
    EXPECT_LE(one->ticks(), kTicksMax) << one->name();
  }
}

// Seeds 1 to `count`, or the one that ZEROFC_WORLD_SEED names.
template <class Kind>
void live_through_all(std::uint64_t count, const char* test) {
  Tally tally;
  if (const char* seed = std::getenv("ZEROFC_WORLD_SEED")) {
    return live_through<Kind>(std::strtoull(seed, nullptr, 10), test, tally);
  }
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    live_through<Kind>(seed, test, tally);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GE(tally.members, 3 * count);
  EXPECT_GE(tally.left, count / 8);
  EXPECT_GE(tally.texts, 20 * count);
  EXPECT_GE(tally.epochs, 3 * count);
}

#ifdef NDEBUG
constexpr std::uint64_t kRooms = 300;
constexpr std::uint64_t kClients = 150;
#else
constexpr std::uint64_t kRooms = 25;
constexpr std::uint64_t kClients = 15;
#endif

TEST(World, rooms_agree_whatever_is_cut_and_killed) {
  live_through_all<Device>(kRooms, "rooms_agree_whatever_is_cut_and_killed");
}

TEST(World, clients_with_vaults_agree_whatever_is_cut_and_killed) {
  live_through_all<ClientDevice>(kClients, "clients_with_vaults_agree_whatever_is_cut_and_killed");
}

}  // namespace
}  // namespace zerofc::world
