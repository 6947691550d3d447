// One seed of one profile: a world from its beginning to its rest, and what came of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/oracles.hpp"
#include "sim/world/outcome.hpp"

namespace zerofc::sim {

enum class Profile : std::uint8_t { kHonest, kServer, kInsider };
[[nodiscard]] std::vector<Profile> all_profiles();
[[nodiscard]] std::string_view name_of(Profile profile);
[[nodiscard]] std::optional<Profile> profile_named(std::string_view name);

// What came about. If next to nothing does, a run proves next to nothing.
struct Tally {
  std::size_t members = 0;
  std::size_t left = 0;
  std::size_t texts = 0;
  std::uint64_t epochs = 0;
};

// What one kind of lie came to.
struct Lie {
  std::size_t runs = 0;
  std::size_t fired = 0;    // runs in which there was an occasion
  std::size_t reached = 0;  // of these, in which it reached somebody
  std::size_t told = 0;     // of these, in which somebody was told
  unsigned told_percent_min = 0;
  Outcomes outcomes;
};

struct Report {
  std::uint64_t trace_hash = 0;
  Faults faults;
  Tally tally;
  std::map<std::string_view, Lie> lies;
  std::string story;               // what it was about, and what people were told
  std::vector<std::string> trace;  // if it was asked for
};

// All runs of one profile.
class Sum {
 public:
  void add(const Report& report);
  [[nodiscard]] const Tally& tally() const { return tally_; }
  // What became of each lie.
  [[nodiscard]] std::vector<std::string> lines() const;
  // What is wrong with all of them together: a lie that was never told although it was its turn
  // often enough, or that went unnoticed too often.
  [[nodiscard]] Faults faults() const;

 private:
  std::map<std::string_view, Lie> lies_;
  Tally tally_;
};

// libcrypto must draw from themis::testing::seed_random() in this process.
[[nodiscard]] Report run(Profile profile, std::uint64_t seed, bool keeps_trace = false);

}  // namespace zerofc::sim
