// SQLite's C interface as far as the store needs it. What fails throws Failure, which never leaves
// server/store/.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/base/bytes.hpp"
#include "server/store/store.hpp"

namespace zerofc::server::sqlite {

struct Failure {
  int code = SQLITE_ERROR;  // extended result code

  [[nodiscard]] StoreError error() const {
    const int primary = code & 0xFF;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ? StoreError::kDamaged
                                                                 : StoreError::kUnavailable;
  }
};

// What is stored isn't what was written.
[[noreturn]] inline void throw_damaged() { throw Failure{SQLITE_CORRUPT}; }

// A connection. One thread at a time.
class Database {
 public:
  Database(const std::filesystem::path& file, int flags, const char* vfs);

  [[nodiscard]] sqlite3* get() const { return handle_.get(); }
  void run(const char* sql);
  [[nodiscard]] std::int64_t value(const char* sql);  // of the first column of the first row

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// Prepared once, run many times.
class Statement {
 public:
  Statement(Database& database, const char* sql);
  [[nodiscard]] sqlite3_stmt* get() const { return handle_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// One run of a statement. What it was bound to must hold as long as it.
class Run {
 public:
  template <class... Values>
  explicit Run(Statement& statement, const Values&... values) : statement_(statement.get()) {
    int index = 0;
    (bind(++index, values), ...);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { sqlite3_reset(statement_); }

  // False: there is no further row.
  bool next();

  // Of the row. Views hold until the next call of next().
  [[nodiscard]] std::int64_t integer(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] BytesView blob(int column) const;
  // A blob that has exactly the value's size.
  template <class Value>
  [[nodiscard]] Value value(int column) const {
    const auto value = Value::from(blob(column));
    if (!value) throw_damaged();
    return *value;
  }

 private:
  void bind(int index, std::int64_t value);
  void bind(int index, BytesView value);

  sqlite3_stmt* statement_;
};

// Runs a statement that gives no rows.
template <class... Values>
void run(Statement& statement, const Values&... values) {
  Run(statement, values...).next();
}

// From here to commit(), or to the end of its life, which undoes it.
class Transaction {
 public:
  Transaction(Database& database, const char* begin) : database_(&database) { database.run(begin); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit() { database_->run("COMMIT"); }

 private:
  Database* database_;
};

}  // namespace zerofc::server::sqlite
