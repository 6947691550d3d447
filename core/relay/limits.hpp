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
  // The same, for everybody who ever was a member: each stays in memory.
  std::size_t members_ever_max = 10 * kMembersMax;
  // -> log-full. About 300 bytes each on disk.
  Seq log_entries_max = 10'000'000;
  // -> log-full. All entries and boxes that were ever stored; boxes that were dropped count on.
  std::uint64_t log_bytes_max = std::uint64_t{1} << 30;
  // The end of both is kept for control entries: where messages get log-full already, members can
  // still leave, rotate and be added.
  Seq log_entries_for_controls = 10'000;
  std::uint64_t log_bytes_for_controls_percent = 5;
  // -> too-many-invites, per author.
  std::size_t live_invites_max = 64;
  std::chrono::seconds invite_life_max = std::chrono::hours(24 * 30);
  // How long after its expiry an invite is still answered with what became of it, and how many of
  // an author's are remembered at all; after that they are unknown.
  std::chrono::seconds invite_memory = std::chrono::hours(24 * 7);
  std::size_t invites_remembered_max = 256;
  // -> join-declined too-many-requests, per invite; and in the whole room.
  std::size_t requests_per_invite_max = 8;
  std::size_t requests_max = 256;
  // -> too-large: a request's box; a grant (1,000 names of 128 bytes take 150,000).
  std::size_t request_box_bytes_max = 2048;
  std::size_t grant_bytes_max = std::size_t{192} * 1024;
  // -> rate-limited: all grants that wait in the room.
  std::size_t waiting_grants_bytes_max = std::size_t{4} << 20;
  std::chrono::seconds grant_life = std::chrono::hours(24 * 7);
  // -> too-large: a rekey-request or an answer (about 300 and 550 bytes). How many answers wait for
  // whoever asked; and how long one member has the request to itself before the next gets it.
  std::size_t rekey_bytes_max = 1024;
  std::size_t rekey_answers_max = 4;
  std::chrono::milliseconds rekey_offer = std::chrono::seconds(20);
  // -> too-large: a control entry (a member.add takes about 700). -> bad-boxes: a box (about 200).
  std::size_t control_bytes_max = 8192;
  std::size_t box_bytes_max = 1024;
  // -> rate-limited. A token bucket per member: entries in a burst, and per second after that. Up
  // to as many again are still looked up, since one that is in the log already is answered so.
  double appends_burst = 200;
  double appends_per_second = 20;
  double controls_burst = 60;
  double controls_per_second = 1;
  // The same for what of them is kept to be stored, boxes included, in bytes. At least a frame.
  double append_bytes_burst = 4.0 * 1024 * 1024;
  double append_bytes_per_second = 64.0 * 1024;
  // Per connection, for everything but appends and acks: requests, invites, grants, opens, pings.
  double others_burst = 200;
  double others_per_second = 20;
  // What waits while a batch is being stored -> rate-limited.
  std::size_t waiting_appends_max = 4096;
  std::size_t waiting_bytes_max = std::size_t{8} << 20;
  // One batch.
  std::size_t batch_entries_max = 512;
  std::size_t batch_bytes_max = std::size_t{1} << 20;
  // One read of a replay.
  std::size_t read_entries_max = 256;
  std::size_t read_bytes_max = std::size_t{128} * 1024;
  // How long cursors may be newer in memory than on disk, and expired records stay there.
  std::chrono::milliseconds cursor_delay = std::chrono::seconds(5);
};

}  // namespace zerofc::relay
