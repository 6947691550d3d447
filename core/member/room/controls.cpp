// Own control entries: one at a time is on its way, since each is signed over the one before.
#include <algorithm>

#include "core/member/room/impl.hpp"
#include "core/wire/box.hpp"

namespace zerofc::member {
namespace {

constexpr std::chrono::milliseconds kRefusedPause = std::chrono::minutes(1);
// How long an admin gives each of those who rotate before it: the owner, and admins with lower ids.
constexpr std::chrono::milliseconds kRotatorTurn = std::chrono::seconds(20);

}  // namespace

bool Room::Impl::may_rotate() const {
  const auto own = own_role();
  return own && *own != Role::kMember;
}

bool Room::Impl::holds_current_key() const {
  return control_ && state.key && state.key->epoch == control_->epoch();
}

// "every rotate-every messages, after 24 h of use, on removal, after a member.leave, or by hand"
// (protocol §6). What this person asked for is due at once; anything else when it is this client's
// turn.
bool Room::Impl::rotation_due(const Context& context) {
  if (!may_rotate() || !(holds_current_key() || is_stuck(context))) return false;
  if (holds_current_key() && (state.rotation_asked || !state.removing.empty())) {
    return true;
  }
  const bool is_due = !holds_current_key() || used_ >= control_->policy().rotate_every ||
                      context.now.wall - state.key_since >= kKeyLife ||
                      control_->unrotated_leaver();
  if (!is_due) {
    forget_turn();
    return false;
  }
  if (!rotation_turn_) rotation_turn_ = context.now.steady + turn_to_rotate();
  is_own_turn_ = is_own_turn_ || context.now.steady >= *rotation_turn_;
  return is_own_turn_;
}

void Room::Impl::forget_turn() {
  rotation_turn_.reset();
  is_own_turn_ = false;
}

// "Who: the owner; else the admins in the order of their ids, each after a wait"
std::chrono::milliseconds Room::Impl::turn_to_rotate() const {
  if (control_->owner() == state.keys.id) return std::chrono::milliseconds(0);
  std::chrono::milliseconds wait = kRotatorTurn;
  for (const auto& [id, member] : control_->everybody()) {
    if (id == state.keys.id) break;
    if (member.is_member() && member.role == Role::kAdmin) wait += kRotatorTurn;
  }
  return wait;
}

void Room::Impl::ask_rotation(const Context& context, Out& out) {
  if (state.phase != ui::RoomState::kLive) return problem(out, ui::ProblemCode::kNotLive);
  if (!may_rotate() || !holds_current_key()) {
    return problem(out, ui::ProblemCode::kNotAuthorised);
  }
  if (state.rotation_asked || state.rotation) return problem(out, ui::ProblemCode::kBusy);
  state.rotation_asked = true;
  mark_changed();
  send_control(context, out);
  show_rotation(context, out);
}

// The room is left at once for the person; the entry follows as soon as there is a connection.
void Room::Impl::leave(const Context& context, Out& out) {
  if (state.joining) {
    end_joining(out, ui::RoomState::kLeft, std::nullopt);
    return;
  }
  if (state.phase == ui::RoomState::kCreating) {
    state.phase = ui::RoomState::kLeft;
    mark_changed();
    show_state(out);
    out.end_connection(Out::Connection::kClose);
    return;
  }
  if (state.phase != ui::RoomState::kLive) return problem(out, ui::ProblemCode::kNotLive);
  if (control_->owner() == state.keys.id) {
    return problem(out, ui::ProblemCode::kOwnerCannotLeave);
  }
  const auto token = context.crypto.make_random<EntryToken>();
  if (!token) return problem(out, ui::ProblemCode::kRandomFailed);
  state.leaving = *token;
  state.phase = ui::RoomState::kLeft;
  give_up_unsent(out);
  mark_changed();
  show_state(out);
  send_control(context, out);
}

void Room::Impl::end_room(Out& out, ui::RoomState phase, std::optional<ui::RoomEnd> end) {
  state.leaving.reset();
  state.phase = phase;
  state.end = end;
  state.key.reset();
  state.rotation.reset();
  state.key_request.reset();
  state.waiting_boxes.clear();
  state.requests.clear();
  state.removing.clear();
  forget_turn();
  give_up_unsent(out);
  for (Invite& invite : state.invites) invite.secrets.reset();
  mark_changed();
  show_state(out);
  out.end_connection(Out::Connection::kClose);
}

// In this order: a pending rotation again, with identical bytes; admissions; what the owner
// changes; leaving; a rotation that is due.
void Room::Impl::send_control(const Context& context, Out& out) {
  if (!connection_.live || connection_.control_in_flight || paused_until_) return;
  const bool rotates = !rotation_retry_ || context.now.steady >= *rotation_retry_;
  if (state.rotation && rotates) {
    rotation_retry_.reset();
    return send_rotation(out);
  }
  for (Invite& invite : state.invites) {
    if (!invite.secrets || !invite.secrets->admission) continue;
    const Admission& admission = *invite.secrets->admission;
    if (admission.added_at) continue;
    if (sign_and_send(context, out, Kind::kMemberAdd, admission.token,
                      MemberAddFields{admission.card, invite.id})) {
      return;
    }
  }
  if (send_request(context, out)) return;
  if (state.leaving) {
    sign_and_send(context, out, Kind::kMemberLeave, *state.leaving, MemberLeaveFields{});
    return;
  }
  if (!state.rotation && rotation_due(context)) {
    if (make_rotation(context)) {
      mark_changed();
      send_rotation(out);
    } else {
      problem(out, ui::ProblemCode::kRandomFailed);
      pause(context, kStorePause);
    }
    show_rotation(context, out);
  }
}

bool Room::Impl::sign_and_send(const Context& context, Out& out, Kind kind, const EntryToken& token,
                               decltype(ControlContent::fields) fields) {
  ControlContent content;
  content.kind = kind;
  content.room = state.id;
  content.prev = control_->prev();
  content.epoch = control_->epoch();
  content.token = token;
  content.author = state.keys.id;
  content.seen = rows_.head();
  content.fields = std::move(fields);
  const auto body = context.crypto.sign(state.keys.signing.private_key.view(), encode(content));
  if (!body) {
    problem(out, ui::ProblemCode::kRandomFailed);
    pause(context, kStorePause);
    return false;
  }
  const Bytes entry = encode(Entry{kind, content.epoch, token, state.keys.id, *body});
  out.send(frame::Append{entry, std::nullopt});
  connection_.control_in_flight = token;
  return true;
}

// "Every signing takes a fresh room key and a fresh entry token, stored before sending." One box
// for each member but the rotator: under the member's exchange key and under the key of `base`.
bool Room::Impl::make_rotation(const Context& context) {
  Crypto& crypto = context.crypto;
  auto key = crypto.make_random<RoomKey>();
  const auto token = crypto.make_random<EntryToken>();
  if (!key || !token) return false;
  PendingRotation rotation;
  rotation.token = *token;
  rotation.next = HeldKey{control_->epoch() + 1, std::move(*key)};
  const Epoch base = state.key->epoch;

  const WipedBuffer box_content = encode_box_content(rotation.next.key);
  for (const auto& [id, member] : control_->everybody()) {
    if (!member.is_member() || id == state.keys.id || state.removing.count(id) != 0) continue;
    const Bytes box_for = box_context(state.id, rotation.next.epoch, base, state.keys.id, id);
    const auto cell = crypto.seal(state.key->key.view(), box_content, box_for);
    if (!cell) return false;
    auto box =
        crypto.encrypt(state.keys.exchange.private_key.view(), member.card.exchange.bytes(), *cell);
    if (!box) return false;
    rotation.boxes.emplace_back(id, std::move(*box));
  }

  ControlContent content;
  content.kind = Kind::kKeyRotate;
  content.room = state.id;
  content.prev = control_->prev();
  content.epoch = control_->epoch();
  content.token = rotation.token;
  content.author = state.keys.id;
  content.seen = rows_.head();
  content.fields = KeyRotateFields{
      rotation.next.epoch,
      base,
      {state.removing.begin(), state.removing.end()},
      crypto.sha256(
          {key_commit_content(control_->nonce(), rotation.next.epoch, rotation.next.key)})};
  const auto body = crypto.sign(state.keys.signing.private_key.view(), encode(content));
  if (!body) return false;
  rotation.entry =
      encode(Entry{Kind::kKeyRotate, content.epoch, rotation.token, state.keys.id, *body});
  state.rotation = std::move(rotation);
  return true;
}

void Room::Impl::send_rotation(Out& out) {
  frame::Append append;
  append.entry = state.rotation->entry;
  append.boxes.emplace();
  for (const auto& [member, box] : state.rotation->boxes) append.boxes->emplace_back(member, box);
  out.send(append);
  connection_.control_in_flight = state.rotation->token;
}

void Room::Impl::reject_control(const Context& context, Out& out, const EntryToken& token,
                                FrameCode code) {
  if (connection_.control_in_flight != token) return;
  connection_.control_in_flight.reset();
  if (code == FrameCode::kRateLimited) return pause(context, kRatePause);
  if (code == FrameCode::kStoreUnavailable || code == FrameCode::kShuttingDown) {
    return pause(context, kStorePause);
  }
  if (code == FrameCode::kStalePrev || code == FrameCode::kStaleEpoch) {
    // Another control entry is in the stream in front of this: it is signed anew over that one. A
    // server that says so without one is not asked at once again.
    const bool is_rotation = state.rotation && state.rotation->token == token;
    return pause(context, is_rotation ? kStorePause : std::chrono::milliseconds(200));
  }
  // Refused for good, says the server. A pending key is kept all the same: its entry may yet land,
  // and only another valid control entry proves that it can't.
  if (state.rotation && state.rotation->token == token) {
    rotation_retry_ = context.now.steady + kRefusedPause;
    problem(out, ui::ProblemCode::kServerRefused);
    send_unsent(context, out);
  } else if (state.leaving == token) {
    if (code == FrameCode::kWrongAuthor) {
      return end_room(out, ui::RoomState::kLeft, std::nullopt);
    }
    problem(out, ui::ProblemCode::kServerRefused);
    pause(context, kRefusedPause);
  } else if (!refuse_request(out, token, code)) {
    refuse_admission(context, out, token, code);
  }
  mark_changed();
}

}  // namespace zerofc::member
