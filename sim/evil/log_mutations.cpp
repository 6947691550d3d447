// Lies about the log: its entries, its heads, its keys, and which of several logs it is.
#include <algorithm>
#include <array>

#include "core/log/chain.hpp"
#include "core/wire/canonical.hpp"
#include "core/wire/control.hpp"
#include "core/wire/message.hpp"
#include "sim/evil/evil_server.hpp"

namespace zerofc::sim {
namespace {

using testing::must;

// What may come of an entry that is not what everybody else was given: it breaks the chain hash of
// whoever got it for good.
constexpr Outcomes kTampered = {
    Outcome::kFork,           Outcome::kServerHead,   Outcome::kRollback,
    Outcome::kInvalidControl, Outcome::kKeyMissing,   Outcome::kRotationBroken,
    Outcome::kProtocolError,  Outcome::kDeclined,     Outcome::kItemRefused,
    Outcome::kItemInvalid,    Outcome::kUnsentFailed, Outcome::kNotAtRest,
    Outcome::kHistoriesDiffer};
// By which of them it is noticed, unless whoever got it leaves before: at the latest when the
// server signs a head or somebody else vouches for the log; or nothing of it was taken.
constexpr Outcomes kLogBroken = {Outcome::kServerHead, Outcome::kFork, Outcome::kProtocolError,
                                 Outcome::kDeclined, Outcome::kRollback};
constexpr Outcomes kHidden = kLogBroken | Outcomes{Outcome::kGap};
constexpr Outcomes kRolledBack = {Outcome::kRollback, Outcome::kServerHead, Outcome::kFork};
constexpr Outcomes kKeyWithheld = {Outcome::kKeyMissing, Outcome::kNotAtRest,
                                   Outcome::kHistoriesDiffer, Outcome::kItemRefused};
// The server's own log is another one than it was.
constexpr Outcomes kRewritten =
    kTampered | Outcomes{Outcome::kRefusedByServer, Outcome::kRestored,
                         Outcome::kStopped,         Outcome::kGap,
                         Outcome::kTwoVersions,     Outcome::kInviteFailed};

struct Shown {
  const frame::EntryAt* at = nullptr;
  Entry entry;
};

// An entry on its way to a client; not the genesis.
std::optional<Shown> entry_of(const Moment& moment) {
  const auto* at = std::get_if<frame::EntryAt>(&moment.frame);
  if (at == nullptr || at->seq == 0) return std::nullopt;
  const auto entry = decode_entry(at->entry);
  return entry ? std::optional(Shown{at, *entry}) : std::nullopt;
}

void show(Moment& moment, const frame::EntryAt& at, BytesView entry) {
  moment.evil.replace(moment, frame::EntryAt{at.seq, entry, at.box});
}

// ---- one entry is another

bool flip_a_bit(Moment& moment) {
  const auto shown = entry_of(moment);
  if (!shown) return false;
  Bytes entry = to_bytes(shown->at->entry);
  Chance& chance = moment.evil.chance;
  entry[chance.below(entry.size())] ^= static_cast<std::uint8_t>(1U << chance.below(8));
  show(moment, *shown->at, entry);
  return true;
}

bool mix_rooms(Moment& moment) {
  const auto shown = entry_of(moment);
  if (!shown) return false;
  const auto foreign = moment.evil.foreign_entry(shown->entry.is_control());
  if (!foreign) return false;
  show(moment, *shown->at, *foreign);
  return true;
}

bool relabel(Moment& moment) {
  const auto shown = entry_of(moment);
  if (!shown) return false;
  constexpr std::array<Kind, 4> kKinds = {Kind::kMessage, Kind::kMemberAdd, Kind::kMemberLeave,
                                          Kind::kKeyRotate};
  Entry entry = shown->entry;
  do {
    entry.kind = kKinds[moment.evil.chance.below(kKinds.size())];
  } while (entry.kind == shown->entry.kind);
  show(moment, *shown->at, encode(entry));
  return true;
}

bool change_author(Moment& moment) {
  const auto shown = entry_of(moment);
  const auto* log = moment.evil.log();
  if (!shown || log == nullptr) return false;
  Entry entry = shown->entry;
  const auto other = std::find_if(log->begin(), log->end(), [&](const relay::LogEntry& one) {
    return one.author != entry.author;
  });
  if (other == log->end()) return false;
  entry.author = other->author;
  show(moment, *shown->at, encode(entry));
  return true;
}

bool change_epoch(Moment& moment) {
  const auto shown = entry_of(moment);
  if (!shown) return false;
  Entry entry = shown->entry;
  entry.epoch = entry.epoch == 0 || moment.evil.chance.happens(50) ? entry.epoch + 1 : 0;
  show(moment, *shown->at, encode(entry));
  return true;
}

// An entry of an older epoch, in its right place no more.
bool mix_epochs(Moment& moment) {
  const auto shown = entry_of(moment);
  const auto* log = moment.evil.log();
  if (!shown || log == nullptr || shown->entry.is_control()) return false;
  for (const relay::LogEntry& old : *log) {
    const auto entry = decode_entry(old.bytes);
    if (old.is_control || !entry || entry->epoch >= shown->entry.epoch) continue;
    show(moment, *shown->at, old.bytes);
    return true;
  }
  return false;
}

bool repeat_entry(Moment& moment) {
  const auto shown = entry_of(moment);
  const auto* log = moment.evil.log();
  if (!shown || log == nullptr || shown->at->seq < 2 || shown->at->seq > log->size()) return false;
  const Seq older = 1 + moment.evil.chance.below(shown->at->seq - 1);
  show(moment, *shown->at, (*log)[older].bytes);
  return true;
}

// The next two in the other order.
bool swap_entries(Moment& moment) {
  const auto shown = entry_of(moment);
  const auto* log = moment.evil.log();
  if (!shown || log == nullptr || shown->at->seq + 1 >= log->size()) return false;
  show(moment, *shown->at, (*log)[shown->at->seq + 1].bytes);
  return true;
}

bool forge_message(Moment& moment) {
  const auto shown = entry_of(moment);
  if (!shown) return false;
  EvilServer& evil = moment.evil;
  const Entry& real = shown->entry;
  const auto key = must(evil.crypto.make_random<RoomKey>());
  const auto token = must(evil.crypto.make_random<EntryToken>());
  const Bytes cell = must(evil.crypto.seal(
      key.view(), Bytes(256, 'x'), message_context(*evil.room(), real.epoch, token, real.author)));
  show(moment, *shown->at, encode(Entry{Kind::kMessage, real.epoch, token, real.author, cell}));
  return true;
}

// Everything right but the signature, which is a ghost's.
bool forge_control(Moment& moment, Kind kind, decltype(ControlContent::fields) fields) {
  const auto shown = entry_of(moment);
  if (!shown) return false;
  EvilServer& evil = moment.evil;
  const auto* hosted = evil.world->server.find(*evil.room());
  ControlContent content;
  content.kind = kind;
  content.room = *evil.room();
  // "the SHA-256 of the signed content of the last valid control entry"; the landed ones are valid.
  for (const relay::LogEntry& entry : hosted->store.log()) {
    if (!entry.is_control || entry.seq >= shown->at->seq) continue;
    const auto decoded = decode_entry(entry.bytes);
    const auto signed_content = canonical::signed_content(decoded->body);
    content.prev = evil.crypto.sha256({*signed_content});
  }
  content.epoch = shown->entry.epoch;
  content.token = must(evil.crypto.make_random<EntryToken>());
  content.author = hosted->store.log().front().author;  // the owner
  content.seen = LogPoint{0, testing::as_hash(*evil.room())};
  content.fields = std::move(fields);
  show(moment, *shown->at, testing::sign_entry(content, evil.ghost.signing));
  return true;
}

bool add_a_ghost(Moment& moment) {
  const auto invite = must(moment.evil.crypto.make_random<InviteId>());
  return forge_control(moment, Kind::kMemberAdd, MemberAddFields{moment.evil.ghost_card(), invite});
}

bool forge_rotation(Moment& moment) {
  const auto shown = entry_of(moment);
  if (!shown) return false;
  const auto commit = must(moment.evil.crypto.make_random<Hash>());
  return forge_control(moment, Kind::kKeyRotate,
                       KeyRotateFields{shown->entry.epoch + 1, shown->entry.epoch, {}, commit});
}

// The author is made to leave.
bool forge_leave(Moment& moment) {
  return forge_control(moment, Kind::kMemberLeave, MemberLeaveFields{});
}

bool hide_behind_digest(Moment& moment) {
  const auto shown = entry_of(moment);
  if (!shown) return false;
  moment.evil.replace(
      moment, frame::DigestAt{shown->at->seq, entry_digest(moment.evil.crypto, shown->at->entry)});
  return true;
}

// Nothing of the log reaches this client any more.
bool freeze(Moment& moment) {
  if (!entry_of(moment)) return false;
  auto& victims = moment.evil.victims;
  if (victims.empty()) victims.insert(moment.link->client);
  if (victims.count(moment.link->client) == 0) return false;
  moment.frames.clear();
  return true;
}

// ---- keys

bool withhold_box(Moment& moment) {
  const auto shown = entry_of(moment);
  if (!shown || !shown->at->box) return false;
  moment.evil.replace(moment, frame::EntryAt{shown->at->seq, shown->at->entry, std::nullopt});
  return true;
}

bool spoil_box(Moment& moment) {
  const auto shown = entry_of(moment);
  if (!shown || !shown->at->box) return false;
  Bytes box = to_bytes(*shown->at->box);
  Chance& chance = moment.evil.chance;
  box[chance.below(box.size())] ^= static_cast<std::uint8_t>(1U << chance.below(8));
  moment.evil.replace(moment, frame::EntryAt{shown->at->seq, shown->at->entry, box});
  return true;
}

// Each member is given the box of another.
bool swap_boxes(Moment& moment) {
  const auto* append = std::get_if<frame::Append>(&moment.frame);
  if (append == nullptr || !append->boxes || append->boxes->size() < 2) return false;
  frame::Append swapped = *append;
  std::swap((*swapped.boxes)[0].second, (*swapped.boxes)[1].second);
  moment.evil.replace(moment, swapped);
  return true;
}

// ---- heads

bool sign_wrong_head(Moment& moment) {
  const auto* opened = std::get_if<frame::RoomOpened>(&moment.frame);
  if (opened == nullptr) return false;
  const auto hash = must(moment.evil.crypto.make_random<Hash>());
  const Bytes head =
      moment.evil.signed_head(moment.evil.world->server.signing_key(), {opened->head, hash});
  moment.evil.replace(moment, frame::RoomOpened{opened->member, opened->head, head, opened->acked});
  return true;
}

bool forge_head(Moment& moment) {
  const auto* opened = std::get_if<frame::RoomOpened>(&moment.frame);
  if (opened == nullptr) return false;
  const Bytes head =
      moment.evil.signed_head(moment.evil.ghost.signing.private_key, {opened->head, Hash()});
  moment.evil.replace(moment, frame::RoomOpened{opened->member, opened->head, head, opened->acked});
  return true;
}

bool lie_about_head(Moment& moment) {
  const auto* opened = std::get_if<frame::RoomOpened>(&moment.frame);
  if (opened == nullptr || opened->head == 0) return false;
  const Seq head =
      moment.evil.chance.happens(50) ? moment.evil.chance.below(opened->head) : opened->head + 5;
  moment.evil.replace(moment,
                      frame::RoomOpened{opened->member, head, opened->signed_head, opened->acked});
  return true;
}

bool lie_about_ack(Moment& moment) {
  const auto* opened = std::get_if<frame::RoomOpened>(&moment.frame);
  if (opened == nullptr || !opened->acked) return false;
  moment.evil.replace(moment, frame::RoomOpened{opened->member, opened->head, opened->signed_head,
                                                opened->head + 1000});
  return true;
}

bool say_live_too_early(Moment& moment) {
  const auto shown = entry_of(moment);
  if (!shown) return false;
  moment.evil.replace(moment, frame::Live{shown->at->seq});
  return true;
}

// ---- other logs

bool roll_back(EvilServer& evil) {
  const auto* hosted = evil.world->server.find(*evil.room());
  if (!evil.snapshot) {
    if (hosted->store.log().size() > 4) evil.snapshot = hosted->store;
    return false;
  }
  if (hosted->store.log().size() < evil.snapshot->log().size() + 5) return false;
  evil.world->server.put_back(*evil.room(), *evil.snapshot);
  return true;
}

// Some of the people are led into a log of their own.
bool begin_fork(EvilServer& evil) {
  const auto* log = evil.log();
  if (log->size() < 8) return false;
  std::set<SessionPublicKey> apart;
  for (const auto& one : evil.world->people) {
    const auto link = one->link();
    if (link && one->has_joined() && evil.chance.happens(50)) apart.insert(link->client);
  }
  if (apart.empty()) return false;
  evil.world->server.fork(*evil.room(), apart);
  evil.victims = apart;
  evil.forked = EvilServer::Copied{log->size(), log->size(), false};
  return true;
}

bool fork_views(EvilServer& evil) { return !evil.forked && begin_fork(evil); }

// What authors of one side wrote is put into the other side's log too.
void copy(EvilServer& evil, Server::Branch from, std::size_t& done) {
  const Server::Place to{*evil.room(), from == 0 ? 1 : 0};
  const auto source = evil.world->server.rooms().find({*evil.room(), from});
  if (source == evil.world->server.rooms().end()) return;
  const std::vector<relay::LogEntry> log = source->second.store.log();
  std::map<MemberId, SessionPublicKey> sessions;
  for (const auto& one : evil.world->people) {
    for (const auto& keys : one->crypto().own_keys) {
      if (!one->page.self) continue;
      sessions.emplace(*one->page.self, SessionPublicKey(keys.first));
    }
    if (one->link() && one->page.self) sessions[*one->page.self] = one->link()->client;
  }
  for (; done < log.size(); ++done) {
    const relay::LogEntry& entry = log[done];
    const auto session = sessions.find(entry.author);
    if (entry.is_control || session == sessions.end()) continue;
    const bool is_of_the_fork = evil.victims.count(session->second) != 0;
    if (is_of_the_fork != (from == 1)) continue;
    if (evil.forked->leaves_out) {
      evil.forked->leaves_out = false;
      continue;
    }
    evil.world->server.impersonate(to, session->second,
                                   {encode(frame::RoomOpen{*evil.room(), log.front().seq, false}),
                                    encode(frame::Append{entry.bytes, std::nullopt})});
  }
}

bool join_views(EvilServer& evil) {
  if (!evil.forked) return begin_fork(evil);
  copy(evil, 1, evil.forked->from_fork);
  copy(evil, 0, evil.forked->from_main);
  return true;
}

bool leave_out_an_entry(EvilServer& evil) {
  if (!evil.forked) {
    if (!begin_fork(evil)) return false;
    evil.forked->leaves_out = true;
    return true;
  }
  return join_views(evil);
}

const std::array<Mutation, 26> kMutations = {{
    {.name = "flips a bit of an entry",
     .percent = 3,
     .times_max = 1,
     .down = flip_a_bit,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "mixes rooms",
     .percent = 3,
     .times_max = 1,
     .down = mix_rooms,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "relabels entries",
     .percent = 3,
     .times_max = 1,
     .down = relabel,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "changes the author",
     .percent = 3,
     .times_max = 1,
     .down = change_author,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "changes the epoch",
     .percent = 3,
     .times_max = 1,
     .down = change_epoch,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "mixes epochs",
     .percent = 10,
     .times_max = 1,
     .down = mix_epochs,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "repeats an entry",
     .percent = 3,
     .times_max = 1,
     .down = repeat_entry,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "reorders entries",
     .percent = 20,
     .times_max = 1,
     .down = swap_entries,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "forges a message",
     .percent = 3,
     .times_max = 1,
     .down = forge_message,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "adds a ghost",
     .percent = 3,
     .times_max = 1,
     .down = add_a_ghost,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "forges a rotation",
     .percent = 3,
     .times_max = 1,
     .down = forge_rotation,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "forges a leave",
     .percent = 3,
     .times_max = 1,
     .down = forge_leave,
     .allowed = kTampered,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "hides entries behind digests",
     .percent = 10,
     .times_max = 3,
     .down = hide_behind_digest,
     .allowed = kTampered | Outcomes{Outcome::kGap},
     .noticed_by = kHidden,
     .told_percent_min = 95},
    {.name = "freezes a view",
     .percent = 20,
     .times_max = 1000,
     .down = freeze,
     // A joiner whose log is withheld is told that its grant does not fit.
     .allowed = {Outcome::kProtocolError, Outcome::kDeclined}},
    {.name = "withholds boxes",
     .percent = 30,
     .times_max = 1,
     .down = withhold_box,
     .allowed = kKeyWithheld,
     .noticed_by = {Outcome::kKeyMissing},
     .told_percent_min = 80},
    {.name = "spoils boxes",
     .percent = 30,
     .times_max = 1,
     .down = spoil_box,
     .allowed = kKeyWithheld | Outcomes{Outcome::kRotationBroken},
     .noticed_by = {Outcome::kRotationBroken},
     .told_percent_min = 80},
    {.name = "swaps boxes",
     .percent = 50,
     .times_max = 1,
     .up = swap_boxes,
     .allowed = kKeyWithheld | Outcomes{Outcome::kRotationBroken},
     .noticed_by = {Outcome::kRotationBroken},
     .told_percent_min = 50},
    {.name = "signs another head",
     .percent = 20,
     .times_max = 2,
     .down = sign_wrong_head,
     .allowed = {Outcome::kServerHead, Outcome::kDeclined},
     .noticed_by = {Outcome::kServerHead},
     .told_percent_min = 80},
    {.name = "forges a head",
     .percent = 20,
     .times_max = 2,
     .down = forge_head,
     .allowed = {Outcome::kBadServerSignature, Outcome::kProtocolError},
     .noticed_by = {Outcome::kBadServerSignature, Outcome::kProtocolError},
     .told_percent_min = 100},
    {.name = "lies about the head",
     .percent = 20,
     .times_max = 2,
     .down = lie_about_head,
     .allowed = {Outcome::kRollback, Outcome::kRefusedByServer, Outcome::kProtocolError}},
    {.name = "lies about acknowledgements",
     .percent = 20,
     .times_max = 2,
     .down = lie_about_ack,
     .allowed = {Outcome::kRestored},
     .noticed_by = {Outcome::kRestored},
     .told_percent_min = 90},
    {.name = "says live too early",
     .percent = 5,
     .times_max = 2,
     .down = say_live_too_early,
     .allowed = {Outcome::kProtocolError, Outcome::kDeclined},
     .noticed_by = {Outcome::kProtocolError},
     .told_percent_min = 90},
    {.name = "rolls back",
     .percent = 10,
     .times_max = 1,
     .act = roll_back,
     .allowed = kRewritten,
     .noticed_by = kRolledBack,
     .told_percent_min = 95},
    {.name = "forks views",
     .percent = 10,
     .times_max = 1,
     .act = fork_views,
     .allowed = kRewritten},
    {.name = "forks views and joins them",
     .percent = 30,
     .times_max = 1000,
     .act = join_views,
     .allowed = kRewritten,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
    {.name = "leaves an entry out of a view",
     .percent = 30,
     .times_max = 1000,
     .act = leave_out_an_entry,
     .allowed = kRewritten,
     .noticed_by = kLogBroken,
     .told_percent_min = 80},
}};

}  // namespace

std::span<const Mutation> log_mutations() { return kMutations; }

}  // namespace zerofc::sim
