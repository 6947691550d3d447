// Measures what docs/decisions/0004-store-layout.md chose between: ways to lay the log out in
// SQLite's tables, under our mix (many rooms, small groups, every token looked up before it is
// stored, replay in chunks); then the store that was built. Prints a table.
// Usage: store-bench FOLDER [ENTRIES]   ENTRIES (default 400000) are there before anything is
// timed.
#include <sqlite3.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "native/themis_crypto.hpp"
#include "server/store/sqlite_store.hpp"

namespace {

namespace fs = std::filesystem;
using zerofc::Seq;

constexpr std::size_t kRooms = 500;
constexpr std::size_t kAuthorsPerRoom = 10;
constexpr std::size_t kEntryBytes = 300;
constexpr Seq kReplayEntries = 256;
constexpr std::array<std::size_t, 3> kGroups = {1, 10, 100};

// CPU time of the process, user and system.
double cpu_microseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return 1e6 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}
double wall_microseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::micro>(now).count();
}

struct Times {
  double cpu = 0;
  double wall = 0;
};
template <class F>
Times timed(F&& work) {
  const Times start{cpu_microseconds(), wall_microseconds()};
  work();
  return {cpu_microseconds() - start.cpu, wall_microseconds() - start.wall};
}

struct Entry {
  std::size_t room = 0;
  Seq seq = 0;
  zerofc::MemberId author;
  zerofc::EntryToken token;
  zerofc::Bytes bytes;
};

// The next entries of random rooms.
class Traffic {
 public:
  Entry next() {
    Entry entry;
    entry.room = random_() % kRooms;
    entry.seq = seqs_[entry.room]++;
    fill(entry.token.mutable_bytes());
    std::mt19937_64 author(entry.room * kAuthorsPerRoom + random_() % kAuthorsPerRoom);
    for (auto& byte : entry.author.mutable_bytes()) byte = static_cast<std::uint8_t>(author());
    entry.bytes.resize(kEntryBytes);
    fill(entry.bytes);
    return entry;
  }
  [[nodiscard]] Seq end_of(std::size_t room) const { return seqs_[room]; }
  std::size_t any_room() { return random_() % kRooms; }

 private:
  void fill(std::span<std::uint8_t> bytes) {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
  }
  std::mt19937_64 random_{1};
  std::array<Seq, kRooms> seqs_{};
};

// What is timed. append() makes a group durable with one commit.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual void append(const std::vector<Entry>& group) = 0;
  virtual std::size_t replay(std::size_t room, Seq from, Seq end) = 0;  // entries read
};

class Layout final : public Subject {
 public:
  struct Sql {
    const char* name;
    const char* schema;
    const char* insert;  // 1 room, 2 seq, 3 row, 4 author, 5 token, 6 bytes
    const char* find;    // 1 room, 4 author, 5 token, 7 first row, 8 end row
    const char* replay;  // 1 room, 2 seq, 6 end seq, 7 first row, 8 end row
  };

  Layout(const Sql& sql, const fs::path& file) {
    check(sqlite3_open(file.c_str(), &database_));
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;");
    run(sql.schema);
    insert_ = prepare(sql.insert);
    find_ = prepare(sql.find);
    replay_ = prepare(sql.replay);
  }
  ~Layout() override {
    for (sqlite3_stmt* statement : {insert_, find_, replay_}) sqlite3_finalize(statement);
    sqlite3_close(database_);
  }
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;

  void append(const std::vector<Entry>& group) override {
    run("BEGIN IMMEDIATE");
    for (const Entry& entry : group) {
      number(find_, 1, static_cast<std::int64_t>(entry.room));
      blob(find_, 4, entry.author.view());
      blob(find_, 5, entry.token.view());
      number(find_, 7, row(entry.room, 0));
      number(find_, 8, row(entry.room + 1, 0));
      if (sqlite3_step(find_) != SQLITE_DONE) throw std::runtime_error("token found");
      sqlite3_reset(find_);
      number(insert_, 1, static_cast<std::int64_t>(entry.room));
      number(insert_, 2, static_cast<std::int64_t>(entry.seq));
      number(insert_, 3, row(entry.room, entry.seq));
      blob(insert_, 4, entry.author.view());
      blob(insert_, 5, entry.token.view());
      blob(insert_, 6, entry.bytes);
      if (sqlite3_step(insert_) != SQLITE_DONE) throw std::runtime_error("not inserted");
      sqlite3_reset(insert_);
    }
    run("COMMIT");
  }
  std::size_t replay(std::size_t room, Seq from, Seq end) override {
    number(replay_, 1, static_cast<std::int64_t>(room));
    number(replay_, 2, static_cast<std::int64_t>(from));
    number(replay_, 6, static_cast<std::int64_t>(end));
    number(replay_, 7, row(room, from));
    number(replay_, 8, row(room, end));
    std::size_t entries = 0;
    while (sqlite3_step(replay_) == SQLITE_ROW) {
      const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(replay_, 0));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(replay_, 0));
      const zerofc::Bytes copy(data, data + size);
      if (copy.size() == kEntryBytes) ++entries;
    }
    sqlite3_reset(replay_);
    return entries;
  }

 private:
  static std::int64_t row(std::size_t room, Seq seq) {
    return static_cast<std::int64_t>(room) << 32 | static_cast<std::int64_t>(seq);
  }
  static void check(int code) {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errstr(code));
  }
  void run(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr)); }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr));
    return statement;
  }
  // Layouts use different ones of the parameters; a number that a statement lacks is no error.
  static void number(sqlite3_stmt* statement, int index, std::int64_t value) {
    sqlite3_bind_int64(statement, index, value);
  }
  static void blob(sqlite3_stmt* statement, int index, zerofc::BytesView bytes) {
    sqlite3_bind_blob(statement, index, bytes.data(), static_cast<int>(bytes.size()),
                      SQLITE_STATIC);
  }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* find_ = nullptr;
  sqlite3_stmt* replay_ = nullptr;
};

constexpr std::array<Layout::Sql, 5> kLayouts = {{
    {"row = room * 2^32 + seq, index (author, token)",
     "CREATE TABLE entries(row INTEGER PRIMARY KEY, author BLOB, token BLOB, bytes BLOB);"
     "CREATE INDEX by_name ON entries(author, token);",
     "INSERT INTO entries VALUES (?3, ?4, ?5, ?6)",
     "SELECT row FROM entries WHERE author = ?4 AND token = ?5 AND row >= ?7 AND row < ?8",
     "SELECT bytes FROM entries WHERE row >= ?7 AND row < ?8 ORDER BY row"},
    {"row = room * 2^32 + seq, unique (room, author, token)",
     "CREATE TABLE entries(row INTEGER PRIMARY KEY, room INTEGER, author BLOB, token BLOB,"
     " bytes BLOB, UNIQUE(room, author, token));",
     "INSERT INTO entries VALUES (?3, ?1, ?4, ?5, ?6)",
     "SELECT row FROM entries WHERE room = ?1 AND author = ?4 AND token = ?5",
     "SELECT bytes FROM entries WHERE row >= ?7 AND row < ?8 ORDER BY row"},
    {"row = room * 2^32 + seq, index (token)",
     "CREATE TABLE entries(row INTEGER PRIMARY KEY, author BLOB, token BLOB, bytes BLOB);"
     "CREATE INDEX by_token ON entries(token);",
     "INSERT INTO entries VALUES (?3, ?4, ?5, ?6)",
     "SELECT row FROM entries WHERE token = ?5 AND author = ?4 AND row >= ?7 AND row < ?8",
     "SELECT bytes FROM entries WHERE row >= ?7 AND row < ?8 ORDER BY row"},
    {"WITHOUT ROWID (room, seq), unique (room, author, token)",
     "CREATE TABLE entries(room INTEGER, seq INTEGER, author BLOB, token BLOB, bytes BLOB,"
     " PRIMARY KEY(room, seq), UNIQUE(room, author, token)) WITHOUT ROWID;",
     "INSERT INTO entries VALUES (?1, ?2, ?4, ?5, ?6)",
     "SELECT seq FROM entries WHERE room = ?1 AND author = ?4 AND token = ?5",
     "SELECT bytes FROM entries WHERE room = ?1 AND seq >= ?2 AND seq < ?6 ORDER BY seq"},
    {"row in order of arrival, unique (room, seq) and (room, author, token)",
     "CREATE TABLE entries(room INTEGER, seq INTEGER, author BLOB, token BLOB, bytes BLOB,"
     " UNIQUE(room, seq), UNIQUE(room, author, token));",
     "INSERT INTO entries VALUES (?1, ?2, ?4, ?5, ?6)",
     "SELECT seq FROM entries WHERE room = ?1 AND author = ?4 AND token = ?5",
     "SELECT bytes FROM entries WHERE room = ?1 AND seq >= ?2 AND seq < ?6 ORDER BY seq"},
}};

// The store itself: its checks, checksums, rooms and upkeep included.
class Built final : public Subject {
 public:
  explicit Built(const fs::path& file)
      : store_(zerofc::server::SqliteStore::open(file, crypto_).value()),
        reader_(std::move(store_->reader().value())) {}

  void append(const std::vector<Entry>& group) override {
    std::vector<zerofc::relay::Batch> batches;
    for (const Entry& entry : group) {
      zerofc::relay::Batch& batch = batches.emplace_back();
      batch.room = id_of(entry.room);
      batch.creates_room = entry.seq == 0;
      batch.entries.push_back({entry.seq, entry.seq == 0, entry.author, entry.token, entry.bytes});
    }
    for (const auto& result : store_->commit(batches)) {
      if (!std::holds_alternative<zerofc::relay::Committed>(result)) {
        throw std::runtime_error("not committed");
      }
    }
    if (store_->upkeep_due()) reader_->upkeep();
  }
  std::size_t replay(std::size_t room, Seq from, Seq end) override {
    zerofc::relay::ReadRequest request;
    request.from = from;
    request.end = end;
    request.entries_max = kReplayEntries;
    request.bytes_max = std::size_t{1} << 20;
    return reader_->read(id_of(room), request).value().entries.size();
  }

 private:
  static zerofc::RoomId id_of(std::size_t room) {
    zerofc::RoomId id;
    std::mt19937_64 random(room);
    for (auto& byte : id.mutable_bytes()) byte = static_cast<std::uint8_t>(random());
    return id;
  }

  zerofc::ThemisCrypto crypto_;
  std::unique_ptr<zerofc::server::SqliteStore> store_;
  std::unique_ptr<zerofc::server::StoreReader> reader_;
};

void measure(const char* name, Subject& subject, const fs::path& file, std::size_t entries) {
  Traffic traffic;
  const auto append = [&](std::size_t groups, std::size_t size) {
    for (std::size_t i = 0; i < groups; ++i) {
      std::vector<Entry> group;
      for (std::size_t at = 0; at < size; ++at) group.push_back(traffic.next());
      subject.append(group);
    }
  };
  append(entries / 1000, 1000);
  std::printf("| %s", name);
  for (const std::size_t size : kGroups) {
    const std::size_t groups = size == 1 ? 2000 : 500;
    // Making the traffic costs too: it is timed alone and taken off.
    std::vector<std::vector<Entry>> made(groups);
    for (auto& group : made) {
      for (std::size_t at = 0; at < size; ++at) group.push_back(traffic.next());
    }
    const Times times = timed([&] {
      for (const auto& group : made) subject.append(group);
    });
    std::printf(" | %.1f / %.1f", times.cpu / static_cast<double>(groups * size),
                times.wall / static_cast<double>(groups * size));
  }
  std::size_t read = 0;
  const Times replay = timed([&] {
    for (int i = 0; i < 400; ++i) {
      const std::size_t room = traffic.any_room();
      const Seq end = traffic.end_of(room);
      const Seq from = end > kReplayEntries ? end - kReplayEntries : 0;
      read += subject.replay(room, from, end);
    }
  });
  const auto bytes = static_cast<double>(fs::file_size(file));
  std::size_t all = 0;
  for (std::size_t room = 0; room < kRooms; ++room) all += traffic.end_of(room);
  std::printf(" | %.2f | %.0f |\n", replay.cpu / static_cast<double>(read),
              bytes / static_cast<double>(all));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: store-bench FOLDER [ENTRIES]\n");
    return 2;
  }
  const fs::path folder = argv[1];
  const std::size_t entries = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 400'000;
  try {
    std::printf(
        "%zu rooms, %zu authors each, %zu-byte entries, %zu of them stored before; "
        "every group is one commit at synchronous FULL.\n\n",
        kRooms, kAuthorsPerRoom, kEntryBytes, entries);
    std::printf(
        "| layout | µs CPU / wall per entry, groups of 1 | of 10 | of 100 "
        "| replay, µs CPU per entry | bytes on disk per entry |\n|---|---|---|---|---|---|\n");
    const auto fresh = [&] {
      fs::remove_all(folder / "store-bench");
      fs::create_directories(folder / "store-bench");
      return folder / "store-bench" / "rooms.db";
    };
    for (const Layout::Sql& sql : kLayouts) {
      const fs::path file = fresh();
      Layout layout(sql, file);
      measure(sql.name, layout, file, entries);
    }
    const fs::path file = fresh();
    Built built(file);
    measure("the store as built", built, file, entries);
    fs::remove_all(folder / "store-bench");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "store-bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
