// Room keys that were lost and are given again, as the server relays them: docs/protocol.md §6.1.
#include "core/relay/tests/relay_fixture.hpp"
#include "core/wire/rekey.hpp"

namespace zerofc {
namespace {

using std::chrono::seconds;

class RelayRekey : public Relay {
 protected:
  void ask(ConnectionId from, const Person& author) {
    const RekeyContent content{world_room(), room.id_of(author), 0, author.exchange.public_key,
                               random<Nonce>()};
    const Bytes request = must(crypto().sign(author.signing.private_key.view(), encode(content)));
    world.send(from, frame::RekeyRequest{request});
  }
  void answer(ConnectionId from, const Person& by, const Person& to) {
    const Bytes bytes = must(crypto().sign(by.signing.private_key.view(), bytes_of("an answer")));
    world.send(from, frame::RekeyAnswer{room.id_of(to), bytes});
  }
  // Who has been offered a request since this was asked last.
  std::size_t offered(const std::vector<ConnectionId>& to) {
    std::size_t count = 0;
    for (const ConnectionId id : to) {
      for (const std::string& said : world.said(id)) count += said == "rekey" ? 1U : 0U;
    }
    return count;
  }
  [[nodiscard]] RoomId world_room() const { return room.state->room(); }

  Person asker;
  Person other;
  ConnectionId asking = add_live(asker);
  ConnectionId another = add_live(other);
  std::vector<ConnectionId> everybody = {owner, asking, another};
};

TEST_F(RelayRekey, a_request_is_offered_to_one_member_at_a_time_and_to_each_once) {
  world.forget_all();
  ask(asking, asker);
  EXPECT_EQ(offered(everybody), 1U);
  world.pass(seconds(19));
  EXPECT_EQ(offered(everybody), 0U);
  world.pass(seconds(1));
  EXPECT_EQ(offered(everybody), 1U);
  world.pass(seconds(60));
  EXPECT_EQ(offered(everybody), 0U);
  // Somebody who comes later gets it as well.
  const Person late;
  const ConnectionId coming = add_live(late);
  EXPECT_THAT(world.said(coming), IsEmpty());  // add_live() has heard it
  world.send(asking, frame::RekeyWithdraw{});
}

TEST_F(RelayRekey, a_request_is_never_offered_to_somebody_who_asks_as_well) {
  ask(another, other);
  world.pass(seconds(20));  // the owner and the asker have had it
  world.pass(seconds(20));
  world.forget_all();
  ask(asking, asker);
  world.pass(seconds(60));
  EXPECT_EQ(offered({another, asking}), 0U);
  EXPECT_EQ(offered({owner}), 1U);
}

TEST_F(RelayRekey, answers_reach_whoever_asked_at_once_or_when_it_comes_back) {
  ask(asking, asker);
  world.forget_all();
  answer(owner, room.owner, asker);
  EXPECT_THAT(world.said(asking), ElementsAre("rekeyed"));
  world.go(asking);
  answer(another, other, asker);
  world.restart();
  const ConnectionId back = world.open(asker, head());
  EXPECT_THAT(world.said(back), ElementsAre("opened 2", "live 2", "rekeyed", "rekeyed"));
}

TEST_F(RelayRekey, an_answer_nobody_asked_for_and_a_second_one_are_dropped) {
  world.forget_all();
  answer(owner, room.owner, asker);
  EXPECT_THAT(world.said(asking), IsEmpty());
  ask(asking, asker);
  answer(owner, room.owner, asker);
  answer(owner, room.owner, asker);
  EXPECT_THAT(world.said(asking), ElementsAre("rekeyed"));
  EXPECT_EQ(world.store.records(relay::RecordKind::kRekey), 1U);
}

TEST_F(RelayRekey, a_request_ends_when_it_is_withdrawn) {
  ask(asking, asker);
  EXPECT_EQ(world.store.records(relay::RecordKind::kRekey), 1U);
  world.send(asking, frame::RekeyWithdraw{});
  EXPECT_EQ(world.store.records(relay::RecordKind::kRekey), 0U);
  world.forget_all();
  world.pass(seconds(60));
  EXPECT_EQ(offered(everybody), 0U);
}

TEST_F(RelayRekey, hole_E_a_request_ends_with_the_membership_of_its_author) {
  ask(asking, asker);
  const Bytes entry =
      sign_entry(room.next_rotation(room.owner_id, {room.id_of(asker)}), room.owner.signing);
  append(owner, entry, boxes_for({&other}));
  follow(entry);
  world.pass(relay::Limits().cursor_delay);
  EXPECT_EQ(world.store.records(relay::RecordKind::kRekey), 0U);
  world.forget_all();
  ask(asking, asker);
  EXPECT_THAT(world.said(asking), ElementsAre("error not-authorised"));
  world.pass(seconds(60));
  EXPECT_EQ(offered({owner, another}), 0U);
}

TEST_F(RelayRekey, hole_D_a_request_in_anothers_name_and_noise_are_refused) {
  world.forget_all();
  ask(another, asker);
  EXPECT_THAT(world.said(another), ElementsAre("error not-authorised"));
  const Bytes noise(40, 1);
  world.send(another, frame::RekeyRequest{noise});
  world.send(another, frame::RekeyAnswer{room.id_of(asker), noise});
  EXPECT_THAT(world.said(another), ElementsAre("error malformed", "error malformed"));
  const Bytes large(relay::Limits().rekey_bytes_max + 1, 1);
  world.send(another, frame::RekeyRequest{large});
  world.send(another, frame::RekeyAnswer{room.id_of(asker), large});
  EXPECT_THAT(world.said(another), ElementsAre("error too-large", "error too-large"));
  const Person stranger;
  const ConnectionId nobody = world.arrive(stranger);
  ask(nobody, stranger);
  EXPECT_THAT(world.said(nobody), ElementsAre("error unexpected-frame"));
  EXPECT_EQ(world.store.records(relay::RecordKind::kRekey), 0U);
}

}  // namespace
}  // namespace zerofc
