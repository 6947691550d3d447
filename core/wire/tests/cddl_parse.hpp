// Text of CDDL to rules.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/tests/cddl.hpp"

namespace zerofc::cddl {

// Throws std::runtime_error for what it doesn't understand.
[[nodiscard]] std::map<std::string, std::vector<Type>> parse(std::string_view text);

}  // namespace zerofc::cddl
