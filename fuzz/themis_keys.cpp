// Key containers. Input: a container.
#include <algorithm>

#include "fuzz/themis_input.hpp"
#include "themis/themis.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace themis;
  const BytesView container(data, size);
  if (const auto key = EcPublicKey::parse(container)) {
    const auto again = EcPublicKey::parse(key->container());
    fuzz::require(again.has_value() && *again == *key);
    if (size == kEcContainerSize) fuzz::require(std::ranges::equal(key->container(), container));
  }
  if (const auto key = EcPrivateKey::parse(container)) {
    const auto again = EcPrivateKey::parse(key->container().view());
    fuzz::require(again.has_value() && again->public_key() == key->public_key());
  }
  return 0;
}
