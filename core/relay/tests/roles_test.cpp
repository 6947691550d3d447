// Removal, roles, policy and the end of a room, as the server carries them out: docs/protocol.md
// §3.2 and §6.
#include "core/relay/tests/relay_fixture.hpp"

namespace zerofc {
namespace {

using std::chrono::hours;

class RelayRoles : public Relay {
 protected:
  // What the owner appends, and what the founder's state follows.
  void land(const ControlContent& content) {
    const Bytes entry = sign_entry(content, room.owner.signing);
    append(owner, entry);
    follow(entry);
  }
  void set_role(const Person& person, Role role) {
    land(room.next_role(room.owner_id, room.id_of(person), role));
  }
  [[nodiscard]] Bytes removal_of(const Person& person) const {
    return sign_entry(room.next_rotation(room.owner_id, {room.id_of(person)}), room.owner.signing);
  }
  void remove(const Person& person, const std::vector<const Person*>& remaining) {
    const Bytes entry = removal_of(person);
    append(owner, entry, boxes_for(remaining));
    follow(entry);
  }
  std::vector<std::string> publish(ConnectionId from, const InviteId& id) {
    world.send(from, frame::InvitePublish{id, world.in(hours(24))});
    return world.said(from);
  }
};

// ---- removal

TEST_F(RelayRoles, hole_E_a_removal_and_its_new_key_are_one_step_and_the_removed_gets_no_box) {
  const Person stays;
  const Person goes;
  const ConnectionId staying = add_live(stays);
  const ConnectionId going = add_live(goes);
  world.forget_all();
  remove(goes, {&stays});  // 3
  EXPECT_THAT(world.said(staying), ElementsAre("entry 3 with a box", "head"));
  // Told what ended its membership, and nothing after it.
  EXPECT_THAT(world.said(going), ElementsAre("entry 3"));
  append(owner, message_entry(room.owner_id, 1));  // 4
  EXPECT_THAT(world.said(staying), ElementsAre("entry 4"));
  EXPECT_THAT(world.said(going), IsEmpty());
}

TEST_F(RelayRoles, hole_E_a_removal_has_a_box_for_each_remaining_member_and_none_for_the_removed) {
  const Person stays;
  const Person goes;
  add_live(stays);
  add_live(goes);
  world.forget_all();
  const auto with = [&](const Boxes& boxes) {
    append(owner, removal_of(goes), boxes);
    return world.said(owner);
  };
  EXPECT_THAT(with({}), ElementsAre("rejected bad-boxes"));
  EXPECT_THAT(with(boxes_for({&goes})), ElementsAre("rejected bad-boxes"));
  EXPECT_THAT(with(boxes_for({&stays, &goes})), ElementsAre("rejected bad-boxes"));
  EXPECT_THAT(with(boxes_for({&stays})), ElementsAre("accepted 3", "entry 3", "head"));
}

TEST_F(RelayRoles, attack_29_the_removed_append_nothing_and_read_up_to_their_removal) {
  const Person goes;
  const ConnectionId going = add_live(goes);  // 1
  remove(goes, {});                           // 2
  append(owner, message_entry(room.owner_id, 1));
  world.forget_all();
  append(going, message_entry(room.id_of(goes), 0));
  append(going, message_entry(room.id_of(goes), 1));
  EXPECT_THAT(world.said(going), ElementsAre("rejected wrong-author", "rejected wrong-author"));
  const ConnectionId again = world.open(goes, Seq{0});
  EXPECT_THAT(world.said(again), ElementsAre("opened 3", "entry 1", "entry 2", "live 2"));
  world.restart();
  EXPECT_THAT(world.said(world.open(goes, Seq{0})),
              ElementsAre("opened 3", "entry 1", "entry 2", "live 2"));
}

TEST_F(RelayRoles, hole_Q_a_grant_for_somebody_who_is_removed_is_dropped_and_taken_no_more) {
  const Person joiner;
  const MemberId id = add(joiner);
  grant(owner, id);
  EXPECT_EQ(world.store.records(relay::RecordKind::kGrant), 1U);
  remove(joiner, {});
  world.pass(relay::Limits().cursor_delay);
  EXPECT_EQ(world.store.records(relay::RecordKind::kGrant), 0U);
  world.said(owner);
  grant(owner, id);
  EXPECT_THAT(world.said(owner), ElementsAre("error not-authorised"));
}

// ---- roles and invites

TEST_F(RelayRoles, an_admin_invites_and_admits_from_the_entry_that_makes_it_one) {
  const Person admin;
  const ConnectionId connection = add_live(admin);
  const auto id = random<InviteId>();
  EXPECT_THAT(publish(connection, id), ElementsAre("invite unknown not-authorised"));
  set_role(admin, Role::kAdmin);
  world.said(connection);
  EXPECT_THAT(publish(connection, id), ElementsAre("invite live"));
  const Person joiner;
  const Bytes card = room.card_of(joiner);
  const Bytes entry = sign_entry(room.next_add(room.id_of(admin), card, id), admin.signing);
  append(connection, entry);
  EXPECT_THAT(world.said(connection), ElementsAre("accepted 3", "entry 3", "invite used"));
}

TEST_F(RelayRoles, an_admin_admits_with_its_own_invites_only) {
  const Person admin;
  const ConnectionId connection = add_live(admin);
  set_role(admin, Role::kAdmin);
  world.said(connection);
  const InviteId of_the_owner = invite();
  const Person joiner;
  const Bytes card = room.card_of(joiner);
  append(connection,
         sign_entry(room.next_add(room.id_of(admin), card, of_the_owner), admin.signing));
  EXPECT_THAT(world.said(connection), ElementsAre("rejected invite-unknown"));
}

TEST_F(RelayRoles, an_invite_ends_with_its_authors_role_and_does_not_live_again) {
  const Person admin;
  const ConnectionId connection = add_live(admin);
  set_role(admin, Role::kAdmin);
  const auto id = random<InviteId>();
  publish(connection, id);
  const Person joiner;
  const ConnectionId joining = world.arrive(joiner);
  join(joining, joiner, id);
  world.forget_all();

  set_role(admin, Role::kMember);  // 3
  EXPECT_THAT(world.said(connection), ElementsAre("entry 3", "invite revoked"));
  EXPECT_THAT(world.said(joining), ElementsAre("declined revoked"));
  EXPECT_EQ(world.store.records(relay::RecordKind::kJoinRequest), 0U);
  // In the same durable step: nothing but the store is left of the server.
  world.restart();
  owner = world.open(room.owner, head());
  set_role(admin, Role::kAdmin);
  const Person other;
  const ConnectionId again = world.arrive(other);
  join(again, other, id);
  EXPECT_THAT(world.said(again), ElementsAre("declined revoked"));
}

TEST_F(RelayRoles, an_invite_ends_with_the_removal_of_its_author) {
  const Person admin;
  const ConnectionId connection = add_live(admin);
  set_role(admin, Role::kAdmin);
  const auto id = random<InviteId>();
  publish(connection, id);
  remove(admin, {});
  const Person joiner;
  const ConnectionId joining = world.arrive(joiner);
  join(joining, joiner, id);
  EXPECT_THAT(world.said(joining), ElementsAre("declined revoked"));
}

TEST_F(RelayRoles, a_new_owner_has_what_the_old_one_had) {
  const Person heir;
  const ConnectionId connection = add_live(heir);
  land(room.next_transfer(room.owner_id, room.id_of(heir)));
  world.forget_all();
  append(owner, sign_entry(room.next_policy(room.owner_id, Policy()), room.owner.signing));
  EXPECT_THAT(world.said(owner), ElementsAre("rejected not-authorised"));
  append(connection, sign_entry(room.next_policy(room.id_of(heir), Policy()), heir.signing));
  EXPECT_THAT(world.said(connection), ElementsAre("accepted 3", "entry 3"));
}

// ---- policy

TEST_F(RelayRoles, a_room_that_is_locked_takes_nobody_until_it_is_opened_again) {
  const InviteId id = invite();
  Policy policy;
  policy.joins_open = false;
  land(room.next_policy(room.owner_id, policy));
  const Person joiner;
  const ConnectionId joining = world.arrive(joiner);
  join(joining, joiner, id);
  EXPECT_THAT(world.said(joining), ElementsAre("declined joins-closed"));
  policy.joins_open = true;
  land(room.next_policy(room.owner_id, policy));
  join(joining, joiner, id);
  EXPECT_THAT(world.said(joining), ElementsAre("queued"));
}

// ---- the end

TEST_F(RelayRoles, a_destroyed_room_takes_nothing_more_and_can_be_read_to_its_end) {
  const Person member;
  const ConnectionId connection = add_live(member);  // 1
  const InviteId id = invite();
  const Person joiner;
  const ConnectionId joining = world.arrive(joiner);
  join(joining, joiner, id);
  world.forget_all();
  const Bytes end = sign_entry(room.next(Kind::kRoomDestroy, room.owner_id), room.owner.signing);
  append(owner, end);  // 2
  EXPECT_THAT(world.said(connection), ElementsAre("entry 2"));
  EXPECT_THAT(world.said(joining), ElementsAre("declined joins-closed"));
  world.said(owner);

  append(connection, message_entry(room.id_of(member), 0));
  EXPECT_THAT(world.said(connection), ElementsAre("rejected room-destroyed"));
  append(owner, rotation_entry(), boxes_for({&member}));
  EXPECT_THAT(world.said(owner), ElementsAre("rejected room-destroyed"));
  EXPECT_THAT(publish(owner, random<InviteId>()), ElementsAre("invite unknown not-authorised"));
  join(joining, joiner, id);
  EXPECT_THAT(world.said(joining), ElementsAre("declined joins-closed"));

  world.restart();
  EXPECT_THAT(world.said(world.open(member, Seq{0})),
              ElementsAre("opened 2", "entry 1", "entry 2", "live 2"));
  EXPECT_EQ(world.store.records(relay::RecordKind::kJoinRequest), 0U);
}

}  // namespace
}  // namespace zerofc
