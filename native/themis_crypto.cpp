#include "native/themis_crypto.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "themis/hash.hpp"
#include "themis/keys.hpp"
#include "themis/random.hpp"
#include "themis/secure_cell.hpp"
#include "themis/secure_message.hpp"

namespace zerofc {
namespace {

static_assert(kKeyContainerBytes == themis::kEcContainerSize);

CryptoError to_core(const themis::Error& error) {
  switch (error.code) {
    case themis::ErrorCode::kTooExpensive:
      return CryptoError::kTooExpensive;
    case themis::ErrorCode::kLibcrypto:
      return CryptoError::kFailed;
    default:
      return CryptoError::kRefused;
  }
}

CryptoResult<Bytes> to_core(themis::Result<themis::Bytes> result) {
  if (!result) return fail(to_core(result.error()));
  return std::move(*result);
}

// The two wipe by functions of their own, so their buffers can't change hands.
CryptoResult<SecretBytes> to_core(const themis::Result<themis::SecretBytes>& result) {
  if (!result) return fail(to_core(result.error()));
  return SecretBytes::copy_of(result->view());
}

}  // namespace

Hash ThemisCrypto::sha256(std::initializer_list<BytesView> pieces) {
  const auto digest = themis::sha256(pieces);
  if (!digest) std::abort();
  return Hash(*digest);
}

bool ThemisCrypto::random(std::span<std::uint8_t> out) {
  return themis::fill_random(out).has_value();
}

CryptoResult<Bytes> ThemisCrypto::seal(SymmetricKeyView key, BytesView plaintext,
                                       BytesView context) {
  const auto symmetric = themis::SymmetricKey::copy_of(key);
  if (!symmetric) return fail(to_core(symmetric.error()));
  return to_core(themis::secure_cell::seal(*symmetric, plaintext, context));
}

CryptoResult<SecretBytes> ThemisCrypto::open(SymmetricKeyView key, BytesView cell,
                                             BytesView context) {
  const auto symmetric = themis::SymmetricKey::copy_of(key);
  if (!symmetric) return fail(to_core(symmetric.error()));
  return to_core(themis::secure_cell::open(*symmetric, cell, context));
}

CryptoResult<Bytes> ThemisCrypto::seal_with_passphrase(BytesView passphrase, BytesView plaintext,
                                                       BytesView context) {
  const auto text = themis::Passphrase::copy_of(passphrase);
  if (!text) return fail(to_core(text.error()));
  return to_core(themis::secure_cell::seal(*text, plaintext, context));
}

CryptoResult<SecretBytes> ThemisCrypto::open_with_passphrase(BytesView passphrase, BytesView cell,
                                                             BytesView context) {
  const auto text = themis::Passphrase::copy_of(passphrase);
  if (!text) return fail(to_core(text.error()));
  return to_core(themis::secure_cell::open(*text, cell, context));
}

CryptoResult<Bytes> ThemisCrypto::sign(PrivateKeyView key, BytesView message) {
  const auto own = themis::EcPrivateKey::parse(key);
  if (!own) return fail(to_core(own.error()));
  return to_core(themis::secure_message::sign(*own, message));
}

CryptoResult<void> ThemisCrypto::verify(PublicKeyView key, BytesView signed_message) {
  const auto signer = themis::EcPublicKey::parse(key);
  if (!signer) return fail(to_core(signer.error()));
  const auto message = themis::secure_message::verify(*signer, signed_message);
  if (!message) return fail(to_core(message.error()));
  return {};
}

CryptoResult<Bytes> ThemisCrypto::encrypt(PrivateKeyView own, PublicKeyView peer,
                                          BytesView message) {
  const auto own_key = themis::EcPrivateKey::parse(own);
  if (!own_key) return fail(to_core(own_key.error()));
  const auto peer_key = themis::EcPublicKey::parse(peer);
  if (!peer_key) return fail(to_core(peer_key.error()));
  return to_core(themis::secure_message::encrypt(*own_key, *peer_key, message));
}

CryptoResult<SecretBytes> ThemisCrypto::decrypt(PrivateKeyView own, PublicKeyView peer,
                                                BytesView encrypted) {
  const auto own_key = themis::EcPrivateKey::parse(own);
  if (!own_key) return fail(to_core(own_key.error()));
  const auto peer_key = themis::EcPublicKey::parse(peer);
  if (!peer_key) return fail(to_core(peer_key.error()));
  return to_core(themis::secure_message::decrypt(*own_key, *peer_key, encrypted));
}

bool ThemisCrypto::make_keys(std::span<std::uint8_t, kKeyContainerBytes> private_key,
                             std::span<std::uint8_t, kKeyContainerBytes> public_key) {
  const auto key = themis::EcPrivateKey::generate();
  if (!key) return false;
  const auto container = key->container();
  std::copy(container.view().begin(), container.view().end(), private_key.begin());
  const auto& public_container = key->public_key().container();
  std::copy(public_container.begin(), public_container.end(), public_key.begin());
  return true;
}

}  // namespace zerofc
