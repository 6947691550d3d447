// Time is an input: nothing in core/ reads a clock.
#pragma once

#include <chrono>

namespace zerofc {

// Unix time. Never negative and below 2^53 wherever it is encoded.
using UnixMillis = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;
using UnixSeconds = std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;

[[nodiscard]] inline UnixSeconds to_seconds(UnixMillis time) {
  return std::chrono::time_point_cast<std::chrono::seconds>(time);
}

// The moment in which an event is handled.
struct Now {
  UnixMillis wall;                   // may jump: for expiry and for what people read
  std::chrono::milliseconds steady;  // never goes back: for rates and deadlines
};

}  // namespace zerofc
