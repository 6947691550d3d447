// The vault key under the passphrase: docs/protocol.md §7.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/crypto.hpp"
#include "core/wire/types.hpp"

namespace zerofc::member {

enum class VaultError : std::uint8_t {
  kNewer,            // a newer client wrote it
  kDamaged,          // something in it is not what a vault has there
  kTooExpensive,     // its passphrase cell asks for more than kIterationsMax
  kWrongPassphrase,  // nothing was changed
  kFailed,           // the engine failed
};

// PBKDF2 iterations of the passphrase cell. Themis seals with 314,110.
inline constexpr std::uint32_t kIterationsMax = std::uint32_t{1} << 22;

// vault-key-value over `key`: kFailed or the value.
CryptoResult<Bytes> seal_vault_key(Crypto& crypto, BytesView passphrase, const VaultKey& key);

// What a vault-key-value says without a passphrase: nothing, kNewer or kDamaged. Costs nothing.
[[nodiscard]] Result<void, VaultError> look_at_vault_key(BytesView value);

// Form and cost are checked first: no iteration is spent on a value that could not be opened or
// asks for too many.
Result<VaultKey, VaultError> open_vault_key(Crypto& crypto, BytesView passphrase, BytesView value);

}  // namespace zerofc::member
