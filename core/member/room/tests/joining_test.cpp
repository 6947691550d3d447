// From the link to a verified room: docs/protocol.md §4, steps 1, 6 and 7. Each thing that a
// joiner checks is made wrong alone.
#include <gtest/gtest.h>

#include <utility>

#include "core/member/testing/forged_room.hpp"

namespace zerofc::member {
namespace {

using testing::as_hash;
using testing::crypto;
using testing::ForgedRoom;
using testing::must;
using testing::Person;
using testing::random;
using testing::sign_entry;
using testing::Subject;

class Joining : public ::testing::Test {
 protected:
  explicit Joining(const std::optional<MemberId>& inviter = std::nullopt)
      : jim(Subject::join(link(inviter))) {
    jim.connect(room.log.server);
    const auto requests = jim.take_sent_of<frame::JoinRequest>();
    room.read_request(std::get<frame::JoinRequest>(requests.front().frame));
    jim.give(frame::JoinQueued{room.invite, true});
  }

  InviteLink link(const std::optional<MemberId>& inviter) {
    InviteLink made = room.link();
    if (inviter) made.inviter = *inviter;
    return made;
  }

  // Grants this, and shows the log that the joiner asks for.
  void verify(const GrantContent& content) {
    room.grant(jim, content);
    replay();
  }
  void replay() {
    for (const auto& sent : jim.take_sent_of<frame::RoomOpen>()) {
      const auto& open = std::get<frame::RoomOpen>(sent.frame);
      room.log.open(jim, room.room(), open.after, open.controls);
    }
  }
  void expect_declined(ui::RoomEnd end = ui::RoomEnd::kBadGrant) {
    EXPECT_EQ(jim.page.state, ui::RoomState::kDeclined);
    EXPECT_EQ(jim.page.end, end);
    EXPECT_EQ(jim.ending(), Subject::Ending::kClose);
    EXPECT_TRUE(jim.page.items.empty());
    EXPECT_TRUE(jim.page.members.empty());
    EXPECT_EQ(jim.page.name, "");
    EXPECT_TRUE(jim.history().empty());
    EXPECT_TRUE(jim.take_sent_of<frame::Append>().empty());
    EXPECT_FALSE(jim.room().wants_connection());
    EXPECT_TRUE(jim.restart());
    EXPECT_EQ(jim.page.state, ui::RoomState::kDeclined);
  }

  ForgedRoom room;
  Subject jim;
};

TEST_F(Joining, nothing_is_opened_before_a_grant) {
  jim.give(frame::RoomOpened{jim.self(), 0, room.log.signed_head(room.room(), room.log.at(0)), {}});
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
  jim.give(frame::EntryAt{0, room.genesis, std::nullopt});
  EXPECT_EQ(jim.page.state, ui::RoomState::kWaiting);
}

TEST_F(Joining, hole_I_a_right_grant_and_log_make_it_live_and_its_first_entry_confirms) {
  room.say("before");
  room.add_joiner();
  verify(room.grant_content());
  EXPECT_EQ(jim.page.state, ui::RoomState::kLive);
  EXPECT_EQ(jim.page.name, "the room");
  EXPECT_EQ(jim.page.members.at(room.owner_id).nickname, "Olga");
  EXPECT_EQ(jim.history().size(), 3U);  // created, the message, its own admission
  const auto appends = jim.take_sent_of<frame::Append>();
  ASSERT_EQ(appends.size(), 1U);
  const auto& append = std::get<frame::Append>(appends.front().frame);
  const Seq seq = room.log.add(to_bytes(append.entry));
  room.log.show(jim, seq);
  EXPECT_EQ(jim.item(seq)->kind, ui::ItemKind::kArrived);
  EXPECT_FALSE(jim.page.alarm());
}

TEST_F(Joining, nothing_is_shown_while_it_verifies) {
  room.say("before");
  room.add_joiner();
  room.grant(jim);
  room.log.opened(jim, room.room());
  room.log.show(jim, 0);
  room.log.show(jim, 1);
  EXPECT_EQ(jim.page.state, ui::RoomState::kVerifying);
  EXPECT_TRUE(jim.page.items.empty());
  EXPECT_TRUE(jim.page.members.empty());
  EXPECT_TRUE(jim.history().empty());
}

TEST_F(Joining, whoever_gives_up_while_it_verifies_keeps_nothing_of_the_log) {
  room.say("before");
  room.add_joiner();
  room.grant(jim);
  room.log.opened(jim, room.room());
  room.log.show(jim, 0);
  room.log.show(jim, 1);
  jim.call([](Room& its, const Context& context, Out& out) { its.leave(context, out); });
  EXPECT_EQ(jim.page.state, ui::RoomState::kLeft);
  EXPECT_TRUE(jim.page.items.empty());
  EXPECT_TRUE(jim.history().empty());
  EXPECT_EQ(jim.records.size(), 1U);
  EXPECT_TRUE(jim.restart());
}

TEST_F(Joining, after_a_rotation_it_reads_from_the_rotation_on_and_checks_the_chain_from_genesis) {
  room.say("unreadable");
  room.rotate();
  const Seq start = room.log.size() - 1;
  room.say("readable");
  room.add_joiner();
  room.grant(jim);
  auto opens = jim.take_sent_of<frame::RoomOpen>();
  ASSERT_EQ(opens.size(), 1U);
  const auto& open = std::get<frame::RoomOpen>(opens.front().frame);
  EXPECT_EQ(open.after, start - 1);
  EXPECT_TRUE(open.controls);
  room.log.open(jim, room.room(), open.after, true);
  EXPECT_EQ(jim.page.state, ui::RoomState::kLive);
  EXPECT_EQ(jim.history().front().seq, start);
  EXPECT_EQ(jim.item(start + 1)->text, "readable");
}

TEST_F(Joining, a_rotation_after_the_grant_is_followed_with_its_box) {
  room.add_joiner();
  const GrantContent content = room.grant_content();
  room.rotate();
  room.say("newer");
  verify(content);
  EXPECT_EQ(jim.page.state, ui::RoomState::kLive);
  EXPECT_EQ(jim.page.rotation.epoch, 1U);
  EXPECT_EQ(jim.history().back().text, "newer");
}

TEST_F(Joining, survives_a_restart_at_every_step) {
  ASSERT_TRUE(jim.restart());
  EXPECT_EQ(jim.page.state, ui::RoomState::kWaiting);
  jim.connect(room.log.server);
  ASSERT_EQ(jim.take_sent_of<frame::JoinRequest>().size(), 1U);
  room.add_joiner();
  room.grant(jim);
  ASSERT_TRUE(jim.restart());
  EXPECT_EQ(jim.page.state, ui::RoomState::kVerifying);
  jim.connect(room.log.server);
  replay();
  EXPECT_EQ(jim.page.state, ui::RoomState::kLive);
  ASSERT_TRUE(jim.restart());
  jim.connect(room.log.server);
  replay();
  EXPECT_EQ(jim.take_sent_of<frame::Append>().size(), 1U);  // the confirmation
}

// ---- what is wrong with a grant

TEST_F(Joining, hole_K_a_key_that_is_not_the_commits_is_refused) {
  room.add_joiner();
  GrantContent content = room.grant_content();
  content.room_key = random<RoomKey>();
  verify(content);
  expect_declined();
}

TEST_F(Joining, a_grant_of_another_epoch_is_refused) {
  room.add_joiner();
  GrantContent content = room.grant_content();
  content.epoch += 1;
  verify(content);
  expect_declined();
}

TEST_F(Joining, a_head_that_is_not_the_logs_is_refused) {
  room.add_joiner();
  GrantContent content = room.grant_content();
  content.head.hash = random<Hash>();
  verify(content);
  expect_declined();
}

TEST_F(Joining, a_head_below_the_admission_is_refused) {
  GrantContent content = room.grant_content();
  room.add_joiner();
  verify(content);
  expect_declined();
}

TEST_F(Joining, a_head_beyond_the_servers_log_is_refused) {
  room.add_joiner();
  GrantContent content = room.grant_content();
  content.head.seq += 1;
  verify(content);
  expect_declined();
}

TEST_F(Joining, a_chain_hash_before_the_start_that_is_not_the_logs_is_refused) {
  room.rotate();
  room.add_joiner();
  GrantContent content = room.grant_content();
  content.before_start = random<Hash>();
  verify(content);
  expect_declined();
}

TEST_F(Joining, a_start_that_is_no_rotation_is_refused) {
  room.rotate();
  const Seq later = room.say("hello");
  room.add_joiner();
  GrantContent content = room.grant_content();
  content.start_seq = later;
  content.before_start = room.log.hashes[later - 1];
  verify(content);
  expect_declined();
}

TEST_F(Joining, a_start_above_the_head_is_refused_at_once) {
  room.add_joiner();
  GrantContent content = room.grant_content();
  content.start_seq = content.head.seq + 1;
  content.before_start = content.head.hash;
  verify(content);
  expect_declined();
}

TEST_F(Joining, a_grant_that_does_not_open_is_noise_and_the_next_one_counts) {
  room.add_joiner();
  const auto other = random<JoinKey>();
  const Bytes noise = must(crypto().seal(other.view(), bytes_of("grant"), bytes_of("context")));
  jim.give(frame::JoinGrant{room.joiner, noise});
  EXPECT_EQ(jim.page.state, ui::RoomState::kWaiting);
  verify(room.grant_content());
  EXPECT_EQ(jim.page.state, ui::RoomState::kLive);
}

// ---- what is wrong with the log

TEST_F(Joining, hole_M_a_log_with_another_genesis_is_refused) {
  ForgedRoom other;
  room.add_joiner();
  room.grant(jim);
  room.log.opened(jim, room.room());
  other.log.show(jim, 0);
  EXPECT_NE(jim.page.state, ui::RoomState::kLive);
  EXPECT_TRUE(jim.page.members.empty());
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
}

TEST_F(Joining, hole_M_a_control_chain_of_another_genesis_is_refused_below_the_start_too) {
  ForgedRoom other;
  room.rotate();
  room.add_joiner();
  room.grant(jim);
  room.log.opened(jim, room.room());
  other.log.show(jim, 0);
  expect_declined(ui::RoomEnd::kBadLog);
}

TEST_F(Joining, hole_M_a_member_whom_nobody_admitted_is_in_no_list) {
  const Person ghost;
  const Bytes card = ghost.card(as_hash(room.room()));
  ControlContent content = room.next_add(card, random<InviteId>());
  room.log.add(sign_entry(content, ghost.signing));  // not the owner's signature
  room.add_joiner();
  verify(room.grant_content());
  EXPECT_EQ(jim.page.state, ui::RoomState::kLive);
  EXPECT_EQ(jim.page.members.count(ghost.id(as_hash(room.room()))), 0U);
  EXPECT_EQ(jim.page.alarm(), ui::AlarmKind::kInvalidControl);
}

TEST_F(Joining, a_control_entry_left_out_below_the_start_is_noticed) {
  const Person bob;
  room.admit(bob);
  const Seq left_out = room.log.size() - 1;
  room.rotate();
  room.add_joiner();
  room.grant(jim);
  room.log.opened(jim, room.room());
  for (Seq seq = 0; seq < room.log.size(); ++seq) {
    if (seq != left_out) room.log.show(jim, seq);
  }
  expect_declined();
}

TEST_F(Joining, a_control_entry_after_its_place_does_not_count) {
  // Below the start, where no row would count it in the chain.
  room.say("hello");
  room.rotate();
  room.add_joiner();
  const GrantContent content = room.grant_content();
  room.grant(jim);
  room.log.opened(jim, room.room());
  room.log.show(jim, 0);
  for (Seq seq = content.start_seq; seq < room.log.size(); ++seq) room.log.show(jim, seq);
  ASSERT_EQ(jim.page.state, ui::RoomState::kLive);
  const auto epoch = jim.page.rotation.epoch;
  const Bytes hidden = sign_entry(room.next_rotation(), room.owner.signing);
  jim.give(frame::EntryAt{1, hidden, std::nullopt});
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
  EXPECT_EQ(jim.page.rotation.epoch, epoch);
}

TEST_F(Joining, hole_J_an_admission_with_another_card_is_refused) {
  const Person other;
  room.joiner_card = other.card(as_hash(room.room()));
  room.add_joiner();
  verify(room.grant_content());
  expect_declined();
}

TEST_F(Joining, an_admission_with_another_invite_is_refused) {
  room.land(room.next_add(room.joiner_card, random<InviteId>()));
  verify(room.grant_content());
  expect_declined();
}

TEST_F(Joining, a_log_of_a_newer_client_is_refused_as_such) {
  ControlContent content = room.next(Kind::kMemberLeave);
  content.fields = MemberLeaveFields{};
  room.log.add(testing::sign_of_tomorrow(content, room.owner.signing));
  verify(room.grant_content());
  expect_declined(ui::RoomEnd::kNewerClient);
}

class JoiningBySomebodyElse : public Joining {
 protected:
  JoiningBySomebodyElse() : JoiningBySomebodyElse(random<MemberId>()) {}
  explicit JoiningBySomebodyElse(const MemberId& id) : Joining(id), inviter(id) {}
  MemberId inviter;
};

TEST_F(JoiningBySomebodyElse, hole_M_an_admission_by_another_than_the_links_inviter_is_refused) {
  room.add_joiner();
  const GrantContent content = room.grant_content();
  // Sealed as the link's inviter would.
  const MemberId owner = std::exchange(room.owner_id, inviter);
  const Bytes sealed = room.seal_grant(content);
  room.owner_id = owner;
  jim.give(frame::JoinGrant{room.joiner, sealed});
  replay();
  expect_declined();
}

// ---- answers of the server

TEST_F(Joining, a_decline_ends_the_attempt_and_says_why) {
  const std::pair<DeclineReason, ui::RoomEnd> ends[] = {
      {DeclineReason::kUnknown, ui::RoomEnd::kInviteUnknown},
      {DeclineReason::kUsed, ui::RoomEnd::kInviteUsed},
      {DeclineReason::kRevoked, ui::RoomEnd::kInviteRevoked},
      {DeclineReason::kExpired, ui::RoomEnd::kInviteExpired},
      {DeclineReason::kRefused, ui::RoomEnd::kRefused},
      {DeclineReason::kRoomFull, ui::RoomEnd::kRoomFull},
      {DeclineReason::kTooManyRequests, ui::RoomEnd::kTooManyRequests},
      {DeclineReason::kJoinsClosed, ui::RoomEnd::kJoinsClosed}};
  for (const auto& [reason, end] : ends) {
    Subject one = Subject::join(room.link());
    one.connect(room.log.server);
    one.give(frame::JoinDeclined{random<InviteId>(), reason});  // of somebody else
    EXPECT_EQ(one.page.state, ui::RoomState::kRequesting);
    one.give(frame::JoinDeclined{room.invite, reason});
    EXPECT_EQ(one.page.state, ui::RoomState::kDeclined);
    EXPECT_EQ(one.page.end, end);
  }
}

TEST_F(Joining, an_error_that_passes_is_waited_for_and_any_other_ends_the_attempt) {
  for (const FrameCode code : {FrameCode::kRateLimited, FrameCode::kStoreUnavailable}) {
    jim.give(frame::Error{code, frame::JoinRequest::kType});
    EXPECT_EQ(jim.ending(), Subject::Ending::kRefused);
    EXPECT_TRUE(jim.room().wants_connection());
  }
  jim.give(frame::Error{FrameCode::kKeyReused, frame::JoinRequest::kType});
  expect_declined(ui::RoomEnd::kServerRefused);
}

TEST_F(Joining, a_start_that_the_server_refuses_ends_the_attempt) {
  room.add_joiner();
  room.grant(jim);
  jim.give(frame::Error{FrameCode::kBadCursor, frame::RoomOpen::kType});
  expect_declined(ui::RoomEnd::kBadGrant);
}

}  // namespace
}  // namespace zerofc::member
