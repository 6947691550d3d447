// Secure Cell. Input: kind (1 byte), key or passphrase and context (each after its length in one
// byte), then the cell; for kind 2 the first 44 bytes of that are the token.
#include "fuzz/themis_input.hpp"
#include "themis/themis.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace themis;
  constexpr std::uint32_t kMaxRounds = 1000;
  fuzz::Input input(data, size);
  const int kind = input.byte() % 4;
  const BytesView secret = input.take_short();
  const BytesView context = input.take_short();
  if (kind == 1) {
    const auto passphrase = Passphrase::copy_of(secret);
    if (!passphrase) return 0;
    const auto opened = secure_cell::open(*passphrase, input.rest(), context, kMaxRounds);
    if (opened) {
      fuzz::require(opened->size() + secure_cell::kPassphraseSealOverhead == input.rest().size());
    }
    return 0;
  }
  const auto key = SymmetricKey::copy_of(secret);
  if (!key) return 0;
  if (kind == 0) {
    const auto opened = secure_cell::open(*key, input.rest(), context);
    if (opened) fuzz::require(opened->size() + secure_cell::kSealOverhead == input.rest().size());
  } else if (kind == 2) {
    const BytesView token = input.take(secure_cell::kTokenSize);
    const auto opened = secure_cell::token_open(*key, token, input.rest(), context);
    if (opened) fuzz::require(opened->size() == input.rest().size());
  } else {
    const auto opened = secure_cell::context_imprint_open(*key, input.rest(), context);
    if (opened) fuzz::require(opened->size() == input.rest().size());
  }
  return 0;
}
