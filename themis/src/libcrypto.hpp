// libcrypto's objects: owners, and what is fetched once for the process.
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

#include "themis/result.hpp"

namespace themis::detail {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using BigNumber = std::unique_ptr<BIGNUM, Deleter<BN_clear_free>>;
using Point = std::unique_ptr<EC_POINT, Deleter<EC_POINT_clear_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;

// What libcrypto notes about input that we refuse doesn't stay in the thread's error queue, where
// the caller's own use of libcrypto would find it.
class ErrorQueueMark {
 public:
  ErrorQueueMark() { ERR_set_mark(); }
  ~ErrorQueueMark() { ERR_pop_to_mark(); }
  ErrorQueueMark(const ErrorQueueMark&) = delete;
  ErrorQueueMark& operator=(const ErrorQueueMark&) = delete;
};

// Looked up once: a lookup by name costs more than most of what is done with its result. All are
// read-only after construction, which is thread-safe. Null where libcrypto lacks it; every user
// then fails with kLibcrypto.
struct Libcrypto {
  static const Libcrypto& get();

  Libcrypto();
  ~Libcrypto();
  Libcrypto(const Libcrypto&) = delete;
  Libcrypto& operator=(const Libcrypto&) = delete;

  EVP_CIPHER* aes_256_gcm;
  EVP_CIPHER* aes_256_ctr;
  EVP_MD* sha256;
  EVP_MAC* hmac;
  EVP_MAC_CTX* hmac_sha256;  // without a key, to be duplicated
  EC_GROUP* p256;
  EVP_PKEY* p256_generator;  // a public key of the group, to be duplicated and overwritten
};

}  // namespace themis::detail
