// Secure Message. Input: kind (1 byte); for kind 0 the signer's public key (45 bytes) and a signed
// message; for kind 1 own private and the peer's public key (45 bytes each) and an encrypted one.
#include "fuzz/themis_input.hpp"
#include "themis/themis.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace themis;
  fuzz::Input input(data, size);
  const bool encrypted = input.byte() % 2 == 1;
  const BytesView private_container = input.take(encrypted ? kEcContainerSize : 0);
  const auto peer = EcPublicKey::parse(input.take(kEcContainerSize));
  if (!peer) return 0;
  if (!encrypted) {
    const auto message = secure_message::verify(*peer, input.rest());
    if (message) fuzz::require(message->size() < input.rest().size());
    return 0;
  }
  const auto own = EcPrivateKey::parse(private_container);
  if (!own) return 0;
  const auto message = secure_message::decrypt(*own, *peer, input.rest());
  if (message) {
    fuzz::require(message->size() + secure_message::kEncryptedOverhead == input.rest().size());
  }
  return 0;
}
