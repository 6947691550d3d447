// One connection by itself: back-off and wear.
#include "core/member/connection/connection.hpp"

#include <gtest/gtest.h>

#include "core/member/tests/test_crypto.hpp"

namespace zerofc::member::test {
namespace {

using Millis = Connection::Millis;

class ConnectionTest : public ::testing::Test {
 protected:
  Connection::Context context() { return {crypto_, now_, actions_}; }
  // Starts the attempt that is due and has it end.
  void fail_once(const Connection::End& why = Connection::Lost{}) {
    connection_.want(now_);
    connection_.start(context(), ConnectionId{++ids_}, room_);
    connection_.end(context(), why);
  }
  // The pause after that.
  Millis pause() const { return *connection_.deadline() - now_.steady; }
  void wait_over() { now_.steady = *connection_.deadline(); }
  void establish() {
    connection_.want(now_);
    connection_.start(context(), ConnectionId{++ids_}, room_);
    connection_.opening_session(now_);
    connection_.established(now_, false);
  }
  Bytes frame_bytes(std::uint64_t counter) {
    Bytes bytes = to_bytes(encode_counter(counter).view());
    encode_to(frame::Live{}, bytes);
    return bytes;
  }

  TestCrypto crypto_;
  Now now_{UnixMillis(std::chrono::hours(1)), Millis(1000)};
  std::vector<HostAction> actions_;
  std::uint32_t ids_ = 0;
  RoomId room_;
  Connection connection_;
};

TEST_F(ConnectionTest, pauses_double_from_half_a_second_to_half_a_minute_with_jitter) {
  Millis most = Connection::kBackoffFirst;
  for (int attempt = 0; attempt < 12; ++attempt) {
    fail_once();
    EXPECT_GE(pause(), most / 2);
    EXPECT_LE(pause(), most);
    wait_over();
    most = std::min(2 * most, Connection::kBackoffMax);
  }
  EXPECT_EQ(most, Connection::kBackoffMax);
}

TEST_F(ConnectionTest, two_clients_do_not_come_back_in_step) {
  std::set<std::int64_t> pauses;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    TestCrypto crypto(seed);
    Connection connection;
    const Connection::Context context{crypto, now_, actions_};
    connection.want(now_);
    connection.start(context, ConnectionId{1}, room_);
    connection.end(context, Connection::Lost{});
    pauses.insert((*connection.deadline() - now_.steady).count());
  }
  EXPECT_GT(pauses.size(), 10U);
}

TEST_F(ConnectionTest, without_randomness_it_waits_longest) {
  crypto_.randoms_left = 0;
  fail_once();
  EXPECT_EQ(pause(), Connection::kBackoffFirst);
}

TEST_F(ConnectionTest, a_connection_that_was_live_for_a_while_starts_the_pauses_anew) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    fail_once();
    wait_over();
  }
  establish();
  ASSERT_TRUE(connection_.receive(frame_bytes(0), now_).frame);
  now_.steady += Connection::kSettledAfter;
  connection_.end(context(), Connection::Lost{});
  EXPECT_LE(pause(), Connection::kBackoffFirst);
}

TEST_F(ConnectionTest, a_server_that_ends_each_connection_at_once_is_not_hammered) {
  Millis last{0};
  for (int attempt = 0; attempt < 8; ++attempt) {
    establish();
    ASSERT_TRUE(connection_.receive(frame_bytes(0), now_).frame);
    connection_.end(context(), Connection::Lost{});
    last = pause();
    wait_over();
  }
  EXPECT_GE(last, Connection::kBackoffMax / 2);
}

TEST_F(ConnectionTest, a_person_s_retry_is_due_at_once_and_starts_the_pauses_anew) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    fail_once();
    wait_over();
  }
  fail_once();
  EXPECT_FALSE(connection_.start_is_due(now_));
  connection_.retry_now(now_, false);
  EXPECT_TRUE(connection_.start_is_due(now_));
  fail_once();
  EXPECT_LE(pause(), Connection::kBackoffFirst);
}

TEST_F(ConnectionTest, a_retry_does_not_disturb_an_attempt_under_way) {
  establish();
  connection_.retry_now(now_, true);
  EXPECT_TRUE(connection_.is_established());
  EXPECT_FALSE(connection_.start_is_due(now_));
}

TEST_F(ConnectionTest, a_session_is_worn_out_after_so_many_frames_in_either_direction) {
  establish();
  for (std::uint64_t count = 0; count + 1 < Connection::kFramesPerSession; ++count) {
    connection_.send(context(), Bytes{0x80});
    actions_.clear();
  }
  EXPECT_FALSE(connection_.is_worn_out());
  connection_.send(context(), Bytes{0x80});
  EXPECT_TRUE(connection_.is_worn_out());
}

TEST_F(ConnectionTest, the_host_is_not_told_to_end_what_it_has_ended) {
  establish();
  actions_.clear();
  connection_.end(context(), Connection::Lost{});
  EXPECT_TRUE(actions_.empty());
  establish();
  actions_.clear();
  connection_.end(context(), Connection::TimedOut{});
  ASSERT_EQ(actions_.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Disconnect>(actions_[0]));
}

TEST_F(ConnectionTest, pauses_are_told_in_the_time_that_people_read) {
  fail_once();
  const auto shown = connection_.take_change(RoomId());
  ASSERT_TRUE(shown && shown->retry_at);
  EXPECT_EQ(static_cast<std::int64_t>(*shown->retry_at),
            (now_.wall.time_since_epoch() + pause()).count());
  EXPECT_FALSE(connection_.take_change(RoomId()));
}

}  // namespace
}  // namespace zerofc::member::test
