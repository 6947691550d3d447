// One person's client with one room: what member::Client does around a room, without its vault and
// sessions. Records become durable one write after another, frames leave behind them, and at any
// moment everything but what is durable can be lost.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/member/room/room.hpp"
#include "core/member/testing/page.hpp"
#include "tests/world/scheduler.hpp"
#include "tests/world/server.hpp"

namespace zerofc::world {

class Device {
 public:
  Device(Scheduler& scheduler, Server& server, Crypto& crypto, std::string name)
      : scheduler_(&scheduler), server_(&server), crypto_(&crypto), name_(std::move(name)) {}
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device() = default;

  void create();
  void join(const std::string& link);

  // ---- what the person does
  void say(const std::string& text);
  void invite();
  void rotate();
  void leave();
  // Of the invites that the page shows as live.
  [[nodiscard]] std::vector<std::string> links() const;

  // ---- what happens to it
  void cut();
  // Killed; it comes back with what is durable. The write that was under way is durable or not.
  void crash();
  // The page asks for everything that the room holds.
  void read_all();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool is_running() const { return room_.has_value(); }
  [[nodiscard]] bool has_joined() const { return room_ && room_->state() == ui::RoomState::kLive; }
  [[nodiscard]] bool is_done() const;
  // Nothing is on its way and nothing waits.
  [[nodiscard]] bool is_at_rest() const;
  // What an honest world must never cause.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  [[nodiscard]] const member::Room& room() const { return *room_; }
  [[nodiscard]] std::uint64_t ticks() const { return ticks_; }

  testing::Page page;
  // Texts that the page said were stored; and those of which it had not been told when the client
  // was killed, or that were unsent when it left: they may be in the log.
  std::vector<std::string> said;
  std::set<std::string> perhaps;

 private:
  using Record = std::pair<member::RecordType, std::uint64_t>;
  struct Write {
    std::map<Record, std::optional<Bytes>> records;  // none: erased
    std::vector<Bytes> frames;
    std::shared_ptr<Link> link;
    std::vector<Bytes> patches;
  };

  template <class Call>
  void with_room(const Call& call);
  [[nodiscard]] member::Context context() const;
  void start();
  void take(member::Out& out);
  void release(const Write& write);
  void write_next();
  void apply(const Write& write);
  void show(BytesView patch);
  void plan_tick();
  void connect_later();
  void connect();
  void lost(const std::shared_ptr<Link>& link);

  Scheduler* scheduler_;
  Server* server_;
  Crypto* crypto_;
  std::string name_;
  std::optional<member::Room> room_;
  std::map<Record, Bytes> durable_;
  std::deque<Write> writes_;  // the first is under way
  std::shared_ptr<Link> link_;
  bool connects_ = false;
  bool is_live_ = false;
  bool is_replaced_ = false;
  std::optional<Millis> tick_;
  std::uint64_t life_ = 0;  // counts crashes
  std::uint64_t last_ref_ = 0;
  std::uint64_t ticks_ = 0;
  std::map<std::uint64_t, std::string> unsure_;  // by ref: not known to be stored
  std::string complaint_;
};

}  // namespace zerofc::world
