#include "server/http/origin_policy.hpp"

#include <algorithm>
#include <array>

namespace zerofc::server {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";
// RFC 1035 §2.3.4: a name has 255 octets or less.
constexpr std::size_t kHostNameMax = 255;

std::string_view authority_of(std::string_view origin) {
  return origin.substr(origin.find("://") + 3);
}

bool is_host_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= kHostNameMax && name.front() != '.' &&
         name.back() != '.' && std::all_of(name.begin(), name.end(), allowed);
}

bool is_ipv6_literal(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
  };
  if (name.size() < 4 || name.size() > 47 || name.front() != '[' || name.back() != ']')
    return false;
  return std::all_of(name.begin() + 1, name.end() - 1, allowed);
}

// `digits` is not empty.
bool is_port(std::string_view digits, int port_of_scheme) {
  if (digits.size() > 5 || digits.front() == '0') return false;
  int port = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    port = 10 * port + (c - '0');
  }
  return port <= 0xffff && port != port_of_scheme;
}

bool is_origin(std::string_view text) {
  const bool secure = text.substr(0, kHttps.size()) == kHttps;
  if (!secure && text.substr(0, kHttp.size()) != kHttp) return false;
  std::string_view host = authority_of(text);
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const std::string_view port = host.substr(colon + 1);
    if (port.empty() || !is_port(port, secure ? 443 : 80)) return false;
    host = host.substr(0, colon);
  }
  return is_host_name(host) || is_ipv6_literal(host);
}

}  // namespace

OriginPolicy OriginPolicy::loopback(std::uint16_t port) {
  constexpr std::array<std::string_view, 3> kNames = {"127.0.0.1", "[::1]", "localhost"};
  std::vector<std::string> origins;
  for (const std::string_view name : kNames) {
    std::string origin = std::string(kHttp).append(name);
    if (port != 80) origin.append(":").append(std::to_string(port));
    origins.push_back(std::move(origin));
  }
  return OriginPolicy(std::move(origins));
}

std::optional<OriginPolicy> OriginPolicy::listed(const std::vector<std::string>& origins) {
  if (origins.empty() || !std::all_of(origins.begin(), origins.end(), is_origin))
    return std::nullopt;
  return OriginPolicy(origins);
}

bool OriginPolicy::answers_for(std::string_view host) const {
  return std::any_of(origins_.begin(), origins_.end(),
                     [&](const std::string& ours) { return authority_of(ours) == host; });
}

bool OriginPolicy::may_connect(std::string_view host,
                               std::optional<std::string_view> origin) const {
  if (!origin) return false;
  const bool listed = std::find(origins_.begin(), origins_.end(), *origin) != origins_.end();
  return listed && authority_of(*origin) == host;
}

}  // namespace zerofc::server
