// Keeps rooms in one SQLite file (and its write-ahead log beside it).
//
// Acknowledged means durable: every commit waits for the disk (journal in WAL mode, synchronous
// FULL). Every row carries a checksum of its content and place, so that a bit flipped on disk is
// found when the row is read. Layout, and why: docs/decisions/0004-store-layout.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/crypto.hpp"
#include "server/store/store.hpp"

namespace zerofc::server {

// Why a file isn't opened. In every case it is left as it was.
enum class OpenStoreError : std::uint8_t {
  kForeign,      // not a database of this program
  kNewer,        // of a newer version of this program
  kDamaged,      // of this program, but not what it wrote
  kUnavailable,  // it can't be opened, read, made or written: permissions, full disk, in use
};

struct SqliteOptions {
  // What the database file may grow to; beyond it batches are refused as if the disk were full.
  // 0: no limit of our own.
  std::uint64_t file_bytes_max = 0;
  // Beyond these bytes of write-ahead log upkeep is due, and beyond four times as many the next
  // commit does it itself, so that the log has a bound.
  std::uint64_t log_bytes_due = std::uint64_t{4} << 20;
  // A VFS registered with SQLite, for tests of failing disks.
  const char* vfs = nullptr;
};

class SqliteStore final : public Store {
 public:
  // Opens the database or, where there is no file, makes one: whole or not at all. Only one
  // process may have it open: see server/data_dir/. `crypto` must be usable from several threads
  // at once and outlive the store and its readers.
  static Result<std::unique_ptr<SqliteStore>, OpenStoreError> open(
      const std::filesystem::path& file, Crypto& crypto, const SqliteOptions& options = {});
  ~SqliteStore() override;

  std::vector<relay::BatchResult> commit(std::span<const relay::Batch> batches) override;
  [[nodiscard]] bool upkeep_due() const override;
  StoreResult<std::unique_ptr<StoreReader>> reader() override;

 private:
  class Impl;
  explicit SqliteStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace zerofc::server
