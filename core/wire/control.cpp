#include "core/wire/control.hpp"

#include <type_traits>

#include "core/wire/parts.hpp"

namespace zerofc {
namespace {

constexpr std::string_view kLabel = "0fc control";
constexpr std::string_view kKeyLabel = "0fc key";

constexpr std::size_t kGenesisFields = 5;
constexpr std::size_t kMemberAddFields = 2;
constexpr std::size_t kMemberLeaveFields = 0;
constexpr std::size_t kKeyRotateFields = 4;
constexpr std::size_t kRoleSetFields = 2;
constexpr std::size_t kOwnerTransferFields = 1;
constexpr std::size_t kPolicySetFields = 1;
constexpr std::size_t kRoomDestroyFields = 0;

void write_policy(cbor::Writer& writer, const Policy& policy) {
  writer.array(6)
      .uint(policy.rotate_every)
      .uint(policy.max_members)
      .uint(policy.retention)
      .uint(policy.expire_after)
      .boolean(policy.knock)
      .boolean(policy.joins_open);
}

Policy read_policy(cbor::Reader& reader) {
  Policy policy;
  reader.array(6);
  policy.rotate_every = reader.uint(kRotateEveryMax + 1);
  policy.max_members = reader.uint(kMembersMax + 1);
  policy.retention = reader.uint();
  policy.expire_after = reader.uint();
  policy.knock = reader.boolean();
  policy.joins_open = reader.boolean();
  if (policy.rotate_every < kRotateEveryMin || policy.max_members < kPolicyMembersMin) {
    reader.refuse();
  }
  return policy;
}

void write_fields(cbor::Writer& /*writer*/, const UnknownFields& /*fields*/) {}
void write_fields(cbor::Writer& writer, const GenesisFields& fields) {
  writer.array(kGenesisFields).uint(kProtocolVersion).bytes(fields.card).id(fields.nonce);
  write_policy(writer, fields.policy);
  writer.id(fields.commit);
}
void write_fields(cbor::Writer& writer, const MemberAddFields& fields) {
  writer.array(kMemberAddFields).bytes(fields.card).id(fields.invite);
}
void write_fields(cbor::Writer& writer, const MemberLeaveFields& /*fields*/) {
  writer.array(kMemberLeaveFields);
}
void write_fields(cbor::Writer& writer, const KeyRotateFields& fields) {
  writer.array(kKeyRotateFields).uint(fields.new_epoch).uint(fields.base);
  writer.array(fields.removed.size());
  for (const MemberId& member : fields.removed) writer.id(member);
  writer.id(fields.commit);
}

void write_fields(cbor::Writer& writer, const RoleSetFields& fields) {
  writer.array(kRoleSetFields).id(fields.member).uint(static_cast<std::uint64_t>(fields.role));
}
void write_fields(cbor::Writer& writer, const OwnerTransferFields& fields) {
  writer.array(kOwnerTransferFields).id(fields.member);
}
void write_fields(cbor::Writer& writer, const PolicySetFields& fields) {
  writer.array(kPolicySetFields);
  write_policy(writer, fields.policy);
}
void write_fields(cbor::Writer& writer, const RoomDestroyFields& /*fields*/) {
  writer.array(kRoomDestroyFields);
}

using Fields = decltype(ControlContent::fields);

GenesisFields read_genesis(cbor::Reader& reader) {
  GenesisFields fields;
  reader.array(kGenesisFields);
  if (reader.uint() != kProtocolVersion) reader.refuse();
  fields.card = reader.bytes(kFrameBytesMax);
  fields.nonce = reader.id<Nonce>();
  fields.policy = read_policy(reader);
  fields.commit = reader.id<Hash>();
  return fields;
}

MemberAddFields read_member_add(cbor::Reader& reader) {
  reader.array(kMemberAddFields);
  const BytesView card = reader.bytes(kFrameBytesMax);
  return {card, reader.id<InviteId>()};
}

MemberLeaveFields read_member_leave(cbor::Reader& reader) {
  reader.array(kMemberLeaveFields);
  return {};
}

KeyRotateFields read_key_rotate(cbor::Reader& reader) {
  KeyRotateFields fields;
  reader.array(kKeyRotateFields);
  fields.new_epoch = reader.uint(kEpochEnd);
  fields.base = reader.uint(kEpochEnd);
  const std::size_t removed = reader.array_of(kMembersMax);
  for (std::size_t index = 0; index < removed && reader.ok(); ++index) {
    fields.removed.push_back(reader.id<MemberId>());
  }
  fields.commit = reader.id<Hash>();
  return fields;
}

RoleSetFields read_role_set(cbor::Reader& reader) {
  RoleSetFields fields;
  reader.array(kRoleSetFields);
  fields.member = reader.id<MemberId>();
  const std::uint64_t role = reader.uint();
  if (role != static_cast<std::uint64_t>(Role::kAdmin) &&
      role != static_cast<std::uint64_t>(Role::kMember)) {
    reader.refuse();
  }
  fields.role = static_cast<Role>(role);
  return fields;
}

OwnerTransferFields read_owner_transfer(cbor::Reader& reader) {
  reader.array(kOwnerTransferFields);
  return {reader.id<MemberId>()};
}

PolicySetFields read_policy_set(cbor::Reader& reader) {
  reader.array(kPolicySetFields);
  return {read_policy(reader)};
}

RoomDestroyFields read_room_destroy(cbor::Reader& reader) {
  reader.array(kRoomDestroyFields);
  return {};
}

// Whether the fields ahead are those of a newer client: more of them than this version's rule has,
// or a genesis of a newer version.
bool are_newer(cbor::Reader ahead, Kind kind, std::size_t known) {
  const std::size_t count = ahead.array_of(ahead.rest().size());
  return count > known || (kind == Kind::kGenesis && count > 0 && ahead.uint() > kProtocolVersion);
}

template <class Read>
Fields read_known(cbor::Reader& reader, Kind kind, std::size_t known, Read read) {
  if (!are_newer(reader, kind, known)) return read(reader);
  reader.skip(1);
  return UnknownFields{};
}

Fields read_fields(cbor::Reader& reader, Kind kind) {
  switch (kind) {
    case Kind::kMessage:
      reader.refuse();
      return UnknownFields{};
    case Kind::kGenesis:
      return read_known(reader, kind, kGenesisFields, read_genesis);
    case Kind::kMemberAdd:
      return read_known(reader, kind, kMemberAddFields, read_member_add);
    case Kind::kMemberLeave:
      return read_known(reader, kind, kMemberLeaveFields, read_member_leave);
    case Kind::kKeyRotate:
      return read_known(reader, kind, kKeyRotateFields, read_key_rotate);
    case Kind::kRoleSet:
      return read_known(reader, kind, kRoleSetFields, read_role_set);
    case Kind::kOwnerTransfer:
      return read_known(reader, kind, kOwnerTransferFields, read_owner_transfer);
    case Kind::kPolicySet:
      return read_known(reader, kind, kPolicySetFields, read_policy_set);
    case Kind::kRoomDestroy:
      return read_known(reader, kind, kRoomDestroyFields, read_room_destroy);
  }
  reader.skip(1);
  return UnknownFields{};
}

}  // namespace

Bytes encode(const ControlContent& content) {
  Bytes out;
  cbor::Writer writer(out);
  writer.array(9).text(kLabel).uint(static_cast<std::uint64_t>(content.kind));
  wire::write_nullable(writer, content.room);
  wire::write_nullable(writer, content.prev);
  writer.uint(content.epoch).id(content.token).id(content.author);
  if (content.seen) {
    wire::write_log_point(writer, *content.seen);
  } else {
    writer.null();
  }
  std::visit([&writer](const auto& fields) { write_fields(writer, fields); }, content.fields);
  return out;
}

std::optional<ControlContent> decode_control_content(BytesView bytes) {
  cbor::Reader reader(bytes);
  ControlContent content;
  reader.array(9);
  reader.label(kLabel);
  content.kind = static_cast<Kind>(reader.uint());
  content.room = wire::read_nullable<RoomId>(reader);
  content.prev = wire::read_nullable<Hash>(reader);
  content.epoch = reader.uint(kEpochEnd);
  content.token = reader.id<EntryToken>();
  content.author = reader.id<MemberId>();
  if (!reader.take_null()) content.seen = wire::read_log_point(reader);
  const bool is_first = content.kind == Kind::kGenesis;
  if (content.room.has_value() == is_first || content.prev.has_value() == is_first ||
      content.seen.has_value() == is_first || (is_first && content.epoch != 0)) {
    return std::nullopt;
  }
  content.fields = read_fields(reader, content.kind);
  return wire::if_done(reader, std::move(content));
}

WipedBuffer key_commit_content(const Nonce& genesis_nonce, Epoch epoch, const RoomKey& key) {
  WipedBuffer out;
  cbor::SecretWriter(out).array(4).text(kKeyLabel).id(genesis_nonce).uint(epoch).secret(key);
  return out;
}

}  // namespace zerofc
