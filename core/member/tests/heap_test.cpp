// After vault.lock neither freed nor living memory holds a key or the passphrase, and no living
// memory a text: texts are not wiped where they were (the page had them too), and nothing keeps
// them. With the real rooms; what themis/ and native/ give back is searched there.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>

#include "core/member/client.hpp"
#include "core/member/tests/test_crypto.hpp"
#include "core/member/ui/ui_codec.hpp"

namespace zerofc::member::test {
namespace {

// What is searched for, and where. Fixed storage: it works inside of new and delete.
struct Watch {
  static constexpr std::size_t kPatternSize = 16;
  static constexpr std::size_t kPatternsMax = 64;
  static constexpr std::size_t kBlocksMax = std::size_t{1} << 16U;

  struct Pattern {
    std::array<std::uint8_t, kPatternSize> bytes{};
    bool also_freed = true;
  };
  std::array<Pattern, kPatternsMax> patterns{};
  std::size_t count = 0;
  std::size_t found = 0;
  std::size_t freed = 0;
  std::array<void*, kBlocksMax> living{};
  std::size_t places = 0;  // of `living` that were ever used
  bool active = false;

  void plant(BytesView secret, bool also_freed = true) {
    if (secret.size() < kPatternSize) std::abort();
    const auto tail = secret.last(kPatternSize);
    for (std::size_t index = 0; index < count; ++index) {
      if (std::equal(tail.begin(), tail.end(), patterns[index].bytes.begin())) return;
    }
    if (count == kPatternsMax) std::abort();
    Pattern& pattern = patterns[count++];
    pattern.also_freed = also_freed;
    std::copy(tail.begin(), tail.end(), pattern.bytes.begin());
  }
  std::size_t matches(void* block, bool is_freed) const {
    const auto* bytes = static_cast<const std::uint8_t*>(block);
    const auto* end = bytes + malloc_usable_size(block);
    std::size_t matching = 0;
    for (std::size_t index = 0; index < count; ++index) {
      const Pattern& pattern = patterns[index];
      if (is_freed && !pattern.also_freed) continue;
      if (std::search(bytes, end, pattern.bytes.begin(), pattern.bytes.end()) != end) ++matching;
    }
    return matching;
  }
  void came(void* block) {
    if (!active) return;
    for (std::size_t place = 0; place < kBlocksMax; ++place) {
      if (living[place] != nullptr) continue;
      living[place] = block;
      places = std::max(places, place + 1);
      return;
    }
    std::abort();
  }
  void goes(void* block) {
    if (block == nullptr) return;
    if (active) {
      ++freed;
      found += matches(block, true);
    }
    for (std::size_t place = 0; place < places; ++place) {
      if (living[place] == block) living[place] = nullptr;
    }
  }
  std::size_t found_living() const {
    std::size_t matching = 0;
    for (void* block : living) {
      if (block != nullptr) matching += matches(block, false);
    }
    return matching;
  }
};

Watch watch;

}  // namespace
}  // namespace zerofc::member::test

// NOLINTBEGIN(cppcoreguidelines-no-malloc): below operator new there is nothing else
void* operator new(std::size_t size) {
  void* block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  zerofc::member::test::watch.came(block);
  return block;
}
void operator delete(void* block) noexcept {
  zerofc::member::test::watch.goes(block);
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace zerofc::member::test {
namespace {

constexpr std::string_view kSecretPassphrase = "lusab-babad gutih-tugad planted";
constexpr std::string_view kSecretName = "the planted name of a planted room";

// Plants every key that it is given.
class PlantingCrypto final : public TestCrypto {
 public:
  CryptoResult<Bytes> seal(SymmetricKeyView key, BytesView plaintext, BytesView context) override {
    watch.plant(key);
    return TestCrypto::seal(key, plaintext, context);
  }
  // A room key, where its commit is made.
  Hash sha256(std::initializer_list<BytesView> pieces) override {
    constexpr std::string_view kLabel = "0fc key";
    for (const BytesView piece : pieces) {
      if (piece.size() > 40 && text_of(piece.subspan(2, kLabel.size())) == kLabel) {
        watch.plant(piece);
      }
    }
    return TestCrypto::sha256(pieces);
  }
  CryptoResult<Bytes> sign(PrivateKeyView key, BytesView message) override {
    watch.plant(key);
    return TestCrypto::sign(key, message);
  }
};

class MemberHeap : public ::testing::Test {
 protected:
  void SetUp() override {
    client_.emplace(crypto_);
    watch.count = 0;
    watch.found = 0;
    watch.freed = 0;
    watch.plant(bytes_of(kSecretPassphrase));
    watch.plant(bytes_of(kSecretName), false);
    watch.active = true;
  }
  void TearDown() override { watch.active = false; }

  void ask(const ui::Intent& intent) {
    watch.active = false;  // the page's own copy
    std::vector<std::uint8_t> bytes;
    const bool encoded = ui::encode_intent(intent, bytes);
    watch.active = true;
    ASSERT_TRUE(encoded);
    handle(IntentCame{bytes});
    watch.active = false;
    std::vector<std::uint8_t>().swap(bytes);
    watch.active = true;
  }
  void handle(const HostEvent& event) {
    Step step = client_->handle(event, now_);
    for (HostAction& action : step.actions) {
      if (std::holds_alternative<ReadVault>(action)) {
        handle(disk_);
      } else if (auto* write = std::get_if<WriteVault>(&action)) {
        for (VaultValue& value : write->put) {
          std::erase_if(disk_.values, [&value](const auto& old) { return old.name == value.name; });
          disk_.values.push_back(std::move(value));
        }
        handle(VaultWritten{.write = write->write, .outcome = VaultWritten::Outcome::kDone});
      }
    }
  }

  PlantingCrypto crypto_;
  std::optional<Client> client_;
  VaultRead disk_;
  Now now_{UnixMillis(std::chrono::hours(24 * 365 * 50)), std::chrono::milliseconds(1000)};
};

TEST_F(MemberHeap, the_search_finds_a_secret_that_was_not_wiped) {
  {
    const Bytes careless = to_bytes(bytes_of(kSecretPassphrase));
    EXPECT_EQ(watch.found_living(), 1U);
  }
  EXPECT_EQ(watch.found, 1U);
  watch.found = 0;
}

TEST_F(MemberHeap, after_lock_nothing_of_vault_and_rooms_is_found) {
  ask(ui::intent::ClientStart{.origin = "https://chat.example"});
  ask(ui::intent::VaultCreate{.passphrase = kSecretPassphrase});
  ask(ui::intent::RoomCreate{.ref = 1, .name = kSecretName, .nickname = "Ann"});
  const std::size_t planted = watch.count;
  EXPECT_GT(planted, 3U);               // beside passphrase and name: the vault key, a signing key
  EXPECT_GT(watch.found_living(), 0U);  // it is all there while the vault is open
  ask(ui::intent::VaultLock{});
  EXPECT_EQ(watch.found, 0U);
  EXPECT_EQ(watch.found_living(), 0U);

  ask(ui::intent::VaultOpen{.passphrase = "not this one"});
  ask(ui::intent::VaultOpen{.passphrase = kSecretPassphrase});
  EXPECT_GT(watch.found_living(), 0U);
  ask(ui::intent::VaultLock{});
  EXPECT_GT(watch.freed, 100U);
  EXPECT_EQ(watch.found, 0U);
  EXPECT_EQ(watch.found_living(), 0U);
}

TEST_F(MemberHeap, after_wipe_nothing_of_rooms_in_memory_is_found) {
  ask(ui::intent::ClientStart{.origin = "https://chat.example"});
  ask(ui::intent::VaultMemory{});
  ask(ui::intent::RoomCreate{.ref = 1, .name = kSecretName, .nickname = "Ann"});
  EXPECT_GT(watch.found_living(), 0U);
  ask(ui::intent::VaultWipe{});
  EXPECT_EQ(watch.found, 0U);
  EXPECT_EQ(watch.found_living(), 0U);
}

}  // namespace
}  // namespace zerofc::member::test
