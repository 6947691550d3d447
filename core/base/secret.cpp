#include "core/base/secret.hpp"

namespace zerofc {

void wipe(void* data, std::size_t size) noexcept {
  volatile auto* bytes = static_cast<volatile std::uint8_t*>(data);
  for (std::size_t index = 0; index < size; ++index) bytes[index] = 0;
}

bool equal_constant_time(BytesView a, BytesView b) noexcept {
  if (a.size() != b.size()) return false;
  // Volatile, so that no compiler leaves the loop at the first difference.
  volatile std::uint8_t difference = 0;
  for (std::size_t index = 0; index < a.size(); ++index) {
    difference = static_cast<std::uint8_t>(difference | (a[index] ^ b[index]));
  }
  return difference == 0;
}

}  // namespace zerofc
