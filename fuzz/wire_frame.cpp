// Frames behind their counter: what is decoded and encoded again is the same, but for keys that
// this version doesn't know; and these change nothing.
#include <cstdlib>
#include <variant>

#include "core/wire/cbor.hpp"
#include "core/wire/frame.hpp"

namespace {

zerofc::Bytes encoded(const zerofc::CountedFrame& counted) {
  const auto counter = zerofc::encode_counter(counted.counter);
  zerofc::Bytes bytes = zerofc::to_bytes(counter.view());
  zerofc::encode_to(counted.frame, bytes);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const zerofc::BytesView bytes{data, size};
  const auto counted = zerofc::decode_frame(bytes);
  if (!counted) return 0;
  if (!zerofc::cbor::is_deterministic(bytes, 2)) std::abort();
  if (std::holds_alternative<zerofc::frame::Unknown>(counted->frame)) return 0;
  const zerofc::Bytes known = encoded(*counted);
  // Keys that were left out make it shorter.
  if (known.size() > size || (known.size() == size && known != zerofc::to_bytes(bytes))) {
    std::abort();
  }
  const auto again = zerofc::decode_frame(known);
  if (!again || encoded(*again) != known) std::abort();
  return 0;
}
