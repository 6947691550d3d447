#include "core/relay/room.hpp"

#include <algorithm>

#include "core/relay/refusals.hpp"
#include "core/relay/room_impl.hpp"

namespace zerofc::relay {

// ---- the room from outside

std::optional<Room> Room::load(RoomImage image, Crypto& crypto, const HeadSigner& signer,
                               const Limits& limits, Now now) {
  if (image.control_entries.empty() || image.control_entries.front().first != 0) {
    return std::nullopt;
  }
  const auto genesis =
      judge_genesis(crypto, image.control_entries.front().second, Signatures::kVerifiedBefore);
  if (!genesis) return std::nullopt;
  auto impl = std::make_unique<Impl>(ControlState(*genesis), crypto, signer, limits);
  if (!impl->take_image(image, now)) return std::nullopt;
  return Room(std::move(impl));
}

std::optional<FrameCode> Room::refusal_at_sight(const frame::RoomCreate& request,
                                                const SessionPublicKey& session, Crypto& crypto) {
  // Nobody has verified it, so that only its refusal counts.
  const auto genesis = judge_genesis(crypto, request.genesis, Signatures::kVerifiedBefore);
  if (!genesis) return frame_code(genesis.error());
  // "a card counts on a connection only if its session key is that key", §2.2.
  if (genesis->card()->content.session != session) return FrameCode::kCardMismatch;
  return std::nullopt;
}

Result<Room::Creation, FrameCode> Room::create(const frame::RoomCreate& request,
                                               const SessionPublicKey& session, Crypto& crypto) {
  if (const auto refusal = refusal_at_sight(request, session, crypto)) return fail(*refusal);
  const auto genesis = judge_genesis(crypto, request.genesis);
  if (!genesis) return fail(frame_code(genesis.error()));

  Creation creation;
  creation.room = ControlState(*genesis).room();
  creation.batch.room = creation.room;
  creation.batch.creates_room = true;
  creation.batch.entries.push_back(
      {0, true, genesis->author(), genesis->token(), to_bytes(request.genesis)});
  creation.batch.head_hash = Hash(creation.room.bytes());
  return creation;
}

Bytes Room::created_frame(const RoomId& room, const HeadSigner& signer) {
  const Bytes head = signer.sign(room, {0, Hash(room.bytes())});
  return encode(frame::RoomCreated{room, head});
}

Room::Room(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Room::Room(Room&&) noexcept = default;
Room& Room::operator=(Room&&) noexcept = default;
Room::~Room() = default;

Step Room::handle(const Event& event, Now now) { return impl_->handle(event, now); }
const RoomId& Room::id() const { return impl_->id(); }
bool Room::idle() const { return impl_->idle(); }

// ---- what was stored

bool Room::Impl::take_image(RoomImage& image, Now now) {
  now_ = now;
  next_seq_ = image.next_seq;
  head_hash_ = image.head_hash;
  log_bytes_ = image.log_bytes;
  Seq before = 0;
  for (std::size_t index = 1; index < image.control_entries.size(); ++index) {
    const auto& [seq, bytes] = image.control_entries[index];
    if (seq <= before) return false;
    before = seq;
    const auto control = judge(*crypto_, state_, bytes, Signatures::kVerifiedBefore);
    if (!control) return false;
    state_.apply(*control, seq);
    if (control->kind() == Kind::kKeyRotate) rotations_.push_back(seq);
  }
  if (before >= next_seq_) return false;
  const bool taken = std::all_of(image.records.begin(), image.records.end(),
                                 [this](const Record& record) { return take_record(record); });
  plan_expiry();
  return taken;
}

bool Room::Impl::take_record(const Record& record) {
  switch (record.kind) {
    case RecordKind::kCursor: {
      const auto member = MemberId::from(record.key);
      const auto acked = decode_cursor(record.value);
      if (!member || !acked || *acked >= next_seq_ || state_.find(*member) == nullptr) return false;
      Seat& its = seat(*member);
      its.acked = its.acked_on_disk = acked;
      return true;
    }
    case RecordKind::kInvite: {
      const auto id = InviteId::from(record.key);
      const auto invite = decode_invite(record.value);
      if (!id || !invite) return false;
      invites_.emplace(*id, *invite);
      return true;
    }
    case RecordKind::kJoinRequest: {
      const auto key = decode_join_call_key(record.key);
      auto call = decode_join_call(record.value);
      if (!key || !call) return false;
      const auto card = checked::read_verified_card(*crypto_, call->card);
      if (!card) return false;
      call->joiner = card->member;
      calls_.emplace(*key, std::move(*call));
      return true;
    }
    case RecordKind::kGrant: {
      const auto joiner = MemberId::from(record.key);
      auto grant = decode_grant(record.value);
      if (!joiner || !grant) return false;
      grants_bytes_ += grant->sealed.size();
      grants_.emplace(*joiner, std::move(*grant));
      return true;
    }
    case RecordKind::kRekey: {
      const auto asker = MemberId::from(record.key);
      auto rekey = decode_rekey(record.value);
      if (!asker || !rekey || state_.find(*asker) == nullptr) return false;
      rekeys_.emplace(*asker, std::move(*rekey));
      return true;
    }
  }
  return false;
}

// ---- events

Step Room::Impl::handle(const Event& event, Now now) {
  now_ = now;
  step_ = {};
  if (!lost_) {
    std::visit([this](const auto& happened) { on(happened); }, event);
    if (!lost_) form_batch();
    if (!lost_) step_.deadline = deadline();
  }
  return std::move(step_);
}

bool Room::Impl::idle() const {
  return connections_.empty() && !under_way_ && queue_.empty() && dirty_cursors_.empty() &&
         dirty_erased_.empty();
}

void Room::Impl::on(const Arrived& arrived) {
  connections_.emplace(arrived.connection,
                       Connection{arrived.session, Phase::kArrived, std::nullopt, 0, 0,
                                  TokenBucket(limits_.others_burst, limits_.others_per_second)});
}

void Room::Impl::on(const FrameCame& came) {
  if (Connection* connection = find(came.connection)) {
    dispatch(came.connection, *connection, *came.frame);
  }
}

void Room::Impl::on(const Gone& gone) { drop(gone.connection); }

void Room::Impl::on(const Stored& stored) {
  if (!under_way_) return;
  if (const auto* done = std::get_if<Committed>(&stored.result)) {
    committed(*done);
  } else if (const auto* known = std::get_if<Duplicates>(&stored.result)) {
    duplicates(*known);
  } else if (const auto* failure = std::get_if<StoreFailure>(&stored.result);
             failure != nullptr && *failure == StoreFailure::kUnavailable) {
    unavailable();
  } else {
    reload();
  }
}

void Room::Impl::on(const Tick& /*tick*/) {
  expire();
  offer_keys();
}

void Room::Impl::dispatch(ConnectionId id, Connection& connection, const Frame& frame) {
  if (const auto* append_frame = std::get_if<frame::Append>(&frame)) {
    append(id, connection, *append_frame);
    return;
  }
  if (const auto* ack_frame = std::get_if<frame::Ack>(&frame)) {
    ack(id, connection, *ack_frame);
    return;
  }
  const std::uint64_t type = type_of(frame);
  if (!may_ask(id, connection, type)) return;
  if (const auto* ping = std::get_if<frame::Ping>(&frame)) {
    send(id, frame::Pong{ping->number});
  } else if (const auto* room_open = std::get_if<frame::RoomOpen>(&frame)) {
    open(id, connection, *room_open);
  } else if (const auto* publishes = std::get_if<frame::InvitePublish>(&frame)) {
    publish(id, connection, *publishes);
  } else if (const auto* revokes = std::get_if<frame::InviteRevoke>(&frame)) {
    revoke(id, connection, *revokes);
  } else if (const auto* calls = std::get_if<frame::JoinRequest>(&frame)) {
    call(id, connection, *calls);
  } else if (const auto* declines = std::get_if<frame::JoinDecline>(&frame)) {
    decline(id, connection, *declines);
  } else if (const auto* grants = std::get_if<frame::JoinGrant>(&frame)) {
    grant(id, connection, *grants);
  } else if (const auto* asks = std::get_if<frame::RekeyRequest>(&frame)) {
    ask_key(id, connection, *asks);
  } else if (const auto* answers = std::get_if<frame::RekeyAnswer>(&frame)) {
    answer_key(id, connection, *answers);
  } else if (std::holds_alternative<frame::RekeyWithdraw>(frame)) {
    withdraw_key(id, connection);
  } else if (std::holds_alternative<frame::Unknown>(frame)) {
    error(id, FrameCode::kUnknownFrame, type);
  } else {  // a second room-create, or what only servers send
    error(id, FrameCode::kUnexpectedFrame, type);
  }
}

// ---- connections

void Room::Impl::drop(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (const auto& member = found->second.member) {
    const auto its = seats_.find(*member);
    if (its != seats_.end() && its->second.connection == id) its->second.connection.reset();
  }
  connections_.erase(found);
  live_.erase(std::remove(live_.begin(), live_.end(), id), live_.end());
  if (connections_.empty() && lazy_due_) lazy_due_ = now_.steady;
}

void Room::Impl::close(ConnectionId id, CloseReason reason) {
  step_.actions.emplace_back(Close{id, reason});
  drop(id);
}

Connection* Room::Impl::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

std::optional<ConnectionId> Room::Impl::connection_of(const MemberId& member) const {
  const auto found = seats_.find(member);
  return found == seats_.end() ? std::nullopt : found->second.connection;
}

Seat& Room::Impl::seat(const MemberId& member) {
  const auto found = seats_.find(member);
  if (found != seats_.end()) return found->second;
  return seats_
      .emplace(member,
               Seat{std::nullopt, std::nullopt, std::nullopt, false,
                    TokenBucket(limits_.appends_burst, limits_.appends_per_second),
                    TokenBucket(limits_.controls_burst, limits_.controls_per_second),
                    TokenBucket(limits_.append_bytes_burst, limits_.append_bytes_per_second)})
      .first->second;
}

void Room::Impl::send(ConnectionId to, const Frame& frame) {
  step_.actions.emplace_back(Send{{to}, std::make_shared<const Bytes>(encode(frame))});
}

void Room::Impl::error(ConnectionId to, FrameCode code, std::uint64_t about) {
  send(to, frame::Error{code, about});
}

const MemberEntry* Room::Impl::opened(ConnectionId id, const Connection& connection,
                                      std::uint64_t about) {
  if (!connection.member) {
    error(id, FrameCode::kUnexpectedFrame, about);
    return nullptr;
  }
  return state_.find(*connection.member);
}

bool Room::Impl::may_ask(ConnectionId id, Connection& connection, std::uint64_t about) {
  if (connection.others.take(now_.steady) == TokenBucket::Taken::kPaid &&
      queue_.size() < limits_.waiting_appends_max && queue_bytes_ < limits_.waiting_bytes_max) {
    return true;
  }
  error(id, FrameCode::kRateLimited, about);
  return false;
}

std::optional<std::chrono::milliseconds> Room::Impl::deadline() const {
  std::optional<std::chrono::milliseconds> earliest;
  if (!under_way_) earliest = lazy_due_;
  for (const auto& [asker, rekey] : rekeys_) {
    if (rekey.next_offer && (!earliest || *rekey.next_offer < *earliest)) {
      earliest = rekey.next_offer;
    }
  }
  if (next_expiry_) {
    // The wall clock may jump: it is looked at again at least every hour.
    const auto wait = std::clamp<std::chrono::milliseconds>(
        *next_expiry_ - now_.wall, std::chrono::milliseconds(0), std::chrono::hours(1));
    const auto due = now_.steady + wait;
    if (!earliest || due < *earliest) earliest = due;
  }
  return earliest;
}

}  // namespace zerofc::relay
