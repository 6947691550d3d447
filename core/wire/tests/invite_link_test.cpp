#include "core/wire/invite_link.hpp"

#include <gtest/gtest.h>

#include "core/wire/base64url.hpp"
#include "core/wire/tests/support.hpp"

namespace zerofc {
namespace {

using test::filled;
using test::from_hex;

std::string text_of_link(std::string_view origin = "https://chat.example") {
  const InviteLink link{filled<RoomId>(1),
                        filled<MemberId>(2),
                        filled<ExchangePublicKey>(3),
                        filled<InviteId>(4),
                        filled<InviteSecret>(5),
                        filled<Fingerprint>(6),
                        UnixSeconds(std::chrono::seconds(1'700'000'000))};
  return std::string(text_of(encode_link(origin, link).view()));
}

bool is_mangled(std::string_view text) {
  const auto opened = decode_link(text);
  return !opened && opened.error() == LinkError::kMangled;
}

TEST(InviteLink, OpensAsItWasMade) {
  const std::string text = text_of_link();
  const auto opened = decode_link(text);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->origin, "https://chat.example");
  EXPECT_EQ(opened->link.room, filled<RoomId>(1));
  EXPECT_EQ(opened->link.inviter, filled<MemberId>(2));
  EXPECT_EQ(opened->link.invite_key, filled<ExchangePublicKey>(3));
  EXPECT_EQ(opened->link.invite, filled<InviteId>(4));
  EXPECT_TRUE(equal_constant_time(opened->link.secret.view(), filled<InviteSecret>(5).view()));
  EXPECT_EQ(opened->link.server, filled<Fingerprint>(6));
  EXPECT_EQ(opened->link.expires, UnixSeconds(std::chrono::seconds(1'700'000'000)));
}

TEST(InviteLink, TakesWhiteSpaceAroundIt) {
  const std::string text = " \r\n\t" + text_of_link() + "\n ";
  const auto opened = decode_link(text);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->origin, "https://chat.example");
}

TEST(InviteLink, OriginsAreThoseOfTheWeb) {
  for (const char* origin : {"http://localhost:5103", "https://[2001:db8::1]:443", "http://a.onion",
                             "https://xn--bcher-kva.example"}) {
    EXPECT_TRUE(decode_link(text_of_link(origin))) << origin;
  }
  for (const char* origin :
       {"", "https://", "ftp://a.example", "javascript://a", "https:/a", "https://me@a.example",
        "https://a.example/path", "https://a b", "https://a.example?q", "https://a#b",
        "https://a\\b", "https://b\xc3\xbc", "HTTPS://a.example", "xhttps://a.example"}) {
    EXPECT_TRUE(is_mangled(text_of_link(origin))) << origin;
  }
}

TEST(InviteLink, EveryLinkThatLostSomethingIsMangled) {
  const std::string text = text_of_link();
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_TRUE(is_mangled(text.substr(0, size))) << "cut to " << size;
  }
  for (const char* added : {"A", "AA", "AAAA", "=", "%3D", "#", "/", "?x=1"}) {
    EXPECT_TRUE(is_mangled(text + added)) << added;
  }
  std::string broken = text;
  broken.insert(broken.size() - 20, "\n");
  EXPECT_TRUE(is_mangled(broken)) << "a line end inside";
}

TEST(InviteLink, OfANewerVersionSaysSo) {
  const auto opened = [](const char* content) {
    return decode_link(test::link_of_content("https://a.example", from_hex(content)));
  };
  for (const char* newer : {"81 02", "8a 1903e8 01 02 03 04 05 06 07 08 09"}) {
    ASSERT_FALSE(opened(newer));
    EXPECT_EQ(opened(newer).error(), LinkError::kNewer) << newer;
  }
  for (const char* mangled :
       {"80", "81 00", "81 01", "82 02", "81 1802", "81 02 00", "02", "81 f5"}) {
    ASSERT_FALSE(opened(mangled));
    EXPECT_EQ(opened(mangled).error(), LinkError::kMangled) << mangled;
  }
}

// ---- base64url

TEST(Base64Url, WritesWhatRfc4648Shows) {
  const std::vector<std::pair<const char*, const char*>> examples = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(test::base64url(bytes_of(bytes)), text);
    const auto read = decode_base64url(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(text_of(*read), bytes);
  }
  EXPECT_EQ(test::base64url(from_hex("fbff bf")), "-_-_");
}

TEST(Base64Url, EveryDigitIsReadAndNothingElseIs) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (int c = 0; c < 256; ++c) {
    const std::string text = std::string(3, 'A') + static_cast<char>(c);
    const auto read = decode_base64url(text);
    const std::size_t digit = kDigits.find(static_cast<char>(c));
    ASSERT_EQ(read.has_value(), digit != std::string_view::npos) << c;
    if (read) {
      EXPECT_EQ((*read)[2], digit) << c;
    }
  }
}

TEST(Base64Url, HasOneFormForTheSameBytes) {
  for (const char* text :
       {"A", "AAAAA", "Zg==", "Zh", "Zk", "Zm9", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n"}) {
    EXPECT_FALSE(decode_base64url(text)) << text;
  }
}

}  // namespace
}  // namespace zerofc
