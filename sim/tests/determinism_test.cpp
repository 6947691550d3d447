// A seed is a run: nothing else has a say in it.
#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "sim/run.hpp"
#include "themis/testing/seeded_random.hpp"

namespace zerofc::sim {
namespace {

#ifdef NDEBUG
constexpr std::uint64_t kSeeds = 20;
#else
constexpr std::uint64_t kSeeds = 4;  // under the sanitizers each takes ten times as long
#endif

class Determinism : public ::testing::Test {
 protected:
  Determinism() { EXPECT_TRUE(themis::testing::install_seeded_random()); }
};

std::vector<std::uint64_t> hashes(Profile profile) {
  std::vector<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    hashes.push_back(run(profile, seed).trace_hash);
  }
  return hashes;
}

TEST_F(Determinism, seeds_run_twice_have_equal_traces_and_all_differ) {
  for (const Profile profile : all_profiles()) {
    const auto first = hashes(profile);
    EXPECT_EQ(hashes(profile), first) << name_of(profile);
    EXPECT_EQ(std::set<std::uint64_t>(first.begin(), first.end()).size(), kSeeds);
  }
}

TEST_F(Determinism, the_trace_is_the_same_on_another_thread_and_with_its_lines) {
  const Report here = run(Profile::kServer, 7);
  Report there;
  std::thread([&there] { there = run(Profile::kServer, 7, true); }).join();
  EXPECT_EQ(there.trace_hash, here.trace_hash);
  EXPECT_TRUE(here.trace.empty());
  EXPECT_GT(there.trace.size(), 1000U);
}

}  // namespace
}  // namespace zerofc::sim
