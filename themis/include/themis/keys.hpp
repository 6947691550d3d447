// Keys: EC P-256 key pairs and their containers (formats, section 1), symmetric keys, passphrases.
//
// A container is bytes from anywhere; EcPublicKey and EcPrivateKey are parsed and proved once:
// the point is on the curve, the scalar in [1, n). What holds such an object needs no further
// check.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "themis/bytes.hpp"
#include "themis/result.hpp"
#include "themis/secret.hpp"

namespace themis {

// Size in bytes of every container that this library makes, private and public.
inline constexpr std::size_t kEcContainerSize = 45;

using EcPublicContainer = std::array<std::uint8_t, kEcContainerSize>;

namespace detail {
struct EcPublicKeyData;
struct EcPrivateKeyData;
}  // namespace detail

// A P-256 public key. Copies share one immutable object; safe to use from several threads.
class EcPublicKey {
 public:
  // Takes a `UEC2` container of 45 bytes (compressed point) or 77 (uncompressed).
  // Errors: kMalformed, kCorrupt (CRC), kUnsupported (other curve, RSA), kInvalidKey, kLibcrypto.
  static Result<EcPublicKey> parse(BytesView container);

  // The 45-byte container with the compressed point, whatever form was parsed.
  [[nodiscard]] const EcPublicContainer& container() const;

  // Same point.
  friend bool operator==(const EcPublicKey& a, const EcPublicKey& b) {
    return a.container() == b.container();
  }

  [[nodiscard]] const detail::EcPublicKeyData& data() const { return *data_; }

 private:
  friend struct detail::EcPublicKeyData;
  explicit EcPublicKey(std::shared_ptr<const detail::EcPublicKeyData> data)
      : data_(std::move(data)) {}
  std::shared_ptr<const detail::EcPublicKeyData> data_;
};

// A P-256 private key with its public key. Move-only; wiped when it goes. A moved-from key may
// only be assigned or destroyed. Const use from several threads is safe.
class EcPrivateKey {
 public:
  // Error: kLibcrypto.
  static Result<EcPrivateKey> generate();

  // Takes a `REC2` container of 45 bytes, or 44 (no leading zero).
  // Errors: kMalformed, kCorrupt (CRC), kUnsupported (other curve, RSA), kInvalidKey, kLibcrypto.
  static Result<EcPrivateKey> parse(BytesView container);

  EcPrivateKey(EcPrivateKey&&) noexcept;
  EcPrivateKey& operator=(EcPrivateKey&&) noexcept;
  EcPrivateKey(const EcPrivateKey&) = delete;
  EcPrivateKey& operator=(const EcPrivateKey&) = delete;
  ~EcPrivateKey();

  // Error: kLibcrypto.
  [[nodiscard]] Result<EcPrivateKey> copy() const;

  [[nodiscard]] const EcPublicKey& public_key() const;

  // The 45-byte `REC2` container.
  [[nodiscard]] SecretArray<kEcContainerSize> container() const;

  bool operator==(const EcPrivateKey&) const = delete;
  friend std::ostream& operator<<(std::ostream&, const EcPrivateKey&) = delete;

  [[nodiscard]] const detail::EcPrivateKeyData& data() const { return *data_; }

 private:
  friend struct detail::EcPrivateKeyData;
  explicit EcPrivateKey(std::unique_ptr<detail::EcPrivateKeyData> data);
  std::unique_ptr<detail::EcPrivateKeyData> data_;
};

// A Secure Cell key: any non-empty byte string (it only ever keys an HMAC). 32 random bytes when
// generated.
class SymmetricKey {
 public:
  // Error: kLibcrypto.
  static Result<SymmetricKey> generate();
  // Errors: kInvalidArgument (empty), kTooLarge.
  static Result<SymmetricKey> copy_of(BytesView key);
  static Result<SymmetricKey> from(SecretBytes key);

  [[nodiscard]] SymmetricKey copy() const { return SymmetricKey(key_.copy()); }
  [[nodiscard]] BytesView view() const { return key_.view(); }

 private:
  explicit SymmetricKey(SecretBytes key) : key_(std::move(key)) {}
  SecretBytes key_;
};

// A passphrase: its UTF-8 bytes, taken as they are (no normalisation).
class Passphrase {
 public:
  // Errors: kInvalidArgument (empty), kTooLarge.
  static Result<Passphrase> copy_of(BytesView utf8);
  static Result<Passphrase> copy_of(std::string_view utf8) { return copy_of(bytes_of(utf8)); }

  [[nodiscard]] Passphrase copy() const { return Passphrase(text_.copy()); }
  [[nodiscard]] BytesView view() const { return text_.view(); }

 private:
  explicit Passphrase(SecretBytes text) : text_(std::move(text)) {}
  SecretBytes text_;
};

}  // namespace themis
