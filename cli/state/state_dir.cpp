#include "cli/state/state_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "native/files/durable.hpp"

namespace zerofc::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMarkerName = "0fc-state";
constexpr std::string_view kLockName = "lock";
constexpr std::string_view kVersionLine = "0fc state directory, version 1\n";
constexpr std::string_view kAnyVersion = "0fc state directory, version ";
constexpr std::string_view kServerLine = "server ";
constexpr std::size_t kMarkerBytesMax = 512;

std::optional<std::string> read_marker(const fs::path& file) {
  const FileDescriptor in(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!in) return std::nullopt;
  std::array<char, kMarkerBytesMax> bytes{};
  const ssize_t size = ::read(in.get(), bytes.data(), bytes.size());
  if (size < 0) return std::nullopt;
  return std::string(bytes.data(), static_cast<std::size_t>(size));
}

Result<std::string, StateDirError> origin_in(std::string_view marker) {
  if (!marker.starts_with(kAnyVersion)) return fail(StateDirError::kForeign);
  if (!marker.starts_with(kVersionLine)) {
    // "version 12", say, and whatever that version writes behind it.
    marker.remove_prefix(kAnyVersion.size());
    const bool is_number = marker.find_first_of("123456789") == 0;
    return fail(is_number ? StateDirError::kNewer : StateDirError::kDamaged);
  }
  marker.remove_prefix(kVersionLine.size());
  if (!marker.starts_with(kServerLine) || !marker.ends_with('\n')) {
    return fail(StateDirError::kDamaged);
  }
  marker.remove_prefix(kServerLine.size());
  marker.remove_suffix(1);
  if (marker.empty() || marker.find('\n') != std::string_view::npos) {
    return fail(StateDirError::kDamaged);
  }
  return std::string(marker);
}

Result<FileDescriptor, StateDirError> take_lock(const fs::path& file) {
  FileDescriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock) return fail(StateDirError::kNotWritable);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(errno == EWOULDBLOCK ? StateDirError::kInUse : StateDirError::kNotWritable);
  }
  return lock;
}

// Nothing in it but what an interrupted making leaves.
bool is_fresh(const fs::path& path) {
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name != kLockName && name != std::string(kMarkerName) + ".new") return false;
  }
  return !error;
}

fs::path without_slash(const fs::path& given) {
  return given.has_filename() ? given : given.parent_path();
}

}  // namespace

Result<StateDir, StateDirError> StateDir::open(const fs::path& given) {
  const fs::path path = without_slash(given);
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    return fail(errno == ENOENT ? StateDirError::kAbsent : StateDirError::kNotWritable);
  }
  if (!S_ISDIR(status.st_mode)) return fail(StateDirError::kForeign);
  const auto marker = read_marker(path / kMarkerName);
  if (!marker) return fail(is_fresh(path) ? StateDirError::kAbsent : StateDirError::kForeign);
  auto origin = origin_in(*marker);
  if (!origin) return fail(origin.error());
  if ((status.st_mode & 0077U) != 0) return fail(StateDirError::kExposed);
  auto lock = take_lock(path / kLockName);
  if (!lock) return fail(lock.error());
  return StateDir(path, std::move(*lock), std::move(*origin));
}

Result<StateDir, StateDirError> StateDir::open_or_make(const fs::path& given,
                                                       std::string_view origin) {
  auto opened = open(given);
  if (opened || opened.error() != StateDirError::kAbsent) return opened;
  const fs::path path = without_slash(given);
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(StateDirError::kNotWritable);
  }
  // One that was there, and empty, may be open to others.
  if (::chmod(path.c_str(), 0700) != 0) return fail(StateDirError::kNotWritable);
  auto lock = take_lock(path / kLockName);
  if (!lock) return fail(lock.error());
  std::string marker(kVersionLine);
  marker.append(kServerLine).append(origin).append("\n");
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): text seen as the bytes it is
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(marker.data());
  if (write_durably(path / kMarkerName, {bytes, marker.size()})) {
    return fail(StateDirError::kNotWritable);
  }
  return StateDir(path, std::move(*lock), std::string(origin));
}

bool StateDir::remove() {
  std::error_code error;
  fs::remove(path_ / kMarkerName, error);
  if (!error) fs::remove(path_ / kLockName, error);
  if (error) return false;
  fs::remove(path_, error);  // stays if somebody keeps something else in it
  return true;
}

std::string_view describe(StateDirError error) {
  switch (error) {
    case StateDirError::kAbsent:
      return "There are no rooms in this state directory yet: 0fc create or 0fc join makes one.";
    case StateDirError::kInUse:
      return "Another 0fc is using this state directory; end that one, or name another by --data.";
    case StateDirError::kForeign:
      return "This is not a state directory of 0fc, and not empty: nothing in it was touched.";
    case StateDirError::kNewer:
      return "This state directory was made by a newer 0fc: nothing in it was touched.";
    case StateDirError::kDamaged:
      return "The file 0fc-state of the state directory is damaged: nothing was touched.";
    case StateDirError::kExposed:
      return "Others than you may enter the state directory. If that was not meant, set its mode "
             "to 0700.";
    case StateDirError::kNotWritable:
      break;
  }
  return "The state directory can't be used: check its owner and permissions, and that there is "
         "space left.";
}

std::optional<fs::path> default_state_dir() {
  const char* state = std::getenv("XDG_STATE_HOME");  // NOLINT(concurrency-mt-unsafe): one thread
  if (state != nullptr && state[0] == '/') return fs::path(state) / "0fc";
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe)
  if (home == nullptr || home[0] != '/') return std::nullopt;
  return fs::path(home) / ".local" / "state" / "0fc";
}

}  // namespace zerofc::cli
