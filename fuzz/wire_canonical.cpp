// Themis containers and messages from strangers: what is canonical says its own size in one way,
// and padding has one form.
#include <cstdlib>

#include "core/wire/canonical.hpp"
#include "core/wire/message.hpp"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace canonical = zerofc::canonical;
  const zerofc::BytesView bytes{data, size};
  const bool is_key = canonical::is_public_key(bytes);
  const bool is_cell = canonical::is_cell(bytes);
  const bool is_encrypted = canonical::is_encrypted(bytes);
  const auto content = canonical::signed_content(bytes);
  // Each begins in its own way, so nothing is two of them.
  check(int{is_key} + int{is_cell} + int{is_encrypted} + int{content.has_value()} <= 1);
  if (is_encrypted) check(canonical::is_cell(bytes.subspan(8)));
  const auto prefix = canonical::signed_prefix(bytes);
  check(content.has_value() == (prefix && prefix->size == size));
  if (prefix) {
    check(prefix->size <= size && prefix->content.data() == data + 12);
    const auto exact = bytes.first(prefix->size);
    check(canonical::signed_content(exact).has_value());
    zerofc::Bytes padded = zerofc::to_bytes(exact);
    zerofc::pad(padded);
    const auto unpadded = zerofc::unpad(padded);
    check(unpadded && unpadded->size() == exact.size());
    if (zerofc::unpad(bytes)) check(padded == zerofc::to_bytes(bytes));
  }
  return 0;
}
