#include "sim/world/server.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace zerofc::sim {
namespace {

constexpr Millis kFastest{1};
constexpr Millis kSlowestFrame{120};
constexpr Millis kSlowestStore{40};

}  // namespace

Server::Server(Scheduler& scheduler, Trace& trace, Crypto& crypto)
    : scheduler_(&scheduler), trace_(&trace), crypto_(&crypto) {
  const auto session = crypto.make_key_pair<SessionKeyTag>();
  auto signing = crypto.make_key_pair<SigningKeyTag>();
  keys_ = {session.value().public_key, signing.value().public_key};
  signing_key_ = signing->private_key.copy();
  signer_.emplace(crypto, std::move(signing->private_key));
}

Now Server::now() const {
  const Now now = scheduler_->now();
  return {now.wall + clock_error, now.steady};
}

Server::KeyAnswer Server::answer_key_request() const {
  KeyAnswer answer{keys_, now().wall};
  if (interference_ != nullptr) interference_->server_key(answer.keys, answer.date);
  return answer;
}

// ---- links

std::shared_ptr<Link> Server::connect(const SessionPublicKey& client) {
  auto link = std::make_shared<Link>();
  link->client = client;
  link->id = relay::ConnectionId{++last_connection_};
  open_.emplace(link->id, Open{link, std::nullopt});
  return link;
}

std::vector<std::shared_ptr<Link>> Server::links() const {
  std::vector<std::shared_ptr<Link>> links;
  for (const auto& [id, open] : open_) {
    if (!open.link->is_cut) links.push_back(open.link);
  }
  return links;
}

std::optional<RoomId> Server::room_of(const Link& link) const {
  const auto found = open_.find(link.id);
  if (found == open_.end() || !found->second.place) return std::nullopt;
  return found->second.place->first;
}

// The server sees no name, no nickname and no text: whatever a client sends is searched for what
// every one of them begins with.
void Server::send(const std::shared_ptr<Link>& link, Bytes frame) {
  const BytesView marker = bytes_of(kMarker);
  if (std::search(frame.begin(), frame.end(), marker.begin(), marker.end()) != frame.end()) {
    complaint_ = "a frame that holds a text";
  }
  std::vector<Carried> frames;
  frames.push_back({std::move(frame)});
  if (interference_ != nullptr) interference_->up(link, frames);
  for (Carried& carried : frames) carry_up(link, std::move(carried));
}

void Server::carry_up(const std::shared_ptr<Link>& link, Carried carried) {
  link->last_up = std::max(link->last_up, scheduler_->now().steady + carried.delay +
                                              scheduler_->chance.between(kFastest, kSlowestFrame));
  scheduler_->at(link->last_up, [this, link, carried = std::move(carried)] {
    if (link->is_cut) return;
    carried.arrived();
    receive(link->id, carried.frame);
  });
}

void Server::deliver(relay::ConnectionId to, const std::shared_ptr<const Bytes>& frame) {
  const auto found = open_.find(to);
  if (found == open_.end()) return;
  const auto link = found->second.link;
  std::vector<Carried> frames;
  frames.push_back({*frame});
  if (interference_ != nullptr) interference_->down(link, frames);
  for (Carried& carried : frames) push(link, std::move(carried));
}

void Server::push(const std::shared_ptr<Link>& link, Carried carried) {
  link->last_down =
      std::max(link->last_down, scheduler_->now().steady + carried.delay +
                                    scheduler_->chance.between(kFastest, kSlowestFrame));
  scheduler_->at(link->last_down, [link, carried = std::move(carried)] {
    if (link->is_cut) return;
    carried.arrived();
    link->to_client(carried.frame);
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
  const auto place = found->second.place;
  open_.erase(found);
  if (!place) return;
  rooms_.at(*place).connections.erase(id);
  handle(*place, relay::Gone{id});
}

void Server::restart() {
  trace_->note(scheduler_->now().steady, "server", "restarts");
  ++generation_;
  for (auto& [id, open] : std::exchange(open_, {})) {
    open.link->is_cut = true;
    scheduler_->in(scheduler_->chance.between(kFastest, kSlowestFrame),
                   [link = open.link] { link->lost(); });
  }
  for (auto& [place, hosted] : rooms_) {
    hosted.room.reset();
    hosted.tick.reset();
    hosted.connections.clear();
    ++hosted.generation;
  }
}

// ---- for whoever interferes

const Server::Hosted* Server::find(const RoomId& room) const {
  const auto found = rooms_.find({room, 0});
  return found == rooms_.end() ? nullptr : &found->second;
}

void Server::impersonate(const Place& place, const SessionPublicKey& client,
                         const std::vector<Bytes>& frames) {
  const auto found = rooms_.find(place);
  if (found == rooms_.end() || !wake(found->second)) return;
  // On a connection of its own, which nobody hears.
  const auto id = relay::ConnectionId{++last_connection_};
  handle(place, relay::Arrived{id, client});
  for (const Bytes& frame : frames) {
    Bytes plaintext = to_bytes(encode_counter(0).view());
    plaintext.insert(plaintext.end(), frame.begin(), frame.end());
    if (const auto decoded = decode_frame(plaintext)) {
      handle(place, relay::FrameCame{id, &decoded->frame});
    }
  }
}

void Server::fork(const RoomId& room, const std::set<SessionPublicKey>& apart) {
  const auto found = rooms_.find({room, 0});
  if (found == rooms_.end()) return;
  rooms_[{room, 1}].store = found->second.store;
  for (const SessionPublicKey& client : apart) apart_[client] = 1;
  for (const auto& link : links()) {
    if (apart.count(link->client) != 0) cut(link);
  }
}

void Server::put_back(const RoomId& room, const testing::MemoryStore& store) {
  const auto found = rooms_.find({room, 0});
  if (found == rooms_.end()) return;
  restart();
  found->second.store = store;
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
  if (found->second.place) {
    handle(*found->second.place, relay::FrameCame{id, &decoded->frame});
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
    // After an interference a client may have opened what it believes to be open.
    if (interference_ == nullptr) complaint_ = "a first frame that opens, joins or creates nothing";
    return;
  }
  const auto apart = apart_.find(open.link->client);
  const Place place{*room, apart == apart_.end() ? 0 : apart->second};
  const auto hosted = rooms_.find(place);
  if (hosted == rooms_.end() || !wake(hosted->second)) {
    deliver(id, std::make_shared<const Bytes>(encode(frame::Error{FrameCode::kUnknownRoom, type})));
    return;
  }
  open.place = place;
  hosted->second.connections.insert(id);
  handle(place, relay::Arrived{id, open.link->client});
  handle(place, relay::FrameCame{id, &frame});
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
  const Place place{creation->room, 0};
  if (rooms_.count(place) != 0) return answer(FrameCode::kRoomExists);
  auto batch = std::make_shared<relay::Batch>(std::move(creation->batch));
  scheduler_->in(scheduler_->chance.between(kFastest, kSlowestStore), [this, id, place, batch,
                                                                       generation = generation_,
                                                                       answer] {
    if (generation != generation_) return;
    if (rooms_.count(place) != 0) return answer(FrameCode::kRoomExists);
    static_cast<void>(rooms_[place].store.apply(*batch));
    deliver(id, std::make_shared<const Bytes>(relay::Room::created_frame(place.first, *signer_)));
  });
}

// ---- rooms

bool Server::wake(Hosted& hosted) {
  if (hosted.room) return true;
  hosted.room = relay::Room::load(hosted.store.image(), *crypto_, *signer_, limits, now());
  if (!hosted.room) complaint_ = "a room that can't be loaded from its store";
  return hosted.room.has_value();
}

void Server::handle(const Place& place, const relay::Event& event) {
  Hosted& hosted = rooms_.at(place);
  if (!hosted.room) return;
  auto step = hosted.room->handle(event, now());
  const std::uint64_t generation = hosted.generation;
  for (relay::Action& action : step.actions) carry_out(place, action);
  if (generation != hosted.generation || !step.deadline) return;
  if (hosted.tick && *hosted.tick <= *step.deadline) return;
  hosted.tick = step.deadline;
  scheduler_->at(*step.deadline, [this, place, generation, due = *step.deadline] {
    Hosted& its = rooms_.at(place);
    if (generation != its.generation || its.tick != due) return;
    its.tick.reset();
    handle(place, relay::Tick{});
  });
}

void Server::carry_out(const Place& place, relay::Action& action) {
  Hosted& hosted = rooms_.at(place);
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
        scheduler_->chance.between(kFastest, kSlowestStore), [this, place, generation, batch] {
          if (generation != rooms_.at(place).generation) return;
          auto result = std::make_shared<relay::BatchResult>(rooms_.at(place).store.apply(*batch));
          scheduler_->in(scheduler_->chance.between(kFastest, kSlowestStore),
                         [this, place, generation, result] {
                           if (generation != rooms_.at(place).generation) return;
                           handle(place, relay::Stored{std::move(*result)});
                         });
        });
  } else if (auto* read = std::get_if<relay::Read>(&action)) {
    scheduler_->in(scheduler_->chance.between(kFastest, kSlowestStore), [this, place, generation,
                                                                         request = *read] {
      Hosted& its = rooms_.at(place);
      if (generation != its.generation) return;
      handle(place, relay::WasRead{request.connection, its.store.read(request.request)});
    });
  } else {
    complaint_ = "a room that asks to be loaded again";
  }
}

}  // namespace zerofc::sim
