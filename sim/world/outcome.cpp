#include "sim/world/outcome.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace zerofc::sim {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Outcome::kCount)> kNames = {
    "alarm-fork",
    "alarm-server-head",
    "alarm-rollback",
    "alarm-server-key",
    "alarm-invalid-control",
    "alarm-two-versions",
    "alarm-rotation-broken",
    "alarm-restored",
    "alarm-bad-server-signature",
    "protocol-error",
    "refused-by-server",
    "replaced",
    "clock-off",
    "server-key-changed",
    "declined",
    "stopped",
    "item-refused",
    "item-invalid",
    "item-two-versions",
    "gap",
    "key-missing",
    "unsent-failed",
    "invite-failed",
    "not-at-rest",
    "histories-differ",
};

}  // namespace

std::string Outcomes::names() const {
  std::string names;
  for (std::size_t index = 0; index < kNames.size(); ++index) {
    if (!has(static_cast<Outcome>(index))) continue;
    if (!names.empty()) names += ' ';
    names += kNames[index];
  }
  return names.empty() ? "consistent" : names;
}

Outcome outcome_of(ui::AlarmKind alarm) {
  switch (alarm) {
    case ui::AlarmKind::kFork:
      return Outcome::kFork;
    case ui::AlarmKind::kServerHead:
      return Outcome::kServerHead;
    case ui::AlarmKind::kRollback:
      return Outcome::kRollback;
    case ui::AlarmKind::kServerKeyChanged:
      return Outcome::kServerKey;
    case ui::AlarmKind::kInvalidControl:
      return Outcome::kInvalidControl;
    case ui::AlarmKind::kTwoVersions:
      return Outcome::kTwoVersions;
    // That a key was missing for a while, and came back.
    case ui::AlarmKind::kRekeyGiven:
    case ui::AlarmKind::kRekeyReceived:
      return Outcome::kKeyMissing;
    case ui::AlarmKind::kRekeyBroken:
    case ui::AlarmKind::kRotationBroken:
      return Outcome::kRotationBroken;
    case ui::AlarmKind::kRestored:
      return Outcome::kRestored;
    case ui::AlarmKind::kBadServerSignature:
      return Outcome::kBadServerSignature;
  }
  return Outcome::kFork;
}

}  // namespace zerofc::sim
