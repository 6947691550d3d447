#include "server/data_dir/data_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "native/files/durable.hpp"

namespace zerofc::server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMarkerName = "0fcd-data";
constexpr std::string_view kLockName = "lock";
constexpr std::string_view kKeysName = "server-keys";
constexpr std::string_view kMarkerText = "0fcd data directory, version ";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMarkerBytesMax = 64;

DataDirError to_error(std::error_code error) {
  switch (error.value()) {
    case EACCES:
    case EPERM:
    case EROFS:
      return DataDirError::kNotWritable;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return DataDirError::kDiskFull;
    default:
      return DataDirError::kFailed;
  }
}
DataDirError last_error() { return to_error({errno, std::generic_category()}); }

// The file's first bytes, up to one more than `size_max`; wiped when they go.
Result<SecretBytes, DataDirError> read_file(const fs::path& path, std::size_t size_max) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return fail(errno == ENOENT ? DataDirError::kDamaged : last_error());
  SecretBytes bytes(size_max + 1);
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.mutable_view().data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(last_error());
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return SecretBytes::copy_of(bytes.view().first(size));
}

Result<void, DataDirError> check_marker(const fs::path& path) {
  const auto marker = read_file(path, kMarkerBytesMax);
  if (!marker) return fail(marker.error());
  std::string_view text = text_of(marker->view());
  if (text.size() > kMarkerBytesMax || !text.starts_with(kMarkerText)) {
    return fail(DataDirError::kForeign);
  }
  text.remove_prefix(kMarkerText.size());
  std::uint32_t version = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto parsed = std::from_chars(begin, end, version);
  const bool is_whole = parsed.ec == std::errc() && std::string_view(parsed.ptr, end) == "\n";
  if (!is_whole || version == 0) return fail(DataDirError::kDamaged);
  if (version > kVersion) return fail(DataDirError::kNewer);
  return {};
}

// What a directory is, by its names alone.
enum class Kind : std::uint8_t { kFresh, kOurs, kForeign };

Result<Kind, DataDirError> kind_of(const fs::path& path) {
  // What there may be if the first start was interrupted.
  static constexpr std::array<std::string_view, 4> kBeginnings = {
      kLockName, kKeysName, "server-keys.new", "0fcd-data.new"};
  std::error_code error;
  Kind kind = Kind::kFresh;
  for (auto at = fs::directory_iterator(path, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name == kMarkerName) return Kind::kOurs;
    if (std::find(kBeginnings.begin(), kBeginnings.end(), name) == kBeginnings.end()) {
      kind = Kind::kForeign;
    }
  }
  if (error) return fail(to_error(error));
  return kind;
}

Result<FileDescriptor, DataDirError> take_lock(const fs::path& path) {
  FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock) return fail(last_error());
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(errno == EWOULDBLOCK ? DataDirError::kInUse : last_error());
  }
  // Another process may have cleared the file away between the two calls, and hold a new one.
  struct stat held{};
  struct stat named{};
  if (::fstat(lock.get(), &held) != 0 || ::stat(path.c_str(), &named) != 0 ||
      held.st_ino != named.st_ino || held.st_dev != named.st_dev) {
    return fail(DataDirError::kInUse);
  }
  return lock;
}

Result<ServerKeys, DataDirError> load_keys(const fs::path& path, Crypto& crypto) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) {
    return fail(errno == ENOENT ? DataDirError::kDamaged : last_error());
  }
  if (!S_ISREG(status.st_mode)) return fail(DataDirError::kDamaged);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return fail(DataDirError::kKeysExposed);
  const auto file = read_file(path, kServerKeysFileBytes);
  if (!file) return fail(file.error());
  auto keys = decode_server_keys(file->view(), crypto);
  if (!keys) {
    return fail(keys.error() == ServerKeysError::kNewer ? DataDirError::kNewer
                                                        : DataDirError::kDamaged);
  }
  return std::move(*keys);
}

Result<ServerKeys, DataDirError> make_keys(const fs::path& path, Crypto& crypto) {
  auto keys = make_server_keys(crypto);
  if (!keys) return fail(DataDirError::kFailed);
  if (const auto error = write_durably(path, encode(*keys, crypto).view())) {
    return fail(to_error(error));
  }
  return std::move(*keys);
}

// Makes the content of a directory whose lock is held. The marker comes last: with it, it is whole.
Result<ServerKeys, DataDirError> fill(const fs::path& path, Crypto& crypto) {
  const fs::path keys_file = path / kKeysName;
  auto keys = fs::exists(fs::symlink_status(keys_file)) ? load_keys(keys_file, crypto)
                                                        : make_keys(keys_file, crypto);
  if (!keys) return keys;
  const std::string marker = std::string(kMarkerText) + std::to_string(kVersion) + "\n";
  if (const auto error = write_durably(path / kMarkerName, bytes_of(marker))) {
    return fail(to_error(error));
  }
  return keys;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  return names;
}

// Unless the directory is finished, takes back what was made of it.
class Undo {
 public:
  Undo(fs::path path, bool made) : path_(std::move(path)), made_(made), before_(names_in(path_)) {}
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() {
    if (finished_) return;
    std::error_code ignored;
    // Without the lock another process may be making the directory: then its files stay.
    for (const std::string& name : locked_ ? names_in(path_) : std::vector<std::string>()) {
      if (std::find(before_.begin(), before_.end(), name) == before_.end()) {
        fs::remove(path_ / name, ignored);
      }
    }
    if (made_) fs::remove(path_, ignored);  // if it is empty
  }
  void locked() { locked_ = true; }
  void finished() { finished_ = true; }

 private:
  fs::path path_;
  bool made_;
  std::vector<std::string> before_;
  bool locked_ = false;
  bool finished_ = false;
};

// Whether there is room for anything at all, before anything is made.
Result<void, DataDirError> check_space(const fs::path& path) {
  struct statvfs space{};
  if (::statvfs(path.c_str(), &space) != 0) return fail(last_error());
  if ((space.f_flag & ST_RDONLY) != 0) return fail(DataDirError::kNotWritable);
  if (space.f_bavail == 0) return fail(DataDirError::kDiskFull);
  return {};
}

struct Locked {
  FileDescriptor lock;
  ServerKeys keys;
};

Result<Locked, DataDirError> begin(const fs::path& path, bool exists, Crypto& crypto) {
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (const auto space = check_space(exists ? path : parent); !space) return fail(space.error());
  if (!exists) {
    if (::mkdir(path.c_str(), 0700) != 0) {
      return fail(errno == EEXIST ? DataDirError::kInUse : last_error());
    }
  }
  Undo undo(path, !exists);
  if (!exists) {
    if (const auto error = sync_path(parent)) return fail(to_error(error));
  }
  auto lock = take_lock(path / kLockName);
  if (!lock) return fail(lock.error());
  // Another process may have made it meanwhile.
  const auto kind = kind_of(path);
  if (!kind) return fail(kind.error());
  if (*kind != Kind::kFresh) return fail(DataDirError::kInUse);
  undo.locked();
  auto keys = fill(path, crypto);
  if (!keys) return fail(keys.error());
  undo.finished();
  return Locked{std::move(*lock), std::move(*keys)};
}

Result<Locked, DataDirError> resume(const fs::path& path, Crypto& crypto) {
  if (const auto ours = check_marker(path / kMarkerName); !ours) return fail(ours.error());
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) != 0) return fail(last_error());
  auto lock = take_lock(path / kLockName);
  if (!lock) return fail(lock.error());
  auto keys = load_keys(path / kKeysName, crypto);
  if (!keys) return fail(keys.error());
  return Locked{std::move(*lock), std::move(*keys)};
}

}  // namespace

Result<DataDir, DataDirError> DataDir::open(const fs::path& given, Crypto& crypto) {
  // Without a slash at its end, behind which there would be no name.
  const fs::path path = given.has_filename() ? given : given.parent_path();
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  const bool exists = fs::exists(status);
  if (!exists && status.type() != fs::file_type::not_found) return fail(to_error(error));
  if (!exists && fs::is_symlink(fs::symlink_status(path, error))) {
    return fail(DataDirError::kForeign);  // to nothing
  }
  auto locked = [&]() -> Result<Locked, DataDirError> {
    if (!exists) return begin(path, false, crypto);
    if (!fs::is_directory(status)) return fail(DataDirError::kForeign);
    const auto kind = kind_of(path);
    if (!kind) return fail(kind.error());
    switch (*kind) {
      case Kind::kFresh:
        return begin(path, true, crypto);
      case Kind::kOurs:
        return resume(path, crypto);
      case Kind::kForeign:
        break;
    }
    return fail(DataDirError::kForeign);
  }();
  if (!locked) return fail(locked.error());
  return DataDir(path, std::move(locked->lock), std::move(locked->keys));
}

std::string_view describe(DataDirError error) {
  switch (error) {
    case DataDirError::kInUse:
      return "Another 0fcd is running on this data directory.";
    case DataDirError::kForeign:
      return "This is not a data directory of 0fcd, and not empty: nothing in it was touched.";
    case DataDirError::kNewer:
      return "This data directory was made by a newer 0fcd: nothing in it was touched.";
    case DataDirError::kNotWritable:
      return "The data directory can't be written to: check its owner and permissions, and that "
             "its file system isn't read-only.";
    case DataDirError::kDiskFull:
      return "There is no space left for the data directory.";
    case DataDirError::kDamaged:
      return "A file of the data directory is missing or damaged. Restore it from a backup: the "
             "server's keys are never replaced silently, since people have checked them.";
    case DataDirError::kKeysExposed:
      return "Others than the owner can access the file server-keys. If you are sure that nobody "
             "did, set its mode to 0600.";
    case DataDirError::kFailed:
      break;
  }
  return "The data directory can't be used: does the folder above it exist?";
}

}  // namespace zerofc::server
