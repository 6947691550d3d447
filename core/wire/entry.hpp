// Entries of the room log: docs/wire.cddl, section 3.
#pragma once

#include <optional>

#include "core/base/bytes.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

enum class Kind : std::uint64_t {  // other values may come from newer clients
  kMessage = 0,
  kGenesis = 1,
  kMemberAdd = 2,
  kMemberLeave = 3,
  kKeyRotate = 4,
  kRoleSet = 5,
  kOwnerTransfer = 6,
  kPolicySet = 7,
  kRoomDestroy = 8,
};

// entry = [kind, epoch, entry-token, author, body]
struct Entry {
  Kind kind{};
  Epoch epoch = 0;
  EntryToken token;
  MemberId author;
  BytesView body;  // points into what was decoded

  [[nodiscard]] bool is_control() const { return kind != Kind::kMessage; }
};

[[nodiscard]] Bytes encode(const Entry& entry);
[[nodiscard]] std::optional<Entry> decode_entry(BytesView bytes);

}  // namespace zerofc
