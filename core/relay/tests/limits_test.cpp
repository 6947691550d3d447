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

TEST(TokenBucket, pays_all_of_an_amount_or_nothing) {
  relay::TokenBucket bucket(100, 10);
  const milliseconds start = seconds(10);
  EXPECT_TRUE(bucket.pay(70, start));
  EXPECT_FALSE(bucket.pay(31, start));
  EXPECT_TRUE(bucket.pay(30, start));
  EXPECT_FALSE(bucket.pay(1, start));
  EXPECT_TRUE(bucket.pay(10, start + seconds(1)));
  EXPECT_FALSE(bucket.pay(101, start + seconds(1000)));
  EXPECT_TRUE(bucket.pay(100, start + seconds(1000)));
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
  limits.log_entries_for_controls = 0;
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

// ---- bytes

relay::Limits few_bytes() {
  relay::Limits limits;
  limits.append_bytes_burst = 5000;
  limits.append_bytes_per_second = 100;
  return limits;
}

class RelayBytes : public Relay {
 protected:
  RelayBytes() : Relay(few_bytes()) {}
  [[nodiscard]] Bytes of_2000_bytes(const EntryToken& token = random<EntryToken>()) const {
    return message_entry(room.owner_id, room.state->epoch(), token, 2000);
  }
};

TEST_F(RelayBytes, hole_I_bytes_of_one_author_have_a_rate) {
  const auto first = random<EntryToken>();
  append(owner, of_2000_bytes(first));
  append(owner, of_2000_bytes());
  world.said(owner);
  append(owner, of_2000_bytes());
  EXPECT_THAT(world.said(owner), ElementsAre("rejected rate-limited"));
  EXPECT_EQ(head(), 2U);
  // One that is in the log is answered so all the same.
  append(owner, of_2000_bytes(first));
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1"));
  world.pass(seconds(20));
  append(owner, of_2000_bytes());
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 3", "entry 3"));
}

TEST_F(RelayBytes, boxes_of_a_rotation_count) {
  const Person member;
  add(member);
  world.pass(seconds(60));
  append(owner, of_2000_bytes());
  append(owner, of_2000_bytes());
  world.said(owner);
  // What is left pays for the rotation, but not for its box beside it.
  const std::size_t rotation = rotation_entry().size();
  const std::size_t left = 5000 - 2 * of_2000_bytes().size();
  ASSERT_LT(rotation, left);
  Bytes box = must(crypto().encrypt(room.owner.exchange.private_key.view(),
                                    member.exchange.public_key.bytes(), Bytes(left - rotation)));
  append(owner, rotation_entry(), {{room.id_of(member), box}});
  EXPECT_THAT(world.said(owner), ElementsAre("rejected rate-limited"));
  world.pass(seconds(60));
  append(owner, rotation_entry(), {{room.id_of(member), box}});
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 4", "entry 4", "head"));
}

TEST_F(RelayBytes, those_of_one_author_are_not_anothers) {
  const Person member;
  const ConnectionId writer = add_live(member);
  for (int n = 0; n < 3; ++n) append(owner, of_2000_bytes());
  world.said(writer);
  append(writer, message_entry(room.id_of(member), 0, random<EntryToken>(), 2000));
  EXPECT_THAT(world.said(writer), ElementsAre("accepted 4", "entry 4"));
}

// ---- the end of the log

relay::Limits short_log() {
  relay::Limits limits;
  limits.log_entries_max = 8;
  limits.log_entries_for_controls = 4;
  return limits;
}

class RelayLogEnd : public Relay {
 protected:
  RelayLogEnd() : Relay(short_log()) {}
};

TEST_F(RelayLogEnd, hole_I_messages_leave_space_for_control_entries) {
  const Person member;
  const ConnectionId leaver = add_live(member);
  append(owner, message_entry(room.owner_id, 0));
  append(owner, message_entry(room.owner_id, 0));
  world.said(owner);
  append(owner, message_entry(room.owner_id, 0));
  EXPECT_THAT(world.said(owner), ElementsAre("rejected log-full"));
  // A rotation, an addition and a leaving land there, up to the very end.
  rotate({&member});
  const Person another;
  add(another);
  world.said(leaver);
  const Bytes leaving = leave_entry(member);
  append(leaver, leaving);
  follow(leaving);
  EXPECT_THAT(world.said(leaver), ElementsAre("accepted 6", "entry 6"));
  rotate({&another});
  EXPECT_EQ(head(), 7U);
  world.said(owner);
  append(owner, rotation_entry(), boxes_for({&another}));
  EXPECT_THAT(world.said(owner), ElementsAre("rejected log-full"));
  EXPECT_EQ(head(), 7U);
}

relay::Limits light_log() {
  relay::Limits limits;
  limits.log_bytes_max = 20'000;
  limits.log_bytes_for_controls_percent = 5;
  return limits;
}

class RelayLogBytes : public Relay {
 protected:
  static constexpr std::uint64_t kForMessages = 19'000;
  RelayLogBytes() : Relay(light_log()) {}
  // A message of so many bytes, from about 300 on.
  [[nodiscard]] Bytes of_bytes(std::size_t size) const {
    const std::size_t around = write(1000).size() - 1000;
    Bytes entry = write(size - around);
    EXPECT_EQ(entry.size(), size);
    return entry;
  }
  [[nodiscard]] std::uint64_t stored() const { return world.store.image().log_bytes; }
  void expect_log_full(BytesView entry) {
    const std::uint64_t before = stored();
    append(owner, entry);
    EXPECT_THAT(world.said(owner), ElementsAre("rejected log-full"));
    EXPECT_EQ(stored(), before);
  }

 private:
  [[nodiscard]] Bytes write(std::size_t text) const {
    return message_entry(room.owner_id, room.state->epoch(), random<EntryToken>(), text);
  }
};

TEST_F(RelayLogBytes, hole_I_a_log_is_bounded_in_bytes_to_the_last_one) {
  for (int n = 0; n < 8; ++n) append(owner, of_bytes(2000));
  world.said(owner);
  const std::uint64_t left = kForMessages - stored();
  expect_log_full(of_bytes(left + 1));
  append(owner, of_bytes(left));
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 9", "entry 9"));
  EXPECT_EQ(stored(), kForMessages);
  expect_log_full(of_bytes(300));
}

TEST_F(RelayLogBytes, hole_I_entries_of_one_batch_count_too) {
  world.disk = Disk::kSlow;
  append(owner, of_bytes(300));  // holds the store
  for (int n = 0; n < 10; ++n) append(owner, of_bytes(2000));
  world.disk = Disk::kWorks;
  world.answer();
  EXPECT_LE(stored(), kForMessages);
  EXPECT_GT(stored() + 2000, kForMessages);
}

TEST_F(RelayLogBytes, they_count_on_after_a_restart) {
  const Person member;
  add(member);
  rotate({&member});
  for (int n = 0; n < 8; ++n) append(owner, of_bytes(2000));
  world.restart();
  owner = world.open(room.owner, head());
  world.said(owner);
  const std::uint64_t left = kForMessages - stored();
  expect_log_full(of_bytes(left + 1));
  append(owner, of_bytes(left));
  EXPECT_EQ(stored(), kForMessages);
}

TEST_F(RelayLogBytes, control_entries_and_boxes_have_the_last_of_them) {
  const Person member;
  add(member);
  while (stored() + 2000 <= kForMessages) append(owner, of_bytes(2000));
  append(owner, of_bytes(kForMessages - stored()));
  EXPECT_EQ(stored(), kForMessages);
  const Bytes rotation = rotation_entry();
  const Boxes boxes = boxes_for({&member});
  append(owner, rotation, boxes);
  follow(rotation);
  const std::size_t size = rotation.size() + MemberId::kBytes + boxes[0].second.size();
  EXPECT_EQ(stored(), kForMessages + size);
  // Up to the hard end: signatures differ by a few bytes.
  world.said(owner);
  std::vector<std::string> said;
  for (int n = 0; n < 10 && said != std::vector<std::string>{"rejected log-full"}; ++n) {
    append(owner, rotation_entry(), boxes_for({&member}));
    said = world.said(owner);
    if (said.size() > 1) follow(world.store.log().back().bytes);
  }
  EXPECT_THAT(said, ElementsAre("rejected log-full"));
  EXPECT_LE(stored(), 20'000U);
  EXPECT_GT(stored() + size + 16, 20'000U);
}

}  // namespace
}  // namespace zerofc
