// core/crypto.hpp over themis/. The formats themselves are tested in themis/; here: that each call
// reaches the right operation, and what it answers when it is refused.
#include "native/themis_crypto.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace zerofc {
namespace {

using Json = nlohmann::json;

template <class T>
T must(CryptoResult<T> result) {
  if (!result) throw std::runtime_error("refused in set-up");
  return std::move(*result);
}

template <class T>
testing::AssertionResult refused_with(const CryptoResult<T>& result, CryptoError error) {
  if (result) return testing::AssertionFailure() << "succeeded";
  if (result.error() == error) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "error " << static_cast<int>(result.error());
}

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(at, 2), nullptr, 16)));
  }
  return bytes;
}
Bytes hex_of(const Json& entry, const char* name) {
  return from_hex(entry.at(name).get<std::string>());
}

Json official_vectors() {
  std::ifstream file(ZEROFC_SOURCE_DIR "/vectors/themis-0.15.json");
  return Json::parse(file);
}

std::span<const std::uint8_t, kKeyContainerBytes> container(const Bytes& bytes) {
  if (bytes.size() != kKeyContainerBytes) throw std::runtime_error("not a container");
  return BytesView(bytes).first<kKeyContainerBytes>();
}

Bytes flipped(Bytes bytes, std::size_t at) {
  bytes.at(at) ^= 1U;
  return bytes;
}

class NativeCrypto : public testing::Test {
 protected:
  ThemisCrypto crypto;
  Bytes message = to_bytes(bytes_of("message"));
  RoomKey key = must(crypto.make_random<RoomKey>());
  SigningKeyPair signer = must(crypto.make_key_pair<SigningKeyTag>());
  ExchangeKeyPair alice = must(crypto.make_key_pair<ExchangeKeyTag>());
  ExchangeKeyPair bob = must(crypto.make_key_pair<ExchangeKeyTag>());

  static PublicKeyView public_of(const auto& pair) { return pair.public_key.bytes(); }
};

TEST_F(NativeCrypto, hashes_the_concatenation_of_the_pieces) {
  const Bytes abc = from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_bytes(crypto.sha256({bytes_of("abc")}).view()), abc);
  EXPECT_EQ(to_bytes(crypto.sha256({bytes_of("a"), {}, bytes_of("bc")}).view()), abc);
  EXPECT_EQ(to_bytes(crypto.sha256({}).view()),
            from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

TEST_F(NativeCrypto, makes_a_new_random_value_each_time) {
  const auto one = must(crypto.make_random<Nonce>());
  const auto other = must(crypto.make_random<Nonce>());
  EXPECT_NE(one, other);
  EXPECT_NE(one, Nonce());
}

TEST_F(NativeCrypto, makes_key_pairs_that_belong_together_and_differ) {
  const Bytes signature = must(crypto.sign(signer.private_key.view(), message));
  EXPECT_TRUE(crypto.verify(public_of(signer), signature));
  EXPECT_NE(alice.public_key, bob.public_key);
}

TEST_F(NativeCrypto, opens_what_it_sealed) {
  const Bytes cell = must(crypto.seal(key.view(), message, bytes_of("context")));
  EXPECT_EQ(cell.size(), message.size() + 44);
  const SecretBytes opened = must(crypto.open(key.view(), cell, bytes_of("context")));
  EXPECT_EQ(to_bytes(opened.view()), message);
}

TEST_F(NativeCrypto, refuses_a_cell_under_another_key_or_context_or_with_a_flipped_bit) {
  const Bytes cell = must(crypto.seal(key.view(), message, bytes_of("context")));
  const RoomKey other = must(crypto.make_random<RoomKey>());
  const BytesView context = bytes_of("context");
  EXPECT_TRUE(refused_with(crypto.open(other.view(), cell, context), CryptoError::kRefused));
  EXPECT_TRUE(
      refused_with(crypto.open(key.view(), cell, bytes_of("contexu")), CryptoError::kRefused));
  EXPECT_TRUE(refused_with(crypto.open(key.view(), cell, {}), CryptoError::kRefused));
  for (const std::size_t at : {std::size_t{0}, std::size_t{4}, std::size_t{16}, cell.size() - 1}) {
    EXPECT_TRUE(
        refused_with(crypto.open(key.view(), flipped(cell, at), context), CryptoError::kRefused))
        << at;
  }
  EXPECT_TRUE(refused_with(crypto.open(key.view(), {}, context), CryptoError::kRefused));
}

TEST_F(NativeCrypto, refuses_empty_messages_wherever_something_is_made) {
  EXPECT_TRUE(refused_with(crypto.seal(key.view(), {}, {}), CryptoError::kRefused));
  EXPECT_TRUE(refused_with(crypto.sign(signer.private_key.view(), {}), CryptoError::kRefused));
  EXPECT_TRUE(refused_with(crypto.encrypt(alice.private_key.view(), public_of(bob), {}),
                           CryptoError::kRefused));
  EXPECT_TRUE(refused_with(crypto.seal_with_passphrase(bytes_of("passphrase"), {}, {}),
                           CryptoError::kRefused));
  EXPECT_TRUE(refused_with(crypto.seal_with_passphrase({}, message, {}), CryptoError::kRefused));
}

TEST_F(NativeCrypto, opens_with_the_passphrase_it_sealed_with_and_with_no_other) {
  const Bytes cell =
      must(crypto.seal_with_passphrase(bytes_of("passphrase"), message, bytes_of("context")));
  EXPECT_EQ(cell.size(), message.size() + 70);
  const SecretBytes opened =
      must(crypto.open_with_passphrase(bytes_of("passphrase"), cell, bytes_of("context")));
  EXPECT_EQ(to_bytes(opened.view()), message);
  EXPECT_TRUE(
      refused_with(crypto.open_with_passphrase(bytes_of("Passphrase"), cell, bytes_of("context")),
                   CryptoError::kRefused));
  EXPECT_TRUE(refused_with(crypto.open_with_passphrase(bytes_of("passphrase"), cell, {}),
                           CryptoError::kRefused));
  EXPECT_TRUE(refused_with(crypto.open_with_passphrase({}, cell, bytes_of("context")),
                           CryptoError::kRefused));
}

TEST_F(NativeCrypto, does_not_pay_for_a_passphrase_cell_of_more_than_2_to_the_22_iterations) {
  Bytes cell = must(crypto.seal_with_passphrase(bytes_of("passphrase"), message, {}));
  constexpr std::size_t kIterationsAt = 20 + 12 + 16;  // after the header, IV and tag
  constexpr std::uint32_t kOneTooMany = (std::uint32_t{1} << 22) + 1;
  for (std::size_t i = 0; i < 4; ++i) {
    cell[kIterationsAt + i] = static_cast<std::uint8_t>(kOneTooMany >> (8 * i));
  }
  EXPECT_TRUE(refused_with(crypto.open_with_passphrase(bytes_of("passphrase"), cell, {}),
                           CryptoError::kTooExpensive));
}

TEST_F(NativeCrypto, refuses_a_signature_by_another_key_or_over_another_message) {
  const Bytes signature = must(crypto.sign(signer.private_key.view(), message));
  const auto other = must(crypto.make_key_pair<SigningKeyTag>());
  EXPECT_TRUE(refused_with(crypto.verify(public_of(other), signature), CryptoError::kRefused));
  constexpr std::size_t kMessageAt = 12;
  for (const std::size_t at : {std::size_t{0}, kMessageAt, signature.size() - 1}) {
    EXPECT_TRUE(refused_with(crypto.verify(public_of(signer), flipped(signature, at)),
                             CryptoError::kRefused))
        << at;
  }
  EXPECT_TRUE(refused_with(crypto.verify(public_of(signer), {}), CryptoError::kRefused));
}

TEST_F(NativeCrypto, decrypts_between_the_two_key_pairs_and_no_others) {
  const Bytes encrypted = must(crypto.encrypt(alice.private_key.view(), public_of(bob), message));
  const SecretBytes decrypted =
      must(crypto.decrypt(bob.private_key.view(), public_of(alice), encrypted));
  EXPECT_EQ(to_bytes(decrypted.view()), message);

  const auto mallory = must(crypto.make_key_pair<ExchangeKeyTag>());
  EXPECT_TRUE(refused_with(crypto.decrypt(mallory.private_key.view(), public_of(alice), encrypted),
                           CryptoError::kRefused));
  EXPECT_TRUE(refused_with(crypto.decrypt(bob.private_key.view(), public_of(mallory), encrypted),
                           CryptoError::kRefused));
  EXPECT_TRUE(refused_with(crypto.decrypt(bob.private_key.view(), public_of(alice),
                                          flipped(encrypted, encrypted.size() - 1)),
                           CryptoError::kRefused));
}

TEST_F(NativeCrypto, refuses_containers_that_are_no_keys) {
  const Bytes signature = must(crypto.sign(signer.private_key.view(), message));
  const Bytes encrypted = must(crypto.encrypt(alice.private_key.view(), public_of(bob), message));
  std::size_t tried = 0;
  const Json vectors = official_vectors();
  for (const Json& entry : vectors.at("keys_invalid")) {
    const Bytes bad = hex_of(entry, "key");
    if (bad.size() != kKeyContainerBytes) continue;
    ++tried;
    SCOPED_TRACE(entry.at("name").get<std::string>());
    if (entry.at("kind") == "priv") {
      EXPECT_TRUE(refused_with(crypto.sign(container(bad), message), CryptoError::kRefused));
      EXPECT_TRUE(refused_with(crypto.encrypt(container(bad), public_of(bob), message),
                               CryptoError::kRefused));
      EXPECT_TRUE(refused_with(crypto.decrypt(container(bad), public_of(alice), encrypted),
                               CryptoError::kRefused));
    } else {
      EXPECT_TRUE(refused_with(crypto.verify(container(bad), signature), CryptoError::kRefused));
      EXPECT_TRUE(refused_with(crypto.encrypt(alice.private_key.view(), container(bad), message),
                               CryptoError::kRefused));
      EXPECT_TRUE(refused_with(crypto.decrypt(bob.private_key.view(), container(bad), encrypted),
                               CryptoError::kRefused));
    }
  }
  EXPECT_GT(tried, 10U);
}

TEST_F(NativeCrypto, opens_and_verifies_what_the_official_build_made) {
  const Json vectors = official_vectors();
  for (const Json& entry : vectors.at("cell_seal")) {
    const Bytes official = hex_of(entry, "key");
    if (official.size() != kSymmetricKeyBytes) continue;
    const auto opened = crypto.open(BytesView(official).first<kSymmetricKeyBytes>(),
                                    hex_of(entry, "cell"), hex_of(entry, "context"));
    ASSERT_TRUE(opened) << entry.at("name");
    EXPECT_EQ(to_bytes(opened->view()), hex_of(entry, "plaintext"));
  }
  for (const Json& entry : vectors.at("cell_seal_passphrase")) {
    const auto passphrase = entry.at("passphrase").get<std::string>();
    const auto opened = crypto.open_with_passphrase(bytes_of(passphrase), hex_of(entry, "cell"),
                                                    hex_of(entry, "context"));
    ASSERT_TRUE(opened) << entry.at("name");
    EXPECT_EQ(to_bytes(opened->view()), hex_of(entry, "plaintext"));
  }
  for (const Json& entry : vectors.at("message_signed")) {
    const Bytes official = hex_of(entry, "pub");
    if (official.size() != kKeyContainerBytes) continue;
    EXPECT_TRUE(crypto.verify(container(official), hex_of(entry, "message"))) << entry.at("name");
  }
  for (const Json& entry : vectors.at("message_encrypted")) {
    const Bytes own = hex_of(entry, "priv");
    const Bytes peer = hex_of(entry, "pub");
    if (peer.size() != kKeyContainerBytes) continue;
    const auto opened = crypto.decrypt(container(own), container(peer), hex_of(entry, "message"));
    ASSERT_TRUE(opened) << entry.at("name");
    EXPECT_EQ(to_bytes(opened->view()), hex_of(entry, "plaintext"));
  }
}

}  // namespace
}  // namespace zerofc
