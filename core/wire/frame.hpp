// Frames: docs/wire.cddl, section 8. Views in a decoded frame point into the bytes decoded, and in
// a frame to be encoded at whatever the caller owns.
#pragma once

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

enum class DeclineReason : std::uint8_t {
  kUnknown = 1,
  kUsed = 2,
  kRevoked = 3,
  kExpired = 4,
  kRefused = 5,
  kRoomFull = 6,
  kTooManyRequests = 7,
  kJoinsClosed = 8,
};

enum class FrameCode : std::uint16_t {  // error-code of the grammar
  kMalformed = 1,
  kBadCounter = 2,
  kUnknownFrame = 3,
  kUnexpectedFrame = 4,
  kTooLarge = 5,
  kUnknownRoom = 10,
  kRoomExists = 11,
  kNotMember = 12,
  kBadCursor = 13,
  kServerRoomsFull = 14,
  kRoomDestroyed = 15,
  kInvalidEntry = 20,
  kStaleEpoch = 21,
  kStalePrev = 22,
  kNotAuthorised = 23,
  kBadSignature = 24,
  kBadBoxes = 25,
  kKeyReused = 26,
  kRoomFull = 27,
  kJoinsClosed = 28,
  kWrongAuthor = 29,
  kNewerVersion = 30,
  kLogFull = 31,
  kBadTarget = 32,
  kInviteUnknown = 40,
  kInviteUsed = 41,
  kInviteRevoked = 42,
  kInviteExpired = 43,
  kTooManyInvites = 44,
  kInviteExists = 45,
  kCardMismatch = 46,
  kRateLimited = 60,
  kStoreUnavailable = 61,
  kShuttingDown = 62,
};

enum class InviteStateCode : std::uint8_t {
  kLive = 1,
  kUsed = 2,
  kRevoked = 3,
  kExpired = 4,
  kUnknown = 5,
};

namespace frame {

// ---- client to server

struct RoomCreate {
  static constexpr std::uint64_t kType = 1;
  BytesView genesis;  // entry
};
struct RoomOpen {
  static constexpr std::uint64_t kType = 2;
  RoomId room;
  std::optional<Seq> after;
  bool controls = false;
};
struct Append {
  static constexpr std::uint64_t kType = 3;
  BytesView entry;
  // Only beside a key.rotate.
  std::optional<std::vector<std::pair<MemberId, BytesView>>> boxes;
};
struct Ack {
  static constexpr std::uint64_t kType = 4;
  Seq seq = 0;
};
struct InvitePublish {
  static constexpr std::uint64_t kType = 5;
  InviteId invite;
  UnixSeconds expires{};
};
struct InviteRevoke {
  static constexpr std::uint64_t kType = 6;
  InviteId invite;
};
struct JoinRequest {  // both ways
  static constexpr std::uint64_t kType = 7;
  RoomId room;
  InviteId invite;
  BytesView card;
  ExchangePublicKey one_time_key;
  BytesView box;
};
struct JoinDecline {
  static constexpr std::uint64_t kType = 8;
  InviteId invite;
  MemberId joiner;
  DeclineReason reason{};
};
struct JoinGrant {  // both ways
  static constexpr std::uint64_t kType = 9;
  MemberId joiner;
  BytesView sealed;
};
struct Ping {
  static constexpr std::uint64_t kType = 10;
  std::uint64_t number = 0;
};

// What somebody lost the current room key for: docs/protocol.md §6.1.
struct RekeyRequest {  // both ways
  static constexpr std::uint64_t kType = 11;
  BytesView request;  // signed-message of rekey-content
};
struct RekeyAnswer {  // both ways
  static constexpr std::uint64_t kType = 12;
  MemberId asker;
  BytesView answer;  // signed-message of rekeyed-content
};
struct RekeyWithdraw {
  static constexpr std::uint64_t kType = 13;
};

// ---- server to client

struct RoomCreated {
  static constexpr std::uint64_t kType = 33;
  RoomId room;
  BytesView signed_head;
};
struct RoomOpened {
  static constexpr std::uint64_t kType = 34;
  MemberId member;
  Seq head = 0;
  BytesView signed_head;
  std::optional<Seq> acked;
};
struct EntryAt {
  static constexpr std::uint64_t kType = 35;
  Seq seq = 0;
  BytesView entry;
  std::optional<BytesView> box;
};
struct DigestAt {
  static constexpr std::uint64_t kType = 36;
  Seq seq = 0;
  Hash digest;
};
struct Live {
  static constexpr std::uint64_t kType = 37;
  Seq head = 0;
};
struct Accepted {
  static constexpr std::uint64_t kType = 38;
  EntryToken token;
  Seq seq = 0;
};
struct Rejected {
  static constexpr std::uint64_t kType = 39;
  EntryToken token;
  FrameCode code{};
};
struct InviteState {
  static constexpr std::uint64_t kType = 40;
  InviteId invite;
  InviteStateCode state{};
  std::optional<FrameCode> code;
};
struct JoinQueued {
  static constexpr std::uint64_t kType = 41;
  InviteId invite;
  bool inviter_online = false;
};
struct JoinDeclined {
  static constexpr std::uint64_t kType = 42;
  InviteId invite;
  DeclineReason reason{};
};
struct Head {
  static constexpr std::uint64_t kType = 43;
  BytesView signed_head;
};
struct Replaced {
  static constexpr std::uint64_t kType = 44;
};
struct Error {
  static constexpr std::uint64_t kType = 45;
  FrameCode code{};
  std::optional<std::uint64_t> about;  // type of the frame that it answers
};
struct Pong {
  static constexpr std::uint64_t kType = 46;
  std::uint64_t number = 0;
};
// A well-formed frame of a type that this version doesn't know.
struct Unknown {
  std::uint64_t type = 0;
};

}  // namespace frame

using Frame =
    std::variant<frame::Unknown, frame::RoomCreate, frame::RoomOpen, frame::Append, frame::Ack,
                 frame::InvitePublish, frame::InviteRevoke, frame::JoinRequest, frame::JoinDecline,
                 frame::JoinGrant, frame::Ping, frame::RekeyRequest, frame::RekeyAnswer,
                 frame::RekeyWithdraw, frame::RoomCreated, frame::RoomOpened, frame::EntryAt,
                 frame::DigestAt, frame::Live, frame::Accepted, frame::Rejected, frame::InviteState,
                 frame::JoinQueued, frame::JoinDeclined, frame::Head, frame::Replaced, frame::Error,
                 frame::Pong>;

// The number that stands first in its encoding.
[[nodiscard]] std::uint64_t type_of(const Frame& frame);

// The frame alone: counter and frame are separate, so that a fan-out encodes the frame once.
// Not for Unknown.
[[nodiscard]] Bytes encode(const Frame& frame);
// Appends the same to `out`.
void encode_to(const Frame& frame, Bytes& out);

// The counter that stands before a frame: 1 to 9 bytes.
struct EncodedCounter {
  std::array<std::uint8_t, 9> bytes{};
  std::size_t size = 0;
  [[nodiscard]] BytesView view() const { return BytesView(bytes).first(size); }
};
[[nodiscard]] EncodedCounter encode_counter(std::uint64_t counter);

struct CountedFrame {
  std::uint64_t counter = 0;
  Frame frame;
};
// Exactly one counter and one frame, of at most kFrameBytesMax. None: malformed. Unknown keys of a
// frame's map are ignored.
[[nodiscard]] std::optional<CountedFrame> decode_frame(BytesView plaintext);

}  // namespace zerofc
