#include "sim/oracles.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/wire/control.hpp"
#include "sim/world/log_view.hpp"

namespace zerofc::sim {
namespace {

using testing::Page;
using testing::ShownItem;

// Nobody looks again and again at what can't be done yet.
constexpr std::uint64_t kTicksMax = 200;

struct Line {
  MemberId author;
  std::string text;
  friend bool operator==(const Line&, const Line&) = default;
};

std::vector<Line> lines_of(const Page& page) {
  std::vector<Line> lines;
  for (const auto& [seq, item] : page.items) {
    if (item.kind == ui::ItemKind::kText) lines.push_back({*item.author, item.text});
  }
  return lines;
}

Device* find(World& world, const MemberId& id) {
  for (const auto& one : world.people) {
    if (one->page.self == id) return one.get();
  }
  return nullptr;
}

bool is_among(const std::vector<const Device*>& devices, const Device* one) {
  return std::find(devices.begin(), devices.end(), one) != devices.end();
}

// A row that stands for an entry of the log and shows it as accepted.
bool is_accepted(const ShownItem& item) {
  switch (item.kind) {
    case ui::ItemKind::kGap:
    case ui::ItemKind::kRefused:
    case ui::ItemKind::kInvalidControl:
    case ui::ItemKind::kWaitingForKey:
    case ui::ItemKind::kForgotten:
    case ui::ItemKind::kTwoVersions:
      return false;
    default:
      return true;
  }
}

std::string describe(const ShownItem& item) {
  return "kind " + std::to_string(static_cast<int>(item.kind)) + " \"" + item.text + "\"" +
         (item.number ? " " + std::to_string(*item.number) : "") +
         (item.reason ? " refused for " + std::to_string(static_cast<int>(*item.reason)) : "") +
         (item.token ? "" : " without a token");
}

std::string at(Seq seq) { return " at " + std::to_string(seq); }

}  // namespace

// ---- whatever the server does

Faults check_conduct(const World& world) {
  Faults faults = world.ledger.faults;
  if (!world.server.complaint().empty()) faults.push_back(world.server.complaint());
  for (const auto& one : world.people) {
    if (!one->complaint().empty()) faults.push_back(one->name() + ": " + one->complaint());
  }
  return faults;
}

Faults check_authors(World& world, const Latitude& latitude) {
  Faults faults;
  const auto& liars = latitude.liars;
  for (const auto& reader : world.people) {
    if (is_among(liars, reader.get())) continue;
    const std::string who = reader->name() + " shows ";
    std::map<const Device*, std::size_t> last;  // each author's newest text so far, by number
    std::set<std::pair<MemberId, EntryToken>> tokens;
    for (const auto& [seq, item] : reader->page.items) {
      if (item.kind != ui::ItemKind::kText) continue;
      const Device* author = find(world, *item.author);
      if (author == nullptr) {
        faults.push_back(who + "a text of nobody" + at(seq));
        continue;
      }
      if (item.token && !tokens.emplace(*item.author, *item.token).second) {
        faults.push_back(who + "an entry twice" + at(seq));
      }
      if (is_among(liars, author)) continue;
      const bool is_known = std::count(author->said.begin(), author->said.end(), item.text) == 1 ||
                            author->perhaps.count(item.text) != 0;
      if (!is_known) faults.push_back(who + "what its author never wrote" + at(seq));
      // "plaintext a17": numbers rise.
      const std::size_t digits = item.text.find_first_of("0123456789");
      if (digits == std::string::npos) continue;
      const std::size_t number = std::stoul(item.text.substr(digits));
      const auto before = last.find(author);
      if (before != last.end() &&
          (before->second == number || (before->second > number && !latitude.may_be_reordered))) {
        faults.push_back(who + "an author's texts twice or out of order" + at(seq));
      }
      last[author] = number;
    }
    for (const auto& [id, member] : reader->page.members) {
      const Device* person = find(world, id);
      if (person == nullptr) {
        // Somebody whose client lost its keys before they were stored is nobody any more; but then
        // it never appeared in a list.
        faults.push_back(who + "a member that is no person");
        continue;
      }
      if (is_among(liars, person)) continue;
      if (!member.nickname.empty() && member.nickname != person->nickname()) {
        faults.push_back(who + person->name() + " by a name that is not its own");
      }
      const bool is_owner = person == &world.owner();
      if ((member.role == ui::Role::kOwner) != is_owner) {
        faults.push_back(who + person->name() + " in a role that is not its own");
      }
    }
    const bool named = reader->page.name.empty() || reader->page.name == Person::kRoomName;
    if (!named) faults.push_back(who + "another name of the room");
  }
  return faults;
}

Faults check_no_silent_fork(World& world, const std::vector<const Device*>& liars) {
  // The newest log position that an entry's author vouched for in it.
  std::map<std::pair<MemberId, EntryToken>, Seq> seen;
  for (const Ledger::Signed& one : world.ledger.signed_messages) {
    auto [found, is_new] = seen.try_emplace({one.author, one.token}, one.seen.seq);
    if (!is_new) found->second = std::min(found->second, one.seen.seq);
  }
  Faults faults;
  for (const auto& reader : world.people) {
    if (is_among(liars, reader.get()) || !reader->page.self) continue;
    for (const auto& author : world.people) {
      if (author == reader || is_among(liars, author.get()) || !author->page.self) continue;
      // Where the two part.
      std::optional<Seq> parting;
      for (const auto& [seq, item] : reader->page.items) {
        const auto other = author->page.items.find(seq);
        if (other == author->page.items.end()) continue;
        if (!is_accepted(item) || !is_accepted(other->second)) continue;
        if (item.author != other->second.author || item.token != other->second.token ||
            item.text != other->second.text || item.kind != other->second.kind) {
          // What a newcomer knows of names before its time differs by right.
          if (item.kind == ui::ItemKind::kArrived || item.kind == ui::ItemKind::kRenamed ||
              other->second.kind == ui::ItemKind::kArrived ||
              other->second.kind == ui::ItemKind::kRenamed) {
            if (item.token == other->second.token) continue;
          }
          parting = seq;
          break;
        }
      }
      if (!parting) continue;
      for (auto item = reader->page.items.lower_bound(*parting); item != reader->page.items.end();
           ++item) {
        const ShownItem& shown = item->second;
        if (shown.kind != ui::ItemKind::kText || shown.author != author->page.self) continue;
        const auto vouched = seen.find({*shown.author, *shown.token});
        if (vouched == seen.end() || vouched->second < *parting) continue;
        if (reader->told.has(Outcome::kFork)) break;
        faults.push_back(reader->name() + " and " + author->name() + " hold different entries" +
                         at(*parting) + ", and " + reader->name() + " was not told");
        break;
      }
    }
  }
  return faults;
}

Faults check_keys(const World& world) {
  Faults faults;
  ThemisCrypto crypto;
  for (const auto& [place, hosted] : world.server.rooms()) {
    const auto view = view_of(hosted);
    if (!view) {
      faults.emplace_back("a log whose genesis does not stand");
      continue;
    }
    const ControlState& state = view->state;
    for (const Ledger::Given& given : world.ledger.given) {
      if (given.room != place.first || given.epoch > state.epoch()) continue;
      const auto key = RoomKey::copy_of(given.key);
      const Hash commit = crypto.sha256({key_commit_content(state.nonce(), given.epoch, key)});
      if (commit != state.commit_of(given.epoch)) continue;  // of a rotation that did not land
      const MemberEntry* member = state.find(given.to);
      const auto epoch = static_cast<std::size_t>(given.epoch);
      const bool before_the_end = member != nullptr && (epoch + 1 >= view->epochs.size() ||
                                                        member->added_at < view->epochs[epoch + 1]);
      const bool after_the_start =
          member != nullptr && (!member->left_at || *member->left_at > view->epochs[epoch]);
      if (!before_the_end || !after_the_start) {
        faults.push_back("the key of epoch " + std::to_string(given.epoch) +
                         " was given to somebody who was no member in it");
      }
    }
  }
  return faults;
}

// ---- as long as the server is honest

Faults check_rest(World& world) {
  Faults faults = who_is_not_at_rest(world);
  for (const auto& one : world.people) {
    const Outcomes wrong = one->told.without(world.ordinary(*one));
    if (!wrong.empty()) faults.push_back(one->name() + " was told: " + wrong.names());
    if (!one->is_running()) continue;
    if (one->has_joined() && one->page.rotation.leaver) {
      faults.push_back(one->name() + " still shares the key with somebody who left");
    }
    if (one->ticks() > kTicksMax) {
      faults.push_back(one->name() + " was woken " + std::to_string(one->ticks()) + " times");
    }
  }
  for (const auto& [place, hosted] : world.server.rooms()) {
    using relay::RecordKind;
    const relay::Limits& limits = world.server.limits;
    if (hosted.store.records(RecordKind::kJoinRequest) > limits.requests_max ||
        hosted.store.records(RecordKind::kInvite) > limits.invites_remembered_max ||
        hosted.store.records(RecordKind::kGrant) > World::kPeople) {
      faults.emplace_back("the room keeps more than it may");
    }
  }
  return faults;
}

namespace {

void check_author(World& world, Device& author, const std::vector<Line>& log, Faults& faults) {
  std::vector<std::string> texts;
  for (const Line& line : log) {
    if (line.author != author.page.self) continue;
    if (std::count(author.said.begin(), author.said.end(), line.text) == 1) {
      texts.push_back(line.text);
    }
  }
  std::vector<std::string> expected;
  for (const std::string& text : author.said) {
    const bool may_lack = author.perhaps.count(text) != 0 &&
                          std::find(texts.begin(), texts.end(), text) == texts.end();
    if (!may_lack) expected.push_back(text);
  }
  if (texts != expected) {
    faults.push_back(world.owner().name() + " shows " + std::to_string(texts.size()) +
                     " texts of " + author.name() + ", who said " +
                     std::to_string(expected.size()));
  }
}

// Under a server that lies a joiner may never arrive, or arrive twice: what a newcomer takes for
// arrived, or for a first profile, is then its guess.
enum class Arrivals : std::uint8_t { kCertain, kGuessed };

void check_reader(World& world, Device& reader, const std::vector<Line>& log, Arrivals arrivals,
                  Faults& faults) {
  const Page& page = reader.page;
  const Page& owners = world.owner().page;
  const std::string who = reader.name() + " ";
  const std::vector<Line> lines = lines_of(page);
  if (lines.size() > log.size() || !std::equal(lines.rbegin(), lines.rend(), log.rbegin())) {
    faults.push_back(who + "shows other texts than the owner");
  }
  if (page.rotation.epoch != owners.rotation.epoch) faults.push_back(who + "is in another epoch");
  if (page.name != Person::kRoomName) faults.push_back(who + "does not know the room's name");
  for (const auto& [seq, item] : page.items) {
    const auto same = owners.items.find(seq);
    if (arrivals == Arrivals::kGuessed && item.kind == ui::ItemKind::kArrived) continue;
    if (same == owners.items.end() || same->second.kind != item.kind ||
        same->second.text != item.text) {
      faults.push_back(who + "shows something else than the owner" + at(seq) + ": " +
                       describe(item) +
                       (same == owners.items.end() ? "" : " / " + describe(same->second)));
    }
  }
  for (const auto& [id, member] : owners.members) {
    const auto same = page.members.find(id);
    if (arrivals == Arrivals::kGuessed && member.state == ui::MemberState::kInvited) continue;
    if (same == page.members.end() || same->second.state != member.state) {
      faults.push_back(who + "has another list of members: " +
                       (same == page.members.end()
                            ? "one is missing"
                            : "state " + std::to_string(static_cast<int>(same->second.state))) +
                       ", not " + std::to_string(static_cast<int>(member.state)));
      continue;
    }
    if (same->second.role != member.role) faults.push_back(who + "knows another role of somebody");
    // Whoever left before its own profile landed is known by name to its inviter alone.
    if (!member.named_by && same->second.nickname != member.nickname) {
      faults.push_back(who + "calls somebody by another name");
    }
  }
}

}  // namespace

Faults check_one_conversation(World& world) {
  Faults faults;
  // What the page was told as it happened is what the room holds.
  for (const auto& one : world.people) {
    if (!one->is_running()) continue;
    const auto told = one->page.items;
    one->page.items.clear();
    one->read_all();
    const auto& held = one->page.items;
    const auto differs = std::mismatch(told.begin(), told.end(), held.begin(), held.end());
    if (differs.first == told.end() && differs.second == held.end()) continue;
    faults.push_back(
        one->name() + " was told something else than it holds" +
        (differs.first == told.end()
             ? at(differs.second->first) + ", and no more"
             : at(differs.first->first) + ": " + describe(differs.first->second)) +
        (differs.second == held.end() ? "" : " / " + describe(differs.second->second)));
  }
  const std::vector<Line> log = lines_of(world.owner().page);
  for (const auto& one : world.people) {
    if (one->is_running()) check_author(world, *one, log, faults);
  }
  for (const auto& one : world.people) {
    if (one->has_joined()) check_reader(world, *one, log, Arrivals::kCertain, faults);
  }
  return faults;
}

// ---- a server that is not, when it is over

Faults who_is_not_at_rest(World& world, const Device* exempt) {
  Faults faults;
  for (const auto& one : world.people) {
    if (one.get() == exempt || !one->is_running() || one->is_at_rest()) continue;
    faults.push_back(one->name() + " is not at rest: " + one->state());
  }
  return faults;
}

Faults how_histories_differ(World& world, const Device* exempt) {
  Faults faults;
  const std::vector<Line> log = lines_of(world.owner().page);
  for (const auto& one : world.people) {
    if (one.get() != exempt && one->has_joined())
      check_reader(world, *one, log, Arrivals::kGuessed, faults);
  }
  return faults;
}

}  // namespace zerofc::sim
