// What control entries sign: docs/wire.cddl, section 3.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "core/wire/entry.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

struct Policy {
  std::uint64_t rotate_every = kRotateEveryDefault;  // messages per room key
  std::uint64_t max_members = 100;
  std::uint64_t retention = 0;     // seconds; 0: unlimited
  std::uint64_t expire_after = 0;  // seconds; 0: never
  bool knock = false;
  bool joins_open = true;
  friend bool operator==(const Policy&, const Policy&) = default;
};

enum class Role : std::uint8_t { kOwner = 0, kAdmin = 1, kMember = 2 };

struct GenesisFields {
  BytesView card;  // signed-message
  Nonce nonce;
  Policy policy;
  Hash commit;
};
struct MemberAddFields {
  BytesView card;
  InviteId invite;
};
struct MemberLeaveFields {};
struct KeyRotateFields {
  Epoch new_epoch = 0;
  Epoch base = 0;
  std::vector<MemberId> removed;  // rising
  Hash commit;
};
struct RoleSetFields {
  MemberId member;
  Role role = Role::kMember;  // kAdmin or kMember: an owner is only made by owner.transfer
};
struct OwnerTransferFields {
  MemberId member;
};
struct PolicySetFields {
  Policy policy;
};
struct RoomDestroyFields {};
// Of an unknown kind, with more fields than this version knows, or of a newer genesis version.
struct UnknownFields {};

// control-content. Views point into what was decoded.
struct ControlContent {
  Kind kind{};
  std::optional<RoomId> room;  // null in genesis, like prev and seen
  std::optional<Hash> prev;
  Epoch epoch = 0;
  EntryToken token;
  MemberId author;
  std::optional<LogPoint> seen;
  std::variant<UnknownFields, GenesisFields, MemberAddFields, MemberLeaveFields, KeyRotateFields,
               RoleSetFields, OwnerTransferFields, PolicySetFields, RoomDestroyFields>
      fields;
};

// Fields must not be UnknownFields.
[[nodiscard]] Bytes encode(const ControlContent& content);
// None: malformed. A known kind whose fields do not follow its rule is malformed too, unless they
// are more of them.
[[nodiscard]] std::optional<ControlContent> decode_control_content(BytesView bytes);

// key-commit-content: commit = SHA-256 of this.
[[nodiscard]] WipedBuffer key_commit_content(const Nonce& genesis_nonce, Epoch epoch,
                                             const RoomKey& key);

}  // namespace zerofc
