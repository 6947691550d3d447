// A byte stream to the server: TCP, through the proxy if there is one, in TLS if the origin says
// so.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "cli/net/origin.hpp"

namespace zerofc::cli {

using PlainStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

// Why there is no connection, as a sentence for people.
class ConnectError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// RFC 1929: what the proxy keeps rooms apart by.
struct Credentials {
  std::string user;
  std::string password;
};

// Where to, and how.
struct Route {
  Origin origin;
  std::optional<Proxy> proxy;
  Credentials credentials;  // for the proxy
};

// Connects `stream`. Without a proxy the name is resolved here; a loopback name never is. Throws
// ConnectError, or boost::system::system_error.
boost::asio::awaitable<void> connect(PlainStream& stream, const Route& route);
// Then TLS: the certificate has to be valid for the host, and its authority known to the system.
boost::asio::awaitable<void> connect(TlsStream& stream, const Route& route);

// TLS 1.2 or newer, with the authorities that the system trusts.
[[nodiscard]] boost::asio::ssl::context make_tls();

}  // namespace zerofc::cli
