// Creating and loading rooms, and frames that are out of place.
#include "core/relay/tests/relay_fixture.hpp"
#include "core/wire/server_identity.hpp"

namespace zerofc {
namespace {

TEST(RelayCreation, takes_a_genesis_from_its_owners_session) {
  const Founded room;
  const auto creation =
      relay::Room::create(frame::RoomCreate{room.genesis}, room.owner.session.public_key, crypto());
  ASSERT_TRUE(creation);
  EXPECT_EQ(creation->room, room.state->room());
  EXPECT_TRUE(creation->batch.creates_room);
  ASSERT_EQ(creation->batch.entries.size(), 1U);
  EXPECT_EQ(creation->batch.entries[0].bytes, room.genesis);
  EXPECT_EQ(creation->batch.head_hash, as_hash(room.state->room()));
}

// "C. The server believed a claimed public key instead of the session's."
TEST(RelayCreation, hole_C_refuses_a_card_of_another_session) {
  const Founded room;
  const Person other;
  const auto creation =
      relay::Room::create(frame::RoomCreate{room.genesis}, other.session.public_key, crypto());
  ASSERT_FALSE(creation);
  EXPECT_EQ(creation.error(), FrameCode::kCardMismatch);
}

TEST(RelayCreation, refuses_what_is_no_genesis) {
  const Founded room;
  const auto refusal = [&](BytesView entry) {
    const auto creation =
        relay::Room::create(frame::RoomCreate{entry}, room.owner.session.public_key, crypto());
    return creation ? FrameCode::kUnknownFrame : creation.error();
  };
  EXPECT_EQ(refusal(bytes_of("noise")), FrameCode::kInvalidEntry);
  EXPECT_EQ(refusal(BytesView(room.genesis).first(room.genesis.size() - 1)),
            FrameCode::kInvalidEntry);
  Bytes forged = room.genesis;
  forged.back() = static_cast<std::uint8_t>(forged.back() ^ 1U);
  EXPECT_EQ(refusal(forged), FrameCode::kBadSignature);
}

TEST(RelayCreation, is_answered_with_a_signed_head_of_the_genesis) {
  const Founded room;
  SigningKeyPair keys = must(crypto().make_key_pair<SigningKeyTag>());
  const relay::HeadSigner signer(crypto(), std::move(keys.private_key));
  Bytes plaintext = relay::Room::created_frame(room.state->room(), signer);
  plaintext.insert(plaintext.begin(), 0);
  const auto decoded = decode_frame(plaintext);
  ASSERT_TRUE(decoded);
  const auto& created = std::get<frame::RoomCreated>(decoded->frame);
  EXPECT_EQ(created.room, room.state->room());
  const auto content = checked::verify(crypto(), keys.public_key, created.signed_head);
  ASSERT_TRUE(content);
  EXPECT_EQ(decode_head_content(*content)->head, (LogPoint{0, as_hash(room.state->room())}));
}

class RelayLoad : public Relay {
 protected:
  [[nodiscard]] bool loads(relay::RoomImage image) const {
    SigningKeyPair keys = must(crypto().make_key_pair<SigningKeyTag>());
    const relay::HeadSigner signer(crypto(), std::move(keys.private_key));
    return relay::Room::load(std::move(image), crypto(), signer, {}, world.now).has_value();
  }
};

TEST_F(RelayLoad, refuses_an_image_that_does_not_fit_together) {
  const Person member;
  add(member);
  rotate({&member});
  const relay::RoomImage sound = world.store.image();
  ASSERT_TRUE(loads(sound));

  relay::RoomImage image;
  EXPECT_FALSE(loads(image));  // no genesis
  image = sound;
  image.control_entries.erase(image.control_entries.begin() + 1);
  EXPECT_FALSE(loads(image));  // one is missing
  image = sound;
  std::swap(image.control_entries[1], image.control_entries[2]);
  EXPECT_FALSE(loads(image));
  image = sound;
  image.control_entries[1].second.pop_back();
  EXPECT_FALSE(loads(image));
  image = sound;
  image.next_seq = 2;  // the last control entry is beyond it
  EXPECT_FALSE(loads(image));
}

TEST_F(RelayLoad, refuses_records_that_it_did_not_write) {
  const relay::RoomImage sound = world.store.image();
  const auto with = [&](relay::RecordKind kind, Bytes key, Bytes value) {
    relay::RoomImage image = sound;
    image.records.push_back({kind, std::move(key), std::move(value)});
    return loads(std::move(image));
  };
  const Bytes owner_key = to_bytes(room.owner_id.view());
  EXPECT_TRUE(with(relay::RecordKind::kCursor, owner_key, {0x00}));
  EXPECT_FALSE(with(relay::RecordKind::kCursor, owner_key, {0x01}));  // beyond the log
  EXPECT_FALSE(with(relay::RecordKind::kCursor, owner_key, {}));
  EXPECT_FALSE(with(relay::RecordKind::kCursor, Bytes(16), {0x00}));  // nobody
  EXPECT_FALSE(with(relay::RecordKind::kInvite, Bytes(16), {0x00}));
  EXPECT_FALSE(with(relay::RecordKind::kJoinRequest, Bytes(61), {0x00}));
  EXPECT_FALSE(with(relay::RecordKind::kGrant, Bytes(16), {0x00}));
}

// ---- frames out of place

class RelayFrames : public Relay {};

TEST_F(RelayFrames, a_ping_is_answered_in_every_state) {
  const Person stranger;
  for (const ConnectionId connection : {owner, world.arrive(stranger)}) {
    world.send(connection, frame::Ping{7});
    EXPECT_THAT(world.said(connection), ElementsAre("pong 7"));
  }
}

TEST_F(RelayFrames, unknown_frames_and_those_of_servers_are_typed_errors) {
  const Person stranger;
  for (const ConnectionId connection : {owner, world.arrive(stranger)}) {
    world.send(connection, frame::Unknown{99});
    world.send(connection, frame::RoomCreate{room.genesis});
    world.send(connection, frame::Live{3});
    world.send(connection, frame::EntryAt{1, room.genesis, std::nullopt});
    world.send(connection, frame::Replaced{});
    EXPECT_THAT(
        world.said(connection),
        ElementsAre("error unknown-frame", "error unexpected-frame", "error unexpected-frame",
                    "error unexpected-frame", "error unexpected-frame"));
    EXPECT_EQ(world.closed(connection), std::nullopt);
  }
  EXPECT_EQ(head(), 0U);
}

TEST_F(RelayFrames, an_error_says_which_frame_it_is_about) {
  world.send(owner, frame::Unknown{99});
  const auto received = world.take(owner);
  EXPECT_EQ(std::get<frame::Error>(received.at(0).frame).about, 99U);
}

// "A joiner that is not a member" gets nothing but requests and pings answered.
TEST_F(RelayFrames, hole_C_nothing_that_needs_a_member_is_taken_before_the_room_is_open) {
  const Person stranger;
  const Bytes sealed = sealed_grant();
  for (const ConnectionId connection : {world.arrive(stranger), world.arrive(room.owner)}) {
    world.send(connection, frame::Ack{0});
    world.send(connection,
               frame::InvitePublish{random<InviteId>(), world.in(std::chrono::hours(1))});
    world.send(connection, frame::InviteRevoke{random<InviteId>()});
    world.send(connection,
               frame::JoinDecline{random<InviteId>(), room.owner_id, DeclineReason::kRefused});
    world.send(connection, frame::JoinGrant{room.owner_id, sealed});
    EXPECT_THAT(world.said(connection),
                ::testing::ElementsAreArray(std::vector<std::string>(5, "error unexpected-frame")));
  }
  EXPECT_THAT(world.said(owner), IsEmpty());
  EXPECT_EQ(world.store.records(relay::RecordKind::kInvite), 0U);
}

TEST_F(RelayFrames, of_connections_that_are_gone_do_nothing) {
  world.go(owner);
  append(owner, message_entry(room.owner_id, 0));
  EXPECT_EQ(head(), 0U);
  EXPECT_TRUE(world.room().idle());
}

}  // namespace
}  // namespace zerofc
