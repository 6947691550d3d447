// The tables of the store, the numbers of their rows, and the rows' checksums.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/crypto.hpp"
#include "core/relay/storage.hpp"
#include "server/store/sqlite/database.hpp"

namespace zerofc::server::sqlite {

inline constexpr std::int64_t kApplicationId = 0x30666364;  // "0fcd"
inline constexpr std::int64_t kSchemaVersion = 1;

// An entry's row id is its room's number and its seq: the log of a room stands together, by seq,
// in the one b-tree that appends cheaply.
inline constexpr int kSeqBits = 32;
inline constexpr std::int64_t kRoomNumbersEnd = std::int64_t{1} << (63 - kSeqBits);

[[nodiscard]] inline std::int64_t row_id(std::int64_t room, Seq seq) {
  return room << kSeqBits | static_cast<std::int64_t>(seq);
}
// One beyond the last row that the room may have.
[[nodiscard]] inline std::int64_t rows_end(std::int64_t room) { return row_id(room + 1, 0); }
[[nodiscard]] inline Seq seq_of(std::int64_t row) {
  return static_cast<Seq>(row) & ((Seq{1} << kSeqBits) - 1);
}

inline constexpr const char* kSchema = R"sql(
CREATE TABLE rooms(
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  next_seq INTEGER NOT NULL,
  controls INTEGER NOT NULL,       -- how many control entries there are
  head_hash BLOB NOT NULL,
  log_bytes INTEGER NOT NULL,      -- of all entries and boxes that were ever stored
  checksum BLOB NOT NULL
) STRICT;
CREATE TABLE entries(
  row INTEGER PRIMARY KEY,         -- room's number << 32 | seq
  is_control INTEGER NOT NULL,
  author BLOB NOT NULL,
  token BLOB NOT NULL,
  bytes BLOB NOT NULL,
  checksum BLOB NOT NULL
) STRICT;
CREATE INDEX entries_by_name ON entries(author, token);
CREATE INDEX control_entries ON entries(row) WHERE is_control = 1;
CREATE TABLE boxes(
  room INTEGER NOT NULL,
  member BLOB NOT NULL,
  seq INTEGER NOT NULL,
  box BLOB NOT NULL,
  checksum BLOB NOT NULL,
  PRIMARY KEY(room, member, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE records(
  room INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  key BLOB NOT NULL,
  value BLOB NOT NULL,
  checksum BLOB NOT NULL,
  PRIMARY KEY(room, kind, key)
) STRICT, WITHOUT ROWID;
)sql";

// The first 8 bytes of SHA-256 over all that a row holds, with what tells tables and fields apart:
// against bits that flip, not against people.
using Checksum = Id<8, struct RowChecksumTag>;

struct RoomRow {
  std::int64_t number = 0;
  RoomId id;
  Seq next_seq = 0;
  std::int64_t controls = 0;
  Hash head_hash;
  std::uint64_t log_bytes = 0;
};
[[nodiscard]] Checksum checksum(Crypto& crypto, const RoomRow& room);
[[nodiscard]] Checksum entry_checksum(Crypto& crypto, std::int64_t row, bool is_control,
                                      BytesView author, BytesView token, BytesView bytes);
[[nodiscard]] Checksum box_checksum(Crypto& crypto, std::int64_t room, BytesView member, Seq seq,
                                    BytesView box);
[[nodiscard]] Checksum record_checksum(Crypto& crypto, std::int64_t room, std::int64_t kind,
                                       BytesView key, BytesView value);

// Looks a room up by its id.
class RoomFinder {
 public:
  explicit RoomFinder(Database& database);
  [[nodiscard]] std::optional<RoomRow> find(Crypto& crypto, const RoomId& id);

 private:
  Statement select_;
};

}  // namespace zerofc::server::sqlite
