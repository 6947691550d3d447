// 0fc: the terminal client.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <string>
#include <variant>

#include "cli/commands/arguments.hpp"
#include "cli/commands/run.hpp"
#include "themis/process.hpp"

namespace zerofc::cli {
namespace {

// Neither a core dump nor a debugger of this user sees keys or texts.
bool keep_memory_private() {
  const rlimit none{0, 0};
  return ::setrlimit(RLIMIT_CORE, &none) == 0 && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

int run(int count, const char* const* words) {
  auto read = read_arguments(count, words);
  if (const auto* early = std::get_if<EarlyExit>(&read)) {
    std::fputs(early->text.c_str(), early->code == ExitCode::kDone ? stdout : stderr);
    return static_cast<int>(early->code);
  }
  const auto& chosen = std::get<Chosen>(read);
  Exit end{ExitCode::kDone, ""};
  try {
    if (!keep_memory_private())
      throw Exit{ExitCode::kFailed, "The system does not let core dumps be switched off."};
    end.code = chosen.command->run(chosen.arguments);
  } catch (const Exit& exit) {
    end = exit;
  } catch (const std::exception&) {
    end = {ExitCode::kFailed, "The system gives too little memory, or refused something else."};
  }
  if (!end.why.empty()) {
    std::fprintf(stderr, "0fc: %s\n", end.why.c_str());
    if (chosen.arguments.json) {
      const Json error{{"event", "error"}, {"exit", static_cast<int>(end.code)}, {"text", end.why}};
      std::fputs(to_line(error).c_str(), stdout);
    }
  }
  return static_cast<int>(end.code);
}

}  // namespace
}  // namespace zerofc::cli

int main(int count, char** words) {
  // First of all: nothing of libcrypto may have been allocated before.
  if (!themis::wipe_freed_libcrypto_memory()) {
    std::fputs("0fc: libcrypto can't be made to wipe its memory\n", stderr);
    return static_cast<int>(zerofc::cli::ExitCode::kFailed);
  }
  try {
    return zerofc::cli::run(count, words);
  } catch (const std::exception&) {  // no memory for the command line
    std::fputs("0fc: the system gives too little memory\n", stderr);
    return static_cast<int>(zerofc::cli::ExitCode::kFailed);
  }
}
