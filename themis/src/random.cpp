#include "themis/random.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <limits>

namespace themis {

Result<void> fill_random(std::span<std::uint8_t> out) {
  if (out.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return fail(ErrorCode::kTooLarge, std::numeric_limits<int>::max(), out.size());
  }
  if (RAND_priv_bytes(out.data(), static_cast<int>(out.size())) != 1) {
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    return fail(ErrorCode::kLibcrypto);
  }
  return {};
}

Result<SecretBytes> random_secret(std::size_t size) {
  if (size > kMaxMessage) return fail(ErrorCode::kTooLarge, kMaxMessage, size);
  SecretBytes secret(size);
  if (const auto filled = fill_random(secret.mutable_view()); !filled) {
    return Failure(filled.error());
  }
  return secret;
}

}  // namespace themis
