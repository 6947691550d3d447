// A server that is killed at any moment has stored everything that it acknowledged, in order, once.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <thread>

#include "native/files/tests/temp_dir.hpp"
#include "native/themis_crypto.hpp"
#include "server/store/sqlite_store.hpp"
#include "server/store/store_thread.hpp"
#include "support.hpp"

namespace zerofc::server::test {
namespace {

constexpr std::uint64_t kRooms = 5;

// What the child tells its parent when a batch was answered. Below PIPE_BUF, so never torn.
struct Acknowledged {
  std::uint64_t room = 0;
  Seq next_seq = 0;
};

// Appends to every room for ever, one batch at a time in each, of one to four entries.
class EndlessWriter {
 public:
  EndlessWriter(StoreThread& thread, std::uint64_t room, Seq next_seq, int pipe)
      : thread_(&thread), room_(room), next_seq_(next_seq), pipe_(pipe) {}

  void go_on() {
    const relay::Batch batch = next_seq_ == 0
                                   ? creation(room_id(room_))
                                   : messages(room_id(room_), next_seq_, 1 + next_seq_ % 4);
    next_seq_ += batch.entries.size();
    const bool queued = thread_->commit(batch, [this](const relay::BatchResult& result) {
      const Acknowledged acknowledged{room_, next_seq_};
      if (!std::holds_alternative<relay::Committed>(result) ||
          ::write(pipe_, &acknowledged, sizeof acknowledged) != sizeof acknowledged) {
        ::_exit(1);
      }
      go_on();
    });
    if (!queued) ::_exit(1);
  }

 private:
  StoreThread* thread_;
  std::uint64_t room_;
  Seq next_seq_;
  int pipe_;
};

[[noreturn]] void write_until_killed(const std::filesystem::path& file, int pipe) {
  ThemisCrypto crypto;
  SqliteOptions options;
  options.log_bytes_due = 100'000;  // so that checkpoints are interrupted too
  auto store = SqliteStore::open(file, crypto, options).value();
  std::vector<EndlessWriter> writers;
  writers.reserve(kRooms);
  const auto reader = must(store->reader());
  std::map<std::uint64_t, Seq> next_seqs;
  for (std::uint64_t room = 0; room < kRooms; ++room) {
    const auto image = must(reader->load(room_id(room)));
    next_seqs[room] = image ? image->next_seq : 0;
  }
  const auto thread = must(StoreThread::start(std::move(store)));
  for (const auto& [room, next_seq] : next_seqs) {
    writers.emplace_back(*thread, room, next_seq, pipe);
    writers.back().go_on();
  }
  while (true) ::pause();
}

// Everything up to `next_seq` and no hole or repetition, up to one batch more at most.
void expect_all_of(StoreReader& reader, std::uint64_t room, Seq next_seq) {
  const auto image = must(reader.load(room_id(room)));
  ASSERT_TRUE(image);
  EXPECT_GE(image->next_seq, next_seq);
  EXPECT_LE(image->next_seq, next_seq + 4);
  EXPECT_EQ(image->head_hash, hash_of(image->next_seq - 1));
  auto request = from_to(0, image->next_seq);
  request.entries_max = image->next_seq + 1;
  request.bytes_max = std::size_t{1} << 30;
  const auto all = must(reader.read(room_id(room), request));
  ASSERT_EQ(all.entries.size(), image->next_seq);
  for (Seq seq = 0; seq < image->next_seq; ++seq) {
    ASSERT_EQ(all.entries[seq].seq, seq);
    ASSERT_EQ(all.entries[seq].bytes, entry(seq, kOwner, seq).bytes);
  }
}

TEST(KilledStore, holds_all_that_was_acknowledged) {
  const TempDir dir;
  const auto file = dir.path() / "rooms.db";
  ThemisCrypto crypto;
  // After how many acknowledgements it is killed; what it does then is up to chance.
  for (const std::size_t acknowledgements : {1U, 10U, 37U, 150U, 400U}) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe[0]);
      write_until_killed(file, pipe[1]);
    }
    ::close(pipe[1]);
    std::map<std::uint64_t, Seq> acknowledged;
    Acknowledged next;
    for (std::size_t count = 0; ::read(pipe[0], &next, sizeof next) == sizeof next;) {
      EXPECT_GT(next.next_seq, acknowledged[next.room]);
      acknowledged[next.room] = next.next_seq;
      if (++count == acknowledgements) ::kill(child, SIGKILL);
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;

    const auto store = SqliteStore::open(file, crypto);
    ASSERT_TRUE(store);
    const auto reader = must((*store)->reader());
    for (const auto& [room, next_seq] : acknowledged) expect_all_of(*reader, room, next_seq);
  }
}

}  // namespace
}  // namespace zerofc::server::test
