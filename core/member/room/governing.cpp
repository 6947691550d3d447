// What the owner and admins change in a room: members, roles, the owner, the policy, its end
// (docs/protocol.md §3.2 and §6). Each is a control entry that is signed anew under the same token
// until it is in the log; removals go with the next rotation.
#include <algorithm>

#include "core/member/room/impl.hpp"

namespace zerofc::member {
namespace {

Kind kind_of(const ChangeFields& change) {
  if (std::holds_alternative<RoleSetFields>(change)) return Kind::kRoleSet;
  if (std::holds_alternative<OwnerTransferFields>(change)) return Kind::kOwnerTransfer;
  if (std::holds_alternative<PolicySetFields>(change)) return Kind::kPolicySet;
  return Kind::kRoomDestroy;
}

const MemberId* target_of(const ChangeFields& change) {
  if (const auto* role = std::get_if<RoleSetFields>(&change)) return &role->member;
  if (const auto* transfer = std::get_if<OwnerTransferFields>(&change)) return &transfer->member;
  return nullptr;
}

}  // namespace

std::optional<Role> Room::Impl::own_role() const {
  const MemberEntry* own = control_ ? control_->find_member(state.keys.id) : nullptr;
  return own != nullptr ? std::optional(own->role) : std::nullopt;
}

// "Admins may add, rotate, and remove plain members. Only the owner removes admins. Nobody removes
// the owner."
std::optional<ui::ProblemCode> Room::Impl::why_not_removed(const MemberId& id) const {
  const MemberEntry* member = control_->find_member(id);
  if (member == nullptr) return ui::ProblemCode::kMemberUnknown;
  const auto own = own_role();
  const bool may = id != state.keys.id &&
                   (own == Role::kOwner || (own == Role::kAdmin && member->role == Role::kMember));
  return may ? std::nullopt : std::optional(ui::ProblemCode::kNotAuthorised);
}

std::optional<ui::ProblemCode> Room::Impl::why_not_changed(const ChangeFields& change) const {
  if (own_role() != Role::kOwner) return ui::ProblemCode::kNotAuthorised;
  const MemberId* id = target_of(change);
  if (id == nullptr) return std::nullopt;
  const MemberEntry* member = control_->find_member(*id);
  if (member == nullptr) return ui::ProblemCode::kMemberUnknown;
  const auto* role = std::get_if<RoleSetFields>(&change);
  const bool changes_something =
      member->role != Role::kOwner && (role == nullptr || member->role != role->role);
  return changes_something ? std::nullopt : std::optional(ui::ProblemCode::kNotAuthorised);
}

// All of them or none.
void Room::Impl::remove_members(const Context& context, Out& out,
                                const std::vector<MemberId>& members) {
  if (state.phase != ui::RoomState::kLive) return problem(out, ui::ProblemCode::kNotLive);
  for (const MemberId& id : members) {
    if (const auto why = why_not_removed(id)) return problem(out, *why);
  }
  if (!holds_current_key()) return problem(out, ui::ProblemCode::kNotAuthorised);
  state.removing.insert(members.begin(), members.end());
  mark_changed();
  send_control(context, out);
  show_rotation(context, out);
}

void Room::Impl::request_change(const Context& context, Out& out, ChangeFields change) {
  if (state.phase != ui::RoomState::kLive) return problem(out, ui::ProblemCode::kNotLive);
  if (const auto why = why_not_changed(change)) return problem(out, *why);
  const auto same = [&](const ChangeRequest& other) {
    const MemberId* target = target_of(change);
    return other.change.index() == change.index() &&
           (target == nullptr || *target == *target_of(other.change));
  };
  if (state.requests.size() >= kRequestsMax ||
      std::any_of(state.requests.begin(), state.requests.end(), same)) {
    return problem(out, ui::ProblemCode::kBusy);
  }
  const auto token = context.crypto.make_random<EntryToken>();
  if (!token) return problem(out, ui::ProblemCode::kRandomFailed);
  state.requests.push_back({*token, change});
  mark_changed();
  send_control(context, out);
}

void Room::Impl::set_policy(const Context& context, Out& out, const PolicyChange& change) {
  if (!control_) return problem(out, ui::ProblemCode::kNotLive);
  Policy policy = control_->policy();
  policy.rotate_every = change.rotate_every.value_or(policy.rotate_every);
  policy.max_members = change.max_members.value_or(policy.max_members);
  policy.joins_open = change.joins_open.value_or(policy.joins_open);
  request_change(context, out, PolicySetFields{policy});
}

bool Room::Impl::send_request(const Context& context, Out& out) {
  for (const ChangeRequest& request : state.requests) {
    const bool sent = std::visit(
        [&](const auto& fields) {
          return sign_and_send(context, out, kind_of(request.change), request.token, fields);
        },
        request.change);
    if (sent) return true;
  }
  return false;
}

bool Room::Impl::refuse_request(Out& out, const EntryToken& token, FrameCode code) {
  const auto found =
      std::find_if(state.requests.begin(), state.requests.end(),
                   [&](const ChangeRequest& request) { return request.token == token; });
  if (found == state.requests.end()) return false;
  state.requests.erase(found);
  problem(out, code == FrameCode::kBadTarget       ? ui::ProblemCode::kMemberUnknown
               : code == FrameCode::kNotAuthorised ? ui::ProblemCode::kNotAuthorised
                                                   : ui::ProblemCode::kServerRefused);
  return true;
}

// After a valid control entry: what it fulfilled, and what it made impossible.
void Room::Impl::review_requests(const Context& context, Out& out, const VerifiedControl& control) {
  if (control.author() == state.keys.id) {
    const auto done = std::remove_if(
        state.requests.begin(), state.requests.end(),
        [&](const ChangeRequest& request) { return request.token == control.token(); });
    state.requests.erase(done, state.requests.end());
  }
  const auto impossible = std::remove_if(state.requests.begin(), state.requests.end(),
                                         [&](const ChangeRequest& request) {
                                           const auto why = why_not_changed(request.change);
                                           if (why) problem(out, *why);
                                           return why.has_value();
                                         });
  state.requests.erase(impossible, state.requests.end());
  for (auto at = state.removing.begin(); at != state.removing.end();) {
    at = why_not_removed(*at) ? state.removing.erase(at) : std::next(at);
  }
  if (own_role() == Role::kMember) end_own_invites(context, out);
}

}  // namespace zerofc::member
