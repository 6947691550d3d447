// Joining: from the link to a verified room. Nothing is shown before all of it holds:
// docs/protocol.md §4, step 6.
#include "core/log/checked.hpp"
#include "core/member/room/impl.hpp"

namespace zerofc::member {
namespace {

ui::RoomEnd end_of(DeclineReason reason) {
  switch (reason) {
    case DeclineReason::kUnknown:
      return ui::RoomEnd::kInviteUnknown;
    case DeclineReason::kUsed:
      return ui::RoomEnd::kInviteUsed;
    case DeclineReason::kRevoked:
      return ui::RoomEnd::kInviteRevoked;
    case DeclineReason::kExpired:
      return ui::RoomEnd::kInviteExpired;
    case DeclineReason::kRefused:
      return ui::RoomEnd::kRefused;
    case DeclineReason::kRoomFull:
      return ui::RoomEnd::kRoomFull;
    case DeclineReason::kTooManyRequests:
      return ui::RoomEnd::kTooManyRequests;
    case DeclineReason::kJoinsClosed:
      return ui::RoomEnd::kJoinsClosed;
  }
  return ui::RoomEnd::kServerRefused;
}

}  // namespace

void Room::Impl::send_join_request(const Context& context, Out& out) {
  const Joining& joining = *state.joining;
  const InviteLink& link = joining.link;
  const WipedBuffer content = encode(JoinContent{joining.join_key.copy(), state.profile});
  const auto cell = context.crypto.seal(
      link.secret.view(), content,
      join_context(state.id, link.invite, state.keys.card, joining.one_time.public_key));
  const auto box = cell ? context.crypto.encrypt(joining.one_time.private_key.view(),
                                                 link.invite_key.bytes(), *cell)
                        : CryptoResult<Bytes>(fail(cell.error()));
  if (!box) {
    if (box.error() == CryptoError::kFailed) {
      problem(out, ui::ProblemCode::kRandomFailed);
      out.end_connection(ui::Refusal::kOther);
    } else {
      // The link's exchange key is no key.
      end_joining(out, ui::RoomState::kDeclined, ui::RoomEnd::kRefused);
    }
    return;
  }
  out.send(frame::JoinRequest{state.id, link.invite, state.keys.card, joining.one_time.public_key,
                              *box});
}

void Room::Impl::join_queued(Out& out, const frame::JoinQueued& queued) {
  if (!state.joining || state.joining->grant || queued.invite != state.joining->link.invite) return;
  state.phase = ui::RoomState::kWaiting;
  state.inviter_online = queued.inviter_online;
  mark_changed();
  out.progress(1, 1);
  show_state(out);
}

void Room::Impl::join_declined(Out& out, const frame::JoinDeclined& declined) {
  if (!state.joining || state.joining->grant || declined.invite != state.joining->link.invite) {
    return;
  }
  end_joining(out, ui::RoomState::kDeclined, end_of(declined.reason));
}

// Everything secret of the attempt goes.
void Room::Impl::end_joining(Out& out, ui::RoomState phase, std::optional<ui::RoomEnd> end) {
  forget_log();
  state.joining.reset();
  state.phase = phase;
  state.end = end;
  state.inviter_online.reset();
  mark_changed();
  show_state(out);
  out.end_connection(Out::Connection::kClose);
}

// One that does not open is noise of the server's: whoever made it does not know the join key.
void Room::Impl::join_granted(const Context& context, Out& out, const frame::JoinGrant& grant) {
  if (!state.joining || state.joining->grant || grant.joiner != state.keys.id) return;
  const InviteLink& link = state.joining->link;
  const auto opened =
      checked::open(context.crypto, state.joining->join_key.view(), grant.sealed,
                    grant_context(state.id, link.secret, link.inviter, state.keys.id));
  if (!opened) return;
  auto content = decode_grant_content(opened->view());
  if (!content || content->head.seq < content->start_seq ||
      content->before_start.has_value() != (content->start_seq > 0)) {
    end_joining(out, ui::RoomState::kDeclined, ui::RoomEnd::kBadGrant);
    return;
  }
  state.joining->grant = std::move(*content);
  state.phase = ui::RoomState::kVerifying;
  mark_changed();
  show_state(out);
  open_for_verification(out);
}

void Room::Impl::open_for_verification(Out& out) {
  const GrantContent& grant = *state.joining->grant;
  forget_log();
  rows_.begin(grant.start_seq, grant.before_start);
  state.key = HeldKey{grant.epoch, grant.room_key.copy()};
  frame::RoomOpen open;
  open.room = state.id;
  open.controls = true;
  if (grant.start_seq > 0) {
    open.after = grant.start_seq - 1;
    connection_.controls_below = grant.start_seq;
  }
  out.send(open);
}

// At the grant's head: "checks that SHA-256(genesis entry) is the link's room id; the whole control
// chain; that the link's inviter was owner or admin at the member.add and is its author; that this
// entry holds exactly its own card and the invite id; that the room key matches the epoch's commit;
// and recomputes H from (s, H[s-1]) to the grant's head, which MUST be equal and not below the
// member.add". Genesis, chain and the inviter's role were checked by the authority function.
void Room::Impl::verify_join(const Context& context, Out& out) {
  const GrantContent& grant = *state.joining->grant;
  if (rows_.head().seq < grant.head.seq) {
    out.progress(rows_.next(), connection_.head + 1);
    return;
  }
  const InviteLink& link = state.joining->link;
  const MemberEntry* own = control_ ? control_->find_member(state.keys.id) : nullptr;
  const bool admitted = own != nullptr && own->card.session == state.keys.session.public_key &&
                        own->card.signing == state.keys.signing.public_key &&
                        own->card.exchange == state.keys.exchange.public_key &&
                        own->added_by == link.inviter && own->invite == link.invite &&
                        own->added_at <= grant.head.seq;
  const bool same_log = rows_.head() == grant.head;
  const bool same_key = control_ && control_->epoch() == grant.epoch &&
                        control_->epoch_began_at() == grant.start_seq &&
                        commits_to(context.crypto, control_->commit(), grant.epoch, grant.room_key);
  if (!admitted || !same_log || !same_key) {
    end_joining(out, ui::RoomState::kDeclined, ui::RoomEnd::kBadGrant);
    return;
  }
  // The names that the messages since the rotation brought stand above those of the inviter.
  state.name = state.name.empty() ? grant.room_name : state.name;
  for (const auto& [id, nickname] : grant.names) {
    if (control_->find(id) == nullptr) continue;
    Acquaintance& person = state.people[id];
    if (person.profile) continue;
    person.told = nickname;
    person.told_by = link.inviter;
  }
  // Whoever came before the replay begins has confirmed it where this client can't look.
  for (const auto& [id, member] : control_->everybody()) {
    if (member.added_at < grant.start_seq) state.people[id].arrived = true;
  }
  state.key_since = context.now.wall;
  state.joining.reset();  // wipes one-time key, join key and invite secret
  state.phase = ui::RoomState::kLive;
  state.inviter_online.reset();
  count_unread();
  mark_changed();
  show(context, out);
  // The first entry is the confirmation that everybody sees.
  if (!enqueue(context, out, ProfileBody{state.profile}, std::nullopt)) {
    problem(out, ui::ProblemCode::kRandomFailed);
  } else {
    state.unsent.back().state = ui::OutboxState::kWaiting;
  }
}

}  // namespace zerofc::member
