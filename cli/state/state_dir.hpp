// The state directory of 0fc: everything that it keeps. One process at a time.
//
//   lock         held while 0fc runs
//   0fc-state    marker, made last: what this directory is, its version, and its one server
//   vault/       sealed values: vault_files.hpp
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "core/base/result.hpp"
#include "native/files/file_descriptor.hpp"

namespace zerofc::cli {

enum class StateDirError : std::uint8_t {
  kAbsent,       // nothing was kept here yet
  kInUse,        // another 0fc holds it
  kForeign,      // not empty and not one of ours, or no directory
  kNewer,        // made by a newer version
  kDamaged,      // the marker is not what was written
  kExposed,      // others than the owner may enter it
  kNotWritable,  // permissions, a read-only file system, or no space
};

// One sentence. Names no path.
[[nodiscard]] std::string_view describe(StateDirError error);

class StateDir {
 public:
  // Opens one that is there. A directory that is refused is left as it was.
  static Result<StateDir, StateDirError> open(const std::filesystem::path& given);
  // Opens it, or makes it (mode 0700) where there is nothing, or nothing but an empty directory.
  // `origin` is taken for a fresh one only.
  static Result<StateDir, StateDirError> open_or_make(const std::filesystem::path& given,
                                                      std::string_view origin);

  // Of the server that all rooms in it are on.
  [[nodiscard]] const std::string& origin() const { return origin_; }
  // Removes what this class made, and the directory if nothing else is in it. False: the system
  // refused.
  [[nodiscard]] bool remove();
  [[nodiscard]] std::filesystem::path vault_folder() const { return path_ / "vault"; }

 private:
  StateDir(std::filesystem::path path, FileDescriptor lock, std::string origin)
      : path_(std::move(path)), lock_(std::move(lock)), origin_(std::move(origin)) {}

  std::filesystem::path path_;
  FileDescriptor lock_;
  std::string origin_;
};

// $XDG_STATE_HOME/0fc, or ~/.local/state/0fc. None: there is no home.
[[nodiscard]] std::optional<std::filesystem::path> default_state_dir();

}  // namespace zerofc::cli
