// A room as the server sees it: pure. Frames come in with the connection that they came on, what is
// to be sent, stored and read comes out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/relay/limits.hpp"
#include "core/relay/storage.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/types.hpp"

namespace zerofc::relay {

// A connection within one server process. Never reused.
enum class ConnectionId : std::uint64_t {};

// ---- what happens

// First frame of a connection whose Secure Session authenticated `session`. It may be room-open or
// join-request; everything else but ping is refused.
struct Arrived {
  ConnectionId connection{};
  SessionPublicKey session;
};
struct FrameCame {
  ConnectionId connection{};
  const Frame* frame = nullptr;  // its views must hold during the call only
};
// It ended, for whatever reason; may come after Close too.
struct Gone {
  ConnectionId connection{};
};
struct Stored {
  BatchResult result;
};
struct WasRead {
  ConnectionId connection{};
  std::optional<ReadResult> result;  // none: the store failed
};
// The deadline of the last step has come.
struct Tick {};
using Event = std::variant<Arrived, FrameCame, Gone, Stored, WasRead, Tick>;

// ---- what to do, in this order

// One frame, encoded without a counter, to one or many.
struct Send {
  std::vector<ConnectionId> to;
  std::shared_ptr<const Bytes> frame;
};
enum class CloseReason : std::uint8_t {
  kReplaced,     // after `replaced`: another connection of the same member took over
  kStoreFailed,  // what was sent cannot be trusted to continue: reconnect
};
struct Close {
  ConnectionId connection{};
  CloseReason reason{};
};
// At most one is under way in a room: the next comes after Stored.
struct StoreBatch {
  Batch batch;
};
// At most one is under way per connection. This is the flow control of a replay: it is carried out
// when the connection's outgoing queue is below its low mark, not before.
struct Read {
  ConnectionId connection{};
  ReadRequest request;
};
// The room can't go on with what it has in memory: drop it, close its connections, load it again
// when somebody comes.
struct Reload {};
using Action = std::variant<Send, Close, StoreBatch, Read, Reload>;

struct [[nodiscard]] Step {
  std::vector<Action> actions;
  // When Tick is due at the latest, on the steady clock.
  std::optional<std::chrono::milliseconds> deadline;
};

// Signs heads with the server's signing key.
class HeadSigner {
 public:
  HeadSigner(Crypto& crypto, SigningPrivateKey key) : crypto_(&crypto), key_(std::move(key)) {}
  // signed-head; empty if the engine fails.
  [[nodiscard]] Bytes sign(const RoomId& room, const LogPoint& head) const;

 private:
  Crypto* crypto_;
  SigningPrivateKey key_;
};

class Room {
 public:
  // A room that was stored. None if the image does not fit together: a damaged store.
  static std::optional<Room> load(RoomImage image, Crypto& crypto, const HeadSigner& signer,
                                  const Limits& limits, Now now);

  struct Creation {
    RoomId room;
    Batch batch;  // to be stored first; the answer to give then is room_created()
  };
  // What create() would refuse without any elliptic curve: form, and whose card it is. None: it may
  // still be refused.
  static std::optional<FrameCode> refusal_at_sight(const frame::RoomCreate& request,
                                                   const SessionPublicKey& session, Crypto& crypto);
  // Judges a room-create from a connection with this session key. Sizes: the frame's.
  static Result<Creation, FrameCode> create(const frame::RoomCreate& request,
                                            const SessionPublicKey& session, Crypto& crypto);
  // room-created, encoded, for a creation that is durable (or, if the room existed, was before).
  [[nodiscard]] static Bytes created_frame(const RoomId& room, const HeadSigner& signer);

  Room(Room&&) noexcept;
  Room& operator=(Room&&) noexcept;
  ~Room();

  Step handle(const Event& event, Now now);

  [[nodiscard]] const RoomId& id() const;
  // Nobody is connected and nothing is under way or waits to be stored: may be dropped from memory.
  // When the last connection goes, what was to be stored lazily comes out as a last batch.
  [[nodiscard]] bool idle() const;

 private:
  class Impl;
  explicit Room(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace zerofc::relay
