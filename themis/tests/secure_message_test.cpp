// Secure Message (formats, section 4).
#include "themis/secure_message.hpp"

#include "support.hpp"

namespace themis::test {
namespace {

namespace message = secure_message;

TEST(SecureMessage, WhatWasSignedVerifies) {
  const EcPrivateKey key = new_key();
  for (const std::size_t size : {1U, 2U, 255U, 256U, 65535U, 65536U, 1U << 20}) {
    const Bytes plaintext = random_bytes(size);
    const Bytes signed_message = must(message::sign(key, plaintext));
    EXPECT_EQ(must(message::verify(key.public_key(), signed_message)), plaintext);
    EXPECT_LE(signed_message.size(), size + message::kSignedHeaderSize + message::kSignatureMax);
  }
}

TEST(SecureMessage, AnotherKeysSignatureIsRefused) {
  const Bytes signed_message = must(message::sign(new_key(), text("message")));
  EXPECT_TRUE(failed_with(message::verify(new_key().public_key(), signed_message),
                          ErrorCode::kNotAuthentic));
}

// 4.1: "Trailing bytes must be accepted. The tail is not covered by anything; ignore it, never
// return it."
TEST(SecureMessage, BytesBehindTheSignatureAreIgnored) {
  const EcPrivateKey key = new_key();
  Bytes signed_message = must(message::sign(key, text("message")));
  signed_message.insert(signed_message.end(), {1, 2, 3});
  EXPECT_EQ(must(message::verify(key.public_key(), signed_message)), text("message"));
}

// 4.1: "Harden: require exactly 0x26042620 with EC keys."
TEST(SecureMessage, hole_O_AnyOtherLowByteOfTheTypeIsRefused) {
  const EcPrivateKey key = new_key();
  const Bytes genuine = must(message::sign(key, text("message")));
  for (int low = 0; low < 256; ++low) {
    Bytes other = genuine;
    other[0] = static_cast<std::uint8_t>(low);
    EXPECT_EQ(message::verify(key.public_key(), other).has_value(), low == 0x20) << low;
  }
}

TEST(SecureMessage, RsaMessagesAreRefusedAsUnsupported) {
  const EcPrivateKey key = new_key();
  Bytes signed_message = must(message::sign(key, text("message")));
  signed_message[0] = 0x10;
  EXPECT_TRUE(
      failed_with(message::verify(key.public_key(), signed_message), ErrorCode::kUnsupported));
  Bytes encrypted = must(message::encrypt(key, key.public_key(), text("message")));
  encrypted[0] = 0x10;
  EXPECT_TRUE(
      failed_with(message::decrypt(key, key.public_key(), encrypted), ErrorCode::kUnsupported));
}

TEST(SecureMessage, SignatureInLaxDerIsRefused) {
  const EcPrivateKey key = new_key();
  Bytes lax = must(message::sign(key, text("message")));
  // SEQUENCE length in the long form: valid BER, not DER.
  lax.insert(lax.begin() + 12 + 7 + 1, 0x81);
  lax[8] = static_cast<std::uint8_t>(lax[8] + 1);
  EXPECT_FALSE(message::verify(key.public_key(), lax));
}

TEST(SecureMessage, LengthsThatDontFitAreRefused) {
  const EcPrivateKey key = new_key();
  const Bytes genuine = must(message::sign(key, text("message")));
  for (const std::size_t field : {4U, 8U}) {
    for (const std::uint32_t value : {0U, 0x7FFFFFFFU, 0xFFFFFFF0U, 0xFFFFFFFFU}) {
      Bytes other = genuine;
      for (std::size_t i = 0; i < 4; ++i) {
        other[field + i] = static_cast<std::uint8_t>(value >> (8 * i));
      }
      EXPECT_TRUE(failed_with(message::verify(key.public_key(), other), ErrorCode::kMalformed))
          << field << " " << value;
    }
  }
}

TEST(SecureMessage, OnlyTheTwoOwnersOfTheKeysOpenAnEncryptedMessage) {
  const EcPrivateKey alice = new_key();
  const EcPrivateKey bob = new_key();
  const EcPrivateKey eve = new_key();
  for (const std::size_t size : {1U, 2U, 255U, 256U, 65535U, 65536U, 1U << 20}) {
    const Bytes plaintext = random_bytes(size);
    const Bytes encrypted = must(message::encrypt(alice, bob.public_key(), plaintext));
    EXPECT_EQ(encrypted.size(), size + message::kEncryptedOverhead);
    EXPECT_EQ(copy(must(message::decrypt(bob, alice.public_key(), encrypted)).view()), plaintext);
    EXPECT_TRUE(failed_with(message::decrypt(eve, alice.public_key(), encrypted),
                            ErrorCode::kNotAuthentic));
    EXPECT_TRUE(
        failed_with(message::decrypt(bob, eve.public_key(), encrypted), ErrorCode::kNotAuthentic));
  }
}

TEST(SecureMessage, BytesBehindAnEncryptedMessageAreRefused) {
  const EcPrivateKey alice = new_key();
  const EcPrivateKey bob = new_key();
  Bytes encrypted = must(message::encrypt(alice, bob.public_key(), text("message")));
  encrypted.push_back(0);
  EXPECT_TRUE(
      failed_with(message::decrypt(bob, alice.public_key(), encrypted), ErrorCode::kMalformed));
}

TEST(SecureMessage, EmptyAndHugeMessagesAreRefused) {
  const EcPrivateKey key = new_key();
  EXPECT_TRUE(failed_with(message::sign(key, {}), ErrorCode::kInvalidArgument));
  EXPECT_TRUE(
      failed_with(message::encrypt(key, key.public_key(), {}), ErrorCode::kInvalidArgument));
  const Bytes huge(kMaxMessage + 1);
  EXPECT_TRUE(failed_with(message::sign(key, huge), ErrorCode::kTooLarge));
  EXPECT_TRUE(failed_with(message::encrypt(key, key.public_key(), huge), ErrorCode::kTooLarge));
}

}  // namespace
}  // namespace themis::test
