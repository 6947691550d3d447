// Results, hashes, randomness, secrets.
#include <algorithm>
#include <set>
#include <string>

#include "support.hpp"
#include "vector_input.hpp"

namespace themis::test {
namespace {

using themis::testing::from_hex;

TEST(Basics, EveryErrorHasANameAndASentenceOfItsOwn) {
  std::set<std::string> names;
  std::set<std::string> sentences;
  constexpr int kCodes = static_cast<int>(ErrorCode::kLibcrypto) + 1;
  for (int code = 0; code < kCodes; ++code) {
    const Error error{static_cast<ErrorCode>(code)};
    names.emplace(name(error.code));
    sentences.insert(describe(error));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kCodes));
  EXPECT_EQ(sentences.size(), static_cast<std::size_t>(kCodes));
  EXPECT_FALSE(names.contains("unknown"));
}

TEST(Basics, ErrorsSayWhatToDo) {
  EXPECT_EQ(Error{ErrorCode::kInvalidArgument}.advice(), Advice::kFixTheCall);
  EXPECT_EQ(Error{ErrorCode::kNotAuthentic}.advice(), Advice::kRefuseTheInput);
  EXPECT_EQ(Error{ErrorCode::kSessionFailed}.advice(), Advice::kEndTheSession);
  EXPECT_EQ(Error{ErrorCode::kSessionExhausted}.advice(), Advice::kReplaceSession);
  EXPECT_EQ(Error{ErrorCode::kLibcrypto}.advice(), Advice::kStop);
}

// FIPS 180-2, appendix B.
TEST(Basics, Sha256OfOneOrMorePieces) {
  const Bytes expected =
      from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(copy(must(sha256(bytes_of("abc")))), expected);
  EXPECT_EQ(copy(must(sha256({bytes_of("a"), {}, bytes_of("bc")}))), expected);
  EXPECT_EQ(copy(must(sha256(BytesView{}))),
            from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

TEST(Basics, RandomBytesDiffer) {
  EXPECT_NE(random_bytes(32), random_bytes(32));
  EXPECT_EQ(must(random_secret(100)).size(), 100U);
  EXPECT_TRUE(must(random_secret(0)).empty());
  EXPECT_TRUE(failed_with(random_secret(kMaxMessage + 1), ErrorCode::kTooLarge));
}

TEST(Basics, SecretsAreComparedByContentAndLength) {
  EXPECT_TRUE(equal_constant_time(bytes_of("secret"), bytes_of("secret")));
  EXPECT_FALSE(equal_constant_time(bytes_of("secret"), bytes_of("secreT")));
  EXPECT_FALSE(equal_constant_time(bytes_of("secret"), bytes_of("secret!")));
  EXPECT_TRUE(equal_constant_time({}, {}));
}

TEST(Basics, AMovedSecretArrayIsWipedAtItsOldPlace) {
  SecretArray<4> secret = SecretArray<4>::copy_of(std::array<std::uint8_t, 4>{1, 2, 3, 4});
  SecretArray<4> moved = std::move(secret);
  EXPECT_EQ(copy(moved.view()), (Bytes{1, 2, 3, 4}));
  // NOLINTNEXTLINE(bugprone-use-after-move): that is the question.
  EXPECT_EQ(copy(secret.view()), Bytes(4, 0));
}

}  // namespace
}  // namespace themis::test
