// One person's whole client: member::Client over a disk in memory, its vault under a passphrase,
// its sessions replaced by links. Has what Device has.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/member/client.hpp"
#include "core/member/tests/test_crypto.hpp"
#include "tests/world/person.hpp"
#include "tests/world/scheduler.hpp"
#include "tests/world/server.hpp"

namespace zerofc::world {

class ClientDevice : public Person {
 public:
  ClientDevice(Scheduler& scheduler, Server& server, Crypto& crypto, std::string name);
  ClientDevice(const ClientDevice&) = delete;
  ClientDevice& operator=(const ClientDevice&) = delete;
  ~ClientDevice() = default;

  void create();
  void join(const std::string& link);

  void say(const std::string& text);
  void invite();
  void rotate();
  void leave();

  void cut();
  void crash();
  void read_all();

  // It has a room.
  [[nodiscard]] bool is_running() const { return page.self.has_value(); }
  [[nodiscard]] bool is_at_rest() const;

 private:
  void start();
  void ask(const ui::Intent& intent);
  void handle(const member::HostEvent& event);
  void carry_out(member::HostAction& action);
  void open_session(const member::OpenSession& session);
  void send(const member::SendFrame& frame);
  void write(member::WriteVault& write);
  void show(BytesView patch);
  void vault_is(const ui::patch::VaultChanged& vault);
  void plan_tick(std::optional<Millis> due);
  [[nodiscard]] ui::Id32 room() const { return room_->bytes(); }
  // Later in this life, as an event of its own.
  template <class Action>
  void soon(Millis most, Action action);

  struct Channel {
    member::ConnectionId id{};
    std::shared_ptr<Link> link;
    std::uint64_t up = 0;
    std::uint64_t down = 0;
  };

  Scheduler* scheduler_;
  Server* server_;
  member::test::TestCrypto crypto_;
  std::optional<std::string> link_to_follow_;
  bool asks_for_a_room_ = false;
  std::optional<RoomId> room_;

  std::unique_ptr<member::Client> client_;
  std::map<Bytes, Bytes> disk_;
  std::optional<member::WriteVault> writing_;
  std::map<member::ConnectionId, Channel> channels_;
  ui::ConnectionState connection_ = ui::ConnectionState::kOffline;
  std::optional<Millis> tick_;
  std::uint64_t life_ = 0;
};

}  // namespace zerofc::world
