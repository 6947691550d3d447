// Under ThreadSanitizer too: label `threads`.
#include "server/store/store_thread.hpp"

#include <future>

#include "native/files/tests/temp_dir.hpp"
#include "native/themis_crypto.hpp"
#include "server/store/memory_store.hpp"
#include "server/store/sqlite_store.hpp"
#include "support.hpp"

namespace zerofc::server::test {
namespace {

using relay::Batch;
using relay::BatchResult;
using relay::StoreFailure;

// A memory store whose commits wait for a permit, and that notes what it was asked.
class GatedStore final : public Store {
 public:
  struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t permits = 0;
    std::size_t entered = 0;          // commits begun
    std::size_t left = 0;             // commits ended
    std::vector<std::size_t> groups;  // batches in each
    bool fails = false;               // commits answer kUnavailable
    bool upkeep_due = false;
    std::size_t upkeeps = 0;

    void permit(std::size_t more) {
      const std::lock_guard lock(mutex);
      permits += more;
      changed.notify_all();
    }
    void wait_entered(std::size_t count) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return entered >= count; });
    }
    std::size_t commits_left() {
      const std::lock_guard lock(mutex);
      return left;
    }
  };

  explicit GatedStore(std::shared_ptr<Gate> gate) : gate_(std::move(gate)) {}

  std::vector<BatchResult> commit(std::span<const Batch> batches) override {
    std::unique_lock lock(gate_->mutex);
    gate_->groups.push_back(batches.size());
    ++gate_->entered;
    gate_->changed.notify_all();
    gate_->changed.wait(lock, [&] { return gate_->permits > 0; });
    --gate_->permits;
    auto results = gate_->fails
                       ? std::vector<BatchResult>(batches.size(), StoreFailure::kUnavailable)
                       : inner_.commit(batches);
    ++gate_->left;
    return results;
  }
  [[nodiscard]] bool upkeep_due() const override {
    const std::lock_guard lock(gate_->mutex);
    return gate_->upkeep_due;
  }
  StoreResult<std::unique_ptr<StoreReader>> reader() override {
    return std::unique_ptr<StoreReader>(std::make_unique<Reader>(gate_, must(inner_.reader())));
  }

 private:
  class Reader final : public StoreReader {
   public:
    Reader(std::shared_ptr<Gate> gate, std::unique_ptr<StoreReader> inner)
        : gate_(std::move(gate)), inner_(std::move(inner)) {}
    StoreResult<std::optional<relay::RoomImage>> load(const RoomId& room) override {
      return inner_->load(room);
    }
    StoreResult<relay::ReadResult> read(const RoomId& room,
                                        const relay::ReadRequest& request) override {
      if (request.entries_max == 13) return fail(StoreError::kDamaged);
      if (request.entries_max == 14) return fail(StoreError::kUnavailable);
      return inner_->read(room, request);
    }
    StoreResult<StoreTotals> totals() override { return inner_->totals(); }
    void upkeep() override {
      const std::lock_guard lock(gate_->mutex);
      ++gate_->upkeeps;
      gate_->upkeep_due = false;
      gate_->changed.notify_all();
    }

   private:
    std::shared_ptr<Gate> gate_;
    std::unique_ptr<StoreReader> inner_;
  };

  std::shared_ptr<Gate> gate_;
  MemoryStore inner_;
};

// Calls and waits for the answer.
BatchResult commit_and_wait(StoreThread& thread, Batch batch) {
  std::promise<BatchResult> promise;
  auto answer = promise.get_future();
  if (!thread.commit(std::move(batch), [&](BatchResult result) { promise.set_value(result); })) {
    throw std::runtime_error("the queue is full");
  }
  return answer.get();
}
StoreResult<relay::ReadResult> read_and_wait(StoreThread& thread, const RoomId& room,
                                             const relay::ReadRequest& request) {
  std::promise<StoreResult<relay::ReadResult>> promise;
  auto answer = promise.get_future();
  if (!thread.read(room, request,
                   [&](StoreResult<relay::ReadResult> result) { promise.set_value(result); })) {
    throw std::runtime_error("the queue is full");
  }
  return answer.get();
}
StoreResult<std::optional<relay::RoomImage>> load_and_wait(StoreThread& thread,
                                                           const RoomId& room) {
  std::promise<StoreResult<std::optional<relay::RoomImage>>> promise;
  auto answer = promise.get_future();
  if (!thread.load(room, [&](auto result) { promise.set_value(std::move(result)); })) {
    throw std::runtime_error("the queue is full");
  }
  return answer.get();
}

struct Gated {
  std::shared_ptr<GatedStore::Gate> gate = std::make_shared<GatedStore::Gate>();
  std::unique_ptr<StoreThread> thread;

  explicit Gated(const StoreThreadLimits& limits = {})
      : thread(must(StoreThread::start(std::make_unique<GatedStore>(gate), limits))) {}
};

TEST(StoreThread, answers_when_the_store_has_committed_and_not_before) {
  Gated gated;
  std::promise<std::size_t> commits_left;
  ASSERT_TRUE(gated.thread->commit(creation(room_id(1)), [&](const BatchResult& result) {
    EXPECT_TRUE(committed(result));
    commits_left.set_value(gated.gate->commits_left());
  }));
  auto answer = commits_left.get_future();
  gated.gate->wait_entered(1);
  EXPECT_EQ(answer.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  gated.gate->permit(1);
  EXPECT_EQ(answer.get(), 1U);
}

TEST(StoreThread, groups_everything_that_came_while_the_last_commit_ran) {
  Gated gated;
  std::vector<std::future<BatchResult>> answers;
  const auto create = [&](std::uint64_t room) {
    auto promise = std::make_shared<std::promise<BatchResult>>();
    answers.push_back(promise->get_future());
    ASSERT_TRUE(gated.thread->commit(creation(room_id(room)), [promise](BatchResult result) {
      promise->set_value(std::move(result));
    }));
  };
  create(0);
  gated.gate->wait_entered(1);
  for (std::uint64_t room = 1; room <= 50; ++room) create(room);
  EXPECT_EQ(gated.thread->stats().waiting_batches, 51U);
  gated.gate->permit(2);
  for (auto& answer : answers) EXPECT_TRUE(committed(answer.get()));
  EXPECT_EQ(gated.gate->groups, (std::vector<std::size_t>{1, 50}));
  const StoreThreadStats stats = gated.thread->stats();
  EXPECT_EQ(stats.commits, 2U);
  EXPECT_EQ(stats.batches, 51U);
  EXPECT_EQ(stats.batches_failed, 0U);
  EXPECT_EQ(stats.waiting_batches, 0U);
}

TEST(StoreThread, bounds_its_groups) {
  StoreThreadLimits limits;
  limits.group_batches_max = 20;
  Gated gated(limits);
  gated.gate->permit(100);
  {
    const auto stopped = std::move(gated.thread);  // ends when all is answered
    std::vector<Batch> batches;
    for (std::uint64_t room = 0; room <= 50; ++room) {
      ASSERT_TRUE(stopped->commit(creation(room_id(room)), [](const BatchResult& result) {
        EXPECT_TRUE(committed(result));
      }));
    }
  }
  std::size_t sum = 0;
  for (const std::size_t group : gated.gate->groups) {
    EXPECT_LE(group, 20U);
    sum += group;
  }
  EXPECT_EQ(sum, 51U);
}

TEST(StoreThread, refuses_batches_beyond_its_queue_and_takes_more_when_there_is_room_again) {
  StoreThreadLimits limits;
  limits.waiting_batches_max = 3;
  Gated gated(limits);
  std::atomic<int> answered = 0;
  const auto count = [&](const BatchResult&) { ++answered; };
  for (std::uint64_t room = 1; room <= 3; ++room) {
    EXPECT_TRUE(gated.thread->commit(creation(room_id(room)), count));
  }
  EXPECT_FALSE(gated.thread->commit(creation(room_id(4)), count));
  gated.gate->permit(100);
  while (answered < 3) std::this_thread::yield();
  EXPECT_TRUE(committed(commit_and_wait(*gated.thread, creation(room_id(4)))));
  EXPECT_EQ(answered, 3);
}

TEST(StoreThread, refuses_more_bytes_than_may_wait) {
  StoreThreadLimits limits;
  limits.waiting_bytes_max = 10'000;
  Gated gated(limits);
  Batch large = creation(room_id(1));
  large.entries[0].bytes = Bytes(6'000);
  EXPECT_TRUE(gated.thread->commit(large, [](const BatchResult&) {}));
  large.room = room_id(2);
  EXPECT_FALSE(gated.thread->commit(large, [](const BatchResult&) { FAIL(); }));
  gated.gate->permit(100);
}

TEST(StoreThread, a_read_sees_every_batch_that_was_answered_before) {
  const auto thread = must(StoreThread::start(std::make_unique<MemoryStore>()));
  const RoomId room = room_id(1);
  EXPECT_EQ(load_and_wait(*thread, room).value(), std::nullopt);
  ASSERT_TRUE(committed(commit_and_wait(*thread, creation(room))));
  EXPECT_EQ(load_and_wait(*thread, room).value()->next_seq, 1U);
  for (Seq seq = 1; seq <= 50; ++seq) {
    ASSERT_TRUE(committed(commit_and_wait(*thread, messages(room, seq, 1))));
    EXPECT_EQ(read_and_wait(*thread, room, from_to(seq, seq + 1)).value().entries.size(), 1U);
  }
}

TEST(StoreThread, reads_while_a_commit_waits_for_the_disk) {
  Gated gated;
  gated.gate->permit(1);
  const RoomId room = room_id(1);
  ASSERT_TRUE(committed(commit_and_wait(*gated.thread, creation(room))));
  ASSERT_TRUE(gated.thread->commit(messages(room, 1, 1), [](const BatchResult&) {}));
  gated.gate->wait_entered(2);
  // The gate stands open for nobody, and yet:
  EXPECT_EQ(read_and_wait(*gated.thread, room, from_to(0, 1)).value().entries.size(), 1U);
  gated.gate->permit(1);
}

TEST(StoreThread, reports_and_counts_failures_of_the_store) {
  Gated gated;
  gated.gate->permit(100);
  gated.gate->fails = true;
  EXPECT_TRUE(failed_with(commit_and_wait(*gated.thread, creation(room_id(1))),
                          StoreFailure::kUnavailable));
  auto request = from_to(0, 1);
  request.entries_max = 13;
  EXPECT_TRUE(failed_with(read_and_wait(*gated.thread, room_id(1), request), StoreError::kDamaged));
  request.entries_max = 14;
  EXPECT_TRUE(
      failed_with(read_and_wait(*gated.thread, room_id(1), request), StoreError::kUnavailable));
  const StoreThreadStats stats = gated.thread->stats();
  EXPECT_EQ(stats.batches_failed, 1U);
  EXPECT_EQ(stats.reads, 2U);
  EXPECT_EQ(stats.reads_failed, 1U);
  EXPECT_EQ(stats.reads_damaged, 1U);
}

TEST(StoreThread, does_the_stores_upkeep_beside_the_commits) {
  Gated gated;
  gated.gate->permit(100);
  gated.gate->upkeep_due = true;
  ASSERT_TRUE(committed(commit_and_wait(*gated.thread, creation(room_id(1)))));
  std::unique_lock lock(gated.gate->mutex);
  gated.gate->changed.wait(lock, [&] { return gated.gate->upkeeps == 1; });
}

TEST(StoreThread, answers_all_that_is_queued_before_it_ends) {
  int answered = 0;
  int loaded = 0;
  {
    const auto thread = must(StoreThread::start(std::make_unique<MemoryStore>()));
    for (std::uint64_t room = 0; room < 200; ++room) {
      ASSERT_TRUE(thread->commit(creation(room_id(room)), [&](const BatchResult& result) {
        EXPECT_TRUE(committed(result));
        ++answered;
      }));
      ASSERT_TRUE(thread->load(room_id(room), [&](auto) { ++loaded; }));
    }
  }
  EXPECT_EQ(answered, 200);
  EXPECT_EQ(loaded, 200);
}

// Many threads at once, each with a room of its own.
void serve_many(std::unique_ptr<Store> store) {
  constexpr std::uint64_t kThreads = 4;
  constexpr Seq kMessages = 200;
  const auto thread = must(StoreThread::start(std::move(store)));
  std::vector<std::thread> shards;
  for (std::uint64_t shard = 0; shard < kThreads; ++shard) {
    shards.emplace_back([&, shard] {
      const RoomId room = room_id(shard);
      EXPECT_TRUE(committed(commit_and_wait(*thread, creation(room))));
      for (Seq seq = 1; seq <= kMessages; ++seq) {
        EXPECT_TRUE(committed(commit_and_wait(*thread, messages(room, seq, 1))));
        if (seq % 20 == 0) {
          EXPECT_EQ(read_and_wait(*thread, room, from_to(0, seq + 1)).value().entries.size(),
                    seq + 1);
        }
      }
    });
  }
  for (auto& shard : shards) shard.join();
  for (std::uint64_t shard = 0; shard < kThreads; ++shard) {
    EXPECT_EQ(load_and_wait(*thread, room_id(shard)).value()->next_seq, kMessages + 1);
  }
}

TEST(StoreThread, serves_many_threads_at_once_from_memory) {
  serve_many(std::make_unique<MemoryStore>());
}

TEST(StoreThread, serves_many_threads_at_once_from_sqlite_with_checkpoints_between) {
  const TempDir dir;
  ThemisCrypto crypto;
  SqliteOptions options;
  options.log_bytes_due = 50'000;
  serve_many(SqliteStore::open(dir.path() / "rooms.db", crypto, options).value());
}

}  // namespace
}  // namespace zerofc::server::test
