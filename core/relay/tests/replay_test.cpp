// Opening a room, the replay and cursors: docs/protocol.md §3.4, §3.5.
#include "core/relay/tests/relay_fixture.hpp"
#include "core/wire/server_identity.hpp"

namespace zerofc {
namespace {

class RelayReplay : public Relay {
 protected:
  using Relay::Relay;
  void write(int count) {
    for (int n = 0; n < count; ++n)
      append(owner, message_entry(room.owner_id, room.state->epoch()));
    world.said(owner);
  }
};

TEST_F(RelayReplay, gives_everything_after_the_cursor_and_goes_live) {
  write(3);
  EXPECT_THAT(world.said(world.open(room.owner, Seq{1})),
              ElementsAre("opened 3", "entry 2", "entry 3", "live 3"));
  EXPECT_THAT(world.said(world.open(room.owner)),
              ElementsAre("opened 3", "entry 0", "entry 1", "entry 2", "entry 3", "live 3"));
  const ConnectionId current = world.open(room.owner, Seq{3});
  EXPECT_THAT(world.said(current), ElementsAre("opened 3", "live 3"));
  append(current, message_entry(room.owner_id, 0));
  EXPECT_THAT(world.said(current), ElementsAre("accepted 4", "entry 4"));
}

TEST_F(RelayReplay, tells_who_one_is_and_a_head_that_the_server_signed) {
  write(1);
  const ConnectionId again = world.open(room.owner, Seq{1});
  const auto received = world.take(again);
  const auto& opened = std::get<frame::RoomOpened>(received.at(0).frame);
  EXPECT_EQ(opened.member, room.owner_id);
  const auto content = checked::verify(crypto(), world.server_key(), opened.signed_head);
  ASSERT_TRUE(content);
  const auto signed_head = decode_head_content(*content);
  ASSERT_TRUE(signed_head);
  EXPECT_EQ(signed_head->room, world.room().id());
  EXPECT_EQ(signed_head->head, (LogPoint{1, world.store.head_hash()}));
}

TEST_F(RelayReplay, hole_U_signs_the_head_after_each_rotation) {
  append(owner, rotation_entry());
  const auto received = world.take(owner);
  const auto& said = std::get<frame::Head>(received.at(2).frame);
  const auto content = checked::verify(crypto(), world.server_key(), said.signed_head);
  ASSERT_TRUE(content);
  EXPECT_EQ(decode_head_content(*content)->head, (LogPoint{1, world.store.head_hash()}));
}

TEST_F(RelayReplay, gives_control_entries_first_if_asked_and_in_order) {
  write(2);
  rotate({});
  write(2);
  EXPECT_THAT(world.said(world.open(room.owner, Seq{4}, true)),
              ElementsAre("opened 5", "entry 0", "entry 3", "entry 5", "live 5"));
  EXPECT_THAT(world.said(world.open(room.owner, std::nullopt, true)),
              ElementsAre("opened 5", "entry 0", "entry 1", "entry 2", "entry 3", "entry 4",
                          "entry 5", "live 5"));
}

// What lands while somebody reads is read too, once, before `live`.
TEST_F(RelayReplay, includes_what_lands_meanwhile) {
  const Person member;
  add(member);
  world.reads_wait = true;
  const ConnectionId reader = world.open(member, Seq{0});
  EXPECT_THAT(world.said(reader), ElementsAre("opened 1"));
  write(2);
  world.answer_read();
  EXPECT_THAT(world.said(reader), ElementsAre("entry 1"));
  write(1);
  world.answer_read();
  EXPECT_THAT(world.said(reader), ElementsAre("entry 2", "entry 3"));
  world.answer_read();
  EXPECT_THAT(world.said(reader), ElementsAre("entry 4", "live 4"));
  write(1);
  EXPECT_THAT(world.said(reader), ElementsAre("entry 5"));
}

relay::Limits with_small_reads() {
  relay::Limits limits;
  limits.read_entries_max = 2;
  return limits;
}
class RelaySlowReader : public RelayReplay {
 protected:
  RelaySlowReader() : RelayReplay(with_small_reads()) {}
};

// A reader that does not read holds one stretch in memory, and nobody up.
TEST_F(RelaySlowReader, is_given_the_next_stretch_only_after_the_last) {
  world.reads_wait = true;
  write(5);
  const ConnectionId reader = world.open(room.owner, Seq{0});
  EXPECT_THAT(world.said(reader), ElementsAre("opened 5"));
  world.answer_read();
  EXPECT_THAT(world.said(reader), ElementsAre("entry 1", "entry 2"));
  world.answer_read();
  EXPECT_THAT(world.said(reader), ElementsAre("entry 3", "entry 4"));
  world.answer_read();
  EXPECT_THAT(world.said(reader), ElementsAre("entry 5", "live 5"));
}

TEST_F(RelayReplay, ends_a_connection_that_the_store_fails) {
  write(1);
  world.reads_fail = true;
  const ConnectionId reader = world.open(room.owner, Seq{0});
  EXPECT_EQ(world.closed(reader), relay::CloseReason::kStoreFailed);
}

TEST_F(RelayReplay, ends_a_connection_rather_than_leave_a_hole_in_its_log) {
  write(3);
  world.reads_wait = true;
  const ConnectionId reader = world.open(room.owner, Seq{0});
  relay::ReadResult result = world.store.read({1, 4, 10, 100000, false, std::nullopt});
  result.entries.erase(result.entries.begin() + 1);
  const relay::Step step = world.room().handle(relay::WasRead{reader, result}, world.now);
  ASSERT_EQ(step.actions.size(), 1U);
  EXPECT_EQ(std::get<relay::Close>(step.actions[0]).reason, relay::CloseReason::kStoreFailed);
}

// ---- cursors

TEST_F(RelayReplay, hole_F_refuses_a_cursor_beyond_the_log) {
  write(1);
  const ConnectionId reader = world.open(room.owner, Seq{2});
  EXPECT_THAT(world.said(reader), ElementsAre("error bad-cursor"));
  // The connection may ask again.
  world.send(reader, frame::RoomOpen{world.room().id(), Seq{1}, false});
  EXPECT_THAT(world.said(reader), ElementsAre("opened 1", "live 1"));
}

TEST_F(RelayReplay, hole_J_gives_nothing_below_the_rotation_before_ones_admission) {
  write(2);
  rotate({});  // 3
  write(1);    // 4
  const Person joiner;
  add(joiner);        // 5
  rotate({&joiner});  // 6
  const auto opens = [&](std::optional<Seq> after, bool controls) {
    return world.said(world.open(joiner, after, controls));
  };
  EXPECT_THAT(opens(std::nullopt, false), ElementsAre("error bad-cursor"));
  EXPECT_THAT(opens(std::nullopt, true), ElementsAre("error bad-cursor"));
  EXPECT_THAT(opens(Seq{1}, true), ElementsAre("error bad-cursor"));
  EXPECT_THAT(opens(Seq{2}, true), ElementsAre("opened 6", "entry 0", "entry 3", "entry 4",
                                               "entry 5", "entry 6 with a box", "live 6"));
}

TEST_F(RelayReplay, keeps_the_box_of_a_rotation_until_its_member_acknowledges_it) {
  const Person member;
  add(member);
  rotate({&member});
  EXPECT_THAT(world.said(world.open(member, Seq{1})),
              ElementsAre("opened 2", "entry 2 with a box", "live 2"));
  const ConnectionId again = world.open(member, Seq{1});
  EXPECT_THAT(world.said(again), ElementsAre("opened 2", "entry 2 with a box", "live 2"));
  ack(again, 1);
  world.pass(std::chrono::seconds(5));
  EXPECT_EQ(world.store.boxes(), 1U);
  ack(again, 2);
  world.pass(std::chrono::seconds(5));
  EXPECT_EQ(world.store.boxes(), 0U);
}

TEST_F(RelayReplay, answers_with_the_cursor_that_was_acknowledged) {
  write(3);
  ack(owner, 2);
  EXPECT_THAT(world.said(world.open(room.owner, Seq{3})),
              ElementsAre("opened 3 acked 2", "live 3"));
}

TEST_F(RelayReplay, acknowledgements_never_fall_and_never_pass_the_log) {
  write(3);
  ack(owner, 3);
  ack(owner, 1);
  EXPECT_THAT(world.said(owner), IsEmpty());
  ack(owner, 4);
  EXPECT_THAT(world.said(owner), ElementsAre("error bad-cursor"));
  EXPECT_THAT(world.said(world.open(room.owner, Seq{3})),
              ElementsAre("opened 3 acked 3", "live 3"));
}

TEST_F(RelayReplay, stores_cursors_lazily_and_when_the_last_connection_goes) {
  write(2);
  ack(owner, 1);
  EXPECT_EQ(world.store.records(relay::RecordKind::kCursor), 0U);
  world.pass(std::chrono::seconds(5));
  EXPECT_EQ(world.store.records(relay::RecordKind::kCursor), 1U);
  ack(owner, 2);
  EXPECT_FALSE(world.room().idle());
  world.go(owner);
  EXPECT_TRUE(world.room().idle());
  world.restart();
  EXPECT_THAT(world.said(world.open(room.owner, Seq{2})),
              ElementsAre("opened 2 acked 2", "live 2"));
}

TEST_F(RelayReplay, stores_cursors_again_that_a_full_disk_refused) {
  write(1);
  ack(owner, 1);
  world.disk = Disk::kFull;
  world.pass(std::chrono::seconds(5));
  EXPECT_EQ(world.store.records(relay::RecordKind::kCursor), 0U);
  world.disk = Disk::kWorks;
  world.pass(std::chrono::seconds(5));
  EXPECT_EQ(world.store.records(relay::RecordKind::kCursor), 1U);
}

// ---- who

// "C. The server believed a claimed public key instead of the session's."
TEST_F(RelayReplay, hole_C_knows_a_member_by_its_session_and_nothing_else) {
  const Person stranger;
  EXPECT_THAT(world.said(world.open(stranger, Seq{0})), ElementsAre("error not-member"));
  // Another key of a member is no session key.
  const ConnectionId with_signing_key =
      world.arrive(SessionPublicKey(room.owner.signing.public_key.bytes()));
  world.send(with_signing_key, frame::RoomOpen{world.room().id(), Seq{0}, false});
  EXPECT_THAT(world.said(with_signing_key), ElementsAre("error not-member"));
  EXPECT_EQ(world.closed(owner), std::nullopt);
}

TEST_F(RelayReplay, of_another_room_is_refused) {
  const ConnectionId reader = world.arrive(room.owner);
  world.send(reader, frame::RoomOpen{random<RoomId>(), Seq{0}, false});
  EXPECT_THAT(world.said(reader), ElementsAre("error unknown-room"));
}

TEST_F(RelayReplay, the_newer_connection_displaces_the_older) {
  const ConnectionId newer = world.open(room.owner, Seq{0});
  EXPECT_THAT(world.said(owner), ElementsAre("replaced"));
  EXPECT_EQ(world.closed(owner), relay::CloseReason::kReplaced);
  world.go(owner);  // late, and without effect on the newer
  append(newer, message_entry(room.owner_id, 0));
  EXPECT_THAT(world.said(newer), ElementsAre("opened 0", "live 0", "accepted 1", "entry 1"));
}

TEST_F(RelayReplay, a_refused_opening_displaces_nobody) {
  world.open(room.owner, Seq{7});
  EXPECT_THAT(world.said(owner), IsEmpty());
  EXPECT_EQ(world.closed(owner), std::nullopt);
}

TEST_F(RelayReplay, a_second_opening_on_one_connection_is_refused) {
  world.send(owner, frame::RoomOpen{world.room().id(), Seq{0}, false});
  EXPECT_THAT(world.said(owner), ElementsAre("error unexpected-frame"));
  append(owner, message_entry(room.owner_id, 0));
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1"));
}

TEST_F(RelayReplay, hole_E_of_a_leaver_ends_with_its_leaving) {
  const Person member;
  const ConnectionId leaver = add_live(member);  // 1
  const Bytes leave = leave_entry(member);
  append(leaver, leave);  // 2
  follow(leave);
  rotate({});  // 3
  write(1);    // 4
  world.said(leaver);
  const ConnectionId again = world.open(member, Seq{0});
  EXPECT_THAT(world.said(again), ElementsAre("opened 4", "entry 1", "entry 2", "live 2"));
  write(1);
  EXPECT_THAT(world.said(again), IsEmpty());
  ack(again, 3);
  EXPECT_THAT(world.said(again), ElementsAre("error bad-cursor"));
  ack(again, 2);
  EXPECT_THAT(world.said(again), IsEmpty());
  EXPECT_THAT(world.said(world.open(member, Seq{3})), ElementsAre("error bad-cursor"));
}

TEST_F(RelayReplay, of_somebody_who_leaves_in_the_middle_of_it_ends_there) {
  const Person member;
  add(member);  // 1
  world.reads_wait = true;
  const ConnectionId reader = world.open(member, Seq{0});
  append(reader, leave_entry(member));  // 2
  write(1);                             // 3
  world.answer_read();
  world.answer_read();
  EXPECT_THAT(world.said(reader),
              ElementsAre("opened 1", "accepted 2", "entry 1", "entry 2", "live 2"));
  write(1);
  EXPECT_THAT(world.said(reader), IsEmpty());
}

TEST_F(RelayReplay, survives_a_restart_of_the_server) {
  const Person member;
  add(member);
  rotate({&member});
  write(1);
  world.restart();
  const ConnectionId reader = world.open(member, Seq{0});
  EXPECT_THAT(world.said(reader),
              ElementsAre("opened 3", "entry 1", "entry 2 with a box", "entry 3", "live 3"));
  append(reader, message_entry(room.id_of(member), 1));
  EXPECT_THAT(world.said(reader), ElementsAre("accepted 4", "entry 4"));
}

}  // namespace
}  // namespace zerofc
