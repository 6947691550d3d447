// The outbox: docs/protocol.md §3.3, §5.2. The owner and the server are the test's.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/member/testing/failing_crypto.hpp"
#include "core/member/testing/forged_room.hpp"

namespace zerofc::member {
namespace {

using testing::crypto;
using testing::ForgedRoom;
using testing::random;
using testing::Sent;
using testing::Subject;
using ui::OutboxState;

class Sending : public ::testing::Test {
 protected:
  Sending() : jim(room.admitted()) {}

  std::vector<Bytes> sent() {
    std::vector<Bytes> entries;
    for (const Sent& one : jim.take_sent_of<frame::Append>()) {
      entries.push_back(to_bytes(std::get<frame::Append>(one.frame).entry));
    }
    return entries;
  }
  void land(const Bytes& entry) { room.log.show(jim, room.log.add(entry)); }
  static EntryToken token_of(const Bytes& entry) { return decode_entry(entry)->token; }
  MessageContent opened(const Bytes& entry) {
    const auto decoded = decode_entry(entry);
    const auto cell = checked::open(
        crypto(), room.key().view(), decoded->body,
        message_context(room.room(), decoded->epoch, decoded->token, decoded->author));
    const auto message = unpad(cell->view());
    return decode_message_content(
               checked::verify(crypto(), room.state->find(jim.self())->card.signing, *message)
                   .value())
        .value();
  }
  void reconnect() {
    jim.lose();
    connect();
  }
  void connect() {
    jim.take_sent();
    jim.connect(room.log.server);
    for (const Sent& one : jim.take_sent_of<frame::RoomOpen>()) {
      room.log.open(jim, room.room(), std::get<frame::RoomOpen>(one.frame).after);
    }
  }
  const testing::ShownUnsent& outbox() { return jim.page.outbox.begin()->second; }
  void leave() {
    jim.call([](Room& its, const Context& context, Out& out) { its.leave(context, out); });
  }

  ForgedRoom room;
  Subject jim;
};

TEST_F(Sending, a_message_is_sent_accepted_and_leaves_the_outbox_when_it_comes_back) {
  jim.say("hello");
  EXPECT_EQ(outbox().state, OutboxState::kSent);
  const auto entries = sent();
  ASSERT_EQ(entries.size(), 1U);
  jim.give(frame::Accepted{token_of(entries[0]), room.log.size()});
  EXPECT_EQ(outbox().state, OutboxState::kAccepted);
  land(entries[0]);
  EXPECT_TRUE(jim.page.outbox.empty());
  EXPECT_EQ(jim.history().back().text, "hello");
}

TEST_F(Sending, without_a_connection_it_waits_and_survives_a_restart) {
  jim.lose();
  jim.say("one");
  jim.say("two");
  EXPECT_EQ(outbox().state, OutboxState::kWaiting);
  ASSERT_TRUE(jim.restart());
  EXPECT_EQ(jim.page.outbox.size(), 2U);
  connect();
  const auto entries = sent();
  ASSERT_EQ(entries.size(), 2U);
  land(entries[0]);
  land(entries[1]);
  EXPECT_EQ(jim.history().back().text, "two");
  EXPECT_TRUE(jim.page.outbox.empty());
  ASSERT_TRUE(jim.restart());
  EXPECT_TRUE(jim.page.outbox.empty());
}

TEST_F(Sending, one_whose_answer_was_lost_is_sent_again_under_its_token_with_a_higher_counter) {
  jim.say("hello");
  const auto first = sent();
  reconnect();
  const auto again = sent();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(token_of(again[0]), token_of(first[0]));
  EXPECT_GT(opened(again[0]).counter, opened(first[0]).counter);
}

TEST_F(Sending, one_that_landed_before_the_connection_was_lost_is_not_sent_again) {
  jim.say("hello");
  room.log.add(sent()[0]);
  reconnect();
  EXPECT_TRUE(sent().empty());
  EXPECT_EQ(jim.history().back().text, "hello");
  EXPECT_TRUE(jim.page.outbox.empty());
}

TEST_F(Sending, one_that_the_client_holds_as_a_digest_is_cleared_by_its_acceptance) {
  jim.say("hello");
  const Bytes entry = sent()[0];
  const Seq seq = room.log.add(entry);
  jim.lose();
  jim.connect(room.log.server);
  room.log.opened(jim, room.room());
  jim.give(frame::DigestAt{seq, crypto().sha256({entry})});
  jim.give(frame::Live{seq});
  ASSERT_EQ(sent().size(), 1U);
  jim.give(frame::Accepted{token_of(entry), seq});
  EXPECT_TRUE(jim.page.outbox.empty());
  reconnect();
  EXPECT_TRUE(sent().empty());
}

TEST_F(Sending, hole_T_after_a_restore_counters_are_above_all_that_was_sent) {
  const auto older = jim.records;
  std::uint64_t highest = 0;
  for (int count = 0; count < 80; ++count) {
    jim.say("hello");
    for (const Bytes& entry : sent()) {
      highest = opened(entry).counter;
      land(entry);
    }
  }
  jim.records = older;
  ASSERT_TRUE(jim.restart());
  connect();
  EXPECT_EQ(jim.page.alarm(), ui::AlarmKind::kRestored);
  jim.say("still heard");
  const auto entries = sent();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_GT(opened(entries[0]).counter, highest);
  EXPECT_GE(opened(entries[0]).counter, room.log.head().seq);
  land(entries[0]);
  EXPECT_EQ(jim.history().back().text, "still heard");
}

TEST_F(Sending, a_counter_is_stored_before_its_message_is_sent) {
  jim.say("hello");
  const std::uint64_t taken = opened(sent()[0]).counter;
  ASSERT_TRUE(jim.restart());
  connect();
  EXPECT_GT(opened(sent()[0]).counter, taken);
}

TEST_F(Sending, not_every_message_rewrites_the_record_with_the_keys) {
  jim.say("hello");
  land(sent()[0]);
  const std::size_t before = jim.writes_of_the_room;
  for (int count = 0; count < 20; ++count) {
    jim.say("hello");
    land(sent()[0]);
    room.log.show(jim, room.say("hello"));
  }
  EXPECT_LE(jim.writes_of_the_room - before, 2U);
}

TEST_F(Sending, an_own_message_that_came_back_refused_is_sent_again_under_a_new_token) {
  jim.say("hello");
  const Bytes entry = sent()[0];
  // A server that lets it land in a later epoch: everybody refuses it there.
  room.log.show(jim, room.rotate());
  land(entry);
  const auto again = sent();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_NE(token_of(again[0]), token_of(entry));
  ASSERT_EQ(jim.page.outbox.size(), 1U);
  EXPECT_EQ(jim.page.outbox.begin()->first, token_of(again[0]));
  land(again[0]);
  EXPECT_TRUE(jim.page.outbox.empty());
  EXPECT_EQ(jim.history().back().text, "hello");
}

TEST_F(Sending, hole_F_an_entry_that_somebody_else_made_in_ones_name_sends_nothing_again) {
  jim.say("yes");
  const Bytes entry = sent()[0];
  Entry broken = *decode_entry(entry);
  Bytes cell = to_bytes(broken.body);
  cell.back() ^= 1U;
  broken.body = cell;
  land(encode(broken));
  EXPECT_TRUE(sent().empty());
  ASSERT_EQ(jim.page.outbox.size(), 1U);
  EXPECT_EQ(outbox().text, "yes");
  land(entry);
  EXPECT_TRUE(jim.page.outbox.empty());
  EXPECT_EQ(jim.history().back().text, "yes");
  EXPECT_TRUE(sent().empty());
}

TEST_F(Sending, what_was_sealed_for_a_message_is_known_after_a_restart) {
  jim.say("yes");
  const Bytes entry = sent()[0];
  room.log.add(room.seal(room.draft("in between")));
  ASSERT_TRUE(jim.restart());
  room.rotate();
  room.log.add(entry);  // in an epoch that is not its own any more
  connect();
  const auto again = sent();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_NE(token_of(again[0]), token_of(entry));
}

TEST_F(Sending, noise_in_ones_name_is_no_restored_backup) {
  Entry noise{Kind::kMessage, 0, random<EntryToken>(), jim.self(), {}};
  const Bytes other = room.seal(room.draft("of somebody else"));
  noise.body = decode_entry(other)->body;
  land(encode(noise));
  EXPECT_FALSE(jim.page.alarm());
}

TEST_F(Sending, the_first_message_of_an_epoch_carries_the_profile_and_later_ones_do_not) {
  room.log.show(jim, room.rotate());
  jim.say("first");
  const auto first = sent();
  EXPECT_TRUE(opened(first[0]).profile);
  land(first[0]);
  jim.say("second");
  EXPECT_FALSE(opened(sent()[0]).profile);
}

TEST_F(Sending, hole_H_nothing_that_is_sent_holds_the_text) {
  jim.say("a very secret sentence");
  const Bytes entry = sent()[0];
  const BytesView text = bytes_of("a very secret sentence");
  EXPECT_EQ(std::search(entry.begin(), entry.end(), text.begin(), text.end()), entry.end());
}

// ---- refusals

TEST_F(Sending, a_pause_that_the_server_asks_for_is_kept_and_nothing_is_lost) {
  jim.say("one");
  jim.say("two");
  const auto entries = sent();
  jim.give(frame::Rejected{token_of(entries[0]), FrameCode::kRateLimited});
  jim.give(frame::Rejected{token_of(entries[1]), FrameCode::kRateLimited});
  EXPECT_TRUE(sent().empty());
  jim.pass(std::chrono::seconds(1));
  EXPECT_TRUE(sent().empty());
  jim.pass(std::chrono::seconds(2));
  const auto again = sent();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(token_of(again[0]), token_of(entries[0]));
  EXPECT_EQ(token_of(again[1]), token_of(entries[1]));
}

TEST_F(Sending, what_is_refused_for_good_waits_for_the_person) {
  jim.say("hello");
  const auto token = token_of(sent()[0]);
  jim.give(frame::Rejected{token, FrameCode::kLogFull});
  EXPECT_EQ(outbox().state, OutboxState::kFailed);
  EXPECT_EQ(outbox().problem, ui::ProblemCode::kLogFull);
  ASSERT_TRUE(jim.restart());
  connect();
  EXPECT_TRUE(sent().empty());
  jim.call([&](Room& its, const Context& context, Out& out) { its.retry(context, out, token); });
  EXPECT_EQ(sent().size(), 1U);
  jim.give(frame::Rejected{token, FrameCode::kTooLarge});
  jim.call([&](Room& its, const Context& context, Out& out) { its.discard(context, out, token); });
  EXPECT_TRUE(jim.page.outbox.empty());
  ASSERT_TRUE(jim.restart());
  EXPECT_TRUE(jim.page.outbox.empty());
}

TEST_F(Sending, what_is_on_its_way_cannot_be_discarded) {
  jim.say("hello");
  const auto token = token_of(sent()[0]);
  jim.call([&](Room& its, const Context& context, Out& out) { its.discard(context, out, token); });
  EXPECT_EQ(jim.page.outbox.size(), 1U);
}

TEST_F(Sending, many_at_once_stay_below_the_servers_rate_and_all_arrive_in_order) {
  for (int count = 0; count < 200; ++count) jim.say(std::to_string(count));
  std::size_t landed = 0;
  std::size_t at_once = 0;
  for (int step = 0; step < 100 && !jim.page.outbox.empty(); ++step) {
    for (auto entries = sent(); !entries.empty(); entries = sent()) {
      for (const Bytes& entry : entries) land(entry), ++landed;
    }
    if (step == 0) at_once = landed;
    jim.pass(std::chrono::milliseconds(200));
  }
  EXPECT_LE(at_once, 200U - 40U);
  EXPECT_EQ(landed, 200U);
  int expected = 0;
  for (const auto& item : jim.history()) {
    if (item.kind == ui::ItemKind::kText) {
      EXPECT_EQ(item.text, std::to_string(expected));
      ++expected;
    }
  }
  EXPECT_EQ(expected, 200);
}

TEST_F(Sending, large_ones_stay_below_the_servers_rate_for_bytes_and_all_arrive_in_order) {
  // What a server lets one member append by default: core/relay/limits.hpp.
  constexpr double kBurst = 4.0 * 1024 * 1024;
  constexpr double kPerSecond = 64.0 * 1024;
  constexpr int kMessages = 300;
  const auto text = [](int number) {
    std::string large = std::to_string(number) + " ";
    large.resize(kTextBytesMax, 'x');
    return large;
  };
  double level = kBurst;
  int said = 0;
  int landed = 0;
  for (int step = 0; step < 1000 && landed < kMessages; ++step) {
    while (said < kMessages && jim.page.outbox.size() < 200) jim.say(text(said++));
    for (auto entries = sent(); !entries.empty(); entries = sent()) {
      for (const Bytes& entry : entries) {
        EXPECT_EQ(std::get<TextBody>(opened(entry).body).text, text(landed++));
        level -= static_cast<double>(entry.size());
        land(entry);
      }
    }
    ASSERT_GE(level, 0.0) << "after " << landed;
    jim.pass(std::chrono::milliseconds(200));
    level = std::min(kBurst, level + kPerSecond / 5);
  }
  EXPECT_EQ(landed, kMessages);
}

TEST_F(Sending, an_outbox_that_is_full_refuses_more) {
  jim.lose();
  for (int count = 0; count < 201; ++count) jim.say("hello");
  EXPECT_EQ(jim.page.outbox.size(), 200U);
  EXPECT_EQ(jim.page.problems, std::vector{ui::ProblemCode::kOutboxFull});
}

TEST_F(Sending, a_text_that_breaks_the_limit_is_refused) {
  jim.say("");
  jim.say(std::string(kTextBytesMax + 1, 'x'));
  jim.say("\xff");
  EXPECT_TRUE(jim.page.outbox.empty());
  EXPECT_EQ(jim.page.problems.size(), 3U);
}

// ---- leaving

TEST_F(Sending, whoever_leaves_is_gone_when_the_entry_is_in_the_log) {
  const RoomKey key = room.key().copy();
  leave();
  EXPECT_EQ(jim.page.state, ui::RoomState::kLeft);
  const auto entries = sent();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_TRUE(jim.room().wants_connection());
  land(entries[0]);
  EXPECT_EQ(jim.ending(), Subject::Ending::kClose);
  EXPECT_FALSE(jim.room().wants_connection());
  for (const auto& [record, content] : jim.records) {
    EXPECT_EQ(std::search(content.begin(), content.end(), key.view().begin(), key.view().end()),
              content.end());
  }
  ASSERT_TRUE(jim.restart());
  EXPECT_EQ(jim.page.state, ui::RoomState::kLeft);
  EXPECT_FALSE(jim.room().wants_connection());
}

TEST_F(Sending, leaving_without_a_connection_is_made_up_for) {
  jim.lose();
  jim.say("never sent");
  leave();
  EXPECT_EQ(outbox().state, OutboxState::kFailed);
  ASSERT_TRUE(jim.restart());
  EXPECT_TRUE(jim.room().wants_connection());
  connect();
  const auto entries = sent();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(decode_entry(entries[0])->kind, Kind::kMemberLeave);
  land(entries[0]);
  EXPECT_FALSE(jim.room().wants_connection());
}

TEST_F(Sending, a_leaving_that_met_another_control_entry_is_signed_anew_under_its_token) {
  leave();
  const auto first = sent();
  room.log.show(jim, room.rotate());
  jim.give(frame::Rejected{token_of(first[0]), FrameCode::kStalePrev});
  jim.pass(std::chrono::seconds(1));
  const auto again = sent();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(token_of(again[0]), token_of(first[0]));
  EXPECT_NE(again[0], first[0]);
}

TEST_F(Sending, a_leaving_that_the_server_refuses_is_said_and_asked_for_again) {
  leave();
  const auto first = sent();
  jim.give(frame::Rejected{token_of(first[0]), FrameCode::kLogFull});
  EXPECT_EQ(jim.page.problems.back(), ui::ProblemCode::kServerRefused);
  EXPECT_TRUE(jim.room().wants_connection());
  jim.pass(std::chrono::minutes(2));
  ASSERT_EQ(sent().size(), 1U);
  // Unless it was no member any more.
  jim.give(frame::Rejected{token_of(first[0]), FrameCode::kWrongAuthor});
  EXPECT_FALSE(jim.room().wants_connection());
}

TEST(SendingWithoutRandomness, nothing_is_made_and_the_person_is_told) {
  testing::FailingCrypto engine;
  ForgedRoom room;
  Subject jim = Subject::join(room.link(), engine);
  jim.connect(room.log.server);
  room.read_request(
      std::get<frame::JoinRequest>(jim.take_sent_of<frame::JoinRequest>().front().frame));
  room.add_joiner();
  room.grant(jim);
  room.log.open(jim, room.room(), std::nullopt, true);
  jim.take_sent();
  engine.no_randomness = true;
  jim.say("hello");
  EXPECT_TRUE(jim.page.outbox.empty());
  EXPECT_EQ(jim.page.problems, std::vector{ui::ProblemCode::kRandomFailed});
  EXPECT_TRUE(jim.take_sent_of<frame::Append>().empty());
}

}  // namespace
}  // namespace zerofc::member
