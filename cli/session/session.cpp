#include "cli/session/session.hpp"

#include <csignal>
#include <utility>
#include <variant>

#include "cli/output/describe.hpp"
#include "cli/text/hex.hpp"
#include "native/themis_crypto.hpp"

namespace zerofc::cli {
namespace {

using std::chrono::steady_clock;

StateDir must(Result<StateDir, StateDirError> opened) {
  if (!opened) throw Exit{ExitCode::kState, std::string(describe(opened.error()))};
  return std::move(*opened);
}

StateDir open_state(const SessionOptions& options, const std::optional<Origin>& origin) {
  if (!origin) return must(StateDir::open(options.data));
  StateDir state = must(StateDir::open_or_make(options.data, origin->text));
  if (state.origin() != origin->text) {
    throw Exit{ExitCode::kState, "The rooms of this state directory are on another server (" +
                                     state.origin() + "): name another directory by --data."};
  }
  return state;
}

// Of the marker file, which this program wrote.
Origin origin_of(const StateDir& state) {
  auto origin = parse_origin(state.origin());
  if (auto* parsed = std::get_if<Origin>(&origin)) return std::move(*parsed);
  throw Exit{ExitCode::kState, std::string(describe(StateDirError::kDamaged))};
}

// Of a passphrase typed at a terminal, before a wrong one ends the command.
constexpr int kTries = 3;

}  // namespace

Session::Session(const SessionOptions& options, std::optional<Origin> origin, Access access)
    : options_(options),
      crypto_(std::make_unique<ThemisCrypto>()),
      state_(open_state(options, origin)),
      work_(boost::asio::make_work_guard(loop_)),
      signals_(loop_) {
  start_core();
  if (access != Access::kOnline) ask(ui::intent::ConnectionSuspend{});
  until([this] { return model_.vault_is_known && !model_.vault_is_busy; });
  if (access == Access::kLocked) return;
  switch (model_.vault) {
    case ui::VaultState::kLocked:
      open_vault(options.passphrase);
      break;
    case ui::VaultState::kAbsent:
      if (!origin) throw Exit{ExitCode::kState, std::string(describe(StateDirError::kAbsent))};
      make_vault(options.passphrase);
      break;
    default:
      throw Exit{ExitCode::kState, describe({.code = model_.vault == ui::VaultState::kNewer
                                                         ? ui::ProblemCode::kVaultNewer
                                                         : ui::ProblemCode::kVaultDamaged})};
  }
  watch_signals();
}

Session::~Session() = default;

void Session::start_core() {
  host_ =
      std::make_unique<Host>(loop_, *crypto_, VaultFiles(state_.vault_folder()), origin_of(state_),
                             options_.proxy, [this](const ui::Patch& patch) { heard(patch); });
  ask(ui::intent::ClientStart{.origin = state_.origin()});
}

void Session::heard(const ui::Patch& patch) {
  model_.apply(patch);
  if (const auto* problem = std::get_if<ui::patch::Problem>(&patch)) problem_ = *problem;
  if (!listener_ || thrown_) return;
  try {
    listener_(patch);
  } catch (const Exit& exit) {
    thrown_ = exit;  // for whoever waits: the core's step is carried out to its end
  }
}

// What ended the listener ends whoever waits.
void Session::rethrow() {
  if (thrown_) throw *std::exchange(thrown_, std::nullopt);
}

void Session::ask(const ui::Intent& intent) {
  problem_.reset();
  if (!host_->ask(intent)) {
    throw Exit{ExitCode::kUsage, "What was given is too long, or is not UTF-8."};
  }
}

bool Session::wait(const std::function<bool()>& is_so) {
  while (true) {
    rethrow();
    if (is_so()) return true;
    if (interrupted_) return false;
    loop_.run_one();
  }
}

void Session::until(const std::function<bool()>& is_so) {
  const auto end = steady_clock::now() + options_.timeout;
  while (true) {
    rethrow();
    if (is_so()) return;
    if (interrupted_) throw Exit{ExitCode::kInterrupted, "Interrupted."};
    if (problem_ && problems_end_) throw Exit{exit_code_of(problem_->code), describe(*problem_)};
    if (options_.timeout.count() == 0) {
      loop_.run_one();
    } else if (steady_clock::now() >= end) {
      throw Exit{ExitCode::kUnreachable, who_is_late()};
    } else {
      loop_.run_one_until(end);
    }
  }
}

std::string Session::who_is_late() const {
  const std::string& why = host_->last_failure();
  return "No answer within " + std::to_string(options_.timeout.count()) + " s." +
         (why.empty() ? "" : " " + why);
}

// ---- the vault

void Session::open_vault(const PassphraseSource& source) {
  const bool asks = source.is_terminal();
  for (int tries = asks ? kTries : 1; tries > 0; --tries) {
    if (unlock(read_passphrase(source, "Passphrase: "))) break;
    if (tries == 1) throw Exit{ExitCode::kPassphrase, "This is not the passphrase."};
  }
}

// From here on a signal ends what waits, and not the process in the middle of it.
void Session::watch_signals() {
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  signals_.add(SIGHUP);
  signals_.async_wait([this](boost::system::error_code cancelled, int /*number*/) {
    if (!cancelled) interrupted_ = true;
  });
}

bool Session::unlock(const SecretBytes& passphrase) {
  ask(ui::intent::VaultOpen{.passphrase = text_of(passphrase.view())});
  bool wrong = false;
  until([&] {
    wrong = problem_ && problem_->code == ui::ProblemCode::kPassphraseWrong;
    if (problem_ && !wrong) throw Exit{exit_code_of(problem_->code), describe(*problem_)};
    if (wrong) problem_.reset();
    return wrong || (model_.vault == ui::VaultState::kOpen && !model_.vault_is_busy);
  });
  return !wrong;
}

void Session::make_vault(const PassphraseSource& source) {
  const SecretBytes passphrase = read_passphrase(source, "Choose a passphrase: ");
  if (source.is_terminal()) {
    const SecretBytes again = read_passphrase(source, "The same again: ");
    if (!equal_constant_time(passphrase.view(), again.view())) {
      throw Exit{ExitCode::kPassphrase, "These are two different passphrases."};
    }
  }
  ask(ui::intent::VaultCreate{.passphrase = text_of(passphrase.view())});
  until([this] { return model_.vault == ui::VaultState::kOpen && !model_.vault_is_busy; });
}

void Session::lock() {
  ask(ui::intent::VaultLock{});
  until([this] { return model_.vault != ui::VaultState::kOpen && !model_.vault_is_busy; });
}

void Session::wipe() {
  ask(ui::intent::VaultWipe{});
  until([this] { return model_.vault == ui::VaultState::kAbsent && !model_.vault_is_busy; });
  if (!state_.remove()) throw Exit{ExitCode::kState, "The vault is gone, but its folder is not."};
}

// ---- rooms

const RoomModel& Session::room(std::string_view wanted) const {
  std::vector<const RoomModel*> found;
  for (const auto& [id, room] : model_.rooms) {
    const bool is_name = room.facts->name == wanted;
    const bool is_id = wanted.size() >= 4 && to_hex(id).starts_with(wanted);
    if (wanted.empty() || is_name || is_id) found.push_back(&room);
  }
  if (found.size() == 1) return *found.front();
  if (found.empty()) {
    throw Exit{ExitCode::kUnknown, "There is no such room here: 0fc rooms lists them."};
  }
  throw Exit{ExitCode::kUnknown,
             "More than one room is meant: name it by the beginning of its id (0fc rooms)."};
}

const RoomModel& Session::known_room(const ui::Id32& id) const {
  const RoomModel* room = model_.find(id);
  if (room == nullptr) throw Exit{ExitCode::kUnknown, "The room is gone."};
  return *room;
}

void Session::check_alive(const RoomModel& room) const {
  const ui::RoomState state = room.facts->state;
  if (state == ui::RoomState::kDeclined || state == ui::RoomState::kStopped) {
    const auto end = room.facts->end;
    throw Exit{ExitCode::kRefused, std::string(end ? describe(*end) : describe(state))};
  }
  if (state == ui::RoomState::kLeft) throw Exit{ExitCode::kRefused, "You have left this room."};
  if (room.connection.state == ui::ConnectionState::kServerKeyChanged) {
    const auto& connection = room.connection;
    throw Exit{ExitCode::kAlarm,
               "The server shows another key than the one that was pinned: no connection is made. "
               "Pinned: " +
                   to_hex(connection.expected.value_or(ui::Id32{})) +
                   ", shown: " + to_hex(connection.offered.value_or(ui::Id32{})) + "."};
  }
  if (room.connection.state == ui::ConnectionState::kClockOff) {
    throw Exit{ExitCode::kRefused, "The server refuses: " + describe(room.connection) + "."};
  }
}

const RoomModel& Session::connected_room(std::string_view wanted) {
  const RoomModel& room = this->room(wanted);
  const ui::Id32 id = room.facts->room;
  until([&] {
    const RoomModel& now = known_room(id);
    check_alive(now);
    return now.is_connected();
  });
  return known_room(id);
}

}  // namespace zerofc::cli
