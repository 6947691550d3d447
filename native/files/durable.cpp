#include "native/files/durable.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace zerofc {
namespace {

namespace fs = std::filesystem;

std::error_code last_error() { return {errno, std::generic_category()}; }

// Closes, and says if that failed, unless something failed before.
std::error_code close_after(int file, std::error_code error) {
  if (::close(file) != 0 && !error) error = last_error();
  return error;
}

std::error_code write_all(int file, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return last_error();
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

}  // namespace

std::error_code sync_path(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return last_error();
  return close_after(file, ::fsync(file) == 0 ? std::error_code() : last_error());
}

std::error_code replace_durably(const fs::path& from, const fs::path& to) {
  if (const auto error = sync_path(from)) return error;
  if (::rename(from.c_str(), to.c_str()) != 0) return last_error();
  return sync_path(folder_of(to));
}

std::error_code write_durably(const fs::path& file, std::span<const std::uint8_t> bytes) {
  fs::path fresh = file;
  fresh += ".new";
  ::unlink(fresh.c_str());  // of a process that died here
  const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (out < 0) return last_error();
  std::error_code error = close_after(out, write_all(out, bytes));
  if (!error) error = replace_durably(fresh, file);
  if (error) ::unlink(fresh.c_str());
  return error;
}

}  // namespace zerofc
