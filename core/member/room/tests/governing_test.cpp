// What the owner and admins change in a room: docs/protocol.md §3.2 and §6.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/member/testing/owned_room.hpp"
#include "core/wire/canonical.hpp"

namespace zerofc::member {
namespace {

using testing::ForgedRoom;
using testing::Guest;
using testing::OwnedRoom;
using testing::Person;
using testing::random;
using testing::Sent;
using testing::Subject;
using ui::ItemKind;
using ui::MemberState;
using ui::ProblemCode;

constexpr std::chrono::seconds kTurn{20};

// A control entry that was sent, taken apart.
struct SentControl {
  EntryToken token;
  ControlContent content;  // views are into `bytes`
  std::shared_ptr<Bytes> bytes;
  std::vector<MemberId> boxes;
};

std::vector<SentControl> controls_of(const std::vector<Sent>& appends) {
  std::vector<SentControl> found;
  for (const Sent& sent : appends) {
    const auto* append = std::get_if<frame::Append>(&sent.frame);
    if (append == nullptr) continue;
    SentControl control;
    control.bytes = std::make_shared<Bytes>(to_bytes(append->entry));
    const auto entry = decode_entry(*control.bytes);
    if (!entry->is_control()) continue;
    control.token = entry->token;
    control.content = *decode_control_content(canonical::signed_content(entry->body).value());
    if (append->boxes) {
      for (const auto& [member, box] : *append->boxes) control.boxes.push_back(member);
    }
    found.push_back(std::move(control));
  }
  return found;
}

template <class Call>
void ask(Subject& subject, const Call& call) {
  subject.call([&](Room& room, const Context& context, Out& out) { call(room, context, out); });
}
void remove(Subject& subject, const std::vector<MemberId>& members) {
  ask(subject, [&](Room& room, const Context& context, Out& out) {
    room.remove_members(context, out, members);
  });
}
void set_role(Subject& subject, const MemberId& member, Role role) {
  ask(subject, [&](Room& room, const Context& context, Out& out) {
    room.set_role(context, out, member, role);
  });
}
void transfer(Subject& subject, const MemberId& member) {
  ask(subject,
      [&](Room& room, const Context& context, Out& out) { room.transfer(context, out, member); });
}
void lock_joins(Subject& subject) {
  ask(subject, [](Room& room, const Context& context, Out& out) {
    room.set_policy(context, out, {std::nullopt, std::nullopt, false});
  });
}
void destroy(Subject& subject) {
  ask(subject, [](Room& room, const Context& context, Out& out) { room.destroy(context, out); });
}
void leave(Subject& subject) {
  ask(subject, [](Room& room, const Context& context, Out& out) { room.leave(context, out); });
}

// ---- the subject owns the room

class Governing : public ::testing::Test {
 protected:
  [[nodiscard]] MemberState shown(const Guest& guest) const {
    return room.owner.page.members.at(guest.id).state;
  }

  OwnedRoom room;
  Subject& owner = room.owner;
};

TEST_F(Governing, hole_E_removing_changes_the_key_in_the_same_entry_and_boxes_it_for_the_others) {
  const Guest gus = room.admit();
  const Guest ada = room.admit();
  remove(owner, {gus.id});
  const auto appends = room.appends();
  const auto sent = controls_of(appends);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(std::get<KeyRotateFields>(sent[0].content.fields).removed,
            std::vector<MemberId>{gus.id});
  EXPECT_EQ(sent[0].boxes, std::vector<MemberId>{ada.id});
  EXPECT_EQ(shown(gus), MemberState::kPresent);  // until it is in the log
  room.land(std::get<frame::Append>(appends[0].frame));
  EXPECT_EQ(shown(gus), MemberState::kRemoved);
  EXPECT_EQ(shown(ada), MemberState::kPresent);
  EXPECT_EQ(owner.page.rotation.epoch, 1U);
  const auto item = owner.item(room.log.size() - 1);
  EXPECT_EQ(item->kind, ItemKind::kMembersRemoved);
  EXPECT_EQ(item->subject, gus.id);
  EXPECT_EQ(item->number, 1U);
  // And that is all of it.
  owner.pass(std::chrono::minutes(5));
  EXPECT_TRUE(controls_of(room.appends()).empty());
}

TEST_F(Governing, several_go_with_one_new_key) {
  const Guest gus = room.admit();
  const Guest ada = room.admit();
  remove(owner, {gus.id, ada.id});
  room.serve();
  EXPECT_EQ(room.state().epoch(), 1U);
  EXPECT_EQ(room.state().member_count(), 1U);
  EXPECT_EQ(owner.item(room.log.size() - 1)->number, 2U);
}

TEST_F(Governing, a_removal_whose_answer_was_lost_is_sent_again_with_identical_bytes) {
  const Guest gus = room.admit();
  remove(owner, {gus.id});
  const auto first = controls_of(room.appends());
  ASSERT_EQ(first.size(), 1U);
  ASSERT_TRUE(owner.restart());
  owner.connect(room.log.server);
  room.replay();
  const auto again = controls_of(room.appends());
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(*again[0].bytes, *first[0].bytes);
}

TEST_F(Governing, hole_P_a_removal_that_met_another_entry_is_made_anew_under_a_fresh_key) {
  const Guest gus = room.admit();
  const Guest ada = room.admit();
  remove(owner, {gus.id});
  const auto first = controls_of(room.appends());
  room.leave(ada);
  owner.give(frame::Rejected{first[0].token, FrameCode::kStalePrev});
  owner.pass(std::chrono::minutes(1));
  const auto appends = room.appends();
  const auto again = controls_of(appends);
  ASSERT_EQ(again.size(), 1U);
  const auto& fields = std::get<KeyRotateFields>(again[0].content.fields);
  EXPECT_EQ(fields.removed, std::vector<MemberId>{gus.id});
  EXPECT_NE(fields.commit, std::get<KeyRotateFields>(first[0].content.fields).commit);
  EXPECT_NE(again[0].token, first[0].token);
  room.land(std::get<frame::Append>(appends[0].frame));
  EXPECT_EQ(shown(gus), MemberState::kRemoved);
}

TEST_F(Governing, whoever_leaves_before_its_removal_is_removed_by_nobody) {
  const Guest gus = room.admit();
  owner.lose();
  remove(owner, {gus.id});
  owner.take_sent();
  owner.connect(room.log.server);
  const auto opens = owner.take_sent_of<frame::RoomOpen>();
  ASSERT_EQ(opens.size(), 1U);
  room.log.opened(owner, room.state().room());
  room.leave(gus);
  owner.give(frame::Live{room.log.size() - 1});
  room.serve();
  EXPECT_EQ(shown(gus), MemberState::kLeft);
  EXPECT_EQ(room.state().epoch(), 1U);  // the leaver's rotation
  EXPECT_EQ(room.state().find(gus.id)->removed_by, std::nullopt);
}

TEST_F(Governing, nobody_is_removed_who_is_no_member_or_is_the_owner) {
  const Guest gus = room.admit();
  remove(owner, {gus.id, random<MemberId>()});
  remove(owner, {owner.self()});
  EXPECT_EQ(owner.page.problems,
            (std::vector{ProblemCode::kMemberUnknown, ProblemCode::kNotAuthorised}));
  EXPECT_TRUE(room.appends().empty());
}

TEST_F(Governing, hole_Q_whoever_was_removed_before_its_arrival_gets_no_second_grant) {
  Guest gus(room.state().room(), room.invite());
  owner.give(gus.request());
  ASSERT_TRUE(room.granted());
  EXPECT_TRUE(room.stores(gus.link.secret.view()));
  remove(owner, {gus.id});
  room.serve();
  EXPECT_FALSE(room.stores(gus.link.secret.view()));
  EXPECT_FALSE(room.stores(gus.join_key.view()));
  room.said.clear();
  owner.give(gus.request());
  EXPECT_FALSE(room.granted());
  room.reconnect();
  EXPECT_FALSE(room.granted());
}

TEST_F(Governing, a_role_is_given_and_taken_and_everybody_reads_it_in_the_log) {
  const Guest gus = room.admit();
  set_role(owner, gus.id, Role::kAdmin);
  room.serve();
  EXPECT_EQ(owner.page.members.at(gus.id).role, ui::Role::kAdmin);
  const auto item = owner.item(room.log.size() - 1);
  EXPECT_EQ(item->kind, ItemKind::kMadeAdmin);
  EXPECT_EQ(item->subject, gus.id);
  set_role(owner, gus.id, Role::kMember);
  room.serve();
  EXPECT_EQ(owner.page.members.at(gus.id).role, ui::Role::kMember);
  EXPECT_EQ(owner.item(room.log.size() - 1)->kind, ItemKind::kMadeMember);
  set_role(owner, gus.id, Role::kMember);
  EXPECT_EQ(owner.page.problems, std::vector{ProblemCode::kNotAuthorised});
}

TEST_F(Governing, a_change_that_met_another_entry_is_signed_anew_under_the_same_token) {
  const Guest gus = room.admit();
  const Guest ada = room.admit();
  set_role(owner, gus.id, Role::kAdmin);
  const auto first = controls_of(room.appends());
  ASSERT_EQ(first.size(), 1U);
  room.leave(ada);
  owner.give(frame::Rejected{first[0].token, FrameCode::kStalePrev});
  ASSERT_TRUE(owner.restart());  // and it is remembered
  owner.connect(room.log.server);
  room.replay();
  const auto again = controls_of(room.appends());
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].token, first[0].token);
  EXPECT_EQ(again[0].content.prev, room.state().prev());
}

TEST_F(Governing, a_change_that_was_asked_for_without_a_connection_is_not_forgotten) {
  const Guest gus = room.admit();
  owner.lose();
  set_role(owner, gus.id, Role::kAdmin);
  ASSERT_TRUE(owner.restart());
  owner.connect(room.log.server);
  room.replay();
  const auto sent = controls_of(room.appends());
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].content.kind, Kind::kRoleSet);
}

TEST_F(Governing, a_change_that_has_become_impossible_is_given_up_and_the_person_is_told) {
  const Guest gus = room.admit();
  set_role(owner, gus.id, Role::kAdmin);
  const auto first = controls_of(room.appends());
  room.leave(gus);
  owner.give(frame::Rejected{first[0].token, FrameCode::kStalePrev});
  EXPECT_EQ(owner.page.problems, std::vector{ProblemCode::kMemberUnknown});
  owner.pass(std::chrono::minutes(1));
  for (const SentControl& sent : controls_of(room.appends())) {
    EXPECT_NE(sent.content.kind, Kind::kRoleSet);
  }
}

TEST_F(Governing, a_change_that_the_server_refuses_is_not_sent_for_ever) {
  const Guest gus = room.admit();
  set_role(owner, gus.id, Role::kAdmin);
  const auto first = controls_of(room.appends());
  ASSERT_EQ(first.size(), 1U);
  owner.give(frame::Rejected{first[0].token, FrameCode::kBadSignature});
  EXPECT_EQ(owner.page.problems, std::vector{ProblemCode::kServerRefused});
  owner.pass(std::chrono::minutes(5));
  EXPECT_TRUE(controls_of(room.appends()).empty());
}

TEST_F(Governing, the_same_is_not_asked_twice_at_once) {
  const Guest gus = room.admit();
  owner.lose();
  set_role(owner, gus.id, Role::kAdmin);
  set_role(owner, gus.id, Role::kAdmin);
  EXPECT_EQ(owner.page.problems, std::vector{ProblemCode::kBusy});
}

TEST_F(Governing, hole_L_after_handing_over_one_is_an_admin_and_can_leave) {
  const Guest heir = room.admit();
  leave(owner);
  EXPECT_EQ(owner.page.problems, std::vector{ProblemCode::kOwnerCannotLeave});
  transfer(owner, heir.id);
  room.serve();
  EXPECT_EQ(owner.page.members.at(heir.id).role, ui::Role::kOwner);
  EXPECT_EQ(owner.page.members.at(owner.self()).role, ui::Role::kAdmin);
  EXPECT_EQ(owner.item(room.log.size() - 1)->kind, ItemKind::kOwnerChanged);
  owner.page.problems.clear();
  set_role(owner, heir.id, Role::kAdmin);
  destroy(owner);
  EXPECT_EQ(owner.page.problems, std::vector(2, ProblemCode::kNotAuthorised));
  leave(owner);
  room.serve();
  EXPECT_EQ(owner.page.state, ui::RoomState::kLeft);
  EXPECT_EQ(room.state().member_count(), 1U);
}

TEST_F(Governing, a_locked_room_declines_whoever_asks) {
  ASSERT_TRUE(owner.page.policy);
  EXPECT_TRUE(owner.page.policy->joins_open);
  Guest gus(room.state().room(), room.invite());
  lock_joins(owner);
  room.serve();
  EXPECT_FALSE(owner.page.policy->joins_open);
  EXPECT_EQ(owner.page.policy->rotate_every, kRotateEveryDefault);
  EXPECT_EQ(owner.item(room.log.size() - 1)->kind, ItemKind::kPolicySet);
  owner.give(gus.request());
  EXPECT_EQ(room.declined(), DeclineReason::kJoinsClosed);
  ASSERT_TRUE(owner.restart());
  EXPECT_FALSE(owner.page.policy->joins_open);
}

TEST_F(Governing, a_room_that_was_closed_holds_no_key_and_can_still_be_read) {
  const Guest gus = room.admit();
  owner.say("to be remembered");
  room.serve();
  destroy(owner);
  room.serve();
  EXPECT_EQ(owner.page.state, ui::RoomState::kStopped);
  EXPECT_EQ(owner.page.end, ui::RoomEnd::kDestroyed);
  EXPECT_FALSE(owner.room().wants_connection());
  EXPECT_FALSE(room.stores(room.last_grant->room_key.view()));
  ASSERT_TRUE(owner.restart());
  const auto history = owner.history();
  EXPECT_TRUE(std::any_of(history.begin(), history.end(), [](const testing::ShownItem& item) {
    return item.text == "to be remembered";
  }));
  EXPECT_EQ(history.back().kind, ItemKind::kDestroyed);
}

// ---- somebody else owns the room

class Governed : public ::testing::Test {
 protected:
  void show(Seq seq) { room.log.show(subject, seq); }
  void make_admin() { set_own_role(Role::kAdmin); }
  void set_own_role(Role role) {
    ControlContent content = room.next(Kind::kRoleSet);
    content.fields = RoleSetFields{subject.self(), role};
    show(room.land(content));
  }
  std::vector<SentControl> sent() { return controls_of(subject.take_sent()); }
  [[nodiscard]] bool stores(BytesView bytes) const {
    return std::any_of(subject.records.begin(), subject.records.end(), [&](const auto& record) {
      const Bytes& content = record.second;
      return std::search(content.begin(), content.end(), bytes.begin(), bytes.end()) !=
             content.end();
    });
  }
  void fill_the_epoch() {
    for (std::size_t count = 0; count < kRotateEveryMin; ++count) show(room.say("hello"));
  }

  static Policy short_epochs() {
    Policy policy;
    policy.rotate_every = kRotateEveryMin;
    return policy;
  }
  ForgedRoom room{short_epochs()};
  Subject subject = room.admitted();
};

TEST_F(Governed, hole_E_whoever_is_removed_is_told_and_keeps_no_key) {
  const Bytes key = to_bytes(room.key().view());
  EXPECT_TRUE(stores(key));
  subject.say("unsent");
  show(room.rotate({subject.self()}));
  EXPECT_EQ(subject.page.state, ui::RoomState::kStopped);
  EXPECT_EQ(subject.page.end, ui::RoomEnd::kRemoved);
  EXPECT_EQ(subject.page.members.at(subject.self()).state, MemberState::kRemoved);
  EXPECT_FALSE(stores(key));
  EXPECT_FALSE(subject.room().wants_connection());
  ASSERT_EQ(subject.page.outbox.size(), 1U);
  EXPECT_EQ(subject.page.outbox.begin()->second.state, ui::OutboxState::kFailed);
  EXPECT_FALSE(subject.page.alarm());
  ASSERT_TRUE(subject.restart());
  EXPECT_EQ(subject.page.end, ui::RoomEnd::kRemoved);
}

TEST_F(Governed, hole_L_a_plain_member_changes_nothing) {
  remove(subject, {room.owner_id});
  set_role(subject, room.owner_id, Role::kMember);
  transfer(subject, subject.self());
  lock_joins(subject);
  destroy(subject);
  EXPECT_EQ(subject.page.problems, std::vector(5, ProblemCode::kNotAuthorised));
  EXPECT_TRUE(sent().empty());
}

TEST_F(Governed, an_admin_removes_members_and_nobody_above_them) {
  const MemberId other = room.admit(Person());
  const MemberId second_admin = room.admit(Person());
  ControlContent content = room.next(Kind::kRoleSet);
  content.fields = RoleSetFields{second_admin, Role::kAdmin};
  room.land(content);
  for (Seq seq = room.log.size() - 3; seq < room.log.size(); ++seq) show(seq);
  make_admin();
  remove(subject, {other, room.owner_id});
  remove(subject, {second_admin});
  EXPECT_EQ(subject.page.problems, std::vector(2, ProblemCode::kNotAuthorised));
  remove(subject, {other});
  const auto controls = sent();
  ASSERT_EQ(controls.size(), 1U);
  EXPECT_EQ(std::get<KeyRotateFields>(controls[0].content.fields).removed,
            std::vector<MemberId>{other});
}

TEST_F(Governed, an_admin_rotates_when_the_owner_has_not_done_so_in_its_turn) {
  make_admin();
  fill_the_epoch();
  EXPECT_TRUE(sent().empty());
  // Meanwhile the room goes on under the old key.
  subject.say("meanwhile");
  EXPECT_EQ(subject.take_sent_of<frame::Append>().size(), 1U);
  subject.pass(kTurn - std::chrono::milliseconds(1));
  EXPECT_TRUE(sent().empty());
  subject.pass(std::chrono::milliseconds(1));
  const auto controls = sent();
  ASSERT_EQ(controls.size(), 1U);
  EXPECT_EQ(controls[0].content.kind, Kind::kKeyRotate);
}

TEST_F(Governed, an_admin_does_not_rotate_after_the_owner_has) {
  make_admin();
  fill_the_epoch();
  show(room.rotate());
  subject.pass(2 * kTurn);
  EXPECT_TRUE(sent().empty());
}

TEST_F(Governed, admins_take_turns_in_the_order_of_their_ids) {
  const MemberId other = room.admit(Person());
  show(room.log.size() - 1);
  ControlContent content = room.next(Kind::kRoleSet);
  content.fields = RoleSetFields{other, Role::kAdmin};
  show(room.land(content));
  make_admin();
  fill_the_epoch();
  const auto turn = (other < subject.self() ? 2 : 1) * kTurn;
  subject.pass(turn - std::chrono::milliseconds(1));
  EXPECT_TRUE(sent().empty());
  subject.pass(std::chrono::milliseconds(1));
  EXPECT_EQ(sent().size(), 1U);
}

TEST_F(Governed, a_plain_member_never_rotates) {
  fill_the_epoch();
  subject.pass(std::chrono::hours(1));
  EXPECT_TRUE(sent().empty());
}

TEST_F(Governed, invites_end_with_the_role_that_made_them) {
  make_admin();
  ask(subject, [](Room& its, const Context& context, Out& out) {
    its.create_invite(context, out, 99, 86'400);
  });
  const auto published = subject.take_sent_of<frame::InvitePublish>();
  ASSERT_EQ(published.size(), 1U);
  const InviteId id = std::get<frame::InvitePublish>(published[0].frame).invite;
  subject.give(frame::InviteState{id, InviteStateCode::kLive, std::nullopt});
  Guest gus(room.room(), subject.page.invites.at(id).link);
  EXPECT_TRUE(stores(gus.link.secret.view()));
  set_own_role(Role::kMember);
  EXPECT_EQ(subject.page.invites.at(id).state, ui::InviteState::kRevoked);
  EXPECT_FALSE(stores(gus.link.secret.view()));
  subject.give(gus.request());
  const auto declines = subject.take_sent_of<frame::JoinDecline>();
  ASSERT_EQ(declines.size(), 1U);
  EXPECT_EQ(std::get<frame::JoinDecline>(declines[0].frame).reason, DeclineReason::kRevoked);
}

TEST_F(Governed, nothing_counts_after_the_room_was_closed) {
  ControlContent content = room.next(Kind::kRoomDestroy);
  content.fields = RoomDestroyFields{};
  show(room.land(content));
  EXPECT_EQ(subject.page.state, ui::RoomState::kStopped);
  EXPECT_EQ(subject.page.end, ui::RoomEnd::kDestroyed);
  subject.say("too late");
  EXPECT_EQ(subject.page.problems, std::vector{ProblemCode::kNotLive});
}

// ---- while joining

TEST(GovernedJoin, whoever_is_removed_while_it_verifies_is_told_so) {
  ForgedRoom room;
  Subject subject = Subject::join(room.link());
  subject.connect(room.log.server);
  const auto requests = subject.take_sent_of<frame::JoinRequest>();
  ASSERT_EQ(requests.size(), 1U);
  room.read_request(std::get<frame::JoinRequest>(requests.front().frame));
  room.add_joiner();
  room.say("a");
  room.grant(subject);
  room.rotate({subject.self()});
  subject.take_sent();
  // The server stops at the removal, below the grant's head or above it.
  room.log.open(subject, room.room(), std::nullopt, true);
  EXPECT_NE(subject.page.state, ui::RoomState::kLive);
  EXPECT_EQ(subject.page.end, ui::RoomEnd::kRemoved);
}

}  // namespace
}  // namespace zerofc::member
