// One room of this client, from creating or joining it to its end: docs/protocol.md §3 to §6. Holds
// room keys. Pure: calls come from the client, what is to be done goes into Out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/member/out.hpp"
#include "core/member/ui/ui_messages.hpp"
#include "core/wire/control.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/invite_link.hpp"
#include "core/wire/message.hpp"
#include "core/wire/server_identity.hpp"

namespace zerofc::member {

// What the client gives to every call of a room.
struct Context {
  Crypto& crypto;
  Now now;
  std::string_view origin;  // that invite links start with
};

// Of the room's policy; what is absent stays as it is.
struct PolicyChange {
  std::optional<std::uint64_t> rotate_every;
  std::optional<std::uint64_t> max_members;
  std::optional<bool> joins_open;
};

class Room {
 public:
  // Makes the room and its first message (the name). Says room.added with `ref`. kFailed: no
  // randomness, nothing was made.
  static CryptoResult<Room> create(const Context& context, Out& out, std::uint64_t ref,
                                   std::string_view name, const Profile& profile);
  // Makes keys for a join attempt with this link. Says room.added with `ref`.
  static CryptoResult<Room> join(const Context& context, Out& out, std::uint64_t ref,
                                 const InviteLink& link, const Profile& profile);
  // Out of its records, in any order. None: they do not fit together (a damaged vault).
  static std::optional<Room> load(const Context& context, std::vector<RoomRecord> records);

  Room(Room&&) noexcept;
  Room& operator=(Room&&) noexcept;
  ~Room();

  [[nodiscard]] const RoomId& id() const;
  [[nodiscard]] ui::RoomState state() const;
  // The person's own invite with this id is in this room.
  [[nodiscard]] bool made_invite(const InviteId& invite) const;
  // Everything that it stores, for a vault that is made while rooms are in memory.
  void put_everything(Out& out) const;
  // Says room.added, members, invites, outbox, rotation and alarms: after the vault was opened.
  void show(const Context& context, Out& out) const;

  // ---- connection

  // Creating, joining or live.
  [[nodiscard]] bool wants_connection() const;
  [[nodiscard]] const SessionKeyPair& session_keys() const;
  // The fingerprint that the server must have; none before the first connection of a room that this
  // client creates.
  [[nodiscard]] const std::optional<Fingerprint>& pinned_server() const;
  // Called before each session with keys whose fingerprint is the pinned one, or that are trusted
  // now because there is none yet.
  void set_server_keys(const Context& context, Out& out, const ServerKeys& keys);
  // An alarm with both fingerprints; no session is made.
  void server_key_changed(const Context& context, Out& out, const Fingerprint& offered);
  void connected(const Context& context, Out& out);
  void frame_came(const Context& context, Out& out, const Frame& frame);
  void disconnected(const Context& context, Out& out);
  // `deadline` has come, or anything else may be due.
  void tick(const Context& context, Out& out);
  // On the steady clock.
  [[nodiscard]] std::optional<std::chrono::milliseconds> deadline() const;

  // ---- what the person asks for; each says a patch or a problem

  void leave(const Context& context, Out& out);
  // False, and a problem, if the room is live: then leave it first.
  bool may_forget(Out& out) const;
  void rotate_key(const Context& context, Out& out);
  void remove_members(const Context& context, Out& out, const std::vector<MemberId>& members);
  void set_role(const Context& context, Out& out, const MemberId& member, Role role);
  void transfer(const Context& context, Out& out, const MemberId& member);
  void set_policy(const Context& context, Out& out, const PolicyChange& change);
  void destroy(const Context& context, Out& out);
  void read_up_to(const Context& context, Out& out, Seq seq);
  void send_text(const Context& context, Out& out, std::uint64_t ref, std::string_view text);
  void retry(const Context& context, Out& out, const EntryToken& token);
  void discard(const Context& context, Out& out, const EntryToken& token);
  void history_before(Out& out, std::optional<Seq> before, std::uint64_t count) const;
  void create_invite(const Context& context, Out& out, std::uint64_t ref, std::uint64_t expires_s);
  void revoke_invite(const Context& context, Out& out, const InviteId& invite);
  void dismiss_alarm(const Context& context, Out& out, std::uint64_t alarm);

 private:
  class Impl;
  explicit Room(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace zerofc::member
