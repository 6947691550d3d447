// Secure Session: the handshake (formats, sections 5.1 to 5.4), both sides strict.
#include "handshake.hpp"

#include "container.hpp"
#include "ec.hpp"
#include "key_data.hpp"
#include "support.hpp"

namespace themis::test {
namespace {

using detail::make_container;

constexpr std::size_t kHeader = detail::kContainerHeaderSize;

// A handshake message of which each part can be another than it should.
struct Hello {
  Bytes id;
  Bytes ephemeral;
  Bytes signature;

  static Hello of(BytesView message) {
    const BytesView payload = message.subspan(kHeader);
    const auto id = must(detail::container_at(payload));
    const auto ephemeral = must(detail::container_at(payload.subspan(id.whole.size())));
    return {copy(id.payload), copy(ephemeral.whole),
            copy(payload.subspan(id.whole.size() + ephemeral.whole.size()))};
  }
  [[nodiscard]] Bytes message() const {
    return make_container("TSPM", {make_container("TSID", {id}), ephemeral, signature});
  }
};

class Handshake : public ::testing::Test {
 protected:
  Parties parties;
  SecureSessionClient client = parties.connect();
  SecureSessionServer server{parties.server};

  Bytes msg2() { return must(server.handle_msg1(client.connect_request(), parties.lookup())); }
  Bytes msg3() { return must(client.handle_msg2(msg2())); }
  Result<Bytes> answer(BytesView msg1) {
    return SecureSessionServer(parties.server).handle_msg1(msg1, parties.lookup());
  }
};

TEST_F(Handshake, FourMessagesEstablishBothSides) {
  const Bytes third = msg3();
  auto accepted = must(server.handle_msg3(third));
  EXPECT_EQ(accepted.peer_id, parties.client->id);
  EXPECT_EQ(accepted.msg4.size(), 44U);
  SecureSession ours = must(client.handle_msg4(accepted.msg4));
  const Bytes wrapped = must(ours.wrap(text("hello"), kNow));
  EXPECT_EQ(copy(must(accepted.session.unwrap(wrapped, kNow)).view()), text("hello"));
}

TEST_F(Handshake, AClientThatTheLookupDoesNotKnowIsRefused) {
  int calls = 0;
  const auto nobody = [&](BytesView) -> Result<EcPublicKey> {
    ++calls;
    return fail(ErrorCode::kUnknownPeer);
  };
  EXPECT_TRUE(
      failed_with(server.handle_msg1(client.connect_request(), nobody), ErrorCode::kUnknownPeer));
  EXPECT_EQ(calls, 1);
}

TEST_F(Handshake, AClientWithAnotherKeyThanItsIdsIsRefused) {
  const auto impostor =
      std::make_shared<const SessionIdentity>(SessionIdentity{parties.client->id, new_key()});
  const auto forged = must(
      SecureSessionClient::create(impostor, parties.server->id, parties.server->key.public_key()));
  EXPECT_TRUE(failed_with(answer(forged.connect_request()), ErrorCode::kNotAuthentic));
}

TEST_F(Handshake, AServerWithAnotherKeyThanExpectedIsRefused) {
  const auto other =
      std::make_shared<const SessionIdentity>(SessionIdentity{parties.server->id, new_key()});
  SecureSessionServer impostor(other);
  const Bytes forged = must(impostor.handle_msg1(client.connect_request(), parties.lookup()));
  EXPECT_TRUE(failed_with(client.handle_msg2(forged), ErrorCode::kNotAuthentic));
}

TEST_F(Handshake, AServerWithAnotherIdThanExpectedIsRefused) {
  const auto key = must(parties.server->key.copy()).container();
  const auto other = std::make_shared<const SessionIdentity>(
      SessionIdentity{text("other"), must(EcPrivateKey::parse(key.view()))});
  SecureSessionServer renamed(other);
  const Bytes answer = must(renamed.handle_msg1(client.connect_request(), parties.lookup()));
  EXPECT_TRUE(failed_with(client.handle_msg2(answer), ErrorCode::kUnknownPeer));
}

// 8.5: "Reflection: if the callback knows the own id, a session with oneself can be established.
// Refuse the own id."
TEST_F(Handshake, OnesOwnIdIsRefused) {
  const auto everybody = [this](BytesView) -> Result<EcPublicKey> {
    return parties.client->key.public_key();
  };
  SecureSessionServer ourselves(parties.client);
  EXPECT_TRUE(
      failed_with(ourselves.handle_msg1(client.connect_request(), everybody), ErrorCode::kOwnId));
  EXPECT_TRUE(failed_with(SecureSessionClient::create(parties.client, parties.client->id,
                                                      parties.client->key.public_key()),
                          ErrorCode::kOwnId));
}

TEST_F(Handshake, IdsAreOneToAThousandBytes) {
  EXPECT_TRUE(
      failed_with(SecureSessionClient::create(parties.client, {}, parties.server->key.public_key()),
                  ErrorCode::kInvalidArgument));
  EXPECT_TRUE(failed_with(SecureSessionClient::create(parties.client, Bytes(kSessionIdMax + 1),
                                                      parties.server->key.public_key()),
                          ErrorCode::kTooLarge));
  EXPECT_TRUE(
      failed_with(SecureSessionClient::create(nullptr, text("s"), parties.server->key.public_key()),
                  ErrorCode::kInvalidArgument));
  Hello hello = Hello::of(client.connect_request());
  hello.id.clear();
  EXPECT_TRUE(failed_with(answer(hello.message()), ErrorCode::kMalformed));
}

TEST_F(Handshake, AFailureIsFatalAndTheGenuineMessageComesTooLate) {
  const Bytes genuine = msg3();
  Bytes damaged = genuine;
  damaged.back() ^= 1;
  EXPECT_FALSE(server.handle_msg3(damaged));
  EXPECT_TRUE(failed_with(server.handle_msg3(genuine), ErrorCode::kSessionOver));
  EXPECT_FALSE(client.handle_msg4(damaged));
  EXPECT_TRUE(failed_with(client.handle_msg4(genuine), ErrorCode::kSessionOver));
}

TEST_F(Handshake, AServerThatRefusedAFirstMessageTakesNoOther) {
  Bytes damaged = client.connect_request();
  damaged.back() ^= 1;
  EXPECT_FALSE(server.handle_msg1(damaged, parties.lookup()));
  EXPECT_TRUE(failed_with(server.handle_msg1(client.connect_request(), parties.lookup()),
                          ErrorCode::kSessionOver));
}

TEST_F(Handshake, StepsThatAreNotDueAreRefusedAndFatal) {
  EXPECT_TRUE(failed_with(server.handle_msg3(Bytes(115)), ErrorCode::kUnexpectedStep));
  EXPECT_TRUE(failed_with(server.handle_msg1(client.connect_request(), parties.lookup()),
                          ErrorCode::kSessionOver));
  EXPECT_TRUE(failed_with(client.handle_msg4(Bytes(44)), ErrorCode::kUnexpectedStep));
  EXPECT_TRUE(failed_with(client.handle_msg2(Bytes(44)), ErrorCode::kSessionOver));
}

TEST_F(Handshake, ASecondMsg1ToTheSameServerObjectIsRefused) {
  msg2();
  EXPECT_TRUE(failed_with(server.handle_msg1(client.connect_request(), parties.lookup()),
                          ErrorCode::kUnexpectedStep));
}

TEST_F(Handshake, TwoClientsCannotConnect) {
  SecureSessionClient other = must(SecureSessionClient::create(parties.server, parties.client->id,
                                                               parties.client->key.public_key()));
  EXPECT_TRUE(failed_with(client.handle_msg2(other.connect_request()), ErrorCode::kNotAuthentic));
}

// 8.5: "Upstream's client compares only as many MAC bytes as msg4 carries. Our side must require
// 32 bytes."
TEST_F(Handshake, hole_O_Msg4CarriesExactlyThirtyTwoBytesOfMac) {
  for (const std::size_t size : {0U, 1U, 12U, 31U, 33U}) {
    SecureSessionClient fresh = parties.connect();
    SecureSessionServer peer(parties.server);
    const Bytes second = must(peer.handle_msg1(fresh.connect_request(), parties.lookup()));
    const auto accepted = must(peer.handle_msg3(must(fresh.handle_msg2(second))));
    Bytes mac = copy(BytesView(accepted.msg4).subspan(kHeader));
    mac.resize(size);
    EXPECT_TRUE(
        failed_with(fresh.handle_msg4(make_container("TSPM", {mac})), ErrorCode::kMalformed))
        << size;
  }
}

TEST_F(Handshake, Msg3CarriesMoreThanTheMac) {
  for (const std::size_t size : {0U, 31U, 32U, 32U + 73U}) {
    SecureSessionServer fresh(parties.server);
    ASSERT_TRUE(fresh.handle_msg1(parties.connect().connect_request(), parties.lookup()));
    EXPECT_TRUE(failed_with(fresh.handle_msg3(make_container("TSPM", {Bytes(size)})),
                            ErrorCode::kMalformed))
        << size;
  }
}

// 5.4: "Bytes after the outer container are ignored by upstream. Harden: require exact length."
TEST_F(Handshake, hole_O_BytesBehindAnyHandshakeMessageAreRefused) {
  const auto longer = [](Bytes message) {
    message.push_back(0);
    return message;
  };
  EXPECT_TRUE(failed_with(answer(longer(client.connect_request())), ErrorCode::kMalformed));
  EXPECT_TRUE(failed_with(parties.connect().handle_msg2(longer(msg2())), ErrorCode::kMalformed));
  Parties others;
  SecureSessionClient c = others.connect();
  SecureSessionServer s(others.server);
  const Bytes third =
      must(c.handle_msg2(must(s.handle_msg1(c.connect_request(), others.lookup()))));
  EXPECT_TRUE(failed_with(s.handle_msg3(longer(third)), ErrorCode::kMalformed));
  EXPECT_TRUE(failed_with(c.handle_msg4(longer(make_container("TSPM", {Bytes(32)}))),
                          ErrorCode::kMalformed));
}

// 5.4: "The nested TSID size must fit in the outer payload before its CRC is computed; the
// ephemeral container must fit."
TEST_F(Handshake, NestedSizesBeyondTheMessageAreRefused) {
  const Bytes genuine = client.connect_request();
  const std::size_t id_size_field = kHeader + 4;
  const std::size_t key_size_field = kHeader + kHeader + parties.client->id.size() + 4;
  for (const std::size_t field : {id_size_field, key_size_field}) {
    for (const std::uint32_t size : {0U, 4U, 11U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
      Bytes payload = copy(BytesView(genuine).subspan(kHeader));
      for (std::size_t i = 0; i < 4; ++i) {
        payload[field - kHeader + i] = static_cast<std::uint8_t>(size >> (8 * (3 - i)));
      }
      EXPECT_TRUE(failed_with(answer(make_container("TSPM", {payload})), ErrorCode::kMalformed))
          << field << " " << size;
    }
  }
}

TEST_F(Handshake, ChecksumsInsideAreChecked) {
  for (const std::size_t position : {kHeader + 8, kHeader + kHeader + 6 + 8}) {
    Bytes payload = copy(BytesView(client.connect_request()).subspan(kHeader));
    payload[position - kHeader] ^= 1;
    EXPECT_TRUE(failed_with(answer(make_container("TSPM", {payload})), ErrorCode::kCorrupt));
  }
}

// An ephemeral key that we sign as the client would: only its form is at stake.
Bytes sign_ephemeral(const Parties& parties, const Bytes& container) {
  return must(detail::ecdsa_sign(parties.client->key.data().pkey.get(), {container}));
}

// 5.1: "A peer may legally send the 77-byte uncompressed form; then that is CE or SE."
TEST_F(Handshake, AnUncompressedEphemeralKeyIsTaken) {
  const Bytes generator_uncompressed = [] {
    Bytes octets(65);
    const EC_GROUP* group = detail::Libcrypto::get().p256;
    EC_POINT_point2oct(group, EC_GROUP_get0_generator(group), POINT_CONVERSION_UNCOMPRESSED,
                       octets.data(), octets.size(), nullptr);
    return octets;
  }();
  Hello hello = Hello::of(client.connect_request());
  hello.ephemeral = make_container("UEC2", {generator_uncompressed});
  hello.signature = sign_ephemeral(parties, hello.ephemeral);
  EXPECT_TRUE(answer(hello.message()).has_value());

  // The hybrid form of the same point, which libcrypto would take.
  Bytes hybrid = generator_uncompressed;
  hybrid[0] = static_cast<std::uint8_t>(6 + (hybrid.back() & 1));
  hello.ephemeral = make_container("UEC2", {hybrid});
  hello.signature = sign_ephemeral(parties, hello.ephemeral);
  EXPECT_TRUE(failed_with(answer(hello.message()), ErrorCode::kInvalidKey));
}

TEST_F(Handshake, EphemeralKeysThatAreNoPointsAreRefusedInTheFirstMessage) {
  Hello hello = Hello::of(client.connect_request());
  const Bytes compressed = copy(BytesView(hello.ephemeral).subspan(kHeader));
  std::vector<Bytes> wrong{Bytes{0}, Bytes(33, 0), Bytes(65, 4), Bytes{}};
  wrong.push_back(compressed);
  wrong.back()[0] = 5;
  Bytes off_curve(33, 0xFF);  // x >= p
  off_curve[0] = 2;
  wrong.push_back(off_curve);
  for (const Bytes& octets : wrong) {
    hello.ephemeral = make_container("UEC2", {octets});
    hello.signature = sign_ephemeral(parties, hello.ephemeral);
    EXPECT_FALSE(answer(hello.message())) << octets.size();
  }
  hello.ephemeral = make_container("UEC3", {compressed});
  hello.signature = sign_ephemeral(parties, hello.ephemeral);
  EXPECT_FALSE(answer(hello.message()));
}

TEST_F(Handshake, ARecordedMsg1IsAnsweredButItsReplayerCannotFinish) {
  const Bytes recorded = client.connect_request();
  const Bytes third = msg3();
  ASSERT_TRUE(server.handle_msg3(third));
  SecureSessionServer again(parties.server);
  ASSERT_TRUE(again.handle_msg1(recorded, parties.lookup()));
  EXPECT_TRUE(failed_with(again.handle_msg3(third), ErrorCode::kNotAuthentic));
}

TEST_F(Handshake, OversizeMessagesAreRefusedUnread) {
  EXPECT_TRUE(failed_with(answer(Bytes(kHandshakeMessageMax + 1)), ErrorCode::kTooLarge));
}

TEST_F(Handshake, AServerWithoutIdentityOrLookupRefuses) {
  SecureSessionServer nobody(nullptr);
  EXPECT_TRUE(failed_with(nobody.handle_msg1(client.connect_request(), parties.lookup()),
                          ErrorCode::kInvalidArgument));
  EXPECT_TRUE(failed_with(server.handle_msg1(client.connect_request(), PeerKeyLookup{}),
                          ErrorCode::kInvalidArgument));
}

}  // namespace
}  // namespace themis::test
