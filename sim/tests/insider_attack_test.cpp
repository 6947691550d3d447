// Attacks of a member that is not honest, and of one that is no member any more.
#include "core/wire/control.hpp"
#include "sim/tests/scene.hpp"

namespace zerofc::sim {
namespace {

using testing::must;

class InsiderAttack : public Scene {
 protected:
  InsiderAttack() : mallory(*world, ben(), kNone, 1) {}

  static constexpr Malice kNone{};
  Insider mallory;  // Ben's other self
};

TEST_F(InsiderAttack, attack_22_equivocation_is_shown_to_everybody) {
  const auto standing = mallory.standing();
  ASSERT_TRUE(standing);
  mallory.send(*standing, mallory.draft(*standing, "plaintext yes"));
  mallory.send(*standing, mallory.draft(*standing, "plaintext no"));
  world->pass(kSoon);
  for (const auto* one : {&olga(), &carl()}) {
    EXPECT_TRUE(one->told.has(Outcome::kTwoVersions)) << one->name();
    EXPECT_EQ(one->page.alarms.begin()->second.member, ben().page.self) << one->name();
  }
  expect_nobody_deceived({.liars = {&ben()}});
}

TEST_F(InsiderAttack, attack_26_a_poison_message_is_skipped_with_a_notice) {
  auto standing = mallory.standing();
  ASSERT_TRUE(standing);
  standing->key = must(mallory.crypto.make_random<RoomKey>());
  mallory.send(*standing, mallory.draft(*standing, "plaintext poison"));
  world->pass(kSoon);
  say(carl(), "still here");
  for (const auto* one : {&olga(), &carl()}) {
    EXPECT_EQ(one->told.names(), "item-refused") << one->name();
    EXPECT_TRUE(shows(*one, "still here")) << one->name();
    EXPECT_FALSE(shows(*one, "poison")) << one->name();
    EXPECT_TRUE(one->is_at_rest()) << one->name();
  }
  expect_nobody_deceived({.liars = {&ben()}});
}

TEST_F(InsiderAttack, attack_27_a_plain_member_rotates_nothing_at_the_server_or_at_a_client) {
  const auto standing = mallory.standing();
  ASSERT_TRUE(standing);
  ASSERT_EQ(standing->self.role, Role::kMember);
  ControlContent content = mallory.next(*standing, Kind::kKeyRotate);
  content.fields = KeyRotateFields{
      content.epoch + 1, content.epoch, {}, must(mallory.crypto.make_random<Hash>())};
  const std::size_t entries = log_size();
  mallory.append(content, standing->signing);
  world->pass(kSoon);
  EXPECT_EQ(log_size(), entries) << "the server refuses it";
  expect_nothing_happened();

  // A server that is in league with Ben relays it all the same.
  const Bytes body = must(mallory.crypto.sign(standing->signing.view(), encode(content)));
  Entry entry = testing::envelope_of(content);
  entry.body = body;
  const Epoch epoch = carl().page.rotation.epoch;
  world->server.push(carl().link(),
                     {encode(frame::EntryAt{log_size(), encode(entry), std::nullopt})});
  world->pass(kSoon);
  EXPECT_TRUE(carl().told.has(Outcome::kInvalidControl));
  EXPECT_EQ(carl().page.rotation.epoch, epoch);
}

TEST_F(InsiderAttack, attack_28_the_keys_of_a_leaver_open_nothing_that_comes_later) {
  say(carl(), "while Carl was there");
  const auto self = *carl().page.self;
  const auto card = mallory.standing()->view.state.find(self)->card;
  carl().leave();
  world->pass(kSoon);
  const auto view = view_of(room());
  const Seq left_at = *view->state.find(self)->left_at;
  const std::size_t first = log_size();
  say(olga(), "without Carl");
  say(ben(), "indeed");
  ASSERT_GT(log_size(), first);

  ThemisCrypto crypto;
  WatchedCrypto& carls = carl().crypto();
  const auto exchange = ExchangePrivateKey::copy_of(carls.own_keys.at(card.exchange.bytes()));
  std::size_t tried = 0;
  const auto read = room().store.read({left_at, log_size(), 1000, 1 << 20, false, self});
  for (const relay::ReadEntry& row : read.entries) {
    const auto entry = decode_entry(row.bytes);
    EXPECT_FALSE(row.box) << "no box is his";
    if (entry->is_control()) continue;
    const Bytes context = message_context(*room_id(), entry->epoch, entry->token, entry->author);
    for (const auto& [epoch, key] : carls.room_keys) {
      EXPECT_FALSE(crypto.open(key, entry->body, context)) << row.seq;
      ++tried;
    }
  }
  EXPECT_GE(tried, 2U);
  for (const MemberId& other : {*ben().page.self}) {
    const auto boxes = room().store.read({left_at, log_size(), 1000, 1 << 20, false, other});
    for (const relay::ReadEntry& row : boxes.entries) {
      if (!row.box) continue;
      EXPECT_FALSE(checked::decrypt(crypto, exchange,
                                    view->state.find(*olga().page.self)->card.exchange, *row.box));
    }
  }
  expect_nobody_deceived();
}

TEST_F(InsiderAttack, attack_28_a_removed_members_client_is_given_nothing_that_comes_later) {
  say(carl(), "while Carl was there");
  const auto self = *carl().page.self;
  const auto carls_keys = carl().crypto().room_keys.size();
  olga().remove(self);
  world->removed.insert(&carl());
  world->pass(kSoon);
  const Seq removed_at = *view_of(room())->state.find(self)->left_at;
  say(olga(), "without Carl");
  carl().retry();
  world->pass(kRest);
  EXPECT_FALSE(shows(carl(), "without Carl"));
  EXPECT_TRUE(shows(ben(), "without Carl"));
  EXPECT_EQ(carl().page.state, ui::RoomState::kStopped);
  EXPECT_EQ(carl().crypto().room_keys.size(), carls_keys);
  ThemisCrypto crypto;
  const auto read = room().store.read({removed_at, log_size(), 1000, 1 << 20, false, self});
  for (const relay::ReadEntry& row : read.entries) {
    const auto entry = decode_entry(row.bytes);
    EXPECT_FALSE(row.box);
    if (entry->is_control()) continue;
    for (const auto& [epoch, key] : carl().crypto().room_keys) {
      EXPECT_FALSE(
          crypto.open(key, entry->body,
                      message_context(*room_id(), entry->epoch, entry->token, entry->author)));
    }
  }
  expect_nobody_deceived();
}

TEST_F(InsiderAttack, attack_29_nothing_lands_in_an_old_epoch_or_after_leaving) {
  auto old = mallory.standing();
  ASSERT_TRUE(old);
  olga().rotate();
  world->pass(kSoon);
  const std::size_t entries = log_size();
  mallory.send(*old, mallory.draft(*old, "plaintext late"));
  world->pass(kSoon);
  EXPECT_EQ(log_size(), entries);

  say(carl(), "in the new epoch");
  const auto standing = mallory.standing();
  ASSERT_TRUE(standing);
  const auto session = ben().link()->client;
  ben().leave();
  world->pass(kRest);
  const std::size_t after = log_size();
  const MessageContent content = mallory.draft(*standing, "plaintext gone");
  Bytes padded = must(mallory.crypto.sign(standing->signing.view(), encode(content)));
  pad(padded);
  const Bytes cell = must(mallory.crypto.seal(
      standing->key.view(), padded,
      message_context(content.room, content.epoch, content.token, content.author)));
  const Epoch now = view_of(room())->state.epoch();
  for (const Epoch epoch : {content.epoch, now}) {
    const Bytes entry =
        encode(Entry{Kind::kMessage, epoch, content.token, standing->self.id, cell});
    world->server.impersonate({*room_id(), 0}, session,
                              {encode(frame::RoomOpen{*room_id(), 0, false}),
                               encode(frame::Append{entry, std::nullopt})});
    world->pass(kSoon);
  }
  EXPECT_EQ(log_size(), after);
  expect_nobody_deceived({.liars = {&ben()}});
}

}  // namespace
}  // namespace zerofc::sim
