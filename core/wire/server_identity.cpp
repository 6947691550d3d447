#include "core/wire/server_identity.hpp"

#include "core/wire/parts.hpp"

namespace zerofc {
namespace {
constexpr std::string_view kServerLabel = "0fc server";
constexpr std::string_view kHeadLabel = "0fc head";
}  // namespace

Bytes encode(const ServerKeys& keys) {
  Bytes out;
  cbor::Writer(out).array(3).text(kServerLabel).id(keys.session).id(keys.signing);
  return out;
}

std::optional<ServerKeys> decode_server_keys(BytesView bytes) {
  cbor::Reader reader(bytes);
  ServerKeys keys;
  reader.array(3);
  reader.label(kServerLabel);
  keys.session = reader.id<SessionPublicKey>();
  keys.signing = reader.id<SigningPublicKey>();
  return wire::if_done(reader, keys);
}

Bytes encode(const HeadContent& content) {
  Bytes out;
  cbor::Writer(out)
      .array(4)
      .text(kHeadLabel)
      .id(content.room)
      .uint(content.head.seq)
      .id(content.head.hash);
  return out;
}

std::optional<HeadContent> decode_head_content(BytesView bytes) {
  cbor::Reader reader(bytes);
  HeadContent content;
  reader.array(4);
  reader.label(kHeadLabel);
  content.room = reader.id<RoomId>();
  content.head.seq = reader.uint();
  content.head.hash = reader.id<Hash>();
  return wire::if_done(reader, content);
}

}  // namespace zerofc
