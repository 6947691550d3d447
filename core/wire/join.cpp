#include "core/wire/join.hpp"

#include "core/wire/parts.hpp"

namespace zerofc {
namespace {
constexpr std::string_view kJoinLabel = "0fc join";
constexpr std::string_view kGrantLabel = "0fc grant";
}  // namespace

Bytes join_context(const RoomId& room, const InviteId& invite, BytesView card,
                   const ExchangePublicKey& one_time_key) {
  Bytes out;
  cbor::Writer(out).array(5).text(kJoinLabel).id(room).id(invite).bytes(card).id(one_time_key);
  return out;
}

WipedBuffer encode(const JoinContent& content) {
  WipedBuffer out;
  cbor::SecretWriter writer(out);
  writer.array(3).text(kJoinLabel).secret(content.join_key);
  wire::write_profile(writer, content.profile);
  return out;
}

std::optional<JoinContent> decode_join_content(BytesView bytes) {
  cbor::Reader reader(bytes);
  JoinContent content;
  reader.array(3);
  reader.label(kJoinLabel);
  content.join_key = reader.secret<JoinKey>();
  content.profile = wire::read_profile(reader);
  return wire::if_done(reader, std::move(content));
}

WipedBuffer grant_context(const RoomId& room, const InviteSecret& invite_secret,
                          const MemberId& inviter, const MemberId& joiner) {
  WipedBuffer out;
  cbor::SecretWriter(out)
      .array(5)
      .text(kGrantLabel)
      .id(room)
      .secret(invite_secret)
      .id(inviter)
      .id(joiner);
  return out;
}

WipedBuffer encode(const GrantContent& content) {
  WipedBuffer out;
  cbor::SecretWriter writer(out);
  writer.array(7).text(kGrantLabel).secret(content.room_key).uint(content.epoch);
  writer.array(2).uint(content.start_seq);
  wire::write_nullable(writer, content.before_start);
  wire::write_log_point(writer, content.head);
  writer.text(content.room_name).array(content.names.size());
  for (const auto& [member, nickname] : content.names) writer.array(2).id(member).text(nickname);
  return out;
}

std::optional<GrantContent> decode_grant_content(BytesView bytes) {
  cbor::Reader reader(bytes);
  GrantContent content;
  reader.array(7);
  reader.label(kGrantLabel);
  content.room_key = reader.secret<RoomKey>();
  content.epoch = reader.uint(kEpochEnd);
  reader.array(2);
  content.start_seq = reader.uint();
  content.before_start = wire::read_nullable<Hash>(reader);
  content.head = wire::read_log_point(reader);
  content.room_name = reader.text(kRoomNameBytesMax);
  const std::size_t names = reader.array_of(kMembersMax);
  for (std::size_t index = 0; index < names && reader.ok(); ++index) {
    reader.array(2);
    const auto member = reader.id<MemberId>();
    content.names.emplace_back(member, reader.text(kNicknameBytesMax, 1));
  }
  return wire::if_done(reader, std::move(content));
}

}  // namespace zerofc
