// zerofc-load: CPU per delivery of a server under load.
//
//   zerofc-load KIND PORT PID ROOMS MEMBERS OUTSTANDING SECONDS
//
// KIND is zerofc, ws or mqtt; PID the server's. ROOMS rooms of MEMBERS; the first member of each
// sends messages of 256 bytes, with OUTSTANDING of them under way per room. Prints one line of
// JSON.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/load/rooms.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using zerofc::bench::Rooms;

constexpr std::size_t kPayload = 256;
constexpr std::chrono::milliseconds kWarmUp{500};

// Nanoseconds on a CPU of all threads of the process: the first field of schedstat.
std::uint64_t cpu_of(int pid) {
  std::uint64_t sum = 0;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::uint64_t time = 0;
    std::ifstream(task.path() / "schedstat") >> time;
    sum += time;
  }
  return sum;
}

std::uint64_t memory_of(int pid) {
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/" + std::to_string(pid) + "/statm") >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// One room's messages under way: a message is done when every member has it, the sender too.
struct Load {
  std::size_t deliveries = 0;
  std::deque<Clock::time_point> sent;
};

class Generator {
 public:
  Generator(Rooms& rooms, std::size_t count, std::size_t members, std::size_t outstanding)
      : rooms_(rooms), members_(members), outstanding_(outstanding), loads_(count) {
    rooms_.on_delivery = [this](std::size_t room) { delivered(room); };
  }

  void start() {
    sending_ = true;
    for (std::size_t room = 0; room < loads_.size(); ++room) {
      for (std::size_t index = 0; index < outstanding_; ++index) send(room);
    }
  }
  void run_for(std::chrono::milliseconds time) {
    const auto end = Clock::now() + time;
    while (Clock::now() < end) rooms_.loop().run_once(10);
  }
  void finish() {
    sending_ = false;
    rooms_.loop().run_until([this] {
      return std::all_of(loads_.begin(), loads_.end(),
                         [](const Load& load) { return load.sent.empty(); });
    });
  }
  void reset() {
    deliveries_ = 0;
    latencies_.clear();
  }
  [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
  // Microseconds from sending to the last member's receipt.
  [[nodiscard]] double latency(double part) {
    if (latencies_.empty()) return 0;
    std::sort(latencies_.begin(), latencies_.end());
    const auto last = static_cast<double>(latencies_.size() - 1);
    return latencies_[static_cast<std::size_t>(part * last)];
  }

 private:
  void send(std::size_t room) {
    loads_[room].sent.push_back(Clock::now());
    rooms_.send(room, kPayload);
  }
  void delivered(std::size_t room) {
    ++deliveries_;
    Load& load = loads_[room];
    if (++load.deliveries % members_ != 0) return;
    latencies_.push_back(
        std::chrono::duration<double, std::micro>(Clock::now() - load.sent.front()).count());
    load.sent.pop_front();
    if (sending_) send(room);
  }

  Rooms& rooms_;
  std::size_t members_;
  std::size_t outstanding_;
  std::vector<Load> loads_;
  std::vector<double> latencies_;
  std::uint64_t deliveries_ = 0;
  bool sending_ = false;
};

int run(const std::vector<std::string>& arguments) {
  const std::string& kind = arguments.at(0);
  const auto port = static_cast<std::uint16_t>(std::stoul(arguments.at(1)));
  const int pid = std::stoi(arguments.at(2));
  const std::size_t count = std::stoul(arguments.at(3));
  const std::size_t members = std::stoul(arguments.at(4));
  const std::size_t outstanding = std::stoul(arguments.at(5));
  const std::chrono::seconds time(std::stoul(arguments.at(6)));

  const auto rooms = kind == "zerofc" ? zerofc::bench::make_zerofc_rooms(port)
                     : kind == "ws"   ? zerofc::bench::make_plain_rooms(port)
                     : kind == "mqtt" ? zerofc::bench::make_mqtt_rooms(port)
                                      : nullptr;
  if (rooms == nullptr) throw std::runtime_error("no such kind of server: " + kind);
  Generator generator(*rooms, count, members, outstanding);
  const std::uint64_t cpu_start = cpu_of(pid);
  const std::uint64_t memory_start = memory_of(pid);
  rooms->set_up(count, members);
  const std::uint64_t cpu_joined = cpu_of(pid);
  const std::uint64_t memory_joined = memory_of(pid);
  generator.start();
  generator.run_for(kWarmUp);
  generator.reset();
  const std::uint64_t cpu_before = cpu_of(pid);
  const auto began = Clock::now();
  generator.run_for(time);
  const std::uint64_t cpu_after = cpu_of(pid);
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  const std::uint64_t deliveries = generator.deliveries();
  const double median = generator.latency(0.5);
  const double late = generator.latency(0.99);
  generator.finish();
  const auto people = static_cast<double>(count * members);
  std::printf(
      "{\"deliveries\":%llu,\"cpu_us_per_delivery\":%.3f,\"per_second\":%.0f,\"p50_us\":%.0f,"
      "\"p99_us\":%.0f,\"join_cpu_us\":%.0f,\"memory_kb_per_connection\":%.1f}\n",
      static_cast<unsigned long long>(deliveries),
      static_cast<double>(cpu_after - cpu_before) / 1000 / static_cast<double>(deliveries),
      static_cast<double>(deliveries) / seconds, median, late,
      static_cast<double>(cpu_joined - cpu_start) / 1000 / people,
      static_cast<double>(memory_joined - memory_start) / 1024 / people);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != 7) {
    std::fputs("usage: zerofc-load zerofc|ws|mqtt PORT PID ROOMS MEMBERS OUTSTANDING SECONDS\n",
               stderr);
    return 2;
  }
  try {
    return run(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "zerofc-load: %s\n", error.what());
    return 1;
  }
}
