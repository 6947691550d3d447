// An engine that counts what it is asked to open, verify or decrypt, and fails when it is told to.
#pragma once

#include "native/themis_crypto.hpp"

namespace zerofc::testing {

class FailingCrypto final : public Crypto {
 public:
  bool fails = false;  // everything but hashes
  bool no_randomness = false;
  std::size_t calls = 0;  // open, verify, decrypt

  [[nodiscard]] Hash sha256(std::initializer_list<BytesView> pieces) override {
    return real_.sha256(pieces);
  }
  [[nodiscard]] bool random(std::span<std::uint8_t> out) override {
    return !fails && !no_randomness && real_.random(out);
  }
  CryptoResult<Bytes> seal(SymmetricKeyView key, BytesView plaintext, BytesView context) override {
    if (fails || no_randomness) return fail(CryptoError::kFailed);
    return real_.seal(key, plaintext, context);
  }
  CryptoResult<SecretBytes> open(SymmetricKeyView key, BytesView cell, BytesView context) override {
    ++calls;
    if (fails) return fail(CryptoError::kFailed);
    return real_.open(key, cell, context);
  }
  CryptoResult<Bytes> seal_with_passphrase(BytesView passphrase, BytesView plaintext,
                                           BytesView context) override {
    return real_.seal_with_passphrase(passphrase, plaintext, context);
  }
  CryptoResult<SecretBytes> open_with_passphrase(BytesView passphrase, BytesView cell,
                                                 BytesView context) override {
    return real_.open_with_passphrase(passphrase, cell, context);
  }
  CryptoResult<Bytes> sign(PrivateKeyView key, BytesView message) override {
    if (fails || no_randomness) return fail(CryptoError::kFailed);
    return real_.sign(key, message);
  }
  CryptoResult<void> verify(PublicKeyView key, BytesView signed_message) override {
    ++calls;
    if (fails) return fail(CryptoError::kFailed);
    return real_.verify(key, signed_message);
  }
  CryptoResult<Bytes> encrypt(PrivateKeyView own, PublicKeyView peer, BytesView message) override {
    if (fails || no_randomness) return fail(CryptoError::kFailed);
    return real_.encrypt(own, peer, message);
  }
  CryptoResult<SecretBytes> decrypt(PrivateKeyView own, PublicKeyView peer,
                                    BytesView encrypted) override {
    ++calls;
    if (fails) return fail(CryptoError::kFailed);
    return real_.decrypt(own, peer, encrypted);
  }

 protected:
  bool make_keys(std::span<std::uint8_t, kKeyContainerBytes> private_key,
                 std::span<std::uint8_t, kKeyContainerBytes> public_key) override {
    if (fails || no_randomness) return false;
    auto pair = real_.make_key_pair<struct AnyTag>();
    if (!pair) return false;
    std::copy(pair->private_key.view().begin(), pair->private_key.view().end(),
              private_key.begin());
    std::copy(pair->public_key.bytes().begin(), pair->public_key.bytes().end(), public_key.begin());
    return true;
  }

 private:
  ThemisCrypto real_;
};

}  // namespace zerofc::testing
