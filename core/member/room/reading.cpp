// Reading the log: every entry in order, once.
#include <algorithm>
#include <iterator>

#include "core/log/chain.hpp"
#include "core/log/checked.hpp"
#include "core/member/room/impl.hpp"
#include "core/member/room/messages.hpp"
#include "core/member/room/record_codec.hpp"
#include "core/wire/box.hpp"

namespace zerofc::member {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAckDelay{500};
constexpr Seq kAckAtOnce = 64;  // unacknowledged entries
// How finely it is remembered when which entry was read, and of how many moments.
constexpr milliseconds kReadAtStep = std::chrono::seconds(10);
constexpr std::size_t kReadAtKept = 1024;
// A Secure Session carries nothing that is stamped further ahead.
constexpr milliseconds kSentAheadMax = std::chrono::hours(24);

template <class... Alternatives>
struct Overloaded : Alternatives... {
  using Alternatives::operator()...;
};
template <class... Alternatives>
Overloaded(Alternatives...) -> Overloaded<Alternatives...>;

}  // namespace

void Room::Impl::entry_at(const Context& context, Out& out, const frame::EntryAt& at) {
  const auto entry = decode_entry(at.entry);
  if (!connection_.opened || !entry) {
    protocol_error(out);
    return;
  }
  // A newcomer first gets the control entries below its start; their prev chain proves that none is
  // missing (protocol §3.4).
  if (connection_.controls_below && at.seq < *connection_.controls_below) {
    const bool is_rising =
        connection_.last_control ? at.seq > *connection_.last_control : at.seq == 0;
    if (!entry->is_control() || !is_rising) {
      protocol_error(out);
      return;
    }
    connection_.last_control = at.seq;
    read_control(context, out, std::nullopt, at, *entry);
    return;
  }
  if (at.seq != rows_.next()) {
    protocol_error(out);
    return;
  }
  connection_.controls_below.reset();
  const Hash digest = entry_digest(context.crypto, at.entry);
  const auto before = at.seq == 0 ? std::nullopt : rows_.hash_at(at.seq - 1);
  const Hash hash = before ? next_chain_hash(context.crypto, *before, entry->is_control(), digest)
                           : Hash(state.id.bytes());
  // H[0] = room id = SHA-256 of the genesis entry.
  if (at.seq == 0 && digest.bytes() != state.id.bytes()) {
    protocol_error(out);
    return;
  }
  if (entry->is_control()) {
    read_control(context, out, hash, at, *entry);
  } else {
    read_message(context, out, at.seq, hash, at.entry, *entry);
  }
  if (out.connection() == Out::Connection::kKeep && rows_.next() == at.seq + 1) {
    after_entry(context, out);
  }
}

// "A digest counts as c = 0, only during a replay and never after `live`, so that no control entry
// can hide behind one" (protocol §3.4).
void Room::Impl::digest_at(const Context& context, Out& out, const frame::DigestAt& at) {
  if (!connection_.opened || connection_.live || at.seq != rows_.next() || at.seq == 0) {
    protocol_error(out);
    return;
  }
  const auto before = rows_.hash_at(at.seq - 1);
  if (!before) {
    protocol_error(out);
    return;
  }
  Row row;
  row.hash = next_chain_hash(context.crypto, *before, false, at.digest);
  row.is_message = true;
  row.is_digest = true;
  connection_.controls_below.reset();
  // One gap is one row, at its first entry.
  if (!gap_ || gap_->second + 1 != at.seq) {
    gap_ = {at.seq, at.seq};
    while (const Row* before_it = rows_.find(gap_->first - 1)) {
      if (!before_it->is_digest) break;
      --gap_->first;
    }
  }
  gap_->second = at.seq;
  if (gap_->first == at.seq) {
    row.kind = ui::ItemKind::kGap;
    row.number = 1;
    add_row(context, std::move(row));
  } else {
    add_row(context, std::move(row));
    rows_.change(gap_->first)->number = at.seq - gap_->first + 1;
    if (unshown_.empty() || unshown_.back() != gap_->first) unshown_.push_back(gap_->first);
  }
  // An accepted message that is held as a digest has arrived (protocol §3.3): see accepted().
  after_entry(context, out);
}

void Room::Impl::after_entry(const Context& context, Out& out) {
  if (connection_.promised && connection_.promised->seq == rows_.head().seq) {
    check_server_head(context, out, *connection_.promised);
    connection_.promised.reset();
  }
  if (state.joining) {
    verify_join(context, out);
    return;
  }
  if (connection_.live) {
    settle_key(context, out);
    show_rotation(context, out);  // the messages under this key
    send_control(context, out);
    send_unsent(context, out);
  } else {
    out.progress(rows_.next(), connection_.head + 1);
  }
}

Row& Room::Impl::add_row(const Context& context, Row row) {
  Row& added = rows_.add(std::move(row));
  if (read_at_.empty() || context.now.wall - read_at_.back().second >= kReadAtStep) {
    read_at_.emplace_back(added.seq, context.now.wall);
    if (read_at_.size() > kReadAtKept) read_at_.pop_front();
  }
  if (added.is_message && control_ && added.seq > control_->epoch_began_at()) ++used_;
  if (added.kind) unshown_.push_back(added.seq);
  if (const auto forgotten = rows_.forget_oldest()) unshown_.push_back(*forgotten);
  return added;
}

// The entry is not passed: the server is asked for it again.
void Room::Impl::no_verdict(Out& out) {
  problem(out, ui::ProblemCode::kInternal);
  out.end_connection(ui::Refusal::kOther);
}

void Room::Impl::read_control(const Context& context, Out& out, const std::optional<Hash>& hash,
                              const frame::EntryAt& at, const Entry& entry) {
  const Seq seq = at.seq;
  if (!control_ && room_id_of(context.crypto, at.entry) != state.id) {
    // A newcomer's genesis is not the room of the link; for anybody else entry_at() has looked.
    end_joining(out, ui::RoomState::kDeclined, ui::RoomEnd::kBadLog);
    return;
  }
  const auto verdict = control_ ? judge(context.crypto, *control_, at.entry)
                                : judge_genesis(context.crypto, at.entry);
  if (!verdict && verdict.error() == ControlRefusal::kNewerClient) {
    if (state.joining) {
      end_joining(out, ui::RoomState::kDeclined, ui::RoomEnd::kNewerClient);
      return;
    }
    // "stops the room": this entry is not passed, so that a newer client goes on from here.
    state.phase = ui::RoomState::kStopped;
    state.end = ui::RoomEnd::kNewerClient;
    give_up_unsent(out);
    mark_changed();
    show_state(out);
    out.end_connection(Out::Connection::kClose);
    return;
  }
  if (!verdict && verdict.error() == ControlRefusal::kEngineFailed) return no_verdict(out);
  Row row;
  if (hash) row.hash = *hash;
  row.author = entry.author;
  row.token = entry.token;
  const bool is_being_made = state.phase == ui::RoomState::kCreating;
  if (connection_.live || is_being_made) row.at = millis_of(context.now.wall);
  if (!verdict) {
    // Without a genesis there is no room; anything else "counts in the chain hash, changes no
    // state, never becomes prev, and raises an alarm" (protocol §3.2).
    if (!control_) {
      if (state.joining) {
        end_joining(out, ui::RoomState::kDeclined, ui::RoomEnd::kBadLog);
      } else {
        protocol_error(out);
      }
      return;
    }
    row.kind = ui::ItemKind::kInvalidControl;
    if (hash) add_row(context, std::move(row));
    raise_alarm(context, out,
                {.kind = ui::AlarmKind::kInvalidControl, .member = entry.author, .seq = seq});
    return;
  }

  const VerifiedControl& control = *verdict;
  std::optional<HeldKey> key;
  if (control.kind() == Kind::kKeyRotate) {
    auto received = key_of(context.crypto, control, at.box);
    if (received) {
      key = std::move(*received);
    } else if (received.error() == CryptoError::kRefused) {
      raise_alarm(context, out,
                  {.kind = ui::AlarmKind::kRotationBroken, .member = entry.author, .seq = seq});
    } else {
      return no_verdict(out);
    }
    // Nobody made a box for the rotator itself: an older state of this client does not have the
    // key.
    if (!key && control.author() == state.keys.id && !state.joining) {
      raise_alarm(context, out, {.kind = ui::AlarmKind::kRestored, .seq = seq});
    }
  }
  if (control_) {
    control_->apply(control, seq);
  } else {
    control_.emplace(control);
  }
  controls_.emplace_back(seq, to_bytes(at.entry));
  control_stretches_.add(at.entry.size());
  if (hash && control.seen()) check_seen(context, out, control.author(), *control.seen());
  if (connection_.control_in_flight == control.token() && control.author() == state.keys.id) {
    connection_.control_in_flight.reset();
  }

  std::vector<MemberId> changed;
  switch (control.kind()) {
    case Kind::kGenesis:
      row.kind = ui::ItemKind::kCreated;
      state.people[control.author()].arrived = true;
      changed.push_back(control.author());
      break;
    case Kind::kMemberAdd:
      row.kind = ui::ItemKind::kMemberAdded;
      row.subject = control.card()->member;
      changed.push_back(control.card()->member);
      break;
    case Kind::kMemberLeave:
      row.kind = ui::ItemKind::kMemberLeft;
      changed.push_back(control.author());
      break;
    case Kind::kKeyRotate:
      row.kind = ui::ItemKind::kKeyRotated;
      row.number = control_->epoch();
      if (!control.removed().empty()) {
        row.kind = ui::ItemKind::kMembersRemoved;
        row.subject = control.removed().front();
        row.number = control.removed().size();
        changed = control.removed();
        forget_admissions(control.removed());
      }
      used_ = 0;
      state.rotation_asked = false;
      if (key) {  // the old one is wiped
        state.key = std::move(*key);
        state.key_since = context.now.wall;
      }
      break;
    case Kind::kRoleSet:
      row.kind =
          control.role() == Role::kAdmin ? ui::ItemKind::kMadeAdmin : ui::ItemKind::kMadeMember;
      row.subject = control.target();
      changed.push_back(*control.target());
      break;
    case Kind::kOwnerTransfer:
      row.kind = ui::ItemKind::kOwnerChanged;
      row.subject = control.target();
      changed = {control.author(), *control.target()};
      break;
    case Kind::kPolicySet:
      row.kind = ui::ItemKind::kPolicySet;
      show_policy(out);
      break;
    case Kind::kRoomDestroy:
      row.kind = ui::ItemKind::kDestroyed;
      break;
    case Kind::kMessage:
      break;
  }
  if (hash) add_row(context, std::move(row));
  mark_changed();

  // "The pending key is wiped as soon as any other valid control entry lands" (protocol §6).
  state.rotation.reset();
  rotation_retry_.reset();
  forget_turn();
  if (control.kind() == Kind::kMemberAdd) member_added(context, out, control);
  if (!state.joining) review_requests(context, out, control);
  if (is_shown()) show_members(out, changed);
  end_if_over(out, control);
}

// This client has left or was removed, or the room is no more.
void Room::Impl::end_if_over(Out& out, const VerifiedControl& control) {
  std::optional<ui::RoomEnd> end;
  const auto& removed = control.removed();
  if (control.kind() == Kind::kRoomDestroy) {
    end = ui::RoomEnd::kDestroyed;
  } else if (std::binary_search(removed.begin(), removed.end(), state.keys.id)) {
    end = ui::RoomEnd::kRemoved;
  } else if (control.kind() != Kind::kMemberLeave || control.author() != state.keys.id) {
    return;
  }
  if (state.joining) return end_joining(out, ui::RoomState::kDeclined, end);
  end_room(out, end ? ui::RoomState::kStopped : ui::RoomState::kLeft, end);
}

bool Room::Impl::commits_to(Crypto& crypto, const Hash& commit, Epoch epoch,
                            const RoomKey& key) const {
  return crypto.sha256({key_commit_content(control_->nonce(), epoch, key)}) == commit;
}

// The key of a valid rotation that has not been applied yet. "A received key MUST match the commit.
// Boxes for an epoch at or below the newest held are ignored. A missing box, or one whose base is
// not held, accuses nobody" (protocol §6): none. kRefused: it reached this client broken.
CryptoResult<std::optional<HeldKey>> Room::Impl::key_of(Crypto& crypto,
                                                        const VerifiedControl& rotation,
                                                        const std::optional<BytesView>& box) {
  const Epoch epoch = control_->epoch() + 1;
  const MemberId& rotator = rotation.author();
  if (state.key && state.key->epoch >= epoch) return std::nullopt;
  if (rotator == state.keys.id) {
    const bool is_pending = state.rotation && state.rotation->token == rotation.token() &&
                            commits_to(crypto, rotation.commit(), epoch, state.rotation->next.key);
    if (!is_pending) return std::nullopt;
    return HeldKey{epoch, std::move(state.rotation->next.key)};
  }
  if (!box) return std::nullopt;
  if (!state.key || state.key->epoch != rotation.base()) {
    // "Entries and boxes that can't be opened yet are stored": it may open once a key has come.
    auto& waiting = state.waiting_boxes;
    waiting[epoch] = {rotation.base(), rotator, to_bytes(*box)};
    if (waiting.size() > kWaitingBoxesKept) waiting.erase(waiting.begin());
    return std::nullopt;
  }
  auto key = open_box(crypto, {epoch, rotation.base(), rotator}, *box, rotation.commit());
  if (!key) return fail(key.error());
  return HeldKey{epoch, std::move(*key)};
}

CryptoResult<RoomKey> Room::Impl::open_box(Crypto& crypto, const BoxOf& of, BytesView box,
                                           const Hash& commit) const {
  const auto cell = checked::decrypt(crypto, state.keys.exchange.private_key,
                                     control_->find(of.rotator)->card.exchange, box);
  if (!cell) return fail(cell.error());
  const auto content =
      checked::open(crypto, state.key->key.view(), cell->view(),
                    box_context(state.id, of.epoch, of.base, of.rotator, state.keys.id));
  if (!content) return fail(content.error());
  auto key = decode_box_content(content->view());
  if (!key || !commits_to(crypto, commit, of.epoch, *key)) return fail(CryptoError::kRefused);
  return std::move(*key);
}

void Room::Impl::read_message(const Context& context, Out& out, Seq seq, const Hash& hash,
                              BytesView bytes, const Entry& entry) {
  Row row;
  row.seq = seq;
  row.hash = hash;
  row.is_message = true;
  row.author = entry.author;
  row.token = entry.token;
  const bool own = entry.author == state.keys.id;
  const auto refuse = [&](ui::RefusalReason reason) {
    row.kind = ui::ItemKind::kRefused;
    row.reason = reason;
  };
  const MemberEntry* author = control_ ? control_->find_member(entry.author) : nullptr;
  if (author == nullptr) {
    refuse(ui::RefusalReason::kAuthor);
  } else if (entry.epoch != control_->epoch()) {
    refuse(ui::RefusalReason::kEpoch);
  } else if (!holds_current_key()) {
    row.kind = ui::ItemKind::kWaitingForKey;
    row.sealed = to_bytes(bytes);
  } else if (!read_sealed(context, out, entry, row)) {
    return no_verdict(out);
  }
  if (own) own_message_back(context, out, row, bytes);
  const Row& added = add_row(context, std::move(row));
  if (added.checked) rows_.note_checked(added);
  if (added.kind == ui::ItemKind::kText) {
    newest_at_ = added.at;
    if (!own && (!state.read || added.seq > *state.read)) ++unread_;
  }
}

bool Room::Impl::read_sealed(const Context& context, Out& out, const Entry& entry, Row& row) {
  const MemberEntry& author = *control_->find(entry.author);
  const auto content =
      open_message(context.crypto, state.key->key, author.card.signing, state.id, entry);
  if (!content) {
    if (!content.error()) return false;
    row.kind = ui::ItemKind::kRefused;
    row.reason = content.error();
    return true;
  }
  // The author's clock is its word: no later than what an honest one could say.
  row.at = millis_of(std::min(content->sent_at, context.now.wall + kSentAheadMax));
  if (check_message(context, out, *content, entry, row)) {
    apply_body(out, *content, row);
    check_seen(context, out, entry.author, content->seen);
  }
  return true;
}

// What of protocol §5.2 depends on the log. Fills `row.checked`, or says what is wrong in the row.
bool Room::Impl::check_message(const Context& context, Out& out, const MessageContent& content,
                               const Entry& entry, Row& row) {
  const Bytes body = encode(content.body);
  const Hash body_hash = context.crypto.sha256({body});
  const auto two_versions = [&] {
    row.kind = ui::ItemKind::kTwoVersions;
    raise_alarm(context, out,
                {.kind = ui::AlarmKind::kTwoVersions, .member = entry.author, .seq = row.seq});
    return false;
  };
  const auto refuse = [&](ui::RefusalReason reason) {
    row.kind = ui::ItemKind::kRefused;
    row.reason = reason;
    return false;
  };
  const Row* repeated = rows_.find_token(entry.author, entry.token);
  if (repeated != nullptr && repeated->checked && repeated->checked->body != body_hash) {
    return two_versions();
  }
  const LogRows::Author* last = rows_.author(entry.author);
  if (last != nullptr && last->epoch == entry.epoch && content.counter <= last->counter) {
    const Row* same = rows_.find_counter(entry.author, entry.epoch, content.counter);
    if (same != nullptr && same->checked->body != body_hash) return two_versions();
    return refuse(ui::RefusalReason::kCounter);
  }
  if (content.seen.seq >= row.seq || (last != nullptr && content.seen.seq < last->seen)) {
    return refuse(ui::RefusalReason::kSeen);
  }
  row.checked = Row::Checked{entry.epoch, content.counter, content.seen.seq, body_hash};
  // "A repeated (author, token) with the same body is hidden."
  return repeated == nullptr || !repeated->checked;
}

void Room::Impl::apply_body(Out& out, const MessageContent& content, Row& row) {
  const MemberId& author = content.author;
  const bool arriving = !state.people[author].arrived;
  const auto known = state.people[author].profile;
  if (content.profile) learn_profile(out, author, *content.profile);
  const bool has_profile = content.profile || std::holds_alternative<ProfileBody>(content.body);
  if (author == state.keys.id && has_profile && state.profile_in != content.epoch) {
    state.profile_in = content.epoch;
    mark_changed();
  }
  std::visit(
      Overloaded{
          [&](const UnknownBody&) { row.kind = ui::ItemKind::kNewerClient; },
          [&](const TextBody& body) {
            row.kind = ui::ItemKind::kText;
            row.text = body.text;
          },
          [&](const ProfileBody& body) {
            learn_profile(out, author, body.profile);
            // Whoever was admitted before this client's log begins may arrive in it nevertheless.
            const bool is_first = arriving || !known;
            if (!is_first && known->nickname == body.profile.nickname) return;
            row.kind = is_first ? ui::ItemKind::kArrived : ui::ItemKind::kRenamed;
            row.text = body.profile.nickname;
          },
          [&](const RoomProfileBody& body) {
            if (control_->find(author)->role == Role::kMember) {
              row.kind = ui::ItemKind::kRefused;
              row.reason = ui::RefusalReason::kAuthority;
              return;
            }
            row.kind = ui::ItemKind::kRoomNamed;
            row.text = body.name;
            state.name = body.name;
            mark_changed();
            if (is_shown()) {
              out.patch(ui::patch::RoomRenamed{.room = state.id.bytes(), .name = state.name});
            }
          },
      },
      content.body);
  if (arriving) {
    state.people[author].arrived = true;
    mark_changed();
    member_arrived(author);
    if (is_shown()) show_members(out, {author});
  }
}

void Room::Impl::learn_profile(Out& out, const MemberId& author, const Profile& profile) {
  Acquaintance& person = state.people[author];
  if (person.profile == profile) return;
  person.profile = profile;
  person.told.reset();
  person.told_by.reset();
  mark_changed();
  if (is_shown()) show_members(out, {author});
}

// The returning entry clears the outbox. One that everybody refuses is sent again under a new token
// (protocol §3.3).
void Room::Impl::own_message_back(const Context& context, Out& out, Row& row, BytesView bytes) {
  const auto found = find_unsent(*row.token);
  if (found == state.unsent.end()) {
    // What passed the checks was signed by this client, which does not remember it.
    if (row.checked && rows_.find_token(*row.author, *row.token) == nullptr && !state.joining) {
      raise_alarm(context, out, {.kind = ui::AlarmKind::kRestored, .seq = row.seq});
    }
    return;
  }
  // Anybody could have written this client's name on an entry: only its own bytes speak for it.
  const Hash digest = entry_digest(context.crypto, bytes);
  if (!row.checked &&
      std::find(found->sealed.begin(), found->sealed.end(), digest) == found->sealed.end()) {
    row.token.reset();  // the page goes on showing the message as unsent
    return;
  }
  const bool refused = !row.checked && row.kind != ui::ItemKind::kWaitingForKey &&
                       row.reason != ui::RefusalReason::kAuthor;
  if (refused) {
    const auto token = context.crypto.make_random<EntryToken>();
    if (token) {
      out.patch(ui::patch::OutboxRemoved{.room = state.id.bytes(), .token = found->token.bytes()});
      found->token = *token;
      found->sealed.clear();
      found->sent_in.reset();
      found->state = ui::OutboxState::kWaiting;
      out.put(RecordType::kUnsent, found->index, encode_unsent(*found));
      show_outbox(out, *found);
      return;
    }
  }
  out.erase(RecordType::kUnsent, found->index);
  const bool was_shown = std::holds_alternative<TextBody>(found->body);
  state.unsent.erase(found);
  // An item takes the place of the outbox entry with its token; without one, it is removed.
  if (was_shown && !row.kind) {
    out.patch(ui::patch::OutboxRemoved{.room = state.id.bytes(), .token = row.token->bytes()});
  }
}

void Room::Impl::send_ack(const Context& context, Out& out, bool at_once) {
  if (!connection_.live || rows_.empty() || state.joining) return;
  const Seq head = rows_.head().seq;
  if (connection_.acked && *connection_.acked >= head) {
    ack_due_.reset();
    return;
  }
  const Seq unacked = connection_.acked ? head - *connection_.acked : head + 1;
  const bool due = ack_due_ && context.now.steady >= *ack_due_;
  if (!at_once && !due && unacked < kAckAtOnce) {
    if (!ack_due_) ack_due_ = context.now.steady + kAckDelay;
    return;
  }
  out.send(frame::Ack{head});
  connection_.acked = head;
  ack_due_.reset();
}

void Room::Impl::forget_log() {
  control_.reset();
  controls_.clear();
  control_stretches_ = {};
  rows_ = {};
  used_ = 0;
  unread_ = 0;
  newest_at_.reset();
  unshown_.clear();
  gap_.reset();
  read_at_.clear();
  state.name.clear();
  state.people.clear();
  const auto of_the_log = std::remove_if(
      state.alarms.begin(), state.alarms.end(),
      [](const AlarmRecord& alarm) { return alarm.kind != ui::AlarmKind::kServerKeyChanged; });
  state.alarms.erase(of_the_log, state.alarms.end());
  state.key.reset();
}

}  // namespace zerofc::member
