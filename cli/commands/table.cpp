#include <vector>

#include "cli/commands/arguments.hpp"
#include "cli/commands/run.hpp"

namespace zerofc::cli {
namespace {

constexpr std::chrono::seconds kOneAnswer{60};
constexpr std::chrono::seconds kAsLongAsItTakes{0};

}  // namespace

const std::vector<Command>& commands() {
  using enum Takes;
  static const std::vector<Command> kCommands{
      {"create",
       "Makes a room",
       {kServer, kName, kNickname},
       kOneAnswer,
       run_create,
       "The first room of a state directory needs --server; all its rooms are on that server."},
      {"join",
       "Joins a room by an invite link",
       {kLinkFile, kNickname},
       kAsLongAsItTakes,
       run_join,
       "The link is a secret and no argument. Waits for the inviter; a request that was "
       "interrupted goes on with any later command."},
      {"open",
       "Shows a room and talks in it",
       {kRoom, kLast},
       kAsLongAsItTakes,
       run_open,
       "With --json: events on standard output, and {\"text\":\"…\"} on standard input, for bots."},
      {"rooms", "Lists the rooms that are kept here", {}, kOneAnswer, run_rooms},
      {"invite",
       "Prints a link for one newcomer",
       {kRoom, kExpires, kWait},
       kOneAnswer,
       run_invite,
       "Whoever holds the link first comes in, while you (by any command) are connected."},
      {"revoke", "Takes an invite back", {kRoom, kInvite}, kOneAnswer, run_revoke},
      {"members", "Lists who is in a room", {kRoom}, kOneAnswer, run_members},
      {"leave", "Leaves a room", {kRoom}, kOneAnswer, run_leave},
      {"rotate", "Changes the room key", {kRoom}, kOneAnswer, run_rotate},
      {"send",
       "Sends messages",
       {kRoom, kText},
       kOneAnswer,
       run_send,
       "Each is confirmed when it has come back in the room's log. With --json standard input is "
       "one {\"text\":\"…\"} per line."},
      {"tail",
       "Prints what happens in a room",
       {kRoom, kSince, kLast},
       kAsLongAsItTakes,
       run_tail,
       "What has come since the last time, then what comes; ends by a signal."},
      {"history",
       "Prints the messages that are kept here",
       {kRoom, kSince, kLast},
       kOneAnswer,
       run_history,
       "The output is not encrypted."},
      {"wipe",
       "Destroys everything that is kept here, the key first",
       {kYes},
       kOneAnswer,
       run_wipe}};
  return kCommands;
}

}  // namespace zerofc::cli
