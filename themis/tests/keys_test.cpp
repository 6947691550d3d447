// Keys and their containers (formats, section 1).
#include "container.hpp"
#include "support.hpp"

namespace themis::test {
namespace {

using detail::make_container;

Bytes scalar_container(std::string_view tag, Bytes payload) {
  return make_container(tag, {payload});
}

TEST(Keys, GeneratedKeysSurviveTheirContainers) {
  const EcPrivateKey key = new_key();
  const auto container = key.container();
  EXPECT_EQ(container.view().size(), 45U);
  EXPECT_EQ(container.view()[12], 0) << "the first payload byte of a P-256 key is 0";
  const EcPrivateKey again = must(EcPrivateKey::parse(container.view()));
  EXPECT_EQ(again.public_key(), key.public_key());
  EXPECT_EQ(must(EcPublicKey::parse(key.public_key().container())), key.public_key());
  EXPECT_EQ(must(key.copy()).public_key(), key.public_key());
}

TEST(Keys, TwoGeneratedKeysDiffer) {
  EXPECT_FALSE(new_key().public_key() == new_key().public_key());
}

TEST(Keys, ThePrivateFormWithoutLeadingZeroIsTaken) {
  const EcPrivateKey key = new_key();
  const auto container = key.container();
  const Bytes short_form = make_container("REC2", {container.view().subspan(13)});
  EXPECT_EQ(must(EcPrivateKey::parse(short_form)).public_key(), key.public_key());
}

TEST(Keys, APrivateContainerIsNoPublicKeyAndViceVersa) {
  const EcPrivateKey key = new_key();
  EXPECT_TRUE(failed_with(EcPublicKey::parse(key.container().view()), ErrorCode::kMalformed));
  EXPECT_TRUE(
      failed_with(EcPrivateKey::parse(key.public_key().container()), ErrorCode::kMalformed));
}

TEST(Keys, OtherCurvesAndRsaAreRefusedAsUnsupported) {
  for (const auto& [tag, payload] : {std::pair{"REC3", 49}, {"REC5", 67}, {"RRA2", 1156}}) {
    const Bytes container = make_container(tag, {Bytes(static_cast<std::size_t>(payload), 1)});
    EXPECT_TRUE(failed_with(EcPrivateKey::parse(container), ErrorCode::kUnsupported)) << tag;
  }
  for (const auto& [tag, payload] : {std::pair{"UEC3", 49}, {"UEC5", 67}, {"URA2", 260}}) {
    const Bytes container = make_container(tag, {Bytes(static_cast<std::size_t>(payload), 1)});
    EXPECT_TRUE(failed_with(EcPublicKey::parse(container), ErrorCode::kUnsupported)) << tag;
  }
}

TEST(Keys, ScalarsOutsideOneToOrderAreRefused) {
  EXPECT_TRUE(failed_with(EcPrivateKey::parse(scalar_container("REC2", Bytes(33, 0))),
                          ErrorCode::kInvalidKey));
  EXPECT_TRUE(failed_with(EcPrivateKey::parse(scalar_container("REC2", Bytes(33, 0xFF))),
                          ErrorCode::kInvalidKey));
  Bytes one(33, 0);
  one.back() = 1;
  EXPECT_TRUE(EcPrivateKey::parse(scalar_container("REC2", one)).has_value());
}

TEST(Keys, OnlyCompressedAndUncompressedPointsAreTaken) {
  // The point of d = 1: the generator.
  Bytes one(33, 0);
  one.back() = 1;
  const auto generator = must(EcPrivateKey::parse(scalar_container("REC2", one))).public_key();
  const Bytes compressed = copy(BytesView(generator.container()).subspan(12));
  for (const int prefix : {0x00, 0x01, 0x04, 0x05, 0x06, 0x07, 0xFF}) {
    Bytes octets = compressed;
    octets[0] = static_cast<std::uint8_t>(prefix);
    EXPECT_FALSE(EcPublicKey::parse(make_container("UEC2", {octets}))) << prefix;
  }
  EXPECT_FALSE(EcPublicKey::parse(make_container("UEC2", {Bytes{0}}))) << "infinity";
}

TEST(Keys, EveryBitFlipOfAContainerIsRefused) {
  const EcPrivateKey key = new_key();
  const auto priv = copy(key.container().view());
  const auto pub = copy(key.public_key().container());
  for (std::size_t bit = 0; bit < 8 * priv.size(); ++bit) {
    Bytes flipped = priv;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(EcPrivateKey::parse(flipped)) << bit;
    flipped = pub;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(EcPublicKey::parse(flipped)) << bit;
  }
}

TEST(Keys, EveryTruncationAndAnExtraByteAreRefused) {
  const EcPrivateKey key = new_key();
  const auto priv = copy(key.container().view());
  const auto pub = copy(key.public_key().container());
  for (std::size_t size = 0; size < priv.size(); ++size) {
    EXPECT_FALSE(EcPrivateKey::parse(BytesView(priv).first(size))) << size;
    EXPECT_FALSE(EcPublicKey::parse(BytesView(pub).first(size))) << size;
  }
  Bytes longer = pub;
  longer.push_back(0);
  EXPECT_TRUE(failed_with(EcPublicKey::parse(longer), ErrorCode::kMalformed));
}

TEST(Keys, ErrorsSayWhatWasExpectedAndReceived) {
  const auto result = EcPublicKey::parse(Bytes(11));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), (Error{ErrorCode::kMalformed, 12, 11}));
  EXPECT_EQ(describe(result.error()), "Not in the Themis format (expected 12, received 11).");
  EXPECT_EQ(name(result.error().code), "malformed");
  EXPECT_EQ(result.error().advice(), Advice::kRefuseTheInput);
}

TEST(Keys, SymmetricKeysAndPassphrasesAreNotEmpty) {
  EXPECT_TRUE(failed_with(SymmetricKey::copy_of({}), ErrorCode::kInvalidArgument));
  EXPECT_TRUE(failed_with(Passphrase::copy_of(BytesView{}), ErrorCode::kInvalidArgument));
  EXPECT_EQ(must(SymmetricKey::generate()).view().size(), 32U);
}

TEST(Process, AfterItsFirstUseLibcryptoKeepsItsAllocator) {
  new_key();
  EXPECT_TRUE(failed_with(wipe_freed_libcrypto_memory(), ErrorCode::kUnexpectedStep));
}

}  // namespace
}  // namespace themis::test
