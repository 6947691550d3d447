// The chain hash: docs/protocol.md §3.1.
#pragma once

#include "core/crypto.hpp"
#include "core/wire/entry.hpp"

namespace zerofc {

// H[n] = SHA-256(H[n-1] || c || digest), with c = 0 for a message entry and 1 for any other.
[[nodiscard]] Hash next_chain_hash(Crypto& crypto, const Hash& before, bool is_control,
                                   const Hash& entry_digest);
// SHA-256 of the entry's bytes as relayed.
[[nodiscard]] Hash entry_digest(Crypto& crypto, BytesView entry);
// H[0]: the room id.
[[nodiscard]] RoomId room_id_of(Crypto& crypto, BytesView genesis_entry);

}  // namespace zerofc
