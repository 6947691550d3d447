#include "sim/world/trace.hpp"

namespace zerofc::sim {

void Trace::mix(BytesView bytes) {
  for (const std::uint8_t byte : bytes) hash_ = (hash_ ^ byte) * 0x100000001b3U;
  hash_ = (hash_ ^ bytes.size()) * 0x100000001b3U;
}

void Trace::note(std::chrono::milliseconds when, std::string_view who, std::string_view what,
                 BytesView bytes) {
  const std::string time = std::to_string(when.count());
  mix(bytes_of(time));
  mix(bytes_of(who));
  mix(bytes_of(what));
  mix(bytes);
  if (!keeps_lines_) return;
  std::string line = time + " " + std::string(who) + " " + std::string(what);
  if (!bytes.empty()) line += " (" + std::to_string(bytes.size()) + " bytes)";
  lines_.push_back(std::move(line));
}

}  // namespace zerofc::sim
