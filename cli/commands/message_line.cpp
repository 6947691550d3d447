#include "cli/commands/message_line.hpp"

#include <nlohmann/json.hpp>

#include "cli/exit.hpp"

namespace zerofc::cli {

std::string message_in_json(std::string_view line) {
  const auto parsed = nlohmann::json::parse(line, nullptr, false);
  if (!parsed.is_object() || parsed.size() != 1 || !parsed.contains("text") ||
      !parsed["text"].is_string()) {
    throw Exit{ExitCode::kUsage, R"(A line of standard input has to be {"text":"…"}.)"};
  }
  return parsed["text"].get<std::string>();
}

std::string message_of_line(LineReader& lines, bool json) {
  const bool is_too_long = lines.state() == LineReader::State::kTooLong;
  std::string line = lines.take();
  if (is_too_long) throw Exit{ExitCode::kUsage, "A line of standard input is too long."};
  if (line.empty()) return line;
  return json ? message_in_json(line) : line;
}

}  // namespace zerofc::cli
