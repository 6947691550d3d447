// A room as the server sees it, under a script of frames from several connections in every state,
// over a store that is slow, full or elsewhere, with restarts at any point.
//
// Input: steps of one byte for what is done, followed by its arguments, one byte each. Whatever the
// script, what every connection has been told must be in the log, in order, once.
#include <array>
#include <cstdlib>
#include <memory>

#include "core/log/chain.hpp"
#include "core/relay/testing/world.hpp"

namespace {

using namespace zerofc;  // NOLINT(google-build-using-namespace): this file is one program
using relay::ConnectionId;
using testing::crypto;
using testing::Disk;
using testing::Founded;
using testing::Person;
using testing::World;

void demand(bool holds) {
  if (!holds) std::abort();
}

constexpr std::size_t kPeople = 4;  // the owner and three more
constexpr std::size_t kSlots = 6;
constexpr std::size_t kStepsMax = 96;

relay::Limits small_limits() {
  relay::Limits limits;
  limits.log_entries_max = 48;
  limits.log_entries_for_controls = 8;
  limits.log_bytes_max = 24'000;
  limits.live_invites_max = 3;
  limits.invites_remembered_max = 4;
  limits.requests_per_invite_max = 2;
  limits.requests_max = 3;
  limits.members_max = 3;
  limits.appends_burst = 30;
  limits.controls_burst = 12;
  limits.append_bytes_burst = 12'000;
  limits.others_burst = 40;
  limits.waiting_appends_max = 6;
  limits.waiting_bytes_max = 4096;
  limits.batch_entries_max = 3;
  limits.read_entries_max = 2;
  limits.waiting_grants_bytes_max = 300;
  return limits;
}

// Keys and tokens are made once for all scripts.
struct Cast {
  Founded founded;
  std::array<Person, kPeople> others;  // the first is not used: the owner is in `founded`
  std::array<InviteId, 4> invites;
  std::array<EntryToken, 8> tokens;
  Bytes sealed;
  Bytes box;

  Cast() {
    for (auto& invite : invites) invite = testing::random<InviteId>();
    for (auto& token : tokens) token = testing::random<EntryToken>();
    const auto key = testing::random<JoinKey>();
    sealed = testing::must(crypto().seal(key.view(), Bytes(100), bytes_of("grant")));
    box = testing::encrypted(others[1].exchange, founded.owner.exchange.public_key);
  }
  [[nodiscard]] const Person& person(std::size_t index) const {
    return index == 0 ? founded.owner : others[index];
  }
  [[nodiscard]] MemberId id(std::size_t index) const {
    return index == 0 ? founded.owner_id : founded.id_of(others[index]);
  }
};

Cast& cast() {
  static Cast the_cast;
  return the_cast;
}

// What one connection has been told so far.
struct Slot {
  ConnectionId connection{};
  std::size_t person = 0;
  bool is_open = false;
  Seq next = 0;            // the entry that has to come next
  Seq after_controls = 0;  // and where the contiguous part begins
};

class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size)
      : rest_(data, size), world_(cast().founded, small_limits()), state_(*cast().founded.state) {}

  void run() {
    for (std::size_t step = 0; step < kStepsMax && !rest_.empty(); ++step) {
      one_step();
      look();
    }
    check_log();
    world_.restart();  // whatever was stored can be loaded
  }

 private:
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }
  std::size_t below(std::size_t end) { return byte() % end; }
  Slot& slot() { return slots_[below(kSlots)]; }
  ConnectionId from() { return slot().connection; }

  void one_step() {
    switch (below(18)) {
      case 0:
        return arrive();
      case 1:
        return world_.go(from());
      case 2:
        return open();
      case 3:
        return message();
      case 4:
        return admit();
      case 5:
        return rotate();
      case 6:
        return leave();
      case 7:
        return world_.send(from(), frame::Ack{byte()});
      case 8: {
        const ConnectionId sender = from();
        const InviteId& invite = cast().invites[below(4)];
        const std::chrono::seconds life = std::chrono::hours(byte());
        return world_.send(sender, frame::InvitePublish{invite, world_.in(life)});
      }
      case 9: {
        const ConnectionId sender = from();
        return world_.send(sender, frame::InviteRevoke{cast().invites[below(4)]});
      }
      case 10:
        return request();
      case 11: {
        const ConnectionId sender = from();
        const InviteId& invite = cast().invites[below(4)];
        return world_.send(
            sender, frame::JoinDecline{invite, cast().id(below(kPeople)), DeclineReason::kRefused});
      }
      case 12: {
        const ConnectionId sender = from();
        return world_.send(sender, frame::JoinGrant{cast().id(below(kPeople)), cast().sealed});
      }
      case 13:
        return any_frame();
      case 14:
        return disk();
      case 15:
        if (world_.batches_waiting() > 0) world_.answer();
        return;
      case 16:
        world_.pass(std::chrono::minutes(byte() * byte()));
        return;
      default:
        return restart();
    }
  }

  void arrive() {
    Slot& into = slot();
    world_.go(into.connection);
    into = Slot();
    into.person = below(kPeople);
    into.connection = world_.arrive(cast().person(into.person));
  }

  void open() {
    Slot& into = slot();
    const std::uint8_t after = byte();
    const bool controls = (byte() & 1U) != 0;
    const auto cursor = after == 255 ? std::nullopt : std::optional<Seq>(after);
    if (!into.is_open) {
      into.after_controls = cursor ? *cursor + 1 : 0;
      into.next = controls ? 0 : into.after_controls;
    }
    world_.send(into.connection, frame::RoomOpen{world_.room().id(), cursor, controls});
  }

  void append(ConnectionId sender, BytesView entry,
              std::optional<std::vector<std::pair<MemberId, BytesView>>> boxes = std::nullopt) {
    world_.send(sender, frame::Append{entry, std::move(boxes)});
  }

  void message() {
    const ConnectionId sender = from();
    const MemberId author = cast().id(below(kPeople));
    const Epoch epoch = state_.epoch() + (byte() % 4 == 3 ? 1 : 0);
    append(sender, testing::message_entry(author, epoch, cast().tokens[below(8)]));
  }

  // Right for the state that the log gives, but for what the script gets wrong.
  ControlContent content(Kind kind, std::size_t author) {
    ControlContent made;
    made.kind = kind;
    made.room = state_.room();
    made.prev = state_.prev();
    made.epoch = state_.epoch();
    made.token = cast().tokens[below(8)];
    made.author = cast().id(author);
    made.seen = LogPoint{0, Hash(state_.room().bytes())};
    return made;
  }

  void admit() {
    const ConnectionId sender = from();
    const std::size_t author = below(2);
    const Bytes card = cast().founded.card_of(cast().person(below(kPeople)));
    ControlContent made = content(Kind::kMemberAdd, author);
    made.fields = MemberAddFields{card, cast().invites[below(4)]};
    append(sender, testing::sign_entry(made, cast().person(author).signing));
  }

  void rotate() {
    const ConnectionId sender = from();
    const std::size_t author = below(2);
    ControlContent made = content(Kind::kKeyRotate, author);
    made.fields = KeyRotateFields{state_.epoch() + 1, state_.epoch(), {}, Hash()};
    std::vector<std::pair<MemberId, BytesView>> boxes;
    for (const auto& [id, member] : state_.everybody()) {
      if (member.is_member() && id != made.author) boxes.emplace_back(id, cast().box);
    }
    if (byte() % 4 == 3) boxes.emplace_back(cast().id(below(kPeople)), cast().box);
    append(sender, testing::sign_entry(made, cast().person(author).signing), std::move(boxes));
  }

  void leave() {
    const ConnectionId sender = from();
    const std::size_t author = below(kPeople);
    ControlContent made = content(Kind::kMemberLeave, author);
    made.fields = MemberLeaveFields{};
    append(sender, testing::sign_entry(made, cast().person(author).signing));
  }

  void request() {
    const ConnectionId sender = from();
    const Person& person = cast().person(below(kPeople));
    const Bytes card = cast().founded.card_of(person);
    world_.send(sender, frame::JoinRequest{world_.room().id(), cast().invites[below(4)], card,
                                           person.exchange.public_key, cast().box});
  }

  // The script's own bytes, if they are a frame.
  void any_frame() {
    const ConnectionId sender = from();
    Bytes plaintext(1, 0);
    const std::size_t size = std::min<std::size_t>(byte(), rest_.size());
    plaintext.insert(plaintext.end(), rest_.begin(), rest_.begin() + static_cast<long>(size));
    rest_ = rest_.subspan(size);
    if (const auto decoded = decode_frame(plaintext)) world_.send(sender, decoded->frame);
  }

  void disk() {
    constexpr std::array<Disk, 4> kDisks = {Disk::kWorks, Disk::kSlow, Disk::kFull,
                                            Disk::kConflict};
    if (world_.batches_waiting() > 0) world_.answer();
    world_.disk = kDisks[below(kDisks.size())];
  }

  // Every step was looked at before, so nothing that was told is lost.
  void restart() {
    if (world_.disk == Disk::kConflict) world_.disk = Disk::kWorks;
    slots_ = {};
    world_.restart();
  }

  // ---- what must hold

  void look() {
    for (; state_seq_ < world_.store.log().size(); ++state_seq_) {
      const relay::LogEntry& entry = world_.store.log()[state_seq_];
      if (!entry.is_control || state_seq_ == 0) continue;
      const auto verdict = judge(crypto(), state_, entry.bytes);
      demand(verdict.has_value());  // no invalid control entry is stored
      state_.apply(*verdict, state_seq_);
    }
    for (Slot& each : slots_) {
      for (const testing::Received& received : world_.take(each.connection)) {
        std::visit([this, &each](const auto& frame) { told(each, frame); }, received.frame);
      }
    }
    demand(world_.store.records(relay::RecordKind::kInvite) <= 3 * 4);
    demand(world_.store.records(relay::RecordKind::kCursor) <= kPeople);
    if (world_.reloads()) restart();
  }

  void told(Slot& to, const frame::EntryAt& said) {
    demand(to.is_open && said.seq < world_.store.log().size());
    demand(to_bytes(said.entry) == world_.store.log()[said.seq].bytes);
    if (to.next < to.after_controls && said.seq < to.after_controls) {  // controls: rising
      demand(said.seq >= to.next && world_.store.log()[said.seq].is_control);
    } else {
      demand(said.seq == std::max(to.next, to.after_controls));
    }
    to.next = said.seq + 1;
    const MemberEntry* member = state_.find(cast().id(to.person));
    demand(member != nullptr && (!member->left_at || said.seq <= *member->left_at));
  }
  void told(Slot& to, const frame::Live& said) {
    demand(to.is_open && said.head + 1 == std::max(to.next, to.after_controls));
  }
  void told(Slot& to, const frame::RoomOpened& said) {
    demand(!to.is_open && said.member == cast().id(to.person));
    to.is_open = true;
  }
  void told(Slot& /*to*/, const frame::Accepted& said) {
    demand(said.seq < world_.store.log().size() &&
           world_.store.log()[said.seq].token == said.token);
  }
  void told(Slot& to, const frame::JoinGrant& said) {
    demand(said.joiner == cast().id(to.person));
    demand(state_.find_member(said.joiner) != nullptr);
  }
  void told(Slot& to, const frame::JoinRequest& /*said*/) { demand(to.is_open && to.person == 0); }
  template <class Other>
  void told(Slot& /*to*/, const Other& /*said*/) {}

  void check_log() {
    Hash hash(state_.room().bytes());
    for (std::size_t seq = 1; seq < world_.store.log().size(); ++seq) {
      const relay::LogEntry& entry = world_.store.log()[seq];
      hash = next_chain_hash(crypto(), hash, entry.is_control, entry_digest(crypto(), entry.bytes));
    }
    demand(hash == world_.store.head_hash());
    demand(world_.store.log().size() <= small_limits().log_entries_max);
    demand(world_.store.image().log_bytes <= small_limits().log_bytes_max);
  }

  std::span<const std::uint8_t> rest_;
  World world_;
  ControlState state_;
  std::size_t state_seq_ = 0;
  std::array<Slot, kSlots> slots_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script(data, size).run();
  return 0;
}
