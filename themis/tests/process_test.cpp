// What main() does first. In a process of its own: libcrypto's allocator can be chosen once only.
#include "themis/process.hpp"

#include <openssl/crypto.h>

#include "support.hpp"
#include "wiping_allocator.hpp"

namespace themis::test {
namespace {

TEST(Process, LibcryptoTakesTheWipingAllocatorBeforeItsFirstUse) {
  ASSERT_TRUE(wipe_freed_libcrypto_memory().has_value());
  CRYPTO_malloc_fn allocate = nullptr;
  CRYPTO_realloc_fn reallocate = nullptr;
  CRYPTO_free_fn release = nullptr;
  CRYPTO_get_mem_functions(&allocate, &reallocate, &release);
  EXPECT_EQ(allocate, &detail::wiping_malloc);
  EXPECT_EQ(reallocate, &detail::wiping_realloc);
  EXPECT_EQ(release, &detail::wiping_free);

  const EcPrivateKey alice = new_key();
  const EcPrivateKey bob = new_key();
  const Bytes encrypted = must(secure_message::encrypt(alice, bob.public_key(), text("message")));
  EXPECT_EQ(copy(must(secure_message::decrypt(bob, alice.public_key(), encrypted)).view()),
            text("message"));
}

TEST(Process, AWipedBlockIsZeroToItsEnd) {
  constexpr std::size_t kSize = 100;
  auto* block = static_cast<std::uint8_t*>(detail::wiping_malloc(kSize, "", 0));
  std::fill_n(block, kSize, std::uint8_t{0xA5});
  block = static_cast<std::uint8_t*>(detail::wiping_realloc(block, 2 * kSize, "", 0));
  EXPECT_EQ(block[kSize - 1], 0xA5) << "growing keeps the content";
  detail::wipe_block(block);
  EXPECT_TRUE(std::all_of(block, block + kSize, [](std::uint8_t byte) { return byte == 0; }));
  detail::wiping_free(block, "", 0);
  detail::wipe_block(nullptr);
}

}  // namespace
}  // namespace themis::test
