// The parts of a room in one object. Each file of this folder has one of its concerns.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/log/control_state.hpp"
#include "core/member/room/log_rows.hpp"
#include "core/member/room/room.hpp"
#include "core/member/room/state.hpp"
#include "core/wire/rekey.hpp"

namespace zerofc::member {

// "after 24 h of use" (protocol §6).
inline constexpr std::chrono::milliseconds kKeyLife = std::chrono::hours(24);
// "Seven days after the add the inviter wipes them in any case" (protocol §4, step 7).
inline constexpr std::chrono::milliseconds kGrantLife = std::chrono::hours(24 * 7);
inline constexpr std::size_t kRowsShownAtOnce = 64;
// How long to wait when the server asks for a pause, or cannot store.
inline constexpr std::chrono::milliseconds kRatePause = std::chrono::seconds(2);
inline constexpr std::chrono::milliseconds kStorePause = std::chrono::seconds(5);

// Only what is on this connection; forgotten with it.
struct OnConnection {
  bool established = false;
  bool opened = false;  // room-opened has come
  bool live = false;
  Seq head = 0;  // of room-opened
  // Until the first row: control entries below this seq come first, without holes in their prev
  // chain only.
  std::optional<Seq> controls_below;
  std::optional<Seq> last_control;
  std::optional<EntryToken> control_in_flight;
  std::optional<Seq> acked;
  // The server's signed head that the replay has not reached.
  std::optional<LogPoint> promised;
};

class Room::Impl {
 public:
  RoomState state;

  // ---- room.cpp
  static CryptoResult<MemberKeys> make_keys(Crypto& crypto, const Hash& bound_to);
  void flush(const Context& context, Out& out);
  void look_ahead(const Context& context);
  // Ends every call that may have changed something.
  void finish(const Context& context, Out& out) {
    flush(context, out);
    look_ahead(context);
  }
  void mark_changed() { changed_ = true; }
  [[nodiscard]] std::optional<std::chrono::milliseconds> deadline() const;
  void tick(const Context& context, Out& out);

  // ---- opening.cpp
  void connected(const Context& context, Out& out);
  void disconnected(const Context& context, Out& out);
  void frame_came(const Context& context, Out& out, const Frame& frame);
  [[nodiscard]] bool wants_connection() const;

  // ---- sending.cpp
  void send_text(const Context& context, Out& out, std::uint64_t ref, std::string_view text);
  void retry(const Context& context, Out& out, const EntryToken& token);
  void discard(Out& out, const EntryToken& token);
  // Nothing more can be sent in this room.
  void give_up_unsent(Out& out);
  // Puts a message at the end of what is to be sent. kFailed: no randomness.
  CryptoResult<void> enqueue(const Context& context, Out& out, MessageBody body,
                             std::optional<std::uint64_t> ref);
  void send_unsent(const Context& context, Out& out);
  void rejected(const Context& context, Out& out, const frame::Rejected& rejected);
  void accepted(Out& out, const frame::Accepted& accepted);

  // ---- controls.cpp
  void send_control(const Context& context, Out& out);
  void ask_rotation(const Context& context, Out& out);
  void leave(const Context& context, Out& out);
  // Nothing more is to be read, sent or admitted here.
  void end_room(Out& out, ui::RoomState phase, std::optional<ui::RoomEnd> end);
  [[nodiscard]] bool may_rotate() const;
  [[nodiscard]] bool holds_current_key() const;

  // ---- governing.cpp
  void remove_members(const Context& context, Out& out, const std::vector<MemberId>& members);
  void request_change(const Context& context, Out& out, ChangeFields change);
  void set_policy(const Context& context, Out& out, const PolicyChange& change);

  // ---- inviting.cpp
  void create_invite(const Context& context, Out& out, std::uint64_t ref, std::uint64_t expires_s);
  void revoke_invite(const Context& context, Out& out, const InviteId& id);
  void invite_state(const Context& context, Out& out, const frame::InviteState& said);
  void join_request(const Context& context, Out& out, const frame::JoinRequest& request);
  void send_invites(Out& out);
  void send_grants(const Context& context, Out& out);
  void expire_invites(const Context& context, Out& out);
  void member_added(const Context& context, Out& out, const VerifiedControl& control);
  void member_arrived(const MemberId& member);

  // ---- joining.cpp
  void send_join_request(const Context& context, Out& out);
  void join_queued(Out& out, const frame::JoinQueued& queued);
  void join_declined(Out& out, const frame::JoinDeclined& declined);
  void join_granted(const Context& context, Out& out, const frame::JoinGrant& grant);
  void open_for_verification(Out& out);
  // Called after each entry of the replay; true once the room is live.
  void verify_join(const Context& context, Out& out);
  void end_joining(Out& out, ui::RoomState phase, std::optional<ui::RoomEnd> end);

  // ---- rekeying.cpp
  void rekey_request(const Context& context, Out& out, const frame::RekeyRequest& frame);
  void rekey_answer(const Context& context, Out& out, const frame::RekeyAnswer& frame);
  void settle_key(const Context& context, Out& out);
  // When a request is renewed, and when an admin that got no answer rotates all the same.
  [[nodiscard]] std::optional<UnixMillis> next_key_request() const;
  [[nodiscard]] std::optional<UnixMillis> stuck_at() const;
  [[nodiscard]] bool is_stuck(const Context& context) const;

  // ---- reading.cpp
  void entry_at(const Context& context, Out& out, const frame::EntryAt& at);
  void digest_at(const Context& context, Out& out, const frame::DigestAt& at);
  void server_head(const Context& context, Out& out, BytesView signed_head);
  void check_server_head(const Context& context, Out& out, const LogPoint& head);

  // ---- showing.cpp
  void show(const Context& context, Out& out) const;
  void show_state(Out& out) const;
  void show_members(Out& out, const std::vector<MemberId>& members) const;
  void show_outbox(Out& out, const Unsent& unsent, bool when_stored = false) const;
  void show_invite(Out& out, const Invite& invite, const Context& context,
                   bool when_stored = false) const;
  void show_rotation(const Context& context, Out& out) const;
  void show_policy(Out& out) const;
  void show_unread(Out& out) const;
  void history_before(Out& out, std::optional<Seq> before, std::uint64_t count) const;
  void raise_alarm(const Context& context, Out& out, AlarmRecord alarm);
  void dismiss_alarm(Out& out, std::uint64_t number);
  void read_up_to(Out& out, Seq seq);
  void problem(Out& out, ui::ProblemCode code, std::optional<std::uint64_t> ref = std::nullopt,
               std::optional<std::uint64_t> amount = std::nullopt) const;
  [[nodiscard]] bool is_shown() const;
  void count_unread();

  // ---- records.cpp
  [[nodiscard]] WipedBuffer encode_state() const;
  [[nodiscard]] bool decode_state(BytesView record);
  [[nodiscard]] static WipedBuffer encode_unsent(const Unsent& unsent);
  [[nodiscard]] static std::optional<Unsent> decode_unsent(BytesView record, std::uint64_t index);
  void put_changed_controls(Out& out);
  [[nodiscard]] WipedBuffer encode_controls(std::size_t begin, std::size_t end) const;
  [[nodiscard]] bool restore_controls(Crypto& crypto, BytesView record);
  void put_everything(Out& out) const;
  [[nodiscard]] bool load(const Context& context, std::vector<RoomRecord> records);

  [[nodiscard]] const std::optional<ControlState>& control() const { return control_; }

 private:
  // ---- reading.cpp
  // `hash`: none below a newcomer's start, where there are no rows.
  void read_control(const Context& context, Out& out, const std::optional<Hash>& hash,
                    const frame::EntryAt& at, const Entry& entry);
  void end_if_over(Out& out, const VerifiedControl& control);
  void no_verdict(Out& out);
  void read_message(const Context& context, Out& out, Seq seq, const Hash& hash, BytesView bytes,
                    const Entry& entry);
  // Opens and checks a message of the epoch whose key is held, into `row`. False: no verdict.
  bool read_sealed(const Context& context, Out& out, const Entry& entry, Row& row);
  bool check_message(const Context& context, Out& out, const MessageContent& content,
                     const Entry& entry, Row& row);
  void apply_body(Out& out, const MessageContent& content, Row& row);
  void learn_profile(Out& out, const MemberId& author, const Profile& profile);
  void own_message_back(const Context& context, Out& out, Row& row, BytesView bytes);
  void check_seen(const Context& context, Out& out, const MemberId& author, const LogPoint& seen);
  CryptoResult<std::optional<HeldKey>> key_of(Crypto& crypto, const VerifiedControl& rotation,
                                              const std::optional<BytesView>& box);
  // Whose box for this client, for which epoch and under the key of which.
  struct BoxOf {
    Epoch epoch = 0;
    Epoch base = 0;
    MemberId rotator;
  };
  // The key in it, which must match the commit. The key of the base is the one held.
  CryptoResult<RoomKey> open_box(Crypto& crypto, const BoxOf& of, BytesView box,
                                 const Hash& commit) const;
  [[nodiscard]] bool commits_to(Crypto& crypto, const Hash& commit, Epoch epoch,
                                const RoomKey& key) const;
  Row& add_row(const Context& context, Row row);
  void after_entry(const Context& context, Out& out);
  void flush_items(Out& out);
  void send_ack(const Context& context, Out& out, bool at_once);
  void forget_log();

  // ---- rekeying.cpp
  [[nodiscard]] RekeyContent rekey_content(const KeyRequest& request) const;
  void take_key(const Context& context, Out& out, HeldKey key);
  void open_waiting(const Context& context, Out& out);

  // ---- opening.cpp
  void open_room(Out& out);
  void opened(const Context& context, Out& out, const frame::RoomOpened& opened);
  void went_live(const Context& context, Out& out, const frame::Live& live);
  void created(const Context& context, Out& out, const frame::RoomCreated& created);
  void error_came(const Context& context, Out& out, const frame::Error& error);
  void protocol_error(Out& out);
  // Nothing is sent for so long.
  void pause(const Context& context, std::chrono::milliseconds time);
  // The same, and then what stands beside the log (invites, grants) is asked again.
  void pause_and_ask_again(const Context& context, std::chrono::milliseconds time);

  // ---- sending.cpp
  [[nodiscard]] std::deque<Unsent>::iterator find_unsent(const EntryToken& token);
  void reject_message(const Context& context, Out& out, Unsent& unsent, FrameCode code);
  [[nodiscard]] bool send_one(const Context& context, Out& out, Unsent& unsent);

  // ---- controls.cpp
  [[nodiscard]] bool rotation_due(const Context& context);
  [[nodiscard]] std::chrono::milliseconds turn_to_rotate() const;
  void forget_turn();
  bool make_rotation(const Context& context);
  void send_rotation(Out& out);
  bool sign_and_send(const Context& context, Out& out, Kind kind, const EntryToken& token,
                     decltype(ControlContent::fields) fields);
  void reject_control(const Context& context, Out& out, const EntryToken& token, FrameCode code);

  // ---- governing.cpp
  [[nodiscard]] std::optional<Role> own_role() const;
  [[nodiscard]] std::optional<ui::ProblemCode> why_not_removed(const MemberId& id) const;
  [[nodiscard]] std::optional<ui::ProblemCode> why_not_changed(const ChangeFields& change) const;
  bool send_request(const Context& context, Out& out);
  bool refuse_request(Out& out, const EntryToken& token, FrameCode code);
  void review_requests(const Context& context, Out& out, const VerifiedControl& control);

  // ---- inviting.cpp
  void end_own_invites(const Context& context, Out& out);
  void forget_admissions(const std::vector<MemberId>& removed);
  [[nodiscard]] Invite* find_invite(const InviteId& id);
  void decline(Out& out, const InviteId& invite, const MemberId& joiner, DeclineReason reason);
  void send_grant(const Context& context, Out& out, Invite& invite);
  void add_names(GrantContent& content, const MemberId& joiner) const;
  std::optional<Admission> open_request(Crypto& crypto, const Invite::Secrets& secrets,
                                        const frame::JoinRequest& request, const InviteId& invite,
                                        const MemberId& joiner);
  void trim_invites(Out& out);
  void refuse_admission(const Context& context, Out& out, const EntryToken& token, FrameCode code);

  std::optional<ControlState> control_;
  std::vector<std::pair<Seq, Bytes>> controls_;  // valid ones, as relayed
  Stretches control_stretches_;
  LogRows rows_;
  std::uint64_t used_ = 0;  // messages in the log under the current key
  std::uint64_t unread_ = 0;
  std::optional<std::uint64_t> newest_at_;
  std::uint64_t next_unsent_ = 0;

  OnConnection connection_;
  std::vector<Seq> unshown_;  // rows whose items have not been shown
  bool changed_ = false;      // the kRoom record
  std::optional<std::chrono::milliseconds> ack_due_;
  std::optional<std::chrono::milliseconds> paused_until_;  // the server asked for it
  bool ask_again_ = false;                                 // after the pause
  std::optional<std::chrono::milliseconds> next_look_;
  // Sends allowed at once, so that the server's rate limit is never met: see sending.cpp.
  double allowance_ = 0;        // messages
  double allowance_bytes_ = 0;  // of them; below zero by at most the last one
  std::chrono::milliseconds allowance_at_{0};
  std::optional<std::chrono::milliseconds> allowance_due_;  // messages wait for it
  std::optional<std::pair<Seq, Seq>> gap_;                  // first and last of the newest one
  // The server refused an own rotation: messages go on under the old key until it is asked again.
  std::optional<std::chrono::milliseconds> rotation_retry_;
  // When this admin rotates, if nobody in front of it has done so; and that this has come.
  std::optional<std::chrono::milliseconds> rotation_turn_;
  bool is_own_turn_ = false;
  // Requests for the key that were answered, and when.
  std::deque<std::pair<Hash, std::chrono::milliseconds>> answered_;
  // From which entry on was read when, in this run.
  std::deque<std::pair<Seq, UnixMillis>> read_at_;
};

}  // namespace zerofc::member
