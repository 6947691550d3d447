// The data directory: everything that a server keeps. One process at a time.
//
//   lock         held while a server runs
//   server-keys  the server's two key pairs, mode 0600
//   0fcd-data    marker, made last: what this directory is, and its version
//   rooms.db     the store (and its companions rooms.db-wal, rooms.db-shm)
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

#include "core/crypto.hpp"
#include "native/files/file_descriptor.hpp"
#include "server/data_dir/server_keys.hpp"

namespace zerofc::server {

enum class DataDirError : std::uint8_t {
  kInUse,        // another server runs on it
  kForeign,      // it isn't empty and not one of ours, or no directory
  kNewer,        // made by a newer version
  kNotWritable,  // permissions, or a read-only file system
  kDiskFull,     // no space left, or over quota
  kDamaged,      // a file of ours is not what was written; keys are never made anew in its place
  kKeysExposed,  // others than the owner may read or write the keys
  kFailed,       // anything else that the system answered; or there is no randomness for keys
};

// One sentence for the operator. Names no path.
[[nodiscard]] std::string_view describe(DataDirError error);

class DataDir {
 public:
  // Opens the given directory; makes it (mode 0700) with new keys if it is absent or empty. A
  // directory that is refused is left as it was. Held until the object goes.
  static Result<DataDir, DataDirError> open(const std::filesystem::path& given, Crypto& crypto);

  [[nodiscard]] const ServerKeys& keys() const { return keys_; }
  // For SqliteStore::open().
  [[nodiscard]] std::filesystem::path rooms_file() const { return path_ / "rooms.db"; }

 private:
  DataDir(std::filesystem::path path, FileDescriptor lock, ServerKeys keys)
      : path_(std::move(path)), lock_(std::move(lock)), keys_(std::move(keys)) {}

  std::filesystem::path path_;
  FileDescriptor lock_;
  ServerKeys keys_;
};

}  // namespace zerofc::server
