// The connection of a room: creating, opening, replaying, live.
#include <algorithm>

#include "core/log/checked.hpp"
#include "core/member/room/impl.hpp"

namespace zerofc::member {
namespace {

// Asked again later, it may be granted.
bool is_passing(FrameCode code) {
  return code == FrameCode::kRateLimited || code == FrameCode::kStoreUnavailable ||
         code == FrameCode::kShuttingDown;
}

// Why an attempt to join has ended.
ui::RoomEnd end_of(FrameCode code) {
  switch (code) {
    case FrameCode::kUnknownRoom:
      return ui::RoomEnd::kRoomUnknown;
    case FrameCode::kNotMember:
      return ui::RoomEnd::kNotMember;
    case FrameCode::kBadCursor:  // a newcomer may ask for everything since the rotation before it
      return ui::RoomEnd::kBadGrant;
    case FrameCode::kRoomFull:
      return ui::RoomEnd::kRoomFull;
    default:
      return ui::RoomEnd::kServerRefused;
  }
}

ui::Refusal refusal_of(FrameCode code) {
  switch (code) {
    case FrameCode::kRateLimited:
      return ui::Refusal::kRateLimited;
    case FrameCode::kStoreUnavailable:
      return ui::Refusal::kUnavailable;
    case FrameCode::kShuttingDown:
      return ui::Refusal::kShuttingDown;
    case FrameCode::kUnknownRoom:
      return ui::Refusal::kRoomUnknown;
    case FrameCode::kNotMember:
      return ui::Refusal::kNotMember;
    case FrameCode::kBadCursor:
      return ui::Refusal::kBadCursor;
    case FrameCode::kRoomFull:
    case FrameCode::kLogFull:
      return ui::Refusal::kRoomFull;
    case FrameCode::kNewerVersion:
      return ui::Refusal::kNewerVersion;
    default:
      return ui::Refusal::kOther;
  }
}

}  // namespace

bool Room::Impl::wants_connection() const {
  switch (state.phase) {
    case ui::RoomState::kCreating:
    case ui::RoomState::kRequesting:
    case ui::RoomState::kWaiting:
    case ui::RoomState::kVerifying:
    case ui::RoomState::kLive:
      return true;
    default:
      return state.leaving.has_value();
  }
}

void Room::Impl::connected(const Context& context, Out& out) {
  connection_ = {};
  connection_.established = true;
  rotation_retry_.reset();
  forget_turn();
  ack_due_.reset();
  paused_until_.reset();
  allowance_due_.reset();
  for (Unsent& unsent : state.unsent) unsent.sent_in.reset();
  if (state.phase == ui::RoomState::kCreating) {
    out.send(frame::RoomCreate{state.genesis});
  } else if (state.joining && state.joining->grant) {
    open_for_verification(out);
  } else if (state.joining) {
    send_join_request(context, out);
  } else {
    open_room(out);
  }
}

void Room::Impl::disconnected(const Context& context, Out& out) {
  connection_ = {};
  forget_turn();
  ack_due_.reset();
  paused_until_.reset();
  allowance_due_.reset();
  for (Unsent& unsent : state.unsent) {
    unsent.sent_in.reset();
    if (!unsent.problem && unsent.state != ui::OutboxState::kStoring &&
        unsent.state != ui::OutboxState::kWaiting) {
      unsent.state = ui::OutboxState::kWaiting;
      show_outbox(out, unsent, true);  // it may not even be stored
    }
  }
  if (state.joining) {
    if (state.phase == ui::RoomState::kWaiting) {
      state.phase = ui::RoomState::kRequesting;
      show_state(out);
    }
    forget_log();
  }
  show_rotation(context, out);
}

void Room::Impl::protocol_error(Out& out) { out.end_connection(Out::Connection::kProtocolError); }

void Room::Impl::pause(const Context& context, std::chrono::milliseconds time) {
  const auto until = context.now.steady + time;
  paused_until_ = paused_until_ ? std::max(*paused_until_, until) : until;
}

void Room::Impl::pause_and_ask_again(const Context& context, std::chrono::milliseconds time) {
  ask_again_ = true;
  pause(context, time);
}

void Room::Impl::open_room(Out& out) {
  frame::RoomOpen open;
  open.room = state.id;
  if (!rows_.empty()) open.after = rows_.head().seq;
  out.send(open);
}

void Room::Impl::frame_came(const Context& context, Out& out, const Frame& frame) {
  if (const auto* entry = std::get_if<frame::EntryAt>(&frame)) {
    entry_at(context, out, *entry);
  } else if (const auto* digest = std::get_if<frame::DigestAt>(&frame)) {
    digest_at(context, out, *digest);
  } else if (const auto* taken = std::get_if<frame::Accepted>(&frame)) {
    accepted(out, *taken);
  } else if (const auto* refused = std::get_if<frame::Rejected>(&frame)) {
    rejected(context, out, *refused);
  } else if (const auto* made = std::get_if<frame::RoomCreated>(&frame)) {
    created(context, out, *made);
  } else if (const auto* open = std::get_if<frame::RoomOpened>(&frame)) {
    opened(context, out, *open);
  } else if (const auto* live = std::get_if<frame::Live>(&frame)) {
    went_live(context, out, *live);
  } else if (const auto* head = std::get_if<frame::Head>(&frame)) {
    server_head(context, out, head->signed_head);
  } else if (const auto* invite = std::get_if<frame::InviteState>(&frame)) {
    invite_state(context, out, *invite);
  } else if (const auto* request = std::get_if<frame::JoinRequest>(&frame)) {
    join_request(context, out, *request);
  } else if (const auto* queued = std::get_if<frame::JoinQueued>(&frame)) {
    join_queued(out, *queued);
  } else if (const auto* declined = std::get_if<frame::JoinDeclined>(&frame)) {
    join_declined(out, *declined);
  } else if (const auto* grant = std::get_if<frame::JoinGrant>(&frame)) {
    join_granted(context, out, *grant);
  } else if (const auto* asks = std::get_if<frame::RekeyRequest>(&frame)) {
    rekey_request(context, out, *asks);
  } else if (const auto* answer = std::get_if<frame::RekeyAnswer>(&frame)) {
    rekey_answer(context, out, *answer);
  } else if (std::holds_alternative<frame::Replaced>(frame)) {
    out.end_connection(Out::Connection::kReplaced);
  } else if (const auto* error = std::get_if<frame::Error>(&frame)) {
    error_came(context, out, *error);
  } else if (!std::holds_alternative<frame::Pong>(frame)) {
    // A frame that only clients send, or of an unknown type.
    protocol_error(out);
  }
}

void Room::Impl::created(const Context& context, Out& out, const frame::RoomCreated& created) {
  if (state.phase != ui::RoomState::kCreating || created.room != state.id) {
    protocol_error(out);
    return;
  }
  server_head(context, out, created.signed_head);
  if (out.connection() == Out::Connection::kKeep) open_room(out);
}

void Room::Impl::opened(const Context& context, Out& out, const frame::RoomOpened& opened) {
  // Before a grant a newcomer has opened nothing.
  const bool asked = !state.joining || state.joining->grant;
  if (!asked || connection_.opened || opened.member != state.keys.id) {
    protocol_error(out);
    return;
  }
  // "Whole-vault rollback cannot be noticed locally; acked beyond the vault's cursor reveals it"
  // (protocol §7).
  const std::optional<Seq> own_head =
      rows_.empty() ? std::nullopt : std::optional(rows_.head().seq);
  if (opened.acked && !state.joining && (!own_head || *opened.acked > *own_head)) {
    raise_alarm(context, out, {.kind = ui::AlarmKind::kRestored, .seq = opened.acked});
  }
  if (own_head && opened.head < *own_head) {
    raise_alarm(context, out, {.kind = ui::AlarmKind::kRollback, .seq = opened.head});
    out.end_connection(ui::Refusal::kBadCursor);
    return;
  }
  connection_.opened = true;
  connection_.head = opened.head;
  connection_.acked = opened.acked;
  server_head(context, out, opened.signed_head);
  out.progress(0, opened.head + 1);
}

void Room::Impl::went_live(const Context& context, Out& out, const frame::Live& live) {
  if (!connection_.opened || connection_.live || rows_.empty() || live.head != rows_.head().seq) {
    protocol_error(out);
    return;
  }
  if (state.joining) {
    // The grant's head lies beyond the log that the server shows.
    end_joining(out, ui::RoomState::kDeclined, ui::RoomEnd::kBadGrant);
    return;
  }
  connection_.live = true;
  out.progress(live.head + 1, live.head + 1);
  if (state.phase == ui::RoomState::kCreating) {
    state.phase = ui::RoomState::kLive;
    state.genesis.clear();
    mark_changed();
    show_state(out);
    show_members(out, {state.keys.id});
    show_policy(out);
    // Also the rows of an earlier run, which nobody could ask for while there was no room.
    for (const Row& row : rows_.rows()) {
      if (row.kind) unshown_.push_back(row.seq);
    }
  }
  // "After a replay it is raised above all own counters of this epoch and above the head's seq"
  // (protocol §5.2).
  state.counter = std::max(state.counter, live.head);
  if (const LogRows::Author* own = rows_.author(state.keys.id)) {
    state.counter = std::max(state.counter, own->counter);
  }
  mark_changed();
  expire_invites(context, out);
  flush_items(out);
  show_rotation(context, out);
  send_ack(context, out, true);
  settle_key(context, out);
  send_invites(out);
  send_grants(context, out);
  send_control(context, out);
  send_unsent(context, out);
}

void Room::Impl::error_came(const Context& context, Out& out, const frame::Error& error) {
  const std::uint64_t about = error.about.value_or(0);
  if (state.phase == ui::RoomState::kCreating && about == frame::RoomCreate::kType) {
    if (error.code == FrameCode::kRoomExists) {  // an earlier attempt got through
      open_room(out);
    } else if (is_passing(error.code)) {
      out.end_connection(refusal_of(error.code));
    } else {
      state.phase = ui::RoomState::kStopped;
      state.end = error.code == FrameCode::kServerRoomsFull ? ui::RoomEnd::kServerFull
                                                            : ui::RoomEnd::kServerRefused;
      mark_changed();
      show_state(out);
      out.end_connection(Out::Connection::kClose);
    }
    return;
  }
  if (state.joining && !is_passing(error.code)) {
    end_joining(out, ui::RoomState::kDeclined, end_of(error.code));
    return;
  }
  if (error.code == FrameCode::kBadCursor && !rows_.empty()) {
    raise_alarm(context, out, {.kind = ui::AlarmKind::kRollback, .seq = rows_.head().seq});
  }
  // What was asked beside the log (an invite, a grant) is asked again after the pause or at the
  // next opening; anything else leaves nothing to do on this connection.
  const bool opening = about == frame::RoomOpen::kType || about == frame::JoinRequest::kType ||
                       error.code == FrameCode::kShuttingDown;
  if (connection_.live && !opening) {
    if (error.code == FrameCode::kRateLimited) {
      pause_and_ask_again(context, kRatePause);
    } else if (error.code == FrameCode::kStoreUnavailable) {
      pause_and_ask_again(context, kStorePause);
    } else if (error.code == FrameCode::kMalformed || error.code == FrameCode::kBadCounter) {
      protocol_error(out);
    }
    return;
  }
  out.end_connection(refusal_of(error.code));
}

}  // namespace zerofc::member
