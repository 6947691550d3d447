#include "tests/world/server.hpp"

#include <utility>
#include <vector>

namespace zerofc::world {
namespace {

constexpr Millis kFastest{1};
constexpr Millis kSlowestFrame{120};
constexpr Millis kSlowestStore{40};

}  // namespace

Server::Server(Scheduler& scheduler, Crypto& crypto) : scheduler_(&scheduler), crypto_(&crypto) {
  auto session = crypto.make_key_pair<SessionKeyTag>().value();
  auto signing = crypto.make_key_pair<SigningKeyTag>().value();
  keys_ = {session.public_key, signing.public_key};
  signer_.emplace(crypto, std::move(signing.private_key));
}

// ---- links

std::shared_ptr<Link> Server::connect(const SessionPublicKey& client) {
  auto link = std::make_shared<Link>();
  link->client = client;
  link->id = relay::ConnectionId{++last_connection_};
  open_.emplace(link->id, Open{link, std::nullopt});
  return link;
}

void Server::send(const std::shared_ptr<Link>& link, Bytes frame) {
  link->last_up = std::max(link->last_up, scheduler_->now().steady +
                                              scheduler_->chance.between(kFastest, kSlowestFrame));
  scheduler_->at(link->last_up, [this, link, bytes = std::move(frame)] {
    if (!link->is_cut) receive(link->id, bytes);
  });
}

void Server::deliver(relay::ConnectionId to, const std::shared_ptr<const Bytes>& frame) {
  const auto found = open_.find(to);
  if (found == open_.end()) return;
  const auto link = found->second.link;
  link->last_down =
      std::max(link->last_down,
               scheduler_->now().steady + scheduler_->chance.between(kFastest, kSlowestFrame));
  scheduler_->at(link->last_down, [link, frame] {
    if (!link->is_cut) link->to_client(*frame);
  });
}

void Server::cut(const std::shared_ptr<Link>& link) {
  if (link->is_cut) return;
  link->is_cut = true;
  scheduler_->in(scheduler_->chance.between(kFastest, kSlowestFrame), [link] { link->lost(); });
  scheduler_->in(scheduler_->chance.between(kFastest, 10 * kSlowestFrame),
                 [this, link] { forget(link->id); });
}

// After everything that was sent before.
void Server::close(relay::ConnectionId id) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  const auto link = found->second.link;
  open_.erase(found);
  scheduler_->at(std::max(link->last_down, scheduler_->now().steady), [link] {
    if (link->is_cut) return;
    link->is_cut = true;
    link->lost();
  });
}

void Server::forget(relay::ConnectionId id) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  const auto room = found->second.room;
  open_.erase(found);
  if (!room) return;
  rooms_.at(*room).connections.erase(id);
  handle(*room, relay::Gone{id});
}

void Server::restart() {
  ++generation_;
  for (auto& [id, open] : std::exchange(open_, {})) {
    open.link->is_cut = true;
    scheduler_->in(scheduler_->chance.between(kFastest, kSlowestFrame),
                   [link = open.link] { link->lost(); });
  }
  for (auto& [id, hosted] : rooms_) {
    hosted.room.reset();
    hosted.tick.reset();
    hosted.connections.clear();
    ++hosted.generation;
  }
}

// ---- frames

void Server::receive(relay::ConnectionId id, const Bytes& bytes) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  const EncodedCounter counter = encode_counter(0);  // the session's business, not the room's
  Bytes plaintext = to_bytes(counter.view());
  plaintext.insert(plaintext.end(), bytes.begin(), bytes.end());
  const auto decoded = decode_frame(plaintext);
  if (!decoded) {
    complaint_ = "a malformed frame";
    return;
  }
  if (found->second.room) {
    handle(*found->second.room, relay::FrameCame{id, &decoded->frame});
  } else {
    first_frame(id, found->second, decoded->frame);
  }
}

void Server::first_frame(relay::ConnectionId id, Open& open, const Frame& frame) {
  if (const auto* request = std::get_if<frame::RoomCreate>(&frame)) return create(id, *request);
  std::optional<RoomId> room;
  std::uint64_t type = 0;
  if (const auto* opens = std::get_if<frame::RoomOpen>(&frame)) {
    room = opens->room;
    type = frame::RoomOpen::kType;
  } else if (const auto* asks = std::get_if<frame::JoinRequest>(&frame)) {
    room = asks->room;
    type = frame::JoinRequest::kType;
  } else {
    complaint_ = "a first frame that opens, joins or creates nothing";
    return;
  }
  const auto hosted = rooms_.find(*room);
  if (hosted == rooms_.end() || !wake(hosted->second)) {
    deliver(id, std::make_shared<const Bytes>(encode(frame::Error{FrameCode::kUnknownRoom, type})));
    return;
  }
  open.room = room;
  hosted->second.connections.insert(id);
  handle(*room, relay::Arrived{id, open.link->client});
  handle(*room, relay::FrameCame{id, &frame});
}

void Server::create(relay::ConnectionId id, const frame::RoomCreate& request) {
  auto creation = relay::Room::create(request, open_.at(id).link->client, *crypto_);
  if (!creation) {
    complaint_ = "a room that may not be created";
    return;
  }
  const auto answer = [this, id](FrameCode code) {
    deliver(id,
            std::make_shared<const Bytes>(encode(frame::Error{code, frame::RoomCreate::kType})));
  };
  if (rooms_.count(creation->room) != 0) return answer(FrameCode::kRoomExists);
  const auto room = creation->room;
  auto batch = std::make_shared<relay::Batch>(std::move(creation->batch));
  scheduler_->in(
      scheduler_->chance.between(kFastest, kSlowestStore),
      [this, id, room, batch, generation = generation_, answer] {
        if (generation != generation_) return;
        if (rooms_.count(room) != 0) return answer(FrameCode::kRoomExists);
        static_cast<void>(rooms_[room].store.apply(*batch));
        deliver(id, std::make_shared<const Bytes>(relay::Room::created_frame(room, *signer_)));
      });
}

// ---- rooms

bool Server::wake(Hosted& hosted) {
  if (hosted.room) return true;
  hosted.room =
      relay::Room::load(hosted.store.image(), *crypto_, *signer_, limits, scheduler_->now());
  if (!hosted.room) complaint_ = "a room that can't be loaded from its store";
  return hosted.room.has_value();
}

void Server::handle(const RoomId& id, const relay::Event& event) {
  Hosted& hosted = rooms_.at(id);
  if (!hosted.room) return;
  auto step = hosted.room->handle(event, scheduler_->now());
  const std::uint64_t generation = hosted.generation;
  for (relay::Action& action : step.actions) carry_out(id, action);
  if (generation != hosted.generation || !step.deadline) return;
  if (hosted.tick && *hosted.tick <= *step.deadline) return;
  hosted.tick = step.deadline;
  scheduler_->at(*step.deadline, [this, id, generation, due = *step.deadline] {
    Hosted& its = rooms_.at(id);
    if (generation != its.generation || its.tick != due) return;
    its.tick.reset();
    handle(id, relay::Tick{});
  });
}

void Server::carry_out(const RoomId& id, relay::Action& action) {
  Hosted& hosted = rooms_.at(id);
  const std::uint64_t generation = hosted.generation;
  if (auto* send = std::get_if<relay::Send>(&action)) {
    for (const relay::ConnectionId to : send->to) deliver(to, send->frame);
  } else if (auto* ends = std::get_if<relay::Close>(&action)) {
    if (ends->reason == relay::CloseReason::kStoreFailed) complaint_ = "a store that failed";
    hosted.connections.erase(ends->connection);
    close(ends->connection);
  } else if (auto* store = std::get_if<relay::StoreBatch>(&action)) {
    auto batch = std::make_shared<relay::Batch>(std::move(store->batch));
    // Durable first; the room hears of it later, or never.
    scheduler_->in(
        scheduler_->chance.between(kFastest, kSlowestStore), [this, id, generation, batch] {
          if (generation != rooms_.at(id).generation) return;
          auto result = std::make_shared<relay::BatchResult>(rooms_.at(id).store.apply(*batch));
          scheduler_->in(scheduler_->chance.between(kFastest, kSlowestStore),
                         [this, id, generation, result] {
                           if (generation != rooms_.at(id).generation) return;
                           handle(id, relay::Stored{std::move(*result)});
                         });
        });
  } else if (auto* read = std::get_if<relay::Read>(&action)) {
    scheduler_->in(scheduler_->chance.between(kFastest, kSlowestStore), [this, id, generation,
                                                                         request = *read] {
      Hosted& its = rooms_.at(id);
      if (generation != its.generation) return;
      handle(id, relay::WasRead{request.connection, its.store.read(request.request)});
    });
  } else {
    complaint_ = "a room that asks to be loaded again";
  }
}

}  // namespace zerofc::world
