#include "server/store/sqlite_store.hpp"

#include <algorithm>
#include <utility>

#include "server/store/batch_check.hpp"
#include "server/store/sqlite/open.hpp"
#include "server/store/sqlite/reader.hpp"
#include "server/store/sqlite/rows.hpp"

namespace zerofc::server {
namespace {

using relay::Batch;
using relay::BatchResult;
using relay::StoreFailure;
using sqlite::Database;
using sqlite::Failure;
using sqlite::RoomRow;
using sqlite::Run;
using sqlite::Statement;

// What a group of batches adds, once it is durable.
struct Added {
  std::uint64_t rooms = 0;
  std::uint64_t entries = 0;
};

std::int64_t signed_of(Seq seq) { return static_cast<std::int64_t>(seq); }

}  // namespace

class SqliteStore::Impl {
 public:
  Impl(std::filesystem::path file, Database database, Crypto& crypto, const SqliteOptions& options);
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() = default;

  std::vector<BatchResult> commit(std::span<const Batch> batches);
  [[nodiscard]] bool upkeep_due() const { return upkeep_due_; }
  StoreResult<std::unique_ptr<StoreReader>> reader();

 private:
  std::vector<BatchResult> commit_together(std::span<const Batch> batches);
  BatchResult write(const Batch& batch, Added& added);
  void write_entries(const Batch& batch, RoomRow& room);
  void write_small(const Batch& batch, std::int64_t room);
  template <class Named>
  std::vector<std::pair<std::size_t, Seq>> find(const RoomRow& room,
                                                const std::vector<Named>& wanted);
  RoomRow new_room(const RoomId& id);
  void care_for_log();

  const std::filesystem::path file_;
  const SqliteOptions options_;
  Crypto* crypto_;
  Database database_;
  std::shared_ptr<sqlite::Totals> totals_ = std::make_shared<sqlite::Totals>();

  int page_bytes_;
  int log_pages_ = 0;  // in the write-ahead log after the last commit
  int due_pages_ = 0;  // upkeep is due from here on
  bool upkeep_due_ = false;

  sqlite::RoomFinder rooms_;
  Statement last_number_;
  Statement put_room_;
  Statement update_room_;
  Statement put_entry_;
  Statement find_entry_;
  Statement put_box_;
  Statement drop_boxes_;
  Statement put_record_;
  Statement erase_record_;
};

SqliteStore::Impl::Impl(std::filesystem::path file, Database database, Crypto& crypto,
                        const SqliteOptions& options)
    : file_(std::move(file)),
      options_(options),
      crypto_(&crypto),
      database_(std::move(database)),
      page_bytes_(static_cast<int>(database_.value("PRAGMA page_size"))),
      rooms_(database_),
      last_number_(database_, "SELECT ifnull(max(number), 0) FROM rooms"),
      put_room_(database_, "INSERT INTO rooms VALUES (?, ?, ?, ?, ?, ?, ?)"),
      update_room_(database_,
                   "UPDATE rooms SET next_seq = ?, controls = ?, head_hash = ?, log_bytes = ?,"
                   " checksum = ? WHERE number = ?"),
      put_entry_(database_, "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)"),
      find_entry_(database_,
                  "SELECT row FROM entries"
                  " WHERE author = ? AND token = ? AND row >= ? AND row < ?"),
      put_box_(database_, "INSERT OR REPLACE INTO boxes VALUES (?, ?, ?, ?, ?)"),
      drop_boxes_(database_, "DELETE FROM boxes WHERE room = ? AND member = ? AND seq <= ?"),
      put_record_(database_, "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)"),
      erase_record_(database_, "DELETE FROM records WHERE room = ? AND kind = ? AND key = ?") {
  if (options_.file_bytes_max != 0) {
    const auto pages = options_.file_bytes_max / static_cast<std::uint64_t>(page_bytes_);
    database_.run(("PRAGMA max_page_count = " + std::to_string(pages)).c_str());
  }
  database_.run(("PRAGMA journal_size_limit = " + std::to_string(options_.log_bytes_due)).c_str());
  totals_->rooms = static_cast<std::uint64_t>(database_.value("SELECT count(*) FROM rooms"));
  totals_->entries =
      static_cast<std::uint64_t>(database_.value("SELECT ifnull(sum(next_seq), 0) FROM rooms"));
  due_pages_ = static_cast<int>(options_.log_bytes_due / static_cast<std::uint64_t>(page_bytes_));
  sqlite3_wal_hook(
      database_.get(),
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      &log_pages_);
}

std::vector<BatchResult> SqliteStore::Impl::commit(std::span<const Batch> batches) {
  std::vector<BatchResult> results;
  try {
    results = commit_together(batches);
  } catch (const Failure&) {
    if (batches.size() == 1) return {StoreFailure::kUnavailable};
    // One of them, or the disk. Each alone shows which.
    for (const Batch& batch : batches) {
      auto alone = commit(std::span(&batch, 1));
      results.push_back(std::move(alone.front()));
    }
  }
  care_for_log();
  return results;
}

std::vector<BatchResult> SqliteStore::Impl::commit_together(std::span<const Batch> batches) {
  std::vector<BatchResult> results;
  results.reserve(batches.size());
  Added added;
  sqlite::Transaction transaction(database_, "BEGIN IMMEDIATE");
  for (const Batch& batch : batches) results.push_back(write(batch, added));
  transaction.commit();
  totals_->rooms += added.rooms;
  totals_->entries += added.entries;
  return results;
}

// Everything that may be refused is looked at before anything is written, so a refused batch needs
// no undoing.
BatchResult SqliteStore::Impl::write(const Batch& batch, Added& added) {
  std::optional<RoomRow> room = rooms_.find(*crypto_, batch.room);
  if (auto refused = refusal(batch, room ? std::optional(room->next_seq) : std::nullopt)) {
    return std::move(*refused);
  }
  if (!room) {
    room = new_room(batch.room);
    ++added.rooms;
  } else if (auto duplicates = find(*room, batch.entries); !duplicates.empty()) {
    return relay::Duplicates{std::move(duplicates)};
  }
  relay::Committed committed{find(*room, batch.probes)};
  if (!batch.entries.empty() || !batch.boxes.empty()) write_entries(batch, *room);
  write_small(batch, room->number);
  added.entries += batch.entries.size();
  return committed;
}

RoomRow SqliteStore::Impl::new_room(const RoomId& id) {
  Run run(last_number_);
  run.next();
  RoomRow room;
  room.number = run.integer(0) + 1;
  room.id = id;
  if (room.number >= sqlite::kRoomNumbersEnd) throw Failure{SQLITE_FULL};
  return room;
}

template <class Named>
std::vector<std::pair<std::size_t, Seq>> SqliteStore::Impl::find(const RoomRow& room,
                                                                 const std::vector<Named>& wanted) {
  std::vector<std::pair<std::size_t, Seq>> found;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    Run run(find_entry_, wanted[i].author.view(), wanted[i].token.view(),
            sqlite::row_id(room.number, 0), sqlite::rows_end(room.number));
    if (run.next()) found.emplace_back(i, sqlite::seq_of(run.integer(0)));
  }
  return found;
}

void SqliteStore::Impl::write_entries(const Batch& batch, RoomRow& room) {
  for (const relay::LogEntry& entry : batch.entries) {
    if (entry.seq >= Seq{1} << sqlite::kSeqBits) throw Failure{SQLITE_FULL};
    const std::int64_t row = sqlite::row_id(room.number, entry.seq);
    const auto checksum = sqlite::entry_checksum(
        *crypto_, row, entry.is_control, entry.author.view(), entry.token.view(), entry.bytes);
    run(put_entry_, row, std::int64_t{entry.is_control}, entry.author.view(), entry.token.view(),
        BytesView(entry.bytes), checksum.view());
    room.controls += entry.is_control ? 1 : 0;
  }
  room.next_seq += batch.entries.size();
  if (!batch.entries.empty()) room.head_hash = batch.head_hash;
  room.log_bytes += relay::log_bytes(batch);
  const auto log_bytes = static_cast<std::int64_t>(room.log_bytes);
  const auto room_checksum = checksum(*crypto_, room);
  if (batch.creates_room) {
    run(put_room_, room.number, room.id.view(), signed_of(room.next_seq), room.controls,
        room.head_hash.view(), log_bytes, room_checksum.view());
  } else {
    run(update_room_, signed_of(room.next_seq), room.controls, room.head_hash.view(), log_bytes,
        room_checksum.view(), room.number);
  }
}

void SqliteStore::Impl::write_small(const Batch& batch, std::int64_t room) {
  for (const relay::BoxRow& box : batch.boxes) {
    const auto checksum = sqlite::box_checksum(*crypto_, room, box.member.view(), box.seq, box.box);
    run(put_box_, room, box.member.view(), signed_of(box.seq), BytesView(box.box), checksum.view());
  }
  for (const relay::Record& record : batch.put) {
    const auto kind = static_cast<std::int64_t>(record.kind);
    const auto checksum = sqlite::record_checksum(*crypto_, room, kind, record.key, record.value);
    run(put_record_, room, kind, BytesView(record.key), BytesView(record.value), checksum.view());
  }
  for (const relay::RecordKey& record : batch.erase) {
    run(erase_record_, room, static_cast<std::int64_t>(record.kind), BytesView(record.key));
  }
  for (const auto& [member, seq] : batch.drop_boxes) {
    run(drop_boxes_, room, member.view(), signed_of(seq));
  }
}

void SqliteStore::Impl::care_for_log() {
  const int step =
      static_cast<int>(options_.log_bytes_due / static_cast<std::uint64_t>(page_bytes_));
  if (log_pages_ < due_pages_ - step) due_pages_ = step;  // the log began anew
  upkeep_due_ = log_pages_ >= due_pages_;
  if (upkeep_due_) due_pages_ = log_pages_ + step;
  if (log_pages_ >= 4 * step) {
    // Upkeep didn't keep pace: wait for readers, finish its work and begin the log anew. If it
    // fails, the log stays longer, and the next commit tries again.
    const int done = sqlite3_wal_checkpoint_v2(database_.get(), "main", SQLITE_CHECKPOINT_RESTART,
                                               nullptr, nullptr);
    if (done == SQLITE_OK) log_pages_ = 0;
  }
}

StoreResult<std::unique_ptr<StoreReader>> SqliteStore::Impl::reader() {
  try {
    return std::unique_ptr<StoreReader>(std::make_unique<sqlite::Reader>(
        sqlite::open_again(file_, options_.vfs), *crypto_, totals_));
  } catch (const Failure& failure) {
    return fail(failure.error());
  }
}

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>, OpenStoreError> SqliteStore::open(
    const std::filesystem::path& file, Crypto& crypto, const SqliteOptions& options) {
  auto database = sqlite::open_or_make(file, options.vfs);
  if (!database) return fail(database.error());
  try {
    return std::unique_ptr<SqliteStore>(
        new SqliteStore(std::make_unique<Impl>(file, std::move(*database), crypto, options)));
  } catch (const Failure& failure) {
    return fail(failure.error() == StoreError::kDamaged ? OpenStoreError::kDamaged
                                                        : OpenStoreError::kUnavailable);
  }
}

std::vector<BatchResult> SqliteStore::commit(std::span<const Batch> batches) {
  return impl_->commit(batches);
}
bool SqliteStore::upkeep_due() const { return impl_->upkeep_due(); }
StoreResult<std::unique_ptr<StoreReader>> SqliteStore::reader() { return impl_->reader(); }

}  // namespace zerofc::server
