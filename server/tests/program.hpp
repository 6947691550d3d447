// The program 0fcd as people run it: a process of its own, its data in a folder that goes with the
// test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace zerofc::server {

class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Program {
 public:
  // Starts 0fcd with these options; what it says goes to files in `folder`.
  Program(const std::filesystem::path& folder, const std::vector<std::string>& options);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  // The port in its line "0fc is ready on …"; 0 if it ends without one.
  [[nodiscard]] std::uint16_t port();
  void signal(int number) const;
  // Its exit code; none if it was killed or doesn't end.
  std::optional<int> exit_code(std::chrono::milliseconds patience = std::chrono::seconds(30));
  [[nodiscard]] std::string output() const;  // standard output
  [[nodiscard]] std::string log() const;     // standard error
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  std::filesystem::path output_;
  std::filesystem::path log_;
  pid_t pid_ = -1;
  bool ended_ = false;
  std::optional<int> code_;
};

}  // namespace zerofc::server
