// Use from several threads.
#include <atomic>
#include <thread>
#include <vector>

#include "support.hpp"

namespace themis::test {
namespace {

// Under ThreadSanitizer this is the proof that shared keys and identities are read-only.
TEST(Threads, MayShareKeysAndIdentities) {
  const Parties parties;
  const EcPrivateKey key = new_key();
  const Bytes signed_message = must(secure_message::sign(key, text("message")));
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) {
        Established pair = establish(parties);
        const Bytes wrapped = must(pair.server.wrap(text("message"), kNow));
        const bool talked = pair.client.unwrap(wrapped, kNow).has_value();
        const Bytes encrypted =
            must(secure_message::encrypt(key, parties.server->key.public_key(), text("m")));
        const bool opened =
            secure_message::decrypt(parties.server->key, key.public_key(), encrypted).has_value();
        const bool verified = secure_message::verify(key.public_key(), signed_message).has_value();
        good += talked && opened && verified ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 20);
}

}  // namespace
}  // namespace themis::test
