#include "cli/commands/arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <utility>

namespace zerofc::cli {
namespace {

constexpr std::uint64_t kExpiresMin = 60;
constexpr std::uint64_t kExpiresMax = 2'592'000;  // 30 days
constexpr std::uint64_t kSeqMax = (std::uint64_t{1} << 53U) - 1;

// What is written on the command line, before it is understood.
struct Written {
  std::string data;
  std::optional<int> passphrase_fd;
  std::string keyfile;
  std::string proxy;
  std::optional<std::uint64_t> timeout;
};

void add(CLI::App& command, Takes takes, Arguments& to) {
  switch (takes) {
    case Takes::kRoom:
      command.add_option("ROOM", to.room,
                         "The room's name, or the beginning of its id (4 digits or more). May be "
                         "left out if there is only one.");
      break;
    case Takes::kServer:
      command.add_option("--server", to.server, "The server, such as https://chat.example.");
      break;
    case Takes::kName:
      command.add_option("--name", to.name,
                         "The room's name. Left out, it is asked for: others on this machine see "
                         "arguments.");
      break;
    case Takes::kNickname:
      command.add_option("--nickname", to.nickname, "How you are called. Asked for if left out.");
      break;
    case Takes::kLinkFile:
      command.add_option("--link-file", to.link_file,
                         "A file that holds the invite link. Without it the link is asked for, or "
                         "read from standard input.");
      break;
    case Takes::kInvite:
      command
          .add_option("INVITE", to.invite,
                      "The invite's id or the beginning of it, as 0fc invite --json says it.")
          ->required();
      break;
    case Takes::kText:
      command.add_option("TEXT", to.text,
                         "The message; without it, each line of standard input is one.");
      break;
    case Takes::kExpires:
      command.add_option("--expires", to.expires_s, "Seconds until it dies unused: a day.")
          ->check(CLI::Range(kExpiresMin, kExpiresMax));
      break;
    case Takes::kWait:
      command.add_flag("--wait", to.wait, "Stay until somebody has come in with it.");
      break;
    case Takes::kSince:
      command.add_option("--since", to.since, "From this position of the log on.")
          ->check(CLI::Range(std::uint64_t{0}, kSeqMax));
      break;
    case Takes::kLast:
      command.add_option("--last", to.last, "First the newest rows that are there, so many.")
          ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}));
      break;
    case Takes::kYes:
      command.add_flag("--yes", to.yes, "Don't ask again.");
      break;
  }
}

void add_common(CLI::App& app, Written& to, Arguments& arguments) {
  app.add_option("--data", to.data, "State directory. Default: ~/.local/state/0fc");
  auto* fd = app.add_option("--passphrase-fd", to.passphrase_fd,
                            "Read the passphrase from this file descriptor")
                 ->check(CLI::Range(0, 65'535));
  app.add_option("--keyfile", to.keyfile, "Read the passphrase from this file")->excludes(fd);
  app.add_option("--proxy", to.proxy,
                 "Reach the server through socks5://ADDRESS:PORT; each room with credentials of "
                 "its own, names resolved there");
  app.add_option("--timeout", to.timeout, "Seconds to wait for an answer; 0: as long as it takes")
      ->check(CLI::Range(0, 86'400));
  app.add_flag("--json", arguments.json, "JSON lines, as docs/cli.md describes");
}

// Throws Exit (kUsage).
void understand(const Written& written, const Command& command, Arguments& arguments) {
  SessionOptions& session = arguments.session;
  if (!written.data.empty()) {
    session.data = written.data;
  } else if (const auto path = default_state_dir()) {
    session.data = *path;
  } else {
    throw Exit{ExitCode::kUsage, "There is no home directory: name a state directory by --data."};
  }
  session.passphrase = {.fd = written.passphrase_fd, .keyfile = written.keyfile};
  if (!written.proxy.empty()) {
    auto proxy = parse_proxy(written.proxy);
    if (const auto* why = std::get_if<std::string>(&proxy)) throw Exit{ExitCode::kUsage, *why};
    session.proxy = std::get<Proxy>(std::move(proxy));
  }
  session.timeout = command.timeout;
  if (written.timeout) session.timeout = std::chrono::seconds(*written.timeout);
}

}  // namespace

std::variant<Chosen, EarlyExit> read_arguments(int count, const char* const* words) {
  Written written;
  Chosen chosen;
  CLI::App app("End-to-end encrypted, anonymous group chat in the terminal.", "0fc");
  app.set_version_flag("--version", "0fc " ZEROFC_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.footer("0fc COMMAND --help says more of a command; docs/cli.md says everything.");
  add_common(app, written, chosen.arguments);
  for (const Command& command : commands()) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.about));
    sub->fallthrough();
    sub->footer(std::string(command.more));
    for (const Takes takes : command.takes) add(*sub, takes, chosen.arguments);
    sub->callback([&chosen, &command] { chosen.command = &command; });
  }
  try {
    app.parse(count, words);
    understand(written, *chosen.command, chosen.arguments);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream refusal;
    const bool is_done = app.exit(error, out, refusal) == 0;
    return EarlyExit{is_done ? ExitCode::kDone : ExitCode::kUsage,
                     is_done ? out.str() : refusal.str()};
  } catch (const Exit& exit) {
    return EarlyExit{exit.code, "0fc: " + exit.why + "\n"};
  }
  return chosen;
}

}  // namespace zerofc::cli
