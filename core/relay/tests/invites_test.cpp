// Invites as the server knows them: docs/protocol.md §4.
#include "core/relay/tests/relay_fixture.hpp"

namespace zerofc {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class RelayInvite : public Relay {
 protected:
  using Relay::Relay;
  std::vector<std::string> publish(ConnectionId from, const InviteId& id, UnixSeconds expires) {
    world.send(from, frame::InvitePublish{id, expires});
    return world.said(from);
  }
  std::vector<std::string> revoke(ConnectionId from, const InviteId& id) {
    world.send(from, frame::InviteRevoke{id});
    return world.said(from);
  }
};

TEST_F(RelayInvite, is_live_when_it_is_durable) {
  world.disk = Disk::kSlow;
  EXPECT_THAT(publish(owner, random<InviteId>(), world.in(hours(24))), IsEmpty());
  world.answer();
  EXPECT_THAT(world.said(owner), ElementsAre("invite live"));
  EXPECT_EQ(world.store.records(relay::RecordKind::kInvite), 1U);
}

TEST_F(RelayInvite, may_be_published_again_and_is_the_same) {
  const auto id = random<InviteId>();
  const UnixSeconds expires = world.in(hours(24));
  EXPECT_THAT(publish(owner, id, expires), ElementsAre("invite live"));
  EXPECT_THAT(publish(owner, id, expires), ElementsAre("invite live"));
  EXPECT_THAT(publish(owner, id, expires + seconds(1)), ElementsAre("invite live invite-exists"));
}

TEST_F(RelayInvite, is_for_the_owner_to_publish) {
  const Person member;
  const ConnectionId other = add_live(member);
  EXPECT_THAT(publish(other, random<InviteId>(), world.in(hours(24))),
              ElementsAre("invite unknown not-authorised"));
  EXPECT_EQ(world.store.records(relay::RecordKind::kInvite), 0U);
}

TEST_F(RelayInvite, lives_for_30_days_at_most_and_not_in_the_past) {
  EXPECT_THAT(publish(owner, random<InviteId>(), world.in(hours(24 * 30))),
              ElementsAre("invite live"));
  EXPECT_THAT(publish(owner, random<InviteId>(), world.in(hours(24 * 30) + seconds(1))),
              ElementsAre("invite unknown too-large"));
  EXPECT_THAT(publish(owner, random<InviteId>(), world.in(seconds(0))),
              ElementsAre("invite unknown invite-expired"));
  // The last moment that the grammar can say.
  EXPECT_THAT(publish(owner, random<InviteId>(), UnixSeconds(seconds((std::int64_t{1} << 53) - 1))),
              ElementsAre("invite unknown too-large"));
}

TEST_F(RelayInvite, is_revoked_by_its_author_and_stays_so) {
  const InviteId id = invite();
  world.said(owner);
  EXPECT_THAT(revoke(owner, id), ElementsAre("invite revoked"));
  EXPECT_THAT(revoke(owner, id), ElementsAre("invite revoked"));
  world.restart();
  owner = world.open(room.owner, Seq{0});
  world.said(owner);
  EXPECT_THAT(publish(owner, id, world.in(hours(24))), ElementsAre("invite revoked"));
}

TEST_F(RelayInvite, that_nobody_published_is_unknown) {
  EXPECT_THAT(revoke(owner, random<InviteId>()), ElementsAre("invite unknown invite-unknown"));
}

TEST_F(RelayInvite, of_another_can_not_be_revoked) {
  const InviteId id = invite();
  const Person member;
  const ConnectionId other = add_live(member);
  EXPECT_THAT(revoke(other, id), ElementsAre("invite unknown invite-unknown"));
  EXPECT_THAT(revoke(owner, id), ElementsAre("invite revoked"));
}

TEST_F(RelayInvite, says_when_it_expires_and_is_forgotten_a_week_later) {
  const InviteId id = invite(hours(1));
  world.said(owner);
  world.pass(hours(1) - seconds(1));
  EXPECT_THAT(world.said(owner), IsEmpty());
  world.pass(seconds(1));
  EXPECT_THAT(world.said(owner), ElementsAre("invite expired"));
  EXPECT_THAT(revoke(owner, id), ElementsAre("invite expired"));
  world.pass(hours(24 * 7));
  world.pass(seconds(5));
  EXPECT_EQ(world.store.records(relay::RecordKind::kInvite), 0U);
  EXPECT_THAT(revoke(owner, id), ElementsAre("invite unknown invite-unknown"));
}

TEST_F(RelayInvite, that_was_used_is_used_for_ever) {
  const Person joiner;
  const InviteId id = invite();
  const Bytes entry = add_entry(joiner, id);
  world.said(owner);
  append(owner, entry);
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1", "invite used"));
  follow(entry);
  EXPECT_EQ(world.store.records(relay::RecordKind::kInvite), 0U);
  EXPECT_THAT(publish(owner, id, world.in(hours(24))), ElementsAre("invite used invite-used"));
  EXPECT_THAT(revoke(owner, id), ElementsAre("invite used invite-used"));
  // And admits nobody else.
  const Person second;
  append(owner, add_entry(second, id));
  EXPECT_THAT(world.said(owner), ElementsAre("rejected invite-used"));
}

TEST_F(RelayInvite, hole_A_admits_only_while_it_is_known_and_live) {
  const Person joiner;
  const auto add_with = [&](const InviteId& id) {
    world.said(owner);
    append(owner, add_entry(joiner, id));
    return world.said(owner);
  };
  EXPECT_THAT(add_with(random<InviteId>()), ElementsAre("rejected invite-unknown"));
  const InviteId revoked = invite();
  revoke(owner, revoked);
  EXPECT_THAT(add_with(revoked), ElementsAre("rejected invite-revoked"));
  const InviteId expired = invite(hours(1));
  world.pass(hours(1));
  EXPECT_THAT(add_with(expired), ElementsAre("rejected invite-expired"));
  EXPECT_EQ(head(), 0U);
}

TEST_F(RelayInvite, on_a_full_disk_is_not_published_and_not_revoked) {
  const InviteId id = invite();
  world.said(owner);
  world.disk = Disk::kFull;
  EXPECT_THAT(publish(owner, random<InviteId>(), world.in(hours(24))),
              ElementsAre("invite unknown store-unavailable"));
  EXPECT_THAT(revoke(owner, id), ElementsAre("invite live store-unavailable"));
  world.disk = Disk::kWorks;
  EXPECT_THAT(revoke(owner, id), ElementsAre("invite revoked"));
}

TEST_F(RelayInvite, survives_a_restart_of_the_server) {
  const InviteId id = invite();
  world.restart();
  owner = world.open(room.owner, Seq{0});
  world.said(owner);
  const Person joiner;
  append(owner, add_entry(joiner, id));
  EXPECT_THAT(world.said(owner), ElementsAre("accepted 1", "entry 1", "invite used"));
}

relay::Limits with_few_invites() {
  relay::Limits limits;
  limits.live_invites_max = 2;
  limits.invites_remembered_max = 4;
  return limits;
}
class RelayFewInvites : public RelayInvite {
 protected:
  RelayFewInvites() : RelayInvite(with_few_invites()) {}
};

// "I. […] queues were unbounded."
TEST_F(RelayFewInvites, hole_I_of_one_author_are_bounded) {
  const InviteId first = invite();
  invite();
  world.said(owner);
  EXPECT_THAT(publish(owner, random<InviteId>(), world.in(hours(24))),
              ElementsAre("invite unknown too-many-invites"));
  EXPECT_THAT(revoke(owner, first), ElementsAre("invite revoked"));
  EXPECT_THAT(publish(owner, random<InviteId>(), world.in(hours(24))), ElementsAre("invite live"));
}

TEST_F(RelayFewInvites, hole_I_that_are_over_are_forgotten_when_there_are_too_many) {
  std::vector<InviteId> ids;
  for (int n = 0; n < 6; ++n) {
    ids.push_back(invite(hours(24 + n)));
    revoke(owner, ids.back());
  }
  world.pass(seconds(5));
  EXPECT_EQ(world.store.records(relay::RecordKind::kInvite), 4U);
  EXPECT_THAT(revoke(owner, ids[0]), ElementsAre("invite unknown invite-unknown"));
  EXPECT_THAT(revoke(owner, ids[5]), ElementsAre("invite revoked"));
}

}  // namespace
}  // namespace zerofc
