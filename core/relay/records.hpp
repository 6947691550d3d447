// The small values that a room keeps beside its log, and their encodings in the store.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>

#include "core/base/time.hpp"
#include "core/relay/storage.hpp"
#include "core/wire/types.hpp"

namespace zerofc::relay {

// An invite that may still be used, or was revoked. One that was used is in the log.
struct Invite {
  MemberId author;
  UnixSeconds expires{};
  bool revoked = false;
  bool is_expiry_told = false;  // in memory only
};

// A join-request that waits for its inviter.
struct JoinCall {
  MemberId joiner;  // follows from the card, so it is not stored
  Bytes card;
  ExchangePublicKey one_time_key;
  Bytes box;
};
// One per invite and session key: the same session key again replaces its own.
struct JoinCallKey {
  InviteId invite;
  SessionPublicKey session;
  friend bool operator<(const JoinCallKey& a, const JoinCallKey& b) {
    return a.invite == b.invite ? a.session < b.session : a.invite < b.invite;
  }
};

// A join-grant that waits for its joiner.
struct Grant {
  UnixSeconds until{};
  Bytes sealed;
};

// A rekey-request that is open, and the answers to it.
struct Rekey {
  Bytes request;
  std::map<MemberId, Bytes> answers;  // by who gave them
  // In memory only: to whom it was offered, and when the next one's turn is (steady clock).
  std::set<MemberId> offered;
  std::optional<std::chrono::milliseconds> next_offer;
};

[[nodiscard]] RecordKey cursor_key(const MemberId& member);
[[nodiscard]] RecordKey invite_key(const InviteId& invite);
[[nodiscard]] RecordKey join_call_key(const JoinCallKey& key);
[[nodiscard]] RecordKey grant_key(const MemberId& joiner);
[[nodiscard]] RecordKey rekey_key(const MemberId& asker);

[[nodiscard]] Bytes encode_cursor(Seq acked);
[[nodiscard]] Bytes encode_record(const Invite& invite);
[[nodiscard]] Bytes encode_record(const JoinCall& call);
[[nodiscard]] Bytes encode_record(const Grant& grant);
[[nodiscard]] Bytes encode_record(const Rekey& rekey);

// None: not what the functions above wrote.
[[nodiscard]] std::optional<Seq> decode_cursor(BytesView value);
[[nodiscard]] std::optional<Invite> decode_invite(BytesView value);
[[nodiscard]] std::optional<JoinCall> decode_join_call(BytesView value);  // without the joiner
[[nodiscard]] std::optional<Grant> decode_grant(BytesView value);
[[nodiscard]] std::optional<Rekey> decode_rekey(BytesView value);
[[nodiscard]] std::optional<JoinCallKey> decode_join_call_key(BytesView key);

}  // namespace zerofc::relay
