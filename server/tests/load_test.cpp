// Four shards, many rooms, everybody talking at once, connections that come and go: run under
// ThreadSanitizer by ./dev tsan.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "server/tests/running_server.hpp"

namespace zerofc::server {
namespace {

constexpr int kRooms = 8;
constexpr int kMembers = 3;    // beside the owner
constexpr int kMessages = 25;  // of each

// Says its messages, reconnecting once in the middle, and returns every message that it was sent,
// in order and without what it had before.
std::vector<std::pair<Seq, Bytes>> talk(std::uint16_t port, const RoomId& room,
                                        const SessionKeyPair& keys, const MemberId& id,
                                        std::size_t messages_in_all) {
  std::vector<std::pair<Seq, Bytes>> heard;
  std::map<EntryToken, Bytes> unsent;
  for (int i = 0; i < kMessages; ++i) {
    const auto token = random<EntryToken>();
    unsent.emplace(token, message_entry(id, 0, token));
  }
  std::optional<Seq> seen;
  bool was_cut = false;
  while (heard.size() < messages_in_all) {
    SessionClient client(port, keys);
    client.send(frame::RoomOpen{room, seen, false});
    bool sent = false;
    while (heard.size() < messages_in_all) {
      const auto came = client.receive();
      const auto* frame = std::get_if<testing::CameFrame>(&came);
      if (frame == nullptr) break;
      if (const auto* entry = std::get_if<frame::EntryAt>(&frame->frame)) {
        seen = entry->seq;
        const auto decoded = decode_entry(entry->entry);
        if (decoded->kind != Kind::kMessage) continue;
        heard.emplace_back(entry->seq, to_bytes(entry->entry));
        unsent.erase(decoded->token);
        if (!was_cut && heard.size() > messages_in_all / 3) {
          was_cut = true;
          client.websocket().socket().reset();
          break;
        }
      } else if (std::holds_alternative<frame::Live>(frame->frame) && !sent) {
        sent = true;
        for (const auto& [token, message] : unsent)
          client.send(frame::Append{message, std::nullopt});
      }
    }
  }
  return heard;
}

TEST(ServerLoad, over_four_shards_gives_everybody_everything_once_and_in_order) {
  ServerConfig config;
  config.threads = 4;
  config.handshake_threads = 2;
  config.limits.rooms.idle_room_time = 1ms;
  RunningServer server(config);

  struct Chat {
    std::unique_ptr<LiveRoom> room;
    std::vector<Person> people{kMembers};
    std::vector<std::vector<std::pair<Seq, Bytes>>> heard{kMembers + 1};
  };
  std::vector<Chat> chats(kRooms);
  std::vector<std::thread> threads;
  threads.reserve(kRooms);
  for (Chat& chat : chats) {
    threads.emplace_back([&] {
      chat.room = std::make_unique<LiveRoom>(server.port());
      for (const Person& person : chat.people) chat.room->admit(person);
    });
  }
  for (std::thread& thread : threads) thread.join();
  threads.clear();

  constexpr std::size_t kInAll = (kMembers + 1) * kMessages;
  for (Chat& chat : chats) {
    const Founded& room = chat.room->room;
    const auto start = [&](std::size_t index, const SessionKeyPair& keys, const MemberId& id) {
      threads.emplace_back([&chat, &server, &keys, id, index] {
        chat.heard[index] = talk(server.port(), chat.room->id(), keys, id, kInAll);
      });
    };
    // A member may ask for what came after the last rotation before it: here, everything.
    for (std::size_t i = 0; i < kMembers; ++i)
      start(i, chat.people[i].session, room.id_of(chat.people[i]));
    start(kMembers, room.owner.session, room.owner_id);
  }
  for (std::thread& thread : threads) thread.join();

  for (const Chat& chat : chats) {
    std::set<Bytes> different;
    Seq before = 0;
    for (const auto& [seq, entry] : chat.heard.front()) {
      EXPECT_GT(seq, before);
      before = seq;
      different.insert(entry);
    }
    EXPECT_EQ(different.size(), kInAll);
    for (const auto& heard : chat.heard) EXPECT_EQ(heard, chat.heard.front());
  }
  server.server().stop();
}

}  // namespace
}  // namespace zerofc::server
