// A relay room with its store, a clock that stands still, and what each connection has been sent.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/log/testing/people.hpp"
#include "core/relay/room.hpp"
#include "core/relay/testing/memory_store.hpp"

namespace zerofc::testing {

using relay::ConnectionId;

// One frame as its receiver decodes it.
struct Received {
  std::shared_ptr<const Bytes> plaintext;  // what the frame's views point into
  Frame frame;
};
// Such as "entry 4 with a box", "rejected stale-epoch", "invite-state used".
[[nodiscard]] std::string describe(const Frame& frame);

// What the store does with the next batches.
enum class Disk {
  kWorks,
  kSlow,      // nothing until answer() is called
  kFull,      // kUnavailable
  kConflict,  // kConflict
};

class World {
 public:
  // The room that this founder created.
  explicit World(const Founded& founded, const relay::Limits& limits = {});

  ConnectionId arrive(const Person& person) { return arrive(person.session.public_key); }
  ConnectionId arrive(const SessionPublicKey& session);
  void send(ConnectionId from, const Frame& frame);
  void go(ConnectionId connection);
  // Arrives and opens the room.
  ConnectionId open(const Person& person, std::optional<Seq> after = std::nullopt,
                    bool controls = false);

  // What this connection has been sent since it was asked last.
  std::vector<Received> take(ConnectionId connection);
  std::vector<std::string> said(ConnectionId connection);
  void forget_all() { inboxes_.clear(); }
  [[nodiscard]] std::optional<relay::CloseReason> closed(ConnectionId connection) const;
  [[nodiscard]] bool reloads() const { return reloads_; }

  // Both clocks go on; the room is told when a deadline is reached.
  void pass(std::chrono::milliseconds time);
  // The slow store answers one batch, or one read.
  void answer();
  void answer_read();
  [[nodiscard]] std::size_t batches_waiting() const { return batches_.size(); }
  // The server is killed and comes back: connections are gone, the room is loaded from the store.
  void restart();

  Disk disk = Disk::kWorks;
  bool reads_wait = false;
  bool reads_fail = false;
  MemoryStore store;
  Now now{UnixMillis(std::chrono::hours(24 * 365 * 55)), std::chrono::hours(1)};
  // The last batch as it was asked for.
  relay::Batch last_batch;

  [[nodiscard]] relay::Room& room() { return *room_; }
  [[nodiscard]] UnixSeconds in(std::chrono::seconds time) const {
    return to_seconds(now.wall) + time;
  }
  [[nodiscard]] const SigningPublicKey& server_key() const { return server_key_; }

 private:
  void handle(const relay::Event& event);
  void carry_out(relay::Step step);
  relay::BatchResult store_batch(const relay::Batch& batch);

  relay::Limits limits_;
  SigningPublicKey server_key_;
  std::optional<relay::HeadSigner> signer_;
  std::optional<relay::Room> room_;
  std::optional<std::chrono::milliseconds> deadline_;
  std::uint64_t next_connection_ = 1;
  std::map<ConnectionId, std::vector<Received>> inboxes_;
  std::map<ConnectionId, relay::CloseReason> closed_;
  std::deque<relay::Batch> batches_;
  std::deque<relay::Read> reads_;
  std::deque<relay::Event> events_;
  bool is_handling_ = false;
  bool reloads_ = false;
};

}  // namespace zerofc::testing
