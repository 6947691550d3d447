// One person's client with one room: what member::Client does around a room, without its vault and
// sessions. Records become durable one write after another, frames leave behind them, and at any
// moment everything but what is durable can be lost.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/member/room/room.hpp"
#include "tests/world/person.hpp"
#include "tests/world/scheduler.hpp"
#include "tests/world/server.hpp"

namespace zerofc::world {

class Device : public Person {
 public:
  Device(Scheduler& scheduler, Server& server, Crypto& crypto, std::string name)
      : Person(std::move(name)), scheduler_(&scheduler), server_(&server), crypto_(&crypto) {}
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

  // ---- what happens to it
  void cut();
  // Killed; it comes back with what is durable. The write that was under way is durable or not.
  void crash();
  // The page asks for everything that the room holds.
  void read_all();

  [[nodiscard]] bool is_running() const { return room_.has_value(); }
  // Nothing is on its way and nothing waits.
  [[nodiscard]] bool is_at_rest() const;

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
  std::optional<member::Room> room_;
  std::map<Record, Bytes> durable_;
  std::deque<Write> writes_;  // the first is under way
  std::shared_ptr<Link> link_;
  bool connects_ = false;
  bool is_live_ = false;
  std::optional<Millis> tick_;
  std::uint64_t life_ = 0;  // counts crashes
};

}  // namespace zerofc::world
