// Invite links: one that opens is written back as the same text, but for white space around it.
#include <cstdlib>
#include <string_view>

#include "core/wire/invite_link.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = zerofc::text_of({data, size});
  const auto opened = zerofc::decode_link(text);
  if (!opened) return 0;
  text.remove_prefix(text.find_first_not_of(" \t\n\v\f\r"));
  text = text.substr(0, text.find_last_not_of(" \t\n\v\f\r") + 1);
  const auto again = zerofc::encode_link(opened->origin, opened->link);
  if (zerofc::text_of(again.view()) != text) std::abort();
  if (opened->origin.data() != text.data()) std::abort();
  return 0;
}
