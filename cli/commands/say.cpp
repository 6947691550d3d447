#include <cstdio>
#include <string>

#include "cli/commands/run.hpp"

namespace zerofc::cli {
namespace {

void put(std::string_view text) {
  const bool done = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!done || std::fflush(stdout) != 0) {
    throw Exit{ExitCode::kFailed, "Nobody takes the output."};
  }
}

}  // namespace

void say_line(std::string_view line) { put(std::string(line) + "\n"); }
void say_event(const Json& event) { put(to_line(event)); }

}  // namespace zerofc::cli
