#include "core/log/control_state.hpp"

namespace zerofc {

ControlState::ControlState(const VerifiedControl& genesis)
    : room_(genesis.room_), nonce_(genesis.nonce_), policy_(genesis.policy_) {
  commits_.push_back(genesis.commit_);
  prev_ = genesis.content_hash_;
  owner_ = genesis.author_;
  add(*genesis.card_, Role::kOwner, 0, genesis.author_, std::nullopt);
}

void ControlState::apply(const VerifiedControl& control, Seq seq) {
  switch (control.kind_) {
    case Kind::kMemberAdd:
      add(*control.card_, Role::kMember, seq, control.author_, control.invite_);
      break;
    case Kind::kMemberLeave:
      remove(control.author_, seq, std::nullopt);
      unrotated_leaver_ = control.author_;
      break;
    case Kind::kKeyRotate:
      epoch_ = control.new_epoch_;
      commits_.push_back(control.commit_);
      epoch_began_at_ = seq;
      unrotated_leaver_.reset();
      for (const MemberId& removed : control.removed_) remove(removed, seq, control.author_);
      break;
    case Kind::kRoleSet:
      members_.at(*control.target_).role = control.role_;
      break;
    case Kind::kOwnerTransfer:
      // "the old owner becomes admin"
      members_.at(owner_).role = Role::kAdmin;
      owner_ = *control.target_;
      members_.at(owner_).role = Role::kOwner;
      break;
    case Kind::kPolicySet:
      policy_ = control.policy_;
      break;
    case Kind::kRoomDestroy:
      destroyed_at_ = seq;
      break;
    case Kind::kGenesis:
    case Kind::kMessage:
      return;  // judge() makes none
  }
  prev_ = control.content_hash_;
}

void ControlState::remove(const MemberId& member, Seq seq, const std::optional<MemberId>& by) {
  MemberEntry& entry = members_.at(member);
  entry.left_at = seq;
  entry.removed_by = by;
  --member_count_;
}

void ControlState::add(const checked::VerifiedCard& card, Role role, Seq seq, const MemberId& by,
                       const std::optional<InviteId>& invite) {
  const CardContent& content = card.content;
  MemberEntry entry;
  entry.id = card.member;
  entry.fingerprint = card.fingerprint;
  entry.card = content;
  entry.role = role;
  entry.added_at = seq;
  entry.added_by = by;
  entry.invite = invite;
  members_.emplace(card.member, entry);
  ++member_count_;
  by_session_.emplace(content.session, card.member);
  for (const auto* key :
       {&content.session.bytes(), &content.signing.bytes(), &content.exchange.bytes()}) {
    keys_.emplace(*key);
  }
  if (invite) invites_.insert(*invite);
}

const MemberEntry* ControlState::find(const MemberId& id) const {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : &found->second;
}

const MemberEntry* ControlState::find_member(const MemberId& id) const {
  const MemberEntry* entry = find(id);
  return entry != nullptr && entry->is_member() ? entry : nullptr;
}

const MemberEntry* ControlState::find_by_session(const SessionPublicKey& key) const {
  const auto found = by_session_.find(key);
  return found == by_session_.end() ? nullptr : find(found->second);
}

bool ControlState::key_occurred(BytesView public_key) const {
  const auto key = Id<kKeyContainerBytes, AnyKeyTag>::from(public_key);
  return key && keys_.count(*key) != 0;
}

bool ControlState::invite_occurred(const InviteId& invite) const {
  return invites_.count(invite) != 0;
}

}  // namespace zerofc
