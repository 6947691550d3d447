// Virtual time and what is to happen in it, in an order that a seed determines.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "core/base/time.hpp"

namespace zerofc::sim {

using Millis = std::chrono::milliseconds;

// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // 0 to end - 1.
  std::uint64_t below(std::uint64_t end) { return next() % end; }
  // True in `percent` of a hundred cases.
  bool happens(unsigned percent) { return below(100) < percent; }
  Millis between(Millis least, Millis most) {
    const auto span = static_cast<std::uint64_t>((most - least).count());
    return least + Millis(static_cast<std::int64_t>(below(span + 1)));
  }

 private:
  std::uint64_t state_;
};

class Scheduler {
 public:
  explicit Scheduler(std::uint64_t seed) : chance(seed) {}

  // What is due at the same moment happens in the order in which it was asked for.
  void at(Millis time, std::function<void()> action) {
    actions_.emplace(std::pair(time < steady_ ? steady_ : time, ++count_), std::move(action));
  }
  void in(Millis time, std::function<void()> action) { at(steady_ + time, std::move(action)); }
  // Everything that is due within this time happens.
  void pass(Millis time);
  [[nodiscard]] Now now() const { return {UnixMillis(kStart) + steady_, steady_}; }

  Chance chance;

 private:
  static constexpr Millis kStart = std::chrono::hours(24 * 365 * 56);
  std::map<std::pair<Millis, std::uint64_t>, std::function<void()>> actions_;
  std::uint64_t count_ = 0;
  Millis steady_{1000};
};

}  // namespace zerofc::sim
