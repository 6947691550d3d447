// Stands in for the rooms of core/member/room/: does what a test tells it, and tells what it was
// asked for. Linked in their place.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/member/room/room.hpp"

namespace zerofc::member::test {

// What a test may set and see of one room.
struct RoomFacts {
  ui::RoomState state = ui::RoomState::kLive;
  bool wants_connection = true;
  std::optional<Fingerprint> pinned{};
  std::optional<InviteId> invite{};
  std::string text{};  // what the room has to remember
  std::optional<std::chrono::milliseconds> deadline{};
};

struct Script {
  // By room; a room that was moved keeps its facts.
  std::map<RoomId, RoomFacts> rooms;
  // Every call, such as "connected" or "send_text hello".
  std::vector<std::string> calls;
  // Run inside of the call with this name, before it returns.
  std::map<std::string, std::function<void(const RoomId&, Out&)>> reactions;
  // create, join and load fail.
  bool refuses = false;
  std::uint64_t made = 0;

  [[nodiscard]] std::size_t count(std::string_view call) const;
};

// One for the process; a test begins with a fresh one.
Script& script();

// The record that holds the room's text.
void put_text(const RoomId& room, Out& out, std::string_view text);

}  // namespace zerofc::member::test
