#include "sim/world/scheduler.hpp"

namespace zerofc::sim {

std::uint64_t Chance::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

void Scheduler::pass(Millis time) {
  const Millis end = steady_ + time;
  while (!actions_.empty() && actions_.begin()->first.first <= end) {
    auto next = actions_.extract(actions_.begin());
    steady_ = next.key().first;
    next.mapped()();
  }
  steady_ = end;
}

}  // namespace zerofc::sim
