// The vault's key-value store in a folder: one file per value, its name in hexadecimal. Sealed
// bytes only (docs/protocol.md §7).
//
// A write is all or nothing over a crash at any point: it is written whole to `journal` (durable
// before anything else is touched), then applied file by file, then `journal` goes. What begins
// with a journal applies it first; applying twice is applying once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <system_error>
#include <vector>

#include "core/base/result.hpp"
#include "core/member/host.hpp"

namespace zerofc::cli {

class VaultFiles {
 public:
  // More than any vault that this client writes; a bigger file is not read.
  static constexpr std::uintmax_t kValueBytesMax = 64U << 20U;

  // `folder` need not be there yet; it is made (mode 0700) by the first write. The caller holds
  // the lock of the state directory.
  explicit VaultFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Everything that is stored. Errors: of the system; EBADMSG: a file that is none of ours, or a
  // journal that can't be read.
  Result<std::vector<member::VaultValue>, std::error_code> read();

  // Durable when it returns without an error; otherwise nothing has changed, or all of it will be
  // there at the next read or write.
  [[nodiscard]] std::error_code write(std::span<const member::VaultValue> put,
                                      std::span<const Bytes> erase);

  // Overwrites and erases the value `first`, makes that durable, then erases the rest and the
  // folder.
  [[nodiscard]] std::error_code wipe(BytesView first);

 private:
  [[nodiscard]] std::filesystem::path journal() const { return folder_ / "journal"; }
  [[nodiscard]] std::filesystem::path file_of(BytesView name) const;
  [[nodiscard]] std::error_code recover();
  [[nodiscard]] std::error_code apply(std::span<const member::VaultValue> put,
                                      std::span<const Bytes> erase);

  std::filesystem::path folder_;
};

}  // namespace zerofc::cli
