// zerofc-sim: whole rooms by seed.
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sim/run.hpp"
#include "themis/testing/seeded_random.hpp"

namespace zerofc::sim {
namespace {

struct Options {
  std::uint64_t from = 1;
  std::uint64_t seeds = 100;
  unsigned jobs = 1;
  std::vector<Profile> profiles;
  bool traces = false;
  bool stops = false;  // at the first seed that fails
};

constexpr const char* kUsage =
    "usage: zerofc-sim [--from SEED] [--seeds COUNT] [--profile NAME] [--jobs COUNT] [--trace] "
    "[--first]\n"
    "  --profile  honest, server or insider; without it, all of them\n"
    "  --trace    prints every event\n"
    "  --first    stops at the first seed that fails\n";

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Options> parse(const std::vector<std::string_view>& arguments) {
  Options options;
  options.jobs = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    const std::string_view name = arguments[index];
    if (name == "--trace") {
      options.traces = true;
      continue;
    }
    if (name == "--first") {
      options.stops = true;
      continue;
    }
    if (++index == arguments.size()) return std::nullopt;
    if (name == "--profile") {
      const auto profile = profile_named(arguments[index]);
      if (!profile) return std::nullopt;
      options.profiles = {*profile};
      continue;
    }
    const auto value = number(arguments[index]);
    if (!value || *value == 0) return std::nullopt;
    if (name == "--from") {
      options.from = *value;
    } else if (name == "--seeds") {
      options.seeds = *value;
    } else if (name == "--jobs") {
      options.jobs = static_cast<unsigned>(*value);
    } else {
      return std::nullopt;
    }
  }
  if (options.profiles.empty()) options.profiles = all_profiles();
  return options;
}

std::string replay_command(Profile profile, std::uint64_t seed) {
  return "./dev sim --profile " + std::string(name_of(profile)) + " --from " +
         std::to_string(seed) + " --seeds 1 --trace";
}

// What this thread is at, for a run that ends the program.
thread_local Profile current_profile = Profile::kHonest;
thread_local std::uint64_t current_seed = 0;

void say_what_crashed(int number) {
  const std::string line = "zerofc-sim: the program ends with signal " + std::to_string(number) +
                           "; replay it with\n  " + replay_command(current_profile, current_seed) +
                           "\n";
  static_cast<void>(::write(STDERR_FILENO, line.data(), line.size()) != 0);
  static_cast<void>(std::signal(number, SIG_DFL));
  static_cast<void>(std::raise(number));
}

class Runs {
 public:
  Runs(const Options& options, Profile profile) : options_(&options), profile_(profile) {}

  // True if nothing was wrong.
  bool run_all() {
    const auto began = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    threads.reserve(options_->jobs);
    for (unsigned job = 0; job < options_->jobs; ++job) threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads) thread.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const Tally& tally = sum_.tally();
    std::printf(
        "%s: %llu seeds from %llu, %zu failed; %zu members, %zu left, %zu texts, %llu rotations; "
        "%.1f s\n",
        std::string(name_of(profile_)).c_str(), as_printed(options_->seeds),
        as_printed(options_->from), failed_, tally.members, tally.left, tally.texts,
        as_printed(tally.epochs), took.count());
    bool good = failed_ == 0;
    for (const std::string& line : sum_.lines()) std::printf("  %s\n", line.c_str());
    for (const std::string& fault : sum_.faults()) {
      good = false;
      std::printf("%s: %s\n", std::string(name_of(profile_)).c_str(), fault.c_str());
    }
    return good;
  }

 private:
  static unsigned long long as_printed(std::uint64_t value) { return value; }

  void work() {
    for (;;) {
      const std::uint64_t index = next_++;
      if (index >= options_->seeds) return;
      const std::uint64_t seed = options_->from + index;
      current_profile = profile_;
      current_seed = seed;
      const Report report = sim::run(profile_, seed, options_->traces);
      const std::lock_guard<std::mutex> lock(mutex_);
      sum_.add(report);
      for (const std::string& line : report.trace) std::printf("%s\n", line.c_str());
      if (options_->traces) {
        std::printf("seed %llu: %s, trace %016llx\n", as_printed(seed), report.story.c_str(),
                    as_printed(report.trace_hash));
      }
      if (report.faults.empty()) continue;
      ++failed_;
      if (options_->stops) next_ = options_->seeds;
      std::printf("%s: seed %llu failed (%s); replay it with\n  %s\n",
                  std::string(name_of(profile_)).c_str(), as_printed(seed), report.story.c_str(),
                  replay_command(profile_, seed).c_str());
      for (const std::string& fault : report.faults) std::printf("    %s\n", fault.c_str());
    }
  }

  const Options* options_;
  Profile profile_;
  std::atomic<std::uint64_t> next_{0};
  std::mutex mutex_;
  Sum sum_;
  std::size_t failed_ = 0;
};

int run_everything(const Options& options) {
  if (!themis::testing::install_seeded_random()) {
    std::fputs("zerofc-sim: libcrypto does not take another random source\n", stderr);
    return 2;
  }
  for (const int number : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) {
    static_cast<void>(std::signal(number, say_what_crashed));
  }
  bool good = true;
  for (const Profile profile : options.profiles) {
    Runs runs(options, profile);
    good = runs.run_all() && good;
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace zerofc::sim

int main(int count, char** values) {
  const std::vector<std::string_view> arguments(values + 1, values + count);
  const auto options = zerofc::sim::parse(arguments);
  if (!options) {
    std::fputs(zerofc::sim::kUsage, stderr);
    return 2;
  }
  return zerofc::sim::run_everything(*options);
}
