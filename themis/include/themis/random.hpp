// Randomness from libcrypto's generator. A failing generator is an error, never weak bytes.
#pragma once

#include <span>

#include "themis/bytes.hpp"
#include "themis/result.hpp"
#include "themis/secret.hpp"

namespace themis {

// Fills `out`. Error: kLibcrypto, and then `out` is zeroed.
Result<void> fill_random(std::span<std::uint8_t> out);

// `size` random bytes. Error: kLibcrypto.
Result<SecretBytes> random_secret(std::size_t size);

}  // namespace themis
