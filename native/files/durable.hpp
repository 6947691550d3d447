// Files that outlive a power cut: what these return without an error is on the disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <system_error>

namespace zerofc {

// Waits until the file's content, or the directory's names, are on the disk.
[[nodiscard]] std::error_code sync_path(const std::filesystem::path& path);

// Puts `from` in the place of `to` at once: whoever looks finds the old or the new, never a part.
[[nodiscard]] std::error_code replace_durably(const std::filesystem::path& from,
                                              const std::filesystem::path& to);

// Writes a file whole or not at all; mode 0600. Uses the name of the file with ".new" behind it.
[[nodiscard]] std::error_code write_durably(const std::filesystem::path& file,
                                            std::span<const std::uint8_t> bytes);

}  // namespace zerofc
