// How 0fc ends: docs/cli.md has the codes.
#pragma once

#include <cstdint>
#include <string>

namespace zerofc::cli {

enum class ExitCode : std::uint8_t {
  kDone = 0,
  kFailed = 1,         // a fault of this program or of the system
  kUsage = 2,          // the command line, or what was typed
  kState = 3,          // the state directory: in use, damaged, newer, not writable, none
  kPassphrase = 4,     // wrong, too short, or none to be had
  kUnknown = 5,        // no such room, invite or member, or more than one
  kUnreachable = 6,    // the server did not answer in time; what waits is kept
  kRefused = 7,        // the room's rules, the server or the inviter said no
  kAlarm = 8,          // the server's key is not the one that was pinned
  kInterrupted = 130,  // by a signal, before it was done
};

// Thrown to end the command: what main() says, and with which code. Names no secret.
struct Exit {
  ExitCode code{};
  std::string why;
};

}  // namespace zerofc::cli
