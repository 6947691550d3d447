// What the operator may choose: the command line over the configuration file over the defaults.
// Every key stands in docs/operations.md.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/relay/limits.hpp"
#include "server/app/log.hpp"
#include "server/limits.hpp"

namespace zerofc::server {

// What the process answers to whoever started it.
enum class ExitCode : std::uint8_t {
  kDone = 0,
  kFailed = 1,   // anything not named below
  kUsage = 2,    // the command line or the configuration file
  kDataDir = 3,  // the data directory or the store
  kListen = 4,   // the address or the port
};

enum class StoreKind : std::uint8_t { kSqlite, kMemory };

struct Options {
  boost::asio::ip::tcp::endpoint listen{boost::asio::ip::address_v4::loopback(), 5103};
  std::filesystem::path data;
  std::vector<std::string> public_origins;
  bool behind_proxy = false;
  StoreKind store = StoreKind::kSqlite;
  std::size_t threads = 0;  // 0: one per processor
  LogLevel log_level = LogLevel::kInfo;
  Limits limits;
  relay::Limits relay_limits;
};

// The process ends at once: help, version or a refusal.
struct EarlyExit {
  ExitCode code{};
  std::string text;
};

[[nodiscard]] std::variant<Options, EarlyExit> read_options(int count, const char* const* words);

// "127.0.0.1:5103", "[::1]:5103", "localhost:0"
[[nodiscard]] std::optional<boost::asio::ip::tcp::endpoint> parse_listen(std::string_view text);

}  // namespace zerofc::server
