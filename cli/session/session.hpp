// What a command works with: one state directory, unlocked, and its rooms as they are shown.
// Commands are written as they would be told: ask for something, wait until it is so.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit.hpp"
#include "cli/model/model.hpp"
#include "cli/net/origin.hpp"
#include "cli/session/host.hpp"
#include "cli/session/passphrase.hpp"
#include "cli/state/state_dir.hpp"
#include "core/crypto.hpp"

namespace zerofc::cli {

struct SessionOptions {
  std::filesystem::path data;
  PassphraseSource passphrase;
  std::optional<Proxy> proxy;
  // For the answer to one thing that is asked; 0: as long as it takes.
  std::chrono::seconds timeout{60};
};

class Session {
 public:
  enum class Access : std::uint8_t {
    kOnline,
    kOffline,  // the vault is opened, and nothing is connected
    kLocked,   // nothing is opened: for wipe()
  };
  using Listener = std::function<void(const ui::Patch&)>;

  // Opens the state directory, asks for the passphrase and opens the vault; throws Exit. With an
  // `origin` a directory and a vault are made where there are none.
  Session(const SessionOptions& options, std::optional<Origin> origin, Access access);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const std::string& origin() const { return state_.origin(); }
  [[nodiscard]] boost::asio::io_context& loop() { return loop_; }
  // A number that no other intent of this session has.
  [[nodiscard]] std::uint64_t next_ref() { return ++last_ref_; }

  // Called with each patch, after the model has taken it. An Exit that it throws comes out of the
  // wait.
  void listen(Listener listener) { listener_ = std::move(listener); }

  // Asks the core; throws Exit (kUsage) if a text is too long or no UTF-8.
  void ask(const ui::Intent& intent);
  // Waits until it is so, looked at after everything that happens. Throws Exit: a problem that the
  // core tells of (unless they are `listened` to), the time is over, a signal came.
  void until(const std::function<bool()>& is_so);
  // The same, however long it takes. False: a signal came.
  bool wait(const std::function<bool()>& is_so);
  // A signal has asked for the end.
  [[nodiscard]] bool is_interrupted() const { return interrupted_; }
  // The same as lock(), for commands that a signal ends: it does not end this too.
  void end_by_signal() {
    interrupted_ = false;
    lock();
  }
  // Problems are for the listener, and end nothing.
  void problems_are_heard() { problems_end_ = false; }

  // The room that is meant: its name, or the beginning of its id; or the only one. Throws Exit
  // (kUnknown).
  [[nodiscard]] const RoomModel& room(std::string_view wanted) const;
  // The room with this id; throws Exit (kUnknown) if it is gone.
  [[nodiscard]] const RoomModel& known_room(const ui::Id32& id) const;
  // The room that is meant, once it is connected and caught up. Throws Exit if it can't come to
  // that.
  const RoomModel& connected_room(std::string_view wanted);
  // Throws if the room is over, or its server is not the one that was pinned.
  void check_alive(const RoomModel& room) const;

  // Locks: everything is stored, connections end, and nothing is left in memory.
  void lock();
  // Opens the vault again after lock(). False: not the passphrase.
  [[nodiscard]] bool unlock(const SecretBytes& passphrase);
  // Everything kept is destroyed, the key first.
  void wipe();

 private:
  void heard(const ui::Patch& patch);
  void rethrow();
  void start_core();
  void watch_signals();
  void open_vault(const PassphraseSource& source);
  void make_vault(const PassphraseSource& source);
  [[nodiscard]] std::string who_is_late() const;

  SessionOptions options_;
  std::unique_ptr<Crypto> crypto_;
  StateDir state_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::signal_set signals_;
  Model model_;
  Listener listener_;
  std::optional<ui::patch::Problem> problem_;
  std::optional<Exit> thrown_;
  bool problems_end_ = true;
  bool interrupted_ = false;
  std::uint64_t last_ref_ = 0;
  std::unique_ptr<Host> host_;
};

}  // namespace zerofc::cli
