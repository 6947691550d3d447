// The control state of a room and the one authority function over it, shared by server and clients:
// docs/protocol.md §3.2. The member list comes from here and from nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "core/base/result.hpp"
#include "core/crypto.hpp"
#include "core/log/checked.hpp"
#include "core/wire/control.hpp"
#include "core/wire/entry.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

struct MemberEntry {
  MemberId id;
  Fingerprint fingerprint;
  CardContent card;
  Role role = Role::kMember;
  Seq added_at = 0;
  std::optional<Seq> left_at;  // where it left or was removed; such a one is no member any more
  std::optional<MemberId> removed_by;  // none if it left by itself
  MemberId added_by;                   // itself for the owner
  std::optional<InviteId> invite;      // none for the owner
  [[nodiscard]] bool is_member() const { return !left_at; }
};

// Why a control entry is not valid.
enum class ControlRefusal : std::uint8_t {
  kMalformed,  // not an entry or content of its kind
  kEnvelope,   // the signed values differ from the entry's
  kWrongRoom,
  kStalePrev,  // expected the hash of the last valid control entry
  kWrongEpoch,
  kNotMember,  // the author is not in the member list
  kSignature,
  kNotAuthorised,  // the author's role does not allow it
  kBadCard,
  kKeyReused,  // member id or a key of the card occurred in the room before
  kInviteReused,
  kRoomFull,
  kJoinsClosed,
  kBadRotation,  // new epoch is not the next one, base above the current, or `removed` not rising
  kBadTarget,  // the member that it names is none, the author, the owner, or has that role already
  kRoomDestroyed,
  kBadGenesis,
  kNewerClient,   // valid but for its kind or fields, which this version does not know: stop
  kEngineFailed,  // no verdict: the crypto engine could not work. Nobody may go on past the entry
};

class ControlState;

// Only judge() and judge_genesis() make one, and only that changes a state.
class VerifiedControl {
 public:
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const MemberId& author() const { return author_; }
  [[nodiscard]] const EntryToken& token() const { return token_; }
  [[nodiscard]] const std::optional<LogPoint>& seen() const { return seen_; }
  // member.add: whom and with which invite.
  [[nodiscard]] const std::optional<checked::VerifiedCard>& card() const { return card_; }
  [[nodiscard]] const std::optional<InviteId>& invite() const { return invite_; }
  // key.rotate: base, commit and whom it removes, rising (genesis: commit).
  [[nodiscard]] Epoch base() const { return base_; }
  [[nodiscard]] const Hash& commit() const { return commit_; }
  [[nodiscard]] const std::vector<MemberId>& removed() const { return removed_; }
  // role.set: whom, and the new role. owner.transfer: the new owner.
  [[nodiscard]] const std::optional<MemberId>& target() const { return target_; }
  [[nodiscard]] Role role() const { return role_; }

 private:
  friend class ControlJudge;
  friend class ControlState;
  VerifiedControl() = default;
  Kind kind_{};
  MemberId author_;
  EntryToken token_;
  std::optional<LogPoint> seen_;
  std::optional<checked::VerifiedCard> card_;
  std::optional<InviteId> invite_;
  Epoch base_ = 0;
  Epoch new_epoch_ = 0;
  Hash commit_;
  std::vector<MemberId> removed_;
  std::optional<MemberId> target_;
  Role role_ = Role::kMember;
  Hash content_hash_;  // becomes prev
  Policy policy_;      // genesis and policy.set
  // genesis only
  RoomId room_;
  Nonce nonce_;
};

// kVerifiedBefore: the bytes come from where this very program put them after it had verified them
// (its store, its vault), so signatures and points are not checked again. Everything else is.
enum class Signatures : std::uint8_t { kVerify, kVerifiedBefore };

class ControlState {
 public:
  // The state after the genesis.
  explicit ControlState(const VerifiedControl& genesis);
  // The state after this entry at `seq`.
  void apply(const VerifiedControl& control, Seq seq);

  [[nodiscard]] const RoomId& room() const { return room_; }
  [[nodiscard]] const Nonce& nonce() const { return nonce_; }
  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] Epoch epoch() const { return epoch_; }
  [[nodiscard]] const Hash& commit() const { return commits_.back(); }
  // `epoch` must not be above the current one.
  [[nodiscard]] const Hash& commit_of(Epoch epoch) const {
    return commits_[static_cast<std::size_t>(epoch)];
  }
  // Seq of the genesis or rotation that began the current epoch.
  [[nodiscard]] Seq epoch_began_at() const { return epoch_began_at_; }
  [[nodiscard]] const Hash& prev() const { return prev_; }
  [[nodiscard]] const MemberId& owner() const { return owner_; }

  // Everybody who ever was a member, in byte order of the ids.
  [[nodiscard]] const std::map<MemberId, MemberEntry>& everybody() const { return members_; }
  [[nodiscard]] const MemberEntry* find(const MemberId& id) const;                      // ever
  [[nodiscard]] const MemberEntry* find_member(const MemberId& id) const;               // now
  [[nodiscard]] const MemberEntry* find_by_session(const SessionPublicKey& key) const;  // ever
  [[nodiscard]] std::size_t member_count() const { return member_count_; }
  [[nodiscard]] bool key_occurred(BytesView public_key) const;
  [[nodiscard]] bool invite_occurred(const InviteId& invite) const;
  // The last member.leave after which no rotation has landed.
  [[nodiscard]] const std::optional<MemberId>& unrotated_leaver() const {
    return unrotated_leaver_;
  }
  // The room.destroy: nothing is valid after it.
  [[nodiscard]] const std::optional<Seq>& destroyed_at() const { return destroyed_at_; }

 private:
  void remove(const MemberId& member, Seq seq, const std::optional<MemberId>& by);
  void add(const checked::VerifiedCard& card, Role role, Seq seq, const MemberId& by,
           const std::optional<InviteId>& invite);
  RoomId room_;
  Nonce nonce_;
  Policy policy_;
  Epoch epoch_ = 0;
  std::vector<Hash> commits_;  // by epoch
  Seq epoch_began_at_ = 0;
  Hash prev_;
  MemberId owner_;
  std::map<MemberId, MemberEntry> members_;
  std::map<SessionPublicKey, MemberId> by_session_;
  std::set<Id<kKeyContainerBytes, struct AnyKeyTag>> keys_;
  std::set<InviteId> invites_;
  std::size_t member_count_ = 0;
  std::optional<MemberId> unrotated_leaver_;
  std::optional<Seq> destroyed_at_;
};

// The authority function. `entry` are the bytes as relayed.
Result<VerifiedControl, ControlRefusal> judge(Crypto& crypto, const ControlState& state,
                                              BytesView entry,
                                              Signatures signatures = Signatures::kVerify);
Result<VerifiedControl, ControlRefusal> judge_genesis(Crypto& crypto, BytesView entry,
                                                      Signatures signatures = Signatures::kVerify);

}  // namespace zerofc
