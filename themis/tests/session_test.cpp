// Secure Session: data messages (formats, sections 5.6 and 5.7), strict.
#include <limits>
#include <set>

#include "byte_order.hpp"
#include "gcm.hpp"
#include "session_replay.hpp"
#include "support.hpp"

namespace themis::test {
namespace {

using std::chrono::seconds;

constexpr seconds kDay{24 * 60 * 60};

class Session : public ::testing::Test {
 protected:
  Parties parties;
  Established pair = establish(parties);
  SecureSession& client = pair.client;
  SecureSession& server = pair.server;

  Bytes wrapped(std::string_view message, UnixSeconds at = kNow) {
    return must(client.wrap(bytes_of(message), at));
  }
  // The server refuses, says no more than that, and is over.
  void expect_refused(BytesView message, UnixSeconds at = kNow) {
    const auto result = server.unwrap(message, at);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), Error{ErrorCode::kSessionFailed});
    EXPECT_FALSE(server.alive());
    EXPECT_TRUE(failed_with(server.unwrap(message, at), ErrorCode::kSessionOver));
    EXPECT_TRUE(failed_with(server.wrap(text("m"), at), ErrorCode::kSessionOver));
    const Bytes wiped(32, 0);
    EXPECT_EQ(copy(SessionReplay::receive_key(server)), wiped);
  }
  // A message of the client's with any inner header: made with the client's key.
  Bytes crafted(std::uint32_t length, std::uint32_t sequence, std::uint64_t stamp,
                std::size_t size) {
    Bytes out = must(client.wrap(Bytes(size == 0 ? 1 : size, 0x41), kNow));
    out.resize(size + SecureSession::kOverhead);
    Bytes inner(16 + size, 0x41);
    detail::store_be(inner.data(), length);
    detail::store_be(inner.data() + 4, sequence);
    detail::store_be(inner.data() + 8, stamp);
    const detail::GcmKey key(SessionReplay::receive_key(server).data(), 32);
    const std::span<std::uint8_t> view(out);
    EXPECT_TRUE(detail::gcm_encrypt(key, view.subspan<4, 12>(), {}, inner,
                                    view.subspan(20, inner.size()), view.last<16>()));
    return out;
  }
  static std::uint64_t stamp(UnixSeconds time) {
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
  }
};

TEST_F(Session, MessagesOfEverySizeTravelBothWays) {
  for (const std::size_t size : {1U, 2U, 255U, 256U, 65535U, 65536U, 1U << 20}) {
    const Bytes message = random_bytes(size);
    const Bytes there = must(client.wrap(message, kNow));
    EXPECT_EQ(there.size(), size + SecureSession::kOverhead);
    EXPECT_EQ(copy(must(server.unwrap(there, kNow)).view()), message);
    const Bytes back = must(server.wrap(message, kNow));
    EXPECT_EQ(copy(must(client.unwrap(back, kNow)).view()), message);
  }
}

TEST_F(Session, APrefixAndASharedBodyAreOneMessage) {
  Bytes out(200);
  const Bytes body = random_bytes(100);
  for (const std::size_t prefix_size : {0U, 1U, 3U, 16U, 17U}) {
    Bytes whole = random_bytes(prefix_size);
    const std::size_t size = must(client.wrap_into(out, whole, body, kNow));
    EXPECT_EQ(size, prefix_size + body.size() + SecureSession::kOverhead);
    whole.insert(whole.end(), body.begin(), body.end());
    EXPECT_EQ(copy(must(server.unwrap(BytesView(out).first(size), kNow)).view()), whole);
  }
}

TEST_F(Session, hole_O_AReplayedMessageEndsTheSession) {
  const Bytes first = wrapped("first");
  EXPECT_TRUE(server.unwrap(first, kNow).has_value());
  expect_refused(first);
}

TEST_F(Session, AMessageAfterALostOneEndsTheSession) {
  wrapped("lost");
  expect_refused(wrapped("second"));
}

TEST_F(Session, MessagesInAnotherOrderEndTheSession) {
  const Bytes first = wrapped("first");
  const Bytes second = wrapped("second");
  const Bytes third = wrapped("third");
  EXPECT_TRUE(server.unwrap(first, kNow).has_value());
  expect_refused(third);
}

TEST_F(Session, AnOwnMessageReflectedEndsTheSession) {
  expect_refused(must(server.wrap(text("reflected"), kNow)));
}

TEST_F(Session, AMessageOfAnotherSessionOfTheSamePartiesEndsTheSession) {
  Established other = establish(parties);
  expect_refused(must(other.client.wrap(text("elsewhere"), kNow)));
}

// 5.7: "Bytes after the tag are ignored, an inner length shorter than the outer one is accepted if
// a valid tag stands there, and an empty message is accepted" by upstream.
TEST_F(Session, hole_O_BytesBehindTheTagEndTheSession) {
  Bytes longer = wrapped("message");
  longer.push_back(0);
  expect_refused(longer);
}

TEST_F(Session, hole_O_AnInnerLengthOtherThanTheOuterEndsTheSession) {
  const auto next = SessionReplay::next_receive(server);
  expect_refused(crafted(7 + 12 - 1, next, stamp(kNow), 7));
}

TEST_F(Session, hole_O_AnEmptyMessageEndsTheSession) {
  const auto next = SessionReplay::next_receive(server);
  expect_refused(crafted(12, next, stamp(kNow), 0));
}

TEST_F(Session, TheCraftedMessageOfTheseTestsIsGenuineOtherwise) {
  const auto next = SessionReplay::next_receive(server);
  EXPECT_TRUE(server.unwrap(crafted(7 + 12, next, stamp(kNow), 7), kNow).has_value());
}

TEST_F(Session, NothingOfARefusedMessageIsLeftInTheBuffer) {
  wrapped("lost");
  const Bytes authentic_but_not_next = wrapped("secret");
  Bytes out(6, 0xEE);
  EXPECT_TRUE(failed_with(server.unwrap_into(out, authentic_but_not_next, kNow),
                          ErrorCode::kSessionFailed));
  EXPECT_EQ(out, Bytes(6, 0));
}

TEST_F(Session, ClocksADayApartStillTalk) {
  EXPECT_TRUE(server.unwrap(wrapped("behind", kNow - kDay), kNow).has_value());
  EXPECT_EQ(server.peer_clock_ahead(), -kDay);
  EXPECT_TRUE(server.unwrap(wrapped("ahead", kNow + kDay), kNow).has_value());
  EXPECT_EQ(server.peer_clock_ahead(), kDay);
}

TEST_F(Session, AClockFurtherAheadEndsTheSessionAndSaysHowFar) {
  EXPECT_FALSE(server.peer_clock_ahead().has_value());
  expect_refused(wrapped("ahead", kNow + kDay + seconds(1)));
  EXPECT_EQ(server.peer_clock_ahead(), kDay + seconds(1));
}

TEST_F(Session, AClockFurtherBehindEndsTheSession) {
  expect_refused(wrapped("behind", kNow - kDay - seconds(1)));
  EXPECT_EQ(server.peer_clock_ahead(), -kDay - seconds(1));
}

TEST_F(Session, TheStampOfABrokenClockEndsTheSession) {
  const auto next = SessionReplay::next_receive(server);
  expect_refused(crafted(13, next, 0xFFFFFFFF83AA7E80, 1));  // WASM peers after 2038
  EXPECT_FALSE(server.peer_clock_ahead().has_value());
}

TEST_F(Session, WrongUseChangesNothing) {
  Bytes small(SecureSession::kOverhead);
  EXPECT_TRUE(failed_with(client.wrap({}, kNow), ErrorCode::kInvalidArgument));
  EXPECT_TRUE(
      failed_with(client.wrap_into(small, {}, text("m"), kNow), ErrorCode::kBufferTooSmall));
  EXPECT_TRUE(failed_with(client.wrap(Bytes(kMaxMessage + 1), kNow), ErrorCode::kTooLarge));
  const Bytes message = wrapped("message");
  const auto short_buffer = server.unwrap_into(std::span(small).first(6), message, kNow);
  ASSERT_FALSE(short_buffer);
  EXPECT_EQ(short_buffer.error(), (Error{ErrorCode::kBufferTooSmall, 7, 6}));
  EXPECT_EQ(copy(must(server.unwrap(message, kNow)).view()), text("message"));
}

TEST_F(Session, MessagesTooShortOrTooLongEndTheSession) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{52}, kMaxMessage + 53}) {
    Established fresh = establish(parties);
    EXPECT_TRUE(failed_with(fresh.server.unwrap(Bytes(size), kNow), ErrorCode::kSessionFailed));
    EXPECT_FALSE(fresh.server.alive());
  }
}

// 5.7: "When E <= 7 or E >= 0xFFFFFFF8 everything is refused. A sender can see it coming: start a
// new session before sending number 0xFFFFFFF8 or above, and right away if the initial number is
// in a dead zone."
TEST_F(Session, ASessionSaysWhenItsNumbersRunOut) {
  SessionReplay::next_send(client) = 0xFFFFFFF6;
  SessionReplay::next_receive(server) = 0xFFFFFFF6;
  EXPECT_EQ(client.sends_left(), 2U);
  EXPECT_EQ(server.receives_left(), 2U);
  EXPECT_TRUE(client.should_be_replaced());
  EXPECT_TRUE(server.should_be_replaced());
  EXPECT_TRUE(server.unwrap(wrapped("last but one"), kNow).has_value());
  EXPECT_TRUE(server.unwrap(wrapped("last"), kNow).has_value());
  const auto none_left = client.wrap(text("one more"), kNow);
  EXPECT_TRUE(failed_with(none_left, ErrorCode::kSessionExhausted));
  EXPECT_EQ(none_left.error().advice(), Advice::kReplaceSession);
  const Bytes answer = must(server.wrap(text("still heard"), kNow));
  EXPECT_TRUE(client.unwrap(answer, kNow).has_value());
}

TEST_F(Session, ASessionThatStartsInADeadZoneIsToBeReplacedAtOnce) {
  for (const std::uint32_t number : {0U, 7U, 0xFFFFFFF8U, 0xFFFFFFFFU}) {
    SessionReplay::next_send(client) = number;
    EXPECT_EQ(client.sends_left(), 0U) << number;
    EXPECT_TRUE(client.should_be_replaced());
    EXPECT_TRUE(failed_with(client.wrap(text("m"), kNow), ErrorCode::kSessionExhausted));
  }
  SessionReplay::next_send(client) = 8;
  EXPECT_EQ(client.sends_left(), 0xFFFFFFF0U);
}

TEST_F(Session, ReplacementIsDueAMarginBeforeTheEnd) {
  SessionReplay::next_receive(client) = 1000;
  SessionReplay::next_send(client) = 0xFFFFFFF8 - SecureSession::kReplaceMargin;
  EXPECT_FALSE(client.should_be_replaced());
  ++SessionReplay::next_send(client);
  EXPECT_TRUE(client.should_be_replaced());
  SessionReplay::next_send(client) = 1000;
  SessionReplay::next_receive(client) = 0xFFFFFFF8 - SecureSession::kReplaceMargin + 1;
  EXPECT_TRUE(client.should_be_replaced());
}

TEST_F(Session, NoNonceOccursTwice) {
  // The counter of the nonce passes its end within these messages.
  std::fill(SessionReplay::iv(client).begin() + 4, SessionReplay::iv(client).begin() + 12,
            std::uint8_t{0xFF});
  std::set<Bytes> nonces;
  for (int i = 0; i < 1000; ++i) {
    const Bytes message = wrapped("m");
    nonces.insert(copy(BytesView(message).subspan(4, 12)));
    EXPECT_TRUE(server.unwrap(message, kNow).has_value());
  }
  EXPECT_EQ(nonces.size(), 1000U);
}

TEST_F(Session, NoncesOfTwoSessionsStartElsewhere) {
  Established other = establish(parties);
  EXPECT_NE(SessionReplay::iv(client), SessionReplay::iv(other.client));
  EXPECT_NE(SessionReplay::iv(client), SessionReplay::iv(server));
}

TEST_F(Session, AMovedFromSessionIsOver) {
  SecureSession moved = std::move(client);
  EXPECT_TRUE(moved.alive());
  // NOLINTNEXTLINE(bugprone-use-after-move): that is the question.
  EXPECT_TRUE(failed_with(client.wrap(text("m"), kNow), ErrorCode::kSessionOver));
}

TEST_F(Session, TheStatePerConnectionIsSmall) { EXPECT_LE(sizeof(SecureSession), 96U); }

}  // namespace
}  // namespace themis::test
