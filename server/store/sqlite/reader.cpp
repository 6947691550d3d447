#include "server/store/sqlite/reader.hpp"

#include <algorithm>
#include <utility>

#include "server/store/batch_check.hpp"

namespace zerofc::server::sqlite {
namespace {

// An entry's row, its checksum found right.
struct CheckedEntry {
  Seq seq = 0;
  BytesView bytes;
};

// Columns of a select of entries; holds until the next row.
CheckedEntry checked_entry(Crypto& crypto, const Run& run) {
  const std::int64_t row = run.integer(0);
  const BytesView bytes = run.blob(4);
  const Checksum expected =
      entry_checksum(crypto, row, run.integer(1) == 1, run.blob(2), run.blob(3), bytes);
  if (run.value<Checksum>(5) != expected) throw_damaged();
  return {seq_of(row), bytes};
}

// A member's boxes by rising seq, walked along with the entries.
class BoxCursor {
 public:
  BoxCursor(Crypto& crypto, Statement& select, const RoomRow& room, const MemberId& member,
            Seq from, Seq end)
      : crypto_(&crypto),
        room_(room.number),
        member_(member),
        run_(select, room_, member_.view(), static_cast<std::int64_t>(from),
             static_cast<std::int64_t>(end)) {
    advance();
  }

  // The box of that seq; none if there is none. Seqs must rise from call to call.
  std::optional<BytesView> at(Seq seq) {
    while (more_ && seq_ < seq) advance();
    if (!more_ || seq_ != seq) return std::nullopt;
    const BytesView box = run_.blob(1);
    if (run_.value<Checksum>(2) != box_checksum(*crypto_, room_, member_.view(), seq, box)) {
      throw_damaged();
    }
    return box;
  }

 private:
  void advance() {
    more_ = run_.next();
    if (more_) seq_ = static_cast<Seq>(run_.integer(0));
  }

  Crypto* crypto_;
  std::int64_t room_;
  MemberId member_;  // bound to run_
  Run run_;
  bool more_ = false;
  Seq seq_ = 0;
};

}  // namespace

Reader::Reader(Database database, Crypto& crypto, std::shared_ptr<const Totals> totals)
    : crypto_(&crypto),
      database_(std::move(database)),
      totals_(std::move(totals)),
      rooms_(database_),
      entries_(database_,
               "SELECT row, is_control, author, token, bytes, checksum FROM entries"
               " WHERE row >= ? AND row < ? ORDER BY row"),
      controls_(database_,
                "SELECT row, is_control, author, token, bytes, checksum FROM entries"
                " WHERE is_control = 1 AND row >= ? AND row < ? ORDER BY row"),
      boxes_(database_,
             "SELECT seq, box, checksum FROM boxes"
             " WHERE room = ? AND member = ? AND seq >= ? AND seq < ? ORDER BY seq"),
      records_(database_,
               "SELECT kind, key, value, checksum FROM records"
               " WHERE room = ? ORDER BY kind, key") {}

StoreResult<std::optional<relay::RoomImage>> Reader::load(const RoomId& id) {
  try {
    const Transaction snapshot(database_, "BEGIN");
    const auto room = rooms_.find(*crypto_, id);
    if (!room) return std::optional<relay::RoomImage>();
    return std::optional(load_found(*room));
  } catch (const Failure& failure) {
    return fail(failure.error());
  }
}

relay::RoomImage Reader::load_found(const RoomRow& room) {
  relay::RoomImage image;
  image.next_seq = room.next_seq;
  image.head_hash = room.head_hash;
  image.log_bytes = room.log_bytes;
  Run entries(controls_, row_id(room.number, 0), row_id(room.number, room.next_seq));
  while (entries.next()) {
    const CheckedEntry entry = checked_entry(*crypto_, entries);
    image.control_entries.emplace_back(entry.seq, to_bytes(entry.bytes));
  }
  if (static_cast<std::int64_t>(image.control_entries.size()) != room.controls) throw_damaged();
  Run records(records_, room.number);
  while (records.next()) {
    const std::int64_t kind = records.integer(0);
    const BytesView key = records.blob(1);
    const BytesView value = records.blob(2);
    if (records.value<Checksum>(3) != record_checksum(*crypto_, room.number, kind, key, value)) {
      throw_damaged();
    }
    image.records.push_back({static_cast<relay::RecordKind>(kind), to_bytes(key), to_bytes(value)});
  }
  return image;
}

StoreResult<relay::ReadResult> Reader::read(const RoomId& id, const relay::ReadRequest& request) {
  try {
    const Transaction snapshot(database_, "BEGIN");
    const auto room = rooms_.find(*crypto_, id);
    if (!room) return relay::ReadResult{{}, request.end};
    return read_found(*room, request);
  } catch (const Failure& failure) {
    return fail(failure.error());
  }
}

relay::ReadResult Reader::read_found(const RoomRow& room, const relay::ReadRequest& request) {
  relay::ReadResult result;
  result.next = request.end;
  const Seq end = std::min(request.end, room.next_seq);
  if (request.from >= end) return result;

  std::optional<BoxCursor> boxes;
  if (request.boxes_of) {
    boxes.emplace(*crypto_, boxes_, room, *request.boxes_of, request.from, end);
  }
  ReadBudget budget(request);
  Seq expected = request.from;
  Run entries(request.controls_only ? controls_ : entries_, row_id(room.number, request.from),
              row_id(room.number, end));
  while (entries.next()) {
    const CheckedEntry entry = checked_entry(*crypto_, entries);
    if (!request.controls_only && entry.seq != expected) throw_damaged();
    const auto box = boxes ? boxes->at(entry.seq) : std::nullopt;
    if (!budget.take(entry.bytes.size() + (box ? box->size() : 0))) {
      result.next = entry.seq;
      return result;
    }
    result.entries.push_back(
        {entry.seq, to_bytes(entry.bytes), box ? std::optional(to_bytes(*box)) : std::nullopt});
    ++expected;
  }
  if (!request.controls_only && expected != end) throw_damaged();
  return result;
}

StoreResult<StoreTotals> Reader::totals() {
  try {
    StoreTotals totals;
    totals.rooms = totals_->rooms;
    totals.entries = totals_->entries;
    totals.bytes = static_cast<std::uint64_t>(database_.value("PRAGMA page_count") *
                                              database_.value("PRAGMA page_size"));
    return totals;
  } catch (const Failure& failure) {
    return fail(failure.error());
  }
}

void Reader::upkeep() {
  // Busy or failing is no matter: the log stays, and a later one finds more to do.
  sqlite3_wal_checkpoint_v2(database_.get(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

}  // namespace zerofc::server::sqlite
