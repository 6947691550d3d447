// Rooms over real sockets: the whole way of a frame, from one client through the server to another.
#include <gtest/gtest.h>

#include "server/tests/running_server.hpp"

namespace zerofc::server {
namespace {

Bytes entry_in(const testing::CameFrame& came) {
  return to_bytes(std::get<frame::EntryAt>(came.frame).entry);
}

class ServerRooms : public ::testing::Test {
 protected:
  static ServerConfig two_shards() {
    ServerConfig config;
    config.threads = 2;
    return config;
  }
  RunningServer server{two_shards()};
};

TEST_F(ServerRooms, are_founded_and_their_members_hear_each_other) {
  LiveRoom room(server.port());
  const Person bob;
  const auto bobs = room.join(bob);

  const Bytes hello = room.say(room.owner(), room.room.owner);
  EXPECT_EQ(entry_in(bobs->expect<frame::EntryAt>()), hello);
  EXPECT_EQ(entry_in(room.owner().until<frame::EntryAt>()), hello) << "authors get theirs back";

  const Bytes answer = room.say(*bobs, bob);
  EXPECT_EQ(entry_in(room.owner().until<frame::EntryAt>()), answer);
  EXPECT_EQ(entry_in(bobs->until<frame::EntryAt>()), answer);
}

TEST_F(ServerRooms, live_on_several_shards_and_every_connection_finds_its_own) {
  std::vector<std::unique_ptr<LiveRoom>> rooms;
  for (int i = 0; i < 12; ++i) rooms.push_back(std::make_unique<LiveRoom>(server.port()));
  for (const auto& room : rooms) {
    const Person member;
    const auto joined = room->join(member);
    const Bytes said = room->say(*joined, member);
    EXPECT_EQ(entry_in(room->owner().until<frame::EntryAt>()), said);
  }
}

TEST_F(ServerRooms, replay_what_a_member_missed) {
  LiveRoom room(server.port());
  const Person bob;
  Seq seen = 0;
  {
    const auto bobs = room.join(bob);
    seen = room.room.next_seq - 1;
  }
  std::vector<Bytes> said;
  for (int i = 0; i < 150; ++i) {
    said.push_back(room.say(room.owner(), room.room.owner));
    static_cast<void>(room.owner().until<frame::EntryAt>());
  }
  SessionClient again(server.port(), bob.session);
  again.send(frame::RoomOpen{room.id(), seen, false});
  static_cast<void>(again.expect<frame::RoomOpened>());
  for (const Bytes& entry : said) EXPECT_EQ(entry_in(again.expect<frame::EntryAt>()), entry);
  static_cast<void>(again.expect<frame::Live>());
}

TEST_F(ServerRooms, tell_an_older_connection_of_the_same_member_that_it_is_replaced) {
  LiveRoom room(server.port());
  SessionClient second(server.port(), room.room.owner.session);
  room.open(second, 0);
  static_cast<void>(room.owner().until<frame::Replaced>());
  EXPECT_EQ(room.owner().expect_close(), 1000);
  const Bytes said = room.say(second, room.room.owner);
  EXPECT_EQ(entry_in(second.until<frame::EntryAt>()), said);
}

TEST_F(ServerRooms, that_do_not_exist_are_refused_by_name) {
  const Person nobody;
  SessionClient client(server.port(), nobody.session);
  client.send(frame::RoomOpen{random<RoomId>(), std::nullopt, false});
  EXPECT_EQ(client.expect_error(), FrameCode::kUnknownRoom);
  EXPECT_EQ(client.expect_close(), 1000);
}

TEST_F(ServerRooms, are_created_once_and_asked_again_answered_again) {
  LiveRoom room(server.port());
  SessionClient again(server.port(), room.room.owner.session);
  again.send(frame::RoomCreate{room.room.genesis});
  const auto created = again.expect<frame::RoomCreated>();
  EXPECT_EQ(std::get<frame::RoomCreated>(created.frame).room, room.id());
  EXPECT_TRUE(server.comes_to("rooms", 1));
}

// "the identity of a connection is the session key that the Secure Session authenticated, never
// one claimed in a frame": docs/protocol.md §2.2
TEST_F(ServerRooms, hole_C_a_card_counts_only_on_the_connection_of_its_session_key) {
  const Founded room;
  const Person thief;
  SessionClient client(server.port(), thief.session);
  client.send(frame::RoomCreate{room.genesis});
  EXPECT_EQ(client.expect_error(), FrameCode::kCardMismatch);
  EXPECT_EQ(server.total("rooms"), 0U);

  LiveRoom live(server.port());
  SessionClient again(server.port(), thief.session);
  again.send(frame::RoomOpen{live.id(), std::nullopt, false});
  EXPECT_EQ(again.expect_error(), FrameCode::kNotMember);
}

TEST_F(ServerRooms, take_no_entry_in_the_name_of_another_member) {
  LiveRoom room(server.port());
  const Person bob;
  const auto bobs = room.join(bob);
  room.say(*bobs, room.room.owner);
  const auto rejected = bobs->expect<frame::Rejected>();
  EXPECT_EQ(std::get<frame::Rejected>(rejected.frame).code, FrameCode::kWrongAuthor);
}

TEST_F(ServerRooms, are_forgotten_when_nobody_is_there_and_loaded_again) {
  ServerConfig config;
  config.limits.rooms.idle_room_time = 0ms;
  RunningServer forgetful(config);
  auto room = std::make_unique<LiveRoom>(forgetful.port());
  room->owner().send(frame::Ack{0});
  const Founded founded = std::move(room->room);
  const RoomId id = founded.state->room();
  room.reset();
  ASSERT_TRUE(forgetful.comes_to("connections-now", 0));
  for (int again = 0; again < 3; ++again) {
    SessionClient client(forgetful.port(), founded.owner.session);
    client.send(frame::RoomOpen{id, 0, false});
    const auto opened = client.expect<frame::RoomOpened>();
    EXPECT_EQ(std::get<frame::RoomOpened>(opened.frame).acked, 0U) << "the cursor was stored";
    static_cast<void>(client.expect<frame::Live>());
  }
  EXPECT_TRUE(forgetful.comes_to("connections-now", 0));
  EXPECT_GE(forgetful.total("rooms-loaded"), 2U);
}

TEST_F(ServerRooms, over_the_limit_are_refused_and_those_that_exist_go_on) {
  ServerConfig config;
  config.limits.rooms.rooms_max = 1;
  RunningServer small(config);
  LiveRoom room(small.port());
  const Founded second;
  SessionClient client(small.port(), second.owner.session);
  client.send(frame::RoomCreate{second.genesis});
  EXPECT_EQ(client.expect_error(), FrameCode::kServerRoomsFull);
  const Bytes said = room.say(room.owner(), room.room.owner);
  EXPECT_EQ(entry_in(room.owner().until<frame::EntryAt>()), said);
}

TEST_F(ServerRooms, over_the_rate_of_new_ones_are_refused) {
  ServerConfig config;
  config.limits.rooms.creates_per_minute_max = 2;
  RunningServer slow(config);
  const LiveRoom first(slow.port());
  const LiveRoom second(slow.port());
  const Founded third;
  SessionClient client(slow.port(), third.owner.session);
  client.send(frame::RoomCreate{third.genesis});
  EXPECT_EQ(client.expect_error(), FrameCode::kRateLimited);
  EXPECT_EQ(slow.total("rooms"), 2U);
}

TEST_F(ServerRooms, hole_I_refused_creations_take_nothing_from_the_rate_of_new_ones) {
  ServerConfig config;
  config.limits.rooms.creates_per_minute_max = 1;
  RunningServer slow(config);
  const Founded founded;
  const Person thief;
  SessionClient stranger(slow.port(), thief.session);
  SessionClient forger(slow.port(), founded.owner.session);
  Bytes forged = founded.genesis;
  forged.back() ^= 1U;  // of the signature
  for (int i = 0; i < 3; ++i) {
    stranger.send(frame::RoomCreate{founded.genesis});
    EXPECT_EQ(stranger.expect_error(), FrameCode::kCardMismatch);
    forger.send(frame::RoomCreate{forged});
    EXPECT_EQ(forger.expect_error(), FrameCode::kBadSignature);
  }
  forger.send(frame::RoomCreate{founded.genesis});
  static_cast<void>(forger.expect<frame::RoomCreated>());
  EXPECT_TRUE(slow.comes_to("rooms", 1));
}

TEST_F(ServerRooms, hole_I_one_connection_asks_for_new_ones_so_often_wherever_they_would_live) {
  const Person person;
  SessionClient client(server.port(), person.session);
  for (std::uint8_t i = 0; i < 60; ++i) {
    const Bytes genesis(20, i);  // each of another room, on one of the two shards
    client.send(frame::RoomCreate{genesis});
    EXPECT_EQ(client.expect_error(), FrameCode::kInvalidEntry);
  }
  client.send(frame::RoomCreate{Bytes(20, 60)});
  EXPECT_EQ(client.expect_error(), FrameCode::kRateLimited);
  EXPECT_EQ(client.expect_close(), 1008);
}

// "queues were unbounded": what waits for a client that reads too slowly has a bound, past it the
// connection is dropped, and the log brings everything back.
TEST_F(ServerRooms, hole_I_drop_who_reads_too_slowly_and_lose_nothing) {
  ServerConfig config;
  config.limits.connections.queue_bytes_max = 512 * 1024;
  config.relay_limits.appends_burst = 1e6;
  config.relay_limits.append_bytes_burst = 1e9;
  RunningServer tight(config);
  LiveRoom room(tight.port());
  const Person bob;
  room.admit(bob);
  const Seq added = room.room.next_seq - 1;
  SessionClient bobs(tight.port(), bob.session, {}, 4096);
  room.open(bobs, added);

  constexpr int kMessages = 130;
  std::vector<Bytes> said;
  for (int i = 0; i < kMessages; ++i) {
    said.push_back(room.say(room.owner(), room.room.owner, 60'000));
    EXPECT_EQ(entry_in(room.owner().until<frame::EntryAt>()), said.back()) << "nobody else suffers";
  }
  EXPECT_TRUE(tight.comes_to("slow-dropped", 1));
  EXPECT_TRUE(bobs.websocket().socket().closes());

  SessionClient again(tight.port(), bob.session);
  again.send(frame::RoomOpen{room.id(), added, false});
  static_cast<void>(again.expect<frame::RoomOpened>());
  for (const Bytes& entry : said) ASSERT_EQ(entry_in(again.expect<frame::EntryAt>()), entry);
  static_cast<void>(again.expect<frame::Live>());
}

TEST_F(ServerRooms, replay_no_faster_than_the_client_reads) {
  ServerConfig config;
  config.limits.connections.queue_bytes_max = 1024 * 1024;
  config.relay_limits.appends_burst = 1e6;
  config.relay_limits.append_bytes_burst = 1e9;
  RunningServer tight(config);
  LiveRoom room(tight.port());
  for (int i = 0; i < 130; ++i) {
    room.say(room.owner(), room.room.owner, 60'000);
    static_cast<void>(room.owner().until<frame::EntryAt>());
  }
  SessionClient again(tight.port(), room.room.owner.session, {}, 4096);
  again.send(frame::RoomOpen{room.id(), 0, false});
  std::this_thread::sleep_for(500ms);
  static_cast<void>(again.until<frame::Live>());  // 8 MB through a queue of one
  EXPECT_EQ(tight.total("slow-dropped"), 0U);
}

}  // namespace
}  // namespace zerofc::server
