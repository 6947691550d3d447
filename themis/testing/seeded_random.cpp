// RAND_METHOD is deprecated in OpenSSL 3 in favour of providers, which can't be per thread.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "seeded_random.hpp"

#include <openssl/rand.h>

#include <optional>
#include <random>

namespace themis::testing {
namespace {

thread_local std::optional<std::mt19937_64> engine;

int draw(unsigned char* out, int size) {
  if (!engine) return 0;
  for (int index = 0; index < size; index += 8) {
    const std::uint64_t word = (*engine)();
    for (int byte = index; byte < size && byte < index + 8; ++byte) {
      out[byte] = static_cast<unsigned char>(word >> static_cast<unsigned>(8 * (byte - index)));
    }
  }
  return 1;
}

int is_ready() { return engine ? 1 : 0; }

constexpr RAND_METHOD kMethod = {nullptr, draw, nullptr, nullptr, draw, is_ready};

}  // namespace

bool install_seeded_random() { return RAND_set_rand_method(&kMethod) == 1; }

void seed_random(std::uint64_t seed) { engine.emplace(seed); }

}  // namespace themis::testing
