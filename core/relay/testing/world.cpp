#include "core/relay/testing/world.hpp"

#include <cstdlib>
#include <utility>

namespace zerofc::testing {

namespace {

std::string name(FrameCode code) {
  static const std::map<FrameCode, std::string> kNames = {
      {FrameCode::kMalformed, "malformed"},
      {FrameCode::kUnknownFrame, "unknown-frame"},
      {FrameCode::kUnexpectedFrame, "unexpected-frame"},
      {FrameCode::kTooLarge, "too-large"},
      {FrameCode::kUnknownRoom, "unknown-room"},
      {FrameCode::kNotMember, "not-member"},
      {FrameCode::kBadCursor, "bad-cursor"},
      {FrameCode::kInvalidEntry, "invalid-entry"},
      {FrameCode::kStaleEpoch, "stale-epoch"},
      {FrameCode::kStalePrev, "stale-prev"},
      {FrameCode::kNotAuthorised, "not-authorised"},
      {FrameCode::kBadSignature, "bad-signature"},
      {FrameCode::kBadBoxes, "bad-boxes"},
      {FrameCode::kKeyReused, "key-reused"},
      {FrameCode::kRoomFull, "room-full"},
      {FrameCode::kJoinsClosed, "joins-closed"},
      {FrameCode::kWrongAuthor, "wrong-author"},
      {FrameCode::kNewerVersion, "newer-version"},
      {FrameCode::kLogFull, "log-full"},
      {FrameCode::kBadTarget, "bad-target"},
      {FrameCode::kRoomDestroyed, "room-destroyed"},
      {FrameCode::kInviteUnknown, "invite-unknown"},
      {FrameCode::kInviteUsed, "invite-used"},
      {FrameCode::kInviteRevoked, "invite-revoked"},
      {FrameCode::kInviteExpired, "invite-expired"},
      {FrameCode::kTooManyInvites, "too-many-invites"},
      {FrameCode::kInviteExists, "invite-exists"},
      {FrameCode::kCardMismatch, "card-mismatch"},
      {FrameCode::kRateLimited, "rate-limited"},
      {FrameCode::kStoreUnavailable, "store-unavailable"}};
  return kNames.at(code);
}

std::string name(DeclineReason reason) {
  constexpr std::array<const char*, 9> kNames = {"",          "unknown",           "used",
                                                 "revoked",   "expired",           "refused",
                                                 "room-full", "too-many-requests", "joins-closed"};
  return kNames.at(static_cast<std::size_t>(reason));
}

std::string name(InviteStateCode state) {
  constexpr std::array<const char*, 6> kNames = {"",        "live",    "used",
                                                 "revoked", "expired", "unknown"};
  return kNames.at(static_cast<std::size_t>(state));
}

struct Describer {
  std::string operator()(const frame::RoomOpened& f) const {
    return "opened " + std::to_string(f.head) +
           (f.acked ? " acked " + std::to_string(*f.acked) : "");
  }
  std::string operator()(const frame::EntryAt& f) const {
    return "entry " + std::to_string(f.seq) + (f.box ? " with a box" : "");
  }
  std::string operator()(const frame::Live& f) const { return "live " + std::to_string(f.head); }
  std::string operator()(const frame::Accepted& f) const {
    return "accepted " + std::to_string(f.seq);
  }
  std::string operator()(const frame::Rejected& f) const { return "rejected " + name(f.code); }
  std::string operator()(const frame::InviteState& f) const {
    return "invite " + name(f.state) + (f.code ? " " + name(*f.code) : "");
  }
  std::string operator()(const frame::JoinRequest& /*f*/) const { return "request"; }
  std::string operator()(const frame::JoinQueued& f) const {
    return f.inviter_online ? "queued" : "queued, inviter away";
  }
  std::string operator()(const frame::JoinDeclined& f) const {
    return "declined " + name(f.reason);
  }
  std::string operator()(const frame::JoinGrant& /*f*/) const { return "grant"; }
  std::string operator()(const frame::RekeyRequest& /*f*/) const { return "rekey"; }
  std::string operator()(const frame::RekeyAnswer& /*f*/) const { return "rekeyed"; }
  std::string operator()(const frame::Head& /*f*/) const { return "head"; }
  std::string operator()(const frame::Replaced& /*f*/) const { return "replaced"; }
  std::string operator()(const frame::Error& f) const { return "error " + name(f.code); }
  std::string operator()(const frame::Pong& f) const { return "pong " + std::to_string(f.number); }
  template <class Other>
  std::string operator()(const Other& /*other*/) const {
    return "?";
  }
};

}  // namespace

std::string describe(const Frame& frame) { return std::visit(Describer(), frame); }

World::World(const Founded& founded, const relay::Limits& limits) : limits_(limits) {
  SigningKeyPair keys = must(crypto().make_key_pair<SigningKeyTag>());
  server_key_ = keys.public_key;
  signer_.emplace(crypto(), std::move(keys.private_key));
  const auto creation = relay::Room::create(frame::RoomCreate{founded.genesis},
                                            founded.owner.session.public_key, crypto());
  if (!creation) std::abort();
  store.apply(creation->batch);
  restart();
}

void World::restart() {
  batches_.clear();
  reads_.clear();
  inboxes_.clear();
  deadline_.reset();
  reloads_ = false;
  room_ = relay::Room::load(store.image(), crypto(), *signer_, limits_, now);
  if (!room_) std::abort();
}

ConnectionId World::arrive(const SessionPublicKey& session) {
  const ConnectionId connection{next_connection_++};
  handle(relay::Arrived{connection, session});
  return connection;
}

void World::send(ConnectionId from, const Frame& frame) { handle(relay::FrameCame{from, &frame}); }

void World::go(ConnectionId connection) { handle(relay::Gone{connection}); }

ConnectionId World::open(const Person& person, std::optional<Seq> after, bool controls) {
  const ConnectionId connection = arrive(person);
  send(connection, frame::RoomOpen{room_->id(), after, controls});
  return connection;
}

std::vector<Received> World::take(ConnectionId connection) {
  return std::exchange(inboxes_[connection], {});
}

std::vector<std::string> World::said(ConnectionId connection) {
  std::vector<std::string> words;
  for (const Received& received : take(connection)) words.push_back(describe(received.frame));
  return words;
}

std::optional<relay::CloseReason> World::closed(ConnectionId connection) const {
  const auto found = closed_.find(connection);
  if (found == closed_.end()) return std::nullopt;
  return found->second;
}

void World::pass(std::chrono::milliseconds time) {
  now.wall += time;
  now.steady += time;
  if (deadline_ && *deadline_ <= now.steady) handle(relay::Tick{});
}

void World::answer() {
  if (batches_.empty()) std::abort();
  const relay::Batch batch = std::move(batches_.front());
  batches_.pop_front();
  handle(relay::Stored{disk == Disk::kSlow ? store.apply(batch) : store_batch(batch)});
}

void World::answer_read() {
  if (reads_.empty()) std::abort();
  const relay::Read read = reads_.front();
  reads_.pop_front();
  handle(relay::WasRead{read.connection, store.read(read.request)});
}

relay::BatchResult World::store_batch(const relay::Batch& batch) {
  switch (disk) {
    case Disk::kFull:
      return relay::StoreFailure::kUnavailable;
    case Disk::kConflict:
      return relay::StoreFailure::kConflict;
    case Disk::kWorks:
    case Disk::kSlow:
      break;
  }
  return store.apply(batch);
}

void World::handle(const relay::Event& event) {
  carry_out(room_->handle(event, now));
  if (is_handling_) return;
  is_handling_ = true;
  while (!events_.empty()) {
    const relay::Event next = std::move(events_.front());
    events_.pop_front();
    carry_out(room_->handle(next, now));
  }
  is_handling_ = false;
}

void World::carry_out(relay::Step step) {
  deadline_ = step.deadline;
  for (relay::Action& action : step.actions) {
    if (auto* sends = std::get_if<relay::Send>(&action)) {
      auto plaintext = std::make_shared<Bytes>(1, std::uint8_t{0});  // the counter 0
      plaintext->insert(plaintext->end(), sends->frame->begin(), sends->frame->end());
      const auto decoded = decode_frame(*plaintext);
      if (!decoded) std::abort();  // too large, or not what the grammar says
      for (const ConnectionId to : sends->to) {
        if (closed_.count(to) != 0) std::abort();
        inboxes_[to].push_back({plaintext, decoded->frame});
      }
    } else if (auto* closes = std::get_if<relay::Close>(&action)) {
      closed_[closes->connection] = closes->reason;
    } else if (auto* stores = std::get_if<relay::StoreBatch>(&action)) {
      last_batch = stores->batch;
      if (disk == Disk::kSlow) {
        batches_.push_back(std::move(stores->batch));
        if (batches_.size() > 1) std::abort();  // at most one is under way
      } else {
        events_.emplace_back(relay::Stored{store_batch(stores->batch)});
      }
    } else if (auto* read = std::get_if<relay::Read>(&action)) {
      if (reads_wait) {
        reads_.push_back(*read);
      } else {
        events_.emplace_back(
            relay::WasRead{read->connection,
                           reads_fail ? std::nullopt : std::optional(store.read(read->request))});
      }
    } else {
      reloads_ = true;
    }
  }
}

}  // namespace zerofc::testing
