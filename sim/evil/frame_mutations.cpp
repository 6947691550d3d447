// Lies about single frames: what a network could do too, and what only a server can say.
#include <array>

#include "sim/evil/evil_server.hpp"

namespace zerofc::sim {
namespace {

template <class T>
const T* as(const Moment& moment) {
  return std::get_if<T>(&moment.frame);
}

bool is_of_an_append(const Moment& moment) { return as<frame::Append>(moment) != nullptr; }

FrameCode some_code(Chance& chance) {
  constexpr std::array<FrameCode, 16> kCodes = {
      FrameCode::kMalformed,     FrameCode::kUnexpectedFrame, FrameCode::kTooLarge,
      FrameCode::kUnknownRoom,   FrameCode::kNotMember,       FrameCode::kBadCursor,
      FrameCode::kInvalidEntry,  FrameCode::kStaleEpoch,      FrameCode::kStalePrev,
      FrameCode::kNotAuthorised, FrameCode::kBadSignature,    FrameCode::kBadBoxes,
      FrameCode::kLogFull,       FrameCode::kRateLimited,     FrameCode::kStoreUnavailable,
      FrameCode::kNewerVersion};
  return kCodes[chance.below(kCodes.size())];
}

// ---- what a bad network does too

bool delay(Moment& moment) {
  moment.frames.front().delay = moment.evil.chance.between(Millis(500), Millis(30'000));
  return true;
}

bool drop(Moment& moment) {
  moment.frames.clear();
  return true;
}

bool repeat(Moment& moment) {
  moment.frames.push_back({moment.frames.front().frame});
  return true;
}

// The frame waits for the next one and goes on after it.
bool swap(Moment& moment) {
  Bytes frame = moment.frames.front().frame;
  auto held = moment.evil.held.extract(moment.link->client);
  if (held) {
    moment.frames.push_back({std::move(held.mapped())});
  } else {
    moment.evil.held[moment.link->client] = std::move(frame);
    moment.frames.clear();
  }
  return true;
}

bool replay(Moment& moment) {
  const auto& old = moment.evil.heard[moment.link->client];
  if (old.empty()) return false;
  moment.frames.push_back({old[moment.evil.chance.below(old.size())]});
  return true;
}

bool garble(Moment& moment) {
  Bytes junk(1 + moment.evil.chance.below(300));
  for (std::uint8_t& byte : junk) byte = static_cast<std::uint8_t>(moment.evil.chance.next());
  moment.frames.front().frame = junk;
  return true;
}

// [200, {}]
bool say_unknown_frame(Moment& moment) {
  moment.frames.push_back({Bytes{0x82, 0x18, 200, 0xa0}});
  return true;
}

// ---- what only a server can say

bool swallow_append(Moment& moment) {
  const auto* append = as<frame::Append>(moment);
  const auto entry = append != nullptr ? decode_entry(append->entry) : std::nullopt;
  if (!entry) return false;
  moment.evil.world->server.push(
      moment.link, {encode(frame::Accepted{entry->token, moment.evil.log()->size()})});
  moment.frames.clear();
  return true;
}

bool reject(Moment& moment) {
  const auto* append = as<frame::Append>(moment);
  const auto entry = append != nullptr ? decode_entry(append->entry) : std::nullopt;
  if (!entry) return false;
  moment.evil.world->server.push(
      moment.link, {encode(frame::Rejected{entry->token, some_code(moment.evil.chance)})});
  moment.frames.clear();
  return true;
}

bool deny_what_was_accepted(Moment& moment) {
  const auto* accepted = as<frame::Accepted>(moment);
  if (accepted == nullptr) return false;
  moment.evil.replace(moment, frame::Rejected{accepted->token, some_code(moment.evil.chance)});
  return true;
}

bool repeat_append(Moment& moment) { return is_of_an_append(moment) && repeat(moment); }

bool swap_appends(Moment& moment) { return is_of_an_append(moment) && swap(moment); }

bool swallow_ack(Moment& moment) {
  if (as<frame::Ack>(moment) == nullptr) return false;
  moment.frames.clear();
  return true;
}

bool say_error(Moment& moment) {
  constexpr std::array<std::uint64_t, 4> kAbout = {frame::RoomOpen::kType, frame::Append::kType,
                                                   frame::InvitePublish::kType,
                                                   frame::JoinGrant::kType};
  moment.evil.add(moment, frame::Error{some_code(moment.evil.chance),
                                       kAbout[moment.evil.chance.below(kAbout.size())]});
  return true;
}

bool say_replaced(Moment& moment) {
  moment.evil.add(moment, frame::Replaced{});
  return true;
}

bool other_key(EvilServer& evil, ServerKeys& keys, UnixMillis& /*date*/) {
  keys = {evil.ghost.session.public_key, evil.ghost.signing.public_key};
  return true;
}

bool wrong_date(EvilServer& evil, ServerKeys& /*keys*/, UnixMillis& date) {
  const Millis off = std::chrono::hours(24 * 3);
  date = evil.chance.happens(50) ? date + off : date - off;
  return true;
}

const std::array<Mutation, 19> kMutations = {{
    {.name = "delays frames", .percent = 10, .times_max = 5, .down = delay},
    {.name = "delays what is sent", .percent = 10, .times_max = 5, .up = delay},
    {.name = "drops frames",
     .percent = 10,
     .times_max = 5,
     .down = drop,
     .allowed = {Outcome::kProtocolError}},
    {.name = "repeats frames",
     .percent = 10,
     .times_max = 5,
     .down = repeat,
     .allowed = {Outcome::kProtocolError, Outcome::kReplaced}},
    {.name = "reorders frames",
     .percent = 10,
     .times_max = 4,
     .down = swap,
     .allowed = {Outcome::kProtocolError, Outcome::kReplaced}},
    {.name = "replays old frames",
     .percent = 10,
     .times_max = 5,
     .down = replay,
     // Also what an honest server had said for good reason.
     .allowed = {Outcome::kProtocolError, Outcome::kReplaced, Outcome::kDeclined}},
    {.name = "sends garbage",
     .percent = 5,
     .times_max = 3,
     .down = garble,
     .allowed = {Outcome::kProtocolError},
     .noticed_by = {Outcome::kProtocolError},
     .told_percent_min = 100},
    {.name = "sends unknown frames",
     .percent = 5,
     .times_max = 3,
     .down = say_unknown_frame,
     .allowed = {Outcome::kProtocolError},
     .noticed_by = {Outcome::kProtocolError},
     .told_percent_min = 90},
    {.name = "accepts without storing",
     .percent = 20,
     .times_max = 4,
     .up = swallow_append,
     .reorders = true},
    {.name = "rejects at will",
     .percent = 20,
     .times_max = 4,
     .up = reject,
     .allowed = {Outcome::kUnsentFailed, Outcome::kDeclined, Outcome::kNotAtRest},
     .reorders = true},
    {.name = "denies what it stored",
     .percent = 20,
     .times_max = 4,
     .down = deny_what_was_accepted,
     // A joiner waits for ever if its inviter believes that it was not added.
     .allowed = {Outcome::kUnsentFailed, Outcome::kDeclined, Outcome::kNotAtRest}},
    {.name = "appends twice", .percent = 20, .times_max = 6, .up = repeat_append},
    {.name = "appends in another order",
     .percent = 20,
     .times_max = 4,
     .up = swap_appends,
     .allowed = {Outcome::kItemRefused},
     .reorders = true},
    {.name = "forgets acknowledgements", .percent = 30, .times_max = 10, .up = swallow_ack},
    {.name = "reports errors at will",
     .percent = 5,
     .times_max = 2,
     .down = say_error,
     .allowed = {Outcome::kRefusedByServer, Outcome::kRollback, Outcome::kProtocolError,
                 Outcome::kDeclined, Outcome::kStopped}},
    {.name = "says that another client took over",
     .percent = 5,
     .times_max = 2,
     .down = say_replaced,
     .allowed = {Outcome::kReplaced},
     .noticed_by = {Outcome::kReplaced},
     .told_percent_min = 90},
    {.name = "has another key",
     .percent = 30,
     .times_max = 2,
     .key = other_key,
     .allowed = {Outcome::kServerKey, Outcome::kServerKeyChanged},
     .noticed_by = {Outcome::kServerKey},
     .told_percent_min = 90},
    {.name = "lies about the date",
     .percent = 30,
     .times_max = 2,
     .key = wrong_date,
     .allowed = {Outcome::kClockOff}},
    {.name = "hears nothing", .percent = 10, .times_max = 4, .up = drop, .reorders = true},
}};

}  // namespace

std::span<const Mutation> frame_mutations() { return kMutations; }

}  // namespace zerofc::sim
