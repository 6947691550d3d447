// malloc for libcrypto, with blocks wiped before they are freed.
#pragma once

#include <cstddef>

namespace themis::detail {

// Overwrites a block of malloc's to its end. Null does nothing.
void wipe_block(void* block) noexcept;

void* wiping_malloc(std::size_t size, const char* file, int line);
void* wiping_realloc(void* block, std::size_t size, const char* file, int line);
void wiping_free(void* block, const char* file, int line);

}  // namespace themis::detail
