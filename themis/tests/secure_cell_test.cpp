// Secure Cell (formats, section 3).
#include "gcm.hpp"
#include "support.hpp"

namespace themis::test {
namespace {

namespace cell = secure_cell;

constexpr std::uint32_t kCheap = 1000;  // PBKDF2 rounds, where their number isn't the point

const std::vector<std::size_t> kSizes{1, 2, 255, 256, 65535, 65536, std::size_t{1} << 20};

TEST(SecureCell, SealOpensWithTheSameKeyAndContext) {
  const SymmetricKey key = must(SymmetricKey::generate());
  for (const std::size_t size : kSizes) {
    const Bytes plaintext = random_bytes(size);
    const Bytes sealed = must(cell::seal(key, plaintext, bytes_of("context")));
    EXPECT_EQ(sealed.size(), size + cell::kSealOverhead);
    EXPECT_EQ(copy(must(cell::open(key, sealed, bytes_of("context"))).view()), plaintext);
  }
}

TEST(SecureCell, SealingTwiceGivesDifferentCells) {
  const SymmetricKey key = key_of("key");
  EXPECT_NE(must(cell::seal(key, text("message"))), must(cell::seal(key, text("message"))));
}

TEST(SecureCell, AnotherKeyOrContextIsRefused) {
  const SymmetricKey key = key_of("key");
  const Bytes sealed = must(cell::seal(key, text("message"), bytes_of("context")));
  for (const std::string_view context : {"", "Context", "context "}) {
    EXPECT_TRUE(failed_with(cell::open(key, sealed, bytes_of(context)), ErrorCode::kNotAuthentic));
  }
  EXPECT_TRUE(failed_with(cell::open(key_of("kex"), sealed, bytes_of("context")),
                          ErrorCode::kNotAuthentic));
}

TEST(SecureCell, PassphraseCellsOpenWithTheSamePassphrase) {
  const Passphrase passphrase = must(Passphrase::copy_of("Grüße, 世界"));
  const Bytes sealed = must(cell::seal(passphrase, text("message"), bytes_of("context")));
  EXPECT_EQ(sealed.size(), 7 + cell::kPassphraseSealOverhead);
  const Bytes rounds{0xFE, 0xCA, 0x04, 0x00};
  EXPECT_EQ(copy(BytesView(sealed).subspan(48, 4)), rounds) << "314110";
  EXPECT_EQ(copy(must(cell::open(passphrase, sealed, bytes_of("context"))).view()),
            text("message"));
  EXPECT_TRUE(failed_with(
      cell::open(must(Passphrase::copy_of("Grüsse, 世界")), sealed, bytes_of("context")),
      ErrorCode::kNotAuthentic));
}

TEST(SecureCell, APassphraseCellThatAsksForTooMuchIsRefusedBeforeAnyWork) {
  const Passphrase passphrase = must(Passphrase::copy_of("passphrase"));
  Bytes sealed = must(cell::seal(passphrase, text("message"), {}, kCheap));
  sealed[51] = 0xFF;  // top byte of the rounds: an hour of work
  const auto result = cell::open(passphrase, sealed);
  EXPECT_TRUE(failed_with(result, ErrorCode::kTooExpensive));
  EXPECT_EQ(result.error().expected, cell::kPassphraseIterationsMax);
  EXPECT_EQ(result.error().received, 0xFF0003E8U);
}

TEST(SecureCell, ACallerMaySetALowerCapOnPassphraseRoundsAndNoHigherOne) {
  const Passphrase passphrase = must(Passphrase::copy_of("passphrase"));
  const Bytes sealed = must(cell::seal(passphrase, text("message"), {}, kCheap));
  EXPECT_TRUE(cell::open(passphrase, sealed, {}, kCheap).has_value());
  EXPECT_TRUE(
      failed_with(cell::open(passphrase, sealed, {}, kCheap - 1), ErrorCode::kTooExpensive));
  Bytes dear = sealed;
  dear[51] = 0x7F;
  EXPECT_TRUE(failed_with(cell::open(passphrase, dear, {}, 0xFFFFFFFF), ErrorCode::kTooExpensive));
  EXPECT_TRUE(
      failed_with(cell::seal(passphrase, text("message"), {}, 0), ErrorCode::kInvalidArgument));
  EXPECT_TRUE(failed_with(cell::seal(passphrase, text("m"), {}, cell::kPassphraseIterationsMax + 1),
                          ErrorCode::kInvalidArgument));
}

TEST(SecureCell, KeyAndPassphraseCellsAreNotMixedUp) {
  const SymmetricKey key = key_of("same secret");
  const Passphrase passphrase = must(Passphrase::copy_of("same secret"));
  const Bytes by_key = must(cell::seal(key, text("a message of some length, to be long enough")));
  const Bytes by_passphrase = must(cell::seal(passphrase, text("message"), {}, kCheap));
  EXPECT_TRUE(failed_with(cell::open(passphrase, by_key), ErrorCode::kMalformed));
  EXPECT_TRUE(failed_with(cell::open(key, by_passphrase), ErrorCode::kMalformed));
}

TEST(SecureCell, ATokenProtectedMessageKeepsItsLength) {
  const SymmetricKey key = key_of("key");
  const auto parts = must(cell::token_protect(key, text("message"), bytes_of("context")));
  EXPECT_EQ(parts.token.size(), cell::kTokenSize);
  EXPECT_EQ(parts.data.size(), 7U);
  EXPECT_EQ(copy(must(cell::token_open(key, parts.token, parts.data, bytes_of("context"))).view()),
            text("message"));
  Bytes joined = parts.token;
  joined.insert(joined.end(), parts.data.begin(), parts.data.end());
  EXPECT_TRUE(cell::open(key, joined, bytes_of("context")).has_value())
      << "a Seal cell is token and data";
}

TEST(SecureCell, ContextImprintIsDeterministicAndNeedsAContext) {
  const SymmetricKey key = key_of("key");
  const Bytes once = must(cell::context_imprint(key, text("message"), bytes_of("context")));
  EXPECT_EQ(once, must(cell::context_imprint(key, text("message"), bytes_of("context"))));
  EXPECT_EQ(once.size(), 7U);
  EXPECT_EQ(copy(must(cell::context_imprint_open(key, once, bytes_of("context"))).view()),
            text("message"));
  EXPECT_TRUE(
      failed_with(cell::context_imprint(key, text("message"), {}), ErrorCode::kInvalidArgument));
}

TEST(SecureCell, EmptyMessagesAreRefused) {
  const SymmetricKey key = key_of("key");
  EXPECT_TRUE(failed_with(cell::seal(key, {}), ErrorCode::kInvalidArgument));
  EXPECT_TRUE(failed_with(cell::token_protect(key, {}), ErrorCode::kInvalidArgument));
  EXPECT_TRUE(failed_with(cell::open(key, Bytes(44)), ErrorCode::kMalformed));
}

TEST(SecureCell, MessagesAndContextsOverTheLimitAreRefused) {
  const SymmetricKey key = key_of("key");
  const Bytes huge(kMaxMessage + 1 + cell::kSealOverhead);
  EXPECT_TRUE(failed_with(cell::seal(key, huge), ErrorCode::kTooLarge));
  EXPECT_TRUE(failed_with(cell::seal(key, text("m"), huge), ErrorCode::kTooLarge));
  EXPECT_TRUE(failed_with(cell::open(key, huge), ErrorCode::kTooLarge));
  EXPECT_TRUE(failed_with(cell::context_imprint(key, huge, text("c")), ErrorCode::kTooLarge));
}

// 3.2: "Harden: require ivlen == 12, taglen == 16 and cell length == 44 + n exactly."
TEST(SecureCell, hole_O_CellsThatOnlyOneOfTwoBuildsTakesAreRefused) {
  const SymmetricKey key = key_of("key");
  const Bytes sealed = must(cell::seal(key, text("message")));
  const auto with_gap = [&](std::size_t position, std::size_t field, std::uint8_t value) {
    Bytes other = sealed;
    other.insert(other.begin() + static_cast<std::ptrdiff_t>(position), 0);
    if (field != 0) other[field] = value;
    return other;
  };
  EXPECT_TRUE(failed_with(cell::open(key, with_gap(44, 0, 0)), ErrorCode::kMalformed))
      << "junk between tag and ciphertext";
  for (const std::size_t length_field : {4U, 8U, 12U}) {
    Bytes other = sealed;
    ++other[length_field];
    EXPECT_TRUE(failed_with(cell::open(key, other), ErrorCode::kMalformed)) << length_field;
  }
  EXPECT_TRUE(failed_with(cell::open(key, with_gap(28, 4, 13)), ErrorCode::kMalformed))
      << "IV of 13";
  EXPECT_TRUE(failed_with(cell::open(key, with_gap(44, 8, 17)), ErrorCode::kMalformed))
      << "tag of 17";
  auto parts = must(cell::token_protect(key, text("message")));
  parts.token.push_back(0);
  EXPECT_TRUE(failed_with(cell::token_open(key, parts.token, parts.data), ErrorCode::kMalformed))
      << "token of 45";
}

TEST(SecureCell, hole_O_PassphraseCellsThatOnlyOneOfTwoBuildsTakesAreRefused) {
  const Passphrase passphrase = must(Passphrase::copy_of("passphrase"));
  const Bytes sealed = must(cell::seal(passphrase, text("message"), {}, kCheap));
  Bytes padded = sealed;
  padded.insert(padded.begin() + 70, 0);
  EXPECT_TRUE(failed_with(cell::open(passphrase, padded), ErrorCode::kMalformed));
  padded[16] = 23;  // the pad byte declared as part of the KDF context
  EXPECT_TRUE(failed_with(cell::open(passphrase, padded), ErrorCode::kMalformed));
  for (const std::size_t length_field : {4U, 8U, 12U, 16U, 52U}) {
    Bytes other = sealed;
    ++other[length_field];
    EXPECT_TRUE(failed_with(cell::open(passphrase, other), ErrorCode::kMalformed)) << length_field;
  }
}

TEST(SecureCell, DecryptionThatFailsLeavesNoPlaintextBehind) {
  const Bytes key_bytes = random_bytes(32);
  const Bytes nonce = random_bytes(12);
  const detail::GcmKey key(key_bytes.data(), 32);
  const detail::GcmNonce iv(nonce.data(), 12);
  const Bytes plaintext(100, 0x41);
  Bytes ciphertext(plaintext.size());
  std::array<std::uint8_t, 16> tag{};
  ASSERT_TRUE(detail::gcm_encrypt(key, iv, {}, plaintext, ciphertext, tag).has_value());
  tag[0] ^= 1;
  Bytes head(16, 0xEE);
  Bytes body(84, 0xEE);
  EXPECT_TRUE(failed_with(detail::gcm_decrypt(key, iv, {}, ciphertext, tag, head, body),
                          ErrorCode::kNotAuthentic));
  EXPECT_EQ(head, Bytes(16, 0));
  EXPECT_EQ(body, Bytes(84, 0));
}

}  // namespace
}  // namespace themis::test
