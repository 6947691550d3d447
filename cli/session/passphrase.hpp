// Where the passphrase comes from: a descriptor, a keyfile, or the terminal. Never an argument or
// the environment.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret.hpp"

namespace zerofc::cli {

struct PassphraseSource {
  std::optional<int> fd;
  std::string keyfile;
  // The terminal is asked if neither is given.
  [[nodiscard]] bool is_terminal() const { return !fd && keyfile.empty(); }
};

inline constexpr std::size_t kPassphraseBytesMax = 1024;

// Once: throws Exit (kPassphrase) if there is none: no terminal, an unreadable descriptor or file,
// a keyfile that others can read, more than one line, more than kPassphraseBytesMax bytes.
[[nodiscard]] SecretBytes read_passphrase(const PassphraseSource& source, std::string_view prompt);

// A line from the terminal (echoed) or, if standard input is none, from standard input, byte by
// byte so that nothing behind it is taken. Throws Exit (kUsage) if there is none.
[[nodiscard]] SecretBytes ask_line(std::string_view prompt);

}  // namespace zerofc::cli
