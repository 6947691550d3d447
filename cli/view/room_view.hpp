// The interactive view of one room: what is shown, and what somebody at the terminal does.
#pragma once

#include "cli/commands/arguments.hpp"

namespace zerofc::cli {

// Until /quit, Ctrl-D or a signal. Throws Exit.
void show_room(const Arguments& arguments);

}  // namespace zerofc::cli
