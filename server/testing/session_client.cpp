#include "server/testing/session_client.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace zerofc::testing {
namespace {

themis::UnixSeconds now_seconds() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

template <class Value>
Value must(themis::Result<Value> result) {
  if (!result) throw std::runtime_error("Themis refused: " + themis::describe(result.error()));
  return std::move(*result);
}

}  // namespace

ServerKeys fetch_server_keys(std::uint16_t port) {
  const auto keys = decode_server_keys(bytes_of(ask(port, "GET /server-key").body));
  if (!keys) throw std::runtime_error("GET /server-key gave no keys");
  return *keys;
}

themis::SecureSessionClient make_handshake(const SessionKeyPair& own,
                                           const SessionPublicKey& server) {
  auto identity = std::make_shared<const themis::SessionIdentity>(themis::SessionIdentity{
      to_bytes(own.public_key.view()), must(themis::EcPrivateKey::parse(own.private_key.view()))});
  return must(themis::SecureSessionClient::create(std::move(identity), bytes_of(kServerSessionId),
                                                  must(themis::EcPublicKey::parse(server.view()))));
}

SessionClient::SessionClient(std::uint16_t port, const SessionKeyPair& own,
                             const UpgradeRequest& request, int receive_buffer)
    : socket_(port, request, receive_buffer) {
  if (!socket_.is_open())
    throw std::runtime_error("no upgrade: " + std::to_string(socket_.answer().status));
  auto handshake = make_handshake(own, fetch_server_keys(port).session);
  socket_.send(handshake.connect_request());
  socket_.send(must(handshake.handle_msg2(expect_message())));
  session_.emplace(must(handshake.handle_msg4(expect_message())));
}

Bytes SessionClient::expect_message() {
  auto came = socket_.receive();
  if (came) {
    if (auto* message = std::get_if<WebSocketClient::Message>(&*came))
      return std::move(message->bytes);
  }
  throw std::runtime_error("the handshake was not answered");
}

bool SessionClient::send(const Frame& frame) { return send_counted(next_sent_, encode(frame)); }

bool SessionClient::send_counted(std::uint64_t counter, BytesView frame) {
  next_sent_ = counter + 1;
  const EncodedCounter encoded = encode_counter(counter);
  Bytes plaintext = to_bytes(encoded.view());
  plaintext.insert(plaintext.end(), frame.begin(), frame.end());
  return send_plaintext(plaintext);
}

bool SessionClient::send_plaintext(BytesView plaintext) { return socket_.send(wrap(plaintext)); }

Bytes SessionClient::wrap(BytesView plaintext) {
  return must(session_->wrap(plaintext, now_seconds()));
}

CameAny SessionClient::receive(std::chrono::milliseconds patience) {
  while (auto came = socket_.receive(patience)) {
    if (const auto* closed = std::get_if<WebSocketClient::Closed>(&*came))
      return CameClose{closed->code.value_or(0)};
    const auto* message = std::get_if<WebSocketClient::Message>(&*came);
    if (message == nullptr) continue;
    const auto plaintext = must(session_->unwrap(message->bytes, now_seconds()));
    CameFrame frame{to_bytes(plaintext.view()), 0, {}};
    auto counted = decode_frame(frame.plaintext);
    if (!counted) throw std::runtime_error("a malformed frame came");
    if (counted->counter != next_received_++) throw std::runtime_error("a wrong counter came");
    frame.counter = counted->counter;
    frame.frame = std::move(counted->frame);
    return frame;
  }
  throw std::runtime_error("nothing came in time");
}

bool SessionClient::is_quiet(std::chrono::milliseconds patience) {
  return !socket_.receive(patience).has_value();
}

FrameCode SessionClient::expect_error() {
  return std::get<frame::Error>(expect<frame::Error>().frame).code;
}

int SessionClient::expect_close() {
  const CameAny came = receive();
  const auto* closed = std::get_if<CameClose>(&came);
  if (closed == nullptr) throw std::runtime_error(complaint(came, 0));
  return closed->code;
}

std::string SessionClient::complaint(const CameAny& came, std::uint64_t wanted) {
  std::string text = "frame " + std::to_string(wanted) + " was to come, but there came ";
  if (const auto* closed = std::get_if<CameClose>(&came))
    return text + "the end, with code " + std::to_string(closed->code);
  const Frame& frame = std::get<CameFrame>(came).frame;
  text += "frame " + std::to_string(type_of(frame));
  if (const auto* error = std::get_if<frame::Error>(&frame))
    text += ", code " + std::to_string(static_cast<int>(error->code));
  return text;
}

}  // namespace zerofc::testing
