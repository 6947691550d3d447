// Inviting and admitting: docs/protocol.md §4, steps 3 to 5 and 7. The subject owns the room.
#include <gtest/gtest.h>

#include "core/member/testing/owned_room.hpp"

namespace zerofc::member {
namespace {

using testing::crypto;
using testing::Guest;
using testing::must;
using testing::OwnedRoom;
using testing::random;
using testing::Subject;
using ui::InviteState;

constexpr std::chrono::hours kDay{24};

class Inviting : public ::testing::Test {
 protected:
  Guest guest() { return guest(room.invite()); }
  Guest guest(const std::string& link) { return Guest(room.state().room(), link); }
  void ask(Guest& one) { room.owner.give(one.request()); }
  void revoke(const InviteId& id) {
    room.owner.call(
        [&](Room& its, const Context& context, Out& out) { its.revoke_invite(context, out, id); });
  }
  // Nothing was released, nothing appended, nobody admitted.
  void expect_declined(DeclineReason reason) {
    const Seq before = room.log.size();
    EXPECT_EQ(room.declined(), reason);
    EXPECT_EQ(room.log.size(), before);
    EXPECT_EQ(room.state().member_count(), 1U);
  }

  OwnedRoom room;
};

TEST_F(Inviting, a_link_is_shown_once_the_server_has_the_invite) {
  room.owner.call(
      [](Room& its, const Context& context, Out& out) { its.create_invite(context, out, 5, 600); });
  const auto& [id, shown] = *room.owner.page.invites.begin();
  EXPECT_EQ(shown.state, InviteState::kPublishing);
  EXPECT_EQ(shown.link, "");
  room.owner.give(frame::InviteState{id, InviteStateCode::kLive, std::nullopt});
  EXPECT_EQ(room.owner.page.invites.at(id).state, InviteState::kLive);
  EXPECT_TRUE(decode_link(room.owner.page.invites.at(id).link));
}

TEST_F(Inviting, an_invite_that_the_server_could_not_store_is_published_again_after_a_pause) {
  room.owner.call(
      [](Room& its, const Context& context, Out& out) { its.create_invite(context, out, 5, 600); });
  const InviteId id = room.owner.page.invites.begin()->first;
  room.owner.take_sent();
  room.owner.give(frame::InviteState{id, InviteStateCode::kUnknown, FrameCode::kStoreUnavailable});
  EXPECT_EQ(room.owner.page.invites.at(id).state, InviteState::kPublishing);
  room.owner.pass(std::chrono::seconds(10));
  EXPECT_EQ(room.owner.take_sent_of<frame::InvitePublish>().size(), 1U);
  room.owner.pass(std::chrono::minutes(10));
  EXPECT_TRUE(room.owner.take_sent_of<frame::InvitePublish>().empty());
}

TEST_F(Inviting, a_right_request_is_admitted_and_granted) {
  Guest gus = guest();
  ask(gus);
  const auto sealed = room.granted();
  ASSERT_TRUE(sealed);
  EXPECT_NE(room.state().find_member(gus.id), nullptr);
  const auto grant = gus.open(*sealed);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->head, room.log.head());
  EXPECT_EQ(grant->room_name, "the room");
  EXPECT_EQ(crypto().sha256({key_commit_content(room.state().nonce(), 0, grant->room_key)}),
            room.state().commit());
  EXPECT_EQ(room.owner.page.invites.begin()->second.state, InviteState::kUsed);
  EXPECT_EQ(room.owner.page.members.at(gus.id).state, ui::MemberState::kInvited);
}

// ---- hole A: who gets no key

TEST_F(Inviting, hole_A_a_request_with_an_unknown_invite_gets_no_key) {
  Guest gus = guest();
  gus.link.invite = random<InviteId>();
  ask(gus);
  expect_declined(DeclineReason::kUnknown);
}

TEST_F(Inviting, hole_A_a_request_with_an_expired_invite_gets_no_key) {
  Guest gus = guest();
  room.owner.pass(kDay + std::chrono::seconds(1));
  room.serve();  // the room key's day is over too
  ask(gus);
  expect_declined(DeclineReason::kExpired);
  EXPECT_FALSE(room.stores(gus.link.secret.view()));
}

TEST_F(Inviting, hole_A_a_request_with_a_revoked_invite_gets_no_key) {
  Guest gus = guest();
  revoke(gus.link.invite);
  EXPECT_FALSE(room.stores(gus.link.secret.view()));
  ask(gus);
  expect_declined(DeclineReason::kRevoked);
}

TEST_F(Inviting, hole_A_a_request_with_a_used_invite_gets_no_key) {
  const std::string link = room.invite();
  Guest first = guest(link);
  ask(first);
  ASSERT_TRUE(room.granted());
  Guest second = guest(link);
  ask(second);
  EXPECT_EQ(room.declined(), DeclineReason::kUsed);
  EXPECT_EQ(room.state().find(second.id), nullptr);
}

TEST_F(Inviting, hole_A_whoever_does_not_know_the_invite_secret_gets_no_key) {
  Guest gus = guest();
  gus.link.secret = random<InviteSecret>();
  ask(gus);
  expect_declined(DeclineReason::kRefused);
}

TEST_F(Inviting, hole_A_a_request_bound_to_another_card_or_key_gets_no_key) {
  Guest gus = guest();
  Guest mallory(room.state().room(), room.owner.page.invites.begin()->second.link);
  frame::JoinRequest request = gus.request();
  request.card = mallory.card;  // relabelled on its way
  room.owner.give(request);
  expect_declined(DeclineReason::kRefused);
  request = gus.request();
  request.one_time_key = mallory.one_time.public_key;
  room.owner.give(request);
  expect_declined(DeclineReason::kRefused);
}

// ---- hole N

TEST_F(Inviting, hole_N_a_request_that_does_not_open_uses_nothing_up) {
  const std::string link = room.invite();
  Guest mallory = guest(link);
  mallory.link.secret = random<InviteSecret>();
  ask(mallory);
  expect_declined(DeclineReason::kRefused);
  Guest gus = guest(link);
  ask(gus);
  EXPECT_TRUE(room.granted());
  EXPECT_NE(room.state().find_member(gus.id), nullptr);
}

TEST_F(Inviting, hole_N_the_first_request_that_opens_wins) {
  const std::string link = room.invite();
  Guest first = guest(link);
  Guest second = guest(link);
  ask(first);
  ask(second);  // before the member.add of the first has come back
  EXPECT_EQ(room.declined(), DeclineReason::kUsed);
  EXPECT_NE(room.state().find_member(first.id), nullptr);
  EXPECT_EQ(room.state().find(second.id), nullptr);
}

// ---- hole J

TEST_F(Inviting, hole_J_nothing_is_granted_before_the_own_admission_came_back_in_the_log) {
  Guest gus = guest();
  ask(gus);
  const auto appends = room.appends();
  ASSERT_EQ(appends.size(), 1U);
  const auto granted = [&] {
    for (const auto& sent : room.said) {
      if (std::holds_alternative<frame::JoinGrant>(sent.frame)) return true;
    }
    return false;
  };
  EXPECT_FALSE(granted());
  const auto& append = std::get<frame::Append>(appends.front().frame);
  room.owner.give(frame::Accepted{decode_entry(append.entry)->token, room.log.size()});
  ask(gus);
  static_cast<void>(room.appends());
  EXPECT_FALSE(granted());
  room.land(append);
  EXPECT_TRUE(room.granted());
}

TEST_F(Inviting, an_admission_is_stored_before_it_is_appended_and_goes_on_after_a_restart) {
  Guest gus = guest();
  ask(gus);
  const auto appends = room.appends();
  ASSERT_EQ(appends.size(), 1U);
  const EntryToken token =
      decode_entry(std::get<frame::Append>(appends.front().frame).entry)->token;
  EXPECT_TRUE(room.stores(gus.join_key.view()));
  ASSERT_TRUE(room.owner.restart());
  room.owner.connect(room.log.server);
  room.replay();
  const auto again = room.appends();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(decode_entry(std::get<frame::Append>(again.front().frame).entry)->token, token);
  room.land(std::get<frame::Append>(again.front().frame));
  EXPECT_TRUE(gus.open(room.granted().value()));
}

TEST_F(Inviting, an_admission_that_met_another_control_entry_is_signed_anew) {
  Guest leaver = room.admit();
  Guest gus = guest();
  ask(gus);
  const auto appends = room.appends();
  ASSERT_EQ(appends.size(), 1U);
  const Bytes stale = to_bytes(std::get<frame::Append>(appends.front().frame).entry);
  room.leave(leaver);
  room.owner.give(frame::Rejected{decode_entry(stale)->token, FrameCode::kStalePrev});
  room.owner.pass(std::chrono::seconds(1));
  room.serve();
  EXPECT_NE(room.state().find_member(gus.id), nullptr);
  EXPECT_EQ(room.state().find_member(leaver.id), nullptr);
  EXPECT_EQ(room.state().epoch(), 1U);  // and the key was changed after the leaving
}

TEST_F(Inviting, an_admission_that_the_server_refuses_leaves_the_invite_to_others) {
  Guest gus = guest();
  ask(gus);
  const auto appends = room.appends();
  const EntryToken token =
      decode_entry(std::get<frame::Append>(appends.front().frame).entry)->token;
  room.owner.give(frame::Rejected{token, FrameCode::kKeyReused});
  EXPECT_EQ(room.declined(), DeclineReason::kRefused);
  Guest second = guest(room.owner.page.invites.begin()->second.link);
  ask(second);
  EXPECT_TRUE(room.granted());
}

// ---- granting again

TEST_F(Inviting, whoever_asks_again_is_granted_again_and_nobody_else_is) {
  Guest gus = guest();
  ask(gus);
  ASSERT_TRUE(room.granted());
  ask(gus);
  EXPECT_TRUE(gus.open(room.granted().value()));
  room.reconnect();
  EXPECT_TRUE(gus.open(room.granted().value()));
}

TEST_F(Inviting, a_pause_of_the_outbox_grants_nothing_again) {
  Guest gus = guest();
  ask(gus);
  ASSERT_TRUE(room.granted());
  for (int count = 0; count < 190; ++count) room.owner.say("hello");
  for (int count = 0; count < 40; ++count) {
    room.owner.pass(std::chrono::milliseconds(500));
    EXPECT_FALSE(room.granted());
  }
  EXPECT_TRUE(room.owner.page.outbox.empty());
}

TEST_F(Inviting, once_the_newcomer_has_confirmed_invite_secret_and_join_key_are_gone) {
  Guest gus = guest();
  ask(gus);
  const auto grant = gus.open(room.granted().value());
  EXPECT_TRUE(room.stores(gus.link.secret.view()));
  EXPECT_TRUE(room.stores(gus.join_key.view()));
  room.relay(gus.message(grant->room_key, 0, room.log.head(), ProfileBody{gus.profile}));
  EXPECT_EQ(room.owner.page.members.at(gus.id).state, ui::MemberState::kPresent);
  EXPECT_FALSE(room.stores(gus.link.secret.view()));
  EXPECT_FALSE(room.stores(gus.join_key.view()));
  ask(gus);
  EXPECT_EQ(room.declined(), DeclineReason::kUsed);
}

TEST_F(Inviting, hole_J_seven_days_after_the_admission_they_are_gone_in_any_case) {
  Guest gus = guest();
  ask(gus);
  ASSERT_TRUE(room.granted());
  room.owner.pass(7 * kDay - std::chrono::minutes(1));
  EXPECT_TRUE(room.stores(gus.link.secret.view()));
  room.owner.pass(std::chrono::minutes(2));
  EXPECT_FALSE(room.stores(gus.link.secret.view()));
  EXPECT_FALSE(room.stores(gus.join_key.view()));
}

TEST_F(Inviting, an_invite_that_ended_while_nothing_ran_is_wiped_at_the_next_start) {
  const Guest gus = guest();
  EXPECT_TRUE(room.stores(gus.link.secret.view()));
  room.owner.lose();
  room.owner.now.wall += 2 * kDay;
  ASSERT_TRUE(room.owner.restart());
  room.owner.pass(std::chrono::milliseconds(1));
  EXPECT_EQ(room.owner.page.invites.at(gus.link.invite).state, InviteState::kExpired);
  EXPECT_FALSE(room.stores(gus.link.secret.view()));
}

TEST_F(Inviting, an_expired_invite_that_admits_meanwhile_keeps_nobody_awake) {
  Guest gus = guest();
  ask(gus);
  static_cast<void>(room.appends());  // and no answer comes
  room.owner.pass(kDay + std::chrono::seconds(1));
  const auto due = room.owner.room().deadline();
  ASSERT_TRUE(due);
  EXPECT_GT(*due - room.owner.now.steady, std::chrono::minutes(1));
}

}  // namespace
}  // namespace zerofc::member
