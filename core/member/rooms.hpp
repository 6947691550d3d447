// The rooms of one client.
#pragma once

#include <map>
#include <optional>

#include "core/member/connection/connection.hpp"
#include "core/member/room/room.hpp"
#include "core/wire/types.hpp"

namespace zerofc::member {

struct RoomSlot {
  explicit RoomSlot(Room made) : room(std::move(made)) {}

  Room room;
  Connection connection;
  // The server's fingerprint, not the pinned one, that the room has raised its alarm about.
  std::optional<Fingerprint> alarmed;
};

using Rooms = std::map<RoomId, RoomSlot>;

// Each has a connection of its own.
inline constexpr std::size_t kRoomsMax = 100;

}  // namespace zerofc::member
