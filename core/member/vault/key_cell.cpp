#include "core/member/vault/key_cell.hpp"

#include <cstddef>
#include <utility>

#include "core/member/vault/records.hpp"

namespace zerofc::member {
namespace {

// A Themis passphrase cell, all integers little-endian:
//
//   0   4  algorithm id 0x41010100       20  12  IV
//   4   4  IV length 12                  32  16  tag
//   8   4  tag length 16                 48   4  PBKDF2 iterations
//   12  4  message length 32             52   2  salt length 16
//   16  4  KDF context length 22         54  16  salt, then the ciphertext
constexpr std::size_t kHeaderBytes = 70;
constexpr std::size_t kIterationsAt = 48;
constexpr std::size_t kSaltLengthAt = 52;

std::uint32_t u32le(BytesView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) | static_cast<std::uint32_t>(bytes[at + 1]) << 8U |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16U |
         static_cast<std::uint32_t>(bytes[at + 3]) << 24U;
}

// Canonical form, as for all that goes to Themis (§2.3): otherwise the two builds in use could
// disagree on whether a vault opens.
bool is_passphrase_cell(BytesView cell) {
  return cell.size() == kHeaderBytes + kSymmetricKeyBytes && u32le(cell, 0) == 0x41010100 &&
         u32le(cell, 4) == 12 && u32le(cell, 8) == 16 && u32le(cell, 12) == kSymmetricKeyBytes &&
         u32le(cell, 16) == 22 && cell[kSaltLengthAt] == 16 && cell[kSaltLengthAt + 1] == 0 &&
         u32le(cell, kIterationsAt) != 0;
}

}  // namespace

CryptoResult<Bytes> seal_vault_key(Crypto& crypto, BytesView passphrase, const VaultKey& key) {
  const auto cell = crypto.seal_with_passphrase(passphrase, key.view(), vault_key_context());
  if (!cell) return fail(cell.error());
  return encode_key_value(*cell);
}

Result<void, VaultError> look_at_vault_key(BytesView value) {
  const auto key = decode_key_value(value);
  if (!key) return fail(VaultError::kDamaged);
  if (key->version > kVaultVersion) return fail(VaultError::kNewer);
  if (!is_passphrase_cell(key->passphrase_cell)) return fail(VaultError::kDamaged);
  return {};
}

Result<VaultKey, VaultError> open_vault_key(Crypto& crypto, BytesView passphrase, BytesView value) {
  if (const auto looked = look_at_vault_key(value); !looked) return fail(looked.error());
  const BytesView cell = decode_key_value(value)->passphrase_cell;
  // "a vault whose passphrase cell asks for more than 2^22 PBKDF2 iterations [is refused], before
  // any is spent"
  if (u32le(cell, kIterationsAt) > kIterationsMax) return fail(VaultError::kTooExpensive);
  // Themis takes no empty passphrase, and none was ever sealed with.
  if (passphrase.empty()) return fail(VaultError::kWrongPassphrase);
  const auto opened = crypto.open_with_passphrase(passphrase, cell, vault_key_context());
  if (!opened) {
    switch (opened.error()) {
      case CryptoError::kRefused:
        return fail(VaultError::kWrongPassphrase);
      case CryptoError::kTooExpensive:
        return fail(VaultError::kTooExpensive);
      case CryptoError::kFailed:
        return fail(VaultError::kFailed);
    }
  }
  auto key = VaultKey::from(opened->view());
  if (!key) return fail(VaultError::kDamaged);
  return std::move(*key);
}

}  // namespace zerofc::member
