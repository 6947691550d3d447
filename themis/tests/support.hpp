// What the tests of themis/ share.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string_view>
#include <utility>

#include "themis/themis.hpp"

namespace themis {

inline void PrintTo(const Error& error, std::ostream* out) { *out << describe(error); }

}  // namespace themis

namespace themis::test {

// For set-up that can't fail unless something is badly wrong: then the test ends with the error.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  return std::move(*result);
}

inline Bytes text(std::string_view characters) {
  const BytesView view = bytes_of(characters);
  return {view.begin(), view.end()};
}

inline Bytes copy(BytesView view) { return {view.begin(), view.end()}; }

inline Bytes random_bytes(std::size_t size) {
  Bytes bytes(size);
  if (!fill_random(bytes)) throw std::runtime_error("no randomness");
  return bytes;
}

inline EcPrivateKey new_key() { return must(EcPrivateKey::generate()); }
inline SymmetricKey key_of(std::string_view characters) {
  return must(SymmetricKey::copy_of(bytes_of(characters)));
}

template <class T>
testing::AssertionResult failed_with(const Result<T>& result, ErrorCode code) {
  if (result) return testing::AssertionFailure() << "succeeded";
  if (result.error().code == code) return testing::AssertionSuccess();
  return testing::AssertionFailure() << describe(result.error());
}

inline constexpr UnixSeconds kNow{std::chrono::seconds(1'800'000'000)};

// A client and a server that know each other.
struct Parties {
  std::shared_ptr<const SessionIdentity> client =
      std::make_shared<const SessionIdentity>(SessionIdentity{text("client"), new_key()});
  std::shared_ptr<const SessionIdentity> server =
      std::make_shared<const SessionIdentity>(SessionIdentity{text("server"), new_key()});

  [[nodiscard]] PeerKeyLookup lookup() const {
    return [this](BytesView id) -> Result<EcPublicKey> {
      if (copy(id) != client->id) return fail(ErrorCode::kUnknownPeer);
      return client->key.public_key();
    };
  }
  [[nodiscard]] SecureSessionClient connect() const {
    return must(SecureSessionClient::create(client, server->id, server->key.public_key()));
  }
};

struct Established {
  SecureSession client;
  SecureSession server;
};

inline Established establish(const Parties& parties) {
  SecureSessionClient client = parties.connect();
  SecureSessionServer server(parties.server);
  const Bytes msg2 = must(server.handle_msg1(client.connect_request(), parties.lookup()));
  const Bytes msg3 = must(client.handle_msg2(msg2));
  auto accepted = must(server.handle_msg3(msg3));
  return {must(client.handle_msg4(accepted.msg4)), std::move(accepted.session)};
}

}  // namespace themis::test
