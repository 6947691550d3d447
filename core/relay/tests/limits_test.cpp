// What a room takes before it refuses. "I. […] queues were unbounded."
#include "core/relay/tests/relay_fixture.hpp"
#include "core/relay/token_bucket.hpp"

namespace zerofc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Taken = relay::TokenBucket::Taken;

TEST(TokenBucket, pays_for_a_burst_and_then_for_its_rate) {
  relay::TokenBucket bucket(2, 1);
  const milliseconds start = seconds(10);
  EXPECT_EQ(bucket.take(start), Taken::kPaid);
  EXPECT_EQ(bucket.take(start), Taken::kPaid);
  EXPECT_EQ(bucket.take(start), Taken::kOverdrawn);
  EXPECT_EQ(bucket.take(start), Taken::kOverdrawn);
  EXPECT_EQ(bucket.take(start), Taken::kRefused);
  // Two seconds pay the debt, the third pays for one more.
  EXPECT_EQ(bucket.take(start + seconds(3)), Taken::kPaid);
  EXPECT_EQ(bucket.take(start + seconds(3)), Taken::kOverdrawn);
  // It never holds more than a burst.
  const milliseconds later = start + seconds(1000);
  EXPECT_EQ(bucket.take(later), Taken::kPaid);
  EXPECT_EQ(bucket.take(later), Taken::kPaid);
  EXPECT_EQ(bucket.take(later), Taken::kOverdrawn);
}

relay::Limits small() {
  relay::Limits limits;
  limits.appends_burst = 4;
  limits.appends_per_second = 1;
  limits.controls_burst = 2;
  limits.controls_per_second = 0.1;
  limits.others_burst = 6;
  limits.others_per_second = 1;
  limits.waiting_appends_max = 3;
  limits.batch_entries_max = 2;
  limits.log_entries_max = 4;
  return limits;
}

class RelayLimits : public Relay {
 protected:
  RelayLimits() : Relay(small()) {}
  void write(const EntryToken& token = random<EntryToken>()) {
    append(owner, message_entry(room.owner_id, room.state->epoch(), token));
  }
};

TEST_F(RelayLimits, hole_I_appends_of_one_author_have_a_rate) {
  const auto first = random<EntryToken>();
  write(first), write();
  world.said(owner);
  append(owner, message_entry(room.owner_id, 7));
  append(owner, message_entry(room.owner_id, 7));  // the fourth
  write();
  EXPECT_THAT(world.said(owner),
              ElementsAre("rejected stale-epoch", "rejected stale-epoch", "rejected rate-limited"));
  // One that is in the log is answered so all the same.
  write(first);
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1"));
  write(), write(), write(first);
  EXPECT_THAT(world.said(owner), ElementsAre("rejected rate-limited", "rejected rate-limited",
                                             "rejected rate-limited"));
  EXPECT_EQ(head(), 2U);
}

TEST_F(RelayLimits, the_rate_of_one_author_is_not_anothers) {
  const Person member;
  const ConnectionId writer = add_live(member);
  for (int n = 0; n < 9; ++n) append(owner, message_entry(room.owner_id, 7));
  world.said(writer);
  append(writer, message_entry(room.id_of(member), 0));
  EXPECT_THAT(world.said(writer), ElementsAre("accepted 2", "entry 2"));
}

TEST_F(RelayLimits, a_reconnect_does_not_refill_it) {
  for (int n = 0; n < 8; ++n) append(owner, message_entry(room.owner_id, 7));
  owner = world.open(room.owner, Seq{0});
  world.said(owner);
  write();
  EXPECT_THAT(world.said(owner), ElementsAre("rejected rate-limited"));
}

TEST_F(RelayLimits, hole_I_control_entries_have_a_rate_of_their_own) {
  rotate({});
  rotate({});
  world.said(owner);
  append(owner, rotation_entry());
  EXPECT_THAT(world.said(owner), ElementsAre("rejected rate-limited"));
  write();
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 3", "entry 3"));
  world.pass(seconds(20));
  append(owner, rotation_entry());
  EXPECT_THAT(world.said(owner), ElementsAre("rejected log-full"));
}

TEST_F(RelayLimits, hole_I_a_full_log_takes_nothing_more) {
  for (int n = 0; n < 4; ++n) write();
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1", "accepted 2", "entry 2",
                                             "accepted 3", "entry 3", "rejected log-full"));
}

TEST_F(RelayLimits, hole_I_what_waits_for_the_store_is_bounded) {
  const Person member;
  const ConnectionId writer = add_live(member);
  world.disk = Disk::kSlow;
  write();  // holds the store
  write(), write(), write();
  world.said(writer);
  append(writer, message_entry(room.id_of(member), 0));
  EXPECT_THAT(world.said(writer), ElementsAre("rejected rate-limited"));
  world.send(writer, frame::Ping{1});
  EXPECT_THAT(world.said(writer), ElementsAre("error rate-limited"));
}

TEST_F(RelayLimits, hole_I_a_batch_is_bounded) {
  world.disk = Disk::kSlow;
  for (int n = 0; n < 4; ++n) write();
  world.answer();
  EXPECT_EQ(world.last_batch.entries.size(), 2U);
}

TEST_F(RelayLimits, hole_I_everything_else_has_a_rate_per_connection) {
  const Person stranger;
  const ConnectionId outside = world.arrive(stranger);
  for (std::uint64_t n = 0; n < 7; ++n) world.send(outside, frame::Ping{n});
  const auto said = world.said(outside);
  EXPECT_EQ(said[5], "pong 5");
  EXPECT_EQ(said[6], "error rate-limited");
  world.send(owner, frame::Ping{1});
  EXPECT_THAT(world.said(owner), ElementsAre("pong 1"));
}

TEST_F(RelayLimits, hole_I_a_control_entry_and_a_box_are_bounded_in_size) {
  ControlContent content = room.next_rotation(room.owner_id);
  std::get<KeyRotateFields>(content.fields).removed.resize(600);
  append(owner, sign_entry(content, room.owner.signing));
  EXPECT_THAT(world.said(owner), ElementsAre("rejected too-large"));
  const Person member;
  add(member);
  Bytes big = must(crypto().encrypt(room.owner.exchange.private_key.view(),
                                    member.exchange.public_key.bytes(), Bytes(1024)));
  append(owner, rotation_entry(), {{room.id_of(member), big}});
  EXPECT_THAT(world.said(owner), ElementsAre("rejected rate-limited"));
  world.pass(seconds(60));
  append(owner, rotation_entry(), {{room.id_of(member), big}});
  EXPECT_THAT(world.said(owner), ElementsAre("rejected bad-boxes"));
}

}  // namespace
}  // namespace zerofc
