#include "core/member/testing/owned_room.hpp"

#include <algorithm>
#include <cstdlib>

namespace zerofc::testing {

// ---- guests

Guest::Guest(const RoomId& room, const std::string& text)
    : card(keys.card(as_hash(room))),
      id(keys.id(as_hash(room))),
      link(std::move(decode_link(text)->link)),
      join_key(random<JoinKey>()),
      one_time(must(crypto().make_key_pair<ExchangeKeyTag>())) {}

frame::JoinRequest Guest::request() {
  const Bytes cell =
      must(crypto().seal(link.secret.view(), encode(JoinContent{join_key.copy(), profile}),
                         join_context(link.room, link.invite, card, one_time.public_key)));
  box_ = must(crypto().encrypt(one_time.private_key.view(), link.invite_key.bytes(), cell));
  return {link.room, link.invite, card, one_time.public_key, box_};
}

std::optional<GrantContent> Guest::open(BytesView sealed) const {
  const auto opened = checked::open(crypto(), join_key.view(), sealed,
                                    grant_context(link.room, link.secret, link.inviter, id));
  return opened ? decode_grant_content(opened->view()) : std::nullopt;
}

Bytes Guest::message(const RoomKey& key, Epoch epoch, const LogPoint& seen, MessageBody body) {
  MessageContent content;
  content.room = link.room;
  content.epoch = epoch;
  content.token = random<EntryToken>();
  content.author = id;
  content.counter = ++counter;
  content.seen = seen;
  content.body = std::move(body);
  content.profile = profile;
  Bytes padded = must(crypto().sign(keys.signing.private_key.view(), encode(content)));
  pad(padded);
  const Bytes cell =
      must(crypto().seal(key.view(), padded, message_context(link.room, epoch, content.token, id)));
  return encode(Entry{Kind::kMessage, epoch, content.token, id, cell});
}

// ---- the room

OwnedRoom::OwnedRoom() : owner(Subject::create()) {
  owner.connect(log.server);
  const auto creates = owner.take_sent_of<frame::RoomCreate>();
  if (creates.size() != 1) std::abort();
  const Bytes genesis = to_bytes(std::get<frame::RoomCreate>(creates.front().frame).genesis);
  log.add(genesis);
  follow(genesis);
  const Bytes head = log.signed_head(state_->room(), log.head());
  owner.give(frame::RoomCreated{state_->room(), head});
  replay();
  serve();
  said.clear();
}

void OwnedRoom::replay() {
  const auto opens = owner.take_sent_of<frame::RoomOpen>();
  if (opens.size() != 1) std::abort();
  const auto& open = std::get<frame::RoomOpen>(opens.front().frame);
  log.open(owner, state_->room(), open.after, open.controls);
}

void OwnedRoom::reconnect() {
  owner.lose();
  owner.take_sent();
  owner.connect(log.server);
  replay();
}

void OwnedRoom::follow(const Bytes& entry) {
  const auto decoded = decode_entry(entry);
  if (!decoded || !decoded->is_control()) return;
  const auto verdict = state_ ? judge(crypto(), *state_, entry) : judge_genesis(crypto(), entry);
  if (!verdict) return;
  if (state_) {
    state_->apply(*verdict, log.size() - 1);
  } else {
    state_.emplace(*verdict);
  }
}

void OwnedRoom::land(const frame::Append& append) {
  const Bytes entry = to_bytes(append.entry);
  std::map<MemberId, Bytes> boxes;
  if (append.boxes) {
    for (const auto& [member, box] : *append.boxes) boxes.emplace(member, to_bytes(box));
  }
  const Seq seq = log.add(entry, std::move(boxes));
  follow(entry);
  log.show(owner, seq);
}

void OwnedRoom::relay(const Bytes& entry) {
  const Seq seq = log.add(entry);
  follow(entry);
  log.show(owner, seq);
}

void OwnedRoom::leave(const Guest& guest) {
  ControlContent content;
  content.kind = Kind::kMemberLeave;
  content.room = state_->room();
  content.prev = state_->prev();
  content.epoch = state_->epoch();
  content.token = random<EntryToken>();
  content.author = guest.id;
  content.seen = log.head();
  content.fields = MemberLeaveFields{};
  relay(sign_entry(content, guest.keys.signing));
}

std::vector<Sent> OwnedRoom::appends() {
  std::vector<Sent> found;
  for (Sent& sent : owner.take_sent()) {
    if (std::holds_alternative<frame::Append>(sent.frame)) {
      found.push_back(std::move(sent));
    } else {
      said.push_back(std::move(sent));
    }
  }
  return found;
}

void OwnedRoom::serve() {
  for (auto sent = appends(); !sent.empty(); sent = appends()) {
    for (const Sent& one : sent) land(std::get<frame::Append>(one.frame));
  }
}

std::string OwnedRoom::invite() {
  owner.call([](member::Room& room, const member::Context& context, member::Out& out) {
    room.create_invite(context, out, 99, 86'400);
  });
  std::optional<InviteId> id;
  for (const Sent& sent : owner.take_sent_of<frame::InvitePublish>()) {
    id = std::get<frame::InvitePublish>(sent.frame).invite;
  }
  if (!id) std::abort();
  owner.give(frame::InviteState{*id, InviteStateCode::kLive, std::nullopt});
  return owner.page.invites.at(*id).link;
}

Guest OwnedRoom::admit() {
  Guest guest(state_->room(), invite());
  owner.give(guest.request());
  serve();
  const auto sealed = granted();
  if (!sealed) std::abort();
  auto content = guest.open(*sealed);
  if (!content) std::abort();
  relay(guest.message(content->room_key, content->epoch, log.head(), ProfileBody{guest.profile}));
  last_grant = std::move(content);
  said.clear();
  return guest;
}

std::optional<DeclineReason> OwnedRoom::declined() {
  serve();
  std::optional<DeclineReason> reason;
  for (const Sent& sent : std::exchange(said, {})) {
    if (const auto* decline = std::get_if<frame::JoinDecline>(&sent.frame))
      reason = decline->reason;
  }
  return reason;
}

std::optional<Bytes> OwnedRoom::granted() {
  serve();
  std::optional<Bytes> sealed;
  for (const Sent& sent : std::exchange(said, {})) {
    if (const auto* grant = std::get_if<frame::JoinGrant>(&sent.frame)) {
      sealed = to_bytes(grant->sealed);
    }
  }
  return sealed;
}

bool OwnedRoom::stores(BytesView bytes) const {
  return std::any_of(owner.records.begin(), owner.records.end(), [&](const auto& record) {
    const Bytes& content = record.second;
    return std::search(content.begin(), content.end(), bytes.begin(), bytes.end()) != content.end();
  });
}

}  // namespace zerofc::testing
