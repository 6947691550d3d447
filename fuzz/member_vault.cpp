// A hostile disk: values that are anything, under a passphrase that is right. The first byte says
// what the rest is. Whatever is stored, it is refused with a reason or opens into what was put.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "core/member/vault/vault.hpp"
#include "native/themis_crypto.hpp"
#include "themis/secure_cell.hpp"

namespace {

using zerofc::Bytes;
using zerofc::BytesView;
using zerofc::member::IndexContent;
using zerofc::member::IndexEntry;
using zerofc::member::RecordName;
using zerofc::member::Vault;
using zerofc::member::VaultValue;
namespace member = zerofc::member;

constexpr std::string_view kPassphrase = "correct horse battery";

void check(bool holds) {
  if (!holds) std::abort();
}

class Store {
 public:
  Store() : key_(zerofc::VaultKey::from(Bytes(32, 7)).value()) {
    const auto passphrase = themis::Passphrase::copy_of(kPassphrase);
    const auto cell =
        themis::secure_cell::seal(*passphrase, key_.view(), member::vault_key_context(), 1);
    key_value_ = member::encode_key_value(*cell);
  }
  Bytes sealed(BytesView content, const Bytes& context) {
    if (content.empty()) return {};
    return crypto_.seal(key_.view(), content, context).value();
  }
  const Bytes& key_value() const { return key_value_; }
  zerofc::Hash digest(const Bytes& value) { return crypto_.sha256({value}); }
  auto open(const std::vector<VaultValue>& values) {
    static_cast<void>(member::look_at_store(values));
    return Vault::open(crypto_, zerofc::bytes_of(kPassphrase), values);
  }
  zerofc::Crypto& crypto() { return crypto_; }

 private:
  zerofc::ThemisCrypto crypto_;
  zerofc::VaultKey key_;
  Bytes key_value_;
};

// The index is right; what a record has inside is anything.
void open_record(Store& store, BytesView plaintext) {
  if (plaintext.empty()) return;
  RecordName name;
  name.mutable_bytes().fill(9);
  const Bytes value = store.sealed(plaintext, member::vault_record_context(name, 1));
  IndexContent index;
  index.entries.push_back(IndexEntry{.name = name, .version = 1, .digest = store.digest(value)});
  const auto opened =
      store.open({{Bytes{1}, store.key_value()},
                  {Bytes{2}, store.sealed(member::encode(index), member::vault_index_context())},
                  {zerofc::to_bytes(name.view()), value}});
  const auto record = member::decode_record(plaintext);
  check(opened.has_value() == record.has_value());
  if (!record) return;
  // Deterministic: what was read is what would be written.
  const auto again = member::encode_record(record->id, record->content);
  check(Bytes(again.begin(), again.end()) == zerofc::to_bytes(plaintext));
}

// What the index has inside is anything.
void open_index(Store& store, BytesView content) {
  if (content.empty()) return;
  const auto opened =
      store.open({{Bytes{1}, store.key_value()},
                  {Bytes{2}, store.sealed(content, member::vault_index_context())}});
  const auto index = member::decode_index(content);
  check(opened.has_value() ==
        (index && index->version == member::kVaultVersion && index->entries.empty()));
}

// Names and values one after another, each behind its length.
void open_values(Store& store, BytesView bytes) {
  std::vector<VaultValue> values;
  const auto take = [&bytes] {
    if (bytes.empty()) return Bytes();
    const std::size_t size = std::min<std::size_t>(bytes[0], bytes.size() - 1);
    Bytes taken = zerofc::to_bytes(bytes.subspan(1, size));
    bytes = bytes.subspan(1 + size);
    return taken;
  };
  while (!bytes.empty() && values.size() < 64) {
    VaultValue value;
    value.name = take();
    value.value = take();
    values.push_back(std::move(value));
  }
  // Iterations of the attacker's choice cost time, up to the cap: not here.
  for (VaultValue& value : values) {
    const auto key = member::decode_key_value(value.value);
    if (key && key->passphrase_cell.size() == 102) value.value[value.value.size() - 51] = 0xff;
  }
  check(!store.open(values));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Store store;
  if (size == 0) return 0;
  const BytesView rest(data + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      open_record(store, rest);
      break;
    case 1:
      open_index(store, rest);
      break;
    case 2:
      open_values(store, rest);
      break;
    default: {
      const auto looked = member::look_at_vault_key(rest);
      const auto key = member::decode_key_value(rest);
      check(!looked || (key && key->version == member::kVaultVersion));
    }
  }
  return 0;
}
