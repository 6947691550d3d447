#include "cli/session/passphrase.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>

#include "cli/exit.hpp"
#include "native/files/file_descriptor.hpp"

namespace zerofc::cli {
namespace {

constexpr std::size_t kLineBytesMax = 4096;

[[noreturn]] void refuse(std::string why) { throw Exit{ExitCode::kPassphrase, std::move(why)}; }

// Up to the first line feed or the end. None: an error, or longer than `max`.
std::optional<WipedBuffer> read_line(int fd, std::size_t max) {
  WipedBuffer line;
  while (true) {
    std::uint8_t byte = 0;
    const ssize_t got = ::read(fd, &byte, 1);
    if (got < 0) return std::nullopt;
    if (got == 0 || byte == '\n') break;
    if (line.size() == max) return std::nullopt;
    line.push_back(byte);
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

void write_text(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd, text.data(), text.size());
    if (put <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

volatile std::sig_atomic_t came_signal = 0;
extern "C" void note_signal(int number) { came_signal = number; }

// Without echo until it goes. A signal that would end or stop the process first gives the terminal
// back as it was.
class Silent {
 public:
  explicit Silent(int terminal) : terminal_(terminal) {
    came_signal = 0;
    struct sigaction note{};
    note.sa_handler = note_signal;  // without SA_RESTART: the read ends
    sigemptyset(&note.sa_mask);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals.at(i), &note, &before_.at(i));
    }
    if (::tcgetattr(terminal_, &echoing_) != 0) return;
    termios silent = echoing_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ICANON | ISIG;
    is_silent_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;
  ~Silent() {
    if (is_silent_) ::tcsetattr(terminal_, TCSAFLUSH, &echoing_);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals.at(i), &before_.at(i), nullptr);
    }
    if (came_signal != 0) ::raise(came_signal);
  }
  [[nodiscard]] bool is_silent() const { return is_silent_; }

 private:
  static constexpr std::array<int, 5> kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
  int terminal_;
  termios echoing_{};
  bool is_silent_ = false;
  std::array<struct sigaction, kSignals.size()> before_{};
};

SecretBytes from_terminal(std::string_view prompt) {
  const FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal) {
    refuse("There is no terminal to ask for the passphrase on: give --passphrase-fd or --keyfile.");
  }
  std::optional<WipedBuffer> line;
  {
    const Silent silent(terminal.get());
    if (!silent.is_silent()) refuse("The terminal does not stop showing what is typed.");
    write_text(terminal.get(), prompt);
    line = read_line(terminal.get(), kPassphraseBytesMax);
    write_text(terminal.get(), "\n");
  }
  if (!line) refuse("No passphrase was typed.");
  return SecretBytes(std::move(*line));
}

SecretBytes from_keyfile(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0) refuse("The keyfile can't be read.");
  if (S_ISREG(status.st_mode) && (status.st_mode & 0077U) != 0) {
    refuse(
        "Others than you can read the keyfile: set its mode to 0600, and choose a new key if "
        "somebody may have.");
  }
  auto line = read_line(file.get(), kPassphraseBytesMax);
  std::uint8_t more = 0;
  if (!line || line->empty() || ::read(file.get(), &more, 1) != 0) {
    refuse("A keyfile holds one line of text, of at most 1024 bytes.");
  }
  return SecretBytes(std::move(*line));
}

}  // namespace

SecretBytes read_passphrase(const PassphraseSource& source, std::string_view prompt) {
  if (!source.keyfile.empty()) return from_keyfile(source.keyfile);
  if (!source.fd) return from_terminal(prompt);
  auto line = read_line(*source.fd, kPassphraseBytesMax);
  if (!line || line->empty()) {
    refuse("The descriptor of --passphrase-fd gives no line of at most 1024 bytes.");
  }
  return SecretBytes(std::move(*line));
}

SecretBytes ask_line(std::string_view prompt) {
  if (::isatty(STDIN_FILENO) == 1) write_text(STDERR_FILENO, prompt);
  auto line = read_line(STDIN_FILENO, kLineBytesMax);
  if (!line || line->empty()) {
    throw Exit{ExitCode::kUsage, std::string("Nothing was given for: ").append(prompt)};
  }
  return SecretBytes(std::move(*line));
}

}  // namespace zerofc::cli
