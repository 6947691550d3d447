// Replaces libcrypto's random source for the whole process: keys, IVs, ECDSA nonces and blinding
// then follow from a seed of the calling thread, so that a simulated run can be repeated exactly.
// Only test programs link it.
#pragma once

#include <cstdint>

namespace themis::testing {

// False: libcrypto did not take it. From then on a thread that has not called seed_random() gets
// no randomness at all.
[[nodiscard]] bool install_seeded_random();

// What libcrypto draws on this thread from here on.
void seed_random(std::uint64_t seed);

}  // namespace themis::testing
