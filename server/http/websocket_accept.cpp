// Apart from upgrade.cpp, since it takes Beast's own SHA-1 and base64: SHA-1 proves nothing here,
// so themis/ has none. Both are details of Boost 1.81; the test with the RFC's example would say if
// another version changed them.
#include <algorithm>
#include <boost/beast/websocket/detail/hybi13.hpp>

#include "server/http/upgrade.hpp"

namespace zerofc::server {

std::optional<std::string> websocket_accept(std::string_view key) {
  // RFC 6455 §4.2.1: "a base64-encoded value that, when decoded, is 16 bytes in length".
  constexpr std::size_t kDigits = 22;
  constexpr std::string_view kLastDigits = "AQgw";  // the last digit carries two bits
  if (key.size() != kDigits + 2 || !key.ends_with("==")) return std::nullopt;
  const auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  };
  if (!std::ranges::all_of(key.substr(0, kDigits), is_digit) ||
      kLastDigits.find(key[kDigits - 1]) == std::string_view::npos) {
    return std::nullopt;
  }
  boost::beast::websocket::detail::sec_ws_accept_type accept;
  boost::beast::websocket::detail::make_sec_ws_accept(accept, {key.data(), key.size()});
  return std::string(accept.data(), accept.size());
}

}  // namespace zerofc::server
