// One person's whole client: member::Client over a disk in memory, its vault under a passphrase,
// its sessions replaced by links.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/member/client.hpp"
#include "sim/world/ledger.hpp"
#include "sim/world/person.hpp"
#include "sim/world/scheduler.hpp"
#include "sim/world/server.hpp"
#include "sim/world/trace.hpp"

namespace zerofc::sim {

class Device : public Person {
 public:
  Device(Scheduler& scheduler, Trace& trace, Server& server, Ledger& ledger, std::string name);
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device() = default;

  void create();
  void join(const std::string& link);

  // ---- what the person does; nothing happens while the client does not run
  void say(const std::string& text);
  void invite();
  void revoke(const InviteId& invite);
  void rotate();
  void leave();
  void remove(const MemberId& member);
  void set_role(const MemberId& member, ui::Role role);
  // "Connect now", and every failed message again.
  void retry();
  void read_all();

  // ---- what happens to it
  void cut();
  // Killed; it comes back with what is durable. The write that was under way is durable or not.
  void crash();
  // The wall clock is off by so much from now on.
  void set_clock(Millis error) { clock_error_ = error; }

  // It has a room.
  [[nodiscard]] bool is_running() const { return client_ && page.self.has_value(); }
  [[nodiscard]] bool is_at_rest() const;
  // What it waits for, for people.
  [[nodiscard]] std::string state() const;
  [[nodiscard]] const std::optional<RoomId>& room() const { return room_; }
  // The live connection, if there is one.
  [[nodiscard]] std::shared_ptr<Link> link() const;
  [[nodiscard]] WatchedCrypto& crypto() { return crypto_; }

 private:
  void start();
  void ask(const ui::Intent& intent);
  void handle(const member::HostEvent& event);
  void carry_out(member::HostAction& action);
  void open_session(const member::OpenSession& session);
  void send(const member::SendFrame& frame);
  void write(member::WriteVault& write);
  void show(BytesView bytes);
  void vault_is(const ui::patch::VaultChanged& vault);
  void plan_tick(std::optional<Millis> due);
  [[nodiscard]] Now now() const;
  void trace(std::string_view what, BytesView bytes = {});
  void trace_frame(std::string_view what, BytesView plaintext);
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
  Trace* trace_;
  Server* server_;
  WatchedCrypto crypto_;
  std::optional<std::string> link_to_follow_;
  bool asks_for_a_room_ = false;
  std::optional<RoomId> room_;
  Millis clock_error_{0};

  std::unique_ptr<member::Client> client_;
  std::map<Bytes, Bytes> disk_;
  std::optional<member::WriteVault> writing_;
  std::map<member::ConnectionId, Channel> channels_;
  ui::ConnectionState connection_ = ui::ConnectionState::kOffline;
  std::optional<Millis> tick_;
  std::uint64_t life_ = 0;
};

}  // namespace zerofc::sim
