// Changing the room key: docs/protocol.md §6.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/member/testing/owned_room.hpp"
#include "core/wire/box.hpp"
#include "core/wire/canonical.hpp"
#include "core/wire/cbor.hpp"

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

// ---- rotating: the subject owns the room

class Rotating : public ::testing::Test {
 protected:
  struct Rotation {
    EntryToken token;
    Hash commit;
    Bytes entry;
    std::vector<std::pair<MemberId, Bytes>> boxes;
    friend bool operator==(const Rotation&, const Rotation&) = default;
  };
  void ask() {
    room.owner.call(
        [](Room& its, const Context& context, Out& out) { its.rotate_key(context, out); });
  }
  static std::optional<Rotation> rotation_of(const Sent& sent) {
    const auto* append = std::get_if<frame::Append>(&sent.frame);
    if (append == nullptr || !append->boxes) return std::nullopt;
    Rotation rotation;
    rotation.entry = to_bytes(append->entry);
    const auto entry = decode_entry(rotation.entry);
    rotation.token = entry->token;
    const auto content = decode_control_content(canonical::signed_content(entry->body).value());
    rotation.commit = std::get<KeyRotateFields>(content->fields).commit;
    for (const auto& [member, box] : *append->boxes) {
      rotation.boxes.emplace_back(member, to_bytes(box));
    }
    return rotation;
  }
  std::optional<Rotation> sent() {
    std::optional<Rotation> found;
    for (const Sent& one : room.appends()) {
      if (auto rotation = rotation_of(one)) found = std::move(rotation);
    }
    return found;
  }

  OwnedRoom room;
};

TEST_F(Rotating, every_other_member_gets_one_box_with_a_key_that_matches_the_commit) {
  Guest gus = room.admit();
  const Guest ada = room.admit();
  ask();
  const auto rotation = sent();
  ASSERT_TRUE(rotation);
  ASSERT_EQ(rotation->boxes.size(), 2U);
  const auto& box = rotation->boxes[rotation->boxes[0].first == gus.id ? 0 : 1];
  ASSERT_EQ(box.first, gus.id);
  const auto& owner_card = room.state().find(room.owner.self())->card;
  const auto cell =
      checked::decrypt(crypto(), gus.keys.exchange.private_key, owner_card.exchange, box.second);
  ASSERT_TRUE(cell);
  const auto content =
      checked::open(crypto(), room.last_grant->room_key.view(), cell->view(),
                    box_context(room.state().room(), 1, 0, room.owner.self(), gus.id));
  ASSERT_TRUE(content);
  const auto key = decode_box_content(content->view());
  ASSERT_TRUE(key);
  EXPECT_EQ(crypto().sha256({key_commit_content(room.state().nonce(), 1, *key)}), rotation->commit);
  // Stored before it was sent.
  EXPECT_TRUE(room.stores(key->view()));
}

TEST_F(Rotating, once_it_came_back_the_new_key_is_held_and_the_old_one_is_gone) {
  const Guest gus = room.admit();
  EXPECT_TRUE(room.stores(room.last_grant->room_key.view()));
  ask();
  EXPECT_TRUE(room.owner.page.rotation.rotating);
  room.serve();
  EXPECT_EQ(room.owner.page.rotation.epoch, 1U);
  EXPECT_FALSE(room.owner.page.rotation.rotating);
  EXPECT_FALSE(room.owner.page.rotation.missing);
  EXPECT_FALSE(room.stores(room.last_grant->room_key.view()));
  ASSERT_TRUE(room.owner.restart());
  EXPECT_FALSE(room.owner.page.rotation.missing);
}

TEST_F(Rotating, a_rotation_whose_answer_was_lost_is_sent_again_with_identical_bytes) {
  const Guest gus = room.admit();
  ask();
  const auto first = sent();
  ASSERT_TRUE(first);
  room.reconnect();
  EXPECT_EQ(sent(), first);
  ASSERT_TRUE(room.owner.restart());
  room.owner.connect(room.log.server);
  room.replay();
  EXPECT_EQ(sent(), first);
}

TEST_F(Rotating, a_rotation_that_the_server_calls_refused_and_lands_all_the_same_loses_no_key) {
  const Guest gus = room.admit();
  for (const FrameCode code : {FrameCode::kStalePrev, FrameCode::kBadBoxes}) {
    room.owner.pass(std::chrono::seconds(10));  // after the pause
    ask();
    auto appends = room.appends();
    const auto append = std::find_if(appends.begin(), appends.end(),
                                     [](const Sent& one) { return rotation_of(one).has_value(); });
    ASSERT_NE(append, appends.end());
    room.owner.give(frame::Rejected{rotation_of(*append)->token, code});
    room.land(std::get<frame::Append>(append->frame));
    EXPECT_FALSE(room.owner.page.rotation.missing);
    EXPECT_FALSE(room.owner.page.alarm());
  }
}

TEST_F(Rotating, messages_go_on_under_the_old_key_while_the_server_refuses_a_new_one) {
  const Guest gus = room.admit();
  ask();
  const auto first = sent();
  ASSERT_TRUE(first);
  room.owner.give(frame::Rejected{first->token, FrameCode::kBadBoxes});
  room.owner.say("still here");
  room.serve();
  EXPECT_EQ(room.owner.history().back().text, "still here");
  // Asked again after a minute, with the very same bytes.
  room.owner.pass(std::chrono::minutes(2));
  EXPECT_EQ(sent(), first);
}

TEST_F(Rotating, an_own_rotation_whose_key_is_not_remembered_is_said) {
  const Guest gus = room.admit();
  const auto before = room.owner.records;
  ask();
  room.serve();
  room.owner.records = before;  // an older copy of the vault
  ASSERT_TRUE(room.owner.restart());
  room.owner.connect(room.log.server);
  room.replay();
  EXPECT_TRUE(room.owner.page.rotation.missing);
  EXPECT_EQ(room.owner.page.alarm(), AlarmKind::kRestored);
}

TEST_F(Rotating, hole_P_a_rotation_is_never_signed_again_under_the_same_key_or_token) {
  const Guest gus = room.admit();
  Guest leaver = room.admit();
  ask();
  const auto first = sent();
  ASSERT_TRUE(first);
  room.leave(leaver);  // lands in between
  room.owner.give(frame::Rejected{first->token, FrameCode::kStalePrev});
  room.owner.pass(std::chrono::seconds(1));
  const auto second = sent();
  ASSERT_TRUE(second);
  EXPECT_NE(second->token, first->token);
  EXPECT_NE(second->commit, first->commit);
  EXPECT_EQ(second->boxes.size(), 1U);
}

TEST_F(Rotating, hole_P_the_pending_key_is_gone_as_soon_as_another_control_entry_lands) {
  const Guest gus = room.admit();
  Guest leaver = room.admit();
  ask();
  const auto pending = sent();
  ASSERT_TRUE(pending);
  room.leave(leaver);
  EXPECT_FALSE(room.stores(pending->token.view()));
  EXPECT_FALSE(room.stores(pending->commit.view()));
}

TEST_F(Rotating, a_leaving_is_followed_by_a_rotation_without_a_box_for_the_leaver) {
  const Guest gus = room.admit();
  Guest leaver = room.admit();
  room.leave(leaver);
  EXPECT_EQ(room.owner.page.rotation.leaver, leaver.id);
  const auto rotation = sent();
  ASSERT_TRUE(rotation);
  ASSERT_EQ(rotation->boxes.size(), 1U);
  EXPECT_EQ(rotation->boxes[0].first, gus.id);
}

TEST_F(Rotating, hole_G_messages_sent_and_received_are_counted_over_restarts) {
  Guest gus = room.admit();
  const auto used = room.owner.page.rotation.used;
  for (int count = 0; count < 30; ++count) {
    room.owner.say("mine");
    room.serve();
    room.relay(
        gus.message(room.last_grant->room_key, 0, room.log.head(), TextBody{"theirs", {}, {}}));
  }
  EXPECT_EQ(room.owner.page.rotation.used, used + 60);
  ASSERT_TRUE(room.owner.restart());
  EXPECT_EQ(room.owner.page.rotation.used, used + 60);
  room.owner.connect(room.log.server);
  room.replay();
  room.serve();
  for (auto count = used + 60; count < kRotateEveryDefault - 1; ++count) {
    room.owner.say("mine");
    room.serve();
    ASSERT_EQ(room.state().epoch(), 0U);
  }
  EXPECT_EQ(room.owner.page.rotation.used, kRotateEveryDefault - 1);
  room.owner.say("the last");
  room.serve();
  EXPECT_EQ(room.state().epoch(), 1U);
  EXPECT_EQ(room.owner.page.rotation.used, 0U);
}

TEST_F(Rotating, a_key_is_changed_after_a_day) {
  room.owner.pass(std::chrono::hours(23));
  EXPECT_FALSE(sent());
  room.owner.pass(std::chrono::hours(2));
  EXPECT_TRUE(sent());
}

TEST_F(Rotating, an_overdue_rotation_without_a_connection_keeps_nobody_awake) {
  room.owner.lose();
  room.owner.pass(std::chrono::hours(30));
  const auto due = room.owner.room().deadline();
  ASSERT_TRUE(due);
  EXPECT_GT(*due - room.owner.now.steady, std::chrono::minutes(1));
}

TEST_F(Rotating, what_is_written_meanwhile_waits_and_goes_out_under_the_new_key) {
  ask();
  room.owner.say("meanwhile");
  const auto appends = room.appends();
  ASSERT_EQ(appends.size(), 1U);
  room.land(std::get<frame::Append>(appends.front().frame));
  const auto after = room.appends();
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(decode_entry(std::get<frame::Append>(after.front().frame).entry)->epoch, 1U);
}

TEST_F(Rotating, is_refused_to_whoever_asks_twice) {
  ask();
  ask();
  EXPECT_EQ(room.owner.page.problems.back(), ui::ProblemCode::kBusy);
}

// ---- receiving one: the owner is the test's

class Rotated : public ::testing::Test {
 protected:
  Rotated() : jim(room.admitted()) {}
  // The rotation with this box for the subject.
  void rotate(const std::optional<Bytes>& box) {
    std::map<MemberId, Bytes> boxes;
    if (box) boxes.emplace(jim.self(), *box);
    room.log.show(jim, room.land(content, std::move(boxes)));
  }
  bool stores(BytesView bytes) {
    for (const auto& [record, content_of_it] : jim.records) {
      if (std::search(content_of_it.begin(), content_of_it.end(), bytes.begin(), bytes.end()) !=
          content_of_it.end()) {
        return true;
      }
    }
    return false;
  }
  Bytes box_of(const RoomKey& key, const RoomKey& base, BytesView context) {
    const Bytes cell = must(crypto().seal(base.view(), encode_box_content(key), context));
    return must(crypto().encrypt(room.owner.exchange.private_key.view(),
                                 room.state->find(jim.self())->card.exchange.bytes(), cell));
  }
  Bytes context() { return box_context(room.room(), 1, 0, room.owner_id, jim.self()); }

  ForgedRoom room;
  Subject jim;
  ControlContent content = room.next_rotation();
};

TEST_F(Rotated, the_new_key_is_taken_and_the_old_one_is_gone) {
  const RoomKey old = room.key().copy();
  rotate(room.box_for(jim.self()));
  EXPECT_EQ(jim.page.rotation.epoch, 1U);
  EXPECT_FALSE(jim.page.rotation.missing);
  EXPECT_TRUE(stores(room.key().view()));
  EXPECT_FALSE(stores(old.view()));
  room.log.show(jim, room.say("under the new key"));
  EXPECT_EQ(jim.history().back().text, "under the new key");
}

TEST_F(Rotated, hole_K_a_key_that_is_not_the_commits_is_refused_and_the_old_one_kept) {
  const RoomKey old = room.key().copy();
  const auto other = random<RoomKey>();
  rotate(box_of(other, room.key(), context()));
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kRotationBroken);
  EXPECT_EQ(jim.page.alarms.begin()->second.member, room.owner_id);
  EXPECT_TRUE(jim.page.rotation.missing);
  EXPECT_TRUE(stores(old.view()));
  EXPECT_FALSE(stores(other.view()));
}

TEST_F(Rotated, garbage_in_place_of_a_box_raises_the_alarm_and_kills_nothing) {
  const RoomKey old = room.key().copy();
  rotate(testing::encrypted(room.owner.exchange, room.owner.exchange.public_key));
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kRotationBroken);
  EXPECT_TRUE(stores(old.view()));
  // What can't be opened is kept as it is, and chain and control state go on.
  const Seq seq = room.say("unreadable");
  room.log.show(jim, seq);
  EXPECT_EQ(jim.item(seq)->kind, ui::ItemKind::kWaitingForKey);
  EXPECT_TRUE(stores(room.log.entries[seq]));
  const Person bob;
  room.admit(bob);
  room.log.show(jim, room.log.size() - 1);
  EXPECT_EQ(jim.page.members.count(bob.id(as_hash(room.room()))), 1U);
  ASSERT_TRUE(jim.restart());
  EXPECT_EQ(jim.item(seq)->kind, ui::ItemKind::kWaitingForKey);
}

TEST_F(Rotated, hole_O_a_box_that_is_not_canonical_is_refused) {
  Bytes box = room.box_for(jim.self());
  box.push_back(0);
  rotate(box);
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kRotationBroken);
}

TEST_F(Rotated, hole_B_a_box_under_another_label_or_for_somebody_else_is_refused) {
  const auto key = random<RoomKey>();
  std::get<KeyRotateFields>(content.fields).commit =
      crypto().sha256({key_commit_content(room.nonce, 1, key)});
  rotate(box_of(key, room.key(),
                message_context(room.room(), 1, random<EntryToken>(), room.owner_id)));
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kRotationBroken);
  EXPECT_FALSE(stores(key.view()));
}

TEST_F(Rotated, hole_B_a_key_under_another_label_is_no_room_key) {
  // In a box that is right in everything else, and with the commit of exactly this key.
  const auto key = random<RoomKey>();
  std::get<KeyRotateFields>(content.fields).commit =
      crypto().sha256({key_commit_content(room.nonce, 1, key)});
  Bytes labelled;
  cbor::Writer(labelled).array(2).text("0fc message").secret(key);
  const Bytes cell = must(crypto().seal(room.key().view(), labelled, context()));
  rotate(must(crypto().encrypt(room.owner.exchange.private_key.view(),
                               room.state->find(jim.self())->card.exchange.bytes(), cell)));
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kRotationBroken);
  EXPECT_TRUE(jim.page.rotation.missing);
  EXPECT_FALSE(stores(key.view()));
}

TEST_F(Rotated, a_missing_box_accuses_nobody) {
  rotate(std::nullopt);
  EXPECT_FALSE(jim.page.alarm());
  EXPECT_TRUE(jim.page.rotation.missing);
}

TEST_F(Rotated, a_box_whose_base_is_not_held_accuses_nobody) {
  rotate(std::nullopt);
  content = room.next_rotation();
  rotate(room.box_for(jim.self()));
  EXPECT_EQ(jim.page.rotation.epoch, 2U);
  EXPECT_FALSE(jim.page.alarm());
  EXPECT_TRUE(jim.page.rotation.missing);
}

TEST_F(Rotated, without_the_key_nothing_is_sealed) {
  rotate(std::nullopt);
  jim.take_sent();
  jim.say("hello");
  EXPECT_TRUE(jim.take_sent_of<frame::Append>().empty());
  EXPECT_EQ(jim.page.outbox.begin()->second.state, ui::OutboxState::kWaiting);
}

TEST_F(Rotated, hole_G_a_message_in_flight_is_sealed_again_under_the_same_token) {
  jim.say("in flight");
  const auto before = jim.take_sent_of<frame::Append>();
  ASSERT_EQ(before.size(), 1U);
  const auto first = decode_entry(std::get<frame::Append>(before.front().frame).entry);
  rotate(room.box_for(jim.self()));
  EXPECT_TRUE(jim.take_sent_of<frame::Append>().empty());  // its rejection is on its way
  jim.give(frame::Rejected{first->token, FrameCode::kStaleEpoch});
  const auto after = jim.take_sent_of<frame::Append>();
  ASSERT_EQ(after.size(), 1U);
  const Bytes again = to_bytes(std::get<frame::Append>(after.front().frame).entry);
  EXPECT_EQ(decode_entry(again)->token, first->token);
  EXPECT_EQ(decode_entry(again)->epoch, 1U);
  const Seq seq = room.log.add(again);
  room.log.show(jim, seq);
  EXPECT_EQ(jim.item(seq)->text, "in flight");
  EXPECT_TRUE(jim.page.outbox.empty());
}

TEST_F(Rotated, hole_G_the_key_survives_a_restart) {
  rotate(room.box_for(jim.self()));
  ASSERT_TRUE(jim.restart());
  jim.connect(room.log.server);
  const auto opens = jim.take_sent_of<frame::RoomOpen>();
  room.log.open(jim, room.room(), std::get<frame::RoomOpen>(opens.front().frame).after);
  room.log.show(jim, room.say("hello"));
  EXPECT_EQ(jim.history().back().text, "hello");
}

TEST_F(Rotated, messages_waiting_in_the_outbox_keep_their_order_over_it) {
  for (const char* text : {"one", "two", "three"}) jim.say(text);
  const auto sent = jim.take_sent_of<frame::Append>();
  rotate(room.box_for(jim.self()));
  jim.say("four");
  EXPECT_TRUE(jim.take_sent_of<frame::Append>().empty());
  for (const auto& one : sent) {
    const auto token = decode_entry(std::get<frame::Append>(one.frame).entry)->token;
    jim.give(frame::Rejected{token, FrameCode::kStaleEpoch});
  }
  for (const auto& one : jim.take_sent_of<frame::Append>()) {
    room.log.show(jim, room.log.add(to_bytes(std::get<frame::Append>(one.frame).entry)));
  }
  std::vector<std::string> texts;
  for (const auto& item : jim.history()) {
    if (item.kind == ui::ItemKind::kText) texts.push_back(item.text);
  }
  EXPECT_EQ(texts, (std::vector<std::string>{"one", "two", "three", "four"}));
}

}  // namespace
}  // namespace zerofc::member
