// Requests, admissions and grants on their way: docs/protocol.md §4, "Join", step by step.
#include "core/relay/tests/relay_fixture.hpp"

namespace zerofc {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class RelayJoin : public Relay {
 protected:
  using Relay::Relay;

  InviteId published(std::chrono::seconds life = hours(24)) {
    const InviteId id = invite(life);
    world.said(owner);
    return id;
  }
  void admit(const Person& person, const InviteId& id) {
    const Bytes entry = add_entry(person, id);
    append(owner, entry);
    follow(entry);
  }

  Person joiner;
};

TEST_F(RelayJoin, step_by_step) {
  const InviteId id = published();
  const ConnectionId outside = world.arrive(joiner);
  // 1, 2. joiner -> relay -> inviter: join-request
  const frame::JoinRequest sent = request(joiner, id);
  world.send(outside, sent);
  EXPECT_THAT(world.said(outside), ElementsAre("queued"));
  const auto handed = world.take(owner);
  ASSERT_EQ(handed.size(), 1U);
  const auto& received = std::get<frame::JoinRequest>(handed[0].frame);
  EXPECT_EQ(received.room, world.room().id());
  EXPECT_EQ(received.invite, id);
  EXPECT_EQ(to_bytes(received.card), to_bytes(sent.card));
  EXPECT_EQ(received.one_time_key, sent.one_time_key);
  EXPECT_EQ(to_bytes(received.box), to_bytes(sent.box));
  // 4. inviter -> relay: append member.add; the invite is used in the same step
  admit(joiner, id);
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1", "invite used"));
  EXPECT_THAT(world.said(outside), IsEmpty());
  EXPECT_EQ(world.store.records(relay::RecordKind::kJoinRequest), 0U);
  // 5. inviter -> relay -> joiner: join-grant
  const Bytes sealed = sealed_grant();
  const MemberId id_of_joiner = room.id_of(joiner);
  world.send(owner, frame::JoinGrant{id_of_joiner, sealed});
  EXPECT_THAT(world.said(owner), IsEmpty());
  const auto granted = world.take(outside);
  ASSERT_EQ(granted.size(), 1U);
  const auto& grant_frame = std::get<frame::JoinGrant>(granted[0].frame);
  EXPECT_EQ(grant_frame.joiner, id_of_joiner);
  EXPECT_EQ(to_bytes(grant_frame.sealed), sealed);
  // 6. joiner: room-open on the same connection
  world.send(outside, frame::RoomOpen{world.room().id(), std::nullopt, true});
  EXPECT_THAT(world.said(outside), ElementsAre("opened 1", "entry 0", "entry 1", "live 1"));
  // 7. joiner: its first entry
  append(outside, message_entry(id_of_joiner, 0));
  EXPECT_THAT(world.said(outside), ElementsAre("accepted 2", "entry 2"));
  EXPECT_THAT(world.said(owner), ElementsAre("entry 2"));
}

// ---- requests

TEST_F(RelayJoin, a_request_waits_for_an_inviter_that_is_away_also_through_a_restart) {
  const InviteId id = published();
  world.go(owner);
  const ConnectionId outside = world.arrive(joiner);
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("queued, inviter away"));
  world.restart();
  owner = world.open(room.owner, Seq{0});
  EXPECT_THAT(world.said(owner), ElementsAre("opened 0", "live 0", "request"));
  // And is handed over again after each `live`, until it is answered.
  owner = world.open(room.owner, Seq{0});
  EXPECT_THAT(world.said(owner), ElementsAre("opened 0", "live 0", "request"));
}

// An inviter in the middle of its replay could not judge it.
TEST_F(RelayJoin, a_request_is_handed_over_at_the_live_end_only) {
  const InviteId id = published();
  append(owner, message_entry(room.owner_id, 0));
  world.reads_wait = true;
  owner = world.open(room.owner, Seq{0});
  const ConnectionId outside = world.arrive(joiner);
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("queued"));
  EXPECT_THAT(world.said(owner), ElementsAre("opened 1"));
  world.answer_read();
  EXPECT_THAT(world.said(owner), ElementsAre("entry 1", "live 1", "request"));
}

TEST_F(RelayJoin, a_request_of_the_same_session_key_replaces_its_own) {
  const InviteId id = published();
  const ConnectionId outside = world.arrive(joiner);
  join(outside, joiner, id);
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("queued", "queued"));
  EXPECT_EQ(world.store.records(relay::RecordKind::kJoinRequest), 1U);
}

// "C. The server believed a claimed public key instead of the session's."
TEST_F(RelayJoin, hole_C_a_request_counts_only_from_the_session_of_its_card) {
  const InviteId id = published();
  const Person other;
  const ConnectionId outside = world.arrive(other);
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("error card-mismatch"));
  EXPECT_THAT(world.said(owner), IsEmpty());
  EXPECT_EQ(world.store.records(relay::RecordKind::kJoinRequest), 0U);
}

TEST_F(RelayJoin, a_request_with_a_card_of_another_room_or_none_is_refused) {
  const InviteId id = published();
  const ConnectionId outside = world.arrive(joiner);
  frame::JoinRequest wrong = request(joiner, id);
  const Bytes other_room = joiner.card(random<Hash>());
  wrong.card = other_room;
  world.send(outside, wrong);
  wrong.card = bytes_of("noise");
  world.send(outside, wrong);
  EXPECT_THAT(world.said(outside), ElementsAre("error card-mismatch", "error card-mismatch"));
}

TEST_F(RelayJoin, hole_O_a_request_with_a_box_or_key_that_is_not_canonical_is_refused) {
  const InviteId id = published();
  const ConnectionId outside = world.arrive(joiner);
  frame::JoinRequest wrong = request(joiner, id);
  const Bytes short_box(wrong.box.begin(), wrong.box.end() - 1);
  wrong.box = short_box;
  world.send(outside, wrong);
  wrong = request(joiner, id);
  wrong.one_time_key = ExchangePublicKey();
  world.send(outside, wrong);
  wrong = request(joiner, id);
  const Bytes long_box(2049);
  wrong.box = long_box;
  world.send(outside, wrong);
  EXPECT_THAT(world.said(outside),
              ElementsAre("error malformed", "error malformed", "error too-large"));
  wrong = request(joiner, id);
  wrong.room = random<RoomId>();
  world.send(outside, wrong);
  EXPECT_THAT(world.said(outside), ElementsAre("error unknown-room"));
}

TEST_F(RelayJoin, a_member_asks_for_nothing) {
  const InviteId id = published();
  join(owner, room.owner, id);
  EXPECT_THAT(world.said(owner), ElementsAre("error unexpected-frame"));
  const ConnectionId unopened = world.arrive(room.owner);
  join(unopened, room.owner, id);
  EXPECT_THAT(world.said(unopened), ElementsAre("error key-reused"));
}

// "A. The original owner answered a join request with an unknown invite id".
TEST_F(RelayJoin, hole_A_a_request_without_a_live_invite_is_declined_with_the_reason) {
  const ConnectionId outside = world.arrive(joiner);
  join(outside, joiner, random<InviteId>());
  const InviteId revoked = published();
  world.send(owner, frame::InviteRevoke{revoked});
  join(outside, joiner, revoked);
  const InviteId expired = published(hours(1));
  world.pass(hours(1));
  join(outside, joiner, expired);
  const InviteId used = published();
  const Person first;
  admit(first, used);
  join(outside, joiner, used);
  EXPECT_THAT(world.said(outside), ElementsAre("declined unknown", "declined revoked",
                                               "declined expired", "declined used"));
  EXPECT_EQ(world.store.records(relay::RecordKind::kJoinRequest), 0U);
}

// "N. first claim locking an invite": whoever is first uses nothing up.
TEST_F(RelayJoin, hole_N_no_request_is_preferred_and_none_uses_the_invite_up) {
  const InviteId id = published();
  std::vector<Person> claimants(8);
  std::vector<ConnectionId> connections;
  for (const Person& claimant : claimants) {
    connections.push_back(world.arrive(claimant));
    join(connections.back(), claimant, id);
    EXPECT_THAT(world.said(connections.back()), ElementsAre("queued"));
  }
  world.said(owner);
  // Eight wait; the ninth is told so and nothing else changes.
  const ConnectionId outside = world.arrive(joiner);
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("declined too-many-requests"));
  // The first did not know the secret: its box does not open. Its place is free again.
  world.send(owner, frame::JoinDecline{id, room.id_of(claimants[0]), DeclineReason::kRefused});
  EXPECT_THAT(world.said(connections[0]), ElementsAre("declined refused"));
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("queued"));
  // It is the last that knows the secret, and the last that is admitted.
  world.said(owner);
  admit(joiner, id);
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1", "invite used"));
  EXPECT_THAT(world.said(outside), IsEmpty());
  for (std::size_t n = 1; n < connections.size(); ++n) {
    EXPECT_THAT(world.said(connections[n]), ElementsAre("declined used"));
  }
  EXPECT_EQ(world.store.records(relay::RecordKind::kJoinRequest), 0U);
}

TEST_F(RelayJoin, requests_end_with_their_invite) {
  const InviteId expiring = published(hours(1));
  const ConnectionId a = world.arrive(joiner);
  join(a, joiner, expiring);
  const InviteId revoked = published();
  const Person other;
  const ConnectionId b = world.arrive(other);
  join(b, other, revoked);
  world.said(a), world.said(b);
  world.send(owner, frame::InviteRevoke{revoked});
  EXPECT_THAT(world.said(b), ElementsAre("declined revoked"));
  world.pass(hours(1));
  EXPECT_THAT(world.said(a), ElementsAre("declined expired"));
  world.pass(seconds(5));
  EXPECT_EQ(world.store.records(relay::RecordKind::kJoinRequest), 0U);
}

TEST_F(RelayJoin, only_the_invites_author_declines) {
  const InviteId id = published();
  const Person member;
  const ConnectionId other = add_live(member);
  const ConnectionId outside = world.arrive(joiner);
  join(outside, joiner, id);
  world.said(outside);
  const frame::JoinDecline decline = {id, room.id_of(joiner), DeclineReason::kRefused};
  world.send(other, decline);
  EXPECT_THAT(world.said(other), ElementsAre("error not-authorised"));
  EXPECT_THAT(world.said(outside), IsEmpty());
  world.send(owner, decline);
  EXPECT_THAT(world.said(outside), ElementsAre("declined refused"));
  world.said(owner);
  world.send(owner, decline);  // once more, after a reconnect for instance
  EXPECT_THAT(world.said(owner), IsEmpty());
}

TEST_F(RelayJoin, a_request_to_a_full_disk_is_an_error_and_nothing_waits) {
  const InviteId id = published();
  const ConnectionId outside = world.arrive(joiner);
  world.disk = Disk::kFull;
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("error store-unavailable"));
  EXPECT_THAT(world.said(owner), IsEmpty());
  world.disk = Disk::kWorks;
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("queued"));
}

TEST(RelayJoinOfAClosedRoom, is_declined) {
  Policy policy;
  policy.joins_open = false;
  const Founded room(policy);
  World world(room);
  const ConnectionId owner = world.open(room.owner, Seq{0});
  const auto id = random<InviteId>();
  world.send(owner, frame::InvitePublish{id, world.in(hours(24))});
  const Person joiner;
  const ConnectionId outside = world.arrive(joiner);
  const Bytes card = room.card_of(joiner);
  const Bytes box = testing::encrypted(joiner.exchange, room.owner.exchange.public_key);
  world.send(outside,
             frame::JoinRequest{world.room().id(), id, card, joiner.exchange.public_key, box});
  EXPECT_THAT(world.said(outside), ElementsAre("declined joins-closed"));
}

// ---- grants

// "J. key released before the member is visible to all (ghost reader)."
TEST_F(RelayJoin, hole_J_no_grant_is_passed_on_before_the_member_add_has_landed) {
  const InviteId id = published();
  const ConnectionId outside = world.arrive(joiner);
  join(outside, joiner, id);
  world.said(outside), world.said(owner);
  grant(owner, room.id_of(joiner));
  EXPECT_THAT(world.said(owner), ElementsAre("error not-authorised"));
  EXPECT_THAT(world.said(outside), IsEmpty());
  // Not even while it is being stored.
  world.disk = Disk::kSlow;
  append(owner, add_entry(joiner, id));
  grant(owner, room.id_of(joiner));
  EXPECT_THAT(world.said(outside), IsEmpty());
  world.answer();
  world.answer();
  EXPECT_THAT(world.said(outside), ElementsAre("grant"));
}

TEST_F(RelayJoin, hole_J_only_who_admitted_somebody_grants) {
  const Person member;
  const ConnectionId other = add_live(member);
  const MemberId joiner_id = add(joiner);
  const ConnectionId outside = world.arrive(joiner);
  grant(other, joiner_id);
  EXPECT_THAT(world.said(other), ElementsAre("error not-authorised"));
  grant(owner, room.owner_id);
  EXPECT_THAT(world.said(owner), ElementsAre("error not-authorised"));
  EXPECT_THAT(world.said(outside), IsEmpty());
  EXPECT_EQ(world.store.records(relay::RecordKind::kGrant), 0U);
}

TEST_F(RelayJoin, a_grant_waits_for_a_joiner_that_is_away_until_its_first_acknowledgement) {
  const Person& person = joiner;
  const InviteId id = published();
  admit(person, id);
  grant(owner, room.id_of(person));
  world.restart();
  // It comes back, knows nothing of what happened, and asks again.
  const ConnectionId outside = world.arrive(person);
  join(outside, person, id);
  EXPECT_THAT(world.said(outside), ElementsAre("queued, inviter away", "grant"));
  const ConnectionId again = world.arrive(person);
  join(again, person, id);
  EXPECT_THAT(world.said(again), ElementsAre("queued, inviter away", "grant"));
  world.send(again, frame::RoomOpen{world.room().id(), std::nullopt, true});
  EXPECT_EQ(world.store.records(relay::RecordKind::kGrant), 1U);
  ack(again, 1);
  world.pass(seconds(5));
  EXPECT_EQ(world.store.records(relay::RecordKind::kGrant), 0U);
}

TEST_F(RelayJoin, a_grant_waits_for_7_days_at_most) {
  const MemberId id = add(joiner);
  grant(owner, id);
  EXPECT_EQ(world.store.records(relay::RecordKind::kGrant), 1U);
  world.pass(hours(24 * 7));
  world.pass(seconds(5));
  EXPECT_EQ(world.store.records(relay::RecordKind::kGrant), 0U);
}

TEST_F(RelayJoin, a_grant_ends_with_its_joiners_leaving) {
  const Seq before = head();
  const MemberId id = add(joiner);
  grant(owner, id);
  append(world.open(joiner, before), leave_entry(joiner));
  world.pass(seconds(5));
  EXPECT_EQ(world.store.records(relay::RecordKind::kGrant), 0U);
}

TEST_F(RelayJoin, a_grant_given_again_takes_the_place_of_the_first) {
  const MemberId id = add(joiner);
  grant(owner, id);
  grant(owner, id);
  EXPECT_EQ(world.store.records(relay::RecordKind::kGrant), 1U);
}

TEST_F(RelayJoin, the_repeated_request_of_an_admitted_joiner_reaches_its_inviter) {
  const InviteId id = published();
  const ConnectionId outside = world.arrive(joiner);
  join(outside, joiner, id);
  admit(joiner, id);
  world.forget_all();
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("queued"));
  EXPECT_THAT(world.said(owner), ElementsAre("request"));
}

// "Q. a second grant to a joiner that was removed meanwhile."
TEST_F(RelayJoin, hole_Q_a_joiner_that_left_gets_no_grant_and_passes_no_request_on) {
  const InviteId id = published();
  admit(joiner, id);
  const ConnectionId leaver = world.open(joiner, std::nullopt);
  append(leaver, leave_entry(joiner));
  const ConnectionId outside = world.arrive(joiner);
  world.forget_all();
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("error key-reused"));
  grant(owner, room.id_of(joiner));
  EXPECT_THAT(world.said(owner), ElementsAre("error not-authorised"));
  EXPECT_THAT(world.said(outside), IsEmpty());
}

TEST_F(RelayJoin, an_admitted_session_asks_for_nobody_else) {
  const InviteId id = published();
  admit(joiner, id);
  const ConnectionId outside = world.arrive(joiner);
  join(outside, joiner, published());  // another invite
  EXPECT_THAT(world.said(outside), ElementsAre("error key-reused"));
}

TEST_F(RelayJoin, hole_O_a_grant_is_a_canonical_cell_of_bounded_size) {
  const MemberId id = add(joiner);
  Bytes sealed = sealed_grant();
  sealed.push_back(0);
  world.send(owner, frame::JoinGrant{id, sealed});
  grant(owner, id, 192 * 1024);
  EXPECT_THAT(world.said(owner), ElementsAre("error malformed", "error too-large"));
}

// ---- bounds

relay::Limits with_little_room() {
  relay::Limits limits;
  limits.requests_max = 3;
  limits.members_max = 3;
  limits.waiting_grants_bytes_max = 400;
  return limits;
}
class RelayCrowdedJoin : public RelayJoin {
 protected:
  RelayCrowdedJoin() : RelayJoin(with_little_room()) {}
};

TEST_F(RelayCrowdedJoin, hole_I_requests_of_the_whole_room_are_bounded) {
  const InviteId first = published();
  const InviteId second = published();
  std::vector<Person> claimants(4);
  std::vector<std::string> answers;
  for (std::size_t n = 0; n < claimants.size(); ++n) {
    const ConnectionId outside = world.arrive(claimants[n]);
    join(outside, claimants[n], n % 2 == 0 ? first : second);
    for (const std::string& words : world.said(outside)) answers.push_back(words);
  }
  EXPECT_THAT(answers, ElementsAre("queued", "queued", "queued", "declined too-many-requests"));
}

TEST_F(RelayCrowdedJoin, hole_I_a_full_room_takes_nobody_whatever_its_policy_says) {
  const Person second;
  add(second);
  const Person third;
  add(third);
  const InviteId id = published();
  append(owner, add_entry(joiner, id));
  EXPECT_THAT(world.said(owner), ElementsAre("rejected room-full"));
  const ConnectionId outside = world.arrive(joiner);
  join(outside, joiner, id);
  EXPECT_THAT(world.said(outside), ElementsAre("declined room-full"));
}

TEST_F(RelayCrowdedJoin, hole_I_grants_that_wait_are_bounded) {
  const Person second;
  const MemberId first_id = add(joiner);
  const MemberId second_id = add(second);
  grant(owner, first_id, 200);
  grant(owner, second_id, 200);
  EXPECT_THAT(world.said(owner), ElementsAre("error rate-limited"));
  grant(owner, first_id, 300);  // in the place of its own
  EXPECT_THAT(world.said(owner), IsEmpty());
}

}  // namespace
}  // namespace zerofc
