// The authority function, docs/protocol.md §3.2: the whole table, and what each refusal leaves.
#include "core/log/control_state.hpp"

#include <gtest/gtest.h>

#include "core/log/testing/people.hpp"
#include "core/wire/cbor.hpp"

namespace zerofc {

namespace {

using testing::as_hash;
using testing::crypto;
using testing::envelope_of;
using testing::Founded;
using testing::must;
using testing::Person;
using testing::random;
using testing::sign_card;
using testing::sign_entry;

// What a verdict depends on.
struct Snapshot {
  explicit Snapshot(const ControlState& state)
      : prev(state.prev()),
        epoch(state.epoch()),
        began(state.epoch_began_at()),
        members(state.member_count()),
        ever(state.everybody().size()),
        leaver(state.unrotated_leaver()),
        owner(state.owner()),
        policy(state.policy()),
        destroyed(state.destroyed_at()) {
    for (const auto& [id, member] : state.everybody()) roles.push_back(member.role);
  }
  Hash prev;
  Epoch epoch;
  Seq began;
  std::size_t members;
  std::size_t ever;
  std::optional<MemberId> leaver;
  MemberId owner;
  Policy policy;
  std::optional<Seq> destroyed;
  std::vector<Role> roles;
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

class Control : public ::testing::Test {
 protected:
  // Why the entry is refused; none: accepted.
  std::optional<ControlRefusal> refusal(BytesView entry) {
    const Snapshot before(state());
    const auto verdict = judge(crypto(), state(), entry);
    EXPECT_EQ(Snapshot(state()), before);
    if (verdict) return std::nullopt;
    return verdict.error();
  }
  std::optional<ControlRefusal> refusal(const ControlContent& content, const Person& signer) {
    return refusal(sign_entry(content, signer.signing));
  }
  [[nodiscard]] const ControlState& state() const { return *room.state; }

  // A valid entry of each kind, and who signs it.
  struct Valid {
    ControlContent content;
    const Person* signer;
  };
  std::vector<Valid> one_of_each_kind() {
    std::vector<Valid> valid;
    valid.push_back({room.next_add(room.owner_id, joiner_card, invite), &room.owner});
    valid.push_back({room.next(Kind::kMemberLeave, member_id), &member});
    valid.push_back({room.next_rotation(room.owner_id), &room.owner});
    valid.push_back({room.next_rotation(room.owner_id, {member_id}), &room.owner});
    valid.push_back({room.next_role(room.owner_id, member_id, Role::kAdmin), &room.owner});
    valid.push_back({room.next_transfer(room.owner_id, member_id), &room.owner});
    valid.push_back({room.next_policy(room.owner_id, Policy()), &room.owner});
    valid.push_back({room.next(Kind::kRoomDestroy, room.owner_id), &room.owner});
    return valid;
  }

  Founded room;
  Person member;
  MemberId member_id = room.admit(member);
  Person joiner;
  Bytes joiner_card = room.card_of(joiner);
  InviteId invite = random<InviteId>();
};

// ---- conditions of every kind

TEST_F(Control, a_valid_entry_of_each_kind_is_accepted) {
  for (const Valid& valid : one_of_each_kind()) {
    EXPECT_EQ(refusal(valid.content, *valid.signer), std::nullopt);
  }
}

TEST_F(Control, no_entry_is_accepted_whose_envelope_differs_from_its_content) {
  for (const Valid& valid : one_of_each_kind()) {
    const Bytes content = encode(valid.content);
    const auto differs = [&](auto change) {
      Entry envelope = envelope_of(valid.content);
      change(envelope);
      EXPECT_EQ(refusal(sign_entry(envelope, content, valid.signer->signing)),
                ControlRefusal::kEnvelope);
    };
    differs([](Entry& entry) { entry.epoch = 1; });
    differs([](Entry& entry) { entry.token = random<EntryToken>(); });
    differs([](Entry& entry) { entry.author = random<MemberId>(); });
    differs([](Entry& entry) {
      entry.kind = entry.kind == Kind::kMemberLeave ? Kind::kKeyRotate : Kind::kMemberLeave;
    });
  }
}

TEST_F(Control, no_entry_is_accepted_in_another_room) {
  for (Valid& valid : one_of_each_kind()) {
    valid.content.room = random<RoomId>();
    EXPECT_EQ(refusal(valid.content, *valid.signer), ControlRefusal::kWrongRoom);
  }
}

// Each is valid by itself; after one of them has landed none of the others can.
TEST_F(Control, hole_F_no_entry_lands_twice_out_of_order_or_beside_another) {
  const auto concurrent = one_of_each_kind();
  for (const Valid& lands : concurrent) {
    const ControlState before = state();
    const Seq seq = room.next_seq;
    room.land(sign_entry(lands.content, lands.signer->signing));
    for (const Valid& late : concurrent) {
      const auto why = refusal(late.content, *late.signer);
      EXPECT_TRUE(why == ControlRefusal::kStalePrev || why == ControlRefusal::kNotMember ||
                  why == ControlRefusal::kRoomDestroyed);
    }
    room.state = before;
    room.next_seq = seq;
  }
}

TEST_F(Control, no_entry_is_accepted_after_one_was_dropped) {
  const ControlState old = state();
  room.land(sign_entry(room.next_rotation(room.owner_id), room.owner.signing));
  const Bytes second = sign_entry(room.next_rotation(room.owner_id), room.owner.signing);
  const auto verdict = judge(crypto(), old, second);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error(), ControlRefusal::kStalePrev);
}

// Signatures are malleable and not unique: `prev` is over what is signed.
TEST_F(Control, prev_is_the_hash_of_the_signed_content_and_not_of_the_signature) {
  const ControlContent content = room.next_rotation(room.owner_id);
  room.land(sign_entry(content, room.owner.signing));
  EXPECT_EQ(state().prev(), crypto().sha256({encode(content)}));
}

TEST_F(Control, no_entry_is_accepted_in_an_epoch_that_is_not_current) {
  for (Valid& valid : one_of_each_kind()) {
    valid.content.epoch = 1;
    if (auto* rotate = std::get_if<KeyRotateFields>(&valid.content.fields)) rotate->new_epoch = 2;
    EXPECT_EQ(refusal(valid.content, *valid.signer), ControlRefusal::kWrongEpoch);
  }
}

TEST_F(Control, hole_C_no_entry_is_accepted_from_somebody_who_is_not_in_the_list) {
  const Person stranger;
  for (Valid& valid : one_of_each_kind()) {
    valid.content.author = room.id_of(stranger);
    EXPECT_EQ(refusal(valid.content, stranger), ControlRefusal::kNotMember);
  }
}

TEST_F(Control, hole_E_no_entry_is_accepted_from_a_member_that_left) {
  room.land(sign_entry(room.next(Kind::kMemberLeave, member_id), member.signing));
  EXPECT_EQ(refusal(room.next(Kind::kMemberLeave, member_id), member), ControlRefusal::kNotMember);
}

TEST_F(Control, hole_D_no_entry_is_accepted_under_another_members_name) {
  for (const Valid& valid : one_of_each_kind()) {
    const Person& other = valid.signer == &member ? room.owner : member;
    EXPECT_EQ(refusal(valid.content, other), ControlRefusal::kSignature);
  }
  // Nor with any other key of the author.
  const SigningKeyPair session = {SigningPrivateKey::copy_of(room.owner.session.private_key.view()),
                                  SigningPublicKey(room.owner.session.public_key.bytes())};
  EXPECT_EQ(refusal(sign_entry(room.next_rotation(room.owner_id), session)),
            ControlRefusal::kSignature);
}

TEST_F(Control, hole_O_no_entry_is_accepted_whose_body_is_not_canonical) {
  const ControlContent content = room.next_rotation(room.owner_id);
  const Bytes body = must(crypto().sign(room.owner.signing.private_key.view(), encode(content)));
  const auto with_body = [&](const Bytes& bytes) {
    Entry entry = envelope_of(content);
    entry.body = bytes;
    return encode(entry);
  };
  EXPECT_EQ(refusal(with_body(body)), std::nullopt);
  Bytes longer = body;
  longer.push_back(0);
  EXPECT_EQ(refusal(with_body(longer)), ControlRefusal::kMalformed);
  Bytes other_type = body;
  other_type[0] ^= 1U;
  EXPECT_EQ(refusal(with_body(other_type)), ControlRefusal::kMalformed);
}

TEST_F(Control, no_message_and_no_noise_is_a_control_entry) {
  EXPECT_EQ(refusal(testing::message_entry(room.owner_id, 0)), ControlRefusal::kMalformed);
  EXPECT_EQ(refusal(bytes_of("noise")), ControlRefusal::kMalformed);
  EXPECT_EQ(refusal(BytesView()), ControlRefusal::kMalformed);
}

TEST_F(Control, no_entry_but_the_first_is_a_genesis) {
  EXPECT_EQ(refusal(room.genesis), ControlRefusal::kBadGenesis);
}

TEST_F(Control, every_truncation_of_an_entry_is_refused) {
  const Bytes entry = sign_entry(room.next_rotation(room.owner_id), room.owner.signing);
  for (std::size_t size = 0; size < entry.size(); ++size) {
    EXPECT_NE(refusal(BytesView(entry).first(size)), std::nullopt) << size;
  }
}

TEST_F(Control, every_flipped_bit_of_an_entry_is_refused) {
  const Bytes entry = sign_entry(room.next_rotation(room.owner_id), room.owner.signing);
  for (std::size_t bit = 0; bit < 8 * entry.size(); ++bit) {
    Bytes flipped = entry;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_NE(refusal(flipped), std::nullopt) << bit;
  }
}

// ---- member.add

TEST_F(Control, hole_J_a_joiner_is_in_everybodys_list_by_its_member_add_and_nothing_else) {
  const MemberId id = room.id_of(joiner);
  EXPECT_EQ(state().find_member(id), nullptr);
  room.land(sign_entry(room.next_add(room.owner_id, joiner_card, invite), room.owner.signing));
  const MemberEntry* entry = state().find_member(id);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->role, Role::kMember);
  EXPECT_EQ(entry->added_by, room.owner_id);
  EXPECT_EQ(entry->added_at, 2U);
  EXPECT_EQ(entry->invite, invite);
  EXPECT_EQ(entry->card.exchange, joiner.exchange.public_key);
  EXPECT_EQ(state().find_by_session(joiner.session.public_key), entry);
  EXPECT_EQ(state().member_count(), 3U);
}

TEST_F(Control, a_plain_member_can_not_add) {
  EXPECT_EQ(refusal(room.next_add(member_id, joiner_card, invite), member),
            ControlRefusal::kNotAuthorised);
}

TEST_F(Control, hole_M_no_card_of_another_room_is_added) {
  const Bytes card = joiner.card(random<Hash>());
  EXPECT_EQ(refusal(room.next_add(room.owner_id, card, invite), room.owner),
            ControlRefusal::kBadCard);
}

TEST_F(Control, hole_J_no_card_is_added_that_its_holder_did_not_sign) {
  const Bytes card = sign_card(joiner.card_content(as_hash(state().room())), room.owner.signing);
  EXPECT_EQ(refusal(room.next_add(room.owner_id, card, invite), room.owner),
            ControlRefusal::kBadCard);
}

TEST_F(Control, no_card_is_added_a_second_time_not_even_after_its_holder_left) {
  const Bytes again = room.card_of(member);
  EXPECT_EQ(refusal(room.next_add(room.owner_id, again, invite), room.owner),
            ControlRefusal::kKeyReused);
  room.land(sign_entry(room.next(Kind::kMemberLeave, member_id), member.signing));
  EXPECT_EQ(refusal(room.next_add(room.owner_id, again, invite), room.owner),
            ControlRefusal::kKeyReused);
}

TEST_F(Control, no_card_is_added_with_any_key_that_occurred_in_the_room) {
  const auto with = [&](auto change, const SigningKeyPair& signer) {
    CardContent content = joiner.card_content(as_hash(state().room()));
    change(content);
    const Bytes card = sign_card(content, signer);
    return refusal(room.next_add(room.owner_id, card, invite), room.owner);
  };
  const SigningKeyPair& own = joiner.signing;
  const Person& first = room.owner;
  EXPECT_EQ(with([&](CardContent& card) { card.session = first.session.public_key; }, own),
            ControlRefusal::kKeyReused);
  EXPECT_EQ(with([&](CardContent& card) { card.exchange = member.exchange.public_key; }, own),
            ControlRefusal::kKeyReused);
  EXPECT_EQ(
      with([&](CardContent& card) { card.signing = member.signing.public_key; }, member.signing),
      ControlRefusal::kKeyReused);
  // Nor one that had another job there.
  EXPECT_EQ(with(
                [&](CardContent& card) {
                  card.exchange = ExchangePublicKey(first.session.public_key.bytes());
                },
                own),
            ControlRefusal::kKeyReused);
}

TEST_F(Control, no_invite_admits_twice) {
  room.land(sign_entry(room.next_add(room.owner_id, joiner_card, invite), room.owner.signing));
  const Person second;
  EXPECT_EQ(refusal(room.next_add(room.owner_id, room.card_of(second), invite), room.owner),
            ControlRefusal::kInviteReused);
}

TEST(ControlOfAFullRoom, takes_nobody_more_until_somebody_leaves) {
  Policy policy;
  policy.max_members = 2;
  Founded room(policy);
  const Person member;
  const MemberId member_id = room.admit(member);
  const Person joiner;
  const Bytes card = room.card_of(joiner);
  const auto add = [&] {
    return judge(
        crypto(), *room.state,
        sign_entry(room.next_add(room.owner_id, card, random<InviteId>()), room.owner.signing));
  };
  ASSERT_FALSE(add());
  EXPECT_EQ(add().error(), ControlRefusal::kRoomFull);
  room.land(sign_entry(room.next(Kind::kMemberLeave, member_id), member.signing));
  EXPECT_TRUE(add());
}

TEST(ControlOfAClosedRoom, takes_nobody) {
  Policy policy;
  policy.joins_open = false;
  const Founded room(policy);
  const Person joiner;
  const Bytes card = room.card_of(joiner);
  const auto verdict =
      judge(crypto(), *room.state,
            sign_entry(room.next_add(room.owner_id, card, random<InviteId>()), room.owner.signing));
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error(), ControlRefusal::kJoinsClosed);
}

// ---- member.leave

TEST_F(Control, hole_L_the_owner_can_not_leave_and_nobody_leaves_for_another) {
  EXPECT_EQ(refusal(room.next(Kind::kMemberLeave, room.owner_id), room.owner),
            ControlRefusal::kNotAuthorised);
  EXPECT_EQ(refusal(room.next(Kind::kMemberLeave, room.owner_id), member),
            ControlRefusal::kSignature);
}

TEST_F(Control, a_leaver_stays_on_record_and_is_no_member) {
  room.land(sign_entry(room.next(Kind::kMemberLeave, member_id), member.signing));
  EXPECT_EQ(state().find_member(member_id), nullptr);
  ASSERT_NE(state().find(member_id), nullptr);
  EXPECT_EQ(state().find(member_id)->left_at, 2U);
  EXPECT_EQ(state().member_count(), 1U);
  EXPECT_EQ(state().unrotated_leaver(), member_id);
  // Until the rotation after it the leaver must be assumed able to read.
  room.land(sign_entry(room.next_rotation(room.owner_id), room.owner.signing));
  EXPECT_EQ(state().unrotated_leaver(), std::nullopt);
}

// ---- key.rotate

TEST_F(Control, a_rotation_begins_the_next_epoch_with_its_commit) {
  const ControlContent content = room.next_rotation(room.owner_id);
  const Hash first = state().commit();
  room.land(sign_entry(content, room.owner.signing));
  EXPECT_EQ(state().epoch(), 1U);
  EXPECT_EQ(state().epoch_began_at(), 2U);
  EXPECT_EQ(state().commit(), std::get<KeyRotateFields>(content.fields).commit);
  EXPECT_EQ(state().commit_of(0), first);
}

TEST_F(Control, a_plain_member_can_not_rotate) {
  EXPECT_EQ(refusal(room.next_rotation(member_id), member), ControlRefusal::kNotAuthorised);
}

TEST_F(Control, a_rotation_goes_exactly_one_epoch_on_from_a_key_that_exists) {
  const auto with = [&](Epoch new_epoch, Epoch base) {
    ControlContent content = room.next_rotation(room.owner_id);
    content.fields = KeyRotateFields{new_epoch, base, {}, random<Hash>()};
    return refusal(content, room.owner);
  };
  EXPECT_EQ(with(1, 0), std::nullopt);
  EXPECT_EQ(with(0, 0), ControlRefusal::kBadRotation);
  EXPECT_EQ(with(2, 0), ControlRefusal::kBadRotation);
  EXPECT_EQ(with(1, 1), ControlRefusal::kBadRotation);
  room.land(sign_entry(room.next_rotation(room.owner_id), room.owner.signing));
  EXPECT_EQ(with(2, 0), std::nullopt);
  EXPECT_EQ(with(2, 1), std::nullopt);
  EXPECT_EQ(with(2, 2), ControlRefusal::kBadRotation);
}

// ---- what only a newer client knows

// Content of a kind of tomorrow, or of a kind of today with one field more.
Bytes content_of_tomorrow(const ControlContent& content, std::uint64_t kind,
                          std::size_t more_fields) {
  Bytes out;
  cbor::Writer writer(out);
  writer.array(9).text("0fc control").uint(kind).id(*content.room).id(*content.prev);
  writer.uint(content.epoch).id(content.token).id(content.author);
  writer.array(2).uint(content.seen->seq).id(content.seen->hash);
  writer.array(more_fields);
  for (std::size_t field = 0; field < more_fields; ++field) writer.uint(field);
  return out;
}

class ControlOfTomorrow : public Control, public ::testing::WithParamInterface<int> {
 protected:
  // 0: an unknown kind. 1: more fields.
  static Bytes entry(const ControlContent& content, const Person& signer) {
    const std::uint64_t kind = GetParam() == 0 ? 9 : 3;
    Entry envelope = envelope_of(content);
    envelope.kind = static_cast<Kind>(kind);
    return sign_entry(envelope, content_of_tomorrow(content, kind, 1), signer.signing);
  }
  ControlContent by_owner() { return room.next(Kind::kKeyRotate, room.owner_id); }
};

TEST_P(ControlOfTomorrow, stops_everybody_if_the_owner_signed_it) {
  EXPECT_EQ(refusal(entry(by_owner(), room.owner)), ControlRefusal::kNewerClient);
}

// Else any member, or the server, could stop a room for good.
TEST_P(ControlOfTomorrow, is_merely_invalid_if_anything_else_is_wrong_with_it) {
  EXPECT_EQ(refusal(entry(room.next(Kind::kKeyRotate, member_id), member)),
            ControlRefusal::kNotAuthorised);
  EXPECT_EQ(refusal(entry(by_owner(), member)), ControlRefusal::kSignature);
  ControlContent content = by_owner();
  content.prev = random<Hash>();
  EXPECT_EQ(refusal(entry(content, room.owner)), ControlRefusal::kStalePrev);
  content = by_owner();
  content.room = random<RoomId>();
  EXPECT_EQ(refusal(entry(content, room.owner)), ControlRefusal::kWrongRoom);
  const Person stranger;
  content = by_owner();
  content.author = room.id_of(stranger);
  EXPECT_EQ(refusal(entry(content, stranger)), ControlRefusal::kNotMember);
}

INSTANTIATE_TEST_SUITE_P(KindField, ControlOfTomorrow, ::testing::Values(0, 1));

// ---- genesis

class Genesis : public ::testing::Test {
 protected:
  [[nodiscard]] ControlContent content(BytesView its_card) const {
    return Founded::genesis_content(owner, its_card, nonce, policy);
  }
  static std::optional<ControlRefusal> refusal(BytesView entry) {
    const auto verdict = judge_genesis(crypto(), entry);
    if (verdict) return std::nullopt;
    return verdict.error();
  }
  std::optional<ControlRefusal> refusal(const ControlContent& wanted) const {
    return refusal(sign_entry(wanted, owner.signing));
  }

  Person owner;
  Nonce nonce = random<Nonce>();
  Policy policy;
  Bytes card = owner.card(as_hash(nonce));
};

TEST_F(Genesis, names_the_room_and_its_owner) {
  const Bytes entry = sign_entry(content(card), owner.signing);
  const auto verdict = judge_genesis(crypto(), entry);
  ASSERT_TRUE(verdict);
  const ControlState state(*verdict);
  EXPECT_EQ(state.room().bytes(), crypto().sha256({entry}).bytes());
  EXPECT_EQ(state.nonce(), nonce);
  EXPECT_EQ(state.policy(), policy);
  EXPECT_EQ(state.epoch(), 0U);
  EXPECT_EQ(state.owner(), owner.id(as_hash(nonce)));
  const MemberEntry* entry_of_owner = state.find_member(state.owner());
  ASSERT_NE(entry_of_owner, nullptr);
  EXPECT_EQ(entry_of_owner->role, Role::kOwner);
  EXPECT_EQ(entry_of_owner->invite, std::nullopt);
}

TEST_F(Genesis, needs_a_card_with_its_nonce_signed_by_its_owner) {
  EXPECT_EQ(refusal(content(card)), std::nullopt);
  EXPECT_EQ(refusal(content(owner.card(random<Hash>()))), ControlRefusal::kBadCard);
  const Person other;
  const Bytes foreign = sign_card(owner.card_content(as_hash(nonce)), other.signing);
  EXPECT_EQ(refusal(content(foreign)), ControlRefusal::kBadCard);
  CardContent doubled = owner.card_content(as_hash(nonce));
  doubled.exchange = ExchangePublicKey(doubled.session.bytes());
  EXPECT_EQ(refusal(content(sign_card(doubled, owner.signing))), ControlRefusal::kBadCard);
}

TEST_F(Genesis, hole_I_is_signed_by_the_card_that_is_in_it) {
  ControlContent by_another = content(card);
  const Person other;
  EXPECT_EQ(refusal(sign_entry(by_another, other.signing)), ControlRefusal::kSignature);
  by_another.author = random<MemberId>();
  EXPECT_EQ(refusal(by_another), ControlRefusal::kBadGenesis);
}

TEST_F(Genesis, keeps_its_policy_within_bounds) {
  const auto with = [this](auto change) {
    policy = {};
    change(policy);
    return refusal(content(card));
  };
  EXPECT_EQ(with([](Policy& p) { p.rotate_every = 10, p.max_members = 2; }), std::nullopt);
  EXPECT_EQ(with([](Policy& p) { p.rotate_every = p.max_members = 1000; }), std::nullopt);
  EXPECT_EQ(with([](Policy& p) { p.rotate_every = 9; }), ControlRefusal::kMalformed);
  EXPECT_EQ(with([](Policy& p) { p.rotate_every = 1001; }), ControlRefusal::kMalformed);
  EXPECT_EQ(with([](Policy& p) { p.max_members = 1; }), ControlRefusal::kMalformed);
  EXPECT_EQ(with([](Policy& p) { p.max_members = 1001; }), ControlRefusal::kMalformed);
}

TEST_F(Genesis, has_nothing_before_it) {
  ControlContent with = content(card);
  with.room = random<RoomId>();
  EXPECT_EQ(refusal(with), ControlRefusal::kMalformed);
  with = content(card);
  with.prev = random<Hash>();
  EXPECT_EQ(refusal(with), ControlRefusal::kMalformed);
  with = content(card);
  with.seen = LogPoint{};
  EXPECT_EQ(refusal(with), ControlRefusal::kMalformed);
  with = content(card);
  with.epoch = 1;
  EXPECT_EQ(refusal(with), ControlRefusal::kMalformed);
}

TEST_F(Genesis, is_no_other_kind) {
  const Founded room;
  const Bytes rotation = sign_entry(room.next_rotation(room.owner_id), room.owner.signing);
  EXPECT_EQ(refusal(rotation), ControlRefusal::kBadGenesis);
  EXPECT_EQ(refusal(testing::message_entry(room.owner_id, 0)), ControlRefusal::kMalformed);
}

TEST_F(Genesis, of_a_newer_version_asks_for_a_newer_client) {
  ControlContent known = content(card);
  Bytes newer;
  cbor::Writer writer(newer);
  writer.array(9).text("0fc control").uint(1).null().null().uint(0);
  writer.id(known.token).id(known.author).null().array(1).uint(2);
  EXPECT_EQ(refusal(sign_entry(envelope_of(known), newer, owner.signing)),
            ControlRefusal::kNewerClient);
}

// ---- what this program verified before it stored it

TEST_F(Control, a_stored_log_gives_the_same_state_without_verifying_again) {
  const auto genesis = judge_genesis(crypto(), room.genesis, Signatures::kVerifiedBefore);
  ASSERT_TRUE(genesis);
  ControlState stored(*genesis);
  EXPECT_EQ(stored.room(), state().room());

  Founded again = Founded();
  again.state.emplace(*genesis);
  again.owner_id = room.owner_id;
  const ControlContent rotation = again.next_rotation(room.owner_id);
  const Person stranger;
  const Bytes forged = sign_entry(rotation, stranger.signing);
  EXPECT_FALSE(judge(crypto(), stored, forged));
  EXPECT_TRUE(judge(crypto(), stored, forged, Signatures::kVerifiedBefore));
  // Everything else is checked all the same.
  ControlContent stale = rotation;
  stale.prev = random<Hash>();
  EXPECT_FALSE(
      judge(crypto(), stored, sign_entry(stale, stranger.signing), Signatures::kVerifiedBefore));
}

}  // namespace
}  // namespace zerofc
