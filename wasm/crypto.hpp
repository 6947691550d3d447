// The official Themis behind core/crypto.hpp, over the module's imports.
#pragma once

#include "core/crypto.hpp"

namespace zerofc {

class WasmCrypto final : public Crypto {
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
