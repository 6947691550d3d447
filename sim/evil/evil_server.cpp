#include "sim/evil/evil_server.hpp"

#include <algorithm>

namespace zerofc::sim {
namespace {

constexpr std::size_t kHeardMax = 400;

std::optional<CountedFrame> decode(const Bytes& frame, Bytes& plaintext) {
  plaintext = to_bytes(encode_counter(0).view());
  plaintext.insert(plaintext.end(), frame.begin(), frame.end());
  return decode_frame(plaintext);
}

}  // namespace

std::vector<const Mutation*> all_mutations() {
  std::vector<const Mutation*> all;
  for (const auto part : {frame_mutations(), log_mutations(), join_mutations()}) {
    for (const Mutation& mutation : part) all.push_back(&mutation);
  }
  return all;
}

EvilServer::EvilServer(World& its_world, Device& stranger, const Mutation& mutation,
                       std::uint64_t seed)
    : chance(seed ^ 0x6576696cU), world(&its_world), stranger_(&stranger), mutation_(&mutation) {
  world->server.set_interference(this);
}

bool EvilServer::lies_to(const Link& link) const {
  const auto strangers = stranger_->link();
  return !is_honest_ && room() && (strangers == nullptr || strangers->client != link.client);
}

template <class Call>
void EvilServer::apply(const std::shared_ptr<Link>& link, std::vector<Carried>& frames,
                       const Call& call) {
  if (call == nullptr || !lies_to(*link) || fired_ >= mutation_->times_max) return;
  if (!chance.happens(mutation_->percent)) return;
  Bytes plaintext;
  const Bytes frame = frames.front().frame;
  const auto decoded = decode(frame, plaintext);
  if (!decoded) return;
  Moment moment{*this, link, decoded->frame, frames};
  if (!call(moment)) return;
  ++fired_;
  world->note(mutation_->name);
  if (frames.empty()) ++reached_;
  for (Carried& carried : frames) carried.arrived = [this] { ++reached_; };
}

void EvilServer::down(const std::shared_ptr<Link>& link, std::vector<Carried>& frames) {
  const Bytes frame = frames.front().frame;
  apply(link, frames, mutation_->down);
  auto& old = heard[link->client];
  if (old.size() < kHeardMax) old.push_back(frame);
}

void EvilServer::up(const std::shared_ptr<Link>& link, std::vector<Carried>& frames) {
  apply(link, frames, mutation_->up);
}

void EvilServer::server_key(ServerKeys& keys, UnixMillis& date) {
  if (is_honest_ || mutation_->key == nullptr || fired_ >= mutation_->times_max) return;
  if (!room() || !chance.happens(mutation_->percent)) return;
  if (!mutation_->key(*this, keys, date)) return;
  ++fired_;
  ++reached_;
  world->note(mutation_->name);
}

void EvilServer::act() {
  if (is_honest_ || mutation_->act == nullptr || !room()) return;
  if (fired_ >= mutation_->times_max || !chance.happens(mutation_->percent)) return;
  if (!mutation_->act(*this)) return;
  ++fired_;
  ++reached_;
  world->note(mutation_->name);
}

void EvilServer::repent() {
  is_honest_ = true;
  held.clear();
  world->server.end_forks();
  world->server.restart();
}

// ---- for the mutations

void EvilServer::replace(Moment& moment, const Frame& frame) const {
  moment.frames.clear();
  add(moment, frame);
}

void EvilServer::add(Moment& moment, const Frame& frame) const {
  moment.frames.push_back({encode(frame)});
}

std::optional<RoomId> EvilServer::room() const {
  const auto& room = world->owner().room();
  if (!room || world->server.find(*room) == nullptr) return std::nullopt;
  return room;
}

const std::vector<relay::LogEntry>* EvilServer::log() const {
  const auto id = room();
  return id ? &world->server.find(*id)->store.log() : nullptr;
}

std::optional<Bytes> EvilServer::foreign_entry(bool is_control) const {
  const auto& id = stranger_->room();
  const Server::Hosted* hosted = id ? world->server.find(*id) : nullptr;
  if (hosted == nullptr) return std::nullopt;
  for (const relay::LogEntry& entry : hosted->store.log()) {
    if (entry.is_control == is_control && entry.seq > 0) return entry.bytes;
  }
  return std::nullopt;
}

std::shared_ptr<Link> EvilServer::some_link() {
  std::vector<std::shared_ptr<Link>> links;
  for (const auto& one : world->people) {
    const auto link = one->link();
    if (link && !link->is_cut && world->server.room_of(*link)) links.push_back(link);
  }
  return links.empty() ? nullptr : links[chance.below(links.size())];
}

Bytes EvilServer::signed_head(const SigningPrivateKey& key, const LogPoint& head) const {
  ThemisCrypto themis;
  return testing::must(themis.sign(key.view(), encode(HeadContent{*room(), head})));
}

BytesView EvilServer::ghost_card() {
  if (ghost_card_.empty()) ghost_card_ = ghost.card(testing::as_hash(*room()));
  return ghost_card_;
}

}  // namespace zerofc::sim
