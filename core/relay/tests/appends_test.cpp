// Appending: docs/protocol.md §3.3.
#include "core/log/chain.hpp"
#include "core/relay/tests/relay_fixture.hpp"

namespace zerofc {
namespace {

class RelayAppend : public Relay {
 protected:
  [[nodiscard]] Bytes message(Epoch epoch = 0) const { return message_entry(room.owner_id, epoch); }
};

TEST_F(RelayAppend, is_accepted_and_comes_back_in_the_stream_of_everybody) {
  const Person member;
  const ConnectionId reader = add_live(member);
  // owner -> relay: a message
  append(owner, message());
  // relay -> owner: it is durable, and here it is; relay -> member
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 2", "entry 2"));
  EXPECT_THAT(world.said(reader), ElementsAre("entry 2"));
}

TEST_F(RelayAppend, is_relayed_as_it_came) {
  const Bytes entry = message();
  append(owner, entry);
  const auto received = world.take(owner);
  ASSERT_EQ(received.size(), 2U);
  EXPECT_EQ(to_bytes(std::get<frame::EntryAt>(received[1].frame).entry), entry);
  EXPECT_EQ(world.store.log().back().bytes, entry);
}

TEST_F(RelayAppend, is_encoded_once_for_everybody) {
  const Person a;
  const Person b;
  const ConnectionId reader_a = add_live(a);
  const ConnectionId reader_b = add_live(b);
  world.forget_all();
  append(owner, message());
  EXPECT_EQ(world.take(reader_a).at(0).plaintext, world.take(reader_b).at(0).plaintext);
}

// Nothing is said of an entry that a crash could still take away.
TEST_F(RelayAppend, is_not_mentioned_before_it_is_durable) {
  const Person member;
  const ConnectionId reader = add_live(member);
  world.disk = Disk::kSlow;
  append(owner, message());
  EXPECT_THAT(world.said(owner), IsEmpty());
  EXPECT_THAT(world.said(reader), IsEmpty());
  world.answer();
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 2", "entry 2"));
  EXPECT_THAT(world.said(reader), ElementsAre("entry 2"));
}

TEST_F(RelayAppend, waits_for_the_batch_under_way_and_then_goes_with_all_that_wait) {
  world.disk = Disk::kSlow;
  for (int count = 0; count < 4; ++count) append(owner, message());
  EXPECT_EQ(world.last_batch.entries.size(), 1U);
  world.answer();
  EXPECT_EQ(world.last_batch.entries.size(), 3U);
  world.answer();
  EXPECT_EQ(world.batches_waiting(), 0U);
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1", "accepted 2", "entry 2",
                                             "accepted 3", "entry 3", "accepted 4", "entry 4"));
}

TEST_F(RelayAppend, moves_the_chain_as_every_client_computes_it) {
  Hash hash = as_hash(room.state->room());
  const Person member;
  add(member);
  append(owner, message());
  for (std::size_t seq = 1; seq < world.store.log().size(); ++seq) {
    const relay::LogEntry& entry = world.store.log()[seq];
    hash = next_chain_hash(crypto(), hash, entry.is_control, entry_digest(crypto(), entry.bytes));
  }
  EXPECT_EQ(world.store.head_hash(), hash);
}

// ---- 1. who

// "D. Any member could write as any other."
TEST_F(RelayAppend, hole_D_is_refused_under_another_members_name) {
  const Person member;
  const ConnectionId writer = add_live(member);
  const Seq before = head();
  append(writer, message());
  EXPECT_THAT(world.said(writer), ElementsAre("rejected wrong-author"));
  EXPECT_EQ(head(), before);
  EXPECT_THAT(world.said(owner), IsEmpty());
}

TEST_F(RelayAppend, is_refused_from_a_stranger_and_before_the_room_is_open) {
  const Person stranger;
  const ConnectionId outside = world.arrive(stranger);
  append(outside, message_entry(room.id_of(stranger), 0));
  append(outside, message());
  EXPECT_THAT(world.said(outside), ElementsAre("rejected wrong-author", "rejected wrong-author"));
  const ConnectionId unopened = world.arrive(room.owner);
  append(unopened, message());
  EXPECT_THAT(world.said(unopened), ElementsAre("rejected wrong-author"));
  EXPECT_EQ(head(), 0U);
}

TEST_F(RelayAppend, hole_E_is_refused_from_a_member_that_left) {
  const Person member;
  const ConnectionId leaver = add_live(member);
  const Bytes leave = leave_entry(member);
  append(leaver, leave);
  follow(leave);
  EXPECT_THAT(world.said(leaver), ElementsAre("accepted 2", "entry 2"));
  append(leaver, message_entry(room.id_of(member), 0));
  EXPECT_THAT(world.said(leaver), ElementsAre("rejected wrong-author"));
  append(owner, message());
  EXPECT_THAT(world.said(leaver), IsEmpty());
}

// What it sent before it left and what is judged after that.
TEST_F(RelayAppend, hole_E_is_refused_if_its_author_has_left_meanwhile) {
  const Person member;
  const ConnectionId leaver = add_live(member);
  world.disk = Disk::kSlow;
  append(leaver, leave_entry(member));
  append(leaver, message_entry(room.id_of(member), 0));
  world.answer();
  EXPECT_THAT(world.said(leaver), ElementsAre("accepted 2", "entry 2", "rejected wrong-author"));
}

// ---- 2. once

// "F. Entries could be replayed, reordered, dropped, forked unnoticed."
TEST_F(RelayAppend, hole_F_of_the_same_token_is_answered_with_the_first_seq_whatever_the_bytes) {
  const auto token = random<EntryToken>();
  append(owner, message_entry(room.owner_id, 0, token));
  world.said(owner);
  append(owner, message_entry(room.owner_id, 0, token, 21));
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1"));
  EXPECT_EQ(head(), 1U);
}

TEST_F(RelayAppend, hole_G_is_known_again_even_if_it_would_be_refused_now) {
  const Bytes entry = message();
  append(owner, entry);
  rotate({});
  world.said(owner);
  append(owner, entry);  // in an old epoch, and the accepted got lost
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1"));
  append(owner, message(0));  // the same epoch, and never seen
  EXPECT_THAT(world.said(owner), ElementsAre("rejected stale-epoch"));
  EXPECT_EQ(head(), 2U);
}

TEST_F(RelayAppend, of_a_rotation_that_landed_is_known_again_without_boxes) {
  const Bytes entry = rotation_entry();
  append(owner, entry);
  world.said(owner);
  append(owner, entry);
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1"));
}

TEST_F(RelayAppend, sent_twice_at_once_lands_once) {
  const Bytes entry = message();
  world.disk = Disk::kSlow;
  append(owner, message());
  append(owner, entry);
  append(owner, entry);
  append(owner, message());
  while (world.batches_waiting() > 0) world.answer();
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1", "accepted 2", "entry 2",
                                             "accepted 2", "accepted 3", "entry 3"));
}

TEST_F(RelayAppend, beside_one_that_is_known_lands_in_its_place) {
  const Bytes known = message();
  append(owner, known);
  world.said(owner);
  world.disk = Disk::kSlow;
  append(owner, message());  // holds the store
  append(owner, message());
  append(owner, known);
  append(owner, message());
  while (world.batches_waiting() > 0) world.answer();
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 2", "entry 2", "accepted 1", "accepted 3",
                                             "entry 3", "accepted 4", "entry 4"));
}

TEST_F(RelayAppend, with_the_token_of_another_author_is_another_entry) {
  const Person member;
  const ConnectionId writer = add_live(member);
  const auto token = random<EntryToken>();
  append(owner, message_entry(room.owner_id, 0, token));
  append(writer, message_entry(room.id_of(member), 0, token));
  EXPECT_THAT(world.said(writer), ElementsAre("entry 2", "accepted 3", "entry 3"));
}

TEST_F(RelayAppend, is_known_again_after_the_server_was_killed) {
  const Bytes entry = message();
  append(owner, entry);
  world.restart();
  const ConnectionId again = world.open(room.owner, Seq{1});
  world.said(again);
  append(again, entry);
  EXPECT_THAT(world.said(again), ElementsAre("accepted 1"));
}

// ---- 3. to 5. what

TEST_F(RelayAppend, that_is_no_entry_is_an_error) {
  append(owner, bytes_of("noise"));
  EXPECT_THAT(world.said(owner), ElementsAre("error invalid-entry"));
}

TEST_F(RelayAppend, hole_O_of_a_message_needs_a_canonical_cell) {
  const auto cell = must(crypto().seal(random<RoomKey>().view(), bytes_of("text"), bytes_of("c")));
  const auto with_body = [&](const Bytes& body) {
    append(owner, encode(Entry{Kind::kMessage, 0, random<EntryToken>(), room.owner_id, body}));
    return world.said(owner);
  };
  Bytes longer = cell;
  longer.push_back(0);
  EXPECT_THAT(with_body(longer), ElementsAre("rejected invalid-entry"));
  EXPECT_THAT(with_body(Bytes(44)), ElementsAre("rejected invalid-entry"));
  EXPECT_THAT(with_body(Bytes()), ElementsAre("rejected invalid-entry"));
  EXPECT_THAT(with_body(cell), ElementsAre("accepted 1", "entry 1"));
}

TEST_F(RelayAppend, of_a_message_may_be_64_KiB_and_no_byte_more) {
  append(owner, message_entry(room.owner_id, 0, random<EntryToken>(), 65536));
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1"));
  append(owner, message_entry(room.owner_id, 0, random<EntryToken>(), 65537));
  EXPECT_THAT(world.said(owner), ElementsAre("rejected too-large"));
}

// Hole B: a message is never taken for a rotation, nor the other way.
TEST_F(RelayAppend, hole_B_of_a_message_with_boxes_or_relabelled_is_refused) {
  append(owner, message(), {});
  EXPECT_THAT(world.said(owner), ElementsAre("rejected bad-boxes"));
  const Bytes entry = message();
  const auto relabelled = decode_entry(entry);
  ASSERT_TRUE(relabelled);
  Entry as_rotation = *relabelled;
  as_rotation.kind = Kind::kKeyRotate;
  append(owner, encode(as_rotation));
  EXPECT_THAT(world.said(owner), ElementsAre("rejected invalid-entry"));
}

TEST_F(RelayAppend, of_a_control_entry_obeys_the_authority_function) {
  const Person member;
  const ConnectionId writer = add_live(member);
  const auto rejected = [&](ConnectionId from, const Bytes& entry) {
    append(from, entry);
    return world.said(from);
  };
  const MemberId member_id = room.id_of(member);
  EXPECT_THAT(rejected(writer, sign_entry(room.next_rotation(member_id), member.signing)),
              ElementsAre("rejected not-authorised"));
  EXPECT_THAT(
      rejected(writer, sign_entry(room.next(Kind::kMemberLeave, member_id), room.owner.signing)),
      ElementsAre("rejected bad-signature"));
  ControlContent stale = room.next_rotation(room.owner_id);
  stale.prev = random<Hash>();
  EXPECT_THAT(rejected(owner, sign_entry(stale, room.owner.signing)),
              ElementsAre("rejected stale-prev"));
  EXPECT_THAT(rejected(owner, sign_entry(room.next_transfer(room.owner_id, room.owner_id),
                                         room.owner.signing)),
              ElementsAre("rejected bad-target"));
  const ControlContent leave = room.next(Kind::kMemberLeave, room.owner_id);
  EXPECT_THAT(rejected(owner, testing::sign_of_tomorrow(leave, room.owner.signing)),
              ElementsAre("rejected newer-version"));
  EXPECT_EQ(head(), 1U);
}

TEST_F(RelayAppend, of_two_concurrent_control_entries_one_lands) {
  const Bytes first = rotation_entry();
  const Bytes second = rotation_entry();
  world.disk = Disk::kSlow;
  append(owner, message());  // holds the store, so that both wait
  append(owner, first);
  append(owner, second);
  while (world.batches_waiting() > 0) world.answer();
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1", "accepted 2", "entry 2",
                                             "head", "rejected stale-prev"));
}

// ---- rotations

TEST_F(RelayAppend, of_a_rotation_hands_each_member_its_own_box) {
  const Person a;
  const Person b;
  const ConnectionId reader_a = add_live(a);
  const ConnectionId reader_b = add_live(b);
  world.forget_all();
  const Bytes entry = rotation_entry();
  const Boxes boxes = boxes_for({&a, &b});
  append(owner, entry, boxes);
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 3", "entry 3", "head"));
  const auto to_a = world.take(reader_a);
  const auto to_b = world.take(reader_b);
  ASSERT_EQ(to_a.size(), 2U);
  ASSERT_EQ(to_b.size(), 2U);
  EXPECT_EQ(to_bytes(*std::get<frame::EntryAt>(to_a[0].frame).box), boxes[0].second);
  EXPECT_EQ(to_bytes(*std::get<frame::EntryAt>(to_b[0].frame).box), boxes[1].second);
}

// "E. A removed or leaked key opened all later ones": the leaver, who holds the old key, gets none.
TEST_F(RelayAppend, hole_E_of_a_rotation_has_exactly_one_box_for_each_remaining_member) {
  const Person a;
  const Person b;
  const Person leaver;
  add_live(a);
  add_live(b);
  const ConnectionId leaving = add_live(leaver);
  const Bytes leave = leave_entry(leaver);
  append(leaving, leave);
  follow(leave);
  world.forget_all();

  const auto with = [&](const Boxes& boxes) {
    append(owner, rotation_entry(), boxes);
    return world.said(owner);
  };
  EXPECT_THAT(with({}), ElementsAre("rejected bad-boxes"));
  EXPECT_THAT(with(boxes_for({&a})), ElementsAre("rejected bad-boxes"));
  EXPECT_THAT(with(boxes_for({&a, &a})), ElementsAre("rejected bad-boxes"));
  EXPECT_THAT(with(boxes_for({&a, &leaver})), ElementsAre("rejected bad-boxes"));
  EXPECT_THAT(with(boxes_for({&a, &b, &leaver})), ElementsAre("rejected bad-boxes"));
  Boxes for_rotator = boxes_for({&a});
  for_rotator.emplace_back(room.owner_id, box_for(room.owner));
  EXPECT_THAT(with(for_rotator), ElementsAre("rejected bad-boxes"));
  Boxes junk = boxes_for({&a, &b});
  junk[1].second.push_back(0);
  EXPECT_THAT(with(junk), ElementsAre("rejected bad-boxes"));
  append(owner, rotation_entry());
  EXPECT_THAT(world.said(owner), ElementsAre("rejected bad-boxes"));

  EXPECT_EQ(world.store.boxes(), 0U);
  EXPECT_THAT(with(boxes_for({&b, &a})), ElementsAre("accepted 5", "entry 5", "head"));
  EXPECT_EQ(world.store.boxes(), 2U);
  EXPECT_THAT(world.said(leaving), IsEmpty());
}

TEST_F(RelayAppend, of_a_message_in_the_old_epoch_is_refused_after_a_rotation) {
  rotate({});
  world.said(owner);
  append(owner, message(0));
  append(owner, message(2));
  append(owner, message(1));
  EXPECT_THAT(world.said(owner),
              ElementsAre("rejected stale-epoch", "rejected stale-epoch", "accepted 2", "entry 2"));
}

// A message in flight behind a rotation is judged after it.
TEST_F(RelayAppend, behind_a_rotation_is_judged_when_that_has_landed) {
  world.disk = Disk::kSlow;
  append(owner, message(0));
  append(owner, rotation_entry());
  append(owner, message(0));
  append(owner, message(1));
  while (world.batches_waiting() > 0) world.answer();
  EXPECT_THAT(world.said(owner),
              ElementsAre("accepted 1", "entry 1", "accepted 2", "entry 2", "head",
                          "rejected stale-epoch", "accepted 3", "entry 3"));
}

// ---- the store fails

TEST_F(RelayAppend, on_a_full_disk_is_rejected_and_the_room_goes_on) {
  world.disk = Disk::kFull;
  append(owner, message());
  append(owner, rotation_entry());
  EXPECT_THAT(world.said(owner),
              ElementsAre("rejected store-unavailable", "rejected store-unavailable"));
  world.disk = Disk::kWorks;
  append(owner, message());
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1"));
  append(owner, rotation_entry());  // nothing of the first one stayed
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 2", "entry 2", "head"));
}

TEST_F(RelayAppend, to_a_log_that_is_elsewhere_makes_the_room_load_again) {
  world.disk = Disk::kConflict;
  append(owner, message());
  EXPECT_TRUE(world.reloads());
  EXPECT_THAT(world.said(owner), IsEmpty());
  append(owner, message());  // and nothing is done before that
  EXPECT_THAT(world.said(owner), IsEmpty());
}

}  // namespace
}  // namespace zerofc
