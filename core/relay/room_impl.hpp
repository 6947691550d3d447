// The inside of a room. One member function per thing that happens; each collects what is to be
// done in step_. Grouped by the file that holds them.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "core/log/control_state.hpp"
#include "core/relay/records.hpp"
#include "core/relay/room.hpp"
#include "core/relay/token_bucket.hpp"

namespace zerofc::relay {

// Where a connection stands. Only what follows `room-open` speaks for a member.
enum class Phase : std::uint8_t {
  kArrived,   // nobody yet: may open the room or ask to join
  kControls,  // replay of the control entries up to `after`
  kReplay,    // replay of what follows `after`
  kLive,      // gets every entry as it lands
  kEnded,     // of a member that left: has been told everything up to that
};

struct Connection {
  SessionPublicKey session;  // as the Secure Session authenticated it: the identity, §2.2
  Phase phase = Phase::kArrived;
  std::optional<MemberId> member;  // from kControls on
  Seq next = 0;                    // the next entry to read
  Seq after_controls = 0;          // where the replay goes on after kControls
  TokenBucket others;
};

// What the room remembers of a member between its connections.
struct Seat {
  std::optional<ConnectionId> connection;  // at most one: the newest that opened the room
  std::optional<Seq> acked;
  std::optional<Seq> acked_on_disk;
  bool dirty = false;  // acked is to be stored
  TokenBucket appends;
  TokenBucket controls;
  TokenBucket append_bytes;
};

// ---- what waits to be judged and stored, in the order of arrival

struct Append {
  ConnectionId connection{};
  Bytes bytes;
  Entry entry;  // points into bytes
  std::optional<std::vector<std::pair<MemberId, Bytes>>> boxes;
  // Known on arrival and told after the look-up, which comes before every other check: §3.3.
  std::optional<FrameCode> refusal;
};
struct Publish {
  ConnectionId connection{};
  MemberId author;
  InviteId invite;
  UnixSeconds expires{};
};
struct Revoke {
  ConnectionId connection{};
  MemberId author;
  InviteId invite;
};
struct Call {
  static constexpr std::uint64_t kFrame = frame::JoinRequest::kType;
  ConnectionId connection{};
  JoinCallKey key;
  JoinCall call;
};
struct Decline {
  static constexpr std::uint64_t kFrame = frame::JoinDecline::kType;
  ConnectionId connection{};
  MemberId author;
  InviteId invite;
  MemberId joiner;
  DeclineReason reason{};
};
struct Hand {  // a join-grant
  static constexpr std::uint64_t kFrame = frame::JoinGrant::kType;
  ConnectionId connection{};
  MemberId author;
  MemberId joiner;
  Bytes sealed;
};
struct AskKey {  // a rekey-request
  static constexpr std::uint64_t kFrame = frame::RekeyRequest::kType;
  ConnectionId connection{};
  MemberId author;
  Bytes request;
};
struct AnswerKey {  // a rekey-answer
  static constexpr std::uint64_t kFrame = frame::RekeyAnswer::kType;
  ConnectionId connection{};
  MemberId author;
  MemberId asker;
  Bytes answer;
};
struct WithdrawKey {
  static constexpr std::uint64_t kFrame = frame::RekeyWithdraw::kType;
  ConnectionId connection{};
  MemberId author;
};
using Waiting =
    std::variant<Append, Publish, Revoke, Call, Decline, Hand, AskKey, AnswerKey, WithdrawKey>;
// What it keeps from its frame. Of an append it is what the log will take, see log_bytes().
[[nodiscard]] std::size_t bytes_held(const Append& append);
[[nodiscard]] std::size_t bytes_held(const Waiting& waiting);

// An append of the batch under way: either one of its entries, or looked up only.
struct Judged {
  Append append;
  std::optional<FrameCode> refusal;
};

// The batch under way. It changes what is in memory when it is durable and not before, so that
// nothing has ever to be taken back. A control entry and whatever is no append ends a batch.
struct UnderWay {
  std::vector<Judged> appends;
  std::size_t entries = 0;  // of the appends
  std::uint64_t bytes = 0;  // of these entries and their boxes
  Hash head_hash;
  std::optional<VerifiedControl> control;  // the last entry
  std::optional<Waiting> change;           // no append
  std::vector<std::pair<MemberId, Seq>> cursors;
  std::vector<RecordKey> erased;
};

class Room::Impl {
 public:
  Impl(ControlState state, Crypto& crypto, const HeadSigner& signer, const Limits& limits)
      : state_(std::move(state)), crypto_(&crypto), signer_(&signer), limits_(limits) {}

  // room.cpp
  [[nodiscard]] bool take_image(RoomImage& image, Now now);
  Step handle(const Event& event, Now now);
  [[nodiscard]] const RoomId& id() const { return state_.room(); }
  [[nodiscard]] bool idle() const;

 private:
  // ---- room.cpp: events and frames by kind
  [[nodiscard]] bool take_record(const Record& record);
  void on(const Arrived& arrived);
  void on(const FrameCame& came);
  void on(const Gone& gone);
  void on(const Stored& stored);
  void on(const WasRead& read);
  void on(const Tick& tick);
  void dispatch(ConnectionId id, Connection& connection, const Frame& frame);
  void drop(ConnectionId id);
  void close(ConnectionId id, CloseReason reason);

  Connection* find(ConnectionId id);
  // The connection on which this member opened the room.
  [[nodiscard]] std::optional<ConnectionId> connection_of(const MemberId& member) const;
  Seat& seat(const MemberId& member);
  void send(ConnectionId to, const Frame& frame);
  void error(ConnectionId to, FrameCode code, std::uint64_t about);
  // The member that a frame of this type comes from; none, and an error, if the room is not open.
  const MemberEntry* opened(ConnectionId id, const Connection& connection, std::uint64_t about);
  // False, and an error, if this connection asks too much or too much waits.
  bool may_ask(ConnectionId id, Connection& connection, std::uint64_t about);
  [[nodiscard]] UnixSeconds wall() const { return to_seconds(now_.wall); }
  [[nodiscard]] std::optional<std::chrono::milliseconds> deadline() const;

  // ---- appends.cpp: from a frame to the queue
  void append(ConnectionId id, Connection& connection, const frame::Append& frame);
  [[nodiscard]] std::optional<FrameCode> judge_on_arrival(const Entry& entry,
                                                          const frame::Append& frame) const;
  void wait(Waiting waiting);
  void reject(const Append& append, FrameCode code);

  // ---- batches.cpp: from the queue to the store and back
  void form_batch();
  bool add_append(Batch& batch, UnderWay& next, Append append);
  // With what it says, a control entry that is taken becomes that of `next`.
  [[nodiscard]] std::optional<FrameCode> judge_append(const Append& append, UnderWay& next);
  [[nodiscard]] bool has_space_for(const Append& append, const UnderWay& next) const;
  [[nodiscard]] std::optional<FrameCode> judge_boxes(const Append& append,
                                                     const std::vector<MemberId>& removed) const;
  [[nodiscard]] std::optional<FrameCode> judge_invite(const VerifiedControl& control) const;
  void add_entry(Batch& batch, UnderWay& next, const Append& append);
  void add_lazy(Batch& batch, UnderWay& next);
  void committed(const Committed& result);
  void duplicates(const Duplicates& result);
  void unavailable();
  void back_to_lazy(const UnderWay& undone);
  void fan_out(const Append& append, Seq seq);
  void control_landed(const VerifiedControl& control, Seq seq);
  void end_membership(const MemberId& member);
  void reload();

  // ---- replay.cpp: opening, reading, acknowledging
  void open(ConnectionId id, Connection& connection, const frame::RoomOpen& frame);
  [[nodiscard]] std::optional<FrameCode> judge_cursor(const MemberEntry& member,
                                                      std::optional<Seq> after) const;
  // Where the log ends for this member, exclusive.
  [[nodiscard]] Seq end_for(const MemberEntry& member) const;
  void go_on(ConnectionId id, Connection& connection);
  void go_live(ConnectionId id, Connection& connection, const MemberEntry& member);
  void ack(ConnectionId id, Connection& connection, const frame::Ack& frame);
  // Seq of the last rotation before `seq`, or of the genesis.
  [[nodiscard]] Seq rotation_before(Seq seq) const;

  // ---- invites.cpp
  void publish(ConnectionId id, Connection& connection, const frame::InvitePublish& frame);
  void revoke(ConnectionId id, Connection& connection, const frame::InviteRevoke& frame);
  // Whether the change is to be made; if not, its sender has been answered. `landed` makes it in
  // memory, `failed` answers that it could not be stored.
  bool add_change(Batch& batch, const Publish& publish);
  bool add_change(Batch& batch, const Revoke& revoke);
  void landed(const Publish& publish);
  void landed(const Revoke& revoke);
  [[nodiscard]] InviteStateCode invite_state(const InviteId& id) const;
  [[nodiscard]] bool may_invite(const MemberId& author) const;
  // "An invite dies with its author's admin role": in the step that makes the entry durable, and
  // then in memory.
  void add_ended_invites(Batch& batch, const VerifiedControl& control);
  void end_invites(const VerifiedControl& control);
  void say_invite(ConnectionId to, const InviteId& id, InviteStateCode state,
                  std::optional<FrameCode> code = std::nullopt);
  void expire();
  // Finds out when expire() has something to do next.
  void plan_expiry();
  // So that this author may have one more.
  void forget_an_invite_of(const MemberId& author);

  // ---- joins.cpp
  void call(ConnectionId id, Connection& connection, const frame::JoinRequest& frame);
  void repeated_call(ConnectionId id, const MemberEntry& joiner, const JoinCall& call);
  void decline(ConnectionId id, Connection& connection, const frame::JoinDecline& frame);
  void grant(ConnectionId id, Connection& connection, const frame::JoinGrant& frame);
  [[nodiscard]] std::optional<FrameCode> judge_card(const checked::VerifiedCard& card,
                                                    const SessionPublicKey& session) const;
  [[nodiscard]] std::optional<DeclineReason> judge_call(const JoinCallKey& key) const;
  // The live connection of a member, who is handed calls.
  [[nodiscard]] std::optional<ConnectionId> live_connection_of(const MemberId& member) const;
  void say_queued(ConnectionId to, const InviteId& invite, const MemberId& inviter);
  bool add_change(Batch& batch, const Call& call);
  bool add_change(Batch& batch, const Decline& decline);
  bool add_change(Batch& batch, const Hand& hand);
  void landed(const Call& call);
  void landed(const Decline& decline);
  void landed(const Hand& hand);
  void hand_calls(const MemberId& inviter);
  void pass_call(ConnectionId inviter, const InviteId& invite, const JoinCall& call);
  void decline_to(const SessionPublicKey& session, const InviteId& invite, DeclineReason reason);
  [[nodiscard]] std::vector<JoinCallKey> calls_of(const InviteId& invite) const;
  // All calls of this invite go from memory; all but the one from `added` are told why.
  void end_calls(const InviteId& invite, DeclineReason reason,
                 const std::optional<MemberId>& added = std::nullopt);
  void send_grant(const MemberEntry& joiner, const Bytes& sealed);
  void drop_grant(const MemberId& joiner);

  // ---- rekeys.cpp: who lost the room key, and who gives it again
  void ask_key(ConnectionId id, Connection& connection, const frame::RekeyRequest& frame);
  void answer_key(ConnectionId id, Connection& connection, const frame::RekeyAnswer& frame);
  void withdraw_key(ConnectionId id, Connection& connection);
  bool add_change(Batch& batch, const AskKey& ask);
  bool add_change(Batch& batch, const AnswerKey& answer);
  bool add_change(Batch& batch, const WithdrawKey& withdraw);
  void landed(const AskKey& ask);
  void landed(const AnswerKey& answer);
  void landed(const WithdrawKey& withdraw);
  void offer_keys();
  // To somebody who has just gone live: what was answered meanwhile.
  void hand_answers(const MemberId& asker);
  void drop_rekey(const MemberId& asker);

  // ---- batches.cpp: records in batches
  void put(Batch& batch, RecordKey key, Bytes value);
  void erase_later(RecordKey key);
  void lazily();

  ControlState state_;
  Crypto* crypto_;
  const HeadSigner* signer_;
  Limits limits_;
  Seq next_seq_ = 0;
  Hash head_hash_;
  std::uint64_t log_bytes_ = 0;
  std::vector<Seq> rotations_;  // rising

  std::unordered_map<ConnectionId, Connection> connections_;
  std::vector<ConnectionId> live_;  // to whom entries go as they land
  std::map<MemberId, Seat> seats_;

  std::map<InviteId, Invite> invites_;
  std::map<JoinCallKey, JoinCall> calls_;
  std::map<MemberId, Grant> grants_;
  std::size_t grants_bytes_ = 0;
  std::map<MemberId, Rekey> rekeys_;

  std::deque<Waiting> queue_;
  std::size_t queue_bytes_ = 0;
  std::optional<UnderWay> under_way_;
  std::vector<MemberId> dirty_cursors_;
  std::vector<RecordKey> dirty_erased_;
  std::optional<std::chrono::milliseconds> lazy_due_;  // steady
  std::optional<UnixSeconds> next_expiry_;
  bool lost_ = false;  // after Reload: nothing is done any more

  Now now_{};
  Step step_;
};

}  // namespace zerofc::relay
