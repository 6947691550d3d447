// The data directory: everything that a server keeps. One process at a time.
//
//   0fcd-data    marker: what this directory is, and its version
//   lock         held while a server runs
//   server-keys  the server's two key pairs, mode 0600
//   rooms.db     the store (and its companions rooms.db-wal, rooms.db-shm)
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "core/crypto.hpp"

namespace zerofc::server {

enum class DataDirError : std::uint8_t {
  kInUse,        // another server runs on it
  kForeign,      // it isn't empty and not one of ours, or no directory
  kNewer,        // made by a newer version
  kNotWritable,  // permissions, or a read-only file system
  kDiskFull,     // no space left, or over quota
  kDamaged,      // a file of ours is not what was written; keys are never made anew in its place
  kFailed,       // anything else that the system answered; or there is no randomness for keys
};

// One sentence for the operator. Names no path.
[[nodiscard]] std::string_view describe(DataDirError error);

struct ServerKeys {
  SessionKeyPair session;
  SigningKeyPair signing;
};

class DataDir {
 public:
  // Opens the directory; makes it (mode 0700) with new keys if it is absent or empty. A directory
  // that is refused is left as it was.
  static Result<DataDir, DataDirError> open(const std::filesystem::path& path, Crypto& crypto);

  DataDir(DataDir&& other) noexcept;
  DataDir& operator=(DataDir&& other) noexcept;
  DataDir(const DataDir&) = delete;
  DataDir& operator=(const DataDir&) = delete;
  ~DataDir();  // lets go of the lock

  [[nodiscard]] const ServerKeys& keys() const { return keys_; }
  // For SqliteStore::open().
  [[nodiscard]] std::filesystem::path rooms_file() const { return path_ / "rooms.db"; }

 private:
  DataDir(std::filesystem::path path, int lock, ServerKeys keys);

  std::filesystem::path path_;
  int lock_ = -1;  // file descriptor
  ServerKeys keys_;
};

}  // namespace zerofc::server
