#include "power_cut_vfs.hpp"

#include <stdexcept>

#include "native/files/tests/temp_dir.hpp"

namespace zerofc::server::test {
namespace {

// The real file stands behind this one in the same block of memory.
struct Outer {
  sqlite3_file base;
  PowerCutVfs* vfs;
  const char* name;
};
Outer* outer(sqlite3_file* file) { return reinterpret_cast<Outer*>(file); }
sqlite3_file* inner(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(outer(file) + 1); }
const sqlite3_io_methods* methods(sqlite3_file* file) { return inner(file)->pMethods; }

int close(sqlite3_file* file) { return methods(file)->xClose(inner(file)); }
int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  return methods(file)->xRead(inner(file), to, size, at);
}
int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  return methods(file)->xWrite(inner(file), from, size, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return methods(file)->xTruncate(inner(file), size);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return methods(file)->xFileSize(inner(file), size);
}
int lock(sqlite3_file* file, int level) { return methods(file)->xLock(inner(file), level); }
int unlock(sqlite3_file* file, int level) { return methods(file)->xUnlock(inner(file), level); }
int check_lock(sqlite3_file* file, int* out) {
  return methods(file)->xCheckReservedLock(inner(file), out);
}
int control(sqlite3_file* file, int what, void* argument) {
  return methods(file)->xFileControl(inner(file), what, argument);
}
int sector_size(sqlite3_file* file) { return methods(file)->xSectorSize(inner(file)); }
int characteristics(sqlite3_file* file) {
  return methods(file)->xDeviceCharacteristics(inner(file));
}
int shm_map(sqlite3_file* file, int page, int size, int extend, volatile void** out) {
  return methods(file)->xShmMap(inner(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return methods(file)->xShmLock(inner(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { methods(file)->xShmBarrier(inner(file)); }
int shm_unmap(sqlite3_file* file, int remove) {
  return methods(file)->xShmUnmap(inner(file), remove);
}

}  // namespace

int PowerCutVfs::sync(sqlite3_file* file, int flags) {
  const int code = methods(file)->xSync(inner(file), flags);
  if (code == SQLITE_OK && outer(file)->name != nullptr) {
    ++outer(file)->vfs->syncs_;
    outer(file)->vfs->on_disk(outer(file)->name);
  }
  return code;
}

int PowerCutVfs::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  static const sqlite3_io_methods kMethods = [] {
    sqlite3_io_methods all{};
    all.iVersion = 2;  // without memory-mapped reading
    all.xClose = close;
    all.xRead = read;
    all.xWrite = write;
    all.xTruncate = truncate;
    all.xSync = sync;
    all.xFileSize = file_size;
    all.xLock = lock;
    all.xUnlock = unlock;
    all.xCheckReservedLock = check_lock;
    all.xFileControl = control;
    all.xSectorSize = sector_size;
    all.xDeviceCharacteristics = characteristics;
    all.xShmMap = shm_map;
    all.xShmLock = shm_lock;
    all.xShmBarrier = shm_barrier;
    all.xShmUnmap = shm_unmap;
    return all;
  }();
  auto* self = static_cast<PowerCutVfs*>(vfs->pAppData);
  outer(file)->vfs = self;
  outer(file)->name = name;
  const int code = self->real_->xOpen(self->real_, name, inner(file), flags, out);
  outer(file)->base.pMethods = inner(file)->pMethods == nullptr ? nullptr : &kMethods;
  return code;
}

int PowerCutVfs::remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  auto* self = static_cast<PowerCutVfs*>(vfs->pAppData);
  self->synced_.erase(name);
  return self->real_->xDelete(self->real_, name, sync_folder);
}

PowerCutVfs::PowerCutVfs() : real_(sqlite3_vfs_find(nullptr)) {
  vfs_ = *real_;
  vfs_.szOsFile = static_cast<int>(sizeof(Outer)) + real_->szOsFile;
  vfs_.zName = name();
  vfs_.pNext = nullptr;
  vfs_.pAppData = this;
  vfs_.xOpen = open;
  vfs_.xDelete = remove;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::runtime_error("no such disk");
}

PowerCutVfs::~PowerCutVfs() { sqlite3_vfs_unregister(&vfs_); }

void PowerCutVfs::on_disk(const std::filesystem::path& file) {
  synced_[file.string()] = content_of(file);
}

void PowerCutVfs::after_power_cut(const std::filesystem::path& from,
                                  const std::filesystem::path& to) const {
  for (const auto& [name, content] : synced_) {
    const std::filesystem::path file = name;
    if (file.parent_path() == from) write_file(to / file.filename(), content);
  }
}

}  // namespace zerofc::server::test
