// The rooms of one shard: loaded when somebody comes, kept while somebody is there, and what they
// ask for carried out.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/relay/room.hpp"
#include "server/connection/due.hpp"
#include "server/connection/slots.hpp"
#include "server/shard/shared.hpp"

namespace zerofc::server {

// Room ids are hashes already.
struct RoomIdHash {
  std::size_t operator()(const RoomId& id) const {
    std::size_t value = 0;
    std::memcpy(&value, id.bytes().data(), sizeof value);
    return value;
  }
};

// What rooms need of their connections and their thread.
class RoomConnections {
 public:
  RoomConnections() = default;
  RoomConnections(const RoomConnections&) = delete;
  RoomConnections& operator=(const RoomConnections&) = delete;
  virtual ~RoomConnections() = default;

  virtual void send(ConnectionId to, BytesView frame) = 0;
  virtual void close(ConnectionId connection, CloseCode code) = 0;
  // Every connection that is in the room or on its way into it.
  virtual void close_all_in(const RoomId& room, CloseCode code) = 0;
  // Its first frame was answered: `in_room` says whether the next one is for the room it named.
  virtual void settle(ConnectionId connection, bool in_room) = 0;
  // Below the low mark: a replay may go on. If not, drained() will be called.
  virtual bool is_drained(ConnectionId connection) = 0;
  // Runs `task` on this shard's thread later. From any thread.
  virtual void post(std::function<void()> task) = 0;
  virtual Now now() = 0;
};

class Rooms {
 public:
  Rooms(Shared& shared, ShardCounters& counters, RoomConnections& connections)
      : shared_(&shared), counters_(&counters), connections_(&connections) {}

  // The first frame of a connection that names a room: room-create, room-open or join-request. Its
  // plaintext is kept while the room is loaded.
  void create(ConnectionId connection, const SessionPublicKey& session,
              const frame::RoomCreate& request);
  void enter(ConnectionId connection, const SessionPublicKey& session, const RoomId& room,
             Bytes plaintext);
  void frame_came(ConnectionId connection, const RoomId& room, const Frame& frame);
  void gone(ConnectionId connection, const RoomId& room);
  void drained(ConnectionId connection, const RoomId& room);

  [[nodiscard]] std::optional<std::chrono::milliseconds> next_due() const { return due_.next(); }
  void handle_due();

  // Nothing waits for the store, and every cursor is stored.
  [[nodiscard]] bool is_quiet() const;
  [[nodiscard]] std::size_t in_memory() const { return slots_.size(); }

 private:
  struct Waiting {
    ConnectionId connection{};
    SessionPublicKey session;
    Bytes plaintext;
  };
  struct Slot {
    std::uint64_t load = 0;           // tells answers to this loading from those to one before
    std::optional<relay::Room> room;  // none while it is loaded
    std::vector<Waiting> waiting;     // until then
    std::vector<std::pair<ConnectionId, relay::ReadRequest>> held_reads;
    std::optional<std::chrono::milliseconds> tick_at;
    std::optional<std::chrono::milliseconds> evict_at;
    Deadline deadline;  // the earlier of the two
  };

  void load(const RoomId& id, Slot& slot);
  void loaded(const RoomId& id, std::uint64_t load,
              StoreResult<std::optional<relay::RoomImage>> result);
  void refuse_waiting(Slot& slot, FrameCode code, CloseCode close);
  void created(ConnectionId connection, const RoomId& room, const relay::BatchResult& result);
  void happen(const RoomId& id, const relay::Event& event);
  void carry_out(const RoomId& id, Slot& slot, relay::Step step);
  void let_in(const RoomId& id, const Waiting& waiting);
  void store(const RoomId& id, Slot& slot, relay::Batch batch);
  void read(const RoomId& id, Slot& slot, ConnectionId connection,
            const relay::ReadRequest& request);
  void reload(const RoomId& id);
  void plan(const RoomId& id, Slot& slot);
  void send_error(ConnectionId to, FrameCode code, std::uint64_t about);
  void store_answered(bool works);
  [[nodiscard]] Slot* find(const RoomId& id, std::uint64_t load);

  Shared* shared_;
  ShardCounters* counters_;
  RoomConnections* connections_;
  std::unordered_map<RoomId, Slot, RoomIdHash> slots_;
  Due<RoomId> due_;
  std::uint64_t loads_ = 0;
  std::size_t creating_ = 0;
};

}  // namespace zerofc::server
