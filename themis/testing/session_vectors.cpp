#include "session_vectors.hpp"

#include <algorithm>
#include <fstream>

#include "byte_order.hpp"
#include "container.hpp"
#include "gcm.hpp"
#include "session_replay.hpp"

namespace themis::testing {
namespace {

bool is_client(const Json& entry) {
  const auto& role = entry.at("role").get_ref<const std::string&>();
  require(role == "client" || role == "server", "unknown role");
  return role == "client";
}

detail::SessionSecrets derive(const Json& entry, bool we_are_client) {
  const Bytes ours = hex_member(entry, "eph_pub");
  // The peer's ephemeral key stands in its first message, behind the id.
  const Bytes hello = hex_member(entry, we_are_client ? "msg2" : "msg1");
  const auto message = value_of(detail::open_container(hello, "TSPM"), "hello");
  const auto id = value_of(detail::container_at(message.payload), "id");
  const auto theirs =
      value_of(detail::container_at(message.payload.subspan(id.whole.size())), "ephemeral").whole;
  const Bytes our_id = hex_member(entry, "our_id");
  const Bytes peer_id = hex_member(entry, "peer_id");
  const auto shared =
      value_of(SessionReplay::shared_secret(hex_member(entry, "eph_d"), theirs), "shared secret");
  require_equal(shared.view(), hex_member(entry, "shared_secret"), "shared secret");
  return value_of(detail::derive_session_secrets(
                      shared, we_are_client ? detail::Transcript{ours, theirs, our_id, peer_id}
                                            : detail::Transcript{theirs, ours, peer_id, our_id}),
                  "key schedule");
}

}  // namespace

Transcript::Transcript(const Json& entry)
    : entry_(entry),
      we_are_client_(is_client(entry)),
      identity_(std::make_shared<const SessionIdentity>(
          SessionIdentity{bytes("our_id"), private_key(bytes("priv"))})),
      peer_key_(public_key(bytes("peer_pub"))),
      now_(std::chrono::seconds(entry.at("now").get<std::int64_t>())),
      secrets_(derive(entry, we_are_client_)) {}

SecureSession Transcript::established(bool as_client) const {
  return value_of(SessionReplay::establish(secrets_, as_client), "establish");
}

SecureSessionClient Transcript::client() const {
  return value_of(SessionReplay::client(identity_, bytes("peer_id"), peer_key_, bytes("eph_d")),
                  "connect request");
}

Result<Bytes> Transcript::answer_msg1(SecureSessionServer& server, BytesView msg1) const {
  const auto lookup = [this](BytesView id) -> Result<EcPublicKey> {
    if (!std::ranges::equal(id, bytes("peer_id"))) return fail(ErrorCode::kUnknownPeer);
    return peer_key_;
  };
  return SessionReplay::handle_msg1(server, msg1, lookup, bytes("eph_d"));
}

void Transcript::check_key_schedule() const {
  require_equal(secrets_.session_id, bytes("session_id_kdf"), "session id");
  Bytes wire(secrets_.session_id.rbegin(), secrets_.session_id.rend());
  require_equal(wire, bytes("session_id_wire"), "session id on the wire");
  require_equal(secrets_.master_key.view(), bytes("master_key"), "master key");
  require_equal(secrets_.client_key.view(), bytes("client_key"), "client key");
  require_equal(secrets_.server_key.view(), bytes("server_key"), "server key");
  require(secrets_.client_sequence == entry_.at("client_seq").get<std::uint32_t>(),
          "client's first number differs");
  require(secrets_.server_sequence == entry_.at("server_seq").get<std::uint32_t>(),
          "server's first number differs");
}

// The library doesn't save sessions, but what is in a saved one is what it computes. (5.10)
void Transcript::check_saved_states() const {
  for (const bool ours : {true, false}) {
    const Bytes state = bytes(ours ? "our_state" : "peer_state");
    const auto payload = value_of(detail::open_container(state, "TSSC"), "saved state").payload;
    require(payload.size() == 48, "saved state has another size");
    require_equal(payload.first(4), bytes("session_id_wire"), "saved session id");
    const bool of_client = ours == we_are_client_;
    require(detail::load_be<std::uint32_t>(payload.data() + 4) == (of_client ? 1 : 0),
            "saved role differs");
    require_equal(payload.subspan(8, 32), secrets_.master_key.view(), "saved master key");
    const auto send = of_client ? secrets_.client_sequence : secrets_.server_sequence;
    const auto receive = of_client ? secrets_.server_sequence : secrets_.client_sequence;
    require(detail::load_be<std::uint32_t>(payload.data() + 40) == send, "saved send counter");
    require(detail::load_be<std::uint32_t>(payload.data() + 44) == receive,
            "saved receive counter");
  }
}

// "Your own ECDSA signatures will differ from the recorded ones, everything else must match (the
// server's msg4 exactly)." (0.3)
void Transcript::check_handshake() const {
  constexpr std::size_t kMacSize = 32;
  if (we_are_client_) {
    SecureSessionClient client = this->client();
    const std::size_t signature = 12 + 12 + identity_->id.size() + kEcContainerSize;
    const BytesView ours = BytesView(client.connect_request()).subspan(12, signature - 12);
    require_equal(ours, BytesView(bytes("msg1")).subspan(12, signature - 12), "msg1");
    const Bytes msg3 = value_of(client.handle_msg2(bytes("msg2")), "msg2");
    require_equal(BytesView(msg3).last(kMacSize), BytesView(bytes("msg3")).last(kMacSize),
                  "MAC of msg3");
    SecureSession session = value_of(client.handle_msg4(bytes("msg4")), "msg4");
    receive_all(session);
  } else {
    SecureSessionServer server(identity_);
    const Bytes msg2 = value_of(answer_msg1(server, bytes("msg1")), "msg1");
    const std::size_t signature = 12 + 12 + identity_->id.size() + kEcContainerSize;
    require_equal(BytesView(msg2).subspan(12, signature - 12),
                  BytesView(bytes("msg2")).subspan(12, signature - 12), "msg2");
    auto established = value_of(server.handle_msg3(bytes("msg3")), "msg3");
    require_equal(established.msg4, bytes("msg4"), "msg4");
    require_equal(established.peer_id, bytes("peer_id"), "peer id");
    receive_all(established.session);
  }
}

void Transcript::receive_all(SecureSession& session) const {
  for (const Json& message : entry_.at("to_us")) {
    const auto plaintext = value_of(session.unwrap(hex_member(message, "wrapped"), now_), "to_us");
    require_equal(plaintext.view(), hex_member(message, "plaintext"), "to_us plaintext");
  }
}

void Transcript::check_messages_to_us() const {
  SecureSession session = established(we_are_client_);
  receive_all(session);
}

// With the recorded nonce and filler our own wrapping must give the recorded bytes.
void Transcript::check_messages_from_us() const {
  SecureSession ours = established(we_are_client_);
  SecureSession peer = established(!we_are_client_);
  for (const Json& message : entry_.at("from_us")) {
    const Bytes plaintext = hex_member(message, "plaintext");
    const Bytes wrapped = hex_member(message, "wrapped");
    require(wrapped.size() > SecureSession::kOverhead, "from_us is too short");
    const auto opened = value_of(peer.unwrap(wrapped, now_), "from_us");
    require_equal(opened.view(), plaintext, "from_us plaintext");
    std::copy_n(wrapped.begin() + 4, 16, SessionReplay::iv(ours).begin());
    const UnixSeconds sent_at = now_ + peer.peer_clock_ahead().value();
    require_equal(value_of(ours.wrap(plaintext, sent_at), "wrap"), wrapped, "from_us");
  }
}

bool Transcript::refuses_data(BytesView message, bool after_all) const {
  SecureSession session = established(we_are_client_);
  if (after_all) receive_all(session);
  Bytes out(message.size() + 1, 0xA5);
  const auto unwrapped = session.unwrap_into(out, message, now_);
  if (unwrapped) return false;
  require(unwrapped.error() == Error{ErrorCode::kSessionFailed}, "refused with another error");
  require(!session.alive(), "the session outlived a refusal");
  require(std::ranges::all_of(out, [](std::uint8_t b) { return b == 0 || b == 0xA5; }),
          "bytes left on an error");
  return true;
}

bool Transcript::refuses_handshake(BytesView message, std::string_view step) const {
  if (we_are_client_) {
    SecureSessionClient client = this->client();
    if (step == "msg2") return !client.handle_msg2(message) && !client.handle_msg2(bytes("msg2"));
    require(step == "msg4", "unknown step");
    require(client.handle_msg2(bytes("msg2")).has_value(), "genuine msg2 refused");
    return !client.handle_msg4(message) && !client.handle_msg4(bytes("msg4"));
  }
  SecureSessionServer server(identity_);
  if (step == "msg1") return !answer_msg1(server, message);
  require(step == "msg3", "unknown step");
  require(answer_msg1(server, bytes("msg1")).has_value(), "genuine msg1 refused");
  return !server.handle_msg3(message) && !server.handle_msg3(bytes("msg3"));
}

Bytes Transcript::encrypted_to_us(BytesView inner) const {
  constexpr std::size_t kInnerOffset = 20;
  Bytes message(kInnerOffset + inner.size() + detail::kGcmTagSize, 0x5A);
  const std::span<std::uint8_t> out(message);
  std::ranges::reverse_copy(secrets_.session_id, out.begin());
  const auto& key = we_are_client_ ? secrets_.server_key : secrets_.client_key;
  value_of(
      detail::gcm_encrypt(key.view(), out.subspan<4, detail::kGcmNonceSize>(), {}, inner,
                          out.subspan(kInnerOffset, inner.size()), out.last<detail::kGcmTagSize>()),
      "encrypt");
  return message;
}

bool Transcript::is_due(BytesView inner) const {
  constexpr std::size_t kHeader = 16;
  constexpr std::uint64_t kDay = 86'400;
  if (inner.size() <= kHeader) return false;
  const auto now = static_cast<std::uint64_t>(now_.time_since_epoch().count());
  const auto stamp = detail::load_be<std::uint64_t>(inner.data() + 8);
  const auto number = we_are_client_ ? secrets_.server_sequence : secrets_.client_sequence;
  return detail::load_be<std::uint32_t>(inner.data()) == inner.size() - kHeader + 12 &&
         detail::load_be<std::uint32_t>(inner.data() + 4) == number && stamp >= now - kDay &&
         stamp <= now + kDay;
}

std::vector<std::unique_ptr<Transcript>> load_transcripts(const char* path) {
  std::ifstream file(path);
  const Json json = Json::parse(file, nullptr, false);
  require(json.is_object() && json.contains("session"), "no transcripts in the file");
  std::vector<std::unique_ptr<Transcript>> transcripts;
  for (const Json& entry : json["session"]) {
    transcripts.push_back(std::make_unique<Transcript>(entry));
  }
  return transcripts;
}

}  // namespace themis::testing
