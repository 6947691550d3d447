#include "libcrypto.hpp"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>

#include <array>

#include "themis/secure_session.hpp"

namespace themis::detail {
namespace {

EVP_MAC_CTX* make_hmac_template(EVP_MAC* hmac) {
  if (hmac == nullptr) return nullptr;
  MacContext context(EVP_MAC_CTX_new(hmac));
  char digest[] = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_CTX_set_params(context.get(), parameters.data()) != 1) return nullptr;
  return context.release();
}

EVP_PKEY* make_generator_key(const EC_GROUP* group) {
  if (group == nullptr) return nullptr;
  std::array<unsigned char, 65> octets{};
  if (EC_POINT_point2oct(group, EC_GROUP_get0_generator(group), POINT_CONVERSION_UNCOMPRESSED,
                         octets.data(), octets.size(), nullptr) != octets.size()) {
    return nullptr;
  }
  char name[] = SN_X9_62_prime256v1;
  std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets.data(), octets.size()),
      OSSL_PARAM_construct_end()};
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.data()) != 1) {
    return nullptr;
  }
  return key;
}

}  // namespace

Libcrypto::Libcrypto()
    : aes_256_gcm(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)),
      aes_256_ctr(EVP_CIPHER_fetch(nullptr, "AES-256-CTR", nullptr)),
      sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr)),
      hmac_sha256(make_hmac_template(hmac)),
      p256(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)),
      p256_generator(make_generator_key(p256)) {}

Libcrypto::~Libcrypto() {
  EVP_PKEY_free(p256_generator);
  EC_GROUP_free(p256);
  EVP_MAC_CTX_free(hmac_sha256);
  EVP_MAC_free(hmac);
  EVP_MD_free(sha256);
  EVP_CIPHER_free(aes_256_ctr);
  EVP_CIPHER_free(aes_256_gcm);
}

const Libcrypto& Libcrypto::get() {
  static const Libcrypto instance;
  return instance;
}

void CipherContextDeleter::operator()(evp_cipher_ctx_st* context) const noexcept {
  EVP_CIPHER_CTX_free(context);
}

}  // namespace themis::detail
