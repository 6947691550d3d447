#include "cli/net/stream.hpp"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdint>
#include <vector>

namespace zerofc::cli {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
template <class Value = void>
using Awaitable = asio::awaitable<Value>;

// ---- SOCKS5: RFC 1928 and 1929

constexpr std::uint8_t kSocksVersion = 5;
constexpr std::uint8_t kUserAndPassword = 2;
constexpr std::uint8_t kPasswordVersion = 1;
constexpr std::uint8_t kConnect = 1;
constexpr std::uint8_t kIpv4 = 1;
constexpr std::uint8_t kName = 3;
constexpr std::uint8_t kIpv6 = 4;

std::string_view describe_reply(std::uint8_t reply) {
  switch (reply) {
    case 2:
      return "The proxy does not allow this connection.";
    case 3:
    case 4:
      return "The proxy does not reach the server.";
    case 5:
      return "The server refused the proxy's connection.";
    default:
      return "The proxy could not make the connection.";
  }
}

void append_text(std::vector<std::uint8_t>& out, std::string_view text) {
  out.push_back(static_cast<std::uint8_t>(text.size()));
  out.insert(out.end(), text.begin(), text.end());
}

template <std::size_t kSize>
Awaitable<std::array<std::uint8_t, kSize>> read_exactly(PlainStream& stream) {
  std::array<std::uint8_t, kSize> bytes{};
  co_await asio::async_read(stream, asio::buffer(bytes), use_awaitable);
  co_return bytes;
}

// The target as it is: a name is for the proxy to resolve.
void append_target(std::vector<std::uint8_t>& out, const Origin& origin) {
  boost::system::error_code is_a_name;
  const auto address = asio::ip::make_address(origin.host, is_a_name);
  if (is_a_name) {
    out.push_back(kName);
    append_text(out, origin.host);
  } else if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    out.push_back(kIpv4);
    out.insert(out.end(), bytes.begin(), bytes.end());
  } else {
    const auto bytes = address.to_v6().to_bytes();
    out.push_back(kIpv6);
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  out.push_back(static_cast<std::uint8_t>(origin.port >> 8U));
  out.push_back(static_cast<std::uint8_t>(origin.port & 0xffU));
}

Awaitable<> ask_proxy(PlainStream& stream, const Route& route) {
  // One method only: without a user name rooms would share a circuit.
  const std::array<std::uint8_t, 3> hello{kSocksVersion, 1, kUserAndPassword};
  co_await asio::async_write(stream, asio::buffer(hello), use_awaitable);
  const auto method = co_await read_exactly<2>(stream);
  if (method[0] != kSocksVersion) throw ConnectError("The proxy does not speak SOCKS5.");
  if (method[1] != kUserAndPassword) {
    throw ConnectError("The proxy takes no user names, by which rooms are kept apart.");
  }
  std::vector<std::uint8_t> login{kPasswordVersion};
  append_text(login, route.credentials.user);
  append_text(login, route.credentials.password);
  co_await asio::async_write(stream, asio::buffer(login), use_awaitable);
  const auto verdict = co_await read_exactly<2>(stream);
  if (verdict[1] != 0) throw ConnectError("The proxy refused the user name.");

  std::vector<std::uint8_t> request{kSocksVersion, kConnect, 0};
  append_target(request, route.origin);
  co_await asio::async_write(stream, asio::buffer(request), use_awaitable);
  const auto reply = co_await read_exactly<4>(stream);
  if (reply[1] != 0) throw ConnectError(std::string(describe_reply(reply[1])));
  // The address that the proxy connected from, and its port: of no use here.
  std::size_t rest = 2;
  if (reply[3] == kIpv4) {
    rest += 4;
  } else if (reply[3] == kIpv6) {
    rest += 16;
  } else if (reply[3] == kName) {
    rest += (co_await read_exactly<1>(stream))[0];
  } else {
    throw ConnectError("The proxy does not speak SOCKS5.");
  }
  std::vector<std::uint8_t> address(rest);
  co_await asio::async_read(stream, asio::buffer(address), use_awaitable);
}

// ---- without a proxy

Awaitable<std::vector<tcp::endpoint>> resolve(const Origin& origin) {
  boost::system::error_code is_a_name;
  const auto address = asio::ip::make_address(origin.host, is_a_name);
  if (!is_a_name) co_return std::vector{tcp::endpoint(address, origin.port)};
  if (origin.is_loopback()) {
    co_return std::vector{tcp::endpoint(asio::ip::address_v4::loopback(), origin.port),
                          tcp::endpoint(asio::ip::address_v6::loopback(), origin.port)};
  }
  if (origin.is_onion()) {
    throw ConnectError("An onion service is reached through Tor: --proxy socks5://127.0.0.1:9050.");
  }
  tcp::resolver resolver(co_await asio::this_coro::executor);
  const auto found =
      co_await resolver.async_resolve(origin.host, std::to_string(origin.port), use_awaitable);
  std::vector<tcp::endpoint> endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  co_return endpoints;
}

}  // namespace

asio::awaitable<void> connect(PlainStream& stream, const Route& route) {
  if (route.proxy) {
    const tcp::endpoint proxy(asio::ip::make_address(route.proxy->address), route.proxy->port);
    boost::system::error_code error;
    co_await stream.async_connect(proxy, asio::redirect_error(use_awaitable, error));
    if (error) throw ConnectError("The proxy does not answer.");
    stream.socket().set_option(tcp::no_delay(true));
    co_await ask_proxy(stream, route);
    co_return;
  }
  const auto endpoints = co_await resolve(route.origin);
  co_await stream.async_connect(endpoints, use_awaitable);
  stream.socket().set_option(tcp::no_delay(true));
}

asio::awaitable<void> connect(TlsStream& stream, const Route& route) {
  co_await connect(stream.next_layer(), route);
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification(route.origin.host));
  std::string host = route.origin.host;  // server name indication
  if (::SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 host.data()) != 1) {
    throw ConnectError("TLS can't be begun with this host name.");
  }
  boost::system::error_code error;
  co_await stream.async_handshake(asio::ssl::stream_base::client,
                                  asio::redirect_error(use_awaitable, error));
  if (error) throw ConnectError("The server's TLS certificate was refused: " + error.message());
}

asio::ssl::context make_tls() {
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                  asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                  asio::ssl::context::no_tlsv1_1);
  tls.set_default_verify_paths();
  tls.set_verify_mode(asio::ssl::verify_peer);
  return tls;
}

}  // namespace zerofc::cli
