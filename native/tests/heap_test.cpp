// What the adapter gives back to the heap holds none of the secrets that went through it. What
// libcrypto gives back is searched in themis/.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "native/themis_crypto.hpp"

namespace zerofc {
namespace {

// What is searched for. Fixed storage: the search runs inside of operator delete.
struct Watch {
  static constexpr std::size_t kPatternSize = 16;
  static constexpr std::size_t kMax = 8;
  std::uint8_t patterns[kMax][kPatternSize];
  std::size_t count = 0;
  std::size_t found = 0;
  std::size_t freed = 0;
  bool active = false;

  void plant(BytesView secret) {
    if (count == kMax || secret.size() < kPatternSize) std::abort();
    std::copy_n(secret.end() - kPatternSize, kPatternSize, patterns[count++]);
  }
  void search(const void* block) {
    if (!active || block == nullptr) return;
    ++freed;
    const auto* bytes = static_cast<const std::uint8_t*>(block);
    const std::uint8_t* end = bytes + malloc_usable_size(const_cast<void*>(block));
    for (std::size_t i = 0; i < count; ++i) {
      if (std::search(bytes, end, patterns[i], patterns[i] + kPatternSize) != end) ++found;
    }
  }
};

Watch watch;

}  // namespace
}  // namespace zerofc

void* operator new(std::size_t size) {
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept {
  zerofc::watch.search(block);
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace zerofc {
namespace {

class NativeHeap : public testing::Test {
 protected:
  void SetUp() override {
    watch.count = 0;
    watch.found = 0;
    watch.freed = 0;
  }
  void TearDown() override { watch.active = false; }

  ThemisCrypto crypto;
};

TEST_F(NativeHeap, the_search_finds_a_secret_that_was_not_wiped) {
  const RoomKey key = crypto.make_random<RoomKey>().value();
  watch.plant(key.view());
  watch.active = true;
  {
    const Bytes careless = to_bytes(key.view());
  }
  watch.active = false;
  EXPECT_EQ(watch.found, 1U);
}

TEST_F(NativeHeap, no_symmetric_key_or_plaintext_stays) {
  const RoomKey key = crypto.make_random<RoomKey>().value();
  const RoomKey plaintext = crypto.make_random<RoomKey>().value();
  const BytesView passphrase = bytes_of("a passphrase of some length");
  watch.plant(key.view());
  watch.plant(plaintext.view());
  watch.plant(passphrase);
  watch.active = true;
  {
    const Bytes cell = crypto.seal(key.view(), plaintext.view(), {}).value();
    EXPECT_TRUE(crypto.open(key.view(), cell, {}));
    EXPECT_FALSE(crypto.open(key.view(), cell, passphrase));
    const Bytes locked = crypto.seal_with_passphrase(passphrase, plaintext.view(), {}).value();
    EXPECT_TRUE(crypto.open_with_passphrase(passphrase, locked, {}));
  }
  watch.active = false;
  EXPECT_GT(watch.freed, 0U);
  EXPECT_EQ(watch.found, 0U);
}

TEST_F(NativeHeap, no_private_key_or_message_stays) {
  const auto alice = crypto.make_key_pair<ExchangeKeyTag>().value();
  const auto bob = crypto.make_key_pair<ExchangeKeyTag>().value();
  const RoomKey message = crypto.make_random<RoomKey>().value();
  watch.plant(alice.private_key.view());
  watch.plant(bob.private_key.view());
  watch.active = true;
  {
    const Bytes signature = crypto.sign(alice.private_key.view(), bytes_of("public")).value();
    EXPECT_TRUE(crypto.verify(alice.public_key.bytes(), signature));
    watch.plant(message.view());
    const Bytes encrypted =
        crypto.encrypt(alice.private_key.view(), bob.public_key.bytes(), message.view()).value();
    EXPECT_TRUE(crypto.decrypt(bob.private_key.view(), alice.public_key.bytes(), encrypted));
  }
  watch.active = false;
  EXPECT_GT(watch.freed, 0U);
  EXPECT_EQ(watch.found, 0U);
}

TEST_F(NativeHeap, no_new_private_key_stays) {
  {
    const auto pair = crypto.make_key_pair<SigningKeyTag>().value();
    watch.plant(pair.private_key.view());
    watch.active = true;
    EXPECT_TRUE(crypto.sign(pair.private_key.view(), bytes_of("message")));
  }
  watch.active = false;
  EXPECT_GT(watch.freed, 0U);
  EXPECT_EQ(watch.found, 0U);
}

}  // namespace
}  // namespace zerofc
