#include "server/store/sqlite/open.hpp"

#include <array>
#include <fstream>
#include <string>
#include <string_view>

#include "native/files/durable.hpp"
#include "server/store/sqlite/rows.hpp"

namespace zerofc::server::sqlite {
namespace {

namespace fs = std::filesystem;

fs::path with(const fs::path& file, const char* ending) {
  fs::path path = file;
  path += ending;
  return path;
}

OpenStoreError to_open_error(const Failure& failure) {
  return failure.error() == StoreError::kDamaged ? OpenStoreError::kDamaged
                                                 : OpenStoreError::kUnavailable;
}

Result<void, OpenStoreError> check_versions(std::int64_t application, std::int64_t version) {
  if (application != kApplicationId) return fail(OpenStoreError::kForeign);
  if (version > kSchemaVersion) return fail(OpenStoreError::kNewer);
  if (version != kSchemaVersion) return fail(OpenStoreError::kDamaged);
  return {};
}

// Looks at the header of SQLite's file format without SQLite, which might write.
Result<void, OpenStoreError> check_header(const fs::path& file) {
  constexpr std::size_t kHeaderBytes = 100;
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  constexpr std::size_t kVersionAt = 60;
  constexpr std::size_t kApplicationAt = 68;
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(OpenStoreError::kUnavailable);
  std::array<char, kHeaderBytes> header{};
  if (!in.read(header.data(), kHeaderBytes)) {
    return fail(in.bad() ? OpenStoreError::kUnavailable : OpenStoreError::kForeign);
  }
  if (!std::string_view(header.data(), kHeaderBytes).starts_with(kMagic)) {
    return fail(OpenStoreError::kForeign);
  }
  const auto number_at = [&](std::size_t at) {
    std::int64_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      number = number << 8 | static_cast<std::uint8_t>(header.at(at + i));
    }
    return number;
  };
  return check_versions(number_at(kApplicationAt), number_at(kVersionAt));
}

void set_up_connection(Database& database) {
  database.run(
      "PRAGMA synchronous = FULL;"      // a commit returns when it is on the disk
      "PRAGMA wal_autocheckpoint = 0;"  // upkeep does that, beside the commits
      "PRAGMA secure_delete = ON;"      // what is erased leaves the file
      "PRAGMA cell_size_check = ON;"    // damaged pages are noticed early
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA cache_size = -16384;"  // KiB
      "PRAGMA busy_timeout = 1000;");
}

void write_schema(const fs::path& file, const char* vfs) {
  Database database(file, SQLITE_OPEN_READWRITE, vfs);
  database.run("PRAGMA synchronous = FULL");
  Transaction transaction(database, "BEGIN EXCLUSIVE");
  database.run(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
  database.run(("PRAGMA user_version = " + std::to_string(kSchemaVersion)).c_str());
  database.run(kSchema);
  transaction.commit();
  database.run("PRAGMA journal_mode = WAL");
}

// Makes the database under another name and gives it its own when it is whole and on the disk.
void make(const fs::path& file, const char* vfs) {
  // Somebody took the database away, but not its write-ahead log, which a new one must never see.
  for (const char* ending : {"-wal", "-journal"}) {
    if (fs::exists(with(file, ending))) throw_damaged();
  }
  const fs::path fresh = with(file, ".new");
  const auto clear_away = [&] {
    for (const char* ending : {"", "-journal", "-wal", "-shm"}) {
      std::error_code ignored;  // then making it fails
      fs::remove(with(fresh, ending), ignored);
    }
  };
  clear_away();  // what a process left that died here
  try {
    if (write_durably(fresh, {})) throw Failure{SQLITE_CANTOPEN};  // with mode 0600
    write_schema(fresh, vfs);
    if (replace_durably(fresh, file)) throw Failure{SQLITE_IOERR};
  } catch (const Failure&) {
    clear_away();
    throw;
  }
}

Result<Database, OpenStoreError> open(const fs::path& file, const char* vfs) {
  if (const auto ours = check_header(file); !ours) return fail(ours.error());
  Database database(file, SQLITE_OPEN_READWRITE, vfs);
  // Until it is accepted, closing it changes nothing.
  const auto keep_log = [&](int keep) {
    sqlite3_db_config(database.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep, nullptr);
  };
  keep_log(1);
  if (sqlite3_db_readonly(database.get(), "main") != 0) return fail(OpenStoreError::kUnavailable);
  // The write-ahead log may hold a newer version than the header did.
  if (const auto ours = check_versions(database.value("PRAGMA application_id"),
                                       database.value("PRAGMA user_version"));
      !ours) {
    return fail(ours.error());
  }
  set_up_connection(database);
  keep_log(0);
  return database;
}

}  // namespace

Result<Database, OpenStoreError> open_or_make(const fs::path& file, const char* vfs) {
  try {
    std::error_code error;
    const bool exists = fs::exists(file, error);
    if (error) return fail(OpenStoreError::kUnavailable);
    if (!exists) make(file, vfs);
    return open(file, vfs);
  } catch (const Failure& failure) {
    return fail(to_open_error(failure));
  }
}

Database open_again(const fs::path& file, const char* vfs) {
  Database database(file, SQLITE_OPEN_READWRITE, vfs);
  set_up_connection(database);
  return database;
}

}  // namespace zerofc::server::sqlite
