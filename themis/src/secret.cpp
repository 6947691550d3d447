#include "themis/secret.hpp"

#include <openssl/crypto.h>

namespace themis {

void wipe(void* data, std::size_t size) noexcept {
  if (size != 0) OPENSSL_cleanse(data, size);
}

bool equal_constant_time(BytesView a, BytesView b) noexcept {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace themis
