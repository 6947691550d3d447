// Checks before every Themis call, and cards: docs/protocol.md §1, §2.3.
#include "core/log/checked.hpp"

#include <gtest/gtest.h>

#include "core/log/testing/people.hpp"

namespace zerofc {
namespace {

using testing::as_hash;
using testing::crypto;
using testing::must;
using testing::Person;
using testing::random;
using testing::sign_card;

// An engine as lax as one may be: it takes whatever it is given. What is refused with it was
// refused before the call.
class LaxCrypto final : public Crypto {
 public:
  bool has_randomness = true;

  [[nodiscard]] Hash sha256(std::initializer_list<BytesView> pieces) override {
    return crypto().sha256(pieces);
  }
  [[nodiscard]] bool random(std::span<std::uint8_t> out) override { return crypto().random(out); }
  CryptoResult<Bytes> seal(SymmetricKeyView, BytesView plaintext, BytesView) override {
    return to_bytes(plaintext);
  }
  CryptoResult<SecretBytes> open(SymmetricKeyView, BytesView cell, BytesView) override {
    return SecretBytes::copy_of(cell);
  }
  CryptoResult<Bytes> seal_with_passphrase(BytesView, BytesView plaintext, BytesView) override {
    return to_bytes(plaintext);
  }
  CryptoResult<SecretBytes> open_with_passphrase(BytesView, BytesView cell, BytesView) override {
    return SecretBytes::copy_of(cell);
  }
  CryptoResult<Bytes> sign(PrivateKeyView, BytesView message) override { return to_bytes(message); }
  CryptoResult<void> verify(PublicKeyView, BytesView) override { return {}; }
  CryptoResult<Bytes> encrypt(PrivateKeyView, PublicKeyView, BytesView message) override {
    return to_bytes(message);
  }
  CryptoResult<SecretBytes> decrypt(PrivateKeyView, PublicKeyView, BytesView encrypted) override {
    return SecretBytes::copy_of(encrypted);
  }

 protected:
  bool make_keys(std::span<std::uint8_t, kKeyContainerBytes>,
                 std::span<std::uint8_t, kKeyContainerBytes>) override {
    return has_randomness;
  }
};

Bytes with_byte(Bytes bytes, std::size_t at, std::uint8_t value) {
  bytes[at] = value;
  return bytes;
}
Bytes and_one_more(Bytes bytes) {
  bytes.push_back(0);
  return bytes;
}
Bytes but_the_last(Bytes bytes) {
  bytes.pop_back();
  return bytes;
}

class Checked : public ::testing::Test {
 protected:
  LaxCrypto lax;
  RoomKey key = random<RoomKey>();
  Person author;
  Person reader;
};

// "its cell canonical: id 0x40010100, IV 12, tag 16, length = 44+n, n > 0"
TEST_F(Checked, hole_O_opens_only_canonical_cells) {
  const Bytes cell = must(crypto().seal(key.view(), bytes_of("text"), bytes_of("context")));
  ASSERT_TRUE(checked::open(lax, key.view(), cell, {}));
  for (const Bytes& bad :
       {with_byte(cell, 0, cell[0] ^ 1U), with_byte(cell, 4, 16), with_byte(cell, 8, 12),
        with_byte(cell, 12, 5), and_one_more(cell), but_the_last(cell), Bytes()}) {
    const auto opened = checked::open(lax, key.view(), bad, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), CryptoError::kRefused);
  }
}

// "signed message: type 0x26042620, length = 12+n+s, n > 0, strict DER signature"
TEST_F(Checked, hole_O_verifies_only_canonical_signed_messages) {
  const Bytes message = must(crypto().sign(author.signing.private_key.view(), bytes_of("text")));
  const auto content = checked::verify(lax, author.signing.public_key, message);
  ASSERT_TRUE(content);
  EXPECT_EQ(text_of(*content), "text");
  for (const Bytes& bad : {with_byte(message, 0, message[0] ^ 1U), and_one_more(message),
                           but_the_last(message), Bytes()}) {
    const auto verified = checked::verify(lax, author.signing.public_key, bad);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error(), CryptoError::kRefused);
  }
}

// "encrypted message: type 0x26042720, exact length, its cell canonical"
TEST_F(Checked, hole_O_decrypts_only_canonical_encrypted_messages) {
  const Bytes message = testing::encrypted(author.exchange, reader.exchange.public_key);
  const auto decrypt = [&](BytesView bytes) {
    return checked::decrypt(lax, reader.exchange.private_key, author.exchange.public_key, bytes);
  };
  ASSERT_TRUE(decrypt(message));
  for (const Bytes& bad : {with_byte(message, 0, message[0] ^ 1U), and_one_more(message),
                           but_the_last(message), with_byte(message, 8, message[8] ^ 1U)}) {
    EXPECT_FALSE(decrypt(bad));
  }
}

TEST_F(Checked, passes_on_what_the_engine_says) {
  const Bytes message = must(crypto().sign(author.signing.private_key.view(), bytes_of("text")));
  EXPECT_TRUE(checked::verify(crypto(), author.signing.public_key, message));
  EXPECT_FALSE(checked::verify(crypto(), reader.signing.public_key, message));
}

// ---- cards

class Cards : public Checked {
 protected:
  Hash bound_to = random<Hash>();

  static CryptoError refusal(Crypto& engine, BytesView card) {
    const auto verified = checked::verify_card(engine, card);
    return verified ? CryptoError::kTooExpensive : verified.error();
  }
};

TEST_F(Cards, are_named_by_the_hash_of_their_content) {
  const auto card = checked::verify_card(crypto(), author.card(bound_to));
  ASSERT_TRUE(card);
  EXPECT_EQ(card->content.bound_to, bound_to);
  EXPECT_EQ(card->content.session, author.session.public_key);
  const Hash hash = crypto().sha256({encode(author.card_content(bound_to))});
  EXPECT_EQ(card->fingerprint.bytes(), hash.bytes());
  EXPECT_EQ(card->member.view().size(), 16U);
  EXPECT_TRUE(
      std::equal(card->member.view().begin(), card->member.view().end(), hash.view().begin()));
}

TEST_F(Cards, two_signatures_of_one_content_name_one_member) {
  const auto once = checked::verify_card(crypto(), author.card(bound_to));
  const auto again = checked::verify_card(crypto(), author.card(bound_to));
  ASSERT_TRUE(once && again);
  EXPECT_EQ(once->member, again->member);
}

// "The confirmation and the owner's signature of its own description were missing."
TEST_F(Cards, hole_I_are_refused_without_their_own_signature) {
  EXPECT_EQ(refusal(crypto(), sign_card(author.card_content(bound_to), reader.signing)),
            CryptoError::kRefused);
  EXPECT_EQ(refusal(crypto(), encode(author.card_content(bound_to))), CryptoError::kRefused);
}

TEST_F(Cards, are_refused_if_two_of_their_keys_are_one) {
  CardContent content = author.card_content(bound_to);
  content.exchange = ExchangePublicKey(content.session.bytes());
  EXPECT_EQ(refusal(crypto(), sign_card(content, author.signing)), CryptoError::kRefused);
  content = author.card_content(bound_to);
  content.exchange = ExchangePublicKey(content.signing.bytes());
  EXPECT_EQ(refusal(crypto(), sign_card(content, author.signing)), CryptoError::kRefused);
  content = author.card_content(bound_to);
  content.session = SessionPublicKey(content.signing.bytes());
  EXPECT_EQ(refusal(crypto(), sign_card(content, author.signing)), CryptoError::kRefused);
  EXPECT_FALSE(checked::read_verified_card(crypto(), sign_card(content, author.signing)));
}

// CRC-32C of a container whose CRC field counts as zero, written into it.
void fix_crc(std::array<std::uint8_t, kKeyContainerBytes>& container) {
  std::uint32_t crc = 0xffffffff;
  for (std::size_t at = 0; at < container.size(); ++at) {
    crc ^= at >= 8 && at < 12 ? 0U : container[at];
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
    }
  }
  crc = ~crc;
  for (std::size_t at = 0; at < 4; ++at) {
    container[8 + at] = static_cast<std::uint8_t>(crc >> (8 * at));
  }
}

// A container in canonical form whose point is on no curve.
template <class Key>
Key off_the_curve(Key key) {
  const ExchangeKeyPair trial = must(crypto().make_key_pair<ExchangeKeyTag>());
  while (crypto().encrypt(trial.private_key.view(), key.bytes(), bytes_of("x"))) {
    ++key.mutable_bytes()[kKeyContainerBytes - 1];
    fix_crc(key.mutable_bytes());
  }
  return key;
}

// "A card's points are proved by use […] before a `member.add` that carries it is accepted."
TEST_F(Cards, hole_O_are_refused_if_a_point_is_on_no_curve) {
  CardContent content = author.card_content(bound_to);
  content.exchange = off_the_curve(content.exchange);
  const Bytes exchange = sign_card(content, author.signing);
  EXPECT_EQ(refusal(crypto(), exchange), CryptoError::kRefused);
  content = author.card_content(bound_to);
  content.session = off_the_curve(content.session);
  const Bytes session = sign_card(content, author.signing);
  EXPECT_EQ(refusal(crypto(), session), CryptoError::kRefused);
  // Nothing but the points is wrong with them.
  EXPECT_TRUE(checked::read_verified_card(crypto(), exchange));
  EXPECT_TRUE(checked::read_verified_card(crypto(), session));
}

TEST_F(Cards, hole_O_are_refused_if_a_key_is_no_canonical_container) {
  CardContent content = author.card_content(bound_to);
  content.exchange.mutable_bytes()[kKeyContainerBytes - 1] ^= 1U;  // and the CRC stays
  EXPECT_EQ(refusal(lax, sign_card(content, author.signing)), CryptoError::kRefused);
  EXPECT_FALSE(checked::read_verified_card(crypto(), sign_card(content, author.signing)));
}

// It is the engine that failed and not the card: nobody may take the card for a bad one.
TEST_F(Cards, are_neither_good_nor_bad_without_randomness) {
  lax.has_randomness = false;
  EXPECT_EQ(refusal(lax, author.card(bound_to)), CryptoError::kFailed);
}

}  // namespace
}  // namespace zerofc
