#include "server/store/store_thread.hpp"

#include <iterator>
#include <utility>

#include "server/store/batch_check.hpp"

namespace zerofc::server {

StoreResult<std::unique_ptr<StoreThread>> StoreThread::start(std::unique_ptr<Store> store,
                                                             const StoreThreadLimits& limits) {
  auto reader = store->reader();
  if (!reader) return fail(reader.error());
  return std::unique_ptr<StoreThread>(
      new StoreThread(std::move(store), std::move(*reader), limits));
}

StoreThread::StoreThread(std::unique_ptr<Store> store, std::unique_ptr<StoreReader> reader,
                         const StoreThreadLimits& limits)
    : limits_(limits), store_(std::move(store)), reader_(std::move(reader)) {
  writer_ = std::thread([this] { write_until_stopped(); });
  reading_ = std::thread([this] { read_until_stopped(); });
}

StoreThread::~StoreThread() {
  {
    const std::lock_guard lock(batches_mutex_);
    writer_stops_ = true;
  }
  batches_came_.notify_one();
  writer_.join();
  {
    const std::lock_guard lock(jobs_mutex_);
    reader_stops_ = true;
  }
  jobs_came_.notify_one();
  reading_.join();
  reader_.reset();
}

bool StoreThread::commit(relay::Batch batch, CommitDone done) {
  const std::size_t bytes = weight(batch);
  {
    const std::lock_guard lock(batches_mutex_);
    if (waiting_batches_ >= limits_.waiting_batches_max) return false;
    if (bytes > limits_.waiting_bytes_max - waiting_bytes_) return false;
    ++waiting_batches_;
    waiting_bytes_ += bytes;
    batches_.push_back({std::move(batch), std::move(done), bytes});
  }
  batches_came_.notify_one();
  return true;
}

void StoreThread::write_until_stopped() {
  std::vector<Waiting> taken;
  while (true) {
    {
      std::unique_lock lock(batches_mutex_);
      batches_came_.wait(lock, [this] { return !batches_.empty() || writer_stops_; });
      if (batches_.empty()) return;
      taken.swap(batches_);
    }
    // All that was queued while the last group was committed, in as few groups as the limits allow.
    for (auto first = taken.begin(); first != taken.end();) {
      std::size_t bytes = first->bytes;
      auto last = std::next(first);
      while (last != taken.end() &&
             static_cast<std::size_t>(last - first) < limits_.group_batches_max &&
             bytes + last->bytes <= limits_.group_bytes_max) {
        bytes += last->bytes;
        ++last;
      }
      commit_group(std::span(first, last), bytes);
      first = last;
    }
    taken.clear();
  }
}

void StoreThread::commit_group(std::span<Waiting> group, std::size_t bytes) {
  std::vector<relay::Batch> batches;
  batches.reserve(group.size());
  for (Waiting& waiting : group) batches.push_back(std::move(waiting.batch));
  std::vector<relay::BatchResult> results = store_->commit(batches);

  ++commits_;
  batches_done_ += group.size();
  {
    const std::lock_guard lock(batches_mutex_);
    waiting_batches_ -= group.size();
    waiting_bytes_ -= bytes;
  }
  if (store_->upkeep_due()) want_upkeep();
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto* failure = std::get_if<relay::StoreFailure>(&results[i]);
    if (failure != nullptr && *failure == relay::StoreFailure::kUnavailable) ++batches_failed_;
    group[i].done(std::move(results[i]));
  }
}

bool StoreThread::load(const RoomId& room, LoadDone done) {
  return enqueue([this, room, done = std::move(done)](StoreReader& reader) {
    done(counted(reader.load(room)));
  });
}

bool StoreThread::read(const RoomId& room, const relay::ReadRequest& request, ReadDone done) {
  return enqueue([this, room, request, done = std::move(done)](StoreReader& reader) {
    done(counted(reader.read(room, request)));
  });
}

bool StoreThread::totals(TotalsDone done) {
  return enqueue(
      [this, done = std::move(done)](StoreReader& reader) { done(counted(reader.totals())); });
}

template <class T>
StoreResult<T> StoreThread::counted(StoreResult<T> result) {
  ++reads_;
  if (!result) ++(result.error() == StoreError::kDamaged ? reads_damaged_ : reads_failed_);
  return result;
}

bool StoreThread::enqueue(Job job) {
  {
    const std::lock_guard lock(jobs_mutex_);
    if (jobs_.size() >= limits_.waiting_reads_max) return false;
    jobs_.push_back(std::move(job));
  }
  jobs_came_.notify_one();
  return true;
}

void StoreThread::want_upkeep() {
  {
    const std::lock_guard lock(jobs_mutex_);
    if (upkeep_wanted_) return;
    upkeep_wanted_ = true;
  }
  jobs_came_.notify_one();
}

void StoreThread::read_until_stopped() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(jobs_mutex_);
      jobs_came_.wait(lock, [this] { return !jobs_.empty() || upkeep_wanted_ || reader_stops_; });
      if (upkeep_wanted_) {
        upkeep_wanted_ = false;
        job = [](StoreReader& reader) { reader.upkeep(); };
      } else if (!jobs_.empty()) {
        job = std::move(jobs_.front());
        jobs_.pop_front();
      } else {
        return;
      }
    }
    job(*reader_);
  }
}

StoreThreadStats StoreThread::stats() const {
  StoreThreadStats stats;
  stats.commits = commits_;
  stats.batches = batches_done_;
  stats.batches_failed = batches_failed_;
  stats.reads = reads_;
  stats.reads_failed = reads_failed_;
  stats.reads_damaged = reads_damaged_;
  {
    const std::lock_guard lock(batches_mutex_);
    stats.waiting_batches = waiting_batches_;
  }
  {
    const std::lock_guard lock(jobs_mutex_);
    stats.waiting_reads = jobs_.size();
  }
  return stats;
}

}  // namespace zerofc::server
