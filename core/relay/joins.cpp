// Join requests, declines and grants on their way between joiner and inviter: docs/protocol.md §4.
#include "core/relay/room_impl.hpp"
#include "core/wire/canonical.hpp"

namespace zerofc::relay {

// ---- from frames to the queue

void Room::Impl::call(ConnectionId id, Connection& connection, const frame::JoinRequest& frame) {
  const auto refuse = [&](FrameCode code) { error(id, code, frame::JoinRequest::kType); };
  if (connection.phase != Phase::kArrived) return refuse(FrameCode::kUnexpectedFrame);
  if (frame.room != state_.room()) return refuse(FrameCode::kUnknownRoom);
  if (frame.box.size() > limits_.request_box_bytes_max) return refuse(FrameCode::kTooLarge);
  if (!canonical::is_encrypted(frame.box) || !canonical::is_public_key(frame.one_time_key.view())) {
    return refuse(FrameCode::kMalformed);
  }
  // Its signature and points are proved by the inviter, and here before its member.add lands.
  const auto card = checked::read_verified_card(*crypto_, frame.card);
  if (!card) return refuse(FrameCode::kCardMismatch);
  if (const auto refusal = judge_card(*card, connection.session)) return refuse(*refusal);

  const JoinCallKey key = {frame.invite, connection.session};
  JoinCall made = {card->member, to_bytes(frame.card), frame.one_time_key, to_bytes(frame.box)};
  if (const MemberEntry* known = state_.find_by_session(connection.session)) {
    if (known->id != card->member || !known->is_member() || known->invite != frame.invite) {
      return refuse(FrameCode::kKeyReused);
    }
    return repeated_call(id, *known, made);
  }
  wait(Call{id, key, std::move(made)});
}

// "a card counts on a connection only if its session key is that key", §2.2.
std::optional<FrameCode> Room::Impl::judge_card(const checked::VerifiedCard& card,
                                                const SessionPublicKey& session) const {
  if (card.content.session != session || card.content.bound_to.bytes() != state_.room().bytes()) {
    return FrameCode::kCardMismatch;
  }
  return std::nullopt;
}

// "again at each own `room-open` and when this joiner's `join-request` is repeated": it is a member
// already, and waits for its grant.
void Room::Impl::repeated_call(ConnectionId id, const MemberEntry& joiner, const JoinCall& call) {
  say_queued(id, *joiner.invite, joiner.added_by);
  if (const auto waiting = grants_.find(joiner.id); waiting != grants_.end()) {
    send(id, frame::JoinGrant{joiner.id, waiting->second.sealed});
  }
  if (const auto inviter = live_connection_of(joiner.added_by)) {
    pass_call(*inviter, *joiner.invite, call);
  }
}

void Room::Impl::decline(ConnectionId id, Connection& connection, const frame::JoinDecline& frame) {
  if (const MemberEntry* author = opened(id, connection, frame::JoinDecline::kType)) {
    wait(Decline{id, author->id, frame.invite, frame.joiner, frame.reason});
  }
}

void Room::Impl::grant(ConnectionId id, Connection& connection, const frame::JoinGrant& frame) {
  const MemberEntry* author = opened(id, connection, frame::JoinGrant::kType);
  if (author == nullptr) return;
  if (frame.sealed.size() > limits_.grant_bytes_max) {
    error(id, FrameCode::kTooLarge, frame::JoinGrant::kType);
  } else if (!canonical::is_cell(frame.sealed)) {
    error(id, FrameCode::kMalformed, frame::JoinGrant::kType);
  } else {
    wait(Hand{id, author->id, frame.joiner, to_bytes(frame.sealed)});
  }
}

// ---- judged

bool Room::Impl::add_change(Batch& batch, const Call& call) {
  if (const MemberEntry* known = state_.find_by_session(call.key.session)) {
    say_queued(call.connection, call.key.invite, known->added_by);  // added while this waited
    return false;
  }
  if (const auto reason = judge_call(call.key)) {
    decline_to(call.key.session, call.key.invite, *reason);
    return false;
  }
  put(batch, join_call_key(call.key), encode_record(call.call));
  return true;
}

std::optional<DeclineReason> Room::Impl::judge_call(const JoinCallKey& key) const {
  if (state_.destroyed_at()) return DeclineReason::kJoinsClosed;
  switch (invite_state(key.invite)) {
    case InviteStateCode::kUnknown:
      return DeclineReason::kUnknown;
    case InviteStateCode::kUsed:
      return DeclineReason::kUsed;
    case InviteStateCode::kRevoked:
      return DeclineReason::kRevoked;
    case InviteStateCode::kExpired:
      return DeclineReason::kExpired;
    case InviteStateCode::kLive:
      break;
  }
  if (!state_.policy().joins_open) return DeclineReason::kJoinsClosed;
  if (state_.member_count() >= state_.policy().max_members ||
      state_.member_count() >= limits_.members_max) {
    return DeclineReason::kRoomFull;
  }
  if (calls_.count(key) != 0) return std::nullopt;  // "replaces its own"
  if (calls_of(key.invite).size() >= limits_.requests_per_invite_max ||
      calls_.size() >= limits_.requests_max) {
    return DeclineReason::kTooManyRequests;
  }
  return std::nullopt;
}

bool Room::Impl::add_change(Batch& batch, const Decline& decline) {
  const auto invite = invites_.find(decline.invite);
  if (invite == invites_.end() || invite->second.author != decline.author) {
    if (find(decline.connection) != nullptr) {
      error(decline.connection, FrameCode::kNotAuthorised, Decline::kFrame);
    }
    return false;
  }
  bool is_there = false;  // if not, it expired or was declined before
  for (const JoinCallKey& key : calls_of(decline.invite)) {
    if (calls_.at(key).joiner != decline.joiner) continue;
    batch.erase.push_back(join_call_key(key));
    is_there = true;
  }
  return is_there;
}

bool Room::Impl::add_change(Batch& batch, const Hand& hand) {
  const auto refuse = [&](FrameCode code) {
    if (find(hand.connection) != nullptr) error(hand.connection, code, Hand::kFrame);
    return false;
  };
  // Only who admitted it, and only when everybody sees that it was admitted.
  const MemberEntry* joiner = state_.find_member(hand.joiner);
  if (joiner == nullptr || !joiner->invite || joiner->added_by != hand.author) {
    return refuse(FrameCode::kNotAuthorised);
  }
  if (seat(hand.joiner).acked) {  // it has one; this is for now or never
    send_grant(*joiner, hand.sealed);
    return false;
  }
  const auto before = grants_.find(hand.joiner);
  const std::size_t replaced = before == grants_.end() ? 0 : before->second.sealed.size();
  if (grants_bytes_ - replaced + hand.sealed.size() > limits_.waiting_grants_bytes_max) {
    return refuse(FrameCode::kRateLimited);
  }
  put(batch, grant_key(hand.joiner),
      encode_record(Grant{wall() + limits_.grant_life, hand.sealed}));
  return true;
}

// ---- durable

void Room::Impl::landed(const Call& call) {
  calls_[call.key] = call.call;
  const auto invite = invites_.find(call.key.invite);
  if (const auto reason = judge_call(call.key); reason || invite == invites_.end()) {
    // The invite expired while this was being stored.
    erase_later(join_call_key(call.key));
    calls_.erase(call.key);
    decline_to(call.key.session, call.key.invite, reason.value_or(DeclineReason::kUnknown));
    return;
  }
  const MemberId& inviter = invite->second.author;
  say_queued(call.connection, call.key.invite, inviter);
  if (const auto connection = live_connection_of(inviter)) {
    pass_call(*connection, call.key.invite, call.call);
  }
}

void Room::Impl::landed(const Decline& decline) {
  for (const JoinCallKey& key : calls_of(decline.invite)) {
    if (calls_.at(key).joiner != decline.joiner) continue;
    calls_.erase(key);
    decline_to(key.session, decline.invite, decline.reason);
  }
}

void Room::Impl::landed(const Hand& hand) {
  Grant& grant = grants_[hand.joiner];
  grants_bytes_ = grants_bytes_ - grant.sealed.size() + hand.sealed.size();
  grant = {wall() + limits_.grant_life, hand.sealed};
  plan_expiry();
  const MemberEntry* joiner = state_.find_member(hand.joiner);
  if (joiner != nullptr) send_grant(*joiner, hand.sealed);
  // It acknowledged while this was being stored: it had an earlier one.
  if (joiner == nullptr || seat(hand.joiner).acked) drop_grant(hand.joiner);
}

// ---- towards inviter and joiner

std::optional<ConnectionId> Room::Impl::live_connection_of(const MemberId& member) const {
  const auto connection = connection_of(member);
  if (!connection || connections_.at(*connection).phase != Phase::kLive) return std::nullopt;
  return connection;
}

void Room::Impl::say_queued(ConnectionId to, const InviteId& invite, const MemberId& inviter) {
  if (find(to) != nullptr) send(to, frame::JoinQueued{invite, connection_of(inviter).has_value()});
}

// "Requests wait […] while the inviter is away, and are handed to it after each `live`."
void Room::Impl::hand_calls(const MemberId& inviter) {
  for (const auto& [key, call] : calls_) {
    const auto invite = invites_.find(key.invite);
    if (invite == invites_.end() || invite->second.author != inviter) continue;
    pass_call(*connection_of(inviter), key.invite, call);
  }
}

void Room::Impl::pass_call(ConnectionId inviter, const InviteId& invite, const JoinCall& call) {
  send(inviter, frame::JoinRequest{state_.room(), invite, call.card, call.one_time_key, call.box});
}

void Room::Impl::decline_to(const SessionPublicKey& session, const InviteId& invite,
                            DeclineReason reason) {
  for (const auto& [id, connection] : connections_) {
    if (connection.session == session) send(id, frame::JoinDeclined{invite, reason});
  }
}

std::vector<JoinCallKey> Room::Impl::calls_of(const InviteId& invite) const {
  std::vector<JoinCallKey> keys;
  for (auto at = calls_.lower_bound({invite, {}}); at != calls_.end(); ++at) {
    if (at->first.invite != invite) break;
    keys.push_back(at->first);
  }
  return keys;
}

void Room::Impl::end_calls(const InviteId& invite, DeclineReason reason,
                           const std::optional<MemberId>& added) {
  for (const JoinCallKey& key : calls_of(invite)) {
    const bool is_added = calls_.at(key).joiner == added;
    calls_.erase(key);
    if (!is_added) decline_to(key.session, invite, reason);
  }
}

void Room::Impl::send_grant(const MemberEntry& joiner, const Bytes& sealed) {
  for (const auto& [id, connection] : connections_) {
    if (connection.session == joiner.card.session) send(id, frame::JoinGrant{joiner.id, sealed});
  }
}

void Room::Impl::drop_grant(const MemberId& joiner) {
  const auto found = grants_.find(joiner);
  if (found == grants_.end()) return;
  erase_later(grant_key(joiner));
  grants_bytes_ -= found->second.sealed.size();
  grants_.erase(found);
  plan_expiry();
}

}  // namespace zerofc::relay
