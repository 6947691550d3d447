// What a room asks of whoever stores it. One room has at most one batch under way; what it asks for
// is carried out in order.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/wire/types.hpp"

namespace zerofc::relay {

struct LogEntry {
  Seq seq = 0;
  bool is_control = false;
  MemberId author;
  EntryToken token;
  Bytes bytes;  // as relayed
};

struct BoxRow {
  Seq seq = 0;  // of the rotation
  MemberId member;
  Bytes box;
};

// Small values of a room, by kind and key.
enum class RecordKind : std::uint8_t {
  kCursor = 1,       // key: member id
  kInvite = 2,       // key: invite id
  kJoinRequest = 3,  // key: invite id, session public key
  kGrant = 4,        // key: joiner's member id
  kRekey = 5,        // key: asker's member id
};
struct RecordKey {
  RecordKind kind{};
  Bytes key;
};
struct Record {
  RecordKind kind{};
  Bytes key;
  Bytes value;
};

// Names one entry of the log: unique among those of a room.
struct EntryName {
  MemberId author;
  EntryToken token;
};

// Becomes durable whole or not at all. May have no entries; with nothing but `probes` there is
// nothing to make durable.
struct Batch {
  RoomId room;
  bool creates_room = false;  // then refused with Exists if there is one
  // Appended from next_seq on, without holes; refused with Duplicates if any (author, token) is in
  // the log already.
  std::vector<LogEntry> entries;
  Hash head_hash;  // H of the last of them
  // Which of these are in the log is part of Committed: entries that the room would refuse, but
  // whose first copy may have been accepted. None of them is among `entries`.
  std::vector<EntryName> probes;
  std::vector<BoxRow> boxes;
  // No key is in both.
  std::vector<Record> put;
  std::vector<RecordKey> erase;
  // Boxes of this member up to and including this seq are not needed any more.
  std::vector<std::pair<MemberId, Seq>> drop_boxes;
};

// What a batch adds to the bytes of its room's log: entries, and boxes with their members' ids.
[[nodiscard]] inline std::uint64_t log_bytes(const Batch& batch) {
  std::uint64_t bytes = 0;
  for (const LogEntry& entry : batch.entries) bytes += entry.bytes.size();
  for (const BoxRow& row : batch.boxes) bytes += MemberId::kBytes + row.box.size();
  return bytes;
}

struct Committed {
  // Of the batch's probes (by index, rising), those that are in the log, and where.
  std::vector<std::pair<std::size_t, Seq>> known;
};
struct Exists {};
// Nothing was stored: these of the batch's entries (by index) are in the log at these seqs.
struct Duplicates {
  std::vector<std::pair<std::size_t, Seq>> found;
};
enum class StoreFailure : std::uint8_t {
  kUnavailable,  // the disk is full or failing; may recover
  kConflict,     // the log is not where the room thinks it is: the room must be loaded again
};
using BatchResult = std::variant<Committed, Exists, Duplicates, StoreFailure>;

// A room as it is loaded: all that it keeps in memory.
struct RoomImage {
  Seq next_seq = 0;                                    // at least 1
  Hash head_hash;                                      // H[next_seq - 1]
  std::uint64_t log_bytes = 0;                         // sum over all its batches, ever
  std::vector<std::pair<Seq, Bytes>> control_entries;  // all, by rising seq, genesis first
  std::vector<Record> records;
};

// A stretch of the log for one reader.
struct ReadRequest {
  Seq from = 0;
  Seq end = 0;  // exclusive
  std::size_t entries_max = 0;
  std::size_t bytes_max = 0;  // at least one entry is read
  bool controls_only = false;
  std::optional<MemberId> boxes_of;  // with this member's boxes
};
struct ReadEntry {
  Seq seq = 0;
  Bytes bytes;
  std::optional<Bytes> box;
};
struct ReadResult {
  std::vector<ReadEntry> entries;  // by rising seq
  Seq next = 0;                    // where the next request begins; `end` if that was all
};

}  // namespace zerofc::relay
