// What a room takes before it refuses. Each refusal is a typed error: docs/operations.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/wire/types.hpp"

namespace zerofc::relay {

struct Limits {
  // -> room-full, whatever the room's own policy allows.
  std::size_t members_max = kMembersMax;
  // -> log-full. About 300 bytes each on disk.
  Seq log_entries_max = 10'000'000;
  // -> too-many-invites, per author.
  std::size_t live_invites_max = 64;
  std::chrono::seconds invite_life_max = std::chrono::hours(24 * 30);
  // -> join-declined too-many-requests, per invite; and in the whole room.
  std::size_t requests_per_invite_max = 8;
  std::size_t requests_max = 256;
  std::chrono::seconds grant_life = std::chrono::hours(24 * 7);
  // -> rate-limited. A token bucket per member: entries in a burst, and per second after that.
  double appends_burst = 200;
  double appends_per_second = 20;
  double controls_burst = 60;
  double controls_per_second = 1;
  // Per connection, for everything that is no append: requests, invites, grants, opens, acks.
  double others_burst = 200;
  double others_per_second = 20;
  // Appends that wait while a batch is being stored -> rate-limited.
  std::size_t waiting_appends_max = 4096;
  std::size_t waiting_bytes_max = std::size_t{8} << 20;
  // One batch.
  std::size_t batch_entries_max = 512;
  std::size_t batch_bytes_max = std::size_t{1} << 20;
  // One read of a replay.
  std::size_t read_entries_max = 256;
  std::size_t read_bytes_max = std::size_t{128} * 1024;
  // How long cursors may be newer in memory than on disk.
  std::chrono::milliseconds cursor_delay = std::chrono::seconds(5);
};

}  // namespace zerofc::relay
