// The connection of one room: docs/protocol.md §2. Attempts, back-off, frame counters, heartbeat,
// and what is shown of it. Holds no key and knows nothing of the room.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/member/host.hpp"
#include "core/member/ui/ui_messages.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/types.hpp"

namespace zerofc::member {

class Connection {
 public:
  using Millis = std::chrono::milliseconds;

  // Attempt n waits between half of and all of kBackoffFirst * 2^n, at most kBackoffMax.
  static constexpr Millis kBackoffFirst{500};
  static constexpr Millis kBackoffMax{30'000};
  // A connection that was live for so long starts the back-off anew.
  static constexpr Millis kSettledAfter{2000};
  // Neither the network nor the clock has to be asked more often when the person has to do
  // something first.
  static constexpr Millis kSlowRetry{30'000};
  // Of a step: the key, then socket and handshake.
  static constexpr Millis kStepTimeout{20'000};
  // Nothing came for so long: ping. Nothing came for so long after that: lost.
  static constexpr Millis kQuietMax{20'000};
  static constexpr Millis kPongTimeout{20'000};
  // Themis refuses data stamped more than 86,400 s away; a little less, since the Date is older.
  static constexpr std::chrono::seconds kClockOffMin{86'000};
  // Frames in one direction of one session. Secure Session's numbers end at 2^32.
  static constexpr std::uint64_t kFramesPerSession = std::uint64_t{1} << 20U;
  // Entries of a replay between two reports of progress.
  static constexpr std::uint64_t kProgressStep = 64;

  struct Context {
    Crypto& crypto;  // for jitter
    Now now;
    std::vector<HostAction>& actions;
  };

  // Why a connection ends, or does not come to be.
  struct Lost {  // as the host says, which has ended it already
    ConnectionLost::Reason reason{};
  };
  struct TimedOut {};
  struct BrokeProtocol {};
  struct KeyChanged {
    Fingerprint expected;
    Fingerprint offered;
  };
  struct Replaced {};
  struct Refused {
    ui::Refusal refusal{};
  };
  struct NotWanted {};
  struct Renew {};      // at once, by a fresh session
  struct Suspended {};  // no network
  using End = std::variant<Lost, TimedOut, BrokeProtocol, KeyChanged, Replaced, Refused, NotWanted,
                           Renew, Suspended>;

  // ---- an attempt

  // A connection is wanted: the first attempt is due at once. Changes nothing if there is one, or
  // if an attempt waits for its time or for a person.
  void want(Now now);
  [[nodiscard]] bool start_is_due(Now now) const;
  // Begins an attempt for this room. `id` was never used.
  void start(const Context& context, ConnectionId id, const RoomId& room);
  // The next attempt is due at once. After `replaced` only if this very connection was `named`:
  // only a person does that.
  void retry_now(Now now, bool named);
  // There is no network: what waits for its time waits for retry_now instead.
  void suspend();
  // The server's keys are here. How far apart the clocks are decides nothing; it explains a session
  // that fails.
  void key_fetched(std::optional<UnixMillis> date, Now now);
  void opening_session(Now now);
  // `replays`: the log comes first, and its progress is told. Nothing is shown before a frame has
  // come.
  void established(Now now, bool replays);
  // Ends what there is of a connection and says when the next attempt is.
  void end(const Context& context, const End& why);

  // ---- an established connection

  // A frame for the room; none: nothing for it, or the protocol is broken.
  struct Received {
    std::optional<Frame> frame;
    bool broken = false;
  };
  // Views in the frame point into `plaintext`.
  [[nodiscard]] Received receive(BytesView plaintext, Now now);
  void send(const Context& context, BytesView frame);
  void progress(std::uint64_t done, std::uint64_t total, Now now);
  // Its session has carried as much as one may.
  [[nodiscard]] bool is_worn_out() const;

  // ---- time

  // Something that ends it has happened by now.
  [[nodiscard]] std::optional<End> overdue(Now now) const;
  // Sends a ping if one is due.
  void keep_alive(const Context& context);
  [[nodiscard]] std::optional<Millis> deadline() const;

  // ---- what it is

  [[nodiscard]] std::optional<ConnectionId> id() const;
  [[nodiscard]] bool is_idle() const { return phase_ == Phase::kIdle; }  // none is wanted
  [[nodiscard]] bool is_established() const { return phase_ == Phase::kEstablished; }
  [[nodiscard]] bool awaits_key(ConnectionId id) const {
    return phase_ == Phase::kFetchingKey && id == id_;
  }
  [[nodiscard]] bool awaits_session(ConnectionId id) const {
    return phase_ == Phase::kOpeningSession && id == id_;
  }
  // What the page has to be told, if it differs from what it was told last.
  [[nodiscard]] std::optional<ui::patch::ConnectionChanged> take_change(const RoomId& room);

 private:
  enum class Phase : std::uint8_t {
    kIdle,     // not wanted
    kWaiting,  // for retry_at_
    kHeld,     // for a person, or the network
    kFetchingKey,
    kOpeningSession,
    kEstablished,
  };
  struct Shown {
    ui::ConnectionState state = ui::ConnectionState::kClosed;
    std::optional<std::uint64_t> done{};
    std::optional<std::uint64_t> total{};
    std::optional<std::uint64_t> retry_at{};
    std::optional<std::uint64_t> clock_off_s{};
    std::optional<bool> clock_ahead{};
    std::optional<Fingerprint> expected{};
    std::optional<Fingerprint> offered{};
    std::optional<ui::Refusal> refusal{};
    friend bool operator==(const Shown&, const Shown&) = default;
  };
  // How far this device's clock is ahead of the Date that came with the server's keys.
  using ClockError = std::optional<std::chrono::seconds>;

  [[nodiscard]] bool is_active() const { return phase_ >= Phase::kFetchingKey; }
  [[nodiscard]] bool clock_is_off() const;
  void wait(const Context& context, Millis least, Millis most);
  void back_off(const Context& context);
  void ended(const Context& context, const Lost& why);
  void ended(const Context& context, const TimedOut& why);
  void ended(const Context& context, const BrokeProtocol& why);
  void ended(const Context& context, const KeyChanged& why);
  void ended(const Context& context, const Replaced& why);
  void ended(const Context& context, const Refused& why);
  void ended(const Context& context, const NotWanted& why);
  void ended(const Context& context, const Renew& why);
  void ended(const Context& context, const Suspended& why);

  Phase phase_ = Phase::kIdle;
  ConnectionId id_{};
  unsigned failures_ = 0;
  Millis step_deadline_{0};  // of the attempt under way
  Millis retry_at_{0};
  ClockError clock_error_;
  bool reached_session_ = false;  // a handshake was begun in this attempt

  // Of the established connection.
  bool replays_ = false;
  std::uint64_t frames_in_ = 0;
  std::uint64_t frames_out_ = 0;
  Millis last_came_{0};
  std::optional<Millis> pinged_at_;  // and nothing has come since
  std::uint64_t pings_ = 0;
  std::optional<Millis> live_since_;

  Shown now_;
  std::optional<Shown> told_;
};

}  // namespace zerofc::member
