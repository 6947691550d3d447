#include "server/app/options.hpp"

#include <toml++/toml.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "server/app/limit_keys.hpp"
#include "server/http/origin_policy.hpp"

namespace zerofc::server {
namespace {

// A refusal while options are read; never leaves this file.
struct Refusal {
  std::string why;
};

[[noreturn]] void refuse(std::string why) { throw Refusal{std::move(why)}; }

template <class Value>
struct Named {
  std::string_view name;
  Value value;
};
constexpr std::array<Named<StoreKind>, 2> kStores{
    {{"sqlite", StoreKind::kSqlite}, {"memory", StoreKind::kMemory}}};
constexpr std::array<Named<LogLevel>, 5> kLevels{{{"debug", LogLevel::kDebug},
                                                  {"info", LogLevel::kInfo},
                                                  {"warning", LogLevel::kWarning},
                                                  {"error", LogLevel::kError},
                                                  {"off", LogLevel::kOff}}};

template <class Value, std::size_t kCount>
Value value_named(const std::array<Named<Value>, kCount>& values, std::string_view name,
                  std::string_view option) {
  const auto found = std::ranges::find(values, name, &Named<Value>::name);
  if (found != values.end()) return found->value;
  std::string why(option);
  why.append(" is one of:");
  for (const auto& value : values) why.append(" ").append(value.name);
  refuse(std::move(why));
}

// What may be given in both places; none where it isn't.
struct Given {
  std::optional<std::string> listen;
  std::optional<std::string> data;
  std::vector<std::string> public_origins;
  std::optional<bool> behind_proxy;
  std::optional<std::string> store;
  std::optional<std::uint64_t> threads;
  std::optional<std::string> log_level;
};

constexpr std::uint64_t kThreadsMax = 256;

void apply(const Given& given, Options& options) {
  if (given.listen) {
    const auto endpoint = parse_listen(*given.listen);
    if (!endpoint) refuse("listen takes ADDRESS:PORT, such as 127.0.0.1:5103 or [::1]:5103");
    options.listen = *endpoint;
  }
  if (given.data) options.data = *given.data;
  if (!given.public_origins.empty()) options.public_origins = given.public_origins;
  if (given.behind_proxy) options.behind_proxy = *given.behind_proxy;
  if (given.store) options.store = value_named(kStores, *given.store, "store");
  if (given.threads) {
    if (*given.threads < 1 || *given.threads > kThreadsMax) refuse("threads is 1 to 256");
    options.threads = *given.threads;
  }
  if (given.log_level) options.log_level = value_named(kLevels, *given.log_level, "log-level");
}

template <class Value>
Value typed(const toml::node& node, std::string_view key, std::string_view kind) {
  const auto value = node.value_exact<Value>();
  if (!value) refuse(std::string(key).append(" must be ").append(kind));
  return *value;
}

std::uint64_t whole_number(const toml::node& node, std::string_view key) {
  const auto value = typed<std::int64_t>(node, key, "a whole number");
  if (value < 0) refuse(std::string(key).append(" must not be negative"));
  return static_cast<std::uint64_t>(value);
}

void apply_limits(const toml::node& node, Options& options) {
  const toml::table* table = node.as_table();
  if (table == nullptr) refuse("limits must be a table");
  for (const auto& [name, value] : *table) {
    const auto key = std::ranges::find(limit_keys(), name.str(), &LimitKey::name);
    if (key == limit_keys().end())
      refuse(std::string("there is no limit \"").append(name.str()).append("\""));
    const std::uint64_t number = whole_number(value, name.str());
    if (number < key->min || number > key->max) {
      refuse(std::string(key->name) + " is " + std::to_string(key->min) + " to " +
             std::to_string(key->max));
    }
    key->set({options.limits, options.relay_limits}, number);
  }
}

Given from_file(const toml::table& file, Options& options) {
  Given given;
  for (const auto& [name, node] : file) {
    const std::string_view key = name.str();
    const auto text = [&] { return typed<std::string>(node, key, "a text in quotes"); };
    if (key == "listen") {
      given.listen = text();
    } else if (key == "data") {
      given.data = text();
    } else if (key == "public-origin") {
      const toml::array* origins = node.as_array();
      if (origins == nullptr) refuse("public-origin must be a list of texts");
      for (const toml::node& origin : *origins)
        given.public_origins.push_back(typed<std::string>(origin, key, "a list of texts"));
    } else if (key == "behind-proxy") {
      given.behind_proxy = typed<bool>(node, key, "true or false");
    } else if (key == "store") {
      given.store = text();
    } else if (key == "threads") {
      given.threads = whole_number(node, key);
    } else if (key == "log-level") {
      given.log_level = text();
    } else if (key == "limits") {
      apply_limits(node, options);
    } else {
      refuse(std::string("there is no key \"").append(key).append("\""));
    }
  }
  return given;
}

void read_file(const std::string& path, Options& options) {
  try {
    apply(from_file(toml::parse_file(path), options), options);
  } catch (const toml::parse_error& error) {
    std::ostringstream why;
    why << error.description() << ", line " << error.source().begin.line;
    refuse("the configuration file can't be read: " + why.str());
  } catch (const Refusal& refusal) {
    refuse("in the configuration file: " + refusal.why);
  }
}

void check(const Options& options) {
  if (!options.listen.address().is_loopback() && !options.behind_proxy) {
    refuse(
        "0fcd speaks plain HTTP, so it listens on this computer only (127.0.0.1 or [::1]). Where a "
        "reverse proxy with TLS stands in front of it, say so with --behind-proxy");
  }
  if (options.behind_proxy && options.public_origins.empty())
    refuse("--behind-proxy needs --public-origin: the address that people open");
  if (!options.public_origins.empty() && !OriginPolicy::listed(options.public_origins)) {
    refuse(
        "--public-origin takes what browsers send, such as https://chat.example: lower case, no "
        "path, a port only if it isn't the usual one");
  }
  if (options.store == StoreKind::kSqlite && options.data.empty())
    refuse("--data DIR is needed: where the server keeps its keys and rooms");
  if (options.limits.connections.queue_bytes_max <
      2 * options.limits.connections.queue_low_bytes + options.limits.websocket.message_bytes_max)
    refuse("queue-bytes is too small for a replay and one message of the largest size");
}

}  // namespace

std::optional<boost::asio::ip::tcp::endpoint> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failed != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (host == "localhost") host = "127.0.0.1";
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (in_brackets) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(host), error);
  if (error || address.is_v6() != in_brackets) return std::nullopt;
  return boost::asio::ip::tcp::endpoint(address, port);
}

std::variant<Options, EarlyExit> read_options(int count, const char* const* words) {
  CLI::App app("0fcd serves 0fc: end-to-end encrypted, anonymous group chat.", "0fcd");
  Given given;
  std::string config;
  bool behind_proxy = false;
  app.set_version_flag("--version", "0fcd " ZEROFC_VERSION);
  app.add_option("--listen", given.listen,
                 "ADDRESS:PORT; port 0 takes a free one (127.0.0.1:5103)");
  app.add_option("--data", given.data, "directory for keys and rooms; made if there is none");
  app.add_option("--public-origin", given.public_origins,
                 "what people open, such as https://chat.example; may be given several times");
  app.add_flag("--behind-proxy", behind_proxy,
               "a reverse proxy with TLS is in front: any address may be listened on");
  app.add_option("--config", config, "configuration file (TOML): docs/operations.md");
  app.add_option("--store", given.store, "sqlite, or memory: rooms end with the process (sqlite)");
  app.add_option("--threads", given.threads, "shards (one per processor)");
  app.add_option("--log-level", given.log_level, "debug, info, warning, error or off (info)");
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    const int code = app.exit(error, out, out);
    return EarlyExit{code == 0 ? ExitCode::kDone : ExitCode::kUsage, out.str()};
  }
  if (behind_proxy) given.behind_proxy = true;
  try {
    Options options;
    if (!config.empty()) read_file(config, options);
    apply(given, options);
    check(options);
    return options;
  } catch (const Refusal& refusal) {
    return EarlyExit{ExitCode::kUsage, "0fcd: " + refusal.why + "\n"};
  }
}

}  // namespace zerofc::server
