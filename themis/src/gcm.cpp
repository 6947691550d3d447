#include "gcm.hpp"

#include <cassert>

#include "libcrypto.hpp"
#include "themis/secret.hpp"
#include "themis/secure_session.hpp"

namespace themis::detail {
namespace {

int as_int(std::size_t size) {
  assert(size <= kMaxMessage + 1024);
  return static_cast<int>(size);
}

}  // namespace

Result<void> gcm_encrypt(GcmKey key, GcmNonce nonce, BytesView aad, BytesView plaintext,
                         std::span<std::uint8_t> out, std::span<std::uint8_t, kGcmTagSize> tag) {
  assert(out.size() == plaintext.size());
  const CipherContext context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* c = context.get();
  int written = 0;
  const bool good =
      c != nullptr &&
      EVP_EncryptInit_ex2(c, Libcrypto::get().aes_256_gcm, key.data(), nonce.data(), nullptr) ==
          1 &&
      (aad.empty() ||
       EVP_EncryptUpdate(c, nullptr, &written, aad.data(), as_int(aad.size())) == 1) &&
      EVP_EncryptUpdate(c, out.data(), &written, plaintext.data(), as_int(plaintext.size())) == 1 &&
      EVP_EncryptFinal_ex(c, out.data() + out.size(), &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, kGcmTagSize, tag.data()) == 1;
  if (!good) return fail(ErrorCode::kLibcrypto);
  return {};
}

Result<void> gcm_decrypt(GcmKey key, GcmNonce nonce, BytesView aad, BytesView ciphertext,
                         std::span<const std::uint8_t, kGcmTagSize> tag,
                         std::span<std::uint8_t> head, std::span<std::uint8_t> body) {
  assert(head.size() + body.size() == ciphertext.size());
  const CipherContext context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* c = context.get();
  int written = 0;
  const auto decrypt = [&](BytesView in, std::span<std::uint8_t> out) {
    return in.empty() ||
           EVP_DecryptUpdate(c, out.data(), &written, in.data(), as_int(in.size())) == 1;
  };
  const bool good =
      c != nullptr &&
      EVP_DecryptInit_ex2(c, Libcrypto::get().aes_256_gcm, key.data(), nonce.data(), nullptr) ==
          1 &&
      (aad.empty() ||
       EVP_DecryptUpdate(c, nullptr, &written, aad.data(), as_int(aad.size())) == 1) &&
      decrypt(ciphertext.first(head.size()), head) &&
      decrypt(ciphertext.subspan(head.size()), body) &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, kGcmTagSize,
                          // It only reads.  NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
                          const_cast<std::uint8_t*>(tag.data())) == 1;
  std::uint8_t nothing = 0;
  const bool authentic = good && EVP_DecryptFinal_ex(c, &nothing, &written) == 1;
  if (!authentic) {
    wipe(head.data(), head.size());
    wipe(body.data(), body.size());
    return fail(good ? ErrorCode::kNotAuthentic : ErrorCode::kLibcrypto);
  }
  return {};
}

}  // namespace themis::detail
