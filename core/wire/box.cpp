#include "core/wire/box.hpp"

#include "core/wire/parts.hpp"

namespace zerofc {
namespace {
constexpr std::string_view kLabel = "0fc box";
}  // namespace

Bytes box_context(const RoomId& room, Epoch new_epoch, Epoch base, const MemberId& rotator,
                  const MemberId& member) {
  Bytes out;
  cbor::Writer(out).array(6).text(kLabel).id(room).uint(new_epoch).uint(base).id(rotator).id(
      member);
  return out;
}

WipedBuffer encode_box_content(const RoomKey& key) {
  WipedBuffer out;
  cbor::SecretWriter(out).array(2).text(kLabel).secret(key);
  return out;
}

std::optional<RoomKey> decode_box_content(BytesView bytes) {
  cbor::Reader reader(bytes);
  reader.array(2);
  reader.label(kLabel);
  auto key = reader.secret<RoomKey>();
  return wire::if_done(reader, std::move(key));
}

}  // namespace zerofc
