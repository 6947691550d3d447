#include "core/log/chain.hpp"

#include <array>

namespace zerofc {

// "c one byte: 0 for a message entry, 1 for any other", §3.1.
Hash next_chain_hash(Crypto& crypto, const Hash& before, bool is_control,
                     const Hash& entry_digest) {
  const std::array<std::uint8_t, 1> c = {static_cast<std::uint8_t>(is_control ? 1 : 0)};
  return crypto.sha256({before.view(), c, entry_digest.view()});
}

Hash entry_digest(Crypto& crypto, BytesView entry) { return crypto.sha256({entry}); }

RoomId room_id_of(Crypto& crypto, BytesView genesis_entry) {
  return RoomId(crypto.sha256({genesis_entry}).bytes());
}

}  // namespace zerofc
