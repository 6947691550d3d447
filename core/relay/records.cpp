#include "core/relay/records.hpp"

#include <utility>

#include "core/wire/cbor.hpp"

namespace zerofc::relay {

namespace {

std::uint64_t seconds(UnixSeconds time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

UnixSeconds read_seconds(cbor::Reader& reader) {
  return UnixSeconds(std::chrono::seconds(reader.uint()));
}

// What was read, if it was everything and nothing was wrong.
template <class Value>
std::optional<Value> if_done(const cbor::Reader& reader, Value value) {
  if (!reader.done()) return std::nullopt;
  return value;
}

}  // namespace

RecordKey cursor_key(const MemberId& member) {
  return {RecordKind::kCursor, to_bytes(member.view())};
}
RecordKey invite_key(const InviteId& invite) {
  return {RecordKind::kInvite, to_bytes(invite.view())};
}
RecordKey join_call_key(const JoinCallKey& key) {
  Bytes bytes = to_bytes(key.invite.view());
  bytes.insert(bytes.end(), key.session.bytes().begin(), key.session.bytes().end());
  return {RecordKind::kJoinRequest, std::move(bytes)};
}
RecordKey grant_key(const MemberId& joiner) {
  return {RecordKind::kGrant, to_bytes(joiner.view())};
}

RecordKey rekey_key(const MemberId& asker) { return {RecordKind::kRekey, to_bytes(asker.view())}; }

Bytes encode_cursor(Seq acked) {
  Bytes out;
  cbor::Writer(out).uint(acked);
  return out;
}

Bytes encode_record(const Invite& invite) {
  Bytes out;
  cbor::Writer(out)
      .array(3)
      .id(invite.author)
      .uint(seconds(invite.expires))
      .boolean(invite.revoked);
  return out;
}

Bytes encode_record(const JoinCall& call) {
  Bytes out;
  cbor::Writer(out).array(3).bytes(call.card).id(call.one_time_key).bytes(call.box);
  return out;
}

Bytes encode_record(const Grant& grant) {
  Bytes out;
  cbor::Writer(out).array(2).uint(seconds(grant.until)).bytes(grant.sealed);
  return out;
}

Bytes encode_record(const Rekey& rekey) {
  Bytes out;
  cbor::Writer writer(out);
  writer.array(2).bytes(rekey.request).array(rekey.answers.size());
  for (const auto& [from, answer] : rekey.answers) writer.array(2).id(from).bytes(answer);
  return out;
}

std::optional<Seq> decode_cursor(BytesView value) {
  cbor::Reader reader(value);
  const Seq acked = reader.uint();
  return if_done(reader, acked);
}

std::optional<Invite> decode_invite(BytesView value) {
  cbor::Reader reader(value);
  Invite invite;
  reader.array(3);
  invite.author = reader.id<MemberId>();
  invite.expires = read_seconds(reader);
  invite.revoked = reader.boolean();
  return if_done(reader, invite);
}

std::optional<JoinCall> decode_join_call(BytesView value) {
  cbor::Reader reader(value);
  JoinCall call;
  reader.array(3);
  call.card = to_bytes(reader.bytes(kFrameBytesMax));
  call.one_time_key = reader.id<ExchangePublicKey>();
  call.box = to_bytes(reader.bytes(kFrameBytesMax));
  return if_done(reader, std::move(call));
}

std::optional<Grant> decode_grant(BytesView value) {
  cbor::Reader reader(value);
  Grant grant;
  reader.array(2);
  grant.until = read_seconds(reader);
  grant.sealed = to_bytes(reader.bytes(kFrameBytesMax));
  return if_done(reader, std::move(grant));
}

std::optional<Rekey> decode_rekey(BytesView value) {
  cbor::Reader reader(value);
  Rekey rekey;
  reader.array(2);
  rekey.request = to_bytes(reader.bytes(kFrameBytesMax));
  const std::size_t count = reader.array_of(kMembersMax);
  for (std::size_t index = 0; index < count && reader.ok(); ++index) {
    reader.array(2);
    const auto from = reader.id<MemberId>();
    rekey.answers.emplace(from, to_bytes(reader.bytes(kFrameBytesMax)));
  }
  return if_done(reader, std::move(rekey));
}

std::optional<JoinCallKey> decode_join_call_key(BytesView key) {
  if (key.size() != InviteId::kBytes + SessionPublicKey::kBytes) return std::nullopt;
  return JoinCallKey{*InviteId::from(key.first(InviteId::kBytes)),
                     *SessionPublicKey::from(key.subspan(InviteId::kBytes))};
}

}  // namespace zerofc::relay
