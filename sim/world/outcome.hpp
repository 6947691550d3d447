// What a run may come to, beside going well.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "core/member/ui/ui_types.hpp"

namespace zerofc::sim {

enum class Outcome : std::uint8_t {
  // ---- a person is told: alarms
  kFork,
  kServerHead,
  kRollback,
  kServerKey,
  kInvalidControl,
  kTwoVersions,
  kRotationBroken,
  kRestored,
  kBadServerSignature,
  // ---- a person is told: the connection
  kProtocolError,
  kRefusedByServer,
  kReplaced,
  kClockOff,
  kServerKeyChanged,
  // ---- a person is told: the room, its rows, its unsent messages and invites
  kDeclined,
  kStopped,
  kItemRefused,
  kItemInvalid,
  kItemTwoVersions,
  kGap,
  kKeyMissing,
  kUnsentFailed,
  kInviteFailed,
  // ---- when all is over: service denied
  kNotAtRest,        // somebody still waits for something
  kHistoriesDiffer,  // and nobody was deceived: that is a fault, see oracles.hpp
  kCount,
};

class Outcomes {
 public:
  constexpr Outcomes() = default;
  constexpr Outcomes(std::initializer_list<Outcome> outcomes) {
    for (const Outcome outcome : outcomes) bits_ |= bit(outcome);
  }
  constexpr void add(Outcome outcome) { bits_ |= bit(outcome); }
  constexpr void add(Outcomes others) { bits_ |= others.bits_; }
  [[nodiscard]] constexpr bool has(Outcome outcome) const { return (bits_ & bit(outcome)) != 0; }
  [[nodiscard]] constexpr bool has_any(Outcomes others) const {
    return (bits_ & others.bits_) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr Outcomes without(Outcomes others) const {
    Outcomes rest;
    rest.bits_ = bits_ & ~others.bits_;
    return rest;
  }
  friend constexpr Outcomes operator|(Outcomes a, Outcomes b) {
    a.add(b);
    return a;
  }
  // Their names, separated by spaces.
  [[nodiscard]] std::string names() const;

 private:
  static constexpr std::uint32_t bit(Outcome outcome) {
    return std::uint32_t{1} << static_cast<unsigned>(outcome);
  }
  std::uint32_t bits_ = 0;
};
static_assert(static_cast<unsigned>(Outcome::kCount) <= 32);

[[nodiscard]] Outcome outcome_of(ui::AlarmKind alarm);

}  // namespace zerofc::sim
