#include "themis/secure_message.hpp"

#include <algorithm>

#include "byte_order.hpp"
#include "ec.hpp"
#include "key_data.hpp"
#include "themis/secure_cell.hpp"

namespace themis::secure_message {
namespace {

using detail::load_le;
using detail::store_le;

constexpr std::uint32_t kSignedEc = 0x26042620;
constexpr std::uint32_t kSignedRsa = 0x26042610;
constexpr std::uint32_t kEncryptedEc = 0x26042720;
constexpr std::uint32_t kEncryptedRsa = 0x26042710;
constexpr std::size_t kEncryptedHeaderSize = 8;

Result<void> check_size(BytesView message) {
  if (message.empty()) return fail(ErrorCode::kInvalidArgument);
  if (message.size() > kMaxMessage) {
    return fail(ErrorCode::kTooLarge, kMaxMessage, message.size());
  }
  return {};
}

// "Upstream only compares the upper three bytes of the type. Harden: require exactly 0x26042620
// with EC keys." (4.1)
Result<void> check_type(BytesView message, std::uint32_t ec, std::uint32_t rsa) {
  const auto type = load_le<std::uint32_t>(message.data());
  if (type == rsa) return fail(ErrorCode::kUnsupported, ec, type);
  if (type != ec) return fail(ErrorCode::kMalformed, ec, type);
  return {};
}

// "There is no extra hashing of Z: the raw 32 bytes (leading zeros kept) are the Seal master
// key." (4.2)
Result<SymmetricKey> shared_key(const EcPrivateKey& own_key, const EcPublicKey& peer) {
  const auto shared = detail::ecdh(own_key.data().scalar.get(), peer.data().point.get());
  if (!shared) return Failure(shared.error());
  return SymmetricKey::copy_of(shared->view());
}

}  // namespace

Result<Bytes> sign(const EcPrivateKey& own_key, BytesView message) {
  if (const auto good = check_size(message); !good) return Failure(good.error());
  const auto signature = detail::ecdsa_sign(own_key.data().pkey.get(), {message});
  if (!signature) return Failure(signature.error());
  Bytes out(kSignedHeaderSize);
  store_le(out.data(), kSignedEc);
  store_le(out.data() + 4, static_cast<std::uint32_t>(message.size()));
  store_le(out.data() + 8, static_cast<std::uint32_t>(signature->size()));
  out.reserve(kSignedHeaderSize + message.size() + signature->size());
  detail::append(out, message);
  detail::append(out, *signature);
  return out;
}

Result<Bytes> verify(const EcPublicKey& signer, BytesView signed_message) {
  if (signed_message.size() < kSignedHeaderSize) {
    return fail(ErrorCode::kMalformed, kSignedHeaderSize, signed_message.size());
  }
  if (const auto good = check_type(signed_message, kSignedEc, kSignedRsa); !good) {
    return Failure(good.error());
  }
  const std::uint64_t message_size = load_le<std::uint32_t>(signed_message.data() + 4);
  const std::uint64_t signature_size = load_le<std::uint32_t>(signed_message.data() + 8);
  const std::uint64_t total = kSignedHeaderSize + message_size + signature_size;
  if (total > signed_message.size()) {
    return fail(ErrorCode::kMalformed, total, signed_message.size());
  }
  if (message_size == 0) return fail(ErrorCode::kMalformed, 1, 0);
  if (message_size > kMaxMessage) return fail(ErrorCode::kTooLarge, kMaxMessage, message_size);
  if (signature_size == 0 || signature_size > kSignatureMax) {
    return fail(ErrorCode::kMalformed, kSignatureMax, signature_size);
  }
  const BytesView message = signed_message.subspan(kSignedHeaderSize, message_size);
  const BytesView signature =
      signed_message.subspan(kSignedHeaderSize + message_size, signature_size);
  const auto authentic = detail::ecdsa_verify(signer.data().pkey.get(), {message}, signature);
  if (!authentic) return Failure(authentic.error());
  return Bytes(message.begin(), message.end());
}

Result<Bytes> encrypt(const EcPrivateKey& own_key, const EcPublicKey& peer, BytesView message) {
  if (const auto good = check_size(message); !good) return Failure(good.error());
  const auto key = shared_key(own_key, peer);
  if (!key) return Failure(key.error());
  const auto cell = secure_cell::seal(*key, message);
  if (!cell) return Failure(cell.error());
  Bytes out(kEncryptedHeaderSize);
  store_le(out.data(), kEncryptedEc);
  store_le(out.data() + 4, static_cast<std::uint32_t>(kEncryptedHeaderSize + cell->size()));
  detail::append(out, *cell);
  return out;
}

Result<SecretBytes> decrypt(const EcPrivateKey& own_key, const EcPublicKey& peer,
                            BytesView encrypted) {
  if (encrypted.size() <= kEncryptedOverhead) {
    return fail(ErrorCode::kMalformed, kEncryptedOverhead + 1, encrypted.size());
  }
  if (const auto good = check_type(encrypted, kEncryptedEc, kEncryptedRsa); !good) {
    return Failure(good.error());
  }
  const auto total = load_le<std::uint32_t>(encrypted.data() + 4);
  if (total != encrypted.size()) return fail(ErrorCode::kMalformed, encrypted.size(), total);
  const auto key = shared_key(own_key, peer);
  if (!key) return Failure(key.error());
  return secure_cell::open(*key, encrypted.subspan(kEncryptedHeaderSize));
}

}  // namespace themis::secure_message
