// Where rooms are kept: a narrow interface over core/relay/storage.hpp, so that memory, SQLite and
// a cluster are adapters.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/relay/storage.hpp"

namespace zerofc::server {

enum class StoreError : std::uint8_t {
  kUnavailable,  // the disk fails or is full, or the file can't be read now: may recover
  kDamaged,      // what is stored is not what was written: nothing of it may be relayed
};

template <class T>
using StoreResult = Result<T, StoreError>;

// For limits and metrics: everything that is stored, across all rooms.
struct StoreTotals {
  std::uint64_t rooms = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // what the store occupies
};

// Reads what was committed before the call began. One thread at a time; runs beside commit().
class StoreReader {
 public:
  StoreReader() = default;
  StoreReader(const StoreReader&) = delete;
  StoreReader& operator=(const StoreReader&) = delete;
  virtual ~StoreReader() = default;

  // None if there is no such room.
  virtual StoreResult<std::optional<relay::RoomImage>> load(const RoomId& room) = 0;

  // The part of [from, end) that is in the log, up to entries_max entries (0 is taken as 1) and
  // bytes_max bytes of entries and boxes; at least one entry, however large, if there is any. With
  // controls_only message entries are passed over. A room that doesn't exist has no entries.
  virtual StoreResult<relay::ReadResult> read(const RoomId& room,
                                              const relay::ReadRequest& request) = 0;

  virtual StoreResult<StoreTotals> totals() = 0;

  // Work that may take milliseconds and that nobody waits for; due when Store::upkeep_due() says.
  virtual void upkeep() = 0;
};

// Owned and called by one thread: see store_thread.hpp.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Makes batches durable, all with one wait for the disk, and answers each on its own, in order.
  // A batch that is refused leaves nothing behind and disturbs no other. Beside what
  // core/relay/storage.hpp says, kConflict answers a batch for a room that doesn't exist, one that
  // creates a room without an entry, and one with the same (author, token) twice; kUnavailable one
  // whose room's state on disk is damaged.
  virtual std::vector<relay::BatchResult> commit(std::span<const relay::Batch> batches) = 0;

  [[nodiscard]] virtual bool upkeep_due() const { return false; }

  // For another thread. Must go before the store does.
  virtual StoreResult<std::unique_ptr<StoreReader>> reader() = 0;
};

}  // namespace zerofc::server
