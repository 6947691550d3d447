#include "core/member/connection/connection.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace zerofc::member {
namespace {

// Uniform enough: attempts of many clients only have to fall apart.
Connection::Millis between(Crypto& crypto, Connection::Millis least, Connection::Millis most) {
  std::array<std::uint8_t, 4> random{};
  if (!crypto.random(random)) return most;
  const std::uint64_t number = static_cast<std::uint64_t>(random[0]) << 24U |
                               static_cast<std::uint64_t>(random[1]) << 16U |
                               static_cast<std::uint64_t>(random[2]) << 8U | random[3];
  const auto span = static_cast<std::uint64_t>((most - least).count()) + 1;
  return least + Connection::Millis(static_cast<std::int64_t>(number % span));
}

std::uint64_t millis_since_1970(UnixMillis time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(time.time_since_epoch().count(), 0));
}

std::optional<ui::Id32> ui_id(const std::optional<Fingerprint>& fingerprint) {
  if (!fingerprint) return std::nullopt;
  return fingerprint->bytes();
}

}  // namespace

void Connection::want(Now now) {
  if (phase_ != Phase::kIdle) return;
  phase_ = Phase::kWaiting;
  retry_at_ = now.steady;
}

bool Connection::start_is_due(Now now) const {
  return phase_ == Phase::kWaiting && now.steady >= retry_at_;
}

void Connection::start(const Context& context, ConnectionId id, const RoomId& room) {
  if (is_active()) return;
  phase_ = Phase::kFetchingKey;
  id_ = id;
  reached_session_ = false;
  clock_error_.reset();
  step_deadline_ = context.now.steady + kStepTimeout;
  context.actions.emplace_back(FetchServerKey{id, room});
  // What a person has to read stays until it is known to be otherwise.
  const bool stands = now_.state == ui::ConnectionState::kServerKeyChanged ||
                      now_.state == ui::ConnectionState::kClockOff;
  if (!stands) now_ = Shown{.state = ui::ConnectionState::kConnecting};
  now_.retry_at.reset();
}

void Connection::retry_now(Now now, bool named) {
  const bool held = phase_ == Phase::kHeld;
  if (phase_ != Phase::kWaiting && !held) return;
  if (held && now_.state == ui::ConnectionState::kReplaced && !named) return;
  phase_ = Phase::kWaiting;
  retry_at_ = now.steady;
  failures_ = 0;
  now_ = Shown{.state = ui::ConnectionState::kConnecting};
}

void Connection::suspend() {
  if (phase_ == Phase::kIdle) now_ = Shown{.state = ui::ConnectionState::kOffline};
  if (phase_ != Phase::kIdle && phase_ != Phase::kWaiting) return;
  phase_ = Phase::kHeld;
  now_.retry_at.reset();
}

void Connection::key_fetched(std::optional<UnixMillis> date, Now now) {
  if (date) clock_error_ = std::chrono::duration_cast<std::chrono::seconds>(now.wall - *date);
}

void Connection::opening_session(Now now) {
  phase_ = Phase::kOpeningSession;
  reached_session_ = true;
  step_deadline_ = now.steady + kStepTimeout;
  if (now_.state != ui::ConnectionState::kClockOff) {
    now_ = Shown{.state = ui::ConnectionState::kSecuring};
  }
}

void Connection::established(Now now, bool replays) {
  phase_ = Phase::kEstablished;
  frames_in_ = 0;
  frames_out_ = 0;
  pings_ = 0;
  last_came_ = now.steady;
  pinged_at_.reset();
  live_since_.reset();
  replays_ = replays;
}

Connection::Received Connection::receive(BytesView plaintext, Now now) {
  if (phase_ != Phase::kEstablished) return {};
  auto counted = decode_frame(plaintext);
  // "The counter starts at 0 in each direction of each session and is exactly one higher each time.
  // Both ends check it" (§2.3).
  if (!counted || counted->counter != frames_in_) return {.frame = std::nullopt, .broken = true};
  // A handshake succeeds with any clock; that the session works is known when data has come.
  if (frames_in_ == 0) {
    now_ = Shown{.state =
                     replays_ ? ui::ConnectionState::kCatchingUp : ui::ConnectionState::kConnected};
    if (!replays_) live_since_ = now.steady;
  }
  ++frames_in_;
  last_came_ = now.steady;
  pinged_at_.reset();
  if (const auto* pong = std::get_if<frame::Pong>(&counted->frame)) {
    return {.frame = std::nullopt, .broken = pong->number == 0 || pong->number > pings_};
  }
  return {.frame = std::move(counted->frame), .broken = false};
}

void Connection::send(const Context& context, BytesView frame) {
  const EncodedCounter counter = encode_counter(frames_out_++);
  SendFrame action{.connection = id_, .plaintext = to_bytes(counter.view())};
  action.plaintext.insert(action.plaintext.end(), frame.begin(), frame.end());
  context.actions.emplace_back(std::move(action));
}

void Connection::progress(std::uint64_t done, std::uint64_t total, Now now) {
  if (phase_ != Phase::kEstablished) return;
  if (done >= total) {
    now_ = Shown{.state = ui::ConnectionState::kConnected};
    if (!live_since_) live_since_ = now.steady;
    return;
  }
  const bool told = now_.state == ui::ConnectionState::kCatchingUp && now_.total == total &&
                    now_.done && done >= *now_.done && done - *now_.done < kProgressStep;
  if (told) return;
  live_since_.reset();
  now_ = Shown{.state = ui::ConnectionState::kCatchingUp, .done = done, .total = total};
}

bool Connection::is_worn_out() const {
  return phase_ == Phase::kEstablished && std::max(frames_in_, frames_out_) >= kFramesPerSession;
}

std::optional<Connection::End> Connection::overdue(Now now) const {
  switch (phase_) {
    case Phase::kFetchingKey:
    case Phase::kOpeningSession:
      if (now.steady >= step_deadline_) return TimedOut{};
      break;
    case Phase::kEstablished:
      if (pinged_at_ && now.steady >= *pinged_at_ + kPongTimeout) return TimedOut{};
      break;
    case Phase::kIdle:
    case Phase::kWaiting:
    case Phase::kHeld:
      break;
  }
  return std::nullopt;
}

void Connection::keep_alive(const Context& context) {
  if (phase_ != Phase::kEstablished || pinged_at_) return;
  if (context.now.steady < last_came_ + kQuietMax) return;
  pinged_at_ = context.now.steady;
  send(context, encode(frame::Ping{++pings_}));
}

std::optional<Connection::Millis> Connection::deadline() const {
  switch (phase_) {
    case Phase::kWaiting:
      return retry_at_;
    case Phase::kFetchingKey:
    case Phase::kOpeningSession:
      return step_deadline_;
    case Phase::kEstablished:
      return pinged_at_ ? *pinged_at_ + kPongTimeout : last_came_ + kQuietMax;
    case Phase::kIdle:
    case Phase::kHeld:
      break;
  }
  return std::nullopt;
}

std::optional<ConnectionId> Connection::id() const {
  if (!is_active()) return std::nullopt;
  return id_;
}

void Connection::end(const Context& context, const End& why) {
  if (is_active() && !std::holds_alternative<Lost>(why)) {
    context.actions.emplace_back(Disconnect{id_});
  }
  if (live_since_ && context.now.steady - *live_since_ >= kSettledAfter) failures_ = 0;
  live_since_.reset();
  pinged_at_.reset();
  phase_ = Phase::kIdle;
  now_ = Shown{};
  std::visit([this, &context](const auto& one) { ended(context, one); }, why);
}

bool Connection::clock_is_off() const {
  return reached_session_ && clock_error_ &&
         (*clock_error_ > kClockOffMin || *clock_error_ < -kClockOffMin);
}

void Connection::wait(const Context& context, Millis least, Millis most) {
  const Millis delay = between(context.crypto, least, most);
  phase_ = Phase::kWaiting;
  retry_at_ = context.now.steady + delay;
  now_.retry_at = millis_since_1970(context.now.wall + delay);
}

void Connection::back_off(const Context& context) {
  const std::int64_t factor = std::int64_t{1} << std::min(failures_, 10U);
  const Millis most = std::min(kBackoffMax, kBackoffFirst * factor);
  ++failures_;
  wait(context, most / 2, most);
}

void Connection::ended(const Context& context, const Lost& why) {
  // "A client that is refused this way tells the person how far its clock is from the Date" (§2.3).
  // The server may refuse as well, and just close.
  if (clock_is_off()) {
    now_.state = ui::ConnectionState::kClockOff;
    now_.clock_ahead = *clock_error_ > std::chrono::seconds(0);
    const auto off = clock_error_->count();
    now_.clock_off_s = static_cast<std::uint64_t>(off < 0 ? -off : off);
    wait(context, kSlowRetry / 2, kSlowRetry);
    return;
  }
  now_.state = why.reason == ConnectionLost::Reason::kNetwork ? ui::ConnectionState::kOffline
                                                              : ui::ConnectionState::kProtocolError;
  back_off(context);
}

void Connection::ended(const Context& context, const TimedOut& /*why*/) {
  ended(context, Lost{ConnectionLost::Reason::kNetwork});
}

void Connection::ended(const Context& context, const BrokeProtocol& /*why*/) {
  now_.state = ui::ConnectionState::kProtocolError;
  back_off(context);
}

void Connection::ended(const Context& context, const KeyChanged& why) {
  now_.state = ui::ConnectionState::kServerKeyChanged;
  now_.expected = why.expected;
  now_.offered = why.offered;
  // What is tried again is to fetch the key, and no session is made while it is another.
  wait(context, kSlowRetry / 2, kSlowRetry);
}

void Connection::ended(const Context& /*context*/, const Replaced& /*why*/) {
  now_.state = ui::ConnectionState::kReplaced;
  phase_ = Phase::kHeld;
}

void Connection::ended(const Context& context, const Refused& why) {
  now_.state = ui::ConnectionState::kRefused;
  now_.refusal = why.refusal;
  back_off(context);
}

void Connection::ended(const Context& /*context*/, const NotWanted& /*why*/) {
  now_.state = ui::ConnectionState::kClosed;
}

void Connection::ended(const Context& context, const Renew& /*why*/) {
  now_.state = ui::ConnectionState::kConnecting;
  want(context.now);
}

void Connection::ended(const Context& /*context*/, const Suspended& /*why*/) {
  now_.state = ui::ConnectionState::kOffline;
  phase_ = Phase::kHeld;
}

std::optional<ui::patch::ConnectionChanged> Connection::take_change(const RoomId& room) {
  if (told_ && *told_ == now_) return std::nullopt;
  told_ = now_;
  return ui::patch::ConnectionChanged{.room = room.bytes(),
                                      .state = now_.state,
                                      .done = now_.done,
                                      .total = now_.total,
                                      .retry_at = now_.retry_at,
                                      .clock_off_s = now_.clock_off_s,
                                      .clock_ahead = now_.clock_ahead,
                                      .expected = ui_id(now_.expected),
                                      .offered = ui_id(now_.offered),
                                      .refusal = now_.refusal};
}

}  // namespace zerofc::member
