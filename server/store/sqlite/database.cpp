#include "server/store/sqlite/database.hpp"

namespace zerofc::server::sqlite {
namespace {

void require(int code, sqlite3* database) {
  if (code == SQLITE_OK) return;
  throw Failure{database == nullptr ? code : sqlite3_extended_errcode(database)};
}

}  // namespace

Database::Database(const std::filesystem::path& file, int flags, const char* vfs) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, vfs);
  handle_.reset(opened);  // even if that failed
  require(code, opened);
  // Nothing in a file can make SQL of ours run something else.
  require(sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr), opened);
  require(sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr), opened);
}

void Database::run(const char* sql) {
  require(sqlite3_exec(get(), sql, nullptr, nullptr, nullptr), get());
}

std::int64_t Database::value(const char* sql) {
  Statement statement(*this, sql);
  Run run(statement);
  if (!run.next()) throw Failure{};
  return run.integer(0);
}

Statement::Statement(Database& database, const char* sql) {
  sqlite3_stmt* prepared = nullptr;
  const int code =
      sqlite3_prepare_v3(database.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  handle_.reset(prepared);
  require(code, database.get());
}

bool Run::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw Failure{sqlite3_extended_errcode(sqlite3_db_handle(statement_))};
}

BytesView Run::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

void Run::bind(int index, std::int64_t value) {
  require(sqlite3_bind_int64(statement_, index, value), nullptr);
}

void Run::bind(int index, BytesView value) {
  // No address would be NULL instead of an empty blob.
  static const std::uint8_t kNothing = 0;
  require(sqlite3_bind_blob64(statement_, index, value.empty() ? &kNothing : value.data(),
                              value.size(), SQLITE_STATIC),
          nullptr);
}

Transaction::~Transaction() {
  // Where SQLite has undone it already (disk full, I/O error), there is nothing to do.
  if (sqlite3_get_autocommit(database_->get()) == 0) {
    sqlite3_exec(database_->get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace zerofc::server::sqlite
