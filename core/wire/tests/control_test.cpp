#include "core/wire/control.hpp"

#include <gtest/gtest.h>

#include "core/wire/box.hpp"
#include "core/wire/card.hpp"
#include "core/wire/cbor.hpp"
#include "core/wire/server_identity.hpp"
#include "core/wire/tests/support.hpp"

namespace zerofc {
namespace {

using test::filled;
using test::from_hex;
using test::hex;

const Bytes kCard = {1, 2, 3};

ControlContent genesis() {
  ControlContent content;
  content.kind = Kind::kGenesis;
  content.token = filled<EntryToken>(0x10);
  content.author = filled<MemberId>(0x20);
  content.fields = GenesisFields{kCard, filled<Nonce>(0x30), Policy(), filled<Hash>(0x40)};
  return content;
}

ControlContent later(Kind kind, decltype(ControlContent::fields) fields) {
  ControlContent content = genesis();
  content.kind = kind;
  content.room = filled<RoomId>(0x50);
  content.prev = filled<Hash>(0x60);
  content.epoch = 3;
  content.seen = LogPoint{9, filled<Hash>(0x70)};
  content.fields = std::move(fields);
  return content;
}

ControlContent rotation() {
  KeyRotateFields fields;
  fields.new_epoch = 4;
  fields.base = 2;
  fields.commit = filled<Hash>(0x80);
  return later(Kind::kKeyRotate, fields);
}

// The header of a later entry of this kind, with these fields in CBOR behind it.
Bytes with_fields(Kind kind, std::string_view fields) {
  Bytes bytes = encode(later(kind, UnknownFields{}));
  const Bytes behind = from_hex(fields);
  bytes.insert(bytes.end(), behind.begin(), behind.end());
  return bytes;
}

bool is_unknown(const std::optional<ControlContent>& content) {
  return content && std::holds_alternative<UnknownFields>(content->fields);
}

TEST(Control, EveryKindIsReadAsItWasWritten) {
  const MemberAddFields add{kCard, filled<InviteId>(0x90)};
  for (const ControlContent& content :
       {genesis(), later(Kind::kMemberAdd, add), later(Kind::kMemberLeave, MemberLeaveFields()),
        rotation(), later(Kind::kRoleSet, RoleSetFields{filled<MemberId>(0xa0), Role::kAdmin}),
        later(Kind::kOwnerTransfer, OwnerTransferFields{filled<MemberId>(0xa0)}),
        later(Kind::kPolicySet, PolicySetFields{Policy()}),
        later(Kind::kRoomDestroy, RoomDestroyFields())}) {
    const Bytes bytes = encode(content);
    const auto read = decode_control_content(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind, content.kind);
    EXPECT_EQ(read->room, content.room);
    EXPECT_EQ(read->prev, content.prev);
    EXPECT_EQ(read->epoch, content.epoch);
    EXPECT_EQ(read->token, content.token);
    EXPECT_EQ(read->author, content.author);
    EXPECT_EQ(read->seen, content.seen);
    EXPECT_EQ(read->fields.index(), content.fields.index());
    EXPECT_EQ(hex(encode(*read)), hex(bytes));
  }
}

TEST(Control, BytesThatAreCutOffOrGoOnAreRefused) {
  Bytes bytes = encode(rotation());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_control_content(BytesView(bytes).first(size))) << size;
  }
  bytes.push_back(0);
  EXPECT_FALSE(decode_control_content(bytes));
}

TEST(Control, AGenesisHasNothingBeforeItAndEveryOtherKindHas) {
  for (int field = 0; field < 4; ++field) {
    ControlContent first = genesis();
    ControlContent second = rotation();
    if (field == 0) first.room = filled<RoomId>(1), second.room.reset();
    if (field == 1) first.prev = filled<Hash>(1), second.prev.reset();
    if (field == 2) first.seen = LogPoint(), second.seen.reset();
    if (field == 3) first.epoch = 1, second.kind = Kind::kGenesis;
    EXPECT_FALSE(decode_control_content(encode(first))) << field;
    EXPECT_FALSE(decode_control_content(encode(second))) << field;
  }
}

TEST(Control, ThePolicyHasItsBounds) {
  const auto takes = [](auto change) {
    ControlContent content = genesis();
    change(std::get<GenesisFields>(content.fields).policy);
    return decode_control_content(encode(content)).has_value();
  };
  for (const auto& [value, good] :
       {std::pair(9U, false), {10U, true}, {1000U, true}, {1001U, false}}) {
    EXPECT_EQ(takes([to = value](Policy& policy) { policy.rotate_every = to; }), good) << value;
  }
  for (const auto& [value, good] :
       {std::pair(1U, false), {2U, true}, {1000U, true}, {1001U, false}}) {
    EXPECT_EQ(takes([to = value](Policy& policy) { policy.max_members = to; }), good) << value;
  }
  EXPECT_FALSE(takes([](Policy& policy) { policy.retention = kUintEnd; }));
  EXPECT_FALSE(takes([](Policy& policy) { policy.expire_after = kUintEnd; }));
}

TEST(Control, ARoleThatIsSetIsAdminOrMember) {
  for (const auto& [role, good] :
       {std::pair("00", false), {"01", true}, {"02", true}, {"03", false}}) {
    const std::string fields = "82 50 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf " + std::string(role);
    EXPECT_EQ(decode_control_content(with_fields(Kind::kRoleSet, fields)).has_value(), good)
        << role;
  }
}

TEST(Control, EpochsAreBelowTheirEnd) {
  const auto takes = [](auto change) {
    ControlContent content = rotation();
    change(content, std::get<KeyRotateFields>(content.fields));
    return decode_control_content(encode(content)).has_value();
  };
  EXPECT_TRUE(
      takes([](ControlContent& content, KeyRotateFields&) { content.epoch = kEpochEnd - 1; }));
  EXPECT_FALSE(takes([](ControlContent& content, KeyRotateFields&) { content.epoch = kEpochEnd; }));
  EXPECT_FALSE(
      takes([](ControlContent&, KeyRotateFields& fields) { fields.new_epoch = kEpochEnd; }));
  EXPECT_FALSE(takes([](ControlContent&, KeyRotateFields& fields) { fields.base = kEpochEnd; }));
}

// "An entry of unknown kind, or with more fields than its rule … stops the room with 'a newer
// client is needed' if author, role, prev and signature are right": so its header is read.
TEST(Control, FieldsOfANewerClientAreUnknownAndTheirHeaderIsRead) {
  const auto unknown = decode_control_content(with_fields(Kind{77}, "a1 01 8200f6"));
  ASSERT_TRUE(is_unknown(unknown));
  EXPECT_EQ(unknown->kind, Kind{77});
  EXPECT_EQ(unknown->prev, filled<Hash>(0x60));
  EXPECT_EQ(unknown->author, filled<MemberId>(0x20));
  EXPECT_TRUE(is_unknown(decode_control_content(with_fields(Kind::kMemberLeave, "81 f5"))));
  EXPECT_TRUE(is_unknown(decode_control_content(with_fields(Kind::kMemberAdd, "83 00 00 00"))));
  EXPECT_TRUE(
      is_unknown(decode_control_content(with_fields(Kind::kKeyRotate, "85 00 00 00 00 00"))));
}

TEST(Control, AGenesisOfANewerVersionIsUnknown) {
  const auto with = [](std::string_view fields) {
    // Up to the fields: the array of five that ends the content.
    ControlContent content = genesis();
    content.fields = UnknownFields{};
    Bytes header = encode(content);
    const Bytes behind = from_hex(fields);
    header.insert(header.end(), behind.begin(), behind.end());
    return decode_control_content(header);
  };
  EXPECT_TRUE(is_unknown(with("81 02")));
  EXPECT_TRUE(is_unknown(with("85 02 00 00 00 00")));
  EXPECT_TRUE(is_unknown(with("86 01 00 00 00 00 00")));
  EXPECT_FALSE(with("85 01 00 00 00 00")) << "this version's fields must be right";
  EXPECT_FALSE(with("81 01"));
  EXPECT_FALSE(with("81 00")) << "there is no version 0";
  EXPECT_FALSE(with("80"));
}

TEST(Control, FieldsThatDoNotFollowTheRuleOfAKnownKindAreMalformed) {
  EXPECT_FALSE(decode_control_content(with_fields(Kind::kMemberAdd, "81 43010203")));
  EXPECT_FALSE(decode_control_content(with_fields(Kind::kMemberAdd, "82 43010203 f6")));
  EXPECT_FALSE(decode_control_content(with_fields(Kind::kMemberLeave, "a0")));
  EXPECT_FALSE(decode_control_content(with_fields(Kind::kKeyRotate, "80")));
  EXPECT_FALSE(decode_control_content(with_fields(Kind::kMessage, "80"))) << "no control kind";
}

TEST(Control, UnknownFieldsAreDeterministicAllTheSame) {
  for (const char* fields :
       {"1817", "a2 0200 0100", "5f4100ff", "818181818181818180", "f93c00", ""}) {
    EXPECT_FALSE(decode_control_content(with_fields(Kind{77}, fields))) << fields;
  }
  EXPECT_TRUE(is_unknown(decode_control_content(with_fields(Kind{77}, "81818181818180"))));
  EXPECT_FALSE(decode_control_content(with_fields(Kind{77}, "8181818181818180"))) << "nine deep";
}

TEST(Control, ARotationThatRemovesMembersIsReadAsItIs) {
  ControlContent content = rotation();
  std::get<KeyRotateFields>(content.fields).removed = {filled<MemberId>(1), filled<MemberId>(2)};
  const Bytes bytes = encode(content);
  const auto read = decode_control_content(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<KeyRotateFields>(read->fields).removed.size(), 2U);
}

TEST(Control, ListsAreNoLongerThanARoomIsBig) {
  ControlContent content = rotation();
  auto& removed = std::get<KeyRotateFields>(content.fields).removed;
  for (std::size_t index = 0; index < kMembersMax; ++index) {
    std::array<std::uint8_t, MemberId::kBytes> bytes{};
    bytes[0] = static_cast<std::uint8_t>(index >> 8U);
    bytes[1] = static_cast<std::uint8_t>(index);
    removed.emplace_back(bytes);
  }
  EXPECT_TRUE(decode_control_content(encode(content)));
  removed.push_back(filled<MemberId>(0xff));
  EXPECT_FALSE(decode_control_content(encode(content)));
}

TEST(Control, NothingOfOneLabelIsReadUnderAnother) {
  const CardContent card{filled<Hash>(1), filled<SessionPublicKey>(2), filled<SigningPublicKey>(3),
                         filled<ExchangePublicKey>(4)};
  const Bytes bytes = encode(card);
  EXPECT_TRUE(decode_card_content(bytes));
  EXPECT_FALSE(decode_control_content(bytes));
  EXPECT_FALSE(decode_server_keys(bytes));
  EXPECT_FALSE(decode_head_content(bytes));
  EXPECT_FALSE(decode_box_content(bytes));
  EXPECT_FALSE(decode_entry(bytes));
  // One of the same shape.
  Bytes other = bytes;
  other[5] = 'k';
  EXPECT_FALSE(decode_card_content(other));
}

TEST(Control, EntriesOfAnyKindAreRead) {
  const Bytes body = {7};
  for (const std::uint64_t kind : {0ULL, 4ULL, 77ULL}) {
    const Entry entry{Kind{kind}, 5, filled<EntryToken>(1), filled<MemberId>(2), body};
    const Bytes bytes = encode(entry);
    const auto read = decode_entry(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind, Kind{kind});
    EXPECT_EQ(read->is_control(), kind != 0);
    EXPECT_EQ(hex(encode(*read)), hex(bytes));
  }
  EXPECT_FALSE(decode_entry(encode(Entry{Kind{0}, kEpochEnd, {}, {}, body})));
}

}  // namespace
}  // namespace zerofc
