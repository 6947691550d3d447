// Secrets are wiped: every block of memory that themis/ or libcrypto gives back is searched for
// planted keys.
#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>
#include <string>

#include "session_replay.hpp"
#include "support.hpp"
#include "wiping_allocator.hpp"

namespace themis::test {
namespace {

// What is searched for. Fixed storage: the search runs inside of free().
struct Watch {
  static constexpr std::size_t kPatternSize = 16;
  static constexpr std::size_t kMax = 64;
  std::uint8_t patterns[kMax][kPatternSize];
  std::size_t count = 0;
  std::size_t found = 0;
  std::size_t allocations = 0;
  bool active = false;

  // Both halves of a secret, in both byte orders: libcrypto keeps numbers little-endian.
  void plant(BytesView secret) {
    Bytes forward = copy(secret);
    Bytes backward(forward.rbegin(), forward.rend());
    for (const Bytes& order : {forward, backward}) {
      for (std::size_t at = 0; at + kPatternSize <= order.size(); at += kPatternSize) {
        if (count == kMax) throw std::length_error("too many planted secrets");
        std::copy_n(order.begin() + static_cast<std::ptrdiff_t>(at), kPatternSize,
                    patterns[count++]);
      }
    }
  }
  void search(const void* block) {
    if (!active || block == nullptr) return;
    const auto* bytes = static_cast<const std::uint8_t*>(block);
    const std::size_t size = malloc_usable_size(const_cast<void*>(block));
    for (std::size_t i = 0; i < count; ++i) {
      if (std::search(bytes, bytes + size, patterns[i], patterns[i] + kPatternSize) !=
          bytes + size) {
        ++found;
      }
    }
  }
};

Watch watch;

void* watched_malloc(std::size_t size, const char*, int) {
  ++watch.allocations;
  return std::malloc(size);
}
// As wipe_freed_libcrypto_memory() has it, with the search in between.
void watched_free(void* block, const char*, int) {
  detail::wipe_block(block);
  watch.search(block);
  std::free(block);
}
void* watched_realloc(void* block, std::size_t size, const char* file, int line) {
  void* grown = watched_malloc(size, file, line);
  if (grown != nullptr && block != nullptr) {
    std::memcpy(grown, block, std::min(size, malloc_usable_size(block)));
  }
  watched_free(block, file, line);
  return grown;
}

// Before anything of libcrypto has run, or it refuses.
const bool kHooked = CRYPTO_set_mem_functions(watched_malloc, watched_realloc, watched_free) == 1;

class Heap : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(kHooked);
    // Fetches what is fetched once.
    const EcPrivateKey key = new_key();
    must(secure_message::sign(key, text("warm up")));
    watch.count = 0;
    watch.found = 0;
  }
  void TearDown() override { watch.active = false; }
};

}  // namespace
}  // namespace themis::test

void* operator new(std::size_t size) {
  ++themis::test::watch.allocations;
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept {
  themis::test::watch.search(block);
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace themis::test {
namespace {

TEST_F(Heap, TheSearchFindsASecretThatWasNotWiped) {
  const Bytes secret = random_bytes(32);
  watch.plant(secret);
  watch.active = true;
  {
    const Bytes careless = copy(secret);
  }
  watch.active = false;
  EXPECT_GT(watch.found, 0U);
}

TEST_F(Heap, SymmetricKeysAndPlaintextsAreWiped) {
  const Bytes secret = random_bytes(32);
  const Bytes plaintext = random_bytes(64);
  watch.plant(secret);
  watch.plant(plaintext);
  watch.active = true;
  {
    const SymmetricKey key = must(SymmetricKey::copy_of(secret));
    const SymmetricKey other = key.copy();
    const Bytes sealed = must(secure_cell::seal(key, plaintext, bytes_of("context")));
    const SecretBytes opened = must(secure_cell::open(other, sealed, bytes_of("context")));
    const Bytes imprinted = must(secure_cell::context_imprint(key, plaintext, text("c")));
    must(secure_cell::context_imprint_open(key, imprinted, text("c")));
  }
  watch.active = false;
  EXPECT_EQ(watch.found, 0U);
}

TEST_F(Heap, PassphrasesAreWiped) {
  const std::string secret = "a passphrase of more than thirty-two characters";
  watch.plant(bytes_of(secret));
  const Bytes plaintext = random_bytes(64);
  watch.active = true;
  {
    const Passphrase passphrase = must(Passphrase::copy_of(secret));
    const Bytes sealed = must(secure_cell::seal(passphrase, plaintext, {}, 10));
    must(secure_cell::open(passphrase, sealed));
  }
  watch.active = false;
  EXPECT_EQ(watch.found, 0U);
}

TEST_F(Heap, PrivateKeysAreWiped) {
  std::optional<EcPrivateKey> key = new_key();
  const EcPrivateKey peer = new_key();
  const auto container = key->container();
  watch.plant(container.view().last<32>());
  watch.active = true;
  {
    const EcPrivateKey again = must(EcPrivateKey::parse(container.view()));
    const EcPrivateKey copied = must(again.copy());
    must(secure_message::sign(copied, text("message")));
    key.reset();
  }
  watch.active = false;
  EXPECT_EQ(watch.found, 0U);
}

TEST_F(Heap, TheSharedSecretOfAMessageIsWiped) {
  const EcPrivateKey alice = new_key();
  const EcPrivateKey bob = new_key();
  const auto scalar = alice.container();
  const auto shared =
      must(SessionReplay::shared_secret(scalar.view().last<32>(), bob.public_key().container()));
  watch.plant(shared.view());
  watch.active = true;
  const Bytes encrypted = must(secure_message::encrypt(alice, bob.public_key(), text("message")));
  must(secure_message::decrypt(bob, alice.public_key(), encrypted));
  watch.active = false;
  EXPECT_EQ(watch.found, 0U);
}

TEST_F(Heap, PrivateKeysUsedForKeyAgreementAreWiped) {
  const EcPrivateKey alice = new_key();
  const EcPrivateKey bob = new_key();
  const auto scalar = alice.container();
  watch.plant(scalar.view().last<32>());
  watch.active = true;
  must(secure_message::encrypt(alice, bob.public_key(), text("message")));
  watch.active = false;
  EXPECT_EQ(watch.found, 0U);
}

TEST_F(Heap, SessionSecretsAreWiped) {
  const Parties parties;
  const Bytes scalar = [] {
    const auto container = new_key().container();
    return copy(container.view().last<32>());
  }();
  watch.plant(scalar);
  watch.active = true;
  {
    SecureSessionClient client = must(SessionReplay::client(
        parties.client, parties.server->id, parties.server->key.public_key(), scalar));
    SecureSessionServer server(parties.server);
    const Bytes msg2 = must(server.handle_msg1(client.connect_request(), parties.lookup()));
    const Bytes msg3 = must(client.handle_msg2(msg2));
    auto accepted = must(server.handle_msg3(msg3));
    SecureSession session = must(client.handle_msg4(accepted.msg4));
    watch.active = false;  // planting makes copies of its own
    watch.plant(SessionReplay::receive_key(session));
    watch.plant(SessionReplay::receive_key(accepted.session));
    watch.active = true;
    const Bytes wrapped = must(session.wrap(text("message"), kNow));
    must(accepted.session.unwrap(wrapped, kNow));
    EXPECT_FALSE(accepted.session.unwrap(wrapped, kNow));
  }
  watch.active = false;
  EXPECT_EQ(watch.found, 0U);
}

TEST_F(Heap, WrappingIntoABufferAllocatesNothing) {
  const Parties parties;
  Established pair = establish(parties);
  const Bytes prefix = random_bytes(3);
  const Bytes body = random_bytes(256);
  Bytes out(prefix.size() + body.size() + SecureSession::kOverhead);
  must(pair.server.wrap_into(out, prefix, body, kNow));
  const std::size_t before = watch.allocations;
  const auto wrapped = pair.server.wrap_into(out, prefix, body, kNow);
  EXPECT_EQ(watch.allocations, before);
  EXPECT_TRUE(wrapped.has_value());
}

}  // namespace
}  // namespace themis::test
