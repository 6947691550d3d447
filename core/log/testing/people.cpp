#include "core/log/testing/people.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/log/chain.hpp"

namespace zerofc::testing {

ThemisCrypto& crypto() {
  static ThemisCrypto engine;
  return engine;
}

Person::Person()
    : session(must(crypto().make_key_pair<SessionKeyTag>())),
      signing(must(crypto().make_key_pair<SigningKeyTag>())),
      exchange(must(crypto().make_key_pair<ExchangeKeyTag>())) {}

CardContent Person::card_content(const Hash& bound_to) const {
  return {bound_to, session.public_key, signing.public_key, exchange.public_key};
}

Bytes Person::card(const Hash& bound_to) const {
  return sign_card(card_content(bound_to), signing);
}

MemberId Person::id(const Hash& bound_to) const {
  const Bytes content = encode(card_content(bound_to));
  return checked::member_id_of(checked::fingerprint_of(crypto(), content));
}

Bytes sign_card(const CardContent& content, const SigningKeyPair& signer) {
  return must(crypto().sign(signer.private_key.view(), encode(content)));
}

Hash as_hash(const RoomId& room) { return Hash(room.bytes()); }
Hash as_hash(const Nonce& nonce) { return Hash(nonce.bytes()); }

Bytes sign_entry(const Entry& envelope, BytesView content, const SigningKeyPair& signer) {
  const Bytes body = must(crypto().sign(signer.private_key.view(), content));
  Entry entry = envelope;
  entry.body = body;
  return encode(entry);
}

Entry envelope_of(const ControlContent& content) {
  return {content.kind, content.epoch, content.token, content.author, {}};
}

Bytes sign_entry(const ControlContent& content, const SigningKeyPair& signer) {
  return sign_entry(envelope_of(content), encode(content), signer);
}

Bytes message_entry(const MemberId& author, Epoch epoch, const EntryToken& token,
                    std::size_t text_bytes) {
  static const RoomKey key = random<RoomKey>();
  const Bytes cell = must(crypto().seal(key.view(), Bytes(text_bytes, 'x'), bytes_of("test")));
  return encode(Entry{Kind::kMessage, epoch, token, author, cell});
}

Bytes sign_of_tomorrow(const ControlContent& leave, const SigningKeyPair& signer) {
  Bytes content = encode(leave);
  content.back() = 0x81;  // the fields were an empty array
  content.push_back(0);
  return sign_entry(envelope_of(leave), content, signer);
}

Bytes encrypted(const ExchangeKeyPair& from, const ExchangePublicKey& to) {
  return must(crypto().encrypt(from.private_key.view(), to.bytes(), bytes_of("sealed")));
}

ControlContent Founded::genesis_content(const Person& owner, BytesView card, const Nonce& nonce,
                                        const Policy& policy) {
  ControlContent content;
  content.kind = Kind::kGenesis;
  content.token = random<EntryToken>();
  content.author = owner.id(as_hash(nonce));
  content.fields = GenesisFields{card, nonce, policy, random<Hash>()};
  return content;
}

Founded::Founded(const Policy& policy) : nonce(random<Nonce>()) {
  owner_id = owner.id(as_hash(nonce));
  const Bytes card = owner.card(as_hash(nonce));
  genesis = sign_entry(genesis_content(owner, card, nonce, policy), owner.signing);
  const auto verdict = judge_genesis(crypto(), genesis);
  if (!verdict) std::abort();
  state.emplace(*verdict);
}

ControlContent Founded::next(Kind kind, const MemberId& author) const {
  ControlContent content;
  content.kind = kind;
  content.room = state->room();
  content.prev = state->prev();
  content.epoch = state->epoch();
  content.token = random<EntryToken>();
  content.author = author;
  content.seen = LogPoint{0, as_hash(state->room())};
  if (kind == Kind::kMemberLeave) content.fields = MemberLeaveFields{};
  if (kind == Kind::kRoomDestroy) content.fields = RoomDestroyFields{};
  return content;
}

ControlContent Founded::next_add(const MemberId& author, BytesView card,
                                 const InviteId& invite) const {
  ControlContent content = next(Kind::kMemberAdd, author);
  content.fields = MemberAddFields{card, invite};
  return content;
}

ControlContent Founded::next_rotation(const MemberId& author, std::vector<MemberId> removed) const {
  ControlContent content = next(Kind::kKeyRotate, author);
  std::sort(removed.begin(), removed.end());
  content.fields =
      KeyRotateFields{state->epoch() + 1, state->epoch(), std::move(removed), random<Hash>()};
  return content;
}

ControlContent Founded::next_role(const MemberId& author, const MemberId& member, Role role) const {
  ControlContent content = next(Kind::kRoleSet, author);
  content.fields = RoleSetFields{member, role};
  return content;
}

ControlContent Founded::next_transfer(const MemberId& author, const MemberId& member) const {
  ControlContent content = next(Kind::kOwnerTransfer, author);
  content.fields = OwnerTransferFields{member};
  return content;
}

ControlContent Founded::next_policy(const MemberId& author, const Policy& policy) const {
  ControlContent content = next(Kind::kPolicySet, author);
  content.fields = PolicySetFields{policy};
  return content;
}

void Founded::land(BytesView entry) {
  const auto verdict = judge(crypto(), *state, entry);
  if (!verdict) std::abort();
  state->apply(*verdict, next_seq++);
}

MemberId Founded::admit(const Person& joiner) {
  const Bytes card = card_of(joiner);
  land(sign_entry(next_add(owner_id, card, random<InviteId>()), owner.signing));
  return id_of(joiner);
}

MemberId Founded::admit_admin(const Person& joiner) {
  const MemberId id = admit(joiner);
  land(sign_entry(next_role(owner_id, id, Role::kAdmin), owner.signing));
  return id;
}

Bytes Founded::card_of(const Person& person) const { return person.card(as_hash(state->room())); }
MemberId Founded::id_of(const Person& person) const { return person.id(as_hash(state->room())); }

}  // namespace zerofc::testing
