// Secure Session handshake, every state. Input: which message is replaced (1 byte: bits 0 and 1
// choose msg1 to msg4, bit 2 repairs the outer checksum, bit 3 those inside too), then the message.
#include <string>

#include "container.hpp"
#include "fuzz/themis_transcripts.hpp"

namespace {

using themis::Bytes;
using themis::BytesView;
namespace detail = themis::detail;

// A checksum is no defence: an attacker writes the right one.
void repair_container_at(Bytes& bytes, std::size_t offset) {
  const auto container = detail::container_at(BytesView(bytes).subspan(offset));
  if (!container) return;
  const Bytes payload(container->payload.begin(), container->payload.end());
  const std::string tag(container->tag);
  detail::write_container(std::span(bytes).subspan(offset, container->whole.size()), tag,
                          {payload});
}

std::size_t end_of_container_at(const Bytes& bytes, std::size_t offset) {
  const auto container = detail::container_at(BytesView(bytes).subspan(offset));
  return container ? offset + container->whole.size() : bytes.size();
}

Bytes repaired(BytesView message, bool inside) {
  Bytes bytes(message.begin(), message.end());
  if (bytes.size() < detail::kContainerHeaderSize) return bytes;
  if (inside) {
    const std::size_t id = detail::kContainerHeaderSize;
    const std::size_t key = end_of_container_at(bytes, id);
    repair_container_at(bytes, id);
    if (key < bytes.size()) repair_container_at(bytes, key);
  }
  const Bytes payload(bytes.begin() + detail::kContainerHeaderSize, bytes.end());
  detail::write_container(bytes, "TSPM", {payload});
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  themis::fuzz::Input input(data, size);
  const std::uint8_t choice = input.byte();
  const bool ours_is_client = (choice & 1) != 0;  // msg2 and msg4 come to a client
  constexpr const char* kSteps[] = {"msg1", "msg2", "msg3", "msg4"};
  const char* const step = kSteps[choice & 3];
  const Bytes genuine = themis::fuzz::transcript(ours_is_client ? 0 : 1).genuine(step);
  const Bytes message = (choice & 4) != 0 ? repaired(input.rest(), (choice & 8) != 0)
                                          : Bytes(input.rest().begin(), input.rest().end());
  const bool refused =
      themis::fuzz::transcript(ours_is_client ? 0 : 1).refuses_handshake(message, step);
  // ECDSA signatures are malleable, so msg1 to msg3 may be taken in another form; a MAC may not.
  if (choice % 4 == 3) themis::fuzz::require(refused == (message != genuine));
  return 0;
}
