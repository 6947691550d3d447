#include "core/member/tests/room_double.hpp"

#include <algorithm>

#include "core/wire/cbor.hpp"

namespace zerofc::member {

using test::RoomFacts;
using test::script;

class Room::Impl {
 public:
  Impl(const RoomId& room, SessionKeyPair pair) : id(room), keys(std::move(pair)) {}

  void called(std::string name, Out& out) const {
    const std::string verb = name.substr(0, name.find(' '));
    script().calls.push_back(std::move(name));
    const auto reaction = script().reactions.find(verb);
    if (reaction != script().reactions.end()) reaction->second(id, out);
  }
  [[nodiscard]] RoomFacts& facts() const { return script().rooms[id]; }

  RoomId id;
  SessionKeyPair keys;
};

namespace test {

Script& script() {
  static Script one;
  return one;
}

std::size_t Script::count(std::string_view call) const {
  return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), call));
}

void put_text(const RoomId& room, Out& out, std::string_view text) {
  script().rooms[room].text = std::string(text);
  WipedBuffer content;
  cbor::SecretWriter(content).array(2).id(room).text(text);
  out.put(RecordType::kRoom, 0, std::move(content));
}

}  // namespace test

Room::Room(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Room::Room(Room&&) noexcept = default;
Room& Room::operator=(Room&&) noexcept = default;
Room::~Room() = default;

CryptoResult<Room> Room::create(const Context& context, Out& out, std::uint64_t ref,
                                std::string_view name, const Profile& profile) {
  if (script().refuses) return fail(CryptoError::kFailed);
  auto keys = context.crypto.make_key_pair<SessionKeyTag>();
  if (!keys) return fail(keys.error());
  RoomId id;
  id.mutable_bytes().fill(static_cast<std::uint8_t>(++script().made));
  Room room(std::make_unique<Impl>(id, std::move(*keys)));
  script().rooms[id].state = ui::RoomState::kCreating;
  out.patch(ui::patch::RoomAdded{.room = id.bytes(), .ref = ref, .name = name});
  test::put_text(id, out, name);
  room.impl_->called("create " + profile.nickname, out);
  return room;
}

CryptoResult<Room> Room::join(const Context& context, Out& out, std::uint64_t ref,
                              const InviteLink& link, const Profile& profile) {
  if (script().refuses) return fail(CryptoError::kFailed);
  auto keys = context.crypto.make_key_pair<SessionKeyTag>();
  if (!keys) return fail(keys.error());
  Room room(std::make_unique<Impl>(link.room, std::move(*keys)));
  script().rooms[link.room] = RoomFacts{.state = ui::RoomState::kRequesting, .pinned = link.server};
  out.patch(ui::patch::RoomAdded{.room = link.room.bytes(), .ref = ref});
  test::put_text(link.room, out, "joining");
  room.impl_->called("join " + profile.nickname, out);
  return room;
}

std::optional<Room> Room::load(const Context& context, std::vector<RoomRecord> records) {
  if (script().refuses || records.size() != 1) return std::nullopt;
  auto keys = context.crypto.make_key_pair<SessionKeyTag>();
  cbor::Reader in(records.front().content);
  in.array(2);
  const auto id = in.id<RoomId>();
  const std::string text(in.text(1000));
  if (!in.done() || !keys) return std::nullopt;
  script().rooms[id].text = text;
  return Room(std::make_unique<Impl>(id, std::move(*keys)));
}

const RoomId& Room::id() const { return impl_->id; }
ui::RoomState Room::state() const { return impl_->facts().state; }
bool Room::made_invite(const InviteId& invite) const { return impl_->facts().invite == invite; }
void Room::put_everything(Out& out) const {
  test::put_text(impl_->id, out, std::string(impl_->facts().text));
}
void Room::show(const Context& /*context*/, Out& out) const {
  out.patch(ui::patch::RoomAdded{.room = impl_->id.bytes(), .name = impl_->facts().text});
}

bool Room::wants_connection() const { return impl_->facts().wants_connection; }
const SessionKeyPair& Room::session_keys() const { return impl_->keys; }
const std::optional<Fingerprint>& Room::pinned_server() const { return impl_->facts().pinned; }
void Room::set_server_keys(const Context& context, Out& out, const ServerKeys& keys) {
  impl_->facts().pinned = Fingerprint(context.crypto.sha256({encode(keys)}).bytes());
  impl_->called("set_server_keys", out);
}
void Room::server_key_changed(const Context& /*context*/, Out& out,
                              const Fingerprint& /*offered*/) {
  impl_->called("server_key_changed", out);
}
void Room::connected(const Context& /*context*/, Out& out) { impl_->called("connected", out); }
void Room::frame_came(const Context& /*context*/, Out& out, const Frame& frame) {
  impl_->called("frame_came " + std::to_string(frame.index()), out);
}
void Room::disconnected(const Context& /*context*/, Out& out) {
  impl_->called("disconnected", out);
}
void Room::tick(const Context& /*context*/, Out& out) {
  impl_->facts().deadline.reset();
  impl_->called("tick", out);
}
std::optional<std::chrono::milliseconds> Room::deadline() const { return impl_->facts().deadline; }

void Room::leave(const Context& /*context*/, Out& out) { impl_->called("leave", out); }
bool Room::may_forget(Out& out) const {
  impl_->called("may_forget", out);
  return impl_->facts().state != ui::RoomState::kLive;
}
void Room::rotate_key(const Context& /*context*/, Out& out) { impl_->called("rotate_key", out); }
void Room::remove_members(const Context& /*context*/, Out& out,
                          const std::vector<MemberId>& members) {
  impl_->called("remove_members " + std::to_string(members.size()), out);
}
void Room::set_role(const Context& /*context*/, Out& out, const MemberId& /*member*/, Role role) {
  impl_->called("set_role " + std::to_string(static_cast<int>(role)), out);
}
void Room::transfer(const Context& /*context*/, Out& out, const MemberId& /*member*/) {
  impl_->called("transfer", out);
}
void Room::set_policy(const Context& /*context*/, Out& out, const PolicyChange& change) {
  impl_->called(std::string("set_policy") + (change.joins_open.value_or(true) ? "" : " locked"),
                out);
}
void Room::destroy(const Context& /*context*/, Out& out) { impl_->called("destroy", out); }
void Room::read_up_to(const Context& /*context*/, Out& out, Seq seq) {
  impl_->called("read_up_to " + std::to_string(seq), out);
}
void Room::send_text(const Context& /*context*/, Out& out, std::uint64_t /*ref*/,
                     std::string_view text) {
  impl_->called("send_text " + std::string(text), out);
}
void Room::retry(const Context& /*context*/, Out& out, const EntryToken& /*token*/) {
  impl_->called("retry", out);
}
void Room::discard(const Context& /*context*/, Out& out, const EntryToken& /*token*/) {
  impl_->called("discard", out);
}
void Room::history_before(Out& out, std::optional<Seq> /*before*/, std::uint64_t count) const {
  impl_->called("history_before " + std::to_string(count), out);
}
void Room::create_invite(const Context& /*context*/, Out& out, std::uint64_t /*ref*/,
                         std::uint64_t expires_s) {
  impl_->called("create_invite " + std::to_string(expires_s), out);
}
void Room::revoke_invite(const Context& /*context*/, Out& out, const InviteId& /*invite*/) {
  impl_->called("revoke_invite", out);
}
void Room::dismiss_alarm(const Context& /*context*/, Out& out, std::uint64_t alarm) {
  impl_->called("dismiss_alarm " + std::to_string(alarm), out);
}

}  // namespace zerofc::member
