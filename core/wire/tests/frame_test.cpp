#include "core/wire/frame.hpp"

#include <gtest/gtest.h>

#include "core/wire/tests/support.hpp"

namespace zerofc {
namespace {

using test::filled;
using test::from_hex;
using test::hex;

std::optional<CountedFrame> read(std::string_view bytes) { return decode_frame(from_hex(bytes)); }

TEST(Frame, CountersStandInFrontInTheShortestForm) {
  for (const std::uint64_t counter : test::kHeadBounds) {
    Bytes bytes = to_bytes(encode_counter(counter).view());
    encode_to(frame::Ping{1}, bytes);
    const auto frame = decode_frame(bytes);
    ASSERT_EQ(frame.has_value(), counter < kUintEnd) << counter;
    if (frame) {
      EXPECT_EQ(frame->counter, counter);
    }
  }
  EXPECT_TRUE(read("00 82 0a a1 01 07"));
  EXPECT_FALSE(read("1800 82 0a a1 01 07"));
  EXPECT_FALSE(read("82 0a a1 01 07")) << "no counter";
  EXPECT_FALSE(read("00 00 82 0a a1 01 07")) << "two of them";
}

TEST(Frame, BytesThatAreCutOffOrGoOnAreRefused) {
  Bytes bytes = {0};
  encode_to(frame::JoinRequest{filled<RoomId>(1), filled<InviteId>(2), bytes_of("card"),
                               filled<ExchangePublicKey>(3), bytes_of("box")},
            bytes);
  ASSERT_TRUE(decode_frame(bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_frame(BytesView(bytes).first(size))) << size;
  }
  bytes.push_back(0);
  EXPECT_FALSE(decode_frame(bytes));
}

TEST(Frame, UnknownKeysOfAMapAreIgnored) {
  for (const char* bytes : {"00 82 0a a2 00f6 0107", "00 82 0a a2 0107 0203",
                            "00 82 0a a3 00a10000 0107 1903e8818180"}) {
    const auto frame = read(bytes);
    ASSERT_TRUE(frame) << bytes;
    EXPECT_EQ(std::get<frame::Ping>(frame->frame).number, 7U);
  }
  // Where every known key is missing the frame is not whole.
  EXPECT_FALSE(read("00 82 0a a1 0207"));
  EXPECT_FALSE(read("00 82 0a a0"));
}

TEST(Frame, UnknownKeysAreWellFormedAndKeysRise) {
  EXPECT_FALSE(read("00 82 0a a2 0107 0200 00")) << "bytes behind it";
  EXPECT_FALSE(read("00 82 0a a2 0107 0107")) << "twice the same";
  EXPECT_FALSE(read("00 82 0a a2 0203 0107")) << "falling";
  EXPECT_FALSE(read("00 82 0a a2 0107 021817")) << "a longer form";
  EXPECT_FALSE(read("00 82 0a a2 0107 02f93c00")) << "a float";
  EXPECT_FALSE(read("00 82 0a a2 0107 026180")) << "not UTF-8";
  EXPECT_FALSE(read("00 82 0a a2 0107 616100")) << "a key that is no number";
  EXPECT_TRUE(read("00 82 0a a2 0107 02818181818180"));
  EXPECT_FALSE(read("00 82 0a a2 0107 0281818181818180")) << "nine deep";
}

TEST(Frame, TypesThatThisVersionDoesNotKnowAreReadAsUnknown) {
  const auto frame = read("05 82 190100 a2 016161 0280");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->counter, 5U);
  EXPECT_EQ(std::get<frame::Unknown>(frame->frame).type, 256U);
  EXPECT_FALSE(read("05 82 190100 a2 0280 016161")) << "but well-formed it must be";
  EXPECT_FALSE(read("05 82 190100 80")) << "no map";
  EXPECT_FALSE(read("05 83 190100 a0 00"));
  EXPECT_TRUE(encode(frame::Unknown{256}).empty());
}

TEST(Frame, NullIsNoMissingKey) {
  const std::string room = "5820" + std::string(64, '1');
  const auto open = read("00 82 02 a3 01" + room + "02f6 03f5");
  ASSERT_TRUE(open);
  EXPECT_FALSE(std::get<frame::RoomOpen>(open->frame).after);
  EXPECT_FALSE(read("00 82 02 a2 01" + room + "03f5"));
  // An optional key may be missing and is never null.
  EXPECT_TRUE(read("00 82 03 a1 0140"));
  EXPECT_FALSE(read("00 82 03 a2 0140 02f6"));
  EXPECT_TRUE(read("00 82 03 a2 0140 0280"));
  EXPECT_FALSE(read("00 82 1825 a1 01f6")) << "a head that must be there";
}

TEST(Frame, CodesAreThoseOfTheGrammar) {
  const std::string token = "50" + std::string(32, '1');
  const auto with_code = [&token](std::uint64_t code) {
    return read("00 82 1827 a2 01" + token + "02" + hex(encode_counter(code).view())).has_value();
  };
  std::size_t known = 0;
  for (std::uint64_t code = 0; code < 400; ++code) known += with_code(code) ? 1U : 0U;
  EXPECT_EQ(known, 5U + 6U + 13U + 7U + 3U);
  for (const std::uint64_t code :
       {0U, 6U, 9U, 16U, 19U, 33U, 39U, 47U, 59U, 63U, 256U + 1U, 65536U + 1U}) {
    EXPECT_FALSE(with_code(code)) << code;
  }
  const auto declined = [&token](std::uint64_t reason) {
    return read("00 82 182a a2 01" + token + "02" + hex(encode_counter(reason).view())).has_value();
  };
  EXPECT_FALSE(declined(0));
  EXPECT_TRUE(declined(1));
  EXPECT_TRUE(declined(8));
  EXPECT_FALSE(declined(9));
}

TEST(Frame, BoxesAreBounded) {
  const auto takes = [](std::size_t count) {
    frame::Append append;
    append.boxes.emplace(count, std::pair(MemberId(), BytesView()));
    Bytes bytes = {0};
    encode_to(append, bytes);
    return decode_frame(bytes).has_value();
  };
  EXPECT_TRUE(takes(kMembersMax));
  EXPECT_FALSE(takes(kMembersMax + 1));
  EXPECT_FALSE(read("00 82 03 a2 0140 02 9affffffff")) << "more than the input holds";
}

TEST(Frame, HasAtMostAQuarterOfAMebibyte) {
  const auto with_entry = [](std::size_t size) {
    const Bytes entry(size);
    Bytes bytes = to_bytes(encode_counter(1000).view());
    encode_to(frame::Append{entry, {}}, bytes);
    return bytes;
  };
  constexpr std::size_t kAround = 9;  // array, type, map, key and the entry's own head
  const Bytes longest = with_entry(kFrameBytesMax - kAround);
  EXPECT_EQ(longest.size(), 3 + kFrameBytesMax);
  EXPECT_TRUE(decode_frame(longest));
  EXPECT_FALSE(decode_frame(with_entry(kFrameBytesMax - kAround + 1)));
}

}  // namespace
}  // namespace zerofc
