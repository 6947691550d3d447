#include "core/wire/message.hpp"

#include <gtest/gtest.h>

#include "core/wire/join.hpp"
#include "core/wire/tests/support.hpp"

namespace zerofc {
namespace {

using test::filled;
using test::from_hex;
using test::hex;

MessageContent a_message(MessageBody body) {
  MessageContent content;
  content.room = filled<RoomId>(1);
  content.epoch = 2;
  content.token = filled<EntryToken>(3);
  content.author = filled<MemberId>(4);
  content.sent_at = UnixMillis(std::chrono::milliseconds(1'700'000'000'123));
  content.counter = 5;
  content.seen = {6, filled<Hash>(7)};
  content.body = std::move(body);
  return content;
}

MessageBody unknown(std::string_view bytes) { return UnknownBody{from_hex(bytes)}; }

bool takes(const MessageBody& body) {
  const auto in_content = decode_message_content(encode(a_message(body)));
  const auto alone = decode_message_body(encode(body));
  EXPECT_EQ(in_content.has_value(), alone.has_value()) << "alone as in a message";
  if (in_content && alone) {
    EXPECT_EQ(in_content->body, *alone);
  }
  return alone.has_value();
}

TEST(Message, IsReadAsItWasWritten) {
  MessageContent content = a_message(TextBody{
      "hello", Reference{filled<MemberId>(8), filled<EntryToken>(9)}, {filled<MemberId>(10)}});
  content.profile = Profile{"Ann", 15};
  const auto read = decode_message_content(encode(content));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->room, content.room);
  EXPECT_EQ(read->epoch, content.epoch);
  EXPECT_EQ(read->token, content.token);
  EXPECT_EQ(read->author, content.author);
  EXPECT_EQ(read->sent_at, content.sent_at);
  EXPECT_EQ(read->counter, content.counter);
  EXPECT_EQ(read->seen, content.seen);
  EXPECT_EQ(read->body, content.body);
  EXPECT_EQ(read->profile, content.profile);
}

TEST(Message, TextsHaveTheirBounds) {
  EXPECT_FALSE(takes(TextBody{"", {}, {}}));
  EXPECT_TRUE(takes(TextBody{std::string(kTextBytesMax, 'a'), {}, {}}));
  EXPECT_FALSE(takes(TextBody{std::string(kTextBytesMax + 1, 'a'), {}, {}}));
  EXPECT_FALSE(takes(TextBody{"\xed\xa0\x80", {}, {}})) << "not UTF-8";
  EXPECT_FALSE(takes(RoomProfileBody{""}));
  EXPECT_TRUE(takes(RoomProfileBody{std::string(kRoomNameBytesMax, 'a')}));
  EXPECT_FALSE(takes(RoomProfileBody{std::string(kRoomNameBytesMax + 1, 'a')}));
  EXPECT_FALSE(takes(ProfileBody{{"", 0}}));
  EXPECT_TRUE(takes(ProfileBody{{std::string(kNicknameBytesMax, 'a'), 15}}));
  EXPECT_FALSE(takes(ProfileBody{{std::string(kNicknameBytesMax + 1, 'a'), 0}}));
  EXPECT_FALSE(takes(ProfileBody{{"Ann", 16}}));
}

TEST(Message, MentionsAreBounded) {
  EXPECT_TRUE(takes(TextBody{"x", {}, std::vector<MemberId>(kMentionsMax)}));
  EXPECT_FALSE(takes(TextBody{"x", {}, std::vector<MemberId>(kMentionsMax + 1)}));
}

TEST(Message, BodiesThatOnlyANewerClientKnowsAreKeptAsTheyAre) {
  for (const char* bytes : {"81 02", "82 1903e8 a1 01 f5", "85 01 00 00 00 00", "83 05 00 00"}) {
    const auto body = decode_message_body(from_hex(bytes));
    ASSERT_TRUE(body) << bytes;
    ASSERT_TRUE(std::holds_alternative<UnknownBody>(*body)) << bytes;
    EXPECT_EQ(hex(encode(*body)), hex(from_hex(bytes)));
    EXPECT_TRUE(takes(*body));
  }
}

TEST(Message, BodiesThatAreNobodysAreRefused) {
  for (const char* bytes : {"80", "81 01", "83 01 6161 f6", "81 05", "a1 01 01", "81 f5",
                            "82 06 40", "84 01 6161 f6 f6", "01", "82 1817 00", "82 02 f93c00"}) {
    EXPECT_FALSE(takes(unknown(bytes))) << bytes;
  }
  EXPECT_TRUE(takes(unknown("82 02 818181818180")));
  EXPECT_FALSE(takes(unknown("82 02 81818181818180"))) << "nine deep in its message";
}

TEST(Message, BytesThatAreCutOffOrGoOnAreRefused) {
  Bytes bytes = encode(a_message(TextBody{"hello", {}, {}}));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_message_content(BytesView(bytes).first(size))) << size;
  }
  bytes.push_back(0xf6);
  EXPECT_FALSE(decode_message_content(bytes));
}

// ---- padding

TEST(Padding, SizesAreThoseOfPadme) {
  const std::vector<std::pair<std::size_t, std::size_t>> sizes = {
      {1, 256},      {255, 256},     {256, 256},     {257, 272},    {272, 272},
      {273, 288},    {500, 512},     {513, 544},     {1000, 1024},  {1025, 1088},
      {9999, 10240}, {65535, 65536}, {65536, 65536}, {65537, 67584}};
  for (const auto& [size, padded] : sizes) EXPECT_EQ(padded_size(size), padded) << size;
  for (std::size_t size = 256; size < 70'000; size += 7) {
    EXPECT_LE(padded_size(size), size + size / 8) << "at most an eighth more";
    EXPECT_EQ(padded_size(padded_size(size)), padded_size(size));
  }
}

// A signed message of this size.
Bytes signed_message(std::size_t size) {
  const Bytes signature = from_hex("3006 020101 020101");
  const std::size_t content = size - 12 - signature.size();
  Bytes bytes = from_hex("20260426 00000000 08000000");
  bytes[4] = static_cast<std::uint8_t>(content);
  bytes[5] = static_cast<std::uint8_t>(content >> 8U);
  bytes.resize(12 + content, 0x55);
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return bytes;
}

TEST(Padding, IsTakenOffAgain) {
  for (const std::size_t size : {21U, 100U, 255U, 256U, 257U, 300U, 5000U}) {
    const Bytes message = signed_message(size);
    ASSERT_EQ(message.size(), size);
    Bytes padded = message;
    pad(padded);
    EXPECT_EQ(padded.size(), padded_size(size));
    const auto unpadded = unpad(padded);
    ASSERT_TRUE(unpadded) << size;
    EXPECT_EQ(hex(*unpadded), hex(message));
  }
}

TEST(Padding, AnyOtherTailIsRefused) {
  Bytes padded = signed_message(100);
  pad(padded);
  for (std::size_t at = 100; at < padded.size(); ++at) {
    Bytes other = padded;
    other[at] = 1;
    EXPECT_FALSE(unpad(other)) << "not zero at " << at;
  }
  EXPECT_FALSE(unpad(BytesView(padded).first(padded.size() - 1))) << "too short";
  EXPECT_FALSE(unpad(signed_message(100))) << "no padding";
  padded.push_back(0);
  EXPECT_FALSE(unpad(padded)) << "too long";
  padded.resize(272);
  EXPECT_FALSE(unpad(padded)) << "a size of Padmé, but of a longer message";
  EXPECT_FALSE(unpad(Bytes(256)));
}

// ---- joining

TEST(Join, GrantsAreReadAsTheyWereWritten) {
  GrantContent grant;
  grant.room_key = filled<RoomKey>(1);
  grant.epoch = 2;
  grant.start_seq = 3;
  grant.before_start = filled<Hash>(4);
  grant.head = {5, filled<Hash>(6)};
  grant.room_name = "Tea";
  grant.names = {{filled<MemberId>(7), "Ann"}};
  const auto bytes = encode(grant);
  const auto read = decode_grant_content(bytes);
  ASSERT_TRUE(read);
  EXPECT_TRUE(equal_constant_time(read->room_key.view(), grant.room_key.view()));
  EXPECT_EQ(read->epoch, 2U);
  EXPECT_EQ(read->start_seq, 3U);
  EXPECT_EQ(read->before_start, grant.before_start);
  EXPECT_EQ(read->head, grant.head);
  EXPECT_EQ(read->room_name, "Tea");
  EXPECT_EQ(read->names, grant.names);
  EXPECT_FALSE(decode_join_content(bytes));
}

TEST(Join, GrantsHaveTheirBounds) {
  const auto takes_grant = [](auto change) {
    GrantContent grant;
    change(grant);
    return decode_grant_content(encode(grant)).has_value();
  };
  EXPECT_TRUE(takes_grant([](GrantContent&) {}));
  EXPECT_FALSE(takes_grant([](GrantContent& grant) { grant.epoch = kEpochEnd; }));
  EXPECT_FALSE(takes_grant([](GrantContent& grant) { grant.names = {{MemberId(), ""}}; }));
  EXPECT_FALSE(takes_grant([](GrantContent& grant) { grant.room_name.assign(257, 'a'); }));
  EXPECT_TRUE(
      takes_grant([](GrantContent& grant) { grant.names.assign(1000, {MemberId(), "a"}); }));
  EXPECT_FALSE(
      takes_grant([](GrantContent& grant) { grant.names.assign(1001, {MemberId(), "a"}); }));
}

TEST(Join, KeysHaveExactlyTheirSize) {
  JoinContent content;
  content.join_key = filled<JoinKey>(1);
  content.profile = {"Ann", 3};
  const auto bytes = encode(content);
  const auto read = decode_join_content(bytes);
  ASSERT_TRUE(read);
  EXPECT_TRUE(equal_constant_time(read->join_key.view(), content.join_key.view()));
  EXPECT_EQ(read->profile, content.profile);
  Bytes shorter = to_bytes(BytesView(bytes));
  const std::size_t head = 1 + 9 + 1;  // array, label, first byte of the key's head
  ASSERT_EQ(shorter[head], 32);
  shorter[head] = 31;
  shorter.erase(shorter.begin() + head + 1);
  EXPECT_FALSE(decode_join_content(shorter));
}

}  // namespace
}  // namespace zerofc
