// What one room of this client consists of. Everything here but what says otherwise is in the
// room's kRoom record: room/records.cpp.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/member/ui/ui_types.hpp"
#include "core/wire/control.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/invite_link.hpp"
#include "core/wire/join.hpp"
#include "core/wire/message.hpp"
#include "core/wire/server_identity.hpp"

namespace zerofc::member {

// The three key pairs of a member, made for one room, and the card that carries them.
struct MemberKeys {
  SessionKeyPair session;
  SigningKeyPair signing;
  ExchangeKeyPair exchange;
  Bytes card;
  MemberId id;
};

struct HeldKey {
  Epoch epoch = 0;
  RoomKey key;
};

// "Every signing takes a fresh room key and a fresh entry token, stored before sending; only
// identical bytes and boxes are ever sent again" (protocol §6).
struct PendingRotation {
  EntryToken token;
  HeldKey next;
  Bytes entry;
  std::vector<std::pair<MemberId, Bytes>> boxes;
};

// Whom an invite admitted: from the first request that opened until the newcomer has confirmed.
struct Admission {
  Bytes card;
  MemberId joiner;
  JoinKey join_key;
  EntryToken token;                    // of the member.add
  std::optional<UnixMillis> added_at;  // when the member.add came back
};

struct Invite {
  InviteId id;
  UnixSeconds expires{};
  ui::InviteState state = ui::InviteState::kPublishing;
  bool revocation_unsent = false;
  std::optional<MemberId> used_by;
  std::optional<std::uint64_t> ref;  // not stored
  // Wiped once nobody can be admitted any more.
  struct Secrets {
    InviteSecret secret;
    ExchangeKeyPair exchange;
    std::optional<Admission> admission;
  };
  std::optional<Secrets> secrets;
};

// Until the log is verified.
struct Joining {
  InviteLink link;
  JoinKey join_key;
  ExchangeKeyPair one_time;
  std::optional<GrantContent> grant;
};

// An own message that has not come back in the log: a kUnsent record each.
struct Unsent {
  std::uint64_t index = 0;
  EntryToken token;
  MessageBody body;
  UnixMillis at{};
  std::optional<ui::ProblemCode> problem;  // refused; waits for the person
  // SHA-256 of the entries that were sealed for it, the newest kSealedKept: only they are its own.
  std::deque<Hash> sealed;
  // Of this run only.
  std::optional<std::uint64_t> ref;
  ui::OutboxState state = ui::OutboxState::kStoring;
  std::optional<Epoch> sent_in;  // sealed for this epoch and sent on this connection
};

// A control entry of the owner's that is not in the log yet.
using ChangeFields =
    std::variant<RoleSetFields, OwnerTransferFields, PolicySetFields, RoomDestroyFields>;
struct ChangeRequest {
  EntryToken token;
  ChangeFields change;
};

// A rekey-request that has not been satisfied.
struct KeyRequest {
  Epoch need = 0;
  ExchangeKeyPair one_time;
  Nonce nonce;
  UnixMillis asked_at{};
  UnixMillis since{};  // of the first of those that were renewed
};

// A box whose base was not held when its rotation was read.
struct WaitingBox {
  Epoch base = 0;
  MemberId rotator;
  Bytes box;
};

struct AlarmRecord {
  std::uint64_t number = 0;
  ui::AlarmKind kind{};
  std::optional<MemberId> member = std::nullopt;
  std::optional<Seq> seq = std::nullopt;
  std::optional<Hash> expected = std::nullopt;
  std::optional<Hash> offered = std::nullopt;
  UnixMillis at{};
};

// What is known of a member beyond the control state.
struct Acquaintance {
  std::optional<Profile> profile;   // its own signed one, the newest
  std::optional<std::string> told;  // a nickname by somebody else's word
  std::optional<MemberId> told_by;
  bool arrived = false;
  std::optional<UnixMillis> cross_checked_at;
};

struct RoomState {
  RoomId id;
  ui::RoomState phase = ui::RoomState::kCreating;
  std::optional<ui::RoomEnd> end;
  MemberKeys keys;
  Profile profile;
  std::string name;
  std::optional<Fingerprint> pin;
  std::optional<ServerKeys> server;

  Bytes genesis;  // while creating
  std::optional<Joining> joining;
  std::optional<bool> inviter_online;  // not stored

  std::optional<HeldKey> key;  // the newest valid one
  UnixMillis key_since{};      // when this client first saw it
  std::optional<KeyRequest> key_request;
  std::map<Epoch, WaitingBox> waiting_boxes;  // at most kWaitingBoxesKept, the newest
  std::optional<PendingRotation> rotation;
  bool rotation_asked = false;  // by hand
  // The highest taken; and what is stored, which is never below it, so that not every message
  // rewrites the record.
  std::uint64_t counter = 0;
  std::uint64_t counter_stored = 0;
  // A member.leave that has not come back in the log.
  std::optional<EntryToken> leaving;
  std::vector<ChangeRequest> requests;  // oldest first
  std::set<MemberId> removing;          // with the next rotation

  std::map<MemberId, Acquaintance> people;
  std::vector<Invite> invites;  // oldest first
  std::vector<AlarmRecord> alarms;
  std::uint64_t last_alarm = 0;
  std::optional<Seq> read;
  std::deque<Bytes> server_heads;   // signed heads, newest last, at most kServerHeadsKept
  std::optional<Epoch> profile_in;  // the epoch in which the log has this client's profile
  std::deque<Unsent> unsent;        // in records of their own
};

inline constexpr std::size_t kServerHeadsKept = 8;
inline constexpr std::uint64_t kCountersAhead = 64;
inline constexpr std::size_t kUnsentMax = 200;
inline constexpr std::size_t kSealedKept = 8;
inline constexpr std::size_t kInvitesKept = 64;
// With those that can't go yet: revoked while there was no connection, used but not arrived.
inline constexpr std::size_t kInvitesMax = 256;
inline constexpr std::size_t kAlarmsKept = 64;
inline constexpr std::size_t kRequestsMax = 16;
inline constexpr std::size_t kWaitingBoxesKept = 8;

}  // namespace zerofc::member
