// A message as it stands on standard input.
#pragma once

#include <string>
#include <string_view>

#include "cli/session/input.hpp"

namespace zerofc::cli {

// The text of {"text":"…"}; throws Exit (kUsage) if the line is anything else. Other keys are
// refused too: a later version may give them a meaning.
[[nodiscard]] std::string message_in_json(std::string_view line);

// Takes the line that is ready: as it is, or the text in it. Empty: an empty line, to be passed
// over. Throws Exit (kUsage) if it is too long.
[[nodiscard]] std::string message_of_line(LineReader& lines, bool json);

}  // namespace zerofc::cli
