// Replays a file of test vectors (schema: formats, section 0.3). Shared by the tests and the tool.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace themis::testing {

struct VectorReport {
  std::size_t passed = 0;
  // Of the passed: entries with a key that isn't P-256, which is refused as unsupported.
  std::size_t refused_as_unsupported = 0;
  std::vector<std::string> failures;  // which entry, and why
};

// Checks every entry of every group. What isn't understood (no JSON, a group, an operation or a
// member of unknown name or kind, a file without entries) is a failure; nothing is skipped.
VectorReport replay_vectors(std::string_view json);

}  // namespace themis::testing
