#include "cli/state/vault_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cli/text/hex.hpp"
#include "core/wire/cbor.hpp"
#include "native/files/durable.hpp"
#include "native/files/file_descriptor.hpp"

namespace zerofc::cli {
namespace {

namespace fs = std::filesystem;
using member::VaultValue;

constexpr std::size_t kNameBytesMax = 16;
constexpr std::string_view kJournalLabel = "0fc vault journal 1";
constexpr std::size_t kJournalItems = 3;
constexpr std::string_view kHalfWritten = ".new";  // of write_durably()

std::error_code last_error() { return {errno, std::generic_category()}; }
std::error_code foreign() { return std::make_error_code(std::errc::bad_message); }
bool is_absent(std::error_code error) {
  return error == std::make_error_code(std::errc::no_such_file_or_directory);
}

Result<Bytes, std::error_code> read_file(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return fail(last_error());
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail(last_error());
  const auto size = static_cast<std::uintmax_t>(status.st_size);
  if (!S_ISREG(status.st_mode) || size > VaultFiles::kValueBytesMax) return fail(foreign());
  Bytes bytes(size);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(last_error());
    if (got == 0) return fail(foreign());
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::optional<Bytes> name_of_file(const std::string& file) {
  auto name = from_hex(file);
  if (!name || name->empty() || name->size() > kNameBytesMax) return std::nullopt;
  return name;
}

std::error_code remove_if_there(const fs::path& file) {
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) return last_error();
  return {};
}

// Its blocks too, as far as the file system writes in place.
std::error_code overwrite(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return errno == ENOENT ? std::error_code() : last_error();
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return last_error();
  const Bytes zeros(static_cast<std::size_t>(status.st_size));
  for (std::size_t done = 0; done < zeros.size();) {
    const ssize_t put = ::write(file.get(), zeros.data() + done, zeros.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return last_error();
    done += static_cast<std::size_t>(put);
  }
  return ::fsync(file.get()) == 0 ? std::error_code() : last_error();
}

Bytes encode_journal(std::span<const VaultValue> put, std::span<const Bytes> erase) {
  Bytes bytes;
  cbor::Writer writer(bytes);
  writer.array(kJournalItems).text(kJournalLabel).array(put.size());
  for (const VaultValue& value : put) writer.array(2).bytes(value.name).bytes(value.value);
  writer.array(erase.size());
  for (const Bytes& name : erase) writer.bytes(name);
  return bytes;
}

struct Journal {
  std::vector<VaultValue> put;
  std::vector<Bytes> erase;
};

std::optional<Journal> decode_journal(BytesView bytes) {
  cbor::Reader reader(bytes);
  Journal journal;
  reader.array(kJournalItems);
  if (reader.text(kJournalLabel.size()) != kJournalLabel) return std::nullopt;
  const std::size_t puts = reader.array_of(bytes.size());
  for (std::size_t i = 0; i < puts && reader.ok(); ++i) {
    reader.array(2);
    const BytesView name = reader.bytes(kNameBytesMax, 1);
    journal.put.push_back({to_bytes(name), to_bytes(reader.bytes(bytes.size()))});
  }
  const std::size_t erases = reader.array_of(bytes.size());
  for (std::size_t i = 0; i < erases && reader.ok(); ++i) {
    journal.erase.push_back(to_bytes(reader.bytes(kNameBytesMax, 1)));
  }
  if (!reader.done()) return std::nullopt;
  return journal;
}

}  // namespace

fs::path VaultFiles::file_of(BytesView name) const { return folder_ / to_hex(name); }

std::error_code VaultFiles::apply(std::span<const VaultValue> put, std::span<const Bytes> erase) {
  for (const VaultValue& value : put) {
    if (const auto error = write_durably(file_of(value.name), value.value)) return error;
  }
  for (const Bytes& name : erase) {
    if (const auto error = remove_if_there(file_of(name))) return error;
  }
  if (const auto error = sync_path(folder_)) return error;
  return remove_if_there(journal());
}

// A journal that is there is whole: it came by a rename.
std::error_code VaultFiles::recover() {
  const auto bytes = read_file(journal());
  if (!bytes) return is_absent(bytes.error()) ? std::error_code() : bytes.error();
  const auto last = decode_journal(*bytes);
  if (!last) return foreign();
  return apply(last->put, last->erase);
}

Result<std::vector<VaultValue>, std::error_code> VaultFiles::read() {
  std::vector<VaultValue> values;
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder_, error))) return values;
  if (const auto failed = recover()) return fail(failed);
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    const std::string file = at->path().filename().string();
    if (file.ends_with(kHalfWritten))
      continue;  // of a process that died there; the next write
                 // of that value replaces it
    auto name = name_of_file(file);
    if (!name) return fail(foreign());
    auto value = read_file(at->path());
    if (!value) return fail(value.error());
    values.push_back({std::move(*name), std::move(*value)});
  }
  if (error) return fail(error);
  return values;
}

std::error_code VaultFiles::write(std::span<const VaultValue> put, std::span<const Bytes> erase) {
  if (::mkdir(folder_.c_str(), 0700) == 0) {
    if (const auto error = sync_path(folder_.parent_path())) return error;
  } else if (errno != EEXIST) {
    return last_error();
  }
  if (const auto error = recover()) return error;
  if (const auto error = write_durably(journal(), encode_journal(put, erase))) return error;
  return apply(put, erase);
}

std::error_code VaultFiles::wipe(BytesView first) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder_, error))) return {};
  // A journal may hold the same value.
  for (const fs::path& file : {journal(), file_of(first)}) {
    for (const fs::path& one : {file, fs::path(file.string() + std::string(kHalfWritten))}) {
      if (const auto failed = overwrite(one)) return failed;
      if (const auto failed = remove_if_there(one)) return failed;
    }
  }
  if (const auto failed = sync_path(folder_)) return failed;
  fs::remove_all(folder_, error);
  if (error) return error;
  return sync_path(folder_.parent_path());
}

}  // namespace zerofc::cli
