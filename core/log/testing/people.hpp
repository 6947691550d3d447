// People with keys, and the entries that they would sign: what tests of the log, the relay and the
// fuzz targets are written with. Everything is real cryptography.
#pragma once

#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "core/log/control_state.hpp"
#include "native/themis_crypto.hpp"

namespace zerofc {

// For GoogleTest.
inline void PrintTo(ControlRefusal refusal, std::ostream* out) {
  *out << static_cast<int>(refusal);
}

}  // namespace zerofc

namespace zerofc::testing {

[[nodiscard]] ThemisCrypto& crypto();

// The value, or the end of the program: for what can't fail in a test.
template <class T>
T must(CryptoResult<T> result) {
  if (!result) std::abort();
  return std::move(*result);
}
template <class Value>
Value random() {
  return must(crypto().make_random<Value>());
}

// Member keys for one room: docs/protocol.md §1.
struct Person {
  Person();

  SessionKeyPair session;
  SigningKeyPair signing;
  ExchangeKeyPair exchange;

  [[nodiscard]] CardContent card_content(const Hash& bound_to) const;
  [[nodiscard]] Bytes card(const Hash& bound_to) const;  // signed
  [[nodiscard]] MemberId id(const Hash& bound_to) const;
};
[[nodiscard]] Bytes sign_card(const CardContent& content, const SigningKeyPair& signer);

[[nodiscard]] Hash as_hash(const RoomId& room);
[[nodiscard]] Hash as_hash(const Nonce& nonce);

// An entry over this content, signed: envelope and content agree unless a test changes one.
[[nodiscard]] Bytes sign_entry(const ControlContent& content, const SigningKeyPair& signer);
[[nodiscard]] Bytes sign_entry(const Entry& envelope, BytesView content,
                               const SigningKeyPair& signer);
// This member.leave with one field more than its rule has: only a newer client knows what it means.
[[nodiscard]] Bytes sign_of_tomorrow(const ControlContent& leave, const SigningKeyPair& signer);
[[nodiscard]] Entry envelope_of(const ControlContent& content);

// A message of which the server sees a canonical cell.
[[nodiscard]] Bytes message_entry(const MemberId& author, Epoch epoch,
                                  const EntryToken& token = random<EntryToken>(),
                                  std::size_t text_bytes = 20);
// A canonical encrypted message from one to the other, such as a box.
[[nodiscard]] Bytes encrypted(const ExchangeKeyPair& from, const ExchangePublicKey& to);

// A room as its owner founds it, with the state that follows from its control entries.
class Founded {
 public:
  explicit Founded(const Policy& policy = {});

  [[nodiscard]] static ControlContent genesis_content(const Person& owner, BytesView card,
                                                      const Nonce& nonce, const Policy& policy);

  // Content of the next control entry by this author, right in everything.
  [[nodiscard]] ControlContent next(Kind kind, const MemberId& author) const;
  [[nodiscard]] ControlContent next_add(const MemberId& author, BytesView card,
                                        const InviteId& invite) const;
  [[nodiscard]] ControlContent next_rotation(const MemberId& author,
                                             std::vector<MemberId> removed = {}) const;
  [[nodiscard]] ControlContent next_role(const MemberId& author, const MemberId& member,
                                         Role role) const;
  [[nodiscard]] ControlContent next_transfer(const MemberId& author, const MemberId& member) const;
  [[nodiscard]] ControlContent next_policy(const MemberId& author, const Policy& policy) const;

  // Judges the entry, which must be valid, and applies it at the next seq.
  void land(BytesView entry);
  // Admits somebody by the owner.
  MemberId admit(const Person& joiner);
  // And makes it an admin.
  MemberId admit_admin(const Person& joiner);

  [[nodiscard]] Bytes card_of(const Person& person) const;
  [[nodiscard]] MemberId id_of(const Person& person) const;

  Person owner;
  Nonce nonce;
  Bytes genesis;
  std::optional<ControlState> state;
  Seq next_seq = 1;
  MemberId owner_id;
};

}  // namespace zerofc::testing
