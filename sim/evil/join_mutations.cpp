// Lies to inviters and to those who join.
#include <array>

#include "sim/evil/evil_server.hpp"

namespace zerofc::sim {
namespace {

using testing::must;

// The joiner is not admitted, or waits for ever.
constexpr Outcomes kNotAdmitted = {Outcome::kDeclined, Outcome::kNotAtRest};

const frame::JoinRequest* request_of(const Moment& moment) {
  return std::get_if<frame::JoinRequest>(&moment.frame);
}

bool swap_card(Moment& moment) {
  const auto* request = request_of(moment);
  if (request == nullptr) return false;
  frame::JoinRequest swapped = *request;
  swapped.card = moment.evil.ghost_card();
  moment.evil.replace(moment, swapped);
  return true;
}

bool swap_one_time_key(Moment& moment) {
  const auto* request = request_of(moment);
  if (request == nullptr) return false;
  frame::JoinRequest swapped = *request;
  swapped.one_time_key = moment.evil.ghost.exchange.public_key;
  moment.evil.replace(moment, swapped);
  return true;
}

bool flip(Chance& chance, Bytes& bytes) {
  if (bytes.empty()) return false;
  bytes[chance.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << chance.below(8));
  return true;
}

bool spoil_request(Moment& moment) {
  const auto* request = request_of(moment);
  if (request == nullptr) return false;
  Bytes box = to_bytes(request->box);
  if (!flip(moment.evil.chance, box)) return false;
  frame::JoinRequest spoilt = *request;
  spoilt.box = box;
  moment.evil.replace(moment, spoilt);
  return true;
}

// A ghost asks for an invite that never was.
bool ask_for_nothing(EvilServer& evil) {
  const auto link = evil.world->owner().link();
  if (!link || link->is_cut || !evil.world->owner().has_joined()) return false;
  const auto invite = must(evil.crypto.make_random<InviteId>());
  const Bytes box = testing::encrypted(evil.ghost.exchange, evil.ghost.exchange.public_key);
  evil.world->server.push(link, {encode(frame::JoinRequest{*evil.room(), invite, evil.ghost_card(),
                                                           evil.ghost.exchange.public_key, box})});
  return true;
}

// A ghost asks under an invite that somebody else asks for, in front of it.
bool ask_first(Moment& moment) {
  const auto* request = request_of(moment);
  if (request == nullptr) return false;
  frame::JoinRequest ghosts = *request;
  const Bytes box =
      testing::encrypted(moment.evil.ghost.exchange, moment.evil.ghost.exchange.public_key);
  ghosts.card = moment.evil.ghost_card();
  ghosts.one_time_key = moment.evil.ghost.exchange.public_key;
  ghosts.box = box;
  moment.evil.world->server.push(moment.link, {encode(ghosts)});
  return true;
}

bool spoil_grant(Moment& moment) {
  const auto* grant = std::get_if<frame::JoinGrant>(&moment.frame);
  if (grant == nullptr) return false;
  Bytes sealed = to_bytes(grant->sealed);
  if (!flip(moment.evil.chance, sealed)) return false;
  moment.evil.replace(moment, frame::JoinGrant{grant->joiner, sealed});
  return true;
}

bool withhold_grant(Moment& moment) {
  if (std::get_if<frame::JoinGrant>(&moment.frame) == nullptr) return false;
  moment.frames.clear();
  return true;
}

DeclineReason some_reason(Chance& chance) {
  return static_cast<DeclineReason>(
      1 + chance.below(static_cast<std::uint64_t>(DeclineReason::kJoinsClosed)));
}

bool decline(Moment& moment) {
  const auto* queued = std::get_if<frame::JoinQueued>(&moment.frame);
  if (queued == nullptr) return false;
  moment.evil.replace(moment, frame::JoinDeclined{queued->invite, some_reason(moment.evil.chance)});
  return true;
}

bool lie_about_invites(Moment& moment) {
  const auto* state = std::get_if<frame::InviteState>(&moment.frame);
  if (state == nullptr) return false;
  const auto other = static_cast<InviteStateCode>(1 + moment.evil.chance.below(5));
  moment.evil.replace(moment, frame::InviteState{state->invite, other, std::nullopt});
  return true;
}

const std::array<Mutation, 9> kMutations = {{
    {.name = "swaps a joiner's card",
     .percent = 60,
     .times_max = 1,
     .down = swap_card,
     .allowed = kNotAdmitted},
    {.name = "swaps a joiner's one-time key",
     .percent = 60,
     .times_max = 1,
     .down = swap_one_time_key,
     .allowed = kNotAdmitted},
    {.name = "spoils a join request",
     .percent = 60,
     .times_max = 1,
     .down = spoil_request,
     .allowed = kNotAdmitted},
    {.name = "asks for an invite that never was",
     .percent = 10,
     .times_max = 3,
     .act = ask_for_nothing,
     .allowed = {Outcome::kProtocolError}},
    {.name = "asks in front of a joiner",
     .percent = 60,
     .times_max = 1,
     .down = ask_first,
     .allowed = kNotAdmitted},
    {.name = "spoils a grant",
     .percent = 60,
     .times_max = 1,
     .down = spoil_grant,
     .allowed = kNotAdmitted},
    {.name = "withholds a grant", .percent = 60, .times_max = 2, .down = withhold_grant},
    {.name = "declines at will",
     .percent = 60,
     .times_max = 1,
     .down = decline,
     .allowed = {Outcome::kDeclined},
     .noticed_by = {Outcome::kDeclined},
     .told_percent_min = 90},
    {.name = "lies about invites",
     .percent = 50,
     .times_max = 3,
     .down = lie_about_invites,
     .allowed = {Outcome::kInviteFailed, Outcome::kDeclined, Outcome::kNotAtRest}},
}};

}  // namespace

std::span<const Mutation> join_mutations() { return kMutations; }

}  // namespace zerofc::sim
