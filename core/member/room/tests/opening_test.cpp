// The connection of a room, and frames that do not belong where they come.
#include <gtest/gtest.h>

#include "core/member/testing/owned_room.hpp"

namespace zerofc::member {
namespace {

using testing::ForgedRoom;
using testing::OwnedRoom;
using testing::random;
using testing::Subject;

TEST(Opening, a_created_room_is_live_when_its_log_was_replayed) {
  const OwnedRoom room;
  EXPECT_EQ(room.owner.page.state, ui::RoomState::kLive);
  EXPECT_EQ(room.owner.page.name, "the room");
  EXPECT_EQ(room.owner.page.members.size(), 1U);
  EXPECT_TRUE(room.owner.page.outbox.empty());
  EXPECT_FALSE(room.owner.page.alarm());
}

TEST(Opening, members_are_shown_in_the_order_of_the_log) {
  OwnedRoom room;
  std::vector<MemberId> came = {*room.owner.page.self};
  for (int guest = 0; guest < 6; ++guest) came.push_back(room.admit().id);
  EXPECT_EQ(room.owner.page.member_order, came);
  ASSERT_TRUE(room.owner.restart());
  EXPECT_EQ(room.owner.page.member_order, came);
}

TEST(Opening, a_creation_whose_answer_was_lost_is_made_again_and_opened) {
  Subject olga = Subject::create();
  testing::ForgedLog log;
  olga.connect(log.server);
  const auto first = olga.take_sent_of<frame::RoomCreate>();
  log.add(to_bytes(std::get<frame::RoomCreate>(first.front().frame).genesis));
  ASSERT_TRUE(olga.restart());
  olga.connect(log.server);
  ASSERT_EQ(olga.take_sent_of<frame::RoomCreate>().size(), 1U);
  olga.give(frame::Error{FrameCode::kRoomExists, frame::RoomCreate::kType});
  ASSERT_EQ(olga.take_sent_of<frame::RoomOpen>().size(), 1U);
  log.open(olga, olga.room().id(), std::nullopt);
  EXPECT_EQ(olga.page.state, ui::RoomState::kLive);
}

TEST(Opening, what_was_read_before_a_restart_is_shown_once_the_created_room_is_live) {
  Subject olga = Subject::create();
  testing::ForgedLog log;
  olga.connect(log.server);
  const auto created = olga.take_sent_of<frame::RoomCreate>();
  log.add(to_bytes(std::get<frame::RoomCreate>(created.front().frame).genesis));
  const RoomId room = olga.room().id();
  const Bytes head = log.signed_head(room, log.head());
  olga.give(frame::RoomCreated{room, head});
  log.opened(olga, room);
  log.show(olga, 0);  // stored; then she is killed before `live`
  ASSERT_TRUE(olga.restart());
  olga.connect(log.server);
  olga.give(frame::Error{FrameCode::kRoomExists, frame::RoomCreate::kType});
  log.open(olga, room, Seq{0});
  ASSERT_EQ(olga.page.state, ui::RoomState::kLive);
  ASSERT_EQ(olga.page.items.count(0), 1U);
  EXPECT_EQ(olga.page.items.at(0).kind, ui::ItemKind::kCreated);
}

TEST(Opening, a_creation_that_the_server_refuses_stops_the_room) {
  Subject olga = Subject::create();
  const testing::ForgedLog log;
  olga.connect(log.server);
  olga.give(frame::Error{FrameCode::kServerRoomsFull, frame::RoomCreate::kType});
  EXPECT_EQ(olga.page.state, ui::RoomState::kStopped);
  EXPECT_EQ(olga.page.end, ui::RoomEnd::kServerFull);
  EXPECT_FALSE(olga.room().wants_connection());
}

TEST(Opening, a_creation_is_tried_again_while_the_server_cannot_store) {
  Subject olga = Subject::create();
  const testing::ForgedLog log;
  olga.connect(log.server);
  olga.give(frame::Error{FrameCode::kStoreUnavailable, frame::RoomCreate::kType});
  EXPECT_EQ(olga.page.state, ui::RoomState::kCreating);
  EXPECT_EQ(olga.ending(), Subject::Ending::kRefused);
  EXPECT_TRUE(olga.room().wants_connection());
}

TEST(Opening, another_room_than_the_one_created_breaks_the_protocol) {
  Subject olga = Subject::create();
  const testing::ForgedLog log;
  olga.connect(log.server);
  const auto room = random<RoomId>();
  const Bytes head = log.signed_head(room, {0, random<Hash>()});
  olga.give(frame::RoomCreated{room, head});
  EXPECT_EQ(olga.ending(), Subject::Ending::kProtocolError);
  EXPECT_EQ(olga.page.state, ui::RoomState::kCreating);
}

class WrongFrames : public ::testing::Test {
 protected:
  WrongFrames() : jim(room.admitted()) {}
  // The protocol is broken, and nothing else has changed.
  void expect_refused(const Frame& frame) {
    const auto history = jim.history();
    const auto members = jim.page.members;
    const auto records = jim.records;
    jim.connect(room.log.server);
    room.log.open(jim, room.room(), room.log.head().seq);
    jim.take_sent();
    const auto before = jim.records;
    jim.give(frame);
    EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError) << frame.index();
    EXPECT_EQ(jim.history(), history);
    EXPECT_EQ(jim.page.members, members);
    EXPECT_EQ(jim.records, before);
    EXPECT_TRUE(jim.take_sent().empty());
  }

  ForgedRoom room;
  Subject jim;
};

TEST_F(WrongFrames, what_only_clients_send_breaks_the_protocol) {
  const Bytes bytes = {1, 2, 3};
  expect_refused(frame::RoomCreate{bytes});
  expect_refused(frame::RoomOpen{room.room(), std::nullopt, false});
  expect_refused(frame::Append{bytes, std::nullopt});
  expect_refused(frame::Ack{1});
  expect_refused(frame::InvitePublish{});
  expect_refused(frame::InviteRevoke{});
  expect_refused(frame::JoinDecline{});
  expect_refused(frame::Ping{1});
}

TEST_F(WrongFrames, what_is_out_of_place_breaks_the_protocol) {
  const Bytes head = room.log.signed_head(room.room(), room.log.head());
  const Bytes junk = {1, 2, 3};
  expect_refused(frame::RoomCreated{room.room(), head});
  expect_refused(frame::RoomOpened{jim.self(), room.log.head().seq, head, std::nullopt});
  expect_refused(frame::Live{room.log.head().seq});
  expect_refused(frame::DigestAt{room.log.size(), random<Hash>()});
  expect_refused(frame::EntryAt{room.log.size(), junk, std::nullopt});
  expect_refused(frame::JoinRequest{random<RoomId>(), {}, junk, {}, junk});
}

TEST_F(WrongFrames, an_entry_before_the_room_is_opened_breaks_the_protocol) {
  const Seq seq = room.say("hello");
  jim.lose();
  jim.connect(room.log.server);
  const auto history = jim.history();
  room.log.show(jim, seq);
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
  EXPECT_EQ(jim.history(), history);
}

TEST_F(WrongFrames, a_replay_that_ends_elsewhere_than_it_says_breaks_the_protocol) {
  jim.lose();
  jim.connect(room.log.server);
  room.log.opened(jim, room.room());
  jim.give(frame::Live{room.log.head().seq + 1});
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
}

TEST_F(WrongFrames, a_room_opened_for_somebody_else_breaks_the_protocol) {
  jim.lose();
  jim.connect(room.log.server);
  const Bytes head = room.log.signed_head(room.room(), room.log.head());
  jim.give(frame::RoomOpened{room.owner_id, room.log.head().seq, head, std::nullopt});
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
}

TEST_F(WrongFrames, replaced_ends_the_connection_and_nothing_else) {
  jim.give(frame::Replaced{});
  EXPECT_EQ(jim.ending(), Subject::Ending::kReplaced);
  EXPECT_EQ(jim.page.state, ui::RoomState::kLive);
}

TEST_F(WrongFrames, answers_to_what_was_never_asked_change_nothing) {
  const auto records = jim.records;
  jim.give(frame::Accepted{random<EntryToken>(), 1});
  jim.give(frame::Rejected{random<EntryToken>(), FrameCode::kStalePrev});
  jim.give(frame::InviteState{random<InviteId>(), InviteStateCode::kLive, std::nullopt});
  jim.give(frame::JoinQueued{room.invite, true});
  jim.give(frame::JoinDeclined{room.invite, DeclineReason::kUsed});
  room.grant(jim);
  EXPECT_EQ(jim.ending(), Subject::Ending::kKeep);
  EXPECT_EQ(jim.records, records);
  EXPECT_EQ(jim.page.state, ui::RoomState::kLive);
}

TEST_F(WrongFrames, what_was_read_is_acknowledged_once_it_is_stored) {
  jim.pass(std::chrono::seconds(1));
  jim.take_sent();
  const Seq seq = room.say("hello");
  room.log.show(jim, seq);
  EXPECT_TRUE(jim.take_sent_of<frame::Ack>().empty());
  jim.pass(std::chrono::seconds(1));
  const auto acks = jim.take_sent_of<frame::Ack>();
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(std::get<frame::Ack>(acks.front().frame).seq, seq);
  jim.pass(std::chrono::minutes(5));
  EXPECT_TRUE(jim.take_sent_of<frame::Ack>().empty());
}

TEST_F(WrongFrames, a_server_with_another_key_is_an_alarm_that_stays) {
  const auto offered = random<Fingerprint>();
  jim.call([&](Room& its, const Context& context, Out& out) {
    its.server_key_changed(context, out, offered);
  });
  EXPECT_EQ(jim.page.alarm(), ui::AlarmKind::kServerKeyChanged);
  ASSERT_TRUE(jim.restart());
  EXPECT_EQ(jim.page.alarm(), ui::AlarmKind::kServerKeyChanged);
  const auto number = jim.page.alarms.begin()->first;
  jim.call([&](Room& its, const Context& context, Out& out) {
    its.dismiss_alarm(context, out, number);
  });
  EXPECT_FALSE(jim.page.alarm());
}

}  // namespace
}  // namespace zerofc::member
