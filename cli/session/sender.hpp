// Messages of one room on their way: handed to the core, and confirmed when they are back in the
// room's log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string_view>

#include "cli/session/session.hpp"

namespace zerofc::cli {

class Sender {
 public:
  // So many may be under way; the core's own bound is above it.
  static constexpr std::size_t kUnderWayMax = 64;

  Sender(Session& session, const ui::Id32& room) : session_(&session), room_(room) {}

  void send(std::string_view text);
  // Every patch goes through here. Own messages that came back are told to `delivered`. Throws
  // Exit if one of them was refused.
  void hear(const ui::Patch& patch, const std::function<void(const ui::Item&)>& delivered);

  [[nodiscard]] std::size_t under_way() const { return refs_.size() + tokens_.size(); }
  [[nodiscard]] bool has_room() const { return under_way() < kUnderWayMax; }

 private:
  void heard(const ui::patch::OutboxChanged& changed);

  Session* session_;
  ui::Id32 room_;
  std::set<std::uint64_t> refs_;  // that have no token yet
  std::set<ui::Id16> tokens_;
};

}  // namespace zerofc::cli
