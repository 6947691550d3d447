#include "core/wire/rekey.hpp"

#include "core/wire/parts.hpp"

namespace zerofc {
namespace {
constexpr std::string_view kRequestLabel = "0fc rekey";
constexpr std::string_view kAnswerLabel = "0fc rekeyed";
constexpr std::string_view kBoxLabel = "0fc rekey box";
}  // namespace

Bytes encode(const RekeyContent& content) {
  Bytes out;
  cbor::Writer(out)
      .array(6)
      .text(kRequestLabel)
      .id(content.room)
      .id(content.member)
      .uint(content.need)
      .id(content.one_time_key)
      .id(content.nonce);
  return out;
}

std::optional<RekeyContent> decode_rekey_content(BytesView bytes) {
  cbor::Reader reader(bytes);
  RekeyContent content;
  reader.array(6);
  reader.label(kRequestLabel);
  content.room = reader.id<RoomId>();
  content.member = reader.id<MemberId>();
  content.need = reader.uint(kEpochEnd);
  content.one_time_key = reader.id<ExchangePublicKey>();
  content.nonce = reader.id<Nonce>();
  return wire::if_done(reader, content);
}

Bytes encode(const RekeyedContent& content) {
  Bytes out;
  cbor::Writer(out)
      .array(8)
      .text(kAnswerLabel)
      .id(content.room)
      .uint(content.epoch)
      .id(content.from)
      .id(content.to)
      .id(content.request)
      .id(content.one_time_key)
      .bytes(content.box);
  return out;
}

std::optional<RekeyedContent> decode_rekeyed_content(BytesView bytes) {
  cbor::Reader reader(bytes);
  RekeyedContent content;
  reader.array(8);
  reader.label(kAnswerLabel);
  content.room = reader.id<RoomId>();
  content.epoch = reader.uint(kEpochEnd);
  content.from = reader.id<MemberId>();
  content.to = reader.id<MemberId>();
  content.request = reader.id<Hash>();
  content.one_time_key = reader.id<ExchangePublicKey>();
  content.box = reader.bytes(kFrameBytesMax);
  return wire::if_done(reader, content);
}

WipedBuffer encode(const RekeyBox& content) {
  WipedBuffer out;
  cbor::SecretWriter(out).array(3).text(kBoxLabel).uint(content.epoch).secret(content.key);
  return out;
}

std::optional<RekeyBox> decode_rekey_box(BytesView bytes) {
  cbor::Reader reader(bytes);
  RekeyBox content;
  reader.array(3);
  reader.label(kBoxLabel);
  content.epoch = reader.uint(kEpochEnd);
  content.key = reader.secret<RoomKey>();
  return wire::if_done(reader, std::move(content));
}

}  // namespace zerofc
