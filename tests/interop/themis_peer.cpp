// The native side of the interop test: runs one operation of themis/ per line.
//
// A request is one line of JSON, {"op": …, inputs}; byte strings are lower-case hex. The answer is
// one line: {"ok": true, outputs} or {"ok": false, "error": name}. Ends with its input.
#include <chrono>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "themis/themis.hpp"

namespace {

using themis::Bytes;
using themis::BytesView;
using themis::EcPrivateKey;
using themis::EcPublicKey;
using themis::Error;
using themis::ErrorCode;
using themis::Passphrase;
using themis::Result;
using themis::SymmetricKey;
using Json = nlohmann::json;
namespace cell = themis::secure_cell;
namespace message = themis::secure_message;

struct Refused {
  Error error;
};

template <class T>
T take(Result<T> result) {
  if (!result) throw Refused{result.error()};
  return std::move(*result);
}

std::string to_hex(BytesView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

Bytes from_hex(const std::string& hex) {
  const auto nibble = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  Bytes bytes(hex.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
  }
  return bytes;
}

Bytes bytes(const Json& request, const char* name) {
  return request.contains(name) ? from_hex(request.at(name).get<std::string>()) : Bytes{};
}
SymmetricKey key(const Json& r) { return take(SymmetricKey::copy_of(bytes(r, "key"))); }
Passphrase passphrase(const Json& r) {
  return take(Passphrase::copy_of(r.at("passphrase").get<std::string>()));
}
EcPrivateKey priv(const Json& r) { return take(EcPrivateKey::parse(bytes(r, "priv"))); }
EcPublicKey pub(const Json& r) { return take(EcPublicKey::parse(bytes(r, "pub"))); }

themis::UnixSeconds now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// One Secure Session in whatever state it is.
struct Session {
  std::optional<themis::SecureSessionClient> client;
  std::optional<themis::SecureSessionServer> server;
  std::optional<themis::SecureSession> established;
  Bytes peer_id;
  std::optional<EcPublicKey> peer_key;
  int fed = 0;
};

std::map<int, Session> sessions;

std::shared_ptr<const themis::SessionIdentity> identity(const Json& r) {
  return std::make_shared<const themis::SessionIdentity>(
      themis::SessionIdentity{bytes(r, "id"), priv(r)});
}

Json session_client(const Json& r) {
  Session session;
  session.client =
      take(themis::SecureSessionClient::create(identity(r), bytes(r, "peer_id"), pub(r)));
  Json answer{{"reply", to_hex(session.client->connect_request())}};
  sessions[r.at("session")] = std::move(session);
  return answer;
}

Json session_server(const Json& r) {
  Session session;
  session.server.emplace(identity(r));
  session.peer_id = bytes(r, "peer_id");
  session.peer_key = pub(r);
  sessions[r.at("session")] = std::move(session);
  return Json::object();
}

// Gives a handshake message to a session: msg2 then msg4 to a client, msg1 then msg3 to a server.
Json feed(const Json& r) {
  Session& session = sessions.at(r.at("session"));
  const Bytes received = bytes(r, "message");
  Bytes reply;
  const bool first = session.fed++ == 0;
  if (session.client) {
    if (first) {
      reply = take(session.client->handle_msg2(received));
    } else {
      session.established = take(session.client->handle_msg4(received));
    }
  } else if (first) {
    reply = take(session.server->handle_msg1(received, [&](BytesView id) -> Result<EcPublicKey> {
      if (Bytes(id.begin(), id.end()) != session.peer_id) {
        return themis::fail(ErrorCode::kUnknownPeer);
      }
      return *session.peer_key;
    }));
  } else {
    auto accepted = take(session.server->handle_msg3(received));
    reply = std::move(accepted.msg4);
    session.established = std::move(accepted.session);
  }
  return {{"reply", to_hex(reply)}, {"established", session.established.has_value()}};
}

themis::SecureSession& established(const Json& r) {
  Session& session = sessions.at(r.at("session"));
  if (!session.established) throw std::runtime_error("not established");
  return *session.established;
}

// The first byte travels as the prefix, so that gathering is part of the proof.
Json wrap(const Json& r) {
  const Bytes plaintext = bytes(r, "plaintext");
  Bytes out(plaintext.size() + themis::SecureSession::kOverhead);
  const BytesView whole = plaintext;
  take(established(r).wrap_into(out, whole.first(1), whole.subspan(1), now()));
  return {{"message", to_hex(out)}};
}

Json plain(const themis::SecretBytes& secret) { return {{"plaintext", to_hex(secret.view())}}; }

using Operation = std::function<Json(const Json&)>;

const std::map<std::string, Operation> kOperations{
    {"key_pair",
     [](const Json&) -> Json {
       const EcPrivateKey made = take(EcPrivateKey::generate());
       return {{"priv", to_hex(made.container().view())},
               {"pub", to_hex(made.public_key().container())}};
     }},
    {"seal",
     [](const Json& r) -> Json {
       return {
           {"cell", to_hex(take(cell::seal(key(r), bytes(r, "plaintext"), bytes(r, "context"))))}};
     }},
    {"open",
     [](const Json& r) {
       return plain(take(cell::open(key(r), bytes(r, "cell"), bytes(r, "context"))));
     }},
    {"seal_passphrase",
     [](const Json& r) -> Json {
       return {{"cell", to_hex(take(cell::seal(passphrase(r), bytes(r, "plaintext"),
                                               bytes(r, "context"))))}};
     }},
    {"open_passphrase",
     [](const Json& r) {
       return plain(take(cell::open(passphrase(r), bytes(r, "cell"), bytes(r, "context"))));
     }},
    {"token_protect",
     [](const Json& r) -> Json {
       const auto parts =
           take(cell::token_protect(key(r), bytes(r, "plaintext"), bytes(r, "context")));
       return {{"token", to_hex(parts.token)}, {"data", to_hex(parts.data)}};
     }},
    {"token_open",
     [](const Json& r) {
       return plain(take(
           cell::token_open(key(r), bytes(r, "token"), bytes(r, "data"), bytes(r, "context"))));
     }},
    {"context_imprint",
     [](const Json& r) -> Json {
       return {{"data", to_hex(take(cell::context_imprint(key(r), bytes(r, "plaintext"),
                                                          bytes(r, "context"))))}};
     }},
    {"context_imprint_open",
     [](const Json& r) {
       return plain(
           take(cell::context_imprint_open(key(r), bytes(r, "data"), bytes(r, "context"))));
     }},
    {"sign",
     [](const Json& r) -> Json {
       return {{"message", to_hex(take(message::sign(priv(r), bytes(r, "plaintext"))))}};
     }},
    {"verify",
     [](const Json& r) -> Json {
       return {{"plaintext", to_hex(take(message::verify(pub(r), bytes(r, "message"))))}};
     }},
    {"encrypt",
     [](const Json& r) -> Json {
       return {{"message", to_hex(take(message::encrypt(priv(r), pub(r), bytes(r, "plaintext"))))}};
     }},
    {"decrypt",
     [](const Json& r) {
       return plain(take(message::decrypt(priv(r), pub(r), bytes(r, "message"))));
     }},
    {"session_client", session_client},
    {"session_server", session_server},
    {"feed", feed},
    {"wrap", wrap},
    {"unwrap",
     [](const Json& r) { return plain(take(established(r).unwrap(bytes(r, "message"), now()))); }},
};

Json answer(const std::string& line) {
  try {
    const Json request = Json::parse(line);
    Json result = kOperations.at(request.at("op").get<std::string>())(request);
    result["ok"] = true;
    return result;
  } catch (const Refused& refused) {
    return {{"ok", false}, {"error", std::string(themis::name(refused.error.code))}};
  } catch (const std::exception& error) {
    return {{"ok", false}, {"error", std::string("bad request: ") + error.what()}};
  }
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(line).dump() << '\n' << std::flush;
  }
}
