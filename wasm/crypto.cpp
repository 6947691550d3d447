#include "wasm/crypto.hpp"

#include <utility>

#include "wasm/imports.hpp"

namespace zerofc {
namespace {

// What a primitive adds to a plaintext of n bytes, at most.
constexpr std::size_t kCellOverhead = 44;
constexpr std::size_t kPassphraseCellOverhead = 70;
constexpr std::size_t kSignedOverhead = 12 + 72;  // header, longest DER signature of P-256
constexpr std::size_t kEncryptedOverhead = 8 + kCellOverhead;

CryptoError error_of(std::int32_t code) {
  switch (code) {
    case -1:
      return CryptoError::kRefused;
    case -2:
      return CryptoError::kTooExpensive;
    default:
      return CryptoError::kFailed;
  }
}

// Runs `call(out, capacity)`, which returns the size of what it made, or a negative code.
template <class Buffer, class Call>
CryptoResult<Buffer> make(std::size_t capacity, Call call) {
  Buffer out(capacity);
  const std::int32_t made = call(out.data(), capacity);
  if (made < 0) return fail(error_of(made));
  const auto size = static_cast<std::size_t>(made);
  if (size > capacity) __builtin_trap();
  out.resize(size);
  return out;
}

template <class Call>
CryptoResult<SecretBytes> make_secret(std::size_t capacity, Call call) {
  auto made = make<WipedBuffer>(capacity, std::move(call));
  if (!made) return fail(made.error());
  return SecretBytes(std::move(*made));
}

}  // namespace

Hash WasmCrypto::sha256(std::initializer_list<BytesView> pieces) {
  WipedBuffer whole;  // a commit's input holds a room key
  std::size_t size = 0;
  for (const BytesView piece : pieces) size += piece.size();
  whole.reserve(size);
  for (const BytesView piece : pieces) whole.insert(whole.end(), piece.begin(), piece.end());
  Hash hash;
  zerofc_sha256(whole.data(), whole.size(), hash.mutable_bytes().data());
  return hash;
}

bool WasmCrypto::random(std::span<std::uint8_t> out) {
  return zerofc_random(out.data(), out.size());
}

CryptoResult<Bytes> WasmCrypto::seal(SymmetricKeyView key, BytesView plaintext, BytesView context) {
  return make<Bytes>(plaintext.size() + kCellOverhead, [&](std::uint8_t* out, std::size_t room) {
    return zerofc_seal(key.data(), context.data(), context.size(), plaintext.data(),
                       plaintext.size(), out, room);
  });
}

CryptoResult<SecretBytes> WasmCrypto::open(SymmetricKeyView key, BytesView cell,
                                           BytesView context) {
  return make_secret(cell.size(), [&](std::uint8_t* out, std::size_t room) {
    return zerofc_open(key.data(), context.data(), context.size(), cell.data(), cell.size(), out,
                       room);
  });
}

CryptoResult<Bytes> WasmCrypto::seal_with_passphrase(BytesView passphrase, BytesView plaintext,
                                                     BytesView context) {
  return make<Bytes>(
      plaintext.size() + kPassphraseCellOverhead, [&](std::uint8_t* out, std::size_t room) {
        return zerofc_seal_with_passphrase(passphrase.data(), passphrase.size(), context.data(),
                                           context.size(), plaintext.data(), plaintext.size(), out,
                                           room);
      });
}

CryptoResult<SecretBytes> WasmCrypto::open_with_passphrase(BytesView passphrase, BytesView cell,
                                                           BytesView context) {
  return make_secret(cell.size(), [&](std::uint8_t* out, std::size_t room) {
    return zerofc_open_with_passphrase(passphrase.data(), passphrase.size(), context.data(),
                                       context.size(), cell.data(), cell.size(), out, room);
  });
}

CryptoResult<Bytes> WasmCrypto::sign(PrivateKeyView key, BytesView message) {
  return make<Bytes>(message.size() + kSignedOverhead, [&](std::uint8_t* out, std::size_t room) {
    return zerofc_sign(key.data(), message.data(), message.size(), out, room);
  });
}

CryptoResult<void> WasmCrypto::verify(PublicKeyView key, BytesView signed_message) {
  const std::int32_t code = zerofc_verify(key.data(), signed_message.data(), signed_message.size());
  if (code != 0) return fail(error_of(code));
  return {};
}

CryptoResult<Bytes> WasmCrypto::encrypt(PrivateKeyView own, PublicKeyView peer, BytesView message) {
  return make<Bytes>(message.size() + kEncryptedOverhead, [&](std::uint8_t* out, std::size_t room) {
    return zerofc_encrypt(own.data(), peer.data(), message.data(), message.size(), out, room);
  });
}

CryptoResult<SecretBytes> WasmCrypto::decrypt(PrivateKeyView own, PublicKeyView peer,
                                              BytesView encrypted) {
  return make_secret(encrypted.size(), [&](std::uint8_t* out, std::size_t room) {
    return zerofc_decrypt(own.data(), peer.data(), encrypted.data(), encrypted.size(), out, room);
  });
}

bool WasmCrypto::make_keys(std::span<std::uint8_t, kKeyContainerBytes> private_key,
                           std::span<std::uint8_t, kKeyContainerBytes> public_key) {
  return zerofc_make_keys(private_key.data(), public_key.data());
}

}  // namespace zerofc
