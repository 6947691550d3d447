// Rates, by the steady clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace zerofc::relay {

// Holds up to `burst` and gains `per_second`. It may be overdrawn by as much as it holds: whoever
// goes on in debt is looked at less closely, and waits longer.
class TokenBucket {
 public:
  enum class Taken : unsigned char {
    kPaid,
    kOverdrawn,
    kRefused,  // nothing was taken
  };

  TokenBucket(double burst, double per_second)
      : burst_(burst), per_second_(per_second), level_(burst) {}

  Taken take(std::chrono::milliseconds steady) {
    refill(steady);
    if (level_ < 1.0 - burst_) return Taken::kRefused;
    level_ -= 1.0;
    return level_ >= 0.0 ? Taken::kPaid : Taken::kOverdrawn;
  }

  // For amounts of any size: all of it, or false and nothing. Never in debt.
  bool pay(std::size_t amount, std::chrono::milliseconds steady) {
    refill(steady);
    const auto wanted = static_cast<double>(amount);
    if (level_ < wanted) return false;
    level_ -= wanted;
    return true;
  }

 private:
  void refill(std::chrono::milliseconds steady) {
    if (steady <= since_) return;
    const double seconds = std::chrono::duration<double>(steady - since_).count();
    level_ = std::min(burst_, level_ + seconds * per_second_);
    since_ = steady;
  }

  double burst_;
  double per_second_;
  double level_;
  std::chrono::milliseconds since_{};
};

}  // namespace zerofc::relay
