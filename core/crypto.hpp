// What the core asks of Themis. A native adapter (native/) implements it over themis/, the imports
// of the WebAssembly module over the official libthemis. Randomness comes in by no other way.
//
// Messages are 1 byte or longer. Key containers are 45 bytes and were checked for canonical form;
// whether their point is on the curve shows when they are used (kRefused).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

enum class CryptoError : std::uint8_t {
  kRefused,       // wrong key or context, forged, or not a key: nothing of the input may be used
  kTooExpensive,  // a passphrase cell that asks for more iterations than anybody should pay
  kFailed,        // the engine failed (no memory, no randomness): nothing was made; fail closed
};

template <class T>
using CryptoResult = Result<T, CryptoError>;

using SymmetricKeyView = std::span<const std::uint8_t, kSymmetricKeyBytes>;
using PrivateKeyView = std::span<const std::uint8_t, kKeyContainerBytes>;
using PublicKeyView = std::span<const std::uint8_t, kKeyContainerBytes>;

// An EC P-256 key pair as containers; what it is for is said by whoever makes it.
template <class Tag>
struct KeyPair {
  Secret<kKeyContainerBytes, Tag> private_key;
  Id<kKeyContainerBytes, Tag> public_key;
};
using SessionKeyPair = KeyPair<struct SessionKeyTag>;
using SigningKeyPair = KeyPair<struct SigningKeyTag>;
using ExchangeKeyPair = KeyPair<struct ExchangeKeyTag>;

class Crypto {
 public:
  Crypto() = default;
  Crypto(const Crypto&) = delete;
  Crypto& operator=(const Crypto&) = delete;
  virtual ~Crypto() = default;

  // SHA-256 of the pieces' concatenation. An engine that can't hash ends the program.
  [[nodiscard]] virtual Hash sha256(std::initializer_list<BytesView> pieces) = 0;
  // False, and `out` zeroed, if there is no randomness.
  [[nodiscard]] virtual bool random(std::span<std::uint8_t> out) = 0;

  // Secure Cell, Seal.
  virtual CryptoResult<Bytes> seal(SymmetricKeyView key, BytesView plaintext,
                                   BytesView context) = 0;
  virtual CryptoResult<SecretBytes> open(SymmetricKeyView key, BytesView cell,
                                         BytesView context) = 0;
  // Secure Cell, Seal with passphrase. Opening spends nothing on more than 2^22 iterations.
  virtual CryptoResult<Bytes> seal_with_passphrase(BytesView passphrase, BytesView plaintext,
                                                   BytesView context) = 0;
  virtual CryptoResult<SecretBytes> open_with_passphrase(BytesView passphrase, BytesView cell,
                                                         BytesView context) = 0;

  // Secure Message. verify() takes a whole signed message and says only whether it is authentic.
  virtual CryptoResult<Bytes> sign(PrivateKeyView key, BytesView message) = 0;
  virtual CryptoResult<void> verify(PublicKeyView key, BytesView signed_message) = 0;
  virtual CryptoResult<Bytes> encrypt(PrivateKeyView own, PublicKeyView peer,
                                      BytesView message) = 0;
  virtual CryptoResult<SecretBytes> decrypt(PrivateKeyView own, PublicKeyView peer,
                                            BytesView encrypted) = 0;

  template <class Tag>
  CryptoResult<KeyPair<Tag>> make_key_pair() {
    KeyPair<Tag> pair;
    if (!make_keys(pair.private_key.mutable_view(), pair.public_key.mutable_bytes())) {
      return fail(CryptoError::kFailed);
    }
    return pair;
  }
  // A random id or secret; none if there is no randomness.
  template <class Value>
  CryptoResult<Value> make_random() {
    std::array<std::uint8_t, Value::kBytes> bytes{};
    const bool made = random(bytes);
    auto value = Value::from(bytes);
    wipe(bytes.data(), bytes.size());
    if (!made || !value) return fail(CryptoError::kFailed);
    return std::move(*value);
  }

 protected:
  virtual bool make_keys(std::span<std::uint8_t, kKeyContainerBytes> private_key,
                         std::span<std::uint8_t, kKeyContainerBytes> public_key) = 0;
};

}  // namespace zerofc
