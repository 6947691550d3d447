// What strangers are told of the authority function's refusals.
#pragma once

#include "core/log/control_state.hpp"
#include "core/wire/frame.hpp"

namespace zerofc::relay {

[[nodiscard]] FrameCode frame_code(ControlRefusal refusal);

}  // namespace zerofc::relay
