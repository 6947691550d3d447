#include "server/connection/handshake.hpp"

#include <gtest/gtest.h>

#include "core/wire/server_identity.hpp"

namespace zerofc::server {
namespace {

using Identity = std::shared_ptr<const themis::SessionIdentity>;

Identity identity_named(BytesView id, const themis::EcPrivateKey& key) {
  return std::make_shared<const themis::SessionIdentity>(
      themis::SessionIdentity{to_bytes(id), *key.copy()});
}

class HandshakeTest : public ::testing::Test {
 protected:
  // Through the whole handshake with a client of this name and key.
  Handshake::Outcome outcome_for(BytesView name, const themis::EcPrivateKey& key) {
    auto client = themis::SecureSessionClient::create(
        identity_named(name, key), bytes_of(kServerSessionId), server_key.public_key());
    Handshake handshake(identity_named(bytes_of(kServerSessionId), server_key));
    auto first = handshake.advance(client->connect_request());
    auto* reply = std::get_if<Handshake::Reply>(&first);
    if (reply == nullptr) return first;
    const auto msg3 = client->handle_msg2(reply->message);
    if (!msg3) return Handshake::Refused{};
    return handshake.advance(*msg3);
  }

  themis::EcPrivateKey server_key = std::move(*themis::EcPrivateKey::generate());
  themis::EcPrivateKey own_key = std::move(*themis::EcPrivateKey::generate());
  themis::EcPrivateKey other_key = std::move(*themis::EcPrivateKey::generate());
};

TEST_F(HandshakeTest, gives_the_key_that_the_client_has_proved_to_hold) {
  const auto own = own_key.public_key().container();
  const auto outcome = outcome_for(own, own_key);
  const auto* established = std::get_if<Handshake::Established>(&outcome);
  ASSERT_NE(established, nullptr);
  EXPECT_EQ(established->peer.bytes(), own);
}

// "the server looks it up as itself": a name is a key, and the key must sign.
TEST_F(HandshakeTest, hole_C_refuses_a_client_that_names_a_key_which_it_does_not_hold) {
  const auto outcome = outcome_for(other_key.public_key().container(), own_key);
  EXPECT_TRUE(std::holds_alternative<Handshake::Refused>(outcome));
}

TEST_F(HandshakeTest, takes_only_the_45_byte_container_as_a_name) {
  Bytes too_long = to_bytes(own_key.public_key().container());
  too_long.push_back(0);
  Bytes too_short = to_bytes(own_key.public_key().container());
  too_short.pop_back();
  Bytes damaged = to_bytes(own_key.public_key().container());
  damaged[20] ^= 1;
  for (const Bytes& name : {too_long, too_short, damaged, to_bytes(bytes_of("somebody"))})
    EXPECT_TRUE(std::holds_alternative<Handshake::Refused>(outcome_for(name, own_key)));
}

TEST_F(HandshakeTest, refuses_what_is_no_message_of_it) {
  Handshake handshake(identity_named(bytes_of(kServerSessionId), server_key));
  EXPECT_TRUE(std::holds_alternative<Handshake::Refused>(handshake.advance(Bytes{1, 2, 3})));
}

}  // namespace
}  // namespace zerofc::server
