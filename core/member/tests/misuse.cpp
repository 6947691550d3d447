// Correct use of the vault's secrets, and beside it misuse that must not compile.
#include <iostream>

#include "core/member/vault/vault.hpp"

namespace {

using zerofc::member::Vault;

bool correct(zerofc::Crypto& crypto, Vault& vault, const zerofc::VaultKey& key) {
  const Vault moved = std::move(vault);
  const auto value = zerofc::member::seal_vault_key(crypto, zerofc::bytes_of("passphrase"), key);
  return value.has_value() && moved.has_unstored();
}

[[maybe_unused]] auto* const kUsed = &correct;

#ifdef COPY_VAULT
Vault misuse(const Vault& vault) { return vault; }
#endif
#ifdef COPY_VAULT_KEY
zerofc::VaultKey misuse(const zerofc::VaultKey& key) { return key; }
#endif
#ifdef COMPARE_VAULT_KEYS
bool misuse(const zerofc::VaultKey& a, const zerofc::VaultKey& b) { return a == b; }
#endif
#ifdef PRINT_VAULT_KEY
void misuse(const zerofc::VaultKey& key) { std::cout << key; }
#endif
#ifdef SEAL_A_ROOM_KEY
auto misuse(zerofc::Crypto& crypto, const zerofc::RoomKey& key) {
  return zerofc::member::seal_vault_key(crypto, zerofc::bytes_of("passphrase"), key);
}
#endif
#ifdef DROP_OPENED_VAULT
void misuse(zerofc::Crypto& crypto) { Vault::open(crypto, zerofc::bytes_of("passphrase"), {}); }
#endif

}  // namespace
