// What follows from a log that a server holds.
#pragma once

#include <optional>
#include <vector>

#include "core/log/control_state.hpp"
#include "sim/world/server.hpp"

namespace zerofc::sim {

struct LogView {
  ControlState state;          // after every valid control entry
  std::vector<Seq> epochs;     // where each epoch began
  std::vector<LogPoint> path;  // the chain hash at each entry
};

// None: its genesis does not stand.
[[nodiscard]] std::optional<LogView> view_of(const Server::Hosted& hosted);

}  // namespace zerofc::sim
