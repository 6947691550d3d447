#include "cli/net/origin.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

namespace zerofc::cli {
namespace {

constexpr std::size_t kHostBytesMax = 253;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool is_whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  if (!is_whole || port == 0 || text.front() == '0') return std::nullopt;
  return port;
}

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}
bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// Labels of letters, digits, hyphens (and underscores, which some name their hosts with).
bool is_name(std::string_view host) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !host.empty() && host.size() <= kHostBytesMax && host.front() != '.' &&
         host.back() != '.' && host.find("..") == std::string_view::npos &&
         std::all_of(host.begin(), host.end(), is_allowed);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

struct Authority {
  std::string host;
  bool in_brackets = false;
  std::optional<std::uint16_t> port;
};

std::optional<Authority> parse_authority(std::string_view text) {
  Authority authority;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    authority.host = text.substr(1, end - 1);
    authority.in_brackets = true;
    if (!is_ipv6(authority.host)) return std::nullopt;
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    authority.host = text.substr(0, colon);
    if (!is_name(authority.host)) return std::nullopt;
    rest = text.substr(colon);
  }
  if (!rest.empty()) {
    if (rest.size() < 2 || rest.front() != ':') return std::nullopt;
    authority.port = parse_port(rest.substr(1));
    if (!authority.port) return std::nullopt;
  }
  return authority;
}

}  // namespace

bool Origin::is_loopback() const {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && is_ipv4(host));
}

std::variant<Origin, std::string> parse_origin(std::string_view text) {
  const std::string lowered = lower(text);
  std::string_view rest = lowered;
  Origin origin;
  if (rest.starts_with("https://")) {
    origin.is_secure = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return "A server is named by its address, such as https://chat.example.";
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  auto authority = parse_authority(rest);
  if (!authority) return "This is not the address of a server, such as https://chat.example.";
  const std::uint16_t usual = origin.is_secure ? 443 : 80;
  origin.host = std::move(authority->host);
  origin.port = authority->port.value_or(usual);
  origin.text = origin.is_secure ? "https://" : "http://";
  origin.text += authority->in_brackets ? "[" + origin.host + "]" : origin.host;
  if (origin.port != usual) origin.text.append(":").append(std::to_string(origin.port));
  if (!origin.is_secure && !origin.is_loopback() && !origin.is_onion()) {
    return "Plain http is for servers on this machine and for onion services: use https.";
  }
  return origin;
}

std::variant<Proxy, std::string> parse_proxy(std::string_view text) {
  for (const std::string_view scheme : {"socks5://", "socks5h://"}) {
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      if (text.ends_with('/')) text.remove_suffix(1);
      auto authority = parse_authority(text);
      if (!authority || !authority->port) break;
      if (authority->host == "localhost") authority->host = "127.0.0.1";
      if (!is_ipv4(authority->host) && !is_ipv6(authority->host)) {
        return "The proxy is named by its IP address, so that no name has to be looked up.";
      }
      return Proxy{std::move(authority->host), *authority->port};
    }
  }
  return "A proxy is written as socks5://127.0.0.1:9050.";
}

}  // namespace zerofc::cli
