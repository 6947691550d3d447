// Invites as the server knows them: an id, an author, an expiry. docs/protocol.md §4.
#include <algorithm>

#include "core/relay/room_impl.hpp"

namespace zerofc::relay {

// ---- from frames to the queue

void Room::Impl::publish(ConnectionId id, Connection& connection,
                         const frame::InvitePublish& frame) {
  if (const MemberEntry* author = opened(id, connection, frame::InvitePublish::kType)) {
    wait(Publish{id, author->id, frame.invite, frame.expires});
  }
}

void Room::Impl::revoke(ConnectionId id, Connection& connection, const frame::InviteRevoke& frame) {
  if (const MemberEntry* author = opened(id, connection, frame::InviteRevoke::kType)) {
    wait(Revoke{id, author->id, frame.invite});
  }
}

// ---- judged

bool Room::Impl::add_change(Batch& batch, const Publish& publish) {
  const auto refuse = [&](FrameCode code) {
    say_invite(publish.connection, publish.invite, InviteStateCode::kUnknown, code);
    return false;
  };
  if (!may_invite(publish.author)) return refuse(FrameCode::kNotAuthorised);
  const auto found = invites_.find(publish.invite);
  if (found != invites_.end() && found->second.author == publish.author) {
    // The same again: after a connection was lost, for instance.
    const bool is_same = found->second.expires == publish.expires;
    say_invite(publish.connection, publish.invite, invite_state(publish.invite),
               is_same ? std::nullopt : std::optional(FrameCode::kInviteExists));
    return false;
  }
  if (found != invites_.end()) return refuse(FrameCode::kInviteExists);
  if (state_.invite_occurred(publish.invite)) {
    say_invite(publish.connection, publish.invite, InviteStateCode::kUsed, FrameCode::kInviteUsed);
    return false;
  }
  if (publish.expires <= wall()) return refuse(FrameCode::kInviteExpired);
  if (publish.expires - wall() > limits_.invite_life_max) return refuse(FrameCode::kTooLarge);
  const auto live = std::count_if(invites_.begin(), invites_.end(), [&](const auto& other) {
    return other.second.author == publish.author &&
           invite_state(other.first) == InviteStateCode::kLive;
  });
  if (static_cast<std::size_t>(live) >= limits_.live_invites_max) {
    return refuse(FrameCode::kTooManyInvites);
  }
  forget_an_invite_of(publish.author);
  put(batch, invite_key(publish.invite),
      encode_record(Invite{publish.author, publish.expires, false}));
  return true;
}

bool Room::Impl::add_change(Batch& batch, const Revoke& revoke) {
  const auto found = invites_.find(revoke.invite);
  const bool is_own = found != invites_.end() && found->second.author == revoke.author;
  const InviteStateCode state = invite_state(revoke.invite);
  if (state == InviteStateCode::kUsed) {
    say_invite(revoke.connection, revoke.invite, state, FrameCode::kInviteUsed);
    return false;
  }
  if (!is_own) {
    say_invite(revoke.connection, revoke.invite, InviteStateCode::kUnknown,
               FrameCode::kInviteUnknown);
    return false;
  }
  if (state != InviteStateCode::kLive) {  // it is over already, one way or the other
    say_invite(revoke.connection, revoke.invite, state);
    return false;
  }
  put(batch, invite_key(revoke.invite),
      encode_record(Invite{revoke.author, found->second.expires, true}));
  for (const JoinCallKey& key : calls_of(revoke.invite)) batch.erase.push_back(join_call_key(key));
  return true;
}

// Live ones are fewer than are remembered, so there is one that is over.
void Room::Impl::forget_an_invite_of(const MemberId& author) {
  std::size_t count = 0;
  auto oldest = invites_.end();
  for (auto at = invites_.begin(); at != invites_.end(); ++at) {
    if (at->second.author != author) continue;
    ++count;
    if (invite_state(at->first) == InviteStateCode::kLive) continue;
    if (oldest == invites_.end() || at->second.expires < oldest->second.expires) oldest = at;
  }
  if (count < limits_.invites_remembered_max || oldest == invites_.end()) return;
  erase_later(invite_key(oldest->first));
  invites_.erase(oldest);
}

// ---- durable

void Room::Impl::landed(const Publish& publish) {
  invites_.emplace(publish.invite, Invite{publish.author, publish.expires, false});
  plan_expiry();
  say_invite(publish.connection, publish.invite, invite_state(publish.invite));
}

void Room::Impl::landed(const Revoke& revoke) {
  if (const auto found = invites_.find(revoke.invite); found != invites_.end()) {
    found->second.revoked = true;
  }
  end_calls(revoke.invite, DeclineReason::kRevoked);
  say_invite(revoke.connection, revoke.invite, InviteStateCode::kRevoked);
}

// ---- states

InviteStateCode Room::Impl::invite_state(const InviteId& id) const {
  if (state_.invite_occurred(id)) return InviteStateCode::kUsed;
  const auto found = invites_.find(id);
  if (found == invites_.end()) return InviteStateCode::kUnknown;
  // An invite ends with its author's authority.
  if (found->second.revoked || !may_invite(found->second.author)) return InviteStateCode::kRevoked;
  return found->second.expires <= wall() ? InviteStateCode::kExpired : InviteStateCode::kLive;
}

bool Room::Impl::may_invite(const MemberId& author) const {
  const MemberEntry* member = state_.find_member(author);
  return member != nullptr && member->role != Role::kMember && !state_.destroyed_at();
}

namespace {

// Who can't admit anybody any more after this entry.
std::vector<MemberId> without_authority_after(const VerifiedControl& control) {
  switch (control.kind()) {
    case Kind::kMemberLeave:
      return {control.author()};
    case Kind::kKeyRotate:
      return control.removed();
    case Kind::kRoleSet:
      if (control.role() == Role::kMember) return {*control.target()};
      return {};
    default:
      return {};
  }
}

bool names(const std::vector<MemberId>& members, const MemberId& member) {
  return std::find(members.begin(), members.end(), member) != members.end();
}

}  // namespace

// Stored as revoked, so that none lives again when its author becomes an admin once more.
void Room::Impl::add_ended_invites(Batch& batch, const VerifiedControl& control) {
  const auto authors = without_authority_after(control);
  for (const auto& [id, invite] : invites_) {
    if (invite.revoked || !names(authors, invite.author)) continue;
    put(batch, invite_key(id), encode_record(Invite{invite.author, invite.expires, true}));
    for (const JoinCallKey& key : calls_of(id)) batch.erase.push_back(join_call_key(key));
  }
  if (control.kind() != Kind::kRoomDestroy) return;
  for (const auto& [key, call] : calls_) batch.erase.push_back(join_call_key(key));
}

void Room::Impl::end_invites(const VerifiedControl& control) {
  const auto authors = without_authority_after(control);
  for (auto& [id, invite] : invites_) {
    if (invite.revoked || !names(authors, invite.author)) continue;
    invite.revoked = true;
    end_calls(id, DeclineReason::kRevoked);
    if (const auto author = connection_of(invite.author)) {
      say_invite(*author, id, InviteStateCode::kRevoked);
    }
  }
}

void Room::Impl::say_invite(ConnectionId to, const InviteId& id, InviteStateCode state,
                            std::optional<FrameCode> code) {
  if (find(to) != nullptr) send(to, frame::InviteState{id, state, code});
}

// ---- time

void Room::Impl::expire() {
  if (!next_expiry_ || *next_expiry_ > wall()) return;
  for (auto at = invites_.begin(); at != invites_.end();) {
    auto& [invite, its] = *at;
    if (its.expires <= wall() && !its.is_expiry_told) {
      its.is_expiry_told = true;
      if (!its.revoked) {
        if (const auto author = connection_of(its.author)) {
          say_invite(*author, invite, InviteStateCode::kExpired);
        }
      }
      // "Requests wait, bounded and expiring with the invite"
      for (const JoinCallKey& key : calls_of(invite)) erase_later(join_call_key(key));
      end_calls(invite, DeclineReason::kExpired);
    }
    if (its.expires + limits_.invite_memory <= wall()) {
      erase_later(invite_key(invite));
      at = invites_.erase(at);
    } else {
      ++at;
    }
  }
  for (auto at = grants_.begin(); at != grants_.end();) {
    const auto& [joiner, grant] = *at++;
    if (grant.until <= wall()) drop_grant(joiner);
  }
  plan_expiry();
}

void Room::Impl::plan_expiry() {
  next_expiry_.reset();
  const auto consider = [this](UnixSeconds time) {
    if (!next_expiry_ || time < *next_expiry_) next_expiry_ = time;
  };
  for (const auto& [id, invite] : invites_) {
    consider(invite.is_expiry_told ? invite.expires + limits_.invite_memory : invite.expires);
  }
  for (const auto& [joiner, grant] : grants_) consider(grant.until);
}

}  // namespace zerofc::relay
