// 0fcd: reads its options, starts a server, and drains it on SIGTERM or SIGINT.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "native/themis_crypto.hpp"
#include "server/app/log.hpp"
#include "server/app/options.hpp"
#include "server/app/server.hpp"
#include "server/data_dir/data_dir.hpp"
#include "server/store/memory_store.hpp"
#include "server/store/sqlite_store.hpp"
#include "themis/process.hpp"

namespace zerofc::server {
namespace {

// Descriptors beside those of connections: store, log, loops.
constexpr rlim_t kOtherDescriptors = 64;
constexpr std::timespec kTotalsEvery{.tv_sec = 60, .tv_nsec = 0};

int say(ExitCode code, const std::string& text) {
  std::fputs(text.c_str(), code == ExitCode::kDone ? stdout : stderr);
  return static_cast<int>(code);
}

int refuse(ExitCode code, std::string_view why) {
  return say(code, std::string("0fcd: ").append(why).append("\n"));
}

// Neither a core dump nor a debugger of this user sees keys.
bool keep_memory_private() {
  const rlimit none{0, 0};
  return ::setrlimit(RLIMIT_CORE, &none) == 0 && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

// As many connections as the system allows and no more than were asked for.
void fit_descriptors(Options& options) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &files));
  auto& connections = options.limits.connections.connections_max;
  if (files.rlim_cur == RLIM_INFINITY || files.rlim_cur >= connections + kOtherDescriptors) return;
  connections = std::max<std::size_t>(
      1, files.rlim_cur > kOtherDescriptors ? files.rlim_cur - kOtherDescriptors : 1);
  log_event(LogLevel::kWarning, "connections-limited-by-open-files",
            {{"connections", connections}});
}

std::string address_to_open(const Options& options, std::uint16_t port) {
  const auto address = options.listen.address();
  std::string host = address.to_string();
  if (address == boost::asio::ip::address_v4::loopback()) host = "localhost";
  if (address.is_v6()) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(port);
}

// Keys and rooms.
struct Data {
  std::optional<DataDir> dir;      // held while the server runs
  std::optional<ServerKeys> made;  // where nothing is kept
  std::unique_ptr<Store> store;
  [[nodiscard]] const ServerKeys& keys() const { return dir ? dir->keys() : *made; }
};

std::string_view describe_store(OpenStoreError error) {
  switch (error) {
    case OpenStoreError::kForeign:
      return "rooms.db in the data directory is not a database of 0fcd";
    case OpenStoreError::kNewer:
      return "rooms.db in the data directory was made by a newer version of 0fcd";
    case OpenStoreError::kDamaged:
      return "rooms.db in the data directory is damaged; restore it from a backup";
    case OpenStoreError::kUnavailable:
      return "rooms.db in the data directory can't be opened for writing: permissions, a full disk "
             "or another program";
  }
  return "";
}

// Or why there are none.
std::variant<Data, std::string_view> open_data(const Options& options, Crypto& crypto) {
  Data data;
  if (!options.data.empty()) {
    auto dir = DataDir::open(options.data, crypto);
    if (!dir) return describe(dir.error());
    data.dir = std::move(*dir);
  } else {
    data.made = make_server_keys(crypto);
    if (!data.made) return describe(DataDirError::kFailed);
    log_event(LogLevel::kWarning, "keys-and-rooms-end-with-this-process");
  }
  if (options.store == StoreKind::kMemory) {
    data.store = std::make_unique<MemoryStore>();
    return data;
  }
  auto store = SqliteStore::open(data.dir->rooms_file(), crypto,
                                 {.file_bytes_max = options.limits.store.file_bytes_max});
  if (!store) return describe_store(store.error());
  data.store = std::move(*store);
  return data;
}

// Waits for SIGTERM or SIGINT, both blocked, and says now and then how much was done.
void serve(const Server& server, const sigset_t& signals) {
  std::vector<EventCount> before = server.totals();
  while (::sigtimedwait(&signals, nullptr, &kTotalsEvery) < 0) {
    std::vector<EventCount> totals = server.totals();
    const bool changed =
        !std::ranges::equal(totals, before, {}, &EventCount::count, &EventCount::count);
    if (changed) log_event(LogLevel::kInfo, "totals", totals);
    before = std::move(totals);
  }
}

int run(int count, const char* const* words) {
  auto read = read_options(count, words);
  if (const auto* exit = std::get_if<EarlyExit>(&read)) return say(exit->code, exit->text);
  auto& options = std::get<Options>(read);
  set_log_level(options.log_level);
  if (!keep_memory_private())
    return refuse(ExitCode::kFailed, "the system does not let this process switch core dumps off");
  fit_descriptors(options);

  // Before any thread is made: they inherit it, so that the signals come to serve() alone.
  sigset_t signals{};
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  if (::pthread_sigmask(SIG_BLOCK, &signals, nullptr) != 0)
    return refuse(ExitCode::kFailed, "the system does not let this process wait for signals");

  ThemisCrypto crypto;
  auto kept = open_data(options, crypto);
  if (const auto* why = std::get_if<std::string_view>(&kept))
    return refuse(ExitCode::kDataDir, *why);
  auto& data = std::get<Data>(kept);

  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  ServerConfig config{.listen = options.listen,
                      .public_origins = options.public_origins,
                      .threads = options.threads == 0 ? processors : options.threads,
                      .handshake_threads = std::max<std::size_t>(1, processors / 2),
                      .limits = options.limits,
                      .relay_limits = options.relay_limits};
  auto server = Server::start(config, data.keys(), std::move(data.store));
  if (!server) {
    const bool is_store =
        server.error() == StartError::kStore || server.error() == StartError::kIdentity;
    return refuse(is_store ? ExitCode::kDataDir : ExitCode::kListen, describe(server.error()));
  }
  std::printf("0fc is ready on %s\n", address_to_open(options, (*server)->port()).c_str());
  std::fflush(stdout);
  log_event(LogLevel::kInfo, "ready", {{"threads", config.threads}});
  serve(**server, signals);
  log_event(LogLevel::kInfo, "draining");
  (*server)->stop();
  log_event(LogLevel::kInfo, "stopped", (*server)->totals());
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace
}  // namespace zerofc::server

int main(int count, char** words) {
  // First of all: nothing of libcrypto may have been allocated before.
  if (!themis::wipe_freed_libcrypto_memory()) {
    std::fputs("0fcd: libcrypto can't be made to wipe its memory\n", stderr);
    return static_cast<int>(zerofc::server::ExitCode::kFailed);
  }
  try {
    return zerofc::server::run(count, words);
  } catch (const std::exception&) {  // no memory, or the system gives no thread
    std::fputs("0fcd: the system gives too little memory or too few threads\n", stderr);
    return static_cast<int>(zerofc::server::ExitCode::kFailed);
  }
}
