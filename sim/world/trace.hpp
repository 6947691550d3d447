// What happens in a world, as lines and as one hash over them: equal hashes, equal runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"

namespace zerofc::sim {

class Trace {
 public:
  // Without `keeps_lines` there is only the hash.
  explicit Trace(bool keeps_lines = false) : keeps_lines_(keeps_lines) {}

  // `bytes` are hashed; the line shows how many they are.
  void note(std::chrono::milliseconds when, std::string_view who, std::string_view what,
            BytesView bytes = {});
  // For people only: ends the last line.
  void remark(std::string_view remark) { lines_.back() += ": " + std::string(remark); }
  [[nodiscard]] bool keeps_lines() const { return keeps_lines_; }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  void mix(BytesView bytes);

  bool keeps_lines_;
  std::uint64_t hash_ = 0xcbf29ce484222325U;  // FNV-1a
  std::vector<std::string> lines_;
};

}  // namespace zerofc::sim
