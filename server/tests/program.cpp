#include "server/tests/program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace zerofc::server {
namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "zerofc-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}
TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Program::Program(const std::filesystem::path& folder, const std::vector<std::string>& options) {
  static int runs = 0;
  const std::string run = std::to_string(++runs);
  output_ = folder / ("output-" + run);
  log_ = folder / ("log-" + run);
  std::vector<std::string> words = {ZEROFC_0FCD};
  words.insert(words.end(), options.begin(), options.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  posix_spawn_file_actions_t files{};
  posix_spawn_file_actions_init(&files);
  constexpr int kMake = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output_.c_str(), kMake, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log_.c_str(), kMake, 0600);
  const int failed = ::posix_spawn(&pid_, ZEROFC_0FCD, &files, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw std::runtime_error("0fcd can't be started");
}

Program::~Program() {
  if (exit_code(std::chrono::milliseconds(0)) || ended_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::uint16_t Program::port() {
  constexpr std::string_view kLine = "0fc is ready on http://localhost:";
  for (int i = 0; i < 3000; ++i) {
    const std::string said = output();
    const std::size_t end = said.find('\n');
    if (said.starts_with(kLine) && end != std::string::npos)
      return static_cast<std::uint16_t>(std::stoi(said.substr(kLine.size(), end - kLine.size())));
    if (exit_code(std::chrono::milliseconds(0)) || ended_) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return 0;
}

void Program::signal(int number) const { ::kill(pid_, number); }

std::optional<int> Program::exit_code(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!ended_) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      ended_ = true;
      if (WIFEXITED(status)) code_ = WEXITSTATUS(status);
    } else if (std::chrono::steady_clock::now() >= end) {
      return std::nullopt;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  return code_;
}

std::string Program::output() const { return content_of(output_); }
std::string Program::log() const { return content_of(log_); }

}  // namespace zerofc::server
