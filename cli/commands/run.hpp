// The commands, one function each.
#pragma once

#include "cli/commands/arguments.hpp"
#include "cli/output/json.hpp"

namespace zerofc::cli {

// commands/rooms.cpp
ExitCode run_create(const Arguments& arguments);
ExitCode run_join(const Arguments& arguments);
ExitCode run_rooms(const Arguments& arguments);
ExitCode run_members(const Arguments& arguments);
ExitCode run_leave(const Arguments& arguments);
ExitCode run_wipe(const Arguments& arguments);
// commands/keys.cpp
ExitCode run_invite(const Arguments& arguments);
ExitCode run_revoke(const Arguments& arguments);
ExitCode run_rotate(const Arguments& arguments);
// commands/messages.cpp
ExitCode run_send(const Arguments& arguments);
ExitCode run_tail(const Arguments& arguments);
ExitCode run_history(const Arguments& arguments);
// commands/talk.cpp: events out and messages in, in one process
ExitCode run_open(const Arguments& arguments);

// Standard output, at once: one line. Throws Exit (kFailed) if nobody takes it.
void say_line(std::string_view line);
void say_event(const Json& event);

}  // namespace zerofc::cli
