#include "core/member/vault/vault.hpp"

#include "core/log/checked.hpp"

namespace zerofc::member {
namespace {

using Values = std::map<Bytes, BytesView>;

// By name; none if a name occurs twice.
std::optional<Values> by_name(std::span<const VaultValue> values) {
  Values named;
  for (const VaultValue& value : values) {
    if (!named.emplace(value.name, value.value).second) return std::nullopt;
  }
  return named;
}

// A cell of ours, opened.
Result<SecretBytes, VaultError> open_cell(Crypto& crypto, const VaultKey& key, BytesView cell,
                                          BytesView context) {
  auto opened = checked::open(crypto, key.view(), cell, context);
  if (opened) return std::move(*opened);
  return fail(opened.error() == CryptoError::kFailed ? VaultError::kFailed : VaultError::kDamaged);
}

}  // namespace

StoreState look_at_store(std::span<const VaultValue> values) {
  if (values.empty()) return StoreState::kAbsent;
  const auto named = by_name(values);
  if (!named) return StoreState::kDamaged;
  const auto key = named->find(vault_key_name());
  if (key == named->end()) return StoreState::kLeftovers;
  if (const auto looked = look_at_vault_key(key->second); !looked) {
    return looked.error() == VaultError::kNewer ? StoreState::kNewer : StoreState::kDamaged;
  }
  return named->count(vault_index_name()) == 1 ? StoreState::kLocked : StoreState::kDamaged;
}

CryptoResult<Vault> Vault::create(Crypto& crypto, BytesView passphrase,
                                  std::vector<Bytes> leftovers) {
  auto key = crypto.make_random<VaultKey>();
  if (!key) return fail(key.error());
  auto value = seal_vault_key(crypto, passphrase, *key);
  if (!value) return fail(value.error());
  Vault vault(std::move(*key));
  for (Bytes& name : leftovers) vault.unstored_.erase.insert(std::move(name));
  // These two it has itself.
  vault.unstored_.erase.erase(vault_key_name());
  vault.unstored_.erase.erase(vault_index_name());
  vault.unstored_.put.emplace(vault_key_name(), std::move(*value));
  return vault;
}

Result<Vault::Opened, VaultError> Vault::open(Crypto& crypto, BytesView passphrase,
                                              std::span<const VaultValue> values) {
  const auto named = by_name(values);
  if (!named) return fail(VaultError::kDamaged);
  const auto key_value = named->find(vault_key_name());
  const auto index_value = named->find(vault_index_name());
  if (key_value == named->end() || index_value == named->end()) return fail(VaultError::kDamaged);
  auto key = open_vault_key(crypto, passphrase, key_value->second);
  if (!key) return fail(key.error());

  const auto index_bytes = open_cell(crypto, *key, index_value->second, vault_index_context());
  if (!index_bytes) return fail(index_bytes.error());
  const auto index = decode_index(index_bytes->view());
  if (!index) return fail(VaultError::kDamaged);
  if (index->version > kVaultVersion) return fail(VaultError::kNewer);
  // The key cell, the index, and exactly the records.
  if (named->size() != index->entries.size() + 2) return fail(VaultError::kDamaged);

  Opened opened{.vault = Vault(std::move(*key)), .rooms = {}};
  opened.vault.generation_ = index->generation;
  for (const IndexEntry& entry : index->entries) {
    const auto value = named->find(to_bytes(entry.name.view()));
    if (value == named->end()) return fail(VaultError::kDamaged);
    // "A record whose digest or version is not the index's is refused."
    if (crypto.sha256({value->second}) != entry.digest) return fail(VaultError::kDamaged);
    const auto plaintext = open_cell(crypto, opened.vault.key_, value->second,
                                     vault_record_context(entry.name, entry.version));
    if (!plaintext) return fail(plaintext.error());
    const auto record = decode_record(plaintext->view());
    if (!record) return fail(VaultError::kDamaged);
    // Two records in one place, or one name for two places.
    if (!opened.vault.index_.emplace(record->id, entry).second) return fail(VaultError::kDamaged);
    opened.rooms[record->id.room].push_back(
        RoomRecord{.type = record->id.type,
                   .index = record->id.index,
                   .content = WipedBuffer(record->content.begin(), record->content.end())});
  }
  return opened;
}

CryptoResult<WriteVault> Vault::seal(Crypto& crypto, std::uint64_t write,
                                     const RecordChanges& changes) {
  Index index = index_;
  Unstored unstored = unstored_;
  for (const auto& [id, content] : changes) {
    const auto known = index.find(id);
    if (!content) {
      if (known == index.end()) continue;
      Bytes name = to_bytes(known->second.name.view());
      unstored.put.erase(name);
      unstored.erase.insert(std::move(name));
      index.erase(known);
      continue;
    }
    IndexEntry entry;
    if (known != index.end()) {
      entry = known->second;
    } else {
      auto name = crypto.make_random<RecordName>();
      if (!name) return fail(name.error());
      entry.name = *name;
    }
    ++entry.version;
    auto sealed = seal_record(crypto, id, *content, entry);
    if (!sealed) return fail(sealed.error());
    unstored.put.insert_or_assign(to_bytes(entry.name.view()), std::move(*sealed));
    index.insert_or_assign(id, entry);
  }
  auto sealed_index = seal_index(crypto, generation_ + 1, index);
  if (!sealed_index) return fail(sealed_index.error());
  unstored.put.insert_or_assign(vault_index_name(), std::move(*sealed_index));

  ++generation_;
  index_ = std::move(index);
  unstored_ = std::move(unstored);
  WriteVault out{.write = write, .put = {}, .erase = {}};
  for (const auto& [name, value] : unstored_.put) {
    out.put.push_back(VaultValue{.name = name, .value = value});
  }
  out.erase.assign(unstored_.erase.begin(), unstored_.erase.end());
  return out;
}

CryptoResult<Bytes> Vault::seal_record(Crypto& crypto, const RecordId& id, BytesView content,
                                       IndexEntry& entry) const {
  const WipedBuffer plaintext = encode_record(id, content);
  auto sealed =
      crypto.seal(key_.view(), plaintext, vault_record_context(entry.name, entry.version));
  if (sealed) entry.digest = crypto.sha256({*sealed});
  return sealed;
}

CryptoResult<Bytes> Vault::seal_index(Crypto& crypto, std::uint64_t generation,
                                      const Index& index) const {
  IndexContent content;
  content.generation = generation;
  content.entries.reserve(index.size());
  for (const auto& [id, entry] : index) content.entries.push_back(entry);
  return crypto.seal(key_.view(), encode(content), vault_index_context());
}

std::vector<RecordId> Vault::records_of(const RoomId& room) const {
  std::vector<RecordId> ids;
  const RecordId first{.room = room, .type = RecordType{0}, .index = 0};
  for (auto at = index_.lower_bound(first); at != index_.end() && at->first.room == room; ++at) {
    ids.push_back(at->first);
  }
  return ids;
}

}  // namespace zerofc::member
