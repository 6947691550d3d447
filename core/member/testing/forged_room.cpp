#include "core/member/testing/forged_room.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/log/chain.hpp"
#include "core/wire/box.hpp"

namespace zerofc::testing {

// ---- the log

ForgedLog::ForgedLog() {
  auto session = must(crypto().make_key_pair<SessionKeyTag>());
  auto signing = must(crypto().make_key_pair<SigningKeyTag>());
  server = {session.public_key, signing.public_key};
  head_key_ = std::move(signing.private_key);
}

Seq ForgedLog::add(const Bytes& entry) { return add(entry, {}); }

Seq ForgedLog::add(const Bytes& entry, std::map<MemberId, Bytes> boxes) {
  const Seq seq = entries.size();
  const Hash digest = entry_digest(crypto(), entry);
  const auto decoded = decode_entry(entry);
  hashes.push_back(seq == 0 ? digest
                            : next_chain_hash(crypto(), hashes.back(),
                                              decoded && decoded->is_control(), digest));
  entries.push_back(entry);
  boxes_.emplace(seq, std::move(boxes));
  return seq;
}

Bytes ForgedLog::signed_head(const RoomId& room, const LogPoint& point) const {
  return must(crypto().sign(head_key_.view(), encode(HeadContent{room, point})));
}

void ForgedLog::opened(Subject& subject, const RoomId& room, std::optional<Seq> acked) const {
  const Bytes head_bytes = signed_head(room, head());
  subject.give(frame::RoomOpened{subject.self(), head().seq, head_bytes, acked});
}

void ForgedLog::open(Subject& subject, const RoomId& room, std::optional<Seq> after, bool controls,
                     std::optional<Seq> acked) const {
  opened(subject, room, acked);
  const Seq first = after ? *after + 1 : 0;
  for (Seq seq = 0; seq < size(); ++seq) {
    if (seq < first && !(controls && decode_entry(entries[seq])->is_control())) continue;
    if (subject.ending() != Subject::Ending::kKeep) return;
    show(subject, seq);
  }
  if (subject.ending() == Subject::Ending::kKeep) subject.give(frame::Live{head().seq});
}

void ForgedLog::show(Subject& subject, Seq seq) const {
  std::optional<BytesView> box;
  if (subject.page.self) {
    const auto& boxes = boxes_.at(seq);
    if (const auto its = boxes.find(*subject.page.self); its != boxes.end()) box = its->second;
  }
  subject.give(frame::EntryAt{seq, entries.at(seq), box});
}

// ---- the room

ForgedRoom::ForgedRoom(const Policy& policy) : nonce(random<Nonce>()) {
  owner_id = owner.id(as_hash(nonce));
  keys.push_back(random<RoomKey>());
  const Bytes card = owner.card(as_hash(nonce));
  ControlContent content = Founded::genesis_content(owner, card, nonce, policy);
  std::get<GenesisFields>(content.fields).commit =
      crypto().sha256({key_commit_content(nonce, 0, keys[0])});
  genesis = sign_entry(content, owner.signing);
  const auto verdict = judge_genesis(crypto(), genesis);
  if (!verdict) std::abort();
  state.emplace(*verdict);
  log.add(genesis);
}

Draft ForgedRoom::draft(MessageBody body) {
  Draft draft;
  draft.content.room = room();
  draft.content.epoch = state->epoch();
  draft.content.token = random<EntryToken>();
  draft.content.author = owner_id;
  draft.content.sent_at = UnixMillis(std::chrono::hours(24 * 365 * 55));
  draft.content.counter = ++counter;
  draft.content.seen = log.head();
  draft.content.body = std::move(body);
  draft.content.profile = Profile{"Olga", 3};
  draft.envelope = {Kind::kMessage, draft.content.epoch, draft.content.token, owner_id, {}};
  return draft;
}

Bytes ForgedRoom::seal(const Draft& draft, const SigningKeyPair& signer) const {
  Bytes padded = must(crypto().sign(signer.private_key.view(), encode(draft.content)));
  pad(padded);
  const Entry& envelope = draft.envelope;
  const Bytes context = message_context(room(), envelope.epoch, envelope.token, envelope.author);
  const Bytes cell = must(crypto().seal(keys.at(state->epoch()).view(), padded, context));
  Entry entry = envelope;
  entry.body = cell;
  return encode(entry);
}

ControlContent ForgedRoom::next(Kind kind) const {
  ControlContent content;
  content.kind = kind;
  content.room = room();
  content.prev = state->prev();
  content.epoch = state->epoch();
  content.token = random<EntryToken>();
  content.author = owner_id;
  content.seen = log.head();
  return content;
}

ControlContent ForgedRoom::next_add(BytesView card, const InviteId& invite_id) const {
  ControlContent content = next(Kind::kMemberAdd);
  content.fields = MemberAddFields{card, invite_id};
  return content;
}

ControlContent ForgedRoom::next_rotation(std::vector<MemberId> removed) {
  std::sort(removed.begin(), removed.end());
  next_key_ = random<RoomKey>();
  ControlContent content = next(Kind::kKeyRotate);
  const Epoch epoch = state->epoch() + 1;
  content.fields = KeyRotateFields{epoch, state->epoch(), std::move(removed),
                                   crypto().sha256({key_commit_content(nonce, epoch, *next_key_)})};
  return content;
}

Bytes ForgedRoom::box_for(const MemberId& member) const {
  const Epoch base = state->epoch();
  const Bytes cell = must(crypto().seal(key().view(), encode_box_content(*next_key_),
                                        box_context(room(), base + 1, base, owner_id, member)));
  return must(crypto().encrypt(owner.exchange.private_key.view(),
                               state->find(member)->card.exchange.bytes(), cell));
}

Seq ForgedRoom::land(const ControlContent& content, std::map<MemberId, Bytes> boxes) {
  const Bytes entry = sign_entry(content, owner.signing);
  const auto verdict = judge(crypto(), *state, entry);
  if (!verdict) std::abort();
  const Seq seq = log.add(entry, std::move(boxes));
  state->apply(*verdict, seq);
  if (content.kind == Kind::kKeyRotate) {
    keys.push_back(std::move(*next_key_));
    next_key_.reset();
    counter = 0;
  }
  return seq;
}

Seq ForgedRoom::rotate(const std::vector<MemberId>& removed) {
  const ControlContent content = next_rotation(removed);
  std::map<MemberId, Bytes> boxes;
  for (const auto& [id, member] : state->everybody()) {
    const bool stays = std::find(removed.begin(), removed.end(), id) == removed.end();
    if (member.is_member() && id != owner_id && stays) boxes.emplace(id, box_for(id));
  }
  return land(content, std::move(boxes));
}

MemberId ForgedRoom::admit(const Person& person) {
  card_ = person.card(as_hash(room()));
  land(next_add(card_, random<InviteId>()));
  return person.id(as_hash(room()));
}

// ---- the subject

InviteLink ForgedRoom::link() {
  invite = random<InviteId>();
  secret = random<InviteSecret>();
  invite_keys = must(crypto().make_key_pair<ExchangeKeyTag>());
  const Fingerprint pin(crypto().sha256({encode(log.server)}).bytes());
  return {room(),
          owner_id,
          invite_keys.public_key,
          invite,
          secret.copy(),
          pin,
          UnixSeconds(std::chrono::hours(24 * 366 * 55))};
}

void ForgedRoom::read_request(const frame::JoinRequest& request) {
  const auto card = checked::verify_card(crypto(), request.card);
  const auto cell =
      checked::decrypt(crypto(), invite_keys.private_key, request.one_time_key, request.box);
  if (!card || !cell || request.room != room() || request.invite != invite) std::abort();
  const auto opened =
      checked::open(crypto(), secret.view(), cell->view(),
                    join_context(room(), invite, request.card, request.one_time_key));
  if (!opened) std::abort();
  auto content = decode_join_content(opened->view());
  if (!content) std::abort();
  joiner_card = to_bytes(request.card);
  joiner = card->member;
  join_key = std::move(content->join_key);
}

Seq ForgedRoom::add_joiner() { return land(next_add(joiner_card, invite)); }

GrantContent ForgedRoom::grant_content() const {
  GrantContent content;
  content.room_key = key().copy();
  content.epoch = state->epoch();
  content.start_seq = state->epoch_began_at();
  if (content.start_seq > 0) content.before_start = log.hashes.at(content.start_seq - 1);
  content.head = log.head();
  content.room_name = "the room";
  content.names = {{owner_id, "Olga"}};
  return content;
}

Bytes ForgedRoom::seal_grant(const GrantContent& content) const {
  return must(crypto().seal(join_key.view(), encode(content),
                            grant_context(room(), secret, owner_id, joiner)));
}

void ForgedRoom::grant(Subject& subject, const GrantContent& content) {
  const Bytes sealed = seal_grant(content);
  subject.give(frame::JoinGrant{joiner, sealed});
}

Subject ForgedRoom::admitted() {
  Subject subject = Subject::join(link());
  subject.connect(log.server);
  const auto requests = subject.take_sent_of<frame::JoinRequest>();
  if (requests.size() != 1) std::abort();
  read_request(std::get<frame::JoinRequest>(requests.front().frame));
  subject.give(frame::JoinQueued{invite, true});
  add_joiner();
  grant(subject);
  const auto opens = subject.take_sent_of<frame::RoomOpen>();
  if (opens.size() != 1) std::abort();
  const auto& open = std::get<frame::RoomOpen>(opens.front().frame);
  log.open(subject, room(), open.after, open.controls);
  const auto appends = subject.take_sent_of<frame::Append>();
  if (appends.size() != 1) std::abort();
  log.show(subject, log.add(to_bytes(std::get<frame::Append>(appends.front().frame).entry)));
  subject.take_sent();
  return subject;
}

}  // namespace zerofc::testing
