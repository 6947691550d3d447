// A room key that was lost and is given again: docs/protocol.md §6.1.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/member/testing/owned_room.hpp"
#include "core/wire/box.hpp"
#include "core/wire/canonical.hpp"
#include "core/wire/rekey.hpp"

namespace zerofc::member {
namespace {

using testing::as_hash;
using testing::crypto;
using testing::ForgedRoom;
using testing::Guest;
using testing::must;
using testing::OwnedRoom;
using testing::Person;
using testing::random;
using testing::Sent;
using testing::Subject;
using ui::AlarmKind;
using ui::ItemKind;

bool stores(const Subject& subject, BytesView bytes) {
  return std::any_of(subject.records.begin(), subject.records.end(), [&](const auto& record) {
    const Bytes& content = record.second;
    return std::search(content.begin(), content.end(), bytes.begin(), bytes.end()) != content.end();
  });
}

// What an answer is made of when nothing is wrong with it.
struct Answer {
  RekeyedContent content;
  RekeyBox box;
  const ExchangeKeyPair* one_time;
  ExchangePublicKey to;
};

// ---- the subject has lost the key

class Rekeying : public ::testing::Test {
 protected:
  // A rotation whose box reaches the subject broken: only the owner and Bob hold the key.
  Rekeying() {
    bob_id = room.admit(bob);
    show(room.log.size() - 1);
    lose_the_key();
  }
  void show(Seq seq) { room.log.show(jim, seq); }
  void lose_the_key() {
    const ControlContent content = room.next_rotation();
    std::map<MemberId, Bytes> boxes;
    boxes.emplace(jim.self(),
                  testing::encrypted(room.owner.exchange, room.owner.exchange.public_key));
    show(room.land(content, std::move(boxes)));
  }
  // What it has asked since it was looked at last.
  std::optional<RekeyContent> asked() {
    std::optional<RekeyContent> found;
    for (const Sent& sent : jim.take_sent_of<frame::RekeyRequest>()) {
      const Bytes request = to_bytes(std::get<frame::RekeyRequest>(sent.frame).request);
      EXPECT_TRUE(checked::verify(crypto(), room.state->find(jim.self())->card.signing, request));
      found = decode_rekey_content(canonical::signed_content(request).value());
    }
    return found;
  }
  Answer answer(const RekeyContent& request) {
    return {{room.room(),
             room.state->epoch(),
             bob_id,
             jim.self(),
             crypto().sha256({encode(request)}),
             one_time.public_key,
             {}},
            {room.state->epoch(), room.key().copy()},
            &one_time,
            request.one_time_key};
  }
  void give(Answer answer, const SigningKeyPair& signer) {
    const Bytes box = must(crypto().encrypt(answer.one_time->private_key.view(), answer.to.bytes(),
                                            encode(answer.box)));
    answer.content.box = box;
    const Bytes bytes = must(crypto().sign(signer.private_key.view(), encode(answer.content)));
    jim.give(frame::RekeyAnswer{jim.self(), bytes});
  }
  [[nodiscard]] bool misses() const { return jim.page.rotation.missing; }

  ForgedRoom room;
  Subject jim = room.admitted();
  Person bob;
  MemberId bob_id;
  ExchangeKeyPair one_time = must(crypto().make_key_pair<ExchangeKeyTag>());
};

TEST_F(Rekeying, whoever_misses_the_key_asks_for_it_and_what_it_signs_names_the_epoch) {
  const auto request = asked();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->room, room.room());
  EXPECT_EQ(request->member, jim.self());
  EXPECT_EQ(request->need, 1U);
  EXPECT_TRUE(misses());
}

TEST_F(Rekeying, the_key_that_comes_back_opens_what_was_written_meanwhile) {
  const Seq first = room.say("first");
  const Seq second = room.say("second");
  show(first);
  show(second);
  EXPECT_EQ(jim.item(first)->kind, ItemKind::kWaitingForKey);
  jim.say("mine");
  EXPECT_TRUE(jim.take_sent_of<frame::Append>().empty());
  jim.lose();
  jim.connect(room.log.server);
  jim.take_sent();
  room.log.open(jim, room.room(), room.log.size() - 1);
  EXPECT_FALSE(asked());  // the server has the request

  ASSERT_TRUE(jim.restart());
  jim.connect(room.log.server);
  room.log.open(jim, room.room(), room.log.size() - 1);
  jim.pass(std::chrono::minutes(11));
  const auto request = asked();  // renewed
  ASSERT_TRUE(request);
  give(answer(*request), bob.signing);
  EXPECT_FALSE(misses());
  EXPECT_TRUE(stores(jim, room.key().view()));
  EXPECT_EQ(jim.item(first)->text, "first");
  EXPECT_EQ(jim.item(second)->text, "second");
  EXPECT_EQ(jim.page.unread, 2U);
  const auto sent = jim.take_sent();
  EXPECT_TRUE(std::any_of(sent.begin(), sent.end(), [](const Sent& one) {
    return std::holds_alternative<frame::RekeyWithdraw>(one.frame);
  }));
  EXPECT_TRUE(std::any_of(sent.begin(), sent.end(), [](const Sent& one) {
    const auto* append = std::get_if<frame::Append>(&one.frame);
    return append != nullptr && decode_entry(append->entry)->epoch == 1;
  }));
  // Both ends see that it happened.
  const auto& alarms = jim.page.alarms;
  EXPECT_TRUE(std::any_of(alarms.begin(), alarms.end(), [&](const auto& alarm) {
    return alarm.second.kind == AlarmKind::kRekeyReceived && alarm.second.member == bob_id;
  }));
}

TEST_F(Rekeying, an_answer_after_a_restart_opens_as_well) {
  static_cast<void>(asked());
  jim.pass(std::chrono::minutes(11));
  const auto request = asked();  // renewed, and nothing else has happened
  ASSERT_TRUE(request);
  ASSERT_TRUE(jim.restart());
  jim.connect(room.log.server);
  room.log.open(jim, room.room(), room.log.size() - 1);
  give(answer(*request), bob.signing);
  EXPECT_FALSE(misses());
}

TEST_F(Rekeying, hole_K_a_key_that_is_not_the_commits_names_who_gave_it_and_changes_nothing) {
  const auto request = asked();
  Answer wrong = answer(*request);
  wrong.box.key = random<RoomKey>();
  const Bytes offered = to_bytes(wrong.box.key.view());
  give(std::move(wrong), bob.signing);
  EXPECT_TRUE(misses());
  EXPECT_FALSE(stores(jim, offered));
  const auto& alarms = jim.page.alarms;
  EXPECT_TRUE(std::any_of(alarms.begin(), alarms.end(), [&](const auto& alarm) {
    return alarm.second.kind == AlarmKind::kRekeyBroken && alarm.second.member == bob_id;
  }));
  // And the next answer is as good as ever.
  give(answer(*request), bob.signing);
  EXPECT_FALSE(misses());
}

TEST_F(Rekeying, an_answer_that_does_not_fit_is_as_if_it_had_not_come) {
  const auto request = asked();
  const auto alarms = jim.page.alarms.size();
  const auto stays_lost = [&](auto change, const SigningKeyPair& signer) {
    Answer wrong = answer(*request);
    change(wrong);
    give(std::move(wrong), signer);
    EXPECT_TRUE(misses());
    EXPECT_EQ(jim.page.alarms.size(), alarms);
  };
  const Person stranger;
  const auto nothing = [](Answer& /*answer*/) {};
  stays_lost(nothing, stranger.signing);
  stays_lost(nothing, room.owner.signing);
  stays_lost([](Answer& one) { one.content.room = random<RoomId>(); }, bob.signing);
  stays_lost([](Answer& one) { one.content.to = random<MemberId>(); }, bob.signing);
  stays_lost([&](Answer& one) { one.content.from = stranger.id(as_hash(room.room())); },
             stranger.signing);
  stays_lost([](Answer& one) { one.content.request = random<Hash>(); }, bob.signing);
  stays_lost([](Answer& one) { one.content.epoch = 0; }, bob.signing);
  stays_lost([](Answer& one) { one.content.epoch = 2; }, bob.signing);
}

TEST_F(Rekeying, hole_E_nothing_is_taken_from_somebody_who_was_removed) {
  show(room.rotate({bob_id}));
  EXPECT_TRUE(misses());  // its base was not held
  const auto request = asked();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->need, 2U);
  give(answer(*request), bob.signing);
  EXPECT_TRUE(misses());
  Answer by_owner = answer(*request);
  by_owner.content.from = room.owner_id;
  give(std::move(by_owner), room.owner.signing);
  EXPECT_FALSE(misses());
}

TEST_F(Rekeying, a_box_that_came_before_its_base_opens_after_it) {
  const auto request = asked();
  Answer first = answer(*request);  // of epoch 1
  const Seq at = room.rotate();     // to epoch 2, with a box under the key of epoch 1
  show(at);
  EXPECT_TRUE(misses());
  static_cast<void>(asked());
  // The answer to the older request is late; one of the same key under the newer request is not.
  show(room.say("under the second"));
  EXPECT_EQ(jim.item(room.log.size() - 1)->kind, ItemKind::kWaitingForKey);
  jim.pass(std::chrono::minutes(11));
  const auto renewed = asked();
  ASSERT_TRUE(renewed);
  Answer of_the_first = answer(*renewed);
  of_the_first.content.epoch = 1;
  of_the_first.box.epoch = 1;
  of_the_first.box.key = room.keys[1].copy();
  give(std::move(of_the_first), bob.signing);
  EXPECT_FALSE(misses());
  EXPECT_EQ(jim.item(room.log.size() - 1)->text, "under the second");
}

TEST_F(Rekeying, a_rotation_that_arrives_whole_ends_the_asking) {
  static_cast<void>(asked());
  // Under the key of epoch 0, which is still held.
  ControlContent content = room.next_rotation();
  std::get<KeyRotateFields>(content.fields).base = 0;
  const Bytes cell = must(crypto().seal(room.keys[0].view(), encode_box_content(room.next_key()),
                                        box_context(room.room(), 2, 0, room.owner_id, jim.self())));
  std::map<MemberId, Bytes> boxes;
  boxes.emplace(jim.self(),
                must(crypto().encrypt(room.owner.exchange.private_key.view(),
                                      room.state->find(jim.self())->card.exchange.bytes(), cell)));
  show(room.land(content, std::move(boxes)));
  EXPECT_FALSE(misses());
  EXPECT_EQ(jim.take_sent_of<frame::RekeyWithdraw>().size(), 1U);
}

// ---- the subject holds it, and others ask

class Answering : public ::testing::Test {
 protected:
  Answering() {
    bob_id = room.admit(bob);
    room.log.show(jim, room.log.size() - 1);
  }
  [[nodiscard]] RekeyContent request() {
    one_time = must(crypto().make_key_pair<ExchangeKeyTag>());
    return {room.room(), bob_id, room.state->epoch(), one_time.public_key, random<Nonce>()};
  }
  // What the subject answers.
  std::optional<Bytes> ask(const RekeyContent& content, const SigningKeyPair& signer) {
    const Bytes bytes = must(crypto().sign(signer.private_key.view(), encode(content)));
    jim.give(frame::RekeyRequest{bytes});
    std::optional<Bytes> found;
    for (const Sent& sent : jim.take_sent_of<frame::RekeyAnswer>()) {
      const auto& answer = std::get<frame::RekeyAnswer>(sent.frame);
      EXPECT_EQ(answer.asker, content.member);
      found = to_bytes(answer.answer);
    }
    return found;
  }

  ForgedRoom room;
  Subject jim = room.admitted();
  Person bob;
  MemberId bob_id;
  ExchangeKeyPair one_time;
};

TEST_F(Answering, a_member_that_asks_gets_the_key_under_its_one_time_key_alone) {
  const RekeyContent content = request();
  const auto bytes = ask(content, bob.signing);
  ASSERT_TRUE(bytes);
  ASSERT_TRUE(checked::verify(crypto(), room.state->find(jim.self())->card.signing, *bytes));
  const auto answer = decode_rekeyed_content(canonical::signed_content(*bytes).value());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->from, jim.self());
  EXPECT_EQ(answer->to, bob_id);
  EXPECT_EQ(answer->request, crypto().sha256({encode(content)}));
  const auto box =
      checked::decrypt(crypto(), one_time.private_key, answer->one_time_key, answer->box);
  ASSERT_TRUE(box);
  const auto key = decode_rekey_box(box->view());
  ASSERT_TRUE(key);
  EXPECT_EQ(key->epoch, 0U);
  EXPECT_TRUE(std::equal(key->key.view().begin(), key->key.view().end(), room.key().view().begin(),
                         room.key().view().end()));
  EXPECT_FALSE(
      checked::decrypt(crypto(), bob.exchange.private_key, answer->one_time_key, answer->box));
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kRekeyGiven);
}

TEST_F(Answering, hole_A_nobody_else_gets_anything) {
  const Person stranger;
  RekeyContent by_stranger = request();
  EXPECT_FALSE(ask(by_stranger, stranger.signing));
  by_stranger.member = random<MemberId>();
  EXPECT_FALSE(ask(by_stranger, stranger.signing));
  RekeyContent of_itself = request();
  of_itself.member = jim.self();
  EXPECT_FALSE(ask(of_itself, bob.signing));
  RekeyContent elsewhere = request();
  elsewhere.room = random<RoomId>();
  EXPECT_FALSE(ask(elsewhere, bob.signing));
  RekeyContent ahead = request();
  ahead.need = 1;
  EXPECT_FALSE(ask(ahead, bob.signing));
  EXPECT_FALSE(jim.page.alarm());
}

TEST_F(Answering, hole_E_whoever_was_removed_gets_nothing) {
  const RekeyContent content = request();
  room.log.show(jim, room.rotate({bob_id}));
  EXPECT_FALSE(ask(content, bob.signing));
}

TEST_F(Answering, one_request_is_answered_once_and_many_not_at_all) {
  const RekeyContent content = request();
  EXPECT_TRUE(ask(content, bob.signing));
  EXPECT_FALSE(ask(content, bob.signing));
  int answers = 1;
  for (int count = 0; count < 20; ++count) answers += ask(request(), bob.signing) ? 1 : 0;
  EXPECT_EQ(answers, 8);
  jim.pass(std::chrono::minutes(2));
  EXPECT_TRUE(ask(request(), bob.signing));
}

TEST_F(Answering, a_one_time_key_that_is_no_key_is_answered_with_nothing) {
  RekeyContent content = request();
  content.one_time_key = ExchangePublicKey();
  EXPECT_FALSE(ask(content, bob.signing));
}

// ---- "S. a rotation with garbage boxes killing the room"

TEST(RekeyingOwner, hole_S_a_rotation_that_gave_nobody_its_key_is_rotated_past) {
  OwnedRoom room;
  Guest rogue = room.admit();
  Guest ada = room.admit();
  room.owner.call([&](Room& its, const Context& context, Out& out) {
    its.set_role(context, out, rogue.id, Role::kAdmin);
  });
  room.serve();
  // A commit to a key that is in no box.
  ControlContent content;
  content.kind = Kind::kKeyRotate;
  content.room = room.state().room();
  content.prev = room.state().prev();
  content.token = random<EntryToken>();
  content.author = rogue.id;
  content.seen = room.log.head();
  content.fields = KeyRotateFields{1, 0, {}, random<Hash>()};
  room.relay(testing::sign_entry(content, rogue.keys.signing));
  EXPECT_TRUE(room.owner.page.rotation.missing);
  const auto requests = room.owner.take_sent_of<frame::RekeyRequest>();
  EXPECT_EQ(requests.size(), 1U);
  room.owner.pass(std::chrono::minutes(2) - std::chrono::milliseconds(1));
  EXPECT_TRUE(room.appends().empty());
  room.owner.pass(std::chrono::seconds(2));
  room.serve();
  // From the newest key that everybody holds, into the next epoch.
  EXPECT_EQ(room.state().epoch(), 2U);
  EXPECT_FALSE(room.owner.page.rotation.missing);
  room.owner.say("we go on");
  room.serve();
  const auto history = room.owner.history();
  EXPECT_EQ(history.back().text, "we go on");
}

}  // namespace
}  // namespace zerofc::member
