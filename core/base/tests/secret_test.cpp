// Secrets leave nothing behind, also where an optimiser would see writes that nobody reads.
#include "core/base/secret.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "core/wire/types.hpp"

namespace {

// What is searched for in every block that is given back. Fixed storage: the search runs inside of
// operator delete.
constexpr std::size_t kPlantedBytes = 16;
std::uint8_t planted = 0;  // 0: nothing is searched for
std::size_t found = 0;

void search(const void* block) {
  if (planted == 0 || block == nullptr) return;
  const auto* bytes = static_cast<const std::uint8_t*>(block);
  const std::size_t size = malloc_usable_size(const_cast<void*>(block));
  std::size_t run = 0;
  for (std::size_t at = 0; at < size; ++at) {
    run = bytes[at] == planted ? run + 1 : 0;
    if (run == kPlantedBytes) ++found;
  }
}

}  // namespace

void* operator new(std::size_t size) {
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept {
  search(block);
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace zerofc {
namespace {

constexpr std::uint8_t kPattern = 0xd7;

// The finds while `action` runs.
template <class Action>
std::size_t finds(Action action) {
  found = 0;
  planted = kPattern;
  action();
  planted = 0;
  return found;
}

template <class Value>
bool is_zero(const Value& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

Bytes pattern(std::size_t size) { return Bytes(size, kPattern); }

TEST(Wipe, OverwritesMemoryThatNobodyReadsAgain) {
  // Placed in memory that outlives it, so that what stays behind can be looked at.
  alignas(RoomKey) std::array<std::uint8_t, sizeof(RoomKey)> memory;
  const Bytes bytes = pattern(RoomKey::kBytes);
  auto* const key = new (memory.data()) RoomKey(*RoomKey::from(bytes));
  ASSERT_TRUE(equal_constant_time(key->view(), bytes));
  key->~Secret();
  // Read as volatile: the compiler may not take for granted what the destructor left.
  const volatile std::uint8_t* after = memory.data();
  std::size_t left = 0;
  for (std::size_t at = 0; at < memory.size(); ++at) left += after[at] == kPattern ? 1U : 0U;
  EXPECT_EQ(left, 0U);
}

TEST(Wipe, TouchesNothingBesideIt) {
  Bytes bytes = pattern(10);
  wipe(bytes.data() + 2, 5);
  EXPECT_EQ(bytes, (Bytes{kPattern, kPattern, 0, 0, 0, 0, 0, kPattern, kPattern, kPattern}));
  wipe(bytes.data(), 0);
  EXPECT_EQ(bytes[0], kPattern);
}

TEST(Secrets, TheSearchFindsWhatWasNotWiped) {
  EXPECT_GT(finds([] { const Bytes careless = pattern(64); }), 0U);
}

TEST(Secrets, BytesOfEverySizeAreWiped) {
  EXPECT_EQ(finds([] {
              SecretBytes secret(64);
              std::fill(secret.mutable_view().begin(), secret.mutable_view().end(), kPattern);
              const SecretBytes copied = secret.copy();
              SecretBytes replaced = copied.copy();
              replaced = SecretBytes(3);
            }),
            0U);
}

TEST(Secrets, BuffersAreWipedWhereTheyGrow) {
  EXPECT_EQ(finds([] {
              WipedBuffer buffer;
              for (int count = 0; count < 5000; ++count) buffer.push_back(kPattern);
              buffer.resize(3);
              buffer.shrink_to_fit();
            }),
            0U);
}

TEST(Secrets, AMovedSecretLeavesZeroesBehind) {
  const Bytes bytes = pattern(RoomKey::kBytes);
  RoomKey from = *RoomKey::from(bytes);
  RoomKey to = std::move(from);
  EXPECT_TRUE(is_zero(from.view()));  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_TRUE(equal_constant_time(to.view(), bytes));
  RoomKey assigned;
  assigned = std::move(to);
  EXPECT_TRUE(is_zero(to.view()));  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_TRUE(equal_constant_time(assigned.view(), bytes));
  auto& same = assigned;
  assigned = std::move(same);
  EXPECT_TRUE(equal_constant_time(assigned.view(), bytes)) << "moved to itself";
}

TEST(Secrets, HaveExactlyTheirSize) {
  EXPECT_FALSE(RoomKey::from(pattern(31)));
  EXPECT_FALSE(RoomKey::from(pattern(33)));
  EXPECT_FALSE(RoomKey::from({}));
  EXPECT_FALSE(MemberId::from(pattern(15)));
  EXPECT_TRUE(is_zero(RoomKey().view()));
}

TEST(Secrets, AreEqualIfEveryBitIs) {
  const Bytes bytes = pattern(32);
  EXPECT_TRUE(equal_constant_time(bytes, bytes));
  EXPECT_TRUE(equal_constant_time({}, {}));
  EXPECT_FALSE(equal_constant_time(bytes, BytesView(bytes).first(31)));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes other = bytes;
      other[at] ^= static_cast<std::uint8_t>(1U << bit);
      EXPECT_FALSE(equal_constant_time(bytes, other)) << at << " " << bit;
    }
  }
}

}  // namespace
}  // namespace zerofc
