#include "wiping_allocator.hpp"

#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "themis/process.hpp"

namespace themis {
namespace detail {

void wipe_block(void* block) noexcept {
  if (block != nullptr) OPENSSL_cleanse(block, malloc_usable_size(block));
}

// NOLINTBEGIN(cppcoreguidelines-no-malloc): this is libcrypto's allocator.
void* wiping_malloc(std::size_t size, const char* /*file*/, int /*line*/) {
  return std::malloc(size);
}

void* wiping_realloc(void* block, std::size_t size, const char* file, int line) {
  void* const moved = wiping_malloc(size, file, line);
  if (moved == nullptr || block == nullptr) return moved;
  std::memcpy(moved, block, std::min(size, malloc_usable_size(block)));
  wiping_free(block, file, line);
  return moved;
}

void wiping_free(void* block, const char* /*file*/, int /*line*/) {
  wipe_block(block);
  std::free(block);
}
// NOLINTEND(cppcoreguidelines-no-malloc)

}  // namespace detail

Result<void> wipe_freed_libcrypto_memory() {
  if (CRYPTO_set_mem_functions(detail::wiping_malloc, detail::wiping_realloc,
                               detail::wiping_free) != 1) {
    return fail(ErrorCode::kUnexpectedStep);
  }
  return {};
}

}  // namespace themis
