// Correct use of secrets and strong types, and beside it misuse that must not compile.
#include <iostream>

#include "core/base/result.hpp"
#include "core/wire/types.hpp"

namespace zerofc {
namespace {

bool seals(const RoomKey& key) { return !key.view().empty(); }
bool encrypts(const ExchangePrivateKey& key) { return !key.view().empty(); }
bool knows(const InviteId& invite) { return invite == InviteId(); }
Result<int, bool> attempt() { return 1; }

bool correct(RoomKey& key, SecretBytes& bytes, const ExchangePrivateKey& exchange) {
  const RoomKey moved = std::move(key);
  const RoomKey copied = moved.copy();
  const SecretBytes others = std::move(bytes);
  std::cout << others.copy().size();
  return equal_constant_time(moved.view(), copied.view()) && seals(copied) && encrypts(exchange) &&
         knows(InviteId()) && attempt().has_value();
}

[[maybe_unused]] auto* const kUsed = &correct;

#ifdef COPY_SECRET
RoomKey misuse(const RoomKey& key) { return key; }
#endif
#ifdef COPY_SECRET_BYTES
SecretBytes misuse(const SecretBytes& bytes) { return bytes; }
#endif
#ifdef ASSIGN_SECRET
void misuse(RoomKey& to, const RoomKey& from) { to = from; }
#endif
#ifdef COMPARE_SECRET
bool misuse(const RoomKey& a, const RoomKey& b) { return a == b; }
#endif
#ifdef COMPARE_SECRET_BYTES
bool misuse(const SecretBytes& a, const SecretBytes& b) { return a == b; }
#endif
#ifdef PRINT_SECRET
void misuse(const RoomKey& key) { std::cout << key; }
#endif
#ifdef PRINT_SECRET_BYTES
void misuse(const SecretBytes& bytes) { std::cout << bytes; }
#endif
#ifdef JOIN_KEY_FOR_ROOM_KEY
bool misuse(const JoinKey& key) { return seals(key); }
#endif
#ifdef SIGNING_KEY_FOR_EXCHANGE_KEY
bool misuse(const SigningPrivateKey& key) { return encrypts(key); }
#endif
#ifdef MEMBER_ID_FOR_INVITE_ID
bool misuse(const MemberId& member) { return knows(member); }
#endif
#ifdef COMPARE_MEANINGS
bool misuse(const MemberId& member, const InviteId& invite) { return member == invite; }
#endif
#ifdef SECRET_FROM_BARE_BYTES
bool misuse(const std::array<std::uint8_t, 32>& bytes) { return seals(bytes); }
#endif
#ifdef SECRET_AS_BYTES
BytesView misuse(const RoomKey& key) { return key; }
#endif
#ifdef DROP_RESULT
void misuse() { attempt(); }
#endif
#ifdef DROP_COMPARISON
void misuse(const RoomKey& key) { equal_constant_time(key.view(), key.view()); }
#endif
#ifdef DROP_COPY
void misuse(const RoomKey& key) { key.copy(); }
#endif

}  // namespace
}  // namespace zerofc
