#include "core/member/room/room.hpp"

#include <algorithm>

#include "core/log/chain.hpp"
#include "core/member/room/impl.hpp"
#include "core/member/room/record_codec.hpp"

namespace zerofc::member {
namespace {

using std::chrono::milliseconds;

// At most this far off, so that a wall clock that jumps is noticed.
constexpr milliseconds kLongestSleep = std::chrono::hours(1);
constexpr milliseconds kShortestSleep = std::chrono::seconds(1);

// What a person is told of a failing random source. Nothing was made.
CryptoResult<Room> no_randomness() { return fail(CryptoError::kFailed); }

}  // namespace

Room::Room(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Room::Room(Room&&) noexcept = default;
Room& Room::operator=(Room&&) noexcept = default;
Room::~Room() = default;

// "three Themis EC P-256 key pairs, made fresh for every room created and every join attempt"
CryptoResult<MemberKeys> Room::Impl::make_keys(Crypto& crypto, const Hash& bound_to) {
  auto session = crypto.make_key_pair<SessionKeyTag>();
  auto signing = crypto.make_key_pair<SigningKeyTag>();
  auto exchange = crypto.make_key_pair<ExchangeKeyTag>();
  if (!session || !signing || !exchange) return fail(CryptoError::kFailed);
  const Bytes content =
      encode(CardContent{bound_to, session->public_key, signing->public_key, exchange->public_key});
  auto card = crypto.sign(signing->private_key.view(), content);
  if (!card) return fail(CryptoError::kFailed);
  const MemberId id = checked::member_id_of(checked::fingerprint_of(crypto, content));
  return MemberKeys{std::move(*session), std::move(*signing), std::move(*exchange),
                    std::move(*card), id};
}

CryptoResult<Room> Room::create(const Context& context, Out& out, std::uint64_t ref,
                                std::string_view name, const Profile& profile) {
  Crypto& crypto = context.crypto;
  const auto nonce = crypto.make_random<Nonce>();
  auto key = crypto.make_random<RoomKey>();
  const auto token = crypto.make_random<EntryToken>();
  if (!nonce || !key || !token) return no_randomness();
  auto keys = Impl::make_keys(crypto, Hash(nonce->bytes()));
  if (!keys) return no_randomness();

  ControlContent content;
  content.kind = Kind::kGenesis;
  content.token = *token;
  content.author = keys->id;
  content.fields = GenesisFields{keys->card, *nonce, Policy{},
                                 crypto.sha256({key_commit_content(*nonce, 0, *key)})};
  const auto body = crypto.sign(keys->signing.private_key.view(), encode(content));
  if (!body) return no_randomness();

  auto impl = std::make_unique<Impl>();
  RoomState& state = impl->state;
  state.genesis = encode(Entry{Kind::kGenesis, 0, *token, keys->id, *body});
  state.id = room_id_of(crypto, state.genesis);
  state.keys = std::move(*keys);
  state.profile = profile;
  state.name = std::string(name);
  state.key = HeldKey{0, std::move(*key)};
  state.key_since = context.now.wall;
  if (!impl->enqueue(context, out, RoomProfileBody{state.name}, std::nullopt)) {
    return no_randomness();
  }
  impl->put_everything(out);
  out.patch(ui::patch::RoomAdded{.room = state.id.bytes(),
                                 .ref = ref,
                                 .name = state.name,
                                 .state = state.phase,
                                 .self = state.keys.id.bytes()});
  return Room(std::move(impl));
}

CryptoResult<Room> Room::join(const Context& context, Out& out, std::uint64_t ref,
                              const InviteLink& link, const Profile& profile) {
  Crypto& crypto = context.crypto;
  auto keys = Impl::make_keys(crypto, Hash(link.room.bytes()));
  auto join_key = crypto.make_random<JoinKey>();
  auto one_time = crypto.make_key_pair<ExchangeKeyTag>();
  if (!keys || !join_key || !one_time) return no_randomness();

  auto impl = std::make_unique<Impl>();
  RoomState& state = impl->state;
  state.id = link.room;
  state.phase = ui::RoomState::kRequesting;
  state.keys = std::move(*keys);
  state.profile = profile;
  state.pin = link.server;
  state.joining = Joining{InviteLink{link.room, link.inviter, link.invite_key, link.invite,
                                     link.secret.copy(), link.server, link.expires},
                          std::move(*join_key), std::move(*one_time), std::nullopt};
  impl->put_everything(out);
  out.patch(ui::patch::RoomAdded{.room = state.id.bytes(),
                                 .ref = ref,
                                 .state = state.phase,
                                 .self = state.keys.id.bytes(),
                                 .server = state.pin->bytes()});
  return Room(std::move(impl));
}

std::optional<Room> Room::load(const Context& context, std::vector<RoomRecord> records) {
  auto impl = std::make_unique<Impl>();
  if (!impl->load(context, std::move(records))) return std::nullopt;
  return Room(std::move(impl));
}

// Everything that this call changed goes into one write, in front of the frames that depend on it.
void Room::Impl::flush(const Context& context, Out& out) {
  // During verification nothing of the log is stored: a restart begins it anew.
  if (!state.joining) {
    put_changed_controls(out);
    rows_.put_changed(out);
  }
  if (changed_ && !(state.joining && connection_.opened)) {
    out.put(RecordType::kRoom, 0, encode_state());
    changed_ = false;
  }
  // While a replay is under way the page gets its rows in heaps.
  const bool replaying = connection_.opened && !connection_.live;
  if (!replaying || unshown_.size() >= kRowsShownAtOnce) flush_items(out);
  send_ack(context, out, false);
}

std::optional<milliseconds> Room::Impl::deadline() const {
  std::optional<milliseconds> first = ack_due_;
  const auto consider = [&first](milliseconds time) {
    if (!first || time < *first) first = time;
  };
  if (paused_until_) consider(*paused_until_);
  if (allowance_due_) consider(*allowance_due_);
  if (next_look_) consider(*next_look_);
  if (rotation_retry_) consider(*rotation_retry_);
  if (rotation_turn_ && !is_own_turn_) consider(*rotation_turn_);
  return first;
}

// Wall-clock matters, such as an invite's end, are looked at when the nearest is due.
void Room::Impl::look_ahead(const Context& context) {
  if (next_look_ && context.now.steady >= *next_look_) return;  // is due: tick() looks
  milliseconds wait = kLongestSleep;
  // What is over already has been looked at, and goes on with something else than time.
  const auto until = [&](UnixMillis time) {
    if (time <= context.now.wall) return;
    wait = std::min(wait, std::max(time - context.now.wall, kShortestSleep));
  };
  for (const Invite& invite : state.invites) {
    if (invite.state == ui::InviteState::kLive || invite.state == ui::InviteState::kPublishing) {
      until(UnixMillis(invite.expires));
    }
    if (invite.secrets && invite.secrets->admission && invite.secrets->admission->added_at) {
      until(*invite.secrets->admission->added_at + kGrantLife);
    }
  }
  if (state.key) until(state.key_since + kKeyLife);
  if (const auto renew = next_key_request()) until(*renew);
  if (const auto stuck = stuck_at()) until(*stuck);
  next_look_ = context.now.steady + wait;
}

void Room::Impl::tick(const Context& context, Out& out) {
  const bool is_look = next_look_ && context.now.steady >= *next_look_;
  if (is_look) {
    next_look_.reset();
    expire_invites(context, out);
    settle_key(context, out);
  }
  if (paused_until_ && context.now.steady >= *paused_until_) {
    paused_until_.reset();
    if (connection_.live && ask_again_) {
      send_invites(out);
      send_grants(context, out);
    }
    ask_again_ = false;
  }
  if (rotation_retry_ && context.now.steady >= *rotation_retry_ && !connection_.live) {
    rotation_retry_.reset();
  }
  if (rotation_turn_ && context.now.steady >= *rotation_turn_) is_own_turn_ = true;
  if (allowance_due_ && context.now.steady >= *allowance_due_) allowance_due_.reset();
  if (connection_.live) {
    send_control(context, out);
    send_unsent(context, out);
  }
  if (is_look && state.key && context.now.wall - state.key_since >= kKeyLife) {
    show_rotation(context, out);
  }
}

const RoomId& Room::id() const { return impl_->state.id; }
ui::RoomState Room::state() const { return impl_->state.phase; }
bool Room::wants_connection() const { return impl_->wants_connection(); }
const SessionKeyPair& Room::session_keys() const { return impl_->state.keys.session; }
const std::optional<Fingerprint>& Room::pinned_server() const { return impl_->state.pin; }
std::optional<milliseconds> Room::deadline() const { return impl_->deadline(); }

bool Room::made_invite(const InviteId& invite) const {
  const auto& invites = impl_->state.invites;
  return std::any_of(invites.begin(), invites.end(),
                     [&](const Invite& one) { return one.id == invite; });
}

void Room::put_everything(Out& out) const { impl_->put_everything(out); }
void Room::show(const Context& context, Out& out) const { impl_->show(context, out); }

void Room::set_server_keys(const Context& context, Out& out, const ServerKeys& keys) {
  RoomState& state = impl_->state;
  if (state.server == keys) return;
  state.server = keys;
  state.pin = Fingerprint(context.crypto.sha256({encode(keys)}).bytes());
  impl_->mark_changed();
  impl_->show_state(out);
  impl_->finish(context, out);
}

void Room::server_key_changed(const Context& context, Out& out, const Fingerprint& offered) {
  const auto& pin = impl_->state.pin;
  impl_->raise_alarm(context, out,
                     {.kind = ui::AlarmKind::kServerKeyChanged,
                      .expected = pin ? std::optional(Hash(pin->bytes())) : std::nullopt,
                      .offered = Hash(offered.bytes())});
  impl_->finish(context, out);
}

void Room::connected(const Context& context, Out& out) {
  impl_->connected(context, out);
  impl_->finish(context, out);
}
void Room::frame_came(const Context& context, Out& out, const Frame& frame) {
  impl_->frame_came(context, out, frame);
  impl_->finish(context, out);
}
void Room::disconnected(const Context& context, Out& out) {
  impl_->disconnected(context, out);
  impl_->finish(context, out);
}
void Room::tick(const Context& context, Out& out) {
  impl_->tick(context, out);
  impl_->finish(context, out);
}
void Room::leave(const Context& context, Out& out) {
  impl_->leave(context, out);
  impl_->finish(context, out);
}
bool Room::may_forget(Out& out) const {
  if (impl_->state.phase != ui::RoomState::kLive) return true;
  impl_->problem(out, ui::ProblemCode::kBusy);
  return false;
}
void Room::rotate_key(const Context& context, Out& out) {
  impl_->ask_rotation(context, out);
  impl_->finish(context, out);
}
void Room::remove_members(const Context& context, Out& out, const std::vector<MemberId>& members) {
  impl_->remove_members(context, out, members);
  impl_->finish(context, out);
}
void Room::set_role(const Context& context, Out& out, const MemberId& member, Role role) {
  impl_->request_change(context, out, RoleSetFields{member, role});
  impl_->finish(context, out);
}
void Room::transfer(const Context& context, Out& out, const MemberId& member) {
  impl_->request_change(context, out, OwnerTransferFields{member});
  impl_->finish(context, out);
}
void Room::set_policy(const Context& context, Out& out, const PolicyChange& change) {
  impl_->set_policy(context, out, change);
  impl_->finish(context, out);
}
void Room::destroy(const Context& context, Out& out) {
  impl_->request_change(context, out, RoomDestroyFields{});
  impl_->finish(context, out);
}
void Room::read_up_to(const Context& context, Out& out, Seq seq) {
  impl_->read_up_to(out, seq);
  impl_->finish(context, out);
}
void Room::send_text(const Context& context, Out& out, std::uint64_t ref, std::string_view text) {
  impl_->send_text(context, out, ref, text);
  impl_->finish(context, out);
}
void Room::retry(const Context& context, Out& out, const EntryToken& token) {
  impl_->retry(context, out, token);
  impl_->finish(context, out);
}
void Room::discard(const Context& context, Out& out, const EntryToken& token) {
  impl_->discard(out, token);
  impl_->finish(context, out);
}
void Room::history_before(Out& out, std::optional<Seq> before, std::uint64_t count) const {
  impl_->history_before(out, before, count);
}
void Room::create_invite(const Context& context, Out& out, std::uint64_t ref,
                         std::uint64_t expires_s) {
  impl_->create_invite(context, out, ref, expires_s);
  impl_->finish(context, out);
}
void Room::revoke_invite(const Context& context, Out& out, const InviteId& invite) {
  impl_->revoke_invite(context, out, invite);
  impl_->finish(context, out);
}
void Room::dismiss_alarm(const Context& context, Out& out, std::uint64_t alarm) {
  impl_->dismiss_alarm(out, alarm);
  impl_->finish(context, out);
}

}  // namespace zerofc::member
