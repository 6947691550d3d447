// What SQLite adds to the contract of stores: files that outlive processes and power cuts, that
// are refused when they aren't ours, and whose damage is found.
#include "server/store/sqlite_store.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "native/files/tests/full_disk.hpp"
#include "native/files/tests/temp_dir.hpp"
#include "native/themis_crypto.hpp"
#include "power_cut_vfs.hpp"
#include "support.hpp"

namespace zerofc::server::test {
namespace {

namespace fs = std::filesystem;
using relay::Batch;
using relay::RecordKind;
using relay::StoreFailure;

// Runs SQL past the store, as damage and other programs would.
void run_sql(const fs::path& file, const std::string& sql) {
  sqlite3* database = nullptr;
  if (sqlite3_open(file.c_str(), &database) != SQLITE_OK) throw std::runtime_error("open");
  char* message = nullptr;
  const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message);
  const std::string why = message == nullptr ? "" : message;
  sqlite3_free(message);
  sqlite3_close(database);
  if (code != SQLITE_OK) throw std::runtime_error(why);
}

class Sqlite : public testing::Test {
 protected:
  const RoomId room = room_id(1);
  const RoomId other = room_id(2);
  TempDir dir;
  const fs::path file = dir.path() / "rooms.db";
  ThemisCrypto crypto;

  std::unique_ptr<SqliteStore> open(const SqliteOptions& options = {}) {
    auto opened = SqliteStore::open(file, crypto, options);
    if (!opened) throw std::runtime_error("not opened");
    return std::move(*opened);
  }
  // Both rooms with some of everything.
  void fill(Store& store) {
    for (const RoomId& each : {room, other}) {
      ASSERT_TRUE(committed(commit_one(store, creation(each))));
      Batch batch = messages(each, 1, 5);
      batch.entries[2].is_control = true;  // seq 3
      batch.boxes = {{3, member_id(7), text("the box")}};
      batch.put = {{RecordKind::kInvite, text("invite"), text("the value")}};
      ASSERT_TRUE(committed(commit_one(store, batch)));
    }
  }
  std::string all_of(Store& store, const RoomId& which) {
    const auto reader = must(store.reader());
    return everything(*reader, which);
  }
  // Not opened, for that reason, and nothing in the folder was changed.
  void refuse(OpenStoreError expected) {
    const auto before = snapshot(dir.path());
    const auto opened = SqliteStore::open(file, crypto);
    ASSERT_FALSE(opened);
    EXPECT_EQ(static_cast<int>(opened.error()), static_cast<int>(expected));
    EXPECT_EQ(snapshot(dir.path()), before);
  }
};

TEST_F(Sqlite, rooms_outlive_the_process) {
  std::string before;
  {
    const auto store = open();
    fill(*store);
    before = all_of(*store, room);
  }
  const auto store = open();
  EXPECT_EQ(all_of(*store, room), before);
  const auto totals = must(must(store->reader())->totals());
  EXPECT_EQ(totals.rooms, 2U);
  EXPECT_EQ(totals.entries, 12U);
  EXPECT_TRUE(committed(commit_one(*store, messages(room, 6, 1))));
}

TEST_F(Sqlite, the_files_are_for_their_owner_only) {
  const auto store = open();
  fill(*store);
  const auto reader = must(store->reader());
  std::size_t files = 0;
  for (const auto& found : fs::directory_iterator(dir.path())) {
    EXPECT_EQ(found.status().permissions(), fs::perms::owner_read | fs::perms::owner_write)
        << found.path();
    ++files;
  }
  EXPECT_GE(files, 2U);
}

TEST_F(Sqlite, a_creation_that_was_interrupted_is_begun_anew) {
  write_file(dir.path() / "rooms.db.new", "half a database");
  write_file(dir.path() / "rooms.db.new-journal", "half a journal");
  const auto store = open();
  fill(*store);
  EXPECT_FALSE(fs::exists(dir.path() / "rooms.db.new"));
  EXPECT_FALSE(fs::exists(dir.path() / "rooms.db.new-journal"));
}

// ---- files that aren't opened

TEST_F(Sqlite, a_file_that_is_no_database_is_refused_and_left_untouched) {
  for (const char* content : {"", "short", "SQLite format 3"}) {
    write_file(file, content);
    refuse(OpenStoreError::kForeign);
  }
  write_file(file, std::string(10'000, 'x'));
  refuse(OpenStoreError::kForeign);
}

TEST_F(Sqlite, another_programs_database_is_refused_and_left_untouched) {
  run_sql(file, "PRAGMA journal_mode = WAL; CREATE TABLE rooms(number INTEGER PRIMARY KEY);");
  refuse(OpenStoreError::kForeign);
  run_sql(file, "PRAGMA application_id = 1; PRAGMA user_version = 1;");
  refuse(OpenStoreError::kForeign);
}

TEST_F(Sqlite, a_newer_database_is_refused_and_left_untouched) {
  fill(*open());
  run_sql(file, "PRAGMA user_version = 2");
  refuse(OpenStoreError::kNewer);
}

TEST_F(Sqlite, a_newer_version_that_stands_in_the_write_ahead_log_only_is_noticed) {
  fill(*open());
  sqlite3* newer = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &newer), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(newer, "PRAGMA user_version = 2", nullptr, nullptr, nullptr), SQLITE_OK);
  const std::string database = content_of(file);
  const std::string log = content_of(file.string() + "-wal");
  ASSERT_FALSE(log.empty());
  const auto opened = SqliteStore::open(file, crypto);
  ASSERT_FALSE(opened);
  EXPECT_EQ(static_cast<int>(opened.error()), static_cast<int>(OpenStoreError::kNewer));
  EXPECT_EQ(content_of(file), database);
  EXPECT_EQ(content_of(file.string() + "-wal"), log);
  sqlite3_close(newer);
}

TEST_F(Sqlite, a_log_without_its_database_is_never_played_into_a_new_one) {
  write_file(file.string() + "-wal", "what somebody left");
  refuse(OpenStoreError::kDamaged);
}

TEST_F(Sqlite, a_database_of_ours_without_its_tables_is_refused) {
  fill(*open());
  run_sql(file, "DROP TABLE boxes");
  const auto opened = SqliteStore::open(file, crypto);
  if (opened) {
    EXPECT_FALSE((*opened)->reader());
  } else {
    EXPECT_NE(static_cast<int>(opened.error()), static_cast<int>(OpenStoreError::kForeign));
  }
}

// ---- damage

enum class FoundBy : std::uint8_t { kLoad, kRead, kBoth };
struct Damage {
  const char* what;
  FoundBy found_by;
  const char* sql;  // to the first room, whose number is 1
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.what; }

class SqliteDamage : public Sqlite, public testing::WithParamInterface<Damage> {};

TEST_P(SqliteDamage, is_found_when_the_room_is_read_and_disturbs_no_other_room) {
  fill(*open());
  run_sql(file, GetParam().sql);
  const auto store = open();
  const auto reader = must(store->reader());
  auto request = from_to(0, 6);
  request.boxes_of = member_id(7);
  const auto loaded = reader->load(room);
  const auto read = reader->read(room, request);
  if (GetParam().found_by == FoundBy::kRead) {
    EXPECT_TRUE(loaded);
  } else {
    EXPECT_TRUE(failed_with(loaded, StoreError::kDamaged));
  }
  if (GetParam().found_by == FoundBy::kLoad) {
    EXPECT_TRUE(read);
  } else {
    EXPECT_TRUE(failed_with(read, StoreError::kDamaged));
  }

  ASSERT_TRUE(reader->load(other));
  EXPECT_EQ(must(reader->read(other, request)).entries.size(), 6U);
  // In one group with the damaged room, too.
  const std::vector<Batch> group = {messages(room, 6, 1), messages(other, 6, 1)};
  EXPECT_TRUE(committed(store->commit(group)[1]));
}

INSTANTIATE_TEST_SUITE_P(
    Of, SqliteDamage,
    testing::Values(
        Damage{"entry_bytes", FoundBy::kRead,
               "UPDATE entries SET bytes = x'00' WHERE row = (1 << 32) + 4"},
        Damage{"entry_author", FoundBy::kRead,
               "UPDATE entries SET author = zeroblob(16) WHERE row = (1 << 32) + 4"},
        Damage{"entry_token", FoundBy::kRead,
               "UPDATE entries SET token = zeroblob(16) WHERE row = (1 << 32) + 4"},
        Damage{"entry_kind", FoundBy::kBoth,
               "UPDATE entries SET is_control = 1 WHERE row = (1 << 32) + 4"},
        Damage{"entry_checksum", FoundBy::kRead,
               "UPDATE entries SET checksum = x'00' WHERE row = (1 << 32) + 4"},
        Damage{"control_kind", FoundBy::kBoth,
               "UPDATE entries SET is_control = 0 WHERE row = (1 << 32) + 3"},
        Damage{"entries_swapped", FoundBy::kRead,
               "UPDATE entries SET row = (1 << 32) + 99 WHERE row = (1 << 32) + 1;"
               "UPDATE entries SET row = (1 << 32) + 1 WHERE row = (1 << 32) + 2;"
               "UPDATE entries SET row = (1 << 32) + 2 WHERE row = (1 << 32) + 99"},
        Damage{"entry_gone", FoundBy::kRead, "DELETE FROM entries WHERE row = (1 << 32) + 2"},
        Damage{"last_entry_gone", FoundBy::kRead, "DELETE FROM entries WHERE row = (1 << 32) + 5"},
        Damage{"control_gone", FoundBy::kBoth, "DELETE FROM entries WHERE row = (1 << 32) + 3"},
        Damage{"box", FoundBy::kRead, "UPDATE boxes SET box = x'00' WHERE room = 1"},
        Damage{"box_of_another_seq", FoundBy::kRead, "UPDATE boxes SET seq = 2 WHERE room = 1"},
        Damage{"box_of_another_room", FoundBy::kRead,
               "DELETE FROM boxes WHERE room = 1;"
               "UPDATE boxes SET room = 1 WHERE room = 2"},
        Damage{"record_value", FoundBy::kLoad, "UPDATE records SET value = x'00' WHERE room = 1"},
        Damage{"record_key", FoundBy::kLoad, "UPDATE records SET key = x'00' WHERE room = 1"},
        Damage{"record_kind", FoundBy::kLoad, "UPDATE records SET kind = 4 WHERE room = 1"},
        Damage{"room_next_seq", FoundBy::kBoth, "UPDATE rooms SET next_seq = 5 WHERE number = 1"},
        Damage{"room_head_hash", FoundBy::kBoth,
               "UPDATE rooms SET head_hash = zeroblob(32) WHERE number = 1"},
        Damage{"room_controls", FoundBy::kBoth, "UPDATE rooms SET controls = 1 WHERE number = 1"},
        Damage{"room_head_hash_size", FoundBy::kBoth,
               "UPDATE rooms SET head_hash = x'00' WHERE number = 1"}),
    [](const testing::TestParamInfo<Damage>& damage) { return std::string(damage.param.what); });

TEST_F(Sqlite, a_bit_that_flips_on_the_disk_is_found) {
  const std::string needle = "an entry that is easily found in the file";
  {
    const auto store = open();
    fill(*store);
    Batch batch = messages(room, 6, 1);
    batch.entries[0].bytes = text(needle);
    ASSERT_TRUE(committed(commit_one(*store, batch)));
  }
  std::string content = content_of(file);
  const std::size_t at = content.find(needle);
  ASSERT_NE(at, std::string::npos);
  content[at + 5] = static_cast<char>(content[at + 5] ^ 1);
  write_file(file, content);
  const auto store = open();
  const auto reader = must(store->reader());
  EXPECT_TRUE(failed_with(reader->read(room, from_to(0, 7)), StoreError::kDamaged));
  EXPECT_EQ(must(reader->read(room, from_to(0, 6))).entries.size(), 6U);
  EXPECT_EQ(must(reader->read(other, from_to(0, 6))).entries.size(), 6U);
}

TEST_F(Sqlite, a_hole_is_found_even_by_a_read_that_ends_before_the_logs_end) {
  fill(*open());
  run_sql(file, "DELETE FROM entries WHERE row = (1 << 32) + 2");
  const auto store = open();
  const auto reader = must(store->reader());
  auto request = from_to(0, 6);
  request.entries_max = 3;
  EXPECT_TRUE(failed_with(reader->read(room, request), StoreError::kDamaged));
  request.entries_max = 2;
  EXPECT_TRUE(failed_with(reader->read(room, request), StoreError::kDamaged));
  request.end = 2;
  EXPECT_EQ(must(reader->read(room, request)).entries.size(), 2U);
}

TEST_F(Sqlite, appending_to_a_room_whose_state_is_damaged_is_refused) {
  fill(*open());
  run_sql(file, "UPDATE rooms SET next_seq = 4 WHERE number = 1");
  const auto store = open();
  EXPECT_TRUE(failed_with(commit_one(*store, messages(room, 4, 1)), StoreFailure::kUnavailable));
  EXPECT_TRUE(committed(commit_one(*store, messages(other, 6, 1))));
}

// ---- erased

TEST_F(Sqlite, what_was_erased_is_in_no_file_any_more) {
  const std::string box = "a box that was acknowledged, of some length";
  const std::string request = "a join request that was answered, of some length";
  {
    const auto store = open();
    fill(*store);
    Batch batch;
    batch.room = room;
    batch.boxes = {{3, member_id(8), text(box)}};
    batch.put = {{RecordKind::kJoinRequest, text("invite"), text(request)}};
    ASSERT_TRUE(committed(commit_one(*store, batch)));
    Batch erase;
    erase.room = room;
    erase.drop_boxes = {{member_id(8), 3}};
    erase.erase = {{RecordKind::kJoinRequest, text("invite")}};
    ASSERT_TRUE(committed(commit_one(*store, erase)));
  }
  for (const auto& [name, content] : snapshot(dir.path())) {
    EXPECT_EQ(content.find(box), std::string::npos) << name;
    EXPECT_EQ(content.find(request), std::string::npos) << name;
    EXPECT_NE(content.find("the box"), std::string::npos) << name;  // the search works
  }
}

// ---- a disk that is full or fails

Batch large(const RoomId& room, Seq seq, std::size_t bytes) {
  Batch batch = messages(room, seq, 1);
  batch.entries[0].bytes = Bytes(bytes, 1);
  return batch;
}

TEST_F(Sqlite, a_full_database_refuses_what_does_not_fit_and_serves_the_rest) {
  SqliteOptions options;
  options.file_bytes_max = 400'000;
  const auto store = open(options);
  fill(*store);
  const std::string before = all_of(*store, room);
  const std::vector<Batch> group = {messages(other, 6, 1), large(room, 6, 500'000),
                                    messages(other, 7, 1)};
  const auto results = store->commit(group);
  EXPECT_TRUE(committed(results[0]));
  EXPECT_TRUE(failed_with(results[1], StoreFailure::kUnavailable));
  EXPECT_TRUE(committed(results[2]));
  EXPECT_EQ(all_of(*store, room), before);
  // What fits goes on.
  EXPECT_TRUE(committed(commit_one(*store, messages(room, 6, 1))));
}

TEST_F(Sqlite, when_the_disk_takes_no_more_writes_reads_go_on_and_it_recovers_by_itself) {
  const auto store = open();
  fill(*store);
  const auto reader = must(store->reader());
  const std::string before = everything(*reader, room);
  {
    const FullDisk full(fs::file_size(file.string() + "-wal"));
    const std::vector<Batch> group = {large(room, 6, 100'000), large(other, 6, 100'000)};
    for (int attempt = 0; attempt < 3; ++attempt) {
      for (const auto& result : store->commit(group)) {
        EXPECT_TRUE(failed_with(result, StoreFailure::kUnavailable));
      }
      EXPECT_EQ(everything(*reader, room), before);
    }
  }
  EXPECT_TRUE(committed(commit_one(*store, large(room, 6, 100'000))));
  EXPECT_EQ(must(reader->load(room))->next_seq, 7U);
}

TEST_F(Sqlite, a_database_that_can_not_be_made_leaves_nothing_behind) {
  const FullDisk full(2000);
  refuse(OpenStoreError::kUnavailable);
}

// ---- power

TEST_F(Sqlite, every_acknowledged_batch_is_there_after_a_power_cut) {
  PowerCutVfs disk;
  SqliteOptions options;
  options.vfs = PowerCutVfs::name();
  options.log_bytes_due = 40'000;
  const auto store = open(options);
  const auto reader = must(store->reader());
  disk.on_disk(file);  // made whole, see a_creation_that_was_interrupted_is_begun_anew
  ASSERT_TRUE(committed(commit_one(*store, creation(room))));
  std::size_t upkeeps = 0;
  for (Seq seq = 1; seq <= 60; ++seq) {
    Batch batch = messages(room, seq, 1);
    batch.put = {{RecordKind::kCursor, text("member"), text(std::to_string(seq))}};
    const std::size_t syncs = disk.syncs();
    ASSERT_TRUE(committed(commit_one(*store, batch)));
    EXPECT_GT(disk.syncs(), syncs);

    const TempDir found;
    disk.after_power_cut(dir.path(), found.path());
    const auto after = SqliteStore::open(found.path() / "rooms.db", crypto);
    ASSERT_TRUE(after);
    const auto after_reader = must((*after)->reader());
    ASSERT_EQ(everything(*after_reader, room), everything(*reader, room)) << "at " << seq;
    if (store->upkeep_due()) {
      reader->upkeep();
      ++upkeeps;
    }
  }
  EXPECT_GT(upkeeps, 1U);
}

// ---- the write-ahead log

TEST_F(Sqlite, the_log_has_a_bound_even_if_nobody_does_the_upkeep) {
  SqliteOptions options;
  options.log_bytes_due = 100'000;
  const auto store = open(options);
  const auto reader = must(store->reader());
  ASSERT_TRUE(committed(commit_one(*store, creation(room))));
  std::uintmax_t largest = 0;
  for (Seq seq = 1; seq <= 100; ++seq) {
    ASSERT_TRUE(committed(commit_one(*store, large(room, seq, 30'000))));
    largest = std::max(largest, fs::file_size(file.string() + "-wal"));
  }
  EXPECT_GT(largest, 200'000U);
  EXPECT_LT(largest, 4 * options.log_bytes_due + 100'000);
}

TEST_F(Sqlite, upkeep_beside_the_commits_keeps_the_log_short) {
  SqliteOptions options;
  options.log_bytes_due = 100'000;
  const auto store = open(options);
  const auto reader = must(store->reader());
  ASSERT_TRUE(committed(commit_one(*store, creation(room))));
  std::uintmax_t largest = 0;
  std::size_t upkeeps = 0;
  for (Seq seq = 1; seq <= 100; ++seq) {
    ASSERT_TRUE(committed(commit_one(*store, large(room, seq, 30'000))));
    largest = std::max(largest, fs::file_size(file.string() + "-wal"));
    if (store->upkeep_due()) {
      reader->upkeep();
      ++upkeeps;
    }
  }
  EXPECT_GT(upkeeps, 10U);
  EXPECT_LT(upkeeps, 60U);
  EXPECT_LT(largest, 200'000U);
}

}  // namespace
}  // namespace zerofc::server::test
