#include "server/shard/rooms.hpp"

#include <algorithm>
#include <utility>

namespace zerofc::server {

// ---- the first frame of a connection

void Rooms::create(ConnectionId connection, const SessionPublicKey& session,
                   const frame::RoomCreate& request) {
  const auto refuse = [&](FrameCode code) {
    send_error(connection, code, frame::RoomCreate::kType);
    connections_->settle(connection, false);
  };
  // What is refused costs nothing of what everybody shares; how often one connection may ask is
  // counted where its first frames are.
  if (const auto refusal = relay::Room::refusal_at_sight(request, session, shared_->crypto))
    return refuse(*refusal);
  if (!shared_->creates.take(connections_->now().steady)) return refuse(FrameCode::kRateLimited);
  auto creation = relay::Room::create(request, session, shared_->crypto);
  if (!creation) {
    shared_->creates.give_back();
    return refuse(creation.error());
  }
  if (!shared_->rooms.take()) return refuse(FrameCode::kServerRoomsFull);
  const RoomId room = creation->room;
  ++creating_;
  const bool queued = shared_->store.commit(
      std::move(creation->batch), [this, connection, room](relay::BatchResult result) {
        connections_->post([this, connection, room, result = std::move(result)] {
          created(connection, room, result);
        });
      });
  if (!queued) created(connection, room, relay::StoreFailure::kUnavailable);
}

void Rooms::created(ConnectionId connection, const RoomId& room, const relay::BatchResult& result) {
  --creating_;
  store_answered(!std::holds_alternative<relay::StoreFailure>(result));
  const bool is_new = std::holds_alternative<relay::Committed>(result);
  if (!is_new) shared_->rooms.give_back();
  // A room that exists has this very genesis, since its id is the hash of it: the client asks
  // again for an answer that it lost.
  if (is_new || std::holds_alternative<relay::Exists>(result)) {
    const Bytes answer = relay::Room::created_frame(room, shared_->signer);
    connections_->send(connection, answer);
  } else {
    send_error(connection, FrameCode::kStoreUnavailable, frame::RoomCreate::kType);
  }
  connections_->settle(connection, false);
}

void Rooms::enter(ConnectionId connection, const SessionPublicKey& session, const RoomId& room,
                  Bytes plaintext) {
  Slot& slot = slots_[room];
  Waiting waiting{connection, session, std::move(plaintext)};
  if (slot.room) return let_in(room, waiting);
  slot.waiting.push_back(std::move(waiting));
  if (slot.waiting.size() == 1) load(room, slot);
}

void Rooms::load(const RoomId& id, Slot& slot) {
  slot.load = ++loads_;
  const bool queued = shared_->store.load(
      id, [this, id, load = slot.load](StoreResult<std::optional<relay::RoomImage>> result) {
        // std::function copies what it holds, and an image is large.
        auto shared_result =
            std::make_shared<StoreResult<std::optional<relay::RoomImage>>>(std::move(result));
        connections_->post(
            [this, id, load, shared_result] { loaded(id, load, std::move(*shared_result)); });
      });
  if (!queued) {
    connections_->post(
        [this, id, load = slot.load] { loaded(id, load, fail(StoreError::kUnavailable)); });
  }
}

void Rooms::loaded(const RoomId& id, std::uint64_t load,
                   StoreResult<std::optional<relay::RoomImage>> result) {
  store_answered(result || result.error() != StoreError::kUnavailable);
  Slot* slot = find(id, load);
  if (slot == nullptr || slot->room) return;
  std::optional<relay::Room> room;
  if (result && *result) {
    room = relay::Room::load(std::move(**result), shared_->crypto, shared_->signer,
                             shared_->relay_limits, connections_->now());
  }
  if (!room) {
    const bool is_unknown = result && !*result;
    const bool is_damaged =
        (result && *result) || (!result && result.error() == StoreError::kDamaged);
    if (is_damaged) counters_->rooms_damaged.add();
    refuse_waiting(*slot, is_unknown ? FrameCode::kUnknownRoom : FrameCode::kStoreUnavailable,
                   is_unknown ? CloseCode::kNormal : CloseCode::kTryAgainLater);
    slots_.erase(id);
    return;
  }
  counters_->rooms_loaded.add();
  slot->room = std::move(room);
  const std::vector<Waiting> waiting = std::exchange(slot->waiting, {});
  for (const Waiting& one : waiting) let_in(id, one);
  if (slot = find(id, load); slot != nullptr) plan(id, *slot);
}

void Rooms::let_in(const RoomId& id, const Waiting& waiting) {
  const auto counted = decode_frame(waiting.plaintext);
  if (!counted) return;  // it was decoded once
  happen(id, relay::Arrived{waiting.connection, waiting.session});
  connections_->settle(waiting.connection, true);
  happen(id, relay::FrameCame{waiting.connection, &counted->frame});
}

void Rooms::refuse_waiting(Slot& slot, FrameCode code, CloseCode close) {
  for (const Waiting& waiting : std::exchange(slot.waiting, {})) {
    const auto counted = decode_frame(waiting.plaintext);
    const bool joins = counted && std::holds_alternative<frame::JoinRequest>(counted->frame);
    send_error(waiting.connection, code,
               joins ? frame::JoinRequest::kType : frame::RoomOpen::kType);
    connections_->close(waiting.connection, close);
  }
}

// ---- later

void Rooms::frame_came(ConnectionId connection, const RoomId& room, const Frame& frame) {
  happen(room, relay::FrameCame{connection, &frame});
}

void Rooms::gone(ConnectionId connection, const RoomId& room) {
  const auto found = slots_.find(room);
  if (found == slots_.end()) return;
  Slot& slot = found->second;
  std::erase_if(slot.waiting, [&](const Waiting& one) { return one.connection == connection; });
  std::erase_if(slot.held_reads, [&](const auto& held) { return held.first == connection; });
  happen(room, relay::Gone{connection});
}

void Rooms::drained(ConnectionId connection, const RoomId& room) {
  const auto found = slots_.find(room);
  if (found == slots_.end()) return;
  Slot& slot = found->second;
  const auto held = std::ranges::find(slot.held_reads, connection,
                                      &std::pair<ConnectionId, relay::ReadRequest>::first);
  if (held == slot.held_reads.end()) return;
  const relay::ReadRequest request = held->second;
  slot.held_reads.erase(held);
  read(room, slot, connection, request);
}

void Rooms::handle_due() {
  const std::chrono::milliseconds now = connections_->now().steady;
  while (const auto entry = due_.take(now)) {
    const RoomId& id = entry->second;
    const auto found = slots_.find(id);
    if (found == slots_.end()) continue;
    Slot& slot = found->second;
    if (!due_.has_come(slot.deadline, *entry, now)) continue;
    if (slot.tick_at && *slot.tick_at <= now) {
      slot.tick_at.reset();
      happen(id, relay::Tick{});
    } else if (slot.evict_at && *slot.evict_at <= now && slot.room && slot.room->idle()) {
      slots_.erase(found);
    } else {
      plan(id, slot);
    }
  }
}

bool Rooms::is_quiet() const {
  return creating_ == 0 && std::ranges::all_of(slots_, [](const auto& entry) {
           return !entry.second.room || entry.second.room->idle();
         });
}

void Rooms::happen(const RoomId& id, const relay::Event& event) {
  const auto found = slots_.find(id);
  if (found == slots_.end() || !found->second.room) return;
  carry_out(id, found->second, found->second.room->handle(event, connections_->now()));
}

// Nothing in here comes back into this room: what the store answers and whoever is dropped for
// reading too slowly comes in a later task.
void Rooms::carry_out(const RoomId& id, Slot& slot, relay::Step step) {
  for (relay::Action& action : step.actions) {
    if (auto* send = std::get_if<relay::Send>(&action)) {
      for (const ConnectionId to : send->to) connections_->send(to, *send->frame);
    } else if (auto* close = std::get_if<relay::Close>(&action)) {
      connections_->close(close->connection, close->reason == relay::CloseReason::kStoreFailed
                                                 ? CloseCode::kTryAgainLater
                                                 : CloseCode::kNormal);
    } else if (auto* batch = std::get_if<relay::StoreBatch>(&action)) {
      store(id, slot, std::move(batch->batch));
    } else if (auto* wanted = std::get_if<relay::Read>(&action)) {
      if (connections_->is_drained(wanted->connection)) {
        read(id, slot, wanted->connection, wanted->request);
      } else {
        slot.held_reads.emplace_back(wanted->connection, wanted->request);
      }
    } else {
      return reload(id);
    }
  }
  slot.tick_at = step.deadline;
  plan(id, slot);
}

void Rooms::store(const RoomId& id, Slot& slot, relay::Batch batch) {
  const auto answer = [this, id, load = slot.load](relay::BatchResult result) {
    connections_->post([this, id, load, result = std::move(result)] {
      const auto* failure = std::get_if<relay::StoreFailure>(&result);
      store_answered(failure == nullptr || *failure != relay::StoreFailure::kUnavailable);
      if (find(id, load) == nullptr) return;
      happen(id, relay::Stored{result});
    });
  };
  if (!shared_->store.commit(std::move(batch), answer)) answer(relay::StoreFailure::kUnavailable);
}

void Rooms::read(const RoomId& id, Slot& slot, ConnectionId connection,
                 const relay::ReadRequest& request) {
  const auto answer = [this, id, load = slot.load,
                       connection](StoreResult<relay::ReadResult> result) {
    auto came = std::make_shared<relay::WasRead>();
    came->connection = connection;
    if (result) came->result = std::move(*result);
    connections_->post([this, id, load, came] {
      store_answered(came->result.has_value());
      if (find(id, load) == nullptr) return;
      happen(id, *came);
    });
  };
  if (!shared_->store.read(id, request, answer)) answer(fail(StoreError::kUnavailable));
}

void Rooms::reload(const RoomId& id) {
  slots_.erase(id);
  connections_->close_all_in(id, CloseCode::kTryAgainLater);
}

void Rooms::plan(const RoomId& id, Slot& slot) {
  if (!slot.room) return;
  if (!slot.room->idle()) {
    slot.evict_at.reset();
  } else if (!slot.evict_at) {
    slot.evict_at = connections_->now().steady + shared_->limits.rooms.idle_room_time;
  }
  std::optional<std::chrono::milliseconds> at = slot.tick_at;
  if (slot.evict_at && (!at || *slot.evict_at < *at)) at = slot.evict_at;
  due_.set(slot.deadline, id, at);
}

// What /readyz answers.
void Rooms::store_answered(bool works) {
  if (!works) counters_->store_failures.add();
  if (shared_->health.store_available.load(std::memory_order_relaxed) != works)
    shared_->health.store_available.store(works, std::memory_order_relaxed);
}

void Rooms::send_error(ConnectionId to, FrameCode code, std::uint64_t about) {
  connections_->send(to, encode(Frame(frame::Error{code, about})));
}

Rooms::Slot* Rooms::find(const RoomId& id, std::uint64_t load) {
  const auto found = slots_.find(id);
  return found == slots_.end() || found->second.load != load ? nullptr : &found->second;
}

}  // namespace zerofc::server
