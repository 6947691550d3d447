// The command line: which command, and what for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/exit.hpp"
#include "cli/session/session.hpp"

namespace zerofc::cli {

// What a command may be given.
enum class Takes : std::uint8_t {
  kRoom,      // ROOM
  kServer,    // --server URL
  kName,      // --name NAME
  kNickname,  // --nickname NAME
  kLinkFile,  // --link-file FILE
  kInvite,    // INVITE
  kText,      // TEXT
  kExpires,   // --expires SECONDS
  kWait,      // --wait
  kSince,     // --since SEQ
  kLast,      // --last COUNT
  kYes,       // --yes
};

struct Arguments {
  SessionOptions session;
  bool json = false;

  std::string room;
  std::string server;
  std::optional<std::string> name;
  std::optional<std::string> nickname;
  std::string link_file;
  std::string invite;
  std::vector<std::string> text;
  std::uint64_t expires_s = 86'400;
  bool wait = false;
  std::optional<std::uint64_t> since;
  std::optional<std::uint64_t> last;
  bool yes = false;
};

struct Command {
  std::string_view name;
  std::string_view about;  // one line
  std::vector<Takes> takes;
  std::chrono::seconds timeout;  // unless --timeout says otherwise; 0: as long as it takes
  ExitCode (*run)(const Arguments&);
  std::string_view more = {};  // further lines of `0fc NAME --help`
};

// All of them, in the order of `0fc --help`: commands/table.cpp.
[[nodiscard]] const std::vector<Command>& commands();

struct Chosen {
  const Command* command = nullptr;
  Arguments arguments;
};
// Help, version, or a refusal (with kUsage): `text` is all there is to say.
struct EarlyExit {
  ExitCode code{};
  std::string text;
};
[[nodiscard]] std::variant<Chosen, EarlyExit> read_arguments(int count, const char* const* words);

}  // namespace zerofc::cli
