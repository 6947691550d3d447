#include "core/relay/refusals.hpp"

namespace zerofc::relay {

FrameCode frame_code(ControlRefusal refusal) {
  switch (refusal) {
    case ControlRefusal::kMalformed:
    case ControlRefusal::kEnvelope:
    case ControlRefusal::kWrongRoom:
    case ControlRefusal::kBadCard:
    case ControlRefusal::kBadRotation:
    case ControlRefusal::kBadGenesis:
      return FrameCode::kInvalidEntry;
    case ControlRefusal::kStalePrev:
      return FrameCode::kStalePrev;
    case ControlRefusal::kWrongEpoch:
      return FrameCode::kStaleEpoch;
    case ControlRefusal::kNotMember:
      return FrameCode::kWrongAuthor;
    case ControlRefusal::kSignature:
      return FrameCode::kBadSignature;
    case ControlRefusal::kNotAuthorised:
      return FrameCode::kNotAuthorised;
    case ControlRefusal::kKeyReused:
      return FrameCode::kKeyReused;
    case ControlRefusal::kInviteReused:
      return FrameCode::kInviteUsed;
    case ControlRefusal::kRoomFull:
      return FrameCode::kRoomFull;
    case ControlRefusal::kJoinsClosed:
      return FrameCode::kJoinsClosed;
    case ControlRefusal::kBadTarget:
      return FrameCode::kBadTarget;
    case ControlRefusal::kRoomDestroyed:
      return FrameCode::kRoomDestroyed;
    case ControlRefusal::kNewerClient:
      return FrameCode::kNewerVersion;
    case ControlRefusal::kEngineFailed:
      return FrameCode::kStoreUnavailable;
  }
  return FrameCode::kInvalidEntry;
}

}  // namespace zerofc::relay
