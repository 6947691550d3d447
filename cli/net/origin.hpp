// Where a server is, and through which proxy it is reached.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace zerofc::cli {

struct Origin {
  std::string text;  // as a browser writes it: lower case, no port that is the scheme's own
  bool is_secure = false;
  std::string host;  // a name, or an address without brackets
  std::uint16_t port = 0;

  // 127.0.0.0/8, ::1 and localhost.
  [[nodiscard]] bool is_loopback() const;
  // Names below .onion are never asked of DNS (RFC 7686).
  [[nodiscard]] bool is_onion() const { return host.ends_with(".onion"); }
  // Of the Host header: with the port if it isn't the scheme's own.
  [[nodiscard]] std::string authority() const { return text.substr(text.find("//") + 2); }
};

// Reads "https://chat.example", "http://localhost:5103" and the like; a slash at the end is taken.
// Plain http only where nobody is between: on this machine and to onion services.
// Otherwise one sentence that says why not.
[[nodiscard]] std::variant<Origin, std::string> parse_origin(std::string_view text);

struct Proxy {
  std::string address;  // of the proxy itself: an IP address
  std::uint16_t port = 0;
};

// Reads "socks5://127.0.0.1:9050", also as socks5h. The proxy is named by its address, or is
// localhost, so that no name has to be looked up. Otherwise one sentence that says why not.
[[nodiscard]] std::variant<Proxy, std::string> parse_proxy(std::string_view text);

}  // namespace zerofc::cli
