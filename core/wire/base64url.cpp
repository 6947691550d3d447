#include "core/wire/base64url.hpp"

namespace zerofc {
namespace {

// All ones if low <= value <= high, else 0. All three are below 256.
std::uint32_t within(std::uint32_t value, std::uint32_t low, std::uint32_t high) {
  return (((value - low) | (high - value)) >> 31U) - 1U;
}

std::uint8_t digit_to_char(std::uint32_t digit) {
  return static_cast<std::uint8_t>((within(digit, 0, 25) & (digit + 'A')) |
                                   (within(digit, 26, 51) & (digit - 26 + 'a')) |
                                   (within(digit, 52, 61) & (digit - 52 + '0')) |
                                   (within(digit, 62, 62) & '-') | (within(digit, 63, 63) & '_'));
}

// The digit, with bit 8 set if there is one.
std::uint32_t char_to_digit(std::uint32_t c) {
  constexpr std::uint32_t kFound = 0x100;
  return (within(c, 'A', 'Z') & ((c - 'A') | kFound)) |
         (within(c, 'a', 'z') & ((c - 'a' + 26) | kFound)) |
         (within(c, '0', '9') & ((c - '0' + 52) | kFound)) | (within(c, '-', '-') & (62 | kFound)) |
         (within(c, '_', '_') & (63 | kFound));
}

}  // namespace

void append_base64url(BytesView bytes, WipedBuffer& out) {
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = (held << 8U | byte) & 0xffffU;
    for (bits += 8; bits >= 6; bits -= 6) {
      out.push_back(digit_to_char((held >> (bits - 6)) & 0x3fU));
    }
  }
  if (bits > 0) out.push_back(digit_to_char((held << (6 - bits)) & 0x3fU));
}

std::optional<WipedBuffer> decode_base64url(std::string_view text) {
  WipedBuffer out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t held = 0;
  unsigned bits = 0;
  std::uint32_t found = 0x100;
  for (const char c : text) {
    const std::uint32_t digit = char_to_digit(static_cast<std::uint8_t>(c));
    found &= digit;
    held = (held << 6U | (digit & 0x3fU)) & 0xffffU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<std::uint8_t>(held >> bits));
  }
  // A digit that gives no byte, or bits that belong to none.
  if (found == 0 || bits == 6 || (held & ((1U << bits) - 1)) != 0) return std::nullopt;
  return out;
}

}  // namespace zerofc
