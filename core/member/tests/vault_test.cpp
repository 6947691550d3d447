// The vault's bytes: docs/protocol.md §7, docs/wire.cddl section 9.
#include "core/member/vault/vault.hpp"

#include <gtest/gtest.h>

#include "core/member/tests/test_crypto.hpp"
#include "core/member/tests/test_host.hpp"
#include "core/wire/cbor.hpp"

namespace zerofc::member::test {
namespace {

RoomId room(std::uint8_t number) {
  RoomId id;
  id.mutable_bytes().fill(number);
  return id;
}

RecordId record(std::uint8_t of_room, RecordType type, std::uint64_t index = 0) {
  return RecordId{.room = room(of_room), .type = type, .index = index};
}

WipedBuffer content(std::string_view text) { return {text.begin(), text.end()}; }

void apply(const WriteVault& write, Disk& disk) {
  for (const VaultValue& value : write.put) disk[value.name] = value.value;
  for (const Bytes& name : write.erase) disk.erase(name);
}

std::vector<VaultValue> values_of(const Disk& disk) {
  std::vector<VaultValue> values;
  for (const auto& [name, value] : disk) {
    values.push_back(VaultValue{.name = name, .value = value});
  }
  return values;
}

// A vault with two rooms, three records.
class VaultTest : public ::testing::Test {
 protected:
  VaultTest() : vault_(std::move(*Vault::create(crypto_, bytes_of(kPassphrase), {}))) {
    RecordChanges changes;
    changes[record(1, RecordType::kRoom)] = content("the first room");
    changes[record(1, RecordType::kLog, 7)] = content("its log");
    changes[record(2, RecordType::kRoom)] = content("the second room");
    store(changes);
  }

  void store(const RecordChanges& changes) {
    const auto write = vault_.seal(crypto_, ++writes_, changes);
    ASSERT_TRUE(write);
    apply(*write, disk_);
    vault_.stored();
  }
  Result<Vault::Opened, VaultError> open(std::string_view passphrase = kPassphrase) {
    return open_disk(disk_, passphrase);
  }
  Result<Vault::Opened, VaultError> open_disk(const Disk& disk,
                                              std::string_view passphrase = kPassphrase) {
    return Vault::open(crypto_, bytes_of(passphrase), values_of(disk));
  }
  // What opening says, for comparing.
  VaultError error_of(const Disk& disk) {
    const auto opened = open_disk(disk);
    EXPECT_FALSE(opened);
    return opened ? VaultError::kFailed : opened.error();
  }
  static std::string text(const StoredRooms& rooms, std::uint8_t of_room, RecordType type) {
    const auto held = rooms.find(room(of_room));
    if (held == rooms.end()) return "no room";
    for (const RoomRecord& one : held->second) {
      if (one.type == type) return {one.content.begin(), one.content.end()};
    }
    return "no record";
  }
  // Names of the stored records.
  std::vector<Bytes> record_names() const {
    std::vector<Bytes> names;
    for (const auto& [name, value] : disk_) {
      if (name.size() > 1) names.push_back(name);
    }
    return names;
  }

  TestCrypto crypto_;
  Disk disk_;
  std::uint64_t writes_ = 0;
  Vault vault_;
};

TEST_F(VaultTest, opens_with_its_passphrase_and_gives_back_each_room_its_records) {
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->rooms.size(), 2U);
  EXPECT_EQ(opened->rooms.at(room(1)).size(), 2U);
  EXPECT_EQ(text(opened->rooms, 1, RecordType::kRoom), "the first room");
  EXPECT_EQ(text(opened->rooms, 1, RecordType::kLog), "its log");
  EXPECT_EQ(text(opened->rooms, 2, RecordType::kRoom), "the second room");
}

TEST_F(VaultTest, the_store_has_a_key_cell_an_index_and_records_with_random_names) {
  ASSERT_EQ(disk_.size(), 5U);
  EXPECT_EQ(disk_.count(Bytes{1}), 1U);
  EXPECT_EQ(disk_.count(Bytes{2}), 1U);
  EXPECT_EQ(record_names().size(), 3U);
  for (const Bytes& name : record_names()) EXPECT_EQ(name.size(), 16U);
  TestCrypto other(2);
  Vault second = std::move(*Vault::create(other, bytes_of(kPassphrase), {}));
  RecordChanges changes;
  changes[record(1, RecordType::kRoom)] = content("the first room");
  const auto write = second.seal(other, 1, changes);
  ASSERT_TRUE(write);
  for (const VaultValue& value : write->put) {
    const bool is_record = value.name.size() > 1;
    EXPECT_TRUE(!is_record || disk_.count(value.name) == 0);
  }
}

TEST_F(VaultTest, nothing_of_a_record_is_stored_in_the_clear) {
  Bytes all;
  for (const auto& [name, value] : disk_) {
    all.insert(all.end(), name.begin(), name.end());
    all.insert(all.end(), value.begin(), value.end());
  }
  const std::string stored(text_of(all));
  for (const std::string_view planted : {"the first room", "its log", "0fc vault room"}) {
    EXPECT_EQ(stored.find(planted), std::string::npos) << planted;
  }
  const RoomId id = room(1);
  EXPECT_EQ(stored.find(text_of(id.view())), std::string::npos);
}

TEST_F(VaultTest, a_wrong_passphrase_is_told_apart_and_leaves_the_store_as_it_was) {
  const Disk before = disk_;
  for (const std::string_view wrong : {"", "correct horse batter", "Correct horse battery"}) {
    const auto opened = open(wrong);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), VaultError::kWrongPassphrase);
  }
  EXPECT_EQ(disk_, before);
}

TEST_F(VaultTest, hole_H_the_passphrase_goes_through_a_kdf_of_Themis_full_cost) {
  ThemisCrypto themis;
  const auto key = VaultKey::from(Bytes(32, 0x77));
  const auto value = seal_vault_key(themis, bytes_of(kPassphrase), *key);
  ASSERT_TRUE(value);
  const auto decoded = decode_key_value(*value);
  ASSERT_TRUE(decoded);
  const BytesView cell = decoded->passphrase_cell;
  ASSERT_EQ(cell.size(), 102U);
  // Secure Cell with PBKDF2, 314,110 iterations, a random salt.
  EXPECT_EQ(to_bytes(cell.first(4)), (Bytes{0x00, 0x01, 0x01, 0x41}));
  EXPECT_EQ(to_bytes(cell.subspan(48, 4)), (Bytes{0xfe, 0xca, 0x04, 0x00}));
  const auto again = seal_vault_key(themis, bytes_of(kPassphrase), *key);
  ASSERT_TRUE(again);
  EXPECT_NE(to_bytes(decode_key_value(*again)->passphrase_cell.subspan(54, 16)),
            to_bytes(cell.subspan(54, 16)));
  EXPECT_TRUE(open_vault_key(themis, bytes_of(kPassphrase), *value));
}

TEST_F(VaultTest, a_key_cell_of_absurd_cost_is_refused_before_anything_is_spent) {
  Disk disk = disk_;
  Bytes& value = disk[Bytes{1}];
  const std::size_t iterations_at = value.size() - 102 + 48;
  const std::uint32_t iterations = kIterationsMax + 1;
  for (std::size_t byte = 0; byte < 4; ++byte) {
    value[iterations_at + byte] = static_cast<std::uint8_t>(iterations >> (8 * byte));
  }
  crypto_.passphrase_opens = 0;
  EXPECT_EQ(error_of(disk), VaultError::kTooExpensive);
  EXPECT_EQ(crypto_.passphrase_opens, 0U);
}

TEST_F(VaultTest, a_newer_version_is_told_without_a_passphrase_whatever_it_looks_like_inside) {
  for (const Bytes& newer :
       {Bytes{0x82, 0x02, 0x40}, Bytes{0x81, 0x02}, Bytes{0x83, 0x09, 0x01, 0x02}}) {
    Disk disk = disk_;
    disk[Bytes{1}] = newer;
    crypto_.passphrase_opens = 0;
    EXPECT_EQ(look_at_store(values_of(disk)), StoreState::kNewer);
    EXPECT_EQ(error_of(disk), VaultError::kNewer);
    EXPECT_EQ(crypto_.passphrase_opens, 0U);
  }
}

TEST_F(VaultTest, an_index_of_a_newer_version_is_refused) {
  TestCrypto crypto;
  const VaultKey key = VaultKey::from(Bytes(32, 1)).value();
  const auto key_value = seal_vault_key(crypto, bytes_of(kPassphrase), key);
  IndexContent index;
  index.version = kVaultVersion + 1;
  const auto sealed = crypto.seal(key.view(), encode(index), vault_index_context());
  ASSERT_TRUE(key_value && sealed);
  EXPECT_EQ(error_of(Disk{{Bytes{1}, *key_value}, {Bytes{2}, *sealed}}), VaultError::kNewer);
}

TEST_F(VaultTest, a_flipped_bit_anywhere_never_opens) {
  for (const auto& [name, value] : disk_) {
    for (std::size_t at = 0; at < value.size(); ++at) {
      Disk disk = disk_;
      disk[name][at] ^= 1U;
      // What is in the key cell's tag or ciphertext can't be told from a wrong passphrase, and its
      // iterations must not be run to find out.
      if (name == Bytes{1} && at >= value.size() - 102 + 48 && at < value.size() - 102 + 52) {
        continue;
      }
      const VaultError error = error_of(disk);
      if (name == Bytes{1}) {
        EXPECT_TRUE(error == VaultError::kDamaged || error == VaultError::kWrongPassphrase ||
                    error == VaultError::kNewer)
            << at;
      } else {
        EXPECT_EQ(error, VaultError::kDamaged) << at;
      }
    }
  }
}

TEST_F(VaultTest, a_truncated_value_never_opens) {
  for (const auto& [name, value] : disk_) {
    for (std::size_t size = 0; size < value.size(); size += name.size() == 1 ? 1U : 7U) {
      Disk disk = disk_;
      disk[name].resize(size);
      EXPECT_EQ(error_of(disk), VaultError::kDamaged);
    }
  }
}

TEST_F(VaultTest, a_missing_record_or_index_is_damage) {
  for (const auto& [name, value] : disk_) {
    Disk disk = disk_;
    disk.erase(name);
    EXPECT_EQ(error_of(disk), VaultError::kDamaged);
  }
}

TEST_F(VaultTest, a_value_that_the_index_does_not_list_is_damage) {
  Disk disk = disk_;
  disk[Bytes(16, 9)] = disk[record_names().front()];
  EXPECT_EQ(error_of(disk), VaultError::kDamaged);
  disk = disk_;
  disk[Bytes{3}] = Bytes{1};
  EXPECT_EQ(error_of(disk), VaultError::kDamaged);
  disk = disk_;
  disk[Bytes{}] = Bytes{1};
  EXPECT_EQ(error_of(disk), VaultError::kDamaged);
}

TEST_F(VaultTest, two_values_of_one_name_are_damage) {
  auto values = values_of(disk_);
  values.push_back(values.front());
  EXPECT_EQ(look_at_store(values), StoreState::kDamaged);
  const auto opened = Vault::open(crypto_, bytes_of(kPassphrase), values);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), VaultError::kDamaged);
}

TEST_F(VaultTest, records_that_changed_places_are_damage) {
  const auto names = record_names();
  Disk disk = disk_;
  std::swap(disk[names[0]], disk[names[1]]);
  EXPECT_EQ(error_of(disk), VaultError::kDamaged);
}

TEST_F(VaultTest, an_older_version_of_one_record_is_damage) {
  const Disk older = disk_;
  RecordChanges changes;
  changes[record(1, RecordType::kRoom)] = content("changed");
  store(changes);
  for (const Bytes& name : record_names()) {
    if (disk_[name] == older.at(name)) continue;
    Disk disk = disk_;
    disk[name] = older.at(name);
    EXPECT_EQ(error_of(disk), VaultError::kDamaged);
  }
}

TEST_F(VaultTest, a_record_of_the_same_name_and_version_from_a_write_that_never_was_is_damage) {
  // Two clients go on from one store, as after a crash; only the second's write is durable.
  auto lost = open();
  auto kept = open();
  ASSERT_TRUE(lost && kept);
  RecordChanges changes;
  changes[record(1, RecordType::kRoom)] = content("lost");
  const auto never = lost->vault.seal(crypto_, 1, changes);
  changes[record(1, RecordType::kRoom)] = content("kept");
  const auto write = kept->vault.seal(crypto_, 1, changes);
  ASSERT_TRUE(never && write);
  apply(*write, disk_);
  ASSERT_TRUE(open());
  for (const VaultValue& value : never->put) {
    Disk disk = disk_;
    if (value.name.size() == 1) continue;
    ASSERT_EQ(disk.count(value.name), 1U);
    disk[value.name] = value.value;
    EXPECT_EQ(error_of(disk), VaultError::kDamaged);
  }
}

TEST_F(VaultTest, an_older_index_over_newer_records_is_damage) {
  const Bytes older = disk_[Bytes{2}];
  RecordChanges changes;
  changes[record(1, RecordType::kRoom)] = content("changed");
  store(changes);
  disk_[Bytes{2}] = older;
  EXPECT_EQ(error_of(disk_), VaultError::kDamaged);
}

TEST_F(VaultTest, a_record_with_the_right_digest_and_another_version_is_damage) {
  // Only somebody with the vault key can make this: it proves that versions are compared.
  TestCrypto crypto;
  const VaultKey key = VaultKey::from(Bytes(32, 1)).value();
  const auto key_value = seal_vault_key(crypto, bytes_of(kPassphrase), key);
  const RecordName name = crypto.make_random<RecordName>().value();
  const auto cell = crypto.seal(key.view(), encode_record(record(1, RecordType::kRoom), Bytes{1}),
                                vault_record_context(name, 4));
  ASSERT_TRUE(key_value && cell);
  for (const std::uint64_t version : {3U, 4U, 5U}) {
    IndexContent index;
    index.entries.push_back(
        IndexEntry{.name = name, .version = version, .digest = crypto.sha256({*cell})});
    const auto sealed = crypto.seal(key.view(), encode(index), vault_index_context());
    ASSERT_TRUE(sealed);
    const Disk disk{{Bytes{1}, *key_value}, {Bytes{2}, *sealed}, {to_bytes(name.view()), *cell}};
    EXPECT_EQ(open_disk(disk).has_value(), version == 4);
  }
}

TEST_F(VaultTest, two_records_in_one_place_are_damage) {
  TestCrypto crypto;
  const VaultKey key = VaultKey::from(Bytes(32, 1)).value();
  Disk disk;
  disk[Bytes{1}] = seal_vault_key(crypto, bytes_of(kPassphrase), key).value();
  IndexContent index;
  for (int copy = 0; copy < 2; ++copy) {
    const RecordName name = crypto.make_random<RecordName>().value();
    const auto cell = crypto.seal(key.view(), encode_record(record(1, RecordType::kRoom), Bytes{1}),
                                  vault_record_context(name, 1));
    ASSERT_TRUE(cell);
    disk[to_bytes(name.view())] = *cell;
    index.entries.push_back(
        IndexEntry{.name = name, .version = 1, .digest = crypto.sha256({*cell})});
  }
  disk[Bytes{2}] = crypto.seal(key.view(), encode(index), vault_index_context()).value();
  EXPECT_EQ(error_of(disk), VaultError::kDamaged);
}

TEST_F(VaultTest, a_record_with_another_label_or_type_is_damage) {
  const RecordId id = record(1, RecordType::kRoom);
  const WipedBuffer good = encode_record(id, bytes_of("content"));
  ASSERT_TRUE(decode_record(good));
  const std::size_t type_at = 1 + 1 + 14 + 2 + 32;
  ASSERT_EQ(good[type_at], 1);
  for (const std::uint8_t type : Bytes{0, 5, 23}) {
    WipedBuffer bad = good;
    bad[type_at] = type;
    EXPECT_FALSE(decode_record(bad));
  }
  WipedBuffer bad = good;
  bad[3] ^= 1U;
  EXPECT_FALSE(decode_record(bad));
  bad = good;
  bad.push_back(0);
  EXPECT_FALSE(decode_record(bad));
}

TEST_F(VaultTest, a_change_writes_that_record_and_the_index_only) {
  RecordChanges changes;
  changes[record(1, RecordType::kLog, 7)] = content("more log");
  const auto write = vault_.seal(crypto_, 2, changes);
  ASSERT_TRUE(write);
  EXPECT_EQ(write->put.size(), 2U);
  EXPECT_TRUE(write->erase.empty());
  apply(*write, disk_);
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(text(opened->rooms, 1, RecordType::kLog), "more log");
}

TEST_F(VaultTest, an_erased_record_leaves_the_store) {
  RecordChanges changes;
  changes[record(1, RecordType::kLog, 7)] = std::nullopt;
  changes[record(5, RecordType::kLog, 7)] = std::nullopt;  // that there never was
  store(changes);
  EXPECT_EQ(record_names().size(), 2U);
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(text(opened->rooms, 1, RecordType::kLog), "no record");
}

TEST_F(VaultTest, what_a_failed_write_held_is_in_the_next_one) {
  RecordChanges first;
  first[record(1, RecordType::kLog, 7)] = content("lost once");
  first[record(2, RecordType::kRoom)] = std::nullopt;
  ASSERT_TRUE(vault_.seal(crypto_, 2, first));  // and never reaches the disk
  RecordChanges second;
  second[record(3, RecordType::kRoom)] = content("the third room");
  store(second);
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(text(opened->rooms, 1, RecordType::kLog), "lost once");
  EXPECT_EQ(text(opened->rooms, 2, RecordType::kRoom), "no room");
  EXPECT_EQ(text(opened->rooms, 3, RecordType::kRoom), "the third room");
}

TEST_F(VaultTest, a_record_whose_first_write_failed_and_that_is_gone_leaves_no_trace) {
  RecordChanges first;
  first[record(3, RecordType::kRoom)] = content("never seen");
  ASSERT_TRUE(vault_.seal(crypto_, 2, first));
  RecordChanges second;
  second[record(3, RecordType::kRoom)] = std::nullopt;
  store(second);
  EXPECT_EQ(record_names().size(), 3U);
  EXPECT_TRUE(open());
}

TEST_F(VaultTest, if_the_engine_fails_nothing_has_changed) {
  RecordChanges changes;
  changes[record(1, RecordType::kRoom)] = content("new");
  changes[record(3, RecordType::kRoom)] = content("newer");
  for (std::size_t granted = 0; granted < 3; ++granted) {
    crypto_.seals_left = granted;
    EXPECT_FALSE(vault_.seal(crypto_, 2, changes));
    EXPECT_FALSE(vault_.has_unstored());
  }
  crypto_.seals_left = SIZE_MAX;
  crypto_.randoms_left = 0;
  EXPECT_FALSE(vault_.seal(crypto_, 2, changes));
  EXPECT_FALSE(vault_.has_unstored());
  crypto_.randoms_left = SIZE_MAX;
  store(changes);
  EXPECT_TRUE(open());
}

TEST_F(VaultTest, without_randomness_no_vault_is_made) {
  crypto_.randoms_left = 0;
  EXPECT_FALSE(Vault::create(crypto_, bytes_of(kPassphrase), {}));
}

TEST_F(VaultTest, a_vault_goes_on_where_it_was_opened) {
  auto opened = open();
  ASSERT_TRUE(opened);
  Vault again = std::move(opened->vault);
  RecordChanges changes;
  changes[record(1, RecordType::kRoom)] = content("after a restart");
  const auto write = again.seal(crypto_, 1, changes);
  ASSERT_TRUE(write);
  EXPECT_EQ(write->put.size(), 2U);  // the same name as before
  apply(*write, disk_);
  const auto later = open();
  ASSERT_TRUE(later);
  EXPECT_EQ(text(later->rooms, 1, RecordType::kRoom), "after a restart");
  EXPECT_EQ(later->rooms.size(), 2U);
}

TEST(VaultStore, what_is_stored_is_told_without_a_passphrase) {
  EXPECT_EQ(look_at_store({}), StoreState::kAbsent);
  TestCrypto crypto;
  const Bytes key =
      seal_vault_key(crypto, bytes_of(kPassphrase), VaultKey::from(Bytes(32, 1)).value()).value();
  EXPECT_EQ(look_at_store(values_of({{Bytes{1}, key}, {Bytes{2}, Bytes{0}}})), StoreState::kLocked);
  EXPECT_EQ(look_at_store(values_of({{Bytes{1}, key}})), StoreState::kDamaged);
  EXPECT_EQ(look_at_store(values_of({{Bytes{2}, Bytes{0}}})), StoreState::kLeftovers);
  EXPECT_EQ(look_at_store(values_of({{Bytes{1}, Bytes{0x80}}, {Bytes{2}, Bytes{0}}})),
            StoreState::kDamaged);
}

}  // namespace
}  // namespace zerofc::member::test
