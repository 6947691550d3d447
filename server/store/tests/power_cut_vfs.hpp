// A disk that keeps only what was synced: SQLite's own VFS underneath, which notes each file's
// content at each sync. after_power_cut() is what a machine would find that lost its power now and
// with it every write since.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <map>
#include <string>

namespace zerofc::server::test {

class PowerCutVfs {
 public:
  PowerCutVfs();
  PowerCutVfs(const PowerCutVfs&) = delete;
  PowerCutVfs& operator=(const PowerCutVfs&) = delete;
  ~PowerCutVfs();

  [[nodiscard]] static const char* name() { return "power-cut"; }

  // What is in the file now counts as synced.
  void on_disk(const std::filesystem::path& file);
  // Writes the files of `from` as they would be found, to `to`.
  void after_power_cut(const std::filesystem::path& from, const std::filesystem::path& to) const;
  [[nodiscard]] std::size_t syncs() const { return syncs_; }

 private:
  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out);
  static int sync(sqlite3_file* file, int flags);
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder);

  sqlite3_vfs vfs_{};
  sqlite3_vfs* real_ = nullptr;
  std::map<std::string, std::string> synced_;  // path -> content
  std::size_t syncs_ = 0;
};

}  // namespace zerofc::server::test
