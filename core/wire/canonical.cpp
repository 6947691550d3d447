#include "core/wire/canonical.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace zerofc::canonical {
namespace {

constexpr std::size_t kPublicKeyBytes = 45;
constexpr std::size_t kCrcAt = 8;
constexpr std::size_t kPointAt = 12;

constexpr std::uint32_t kCellId = 0x40010100;
constexpr std::size_t kCellHeaderBytes = 44;
constexpr std::uint32_t kIvBytes = 12;
constexpr std::uint32_t kTagBytes = 16;

constexpr std::uint32_t kSignedType = 0x26042620;
constexpr std::uint32_t kEncryptedType = 0x26042720;
constexpr std::size_t kSignedHeaderBytes = 12;
constexpr std::size_t kEncryptedHeaderBytes = 8;

std::uint32_t load_le(BytesView bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} | std::uint32_t{bytes[at + 1]} << 8U |
         std::uint32_t{bytes[at + 2]} << 16U | std::uint32_t{bytes[at + 3]} << 24U;
}

// CRC-32C (Castagnoli), of a container whose CRC field counts as zero. Bit by bit: it is 45 bytes.
std::uint32_t container_crc(BytesView container) {
  constexpr std::uint32_t kReflected = 0x82f63b78;
  std::uint32_t crc = 0xffffffff;
  for (std::size_t at = 0; at < container.size(); ++at) {
    crc ^= at >= kCrcAt && at < kPointAt ? 0U : container[at];
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kReflected : 0U);
  }
  return ~crc;
}

// Takes an INTEGER of DER off the front: positive, in the fewest bytes, of at most 256 bits.
bool take_scalar(BytesView& der) {
  constexpr std::uint8_t kInteger = 0x02;
  if (der.size() < 3 || der[0] != kInteger) return false;
  const std::size_t size = der[1];
  if (size == 0 || size > 33 || der.size() - 2 < size) return false;
  const auto digits = der.subspan(2, size);
  der = der.subspan(2 + size);
  if ((digits[0] & 0x80U) != 0) return false;  // negative
  if (digits[0] != 0) return size <= 32;
  return size > 1 && (digits[1] & 0x80U) != 0;  // else zero, or a zero that nothing asks for
}

// SEQUENCE { INTEGER r, INTEGER s } and nothing after it.
bool is_signature(BytesView der) {
  constexpr std::uint8_t kSequence = 0x30;
  // At most 70 bytes inside, so the length has one byte.
  if (der.size() < 2 || der[0] != kSequence || der[1] != der.size() - 2) return false;
  der = der.subspan(2);
  const bool starts = take_scalar(der);
  return starts && take_scalar(der) && der.empty();
}

}  // namespace

bool is_public_key(BytesView container) {
  constexpr std::string_view kStart("UEC2\0\0\0\x2d", 8);  // tag, size in big endian
  if (container.size() != kPublicKeyBytes) return false;
  if (text_of(container.first(kStart.size())) != kStart) return false;
  const std::uint8_t prefix = container[kPointAt];
  return (prefix == 2 || prefix == 3) && load_le(container, kCrcAt) == container_crc(container);
}

bool is_cell(BytesView cell) {
  return cell.size() > kCellHeaderBytes && load_le(cell, 0) == kCellId &&
         load_le(cell, 4) == kIvBytes && load_le(cell, 8) == kTagBytes &&
         load_le(cell, 12) == cell.size() - kCellHeaderBytes;
}

bool is_encrypted(BytesView message) {
  return message.size() > kEncryptedHeaderBytes && load_le(message, 0) == kEncryptedType &&
         load_le(message, 4) == message.size() && is_cell(message.subspan(kEncryptedHeaderBytes));
}

std::optional<SignedPrefix> signed_prefix(BytesView bytes) {
  if (bytes.size() < kSignedHeaderBytes || load_le(bytes, 0) != kSignedType) return std::nullopt;
  const std::uint64_t content_size = load_le(bytes, 4);
  const std::uint64_t signature_size = load_le(bytes, 8);
  const std::uint64_t size = kSignedHeaderBytes + content_size + signature_size;
  if (content_size == 0 || size > bytes.size()) return std::nullopt;
  const auto content = bytes.subspan(kSignedHeaderBytes, static_cast<std::size_t>(content_size));
  const auto signature =
      bytes.subspan(kSignedHeaderBytes + content.size(), static_cast<std::size_t>(signature_size));
  if (!is_signature(signature)) return std::nullopt;
  return SignedPrefix{content, static_cast<std::size_t>(size)};
}

std::optional<BytesView> signed_content(BytesView message) {
  const auto prefix = signed_prefix(message);
  if (!prefix || prefix->size != message.size()) return std::nullopt;
  return prefix->content;
}

}  // namespace zerofc::canonical
