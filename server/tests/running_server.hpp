// A server in this process, on a free port, with rooms in memory; and rooms founded over real
// sockets.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "core/log/testing/people.hpp"
#include "server/app/server.hpp"
#include "server/store/memory_store.hpp"
#include "server/testing/session_client.hpp"

namespace zerofc::server {

using testing::ask;
using testing::crypto;
using testing::Founded;
using testing::message_entry;
using testing::must;
using testing::Person;
using testing::random;
using testing::SessionClient;
using testing::sign_entry;
using testing::UpgradeRequest;
using testing::WebSocketClient;
using zerofc::encode;                  // beside that of this folder
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): units

class RunningServer {
 public:
  explicit RunningServer(ServerConfig config = {}, std::unique_ptr<Store> store = nullptr)
      : keys_(*make_server_keys(crypto())) {
    config.listen = {boost::asio::ip::address_v4::loopback(), 0};
    if (store == nullptr) store = std::make_unique<MemoryStore>();
    auto started = Server::start(config, keys_, std::move(store));
    if (!started) throw std::runtime_error(std::string(describe(started.error())));
    server_ = std::move(*started);
  }

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] const ServerKeys& keys() const { return keys_; }

  [[nodiscard]] std::uint64_t total(std::string_view name) const {
    for (const EventCount& event : server_->totals()) {
      if (event.name.view() == name) return event.count;
    }
    throw std::runtime_error("there is no such counter");
  }
  // Waits until a counter is what it should be: what it counts happens on other threads.
  [[nodiscard]] bool comes_to(std::string_view name, std::uint64_t value) const {
    for (int i = 0; i < 1000; ++i) {
      if (total(name) == value) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }

 private:
  ServerKeys keys_;
  std::unique_ptr<Server> server_;
};

// A room with its owner connected and live.
class LiveRoom {
 public:
  explicit LiveRoom(std::uint16_t port) : port_(port), owner_(port, room.owner.session) {
    owner_.send(frame::RoomCreate{room.genesis});
    static_cast<void>(owner_.expect<frame::RoomCreated>());
    open(owner_, 0);
  }

  [[nodiscard]] RoomId id() const { return room.state->room(); }
  [[nodiscard]] SessionClient& owner() { return owner_; }

  // Opens the room after this seq and reads up to the live end.
  void open(SessionClient& client, std::optional<Seq> after, bool controls = false) const {
    client.send(frame::RoomOpen{id(), after, controls});
    static_cast<void>(client.until<frame::Live>());
  }
  // The owner admits this person.
  void admit(const Person& person) {
    const auto invite = random<InviteId>();
    const auto expires =
        std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now() + 1h);
    owner_.send(frame::InvitePublish{invite, expires});
    static_cast<void>(owner_.until<frame::InviteState>());
    const Bytes card = room.card_of(person);
    const Bytes add = sign_entry(room.next_add(room.owner_id, card, invite), room.owner.signing);
    owner_.send(frame::Append{add, std::nullopt});
    static_cast<void>(owner_.until<frame::EntryAt>());
    room.land(add);
    added_at_ = room.next_seq - 1;
  }
  // And it connects and is live.
  [[nodiscard]] std::unique_ptr<SessionClient> join(const Person& person) {
    admit(person);
    auto client = std::make_unique<SessionClient>(port_, person.session);
    open(*client, added_at_);
    return client;
  }
  // Says something, as this person; returns the entry.
  Bytes say(SessionClient& client, const Person& person, std::size_t text_bytes = 200) {
    // The owner's card was made before there was a room.
    const MemberId author = &person == &room.owner ? room.owner_id : room.id_of(person);
    Bytes entry = message_entry(author, 0, random<EntryToken>(), text_bytes);
    client.send(frame::Append{entry, std::nullopt});
    ++room.next_seq;
    return entry;
  }

  Founded room;

 private:
  std::uint16_t port_;
  SessionClient owner_;
  Seq added_at_ = 0;
};

}  // namespace zerofc::server
