// The names of the limits in the [limits] table of the configuration file.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/relay/limits.hpp"
#include "server/limits.hpp"

namespace zerofc::server {

struct AllLimits {
  Limits& server;
  relay::Limits& relay;
};

struct LimitKey {
  std::string_view name;  // its unit is in the name unless it is a count
  std::uint64_t min;
  std::uint64_t max;
  void (*set)(AllLimits limits, std::uint64_t value);
  std::uint64_t (*get)(AllLimits limits);
};

[[nodiscard]] std::span<const LimitKey> limit_keys();

}  // namespace zerofc::server
