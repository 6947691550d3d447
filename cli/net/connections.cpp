#include "cli/net/connections.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <functional>
#include <map>
#include <utility>

#include "cli/net/http_date.hpp"
#include "cli/net/stream.hpp"
#include "cli/text/hex.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/server_identity.hpp"
#include "themis/secure_session.hpp"

namespace zerofc::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::use_awaitable;
using member::ConnectionId;
using member::ConnectionLost;

constexpr std::string_view kSubprotocol = "0fc.v1";
constexpr std::size_t kServerKeyBytesMax = 1024;
constexpr std::size_t kHeaderBytesMax = std::size_t{16} << 10U;
// Of one WebSocket message: a frame, its counter, and what wrapping adds.
constexpr std::size_t kMessageBytesMax = kFrameBytesMax + 1024;
constexpr std::size_t kCredentialBytes = 16;

// A peer that breaks the Secure Session.
struct SessionRefused {
  ConnectionLost::Reason reason{};
};

themis::UnixSeconds now_seconds() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

template <class Value>
Value must(themis::Result<Value> result, ConnectionLost::Reason reason) {
  if (!result) throw SessionRefused{reason};
  return std::move(*result);
}

// One attempt to connect, and what comes of it.
struct Attempt {
  ConnectionId id{};
  Route route;
  bool ended = false;  // nothing more is told of it
  std::function<void()> close = [] {};
  std::optional<themis::SecureSession> session;
  std::deque<Bytes> queue;  // wrapped
  std::size_t queue_bytes = 0;
  bool is_writing = false;
  std::function<void()> write = [] {};
};
using Shared = std::shared_ptr<Attempt>;

}  // namespace

class Connections::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& loop, Crypto& crypto, Origin origin, std::optional<Proxy> proxy,
       ConnectionEvents& events)
      : loop_(&loop),
        crypto_(&crypto),
        origin_(std::move(origin)),
        proxy_(std::move(proxy)),
        events_(&events),
        tls_(make_tls()) {}

  void fetch_server_key(const member::FetchServerKey& fetch) {
    const auto attempt = std::make_shared<Attempt>();
    attempt->id = fetch.connection;
    attempt->route = {origin_, proxy_, proxy_ ? credentials_of(fetch.room) : Credentials{}};
    attempts_[fetch.connection] = attempt;
    if (attempt->route.proxy && attempt->route.credentials.user.empty()) {
      fail_later(attempt, "There is no randomness for the proxy's credentials.");
      return;
    }
    run(attempt, [this, attempt] {
      return origin_.is_secure ? fetch_over<TlsStream>(attempt) : fetch_over<PlainStream>(attempt);
    });
  }

  void open(const member::OpenSession& open) {
    const auto attempt = find(open.connection);
    if (!attempt) return;
    auto private_key = themis::EcPrivateKey::parse(open.private_key.view());
    auto server_key = themis::EcPublicKey::parse(open.server_key.view());
    if (!private_key || !server_key) {
      lose_later(attempt, ConnectionLost::Reason::kHandshake);
      return;
    }
    auto identity = std::make_shared<const themis::SessionIdentity>(
        themis::SessionIdentity{to_bytes(open.public_key.view()), std::move(*private_key)});
    auto handshake = themis::SecureSessionClient::create(
        std::move(identity), bytes_of(kServerSessionId), std::move(*server_key));
    if (!handshake) {
      lose_later(attempt, ConnectionLost::Reason::kHandshake);
      return;
    }
    auto shared = std::make_shared<themis::SecureSessionClient>(std::move(*handshake));
    run(attempt, [this, attempt, shared] {
      return origin_.is_secure ? session_over<TlsStream>(attempt, shared)
                               : session_over<PlainStream>(attempt, shared);
    });
  }

  // Wraps at once: its number in the session is taken now.
  void send(const member::SendFrame& frame) {
    const auto attempt = find(frame.connection);
    if (!attempt || !attempt->session) return;
    auto wrapped = attempt->session->wrap(frame.plaintext, now_seconds());
    if (!wrapped) {
      lose_later(attempt, ConnectionLost::Reason::kSession);
      return;
    }
    attempt->queue_bytes += wrapped->size();
    attempt->queue.push_back(std::move(*wrapped));
    if (attempt->queue_bytes > kQueueBytesMax) {
      lose_later(attempt, ConnectionLost::Reason::kNetwork);
    } else if (!attempt->is_writing) {
      attempt->write();
    }
  }

  void disconnect(ConnectionId id) {
    if (const auto attempt = find(id)) end(*attempt);
  }

  void end_all() {
    while (!attempts_.empty()) end(*attempts_.begin()->second);
  }

  [[nodiscard]] const std::string& last_failure() const { return last_failure_; }

 private:
  [[nodiscard]] Shared find(ConnectionId id) const {
    const auto found = attempts_.find(id);
    return found == attempts_.end() ? nullptr : found->second;
  }

  // The same for a room as long as this process lives: a fresh circuit for each attempt would let a
  // server that hangs up choose how many are built.
  const Credentials& credentials_of(const RoomId& room) {
    Credentials& known = credentials_[room];
    std::array<std::uint8_t, 2 * kCredentialBytes> random{};
    if (known.user.empty() && crypto_->random(random)) {
      const BytesView bytes = random;
      known = {to_hex(bytes.first(kCredentialBytes)), to_hex(bytes.subspan(kCredentialBytes))};
    }
    return known;
  }

  // Runs one part of an attempt; whatever it throws ends the attempt.
  template <class Part>
  void run(const Shared& attempt, Part part) {
    asio::co_spawn(
        *loop_, [part]() -> asio::awaitable<void> { co_await part(); },
        [self = shared_from_this(), attempt](const std::exception_ptr& error) {
          if (error) self->failed(attempt, error);
        });
  }

  void failed(const Shared& attempt, const std::exception_ptr& error) {
    if (attempt->ended) return;
    auto reason = ConnectionLost::Reason::kNetwork;
    try {
      std::rethrow_exception(error);
    } catch (const SessionRefused& refused) {
      reason = refused.reason;
    } catch (const ConnectError& why) {
      last_failure_ = why.what();
    } catch (const boost::system::system_error& why) {
      last_failure_ = "The server can't be reached: " + why.code().message() + ".";
    } catch (const std::exception&) {
      last_failure_ = "The connection failed.";
    }
    lose(attempt, reason);
  }

  void end(Attempt& attempt) {
    const auto keep = find(attempt.id);
    attempt.ended = true;
    attempt.session.reset();
    attempt.queue.clear();
    attempts_.erase(attempt.id);
    attempt.close();
  }

  void lose(const Shared& attempt, ConnectionLost::Reason reason) {
    if (attempt->ended) return;
    end(*attempt);
    events_->connection_event(ConnectionLost{attempt->id, reason});
  }
  void lose_later(const Shared& attempt, ConnectionLost::Reason reason) {
    asio::post(*loop_,
               [self = shared_from_this(), attempt, reason] { self->lose(attempt, reason); });
  }
  void fail_later(const Shared& attempt, std::string why) {
    last_failure_ = std::move(why);
    lose_later(attempt, ConnectionLost::Reason::kNetwork);
  }

  template <class Stream>
  Stream make_stream() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      return TlsStream(*loop_, tls_);
    } else {
      return PlainStream(*loop_);
    }
  }
  // Has the attempt's end close the stream.
  template <class Stream>
  static void closes_with(Attempt& attempt, const std::shared_ptr<Stream>& stream) {
    attempt.close = [weak = std::weak_ptr<Stream>(stream)] {
      if (const auto open = weak.lock()) beast::get_lowest_layer(*open).close();
    };
  }

  template <class Stream>
  asio::awaitable<void> fetch_over(Shared attempt) {
    const auto stream = std::make_shared<Stream>(make_stream<Stream>());
    closes_with(*attempt, stream);
    co_await connect(*stream, attempt->route);
    http::request<http::empty_body> request{http::verb::get, "/server-key", 11};
    request.set(http::field::host, origin_.authority());
    request.set(http::field::connection, "close");
    co_await http::async_write(*stream, request, use_awaitable);
    beast::flat_buffer buffer(kHeaderBytesMax + kServerKeyBytesMax);
    http::response_parser<http::string_body> parser;
    parser.body_limit(kServerKeyBytesMax);
    parser.header_limit(kHeaderBytesMax);
    co_await http::async_read(*stream, buffer, parser, use_awaitable);
    if (attempt->ended) co_return;
    const auto& response = parser.get();
    if (response.result() != http::status::ok) {
      throw ConnectError("The server answers, but is none of 0fc (HTTP status " +
                         std::to_string(response.result_int()) + ").");
    }
    const std::string date(response[http::field::date]);
    attempt->close = [] {};
    events_->connection_event(member::ServerKeyFetched{.connection = attempt->id,
                                                       .keys = bytes_of(response.body()),
                                                       .date = parse_http_date(date)});
  }

  template <class Stream>
  asio::awaitable<void> session_over(Shared attempt,
                                     std::shared_ptr<themis::SecureSessionClient> handshake) {
    using Socket = websocket::stream<Stream>;
    constexpr auto kHandshake = ConnectionLost::Reason::kHandshake;
    const auto socket = std::make_shared<Socket>(make_stream<Stream>());
    closes_with(*attempt, socket);
    co_await connect(socket->next_layer(), attempt->route);
    socket->binary(true);
    socket->read_message_max(kMessageBytesMax);
    socket->set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
      request.set(http::field::sec_websocket_protocol, kSubprotocol);
      request.set(http::field::origin, origin_.text);
    }));
    websocket::response_type answer;
    co_await socket->async_handshake(answer, origin_.authority(), "/ws", use_awaitable);
    if (answer[http::field::sec_websocket_protocol] != kSubprotocol) {
      throw ConnectError("The server speaks another version of the protocol.");
    }
    co_await write(*socket, handshake->connect_request());
    co_await write(*socket, must(handshake->handle_msg2(co_await read(*socket)), kHandshake));
    auto session = must(handshake->handle_msg4(co_await read(*socket)), kHandshake);
    if (attempt->ended) co_return;
    attempt->session.emplace(std::move(session));
    attempt->write = [this, weak = std::weak_ptr<Attempt>(attempt), socket] {
      if (const auto alive = weak.lock()) write_queue(alive, socket);
    };
    events_->connection_event(member::SessionEstablished{attempt->id});
    while (!attempt->ended) {
      const Bytes message = co_await read(*socket);
      if (attempt->ended) break;
      const auto plaintext =
          must(attempt->session->unwrap(message, now_seconds()), ConnectionLost::Reason::kSession);
      events_->connection_event(member::FrameCame{attempt->id, plaintext.view()});
    }
  }

  template <class Socket>
  static asio::awaitable<void> write(Socket& socket, Bytes message) {
    co_await socket.async_write(asio::buffer(message), use_awaitable);
  }
  template <class Socket>
  static asio::awaitable<Bytes> read(Socket& socket) {
    beast::flat_buffer buffer;
    co_await socket.async_read(buffer, use_awaitable);
    if (!socket.got_binary()) throw SessionRefused{ConnectionLost::Reason::kSession};
    const auto* data = static_cast<const std::uint8_t*>(buffer.data().data());
    co_return Bytes(data, data + buffer.size());
  }

  // One write at a time, in the order of wrapping.
  template <class Socket>
  void write_queue(const Shared& attempt, const std::shared_ptr<Socket>& socket) {
    if (attempt->ended || attempt->queue.empty()) return;
    attempt->is_writing = true;
    const auto message = std::make_shared<Bytes>(std::move(attempt->queue.front()));
    attempt->queue.pop_front();
    attempt->queue_bytes -= message->size();
    socket->async_write(asio::buffer(*message),
                        [self = shared_from_this(), attempt, socket, message](
                            boost::system::error_code error, std::size_t /*bytes*/) {
                          attempt->is_writing = false;
                          if (error) {
                            self->lose(attempt, ConnectionLost::Reason::kNetwork);
                          } else {
                            self->write_queue(attempt, socket);
                          }
                        });
  }

  asio::io_context* loop_;
  Crypto* crypto_;
  Origin origin_;
  std::optional<Proxy> proxy_;
  ConnectionEvents* events_;
  asio::ssl::context tls_;
  std::map<ConnectionId, Shared> attempts_;
  std::map<RoomId, Credentials> credentials_;
  std::string last_failure_;
};

Connections::Connections(asio::io_context& loop, Crypto& crypto, Origin origin,
                         std::optional<Proxy> proxy, ConnectionEvents& events)
    : impl_(std::make_shared<Impl>(loop, crypto, std::move(origin), std::move(proxy), events)) {}
Connections::~Connections() { impl_->end_all(); }

void Connections::fetch_server_key(const member::FetchServerKey& fetch) {
  impl_->fetch_server_key(fetch);
}
void Connections::open(const member::OpenSession& open) { impl_->open(open); }
void Connections::send(const member::SendFrame& frame) { impl_->send(frame); }
void Connections::disconnect(ConnectionId id) { impl_->disconnect(id); }
const std::string& Connections::last_failure() const { return impl_->last_failure(); }

}  // namespace zerofc::cli
