// Themis with random numbers from a seed, and passphrase cells that cost little: for tests only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "native/themis_crypto.hpp"
#include "themis/secure_cell.hpp"

namespace zerofc::member::test {

class TestCrypto : public Crypto {
 public:
  explicit TestCrypto(std::uint64_t seed = 1) : engine_(seed) {}

  // Of each, how many calls are still granted before the engine fails.
  std::size_t randoms_left = SIZE_MAX;
  std::size_t seals_left = SIZE_MAX;
  // Calls so far.
  std::size_t passphrase_opens = 0;
  std::size_t opens = 0;

  Hash sha256(std::initializer_list<BytesView> pieces) override { return themis_.sha256(pieces); }
  bool random(std::span<std::uint8_t> out) override {
    const bool granted = take(randoms_left);
    for (std::uint8_t& byte : out) byte = granted ? static_cast<std::uint8_t>(engine_()) : 0;
    return granted;
  }
  CryptoResult<Bytes> seal(SymmetricKeyView key, BytesView plaintext, BytesView context) override {
    if (!take(seals_left)) return fail(CryptoError::kFailed);
    return themis_.seal(key, plaintext, context);
  }
  CryptoResult<SecretBytes> open(SymmetricKeyView key, BytesView cell, BytesView context) override {
    ++opens;
    return themis_.open(key, cell, context);
  }
  // The form is Themis', the iterations are few.
  CryptoResult<Bytes> seal_with_passphrase(BytesView passphrase, BytesView plaintext,
                                           BytesView context) override {
    const auto secret = themis::Passphrase::copy_of(text_of(passphrase));
    if (!secret) return fail(CryptoError::kRefused);
    auto cell = themis::secure_cell::seal(*secret, plaintext, context, 10);
    if (!cell) return fail(CryptoError::kFailed);
    return Bytes(cell->begin(), cell->end());
  }
  CryptoResult<SecretBytes> open_with_passphrase(BytesView passphrase, BytesView cell,
                                                 BytesView context) override {
    ++passphrase_opens;
    return themis_.open_with_passphrase(passphrase, cell, context);
  }
  CryptoResult<Bytes> sign(PrivateKeyView key, BytesView message) override {
    return themis_.sign(key, message);
  }
  CryptoResult<void> verify(PublicKeyView key, BytesView signed_message) override {
    return themis_.verify(key, signed_message);
  }
  CryptoResult<Bytes> encrypt(PrivateKeyView own, PublicKeyView peer, BytesView message) override {
    return themis_.encrypt(own, peer, message);
  }
  CryptoResult<SecretBytes> decrypt(PrivateKeyView own, PublicKeyView peer,
                                    BytesView encrypted) override {
    return themis_.decrypt(own, peer, encrypted);
  }

 protected:
  bool make_keys(std::span<std::uint8_t, kKeyContainerBytes> private_key,
                 std::span<std::uint8_t, kKeyContainerBytes> public_key) override {
    const auto pair = themis_.make_key_pair<SessionKeyTag>();
    if (!pair) return false;
    const auto own = pair->private_key.view();
    std::copy(own.begin(), own.end(), private_key.begin());
    std::copy(pair->public_key.bytes().begin(), pair->public_key.bytes().end(), public_key.begin());
    return true;
  }

 private:
  static bool take(std::size_t& left) {
    if (left == 0) return false;
    if (left != SIZE_MAX) --left;
    return true;
  }

  ThemisCrypto themis_;
  std::mt19937_64 engine_;
};

}  // namespace zerofc::member::test
