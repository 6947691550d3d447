// The core's cryptography on native machines: core/crypto.hpp over themis/.
#pragma once

#include "core/crypto.hpp"

namespace zerofc {

// Has no state: one object may serve several threads at once.
//
// Errors. kTooExpensive: the passphrase cell's iteration count is above the cap. kFailed: libcrypto
// failed. kRefused: everything else, including arguments outside of what core/crypto.hpp allows
// (empty or above 64 MiB). If libcrypto can't hash, sha256() ends the process: a made-up hash would
// be taken for a room, a member or a link of the chain.
class ThemisCrypto final : public Crypto {
 public:
  [[nodiscard]] Hash sha256(std::initializer_list<BytesView> pieces) override;
  [[nodiscard]] bool random(std::span<std::uint8_t> out) override;

  CryptoResult<Bytes> seal(SymmetricKeyView key, BytesView plaintext, BytesView context) override;
  CryptoResult<SecretBytes> open(SymmetricKeyView key, BytesView cell, BytesView context) override;
  CryptoResult<Bytes> seal_with_passphrase(BytesView passphrase, BytesView plaintext,
                                           BytesView context) override;
  CryptoResult<SecretBytes> open_with_passphrase(BytesView passphrase, BytesView cell,
                                                 BytesView context) override;

  CryptoResult<Bytes> sign(PrivateKeyView key, BytesView message) override;
  CryptoResult<void> verify(PublicKeyView key, BytesView signed_message) override;
  CryptoResult<Bytes> encrypt(PrivateKeyView own, PublicKeyView peer, BytesView message) override;
  CryptoResult<SecretBytes> decrypt(PrivateKeyView own, PublicKeyView peer,
                                    BytesView encrypted) override;

 protected:
  bool make_keys(std::span<std::uint8_t, kKeyContainerBytes> private_key,
                 std::span<std::uint8_t, kKeyContainerBytes> public_key) override;
};

}  // namespace zerofc
