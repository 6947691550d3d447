// What people do, and what happens to them: one kind of step is one small function.
#pragma once

#include <span>
#include <string_view>

#include "sim/world/world.hpp"

namespace zerofc::sim {

struct PlanStep {
  std::string_view name;
  unsigned weight = 0;
  void (*take)(World& world) = nullptr;
};

[[nodiscard]] std::span<const PlanStep> plan();
// One of them, by weight; then a moment passes.
void take_a_step(World& world);

}  // namespace zerofc::sim
