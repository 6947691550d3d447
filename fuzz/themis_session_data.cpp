// Secure Session data. Input: kind (1 byte: bit 0 the role, bit 1: what follows is the inner
// plaintext, header and all, to be encrypted with the right key), then the message.
#include "fuzz/themis_transcripts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace themis;
  fuzz::Input input(data, size);
  const std::uint8_t kind = input.byte();
  const testing::Transcript& transcript = fuzz::transcript(kind & 1);
  if ((kind & 2) == 0) {
    // Checks itself that a refusal is the one error, ends the session and leaves no bytes behind.
    (void)transcript.refuses_data(input.rest(), false);
    return 0;
  }
  const BytesView inner = input.rest().first(std::min<std::size_t>(input.rest().size(), 4096));
  const bool refused = transcript.refuses_data(transcript.encrypted_to_us(inner), false);
  // Taken is exactly what the recorded peer would send next: right length, first number, the day.
  fuzz::require(refused == !transcript.is_due(inner));
  return 0;
}
