// Intents and patches: whatever is decoded has exactly one encoding, the bytes it came from.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "core/member/ui/ui_codec.hpp"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes{data, size};
  std::vector<std::uint8_t> again;
  if (const auto intent = zerofc::ui::decode_intent(bytes)) {
    check(zerofc::ui::encode_intent(*intent, again));
    check(again == std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
  }
  again.clear();
  if (const auto patch = zerofc::ui::decode_patch(bytes)) {
    check(zerofc::ui::encode_patch(*patch, again));
    check(again == std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
  }
  return 0;
}
