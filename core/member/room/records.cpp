// A room's vault records, and the room out of them.
#include <algorithm>

#include "core/log/chain.hpp"
#include "core/member/room/impl.hpp"
#include "core/member/room/record_codec.hpp"

namespace zerofc::member {
namespace {

using member::write;  // beside those below

constexpr std::string_view kRoomLabel = "0fc room";
constexpr std::string_view kUnsentLabel = "0fc unsent";
constexpr std::string_view kControlLabel = "0fc controls";
constexpr std::uint64_t kRecordVersion = 1;
constexpr std::size_t kRoomFields = 30;

constexpr std::uint64_t kRoomStates = 8;
constexpr std::uint64_t kRoomEnds = 18;
constexpr std::uint64_t kInviteStates = 6;
constexpr std::uint64_t kAlarmKinds = 13;
constexpr std::uint64_t kProblems = 32;
constexpr std::size_t kListMax = 100'000;

void write(cbor::SecretWriter& out, const Profile& profile) {
  out.array(2).text(profile.nickname).uint(profile.colour);
}
Profile read_profile(cbor::Reader& in) {
  Profile profile;
  in.array(2);
  profile.nickname = std::string(in.text(kNicknameBytesMax));
  profile.colour = in.uint(kColours);
  return profile;
}

void write(cbor::SecretWriter& out, const MemberKeys& keys) {
  out.array(5);
  write(out, keys.session);
  write(out, keys.signing);
  write(out, keys.exchange);
  out.bytes(keys.card).id(keys.id);
}
MemberKeys read_member_keys(cbor::Reader& in) {
  MemberKeys keys;
  in.array(5);
  keys.session = read_key_pair<SessionKeyTag>(in);
  keys.signing = read_key_pair<SigningKeyTag>(in);
  keys.exchange = read_key_pair<ExchangeKeyTag>(in);
  keys.card = to_bytes(in.bytes(kFrameBytesMax));
  keys.id = in.id<MemberId>();
  return keys;
}

void write(cbor::SecretWriter& out, const Joining& joining) {
  const InviteLink& link = joining.link;
  out.array(9).id(link.inviter).id(link.invite_key).id(link.invite).secret(link.secret);
  out.id(link.server);
  write_time(out, link.expires);
  out.secret(joining.join_key);
  write(out, joining.one_time);
  if (joining.grant) {
    out.bytes(encode(*joining.grant));
  } else {
    out.null();
  }
}
Joining read_joining(cbor::Reader& in, const RoomId& room) {
  Joining joining;
  in.array(9);
  joining.link.room = room;
  joining.link.inviter = in.id<MemberId>();
  joining.link.invite_key = in.id<ExchangePublicKey>();
  joining.link.invite = in.id<InviteId>();
  joining.link.secret = in.secret<InviteSecret>();
  joining.link.server = in.id<Fingerprint>();
  joining.link.expires = read_seconds(in);
  joining.join_key = in.secret<JoinKey>();
  joining.one_time = read_key_pair<ExchangeKeyTag>(in);
  if (!in.take_null()) {
    auto grant = decode_grant_content(in.bytes(kFrameBytesMax));
    if (!grant) in.refuse();
    joining.grant = std::move(grant);
  }
  return joining;
}

void write(cbor::SecretWriter& out, const HeldKey& key) {
  out.array(2).uint(key.epoch).secret(key.key);
}
HeldKey read_held_key(cbor::Reader& in) {
  HeldKey key;
  in.array(2);
  key.epoch = in.uint(kEpochEnd);
  key.key = in.secret<RoomKey>();
  return key;
}

void write(cbor::SecretWriter& out, const PendingRotation& rotation) {
  out.array(4).id(rotation.token);
  write(out, rotation.next);
  out.bytes(rotation.entry).array(rotation.boxes.size());
  for (const auto& [member, box] : rotation.boxes) out.array(2).id(member).bytes(box);
}
PendingRotation read_rotation(cbor::Reader& in) {
  PendingRotation rotation;
  in.array(4);
  rotation.token = in.id<EntryToken>();
  rotation.next = read_held_key(in);
  rotation.entry = to_bytes(in.bytes(kFrameBytesMax));
  const std::size_t count = in.array_of(kMembersMax);
  for (std::size_t index = 0; index < count && in.ok(); ++index) {
    in.array(2);
    const auto member = in.id<MemberId>();
    rotation.boxes.emplace_back(member, to_bytes(in.bytes(kFrameBytesMax)));
  }
  return rotation;
}

void write(cbor::SecretWriter& out, const Invite& invite) {
  out.array(6).id(invite.id);
  write_time(out, invite.expires);
  out.uint(static_cast<std::uint64_t>(invite.state)).boolean(invite.revocation_unsent);
  write(out, invite.used_by);
  if (!invite.secrets) {
    out.null();
    return;
  }
  out.array(3).secret(invite.secrets->secret);
  write(out, invite.secrets->exchange);
  if (!invite.secrets->admission) {
    out.null();
    return;
  }
  const Admission& admission = *invite.secrets->admission;
  out.array(5).bytes(admission.card).id(admission.joiner).secret(admission.join_key);
  out.id(admission.token);
  if (admission.added_at) {
    write_time(out, *admission.added_at);
  } else {
    out.null();
  }
}
Invite read_invite(cbor::Reader& in) {
  Invite invite;
  in.array(6);
  invite.id = in.id<InviteId>();
  invite.expires = read_seconds(in);
  invite.state = read_enum<ui::InviteState>(in, kInviteStates);
  invite.revocation_unsent = in.boolean();
  invite.used_by = read_optional_id<MemberId>(in);
  if (in.take_null()) return invite;
  Invite::Secrets secrets;
  in.array(3);
  secrets.secret = in.secret<InviteSecret>();
  secrets.exchange = read_key_pair<ExchangeKeyTag>(in);
  if (!in.take_null()) {
    Admission admission;
    in.array(5);
    admission.card = to_bytes(in.bytes(kFrameBytesMax));
    admission.joiner = in.id<MemberId>();
    admission.join_key = in.secret<JoinKey>();
    admission.token = in.id<EntryToken>();
    if (!in.take_null()) admission.added_at = read_time(in);
    secrets.admission = std::move(admission);
  }
  invite.secrets = std::move(secrets);
  return invite;
}

void write(cbor::SecretWriter& out, const KeyRequest& request) {
  out.array(5).uint(request.need);
  write(out, request.one_time);
  out.id(request.nonce);
  write_time(out, request.asked_at);
  write_time(out, request.since);
}
KeyRequest read_key_request(cbor::Reader& in) {
  KeyRequest request;
  in.array(5);
  request.need = in.uint(kEpochEnd);
  request.one_time = read_key_pair<ExchangeKeyTag>(in);
  request.nonce = in.id<Nonce>();
  request.asked_at = read_time(in);
  request.since = read_time(in);
  return request;
}

// [token, kind, member or null, role or null, policy or null]
void write(cbor::SecretWriter& out, const ChangeRequest& request) {
  out.array(5).id(request.token);
  if (const auto* role = std::get_if<RoleSetFields>(&request.change)) {
    out.uint(static_cast<std::uint64_t>(Kind::kRoleSet)).id(role->member);
    out.uint(static_cast<std::uint64_t>(role->role)).null();
  } else if (const auto* transfer = std::get_if<OwnerTransferFields>(&request.change)) {
    out.uint(static_cast<std::uint64_t>(Kind::kOwnerTransfer)).id(transfer->member).null().null();
  } else if (const auto* policy = std::get_if<PolicySetFields>(&request.change)) {
    out.uint(static_cast<std::uint64_t>(Kind::kPolicySet)).null().null();
    out.array(6).uint(policy->policy.rotate_every).uint(policy->policy.max_members);
    out.uint(policy->policy.retention).uint(policy->policy.expire_after);
    out.boolean(policy->policy.knock).boolean(policy->policy.joins_open);
  } else {
    out.uint(static_cast<std::uint64_t>(Kind::kRoomDestroy)).null().null().null();
  }
}
ChangeRequest read_request(cbor::Reader& in) {
  ChangeRequest request;
  in.array(5);
  request.token = in.id<EntryToken>();
  const auto kind = static_cast<Kind>(in.uint());
  const auto member = read_optional_id<MemberId>(in);
  const auto role = read_optional_uint(in);
  std::optional<Policy> policy;
  if (!in.take_null()) {
    in.array(6);
    policy.emplace();
    policy->rotate_every = in.uint(kRotateEveryMax + 1);
    policy->max_members = in.uint(kMembersMax + 1);
    policy->retention = in.uint();
    policy->expire_after = in.uint();
    policy->knock = in.boolean();
    policy->joins_open = in.boolean();
  }
  if (kind == Kind::kRoleSet && member && role) {
    request.change = RoleSetFields{*member, *role == 1 ? Role::kAdmin : Role::kMember};
  } else if (kind == Kind::kOwnerTransfer && member) {
    request.change = OwnerTransferFields{*member};
  } else if (kind == Kind::kPolicySet && policy) {
    request.change = PolicySetFields{*policy};
  } else if (kind == Kind::kRoomDestroy) {
    request.change = RoomDestroyFields{};
  } else {
    in.refuse();
  }
  return request;
}

void write(cbor::SecretWriter& out, const AlarmRecord& alarm) {
  out.array(7).uint(alarm.number).uint(static_cast<std::uint64_t>(alarm.kind));
  write(out, alarm.member);
  write(out, alarm.seq);
  write(out, alarm.expected);
  write(out, alarm.offered);
  write_time(out, alarm.at);
}
AlarmRecord read_alarm(cbor::Reader& in) {
  AlarmRecord alarm;
  in.array(7);
  alarm.number = in.uint();
  alarm.kind = read_enum<ui::AlarmKind>(in, kAlarmKinds);
  alarm.member = read_optional_id<MemberId>(in);
  alarm.seq = read_optional_uint(in);
  alarm.expected = read_optional_id<Hash>(in);
  alarm.offered = read_optional_id<Hash>(in);
  alarm.at = read_time(in);
  return alarm;
}

void write(cbor::SecretWriter& out, const MemberId& id, const Acquaintance& person) {
  out.array(6).id(id);
  if (person.profile) {
    write(out, *person.profile);
  } else {
    out.null();
  }
  if (person.told) {
    out.text(*person.told);
  } else {
    out.null();
  }
  write(out, person.told_by);
  out.boolean(person.arrived);
  if (person.cross_checked_at) {
    write_time(out, *person.cross_checked_at);
  } else {
    out.null();
  }
}
std::pair<MemberId, Acquaintance> read_person(cbor::Reader& in) {
  Acquaintance person;
  in.array(6);
  const auto id = in.id<MemberId>();
  if (!in.take_null()) person.profile = read_profile(in);
  if (!in.take_null()) person.told = std::string(in.text(kNicknameBytesMax));
  person.told_by = read_optional_id<MemberId>(in);
  person.arrived = in.boolean();
  if (!in.take_null()) person.cross_checked_at = read_time(in);
  return {id, std::move(person)};
}

template <class Value>
void write_or_null(cbor::SecretWriter& out, const std::optional<Value>& value) {
  if (value) {
    write(out, *value);
  } else {
    out.null();
  }
}

}  // namespace

WipedBuffer Room::Impl::encode_state() const {
  WipedBuffer content;
  cbor::SecretWriter out(content);
  out.array(kRoomFields).text(kRoomLabel).uint(kRecordVersion).id(state.id);
  out.uint(static_cast<std::uint64_t>(state.phase));
  write(out, state.end);
  write(out, state.keys);
  write(out, state.profile);
  out.text(state.name);
  write(out, state.pin);
  if (state.server) {
    out.bytes(encode(*state.server));
  } else {
    out.null();
  }
  out.bytes(state.genesis);
  write_or_null(out, state.joining);
  write_or_null(out, state.key);
  write_time(out, state.key_since);
  write_or_null(out, state.rotation);
  out.boolean(state.rotation_asked).uint(state.counter_stored);
  write(out, state.leaving);
  write(out, state.profile_in);
  write(out, state.read);
  out.uint(state.last_alarm).uint(next_unsent_);
  out.array(state.people.size());
  for (const auto& [id, person] : state.people) write(out, id, person);
  out.array(state.invites.size());
  for (const Invite& invite : state.invites) write(out, invite);
  out.array(state.alarms.size());
  for (const AlarmRecord& alarm : state.alarms) write(out, alarm);
  out.array(state.server_heads.size());
  for (const Bytes& head : state.server_heads) out.bytes(head);
  out.array(state.requests.size());
  for (const ChangeRequest& request : state.requests) write(out, request);
  out.array(state.removing.size());
  for (const MemberId& id : state.removing) out.id(id);
  write_or_null(out, state.key_request);
  out.array(state.waiting_boxes.size());
  for (const auto& [epoch, box] : state.waiting_boxes) {
    out.array(4).uint(epoch).uint(box.base).id(box.rotator).bytes(box.box);
  }
  return content;
}

bool Room::Impl::decode_state(BytesView record) {
  cbor::Reader in(record);
  in.array(kRoomFields);
  in.label(kRoomLabel);
  if (in.uint() != kRecordVersion) return false;
  state.id = in.id<RoomId>();
  state.phase = read_enum<ui::RoomState>(in, kRoomStates);
  state.end = read_optional_enum<ui::RoomEnd>(in, kRoomEnds);
  state.keys = read_member_keys(in);
  state.profile = read_profile(in);
  state.name = std::string(in.text(kRoomNameBytesMax));
  state.pin = read_optional_id<Fingerprint>(in);
  if (!in.take_null()) {
    state.server = decode_server_keys(in.bytes(kFrameBytesMax));
    if (!state.server) return false;
  }
  state.genesis = to_bytes(in.bytes(kFrameBytesMax));
  if (!in.take_null()) state.joining = read_joining(in, state.id);
  if (!in.take_null()) state.key = read_held_key(in);
  state.key_since = read_time(in);
  if (!in.take_null()) state.rotation = read_rotation(in);
  state.rotation_asked = in.boolean();
  state.counter = state.counter_stored = in.uint();
  state.leaving = read_optional_id<EntryToken>(in);
  state.profile_in = read_optional_uint(in);
  state.read = read_optional_uint(in);
  state.last_alarm = in.uint();
  next_unsent_ = in.uint();
  for (std::size_t count = in.array_of(kListMax); count > 0 && in.ok(); --count) {
    state.people.insert(read_person(in));
  }
  for (std::size_t count = in.array_of(kListMax); count > 0 && in.ok(); --count) {
    state.invites.push_back(read_invite(in));
  }
  for (std::size_t count = in.array_of(kListMax); count > 0 && in.ok(); --count) {
    state.alarms.push_back(read_alarm(in));
  }
  for (std::size_t count = in.array_of(kServerHeadsKept); count > 0 && in.ok(); --count) {
    state.server_heads.push_back(to_bytes(in.bytes(kFrameBytesMax)));
  }
  for (std::size_t count = in.array_of(kRequestsMax); count > 0 && in.ok(); --count) {
    state.requests.push_back(read_request(in));
  }
  for (std::size_t count = in.array_of(kMembersMax); count > 0 && in.ok(); --count) {
    state.removing.insert(in.id<MemberId>());
  }
  if (!in.take_null()) state.key_request = read_key_request(in);
  for (std::size_t count = in.array_of(kWaitingBoxesKept); count > 0 && in.ok(); --count) {
    in.array(4);
    const Epoch epoch = in.uint(kEpochEnd);
    WaitingBox& box = state.waiting_boxes[epoch];
    box.base = in.uint(kEpochEnd);
    box.rotator = in.id<MemberId>();
    box.box = to_bytes(in.bytes(kFrameBytesMax));
  }
  return in.done();
}

WipedBuffer Room::Impl::encode_unsent(const Unsent& unsent) {
  WipedBuffer content;
  cbor::SecretWriter out(content);
  out.array(6).text(kUnsentLabel).id(unsent.token);
  write_time(out, unsent.at);
  write(out, unsent.problem);
  out.bytes(encode(unsent.body)).array(unsent.sealed.size());
  for (const Hash& digest : unsent.sealed) out.id(digest);
  return content;
}

std::optional<Unsent> Room::Impl::decode_unsent(BytesView record, std::uint64_t index) {
  cbor::Reader in(record);
  Unsent unsent;
  in.array(6);
  in.label(kUnsentLabel);
  unsent.index = index;
  unsent.token = in.id<EntryToken>();
  unsent.at = read_time(in);
  unsent.problem = read_optional_enum<ui::ProblemCode>(in, kProblems);
  auto body = decode_message_body(in.bytes(kMessageCellBytesMax));
  for (std::size_t count = in.array_of(kSealedKept); count > 0 && in.ok(); --count) {
    unsent.sealed.push_back(in.id<Hash>());
  }
  if (!in.done() || !body) return std::nullopt;
  unsent.body = std::move(*body);
  unsent.state = unsent.problem ? ui::OutboxState::kFailed : ui::OutboxState::kWaiting;
  return unsent;
}

WipedBuffer Room::Impl::encode_controls(std::size_t begin, std::size_t end) const {
  WipedBuffer content;
  cbor::SecretWriter out(content);
  out.array(2).text(kControlLabel).array(end - begin);
  for (std::size_t place = begin; place < end; ++place) {
    out.array(2).uint(controls_[place].first).bytes(controls_[place].second);
  }
  return content;
}

void Room::Impl::put_changed_controls(Out& out) {
  control_stretches_.take_dirty([&](std::size_t index, std::size_t begin, std::size_t end) {
    out.put(RecordType::kControl, index, encode_controls(begin, end));
  });
}

// The vault's own seal vouches for what was verified before it was stored.
bool Room::Impl::restore_controls(Crypto& crypto, BytesView record) {
  cbor::Reader in(record);
  in.array(2);
  in.label(kControlLabel);
  const std::size_t count = in.array_of(Stretches::kElementsMax);
  for (std::size_t place = 0; place < count; ++place) {
    in.array(2);
    const Seq seq = in.uint();
    const BytesView entry = in.bytes(kFrameBytesMax);
    if (!in.ok()) return false;
    const auto verdict = control_ ? judge(crypto, *control_, entry, Signatures::kVerifiedBefore)
                                  : judge_genesis(crypto, entry, Signatures::kVerifiedBefore);
    if (!verdict) return false;
    if (control_) {
      control_->apply(*verdict, seq);
    } else {
      control_.emplace(*verdict);
    }
    controls_.emplace_back(seq, to_bytes(entry));
  }
  control_stretches_.add_stored(count, record.size());
  return in.done();
}

void Room::Impl::put_everything(Out& out) const {
  out.put(RecordType::kRoom, 0, encode_state());
  for (const Unsent& unsent : state.unsent) {
    out.put(RecordType::kUnsent, unsent.index, encode_unsent(unsent));
  }
  if (state.joining) return;
  control_stretches_.each([&](std::size_t index, std::size_t begin, std::size_t end) {
    out.put(RecordType::kControl, index, encode_controls(begin, end));
  });
  rows_.put_everything(out);
}

bool Room::Impl::load(const Context& context, std::vector<RoomRecord> records) {
  std::sort(records.begin(), records.end(), [](const RoomRecord& a, const RoomRecord& b) {
    return std::pair(a.type, a.index) < std::pair(b.type, b.index);
  });
  std::uint64_t controls = 0;
  std::uint64_t stretches = 0;
  bool has_state = false;
  for (const RoomRecord& record : records) {
    bool fits = false;
    switch (record.type) {
      case RecordType::kRoom:
        fits = !has_state && record.index == 0 && decode_state(record.content);
        has_state = true;
        break;
      case RecordType::kControl:
        fits = record.index == controls++ && restore_controls(context.crypto, record.content);
        break;
      case RecordType::kLog:
        fits = record.index == stretches++ && rows_.restore(record.content);
        break;
      case RecordType::kUnsent:
        if (auto unsent = decode_unsent(record.content, record.index)) {
          next_unsent_ = std::max(next_unsent_, record.index + 1);
          state.unsent.push_back(std::move(*unsent));
          fits = true;
        }
        break;
    }
    if (!fits) return false;
  }
  const bool needs_log = state.phase == ui::RoomState::kLive;
  if (!has_state || (needs_log && (!control_ || rows_.empty()))) return false;
  if (control_ && control_->room() != state.id) return false;
  if (control_) {
    for (const Row& row : rows_.rows()) {
      if (row.is_message && row.seq > control_->epoch_began_at()) ++used_;
    }
  }
  count_unread();
  next_look_ = context.now.steady;  // what ended meanwhile is looked at first of all
  return true;
}

}  // namespace zerofc::member
