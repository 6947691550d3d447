// A store with two threads of its own: one commits, grouping whatever was queued while the last
// commit ran; the other reads, so that no replay waits for a disk's fsync.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "server/store/store.hpp"

namespace zerofc::server {

struct StoreThreadLimits {
  // What may wait for the disk, all rooms together. Beyond it commit() refuses.
  std::size_t waiting_batches_max = 65536;
  std::size_t waiting_bytes_max = std::size_t{256} << 20;
  // Reads and loads that may wait. Beyond it read() and load() refuse.
  std::size_t waiting_reads_max = 65536;
  // One group: bounds how long whoever comes next waits.
  std::size_t group_batches_max = 4096;
  std::size_t group_bytes_max = std::size_t{16} << 20;
};

// Since the start. Counters only rise.
struct StoreThreadStats {
  std::uint64_t commits = 0;         // groups
  std::uint64_t batches = 0;         // answered, whatever the answer
  std::uint64_t batches_failed = 0;  // answered kUnavailable
  std::uint64_t reads = 0;           // reads and loads
  std::uint64_t reads_failed = 0;    // kUnavailable
  std::uint64_t reads_damaged = 0;   // kDamaged
  std::size_t waiting_batches = 0;   // now
  std::size_t waiting_reads = 0;     // now
};

// All callbacks run on a thread of the store, once each, in the order of the calls; they must not
// block or throw, and usually post to where the room lives. Calls may come from any thread.
class StoreThread {
 public:
  using CommitDone = std::function<void(relay::BatchResult)>;
  using LoadDone = std::function<void(StoreResult<std::optional<relay::RoomImage>>)>;
  using ReadDone = std::function<void(StoreResult<relay::ReadResult>)>;
  using TotalsDone = std::function<void(StoreResult<StoreTotals>)>;

  // Error: kUnavailable, the store gives no reader.
  static StoreResult<std::unique_ptr<StoreThread>> start(std::unique_ptr<Store> store,
                                                         const StoreThreadLimits& limits = {});
  // Carries out everything that is queued, answers it, then ends both threads.
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  // False: the queue is full. Then nothing was queued and `done` never runs; to the room that is
  // StoreFailure::kUnavailable. `done` runs only when the batch is durable or refused.
  [[nodiscard]] bool commit(relay::Batch batch, CommitDone done);
  // A read sees every batch that was answered before the call. False: as above.
  [[nodiscard]] bool load(const RoomId& room, LoadDone done);
  [[nodiscard]] bool read(const RoomId& room, const relay::ReadRequest& request, ReadDone done);
  [[nodiscard]] bool totals(TotalsDone done);

  [[nodiscard]] StoreThreadStats stats() const;

 private:
  struct Waiting {
    relay::Batch batch;
    CommitDone done;
    std::size_t bytes = 0;
  };
  using Job = std::function<void(StoreReader&)>;

  StoreThread(std::unique_ptr<Store> store, std::unique_ptr<StoreReader> reader,
              const StoreThreadLimits& limits);

  void write_until_stopped();
  void commit_group(std::span<Waiting> group, std::size_t bytes);
  void read_until_stopped();
  bool enqueue(Job job);
  void want_upkeep();
  template <class T>
  StoreResult<T> counted(StoreResult<T> result);

  const StoreThreadLimits limits_;
  std::unique_ptr<Store> store_;         // the writer's
  std::unique_ptr<StoreReader> reader_;  // the reader's; goes before the store

  mutable std::mutex batches_mutex_;
  std::condition_variable batches_came_;
  std::vector<Waiting> batches_;
  std::size_t waiting_batches_ = 0;  // batches_ and those of the groups under way
  std::size_t waiting_bytes_ = 0;
  bool writer_stops_ = false;

  mutable std::mutex jobs_mutex_;
  std::condition_variable jobs_came_;
  std::deque<Job> jobs_;
  bool upkeep_wanted_ = false;
  bool reader_stops_ = false;

  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> batches_done_{0};
  std::atomic<std::uint64_t> batches_failed_{0};
  std::atomic<std::uint64_t> reads_{0};
  std::atomic<std::uint64_t> reads_failed_{0};
  std::atomic<std::uint64_t> reads_damaged_{0};

  std::thread writer_;
  std::thread reading_;
};

}  // namespace zerofc::server
