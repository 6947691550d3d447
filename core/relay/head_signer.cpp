#include "core/relay/room.hpp"
#include "core/wire/server_identity.hpp"

namespace zerofc::relay {

Bytes HeadSigner::sign(const RoomId& room, const LogPoint& head) const {
  return crypto_->sign(key_.view(), encode(HeadContent{room, head})).value_or(Bytes());
}

}  // namespace zerofc::relay
