// The chain hash: docs/protocol.md §3.1.
#include "core/log/chain.hpp"

#include <gtest/gtest.h>

#include "core/log/testing/people.hpp"

namespace zerofc {
namespace {

using testing::crypto;
using testing::random;

std::string hex(BytesView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

// Computed with another program: python3 -c "import hashlib; h = hashlib.sha256; …"
//   d = h(b'entry').digest(); h(bytes(32) + b'\x00' + d).hexdigest()
TEST(Chain, hashes_what_another_program_hashes) {
  const Hash digest = entry_digest(crypto(), bytes_of("entry"));
  EXPECT_EQ(hex(digest.view()), "923fe53966c6cd9343e11af776cd4b05be315ea4b200b02e4d5dfb0f929b73bf");
  EXPECT_EQ(hex(next_chain_hash(crypto(), Hash(), false, digest).view()),
            "6c154d0d204446080f5f150ae969e96218e2b43417f1f4157d808175ab1bd8e6");
  EXPECT_EQ(hex(next_chain_hash(crypto(), Hash(), true, digest).view()),
            "4c3800a1bc5a5aafca2b3a59ff3a9344f4b96469d325ff3d7186a4414b2d047e");
}

TEST(Chain, begins_with_the_hash_of_the_genesis_entry) {
  EXPECT_EQ(hex(room_id_of(crypto(), bytes_of("entry")).view()),
            hex(entry_digest(crypto(), bytes_of("entry")).view()));
}

// Two logs that differ anywhere differ at every later place: order, omission and repetition show.
TEST(Chain, hole_F_shows_a_replayed_reordered_or_dropped_entry) {
  const Hash start = random<Hash>();
  const Hash a = random<Hash>();
  const Hash b = random<Hash>();
  const auto chain = [&start](std::initializer_list<Hash> digests) {
    Hash hash = start;
    for (const Hash& digest : digests) hash = next_chain_hash(crypto(), hash, false, digest);
    return hash;
  };
  EXPECT_EQ(chain({a, b}), chain({a, b}));
  EXPECT_NE(chain({a, b}), chain({b, a}));
  EXPECT_NE(chain({a, b}), chain({b}));
  EXPECT_NE(chain({a, b}), chain({a, b, b}));
}

// A control entry passed off as a message of the same digest gives another chain.
TEST(Chain, hole_R_tells_a_control_entry_from_a_message) {
  const Hash start = random<Hash>();
  const Hash digest = random<Hash>();
  EXPECT_NE(next_chain_hash(crypto(), start, true, digest),
            next_chain_hash(crypto(), start, false, digest));
}

}  // namespace
}  // namespace zerofc
