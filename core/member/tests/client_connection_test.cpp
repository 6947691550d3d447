// Whom the client connects to, and when: docs/protocol.md §2.2 and §2.3.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/member/connection/connection.hpp"
#include "core/member/tests/test_host.hpp"

namespace zerofc::member::test {
namespace {

using ::testing::IsEmpty;
using ui::ConnectionState;
using Reason = ConnectionLost::Reason;

class ClientConnection : public ::testing::Test {
 protected:
  void SetUp() override {
    host_.start_in_memory();
    room_ = host_.create_room();
  }
  ConnectionState state() const { return host_.connection()->state; }
  Fingerprint fingerprint(const ServerKeys& keys) {
    return Fingerprint(host_.crypto.sha256({encode(keys)}).bytes());
  }
  ServerKeys other_server() {
    return ServerKeys{.session = host_.crypto.make_key_pair<SessionKeyTag>()->public_key,
                      .signing = host_.crypto.make_key_pair<SigningKeyTag>()->public_key};
  }
  void lose(Reason reason = Reason::kNetwork) {
    host_.handle(ConnectionLost{.connection = host_.fetches.back(), .reason = reason});
  }

  TestHost host_;
  RoomId room_;
};

TEST_F(ClientConnection, a_room_that_wants_one_gets_one_step_by_step) {
  ASSERT_EQ(host_.fetches.size(), 1U);
  EXPECT_EQ(state(), ConnectionState::kConnecting);
  host_.server_key(host_.fetches.back(), host_.server);
  ASSERT_EQ(host_.sessions.size(), 1U);
  EXPECT_EQ(host_.session_server_keys.back(), host_.server.session);
  EXPECT_EQ(state(), ConnectionState::kSecuring);
  host_.handle(SessionEstablished{host_.fetches.back()});
  EXPECT_EQ(script().count("connected"), 1U);
  EXPECT_EQ(state(), ConnectionState::kSecuring);  // no data has come yet
  host_.frame_comes(0, frame::Live{});
  EXPECT_EQ(state(), ConnectionState::kConnected);
}

TEST_F(ClientConnection, every_attempt_says_whose_it_is) {
  const RoomId other = host_.create_room();
  EXPECT_EQ(host_.fetched_for, (std::vector<RoomId>{room_, other}));
  lose();
  host_.pass(Connection::kBackoffMax);
  EXPECT_EQ(host_.fetched_for.back(), other);
}

TEST_F(ClientConnection, the_first_room_trusts_the_key_that_it_sees_first_and_pins_it) {
  host_.connect();
  EXPECT_EQ(script().rooms[room_].pinned, fingerprint(host_.server));
}

TEST_F(ClientConnection,
       hole_I_another_key_than_the_pinned_one_gets_no_session_and_both_fingerprints_are_shown) {
  host_.connect();
  lose();
  host_.pass(Connection::kBackoffMax);
  const std::size_t sessions = host_.sessions.size();
  const ServerKeys other = other_server();
  host_.server_key(host_.fetches.back(), other);
  EXPECT_EQ(host_.sessions.size(), sessions);
  const auto shown = host_.connection();
  EXPECT_EQ(shown->state, ConnectionState::kServerKeyChanged);
  EXPECT_EQ(shown->expected, fingerprint(host_.server).bytes());
  EXPECT_EQ(shown->offered, fingerprint(other).bytes());
  EXPECT_EQ(script().count("server_key_changed"), 1U);
  EXPECT_EQ(script().rooms[room_].pinned, fingerprint(host_.server));
}

TEST_F(ClientConnection, a_changed_signing_key_is_a_changed_key_too) {
  host_.connect();
  lose();
  host_.pass(Connection::kBackoffMax);
  const std::size_t sessions = host_.sessions.size();
  ServerKeys other = other_server();
  other.session = host_.server.session;
  host_.server_key(host_.fetches.back(), other);
  EXPECT_EQ(host_.sessions.size(), sessions);
  EXPECT_EQ(state(), ConnectionState::kServerKeyChanged);
}

TEST_F(ClientConnection, the_same_changed_key_raises_one_alarm_however_often_it_is_seen) {
  host_.connect();
  lose();
  const ServerKeys other = other_server();
  for (int attempt = 0; attempt < 3; ++attempt) {
    host_.pass(Connection::kSlowRetry);
    host_.server_key(host_.fetches.back(), other);
    EXPECT_EQ(state(), ConnectionState::kServerKeyChanged);
  }
  EXPECT_EQ(script().count("server_key_changed"), 1U);
  // With the right key it goes on.
  host_.pass(Connection::kSlowRetry);
  host_.connect();
  host_.frame_comes(0, frame::Live{});
  EXPECT_EQ(state(), ConnectionState::kConnected);
}

TEST_F(ClientConnection, a_second_room_does_not_trust_a_key_that_the_first_room_does_not_have) {
  host_.connect();
  host_.create_room("Second");
  const std::size_t sessions = host_.sessions.size();
  const ServerKeys other = other_server();
  host_.server_key(host_.fetches.back(), other);
  EXPECT_EQ(host_.sessions.size(), sessions);
  EXPECT_EQ(state(), ConnectionState::kServerKeyChanged);
  EXPECT_EQ(host_.connection()->expected, fingerprint(host_.server).bytes());
  EXPECT_EQ(host_.connection()->offered, fingerprint(other).bytes());
}

TEST_F(ClientConnection, server_keys_that_are_none_are_a_broken_protocol) {
  Bytes good = encode(host_.server);
  for (std::size_t at = 0; at < good.size(); ++at) {
    TestHost host;
    host.start_in_memory();
    host.create_room();
    Bytes bad = encode(host.server);
    bad[at] ^= 0x80U;
    host.handle(ServerKeyFetched{.connection = host.fetches.back(), .keys = bad, .date = {}});
    EXPECT_THAT(host.sessions, IsEmpty()) << at;
    EXPECT_EQ(host.connection()->state, ConnectionState::kProtocolError) << at;
  }
}

TEST_F(ClientConnection, frames_of_the_room_have_counters_from_zero_without_holes) {
  script().reactions["connected"] = [](const RoomId&, Out& out) {
    for (Seq seq = 0; seq < 30; ++seq) out.send(frame::Ack{seq});
  };
  host_.connect();
  ASSERT_EQ(host_.frames.size(), 30U);
  for (std::size_t index = 0; index < host_.frames.size(); ++index) {
    const auto decoded = decode_frame(host_.frames[index]);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->counter, index);
  }
  // A fresh session counts from zero again.
  lose();
  host_.pass(Connection::kBackoffMax);
  host_.frames.clear();
  host_.connect();
  EXPECT_EQ(decode_frame(host_.frames.front())->counter, 0U);
}

TEST_F(ClientConnection,
       hole_F_a_replayed_skipped_or_malformed_frame_ends_the_session_and_reaches_no_room) {
  struct Case {
    std::string_view name;
    Bytes plaintext;
  };
  const auto counted = [](std::uint64_t counter) {
    Bytes bytes = to_bytes(encode_counter(counter).view());
    encode_to(frame::Live{}, bytes);
    return bytes;
  };
  Bytes trailing = counted(1);
  trailing.push_back(0);
  for (const Case& one :
       {Case{"replayed", counted(0)}, Case{"skipped", counted(2)}, Case{"trailing byte", trailing},
        Case{"empty", {}}, Case{"no frame", {0x01}}, Case{"no array", {0x01, 0xa0}}}) {
    TestHost host;
    host.start_in_memory();
    host.create_room();
    host.connect();
    host.frame_comes(0, frame::Live{});
    ASSERT_EQ(host.connection()->state, ConnectionState::kConnected);
    const std::size_t calls = script().calls.size();
    host.handle(FrameCame{.connection = host.fetches.back(), .plaintext = one.plaintext});
    EXPECT_EQ(host.connection()->state, ConnectionState::kProtocolError) << one.name;
    EXPECT_EQ(host.disconnects.size(), 1U) << one.name;
    // The room is told that the connection is gone, and nothing else.
    ASSERT_EQ(script().calls.size(), calls + 1) << one.name;
    EXPECT_EQ(script().calls.back(), "disconnected");
  }
}

TEST_F(ClientConnection, frames_and_events_of_other_connections_are_ignored) {
  host_.connect();
  const std::size_t calls = script().calls.size();
  const std::size_t shown = host_.shown_count();
  const ConnectionId stranger{77};
  host_.handle(FrameCame{.connection = stranger, .plaintext = Bytes{1}});
  host_.handle(SessionEstablished{stranger});
  host_.handle(SessionEstablished{host_.fetches.back()});  // a second time
  host_.handle(ConnectionLost{.connection = stranger, .reason = Reason::kNetwork});
  host_.server_key(stranger, host_.server);
  host_.server_key(host_.fetches.back(), host_.server);  // not asked for now
  EXPECT_EQ(script().calls.size(), calls);
  EXPECT_EQ(host_.shown_count(), shown);
  EXPECT_EQ(host_.sessions.size(), 1U);
}

TEST_F(ClientConnection, a_lost_connection_comes_back_by_itself) {
  host_.connect();
  lose();
  EXPECT_EQ(state(), ConnectionState::kOffline);
  EXPECT_TRUE(host_.connection()->retry_at);
  EXPECT_EQ(script().count("disconnected"), 1U);
  host_.pass(Connection::kBackoffFirst);
  EXPECT_EQ(host_.fetches.size(), 2U);
}

TEST_F(ClientConnection, the_clock_is_blamed_if_a_session_fails_and_the_date_is_a_day_away) {
  using std::chrono::seconds;
  struct Case {
    seconds ahead;
    Reason reason;
    ConnectionState expected;
  };
  const seconds day = seconds(86'400);
  for (const Case& one : {Case{day, Reason::kSession, ConnectionState::kClockOff},
                          Case{-day, Reason::kNetwork, ConnectionState::kClockOff},
                          Case{30 * seconds(3600), Reason::kHandshake, ConnectionState::kClockOff},
                          Case{seconds(80'000), Reason::kNetwork, ConnectionState::kOffline},
                          Case{seconds(0), Reason::kSession, ConnectionState::kProtocolError}}) {
    TestHost host;
    host.start_in_memory();
    host.create_room();
    host.server_key(host.fetches.back(), host.server, host.now.wall - one.ahead);
    // The handshake succeeds with any clock, and the date alone decides nothing.
    ASSERT_EQ(host.sessions.size(), 1U);
    host.handle(SessionEstablished{host.fetches.back()});
    host.handle(ConnectionLost{.connection = host.fetches.back(), .reason = one.reason});
    const auto shown = host.connection();
    EXPECT_EQ(shown->state, one.expected);
    if (one.expected != ConnectionState::kClockOff) continue;
    EXPECT_EQ(shown->clock_off_s, static_cast<std::uint64_t>(std::abs(one.ahead.count())));
    EXPECT_EQ(shown->clock_ahead, one.ahead > seconds(0));
    // "connected" was never shown.
    for (const auto& change : host.shown<ui::patch::ConnectionChanged>()) {
      EXPECT_NE(change.state, ConnectionState::kConnected);
    }
  }
}

TEST_F(ClientConnection, a_far_date_without_a_failed_session_is_not_blamed) {
  host_.server_key(host_.fetches.back(), other_server(), host_.now.wall - std::chrono::hours(48));
  lose(Reason::kNetwork);
  EXPECT_EQ(state(), ConnectionState::kClockOff);  // a session was under way
  TestHost host;
  host.start_in_memory();
  host.create_room();
  host.handle(ServerKeyFetched{.connection = host.fetches.back(),
                               .keys = Bytes{1},
                               .date = host.now.wall - std::chrono::hours(48)});
  EXPECT_EQ(host.connection()->state, ConnectionState::kProtocolError);
}

TEST_F(ClientConnection, what_the_room_says_of_its_connection_is_done) {
  struct Case {
    std::function<void(Out&)> says;
    ConnectionState expected;
    bool comes_back;
  };
  using How = Out::Connection;
  for (const Case& one : {Case{[](Out& out) { out.end_connection(How::kProtocolError); },
                               ConnectionState::kProtocolError, true},
                          Case{[](Out& out) { out.end_connection(How::kReplaced); },
                               ConnectionState::kReplaced, false},
                          Case{[](Out& out) { out.end_connection(ui::Refusal::kUnavailable); },
                               ConnectionState::kRefused, true}}) {
    TestHost host;
    host.start_in_memory();
    host.create_room();
    host.connect();
    script().reactions["frame_came"] = [&one](const RoomId&, Out& out) { one.says(out); };
    host.frame_comes(0, frame::Live{});
    EXPECT_EQ(host.connection()->state, one.expected);
    EXPECT_EQ(host.disconnects.size(), 1U);
    EXPECT_EQ(script().count("disconnected"), 1U);
    host.pass(Connection::kBackoffMax);
    EXPECT_EQ(host.fetches.size() > 1, one.comes_back);
  }
}

TEST_F(ClientConnection, a_refusal_is_named) {
  host_.connect();
  script().reactions["frame_came"] = [](const RoomId&, Out& out) {
    out.end_connection(ui::Refusal::kShuttingDown);
  };
  host_.frame_comes(0, frame::Live{});
  EXPECT_EQ(host_.connection()->refusal, ui::Refusal::kShuttingDown);
}

TEST_F(ClientConnection, after_replaced_only_a_person_connects_this_very_room_again) {
  host_.connect();
  script().reactions["frame_came"] = [](const RoomId&, Out& out) {
    out.end_connection(Out::Connection::kReplaced);
  };
  host_.frame_comes(0, frame::Live{});
  host_.pass(std::chrono::hours(1));
  host_.ask(ui::intent::ConnectionRetry{});  // what a page sends when it comes to the front
  EXPECT_EQ(host_.fetches.size(), 1U);
  EXPECT_EQ(state(), ConnectionState::kReplaced);
  host_.ask(ui::intent::ConnectionRetry{.room = room_.bytes()});
  EXPECT_EQ(host_.fetches.size(), 2U);
  EXPECT_EQ(state(), ConnectionState::kConnecting);
}

TEST_F(ClientConnection, renewal_makes_a_fresh_session_at_once) {
  host_.connect();
  script().reactions["frame_came"] = [](const RoomId&, Out& out) {
    out.end_connection(Out::Connection::kRenew);
  };
  host_.frame_comes(0, frame::Live{});
  EXPECT_EQ(host_.disconnects.size(), 1U);
  EXPECT_EQ(host_.fetches.size(), 2U);
}

TEST_F(ClientConnection, a_room_that_wants_none_any_more_is_closed) {
  host_.connect();
  script().reactions["frame_came"] = [](const RoomId& id, Out&) {
    script().rooms[id].wants_connection = false;
  };
  host_.frame_comes(0, frame::Live{});
  EXPECT_EQ(state(), ConnectionState::kClosed);
  EXPECT_EQ(host_.disconnects.size(), 1U);
  host_.pass(std::chrono::hours(1));
  EXPECT_EQ(host_.fetches.size(), 1U);
}

TEST_F(ClientConnection, without_a_network_attempts_wait_for_the_person_or_the_page) {
  host_.connect();
  host_.ask(ui::intent::ConnectionSuspend{});
  EXPECT_EQ(state(), ConnectionState::kOffline);
  EXPECT_FALSE(host_.connection()->retry_at);
  EXPECT_EQ(host_.disconnects.size(), 1U);
  host_.create_room("made while offline");
  host_.pass(std::chrono::hours(1));
  EXPECT_EQ(host_.fetches.size(), 1U);
  host_.ask(ui::intent::ConnectionRetry{});
  EXPECT_EQ(host_.fetches.size(), 3U);
}

TEST_F(ClientConnection, an_attempt_that_waits_also_waits_for_the_network) {
  lose();
  host_.ask(ui::intent::ConnectionSuspend{});
  EXPECT_FALSE(host_.connection()->retry_at);
  host_.pass(std::chrono::hours(1));
  EXPECT_EQ(host_.fetches.size(), 1U);
}

TEST_F(ClientConnection, a_silent_server_is_pinged_and_then_given_up) {
  host_.connect();
  host_.frame_comes(0, frame::Live{});
  host_.frames.clear();
  host_.pass(Connection::kQuietMax);
  ASSERT_EQ(host_.frames.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<frame::Ping>(decode_frame(host_.frames[0])->frame));
  EXPECT_EQ(state(), ConnectionState::kConnected);
  host_.pass(Connection::kPongTimeout);
  EXPECT_EQ(state(), ConnectionState::kOffline);
  EXPECT_EQ(host_.disconnects.size(), 1U);
  EXPECT_EQ(script().count("disconnected"), 1U);
}

TEST_F(ClientConnection, any_frame_answers_a_ping_and_pongs_do_not_reach_the_room) {
  host_.connect();
  host_.frame_comes(0, frame::Live{});
  std::uint64_t counter = 1;
  for (std::uint64_t ping = 1; ping < 4; ++ping) {
    host_.pass(Connection::kQuietMax);
    host_.frame_comes(counter++, frame::Pong{ping});
  }
  EXPECT_EQ(state(), ConnectionState::kConnected);
  EXPECT_EQ(script().calls.back().substr(0, 10), "frame_came");
  EXPECT_EQ(static_cast<std::size_t>(std::count_if(
                script().calls.begin(), script().calls.end(),
                [](const std::string& call) { return call.rfind("frame_came", 0) == 0; })),
            1U);
}

TEST_F(ClientConnection, a_pong_that_nobody_asked_for_breaks_the_protocol) {
  host_.connect();
  host_.frame_comes(0, frame::Pong{1});
  EXPECT_EQ(state(), ConnectionState::kProtocolError);
}

TEST_F(ClientConnection, a_step_that_takes_too_long_is_given_up) {
  host_.pass(Connection::kStepTimeout);
  EXPECT_EQ(state(), ConnectionState::kOffline);
  EXPECT_EQ(host_.disconnects.size(), 1U);
  host_.pass(Connection::kBackoffFirst);
  host_.server_key(host_.fetches.back(), host_.server);
  host_.pass(Connection::kStepTimeout);
  EXPECT_EQ(host_.disconnects.size(), 2U);
}

TEST_F(ClientConnection, nothing_is_said_of_a_connection_that_has_not_changed) {
  host_.connect();
  host_.frame_comes(0, frame::Live{});
  const std::size_t shown = host_.shown<ui::patch::ConnectionChanged>().size();
  for (std::uint64_t counter = 1; counter < 20; ++counter)
    host_.frame_comes(counter, frame::Live{});
  host_.handle(Tick{});
  EXPECT_EQ(host_.shown<ui::patch::ConnectionChanged>().size(), shown);
}

TEST_F(ClientConnection, progress_of_a_replay_is_told_in_steps) {
  script().rooms[room_].state = ui::RoomState::kLive;
  host_.connect();
  Seq done = 0;
  script().reactions["frame_came"] = [&done](const RoomId&, Out& out) {
    out.progress(++done, 200);
  };
  host_.forget_shown();
  for (std::uint64_t counter = 0; counter < 200; ++counter) {
    host_.frame_comes(counter, frame::Live{});
  }
  std::vector<std::uint64_t> told;
  for (const auto& change : host_.shown<ui::patch::ConnectionChanged>()) {
    if (change.state == ConnectionState::kCatchingUp) {
      EXPECT_EQ(change.total, 200U);
      told.push_back(change.done.value_or(0));
    }
  }
  EXPECT_EQ(told, (std::vector<std::uint64_t>{1, 65, 129, 193}));
  EXPECT_EQ(state(), ConnectionState::kConnected);
}

TEST_F(ClientConnection, a_room_s_deadline_is_the_step_s_and_its_tick_comes) {
  script().rooms[room_].deadline = host_.now.steady + std::chrono::seconds(3);
  host_.handle(Tick{});
  EXPECT_EQ(host_.deadline, script().rooms[room_].deadline);
  host_.pass(std::chrono::seconds(3));
  EXPECT_EQ(script().count("tick"), 1U);
}

}  // namespace
}  // namespace zerofc::member::test
