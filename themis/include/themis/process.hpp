// What a process does once, at the start of main().
#pragma once

#include "themis/result.hpp"

namespace themis {

// Makes libcrypto wipe every block of memory that it gives back. This library wipes what it owns,
// but libcrypto 3.0 leaves a copy of the private scalar behind in each P-256 key agreement; this
// closes that too. Costs one memset per block. Must come before anything that uses libcrypto, here
// or elsewhere in the process. Error: kUnexpectedStep, libcrypto has allocated already.
Result<void> wipe_freed_libcrypto_memory();

}  // namespace themis
