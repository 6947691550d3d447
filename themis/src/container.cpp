#include "container.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "byte_order.hpp"

namespace themis::detail {
namespace {

constexpr std::uint32_t kCastagnoliReflected = 0x82F63B78;
constexpr std::size_t kSizeOffset = 4;
constexpr std::size_t kCrcOffset = 8;

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t remainder = i;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? kCastagnoliReflected : 0);
    }
    table[i] = remainder;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kCrcTable = make_crc_table();

// "It covers exactly `size` bytes from the start of the container, with the four CRC bytes taken
// as zero." (1.1)
std::uint32_t container_crc(BytesView whole) {
  constexpr std::array<std::uint8_t, 4> kZero{};
  std::uint32_t crc = crc32c(whole.first(kCrcOffset));
  crc = crc32c(kZero, crc);
  return crc32c(whole.subspan(kContainerHeaderSize), crc);
}

}  // namespace

std::uint32_t crc32c(BytesView bytes, std::uint32_t crc) {
  crc = ~crc;
  for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ kCrcTable[(crc ^ byte) & 0xFF];
  return ~crc;
}

Result<Container> container_at(BytesView bytes) {
  if (bytes.size() < kContainerHeaderSize) {
    return fail(ErrorCode::kMalformed, kContainerHeaderSize, bytes.size());
  }
  const std::size_t size = load_be<std::uint32_t>(bytes.data() + kSizeOffset);
  if (size < kContainerHeaderSize || size > bytes.size()) {
    return fail(ErrorCode::kMalformed, bytes.size(), size);
  }
  const BytesView whole = bytes.first(size);
  return Container{
      {reinterpret_cast<const char*>(whole.data()), 4}, whole.subspan(kContainerHeaderSize), whole};
}

Result<void> check_crc(const Container& container) {
  const auto stored = load_le<std::uint32_t>(container.whole.data() + kCrcOffset);
  const std::uint32_t computed = container_crc(container.whole);
  if (stored != computed) return fail(ErrorCode::kCorrupt, computed, stored);
  return {};
}

Result<Container> open_container(BytesView bytes, std::string_view tag) {
  const auto container = container_at(bytes);
  if (!container) return Failure(container.error());
  if (container->whole.size() != bytes.size()) {
    return fail(ErrorCode::kMalformed, container->whole.size(), bytes.size());
  }
  if (container->tag != tag) return fail(ErrorCode::kMalformed);
  if (const auto intact = check_crc(*container); !intact) return Failure(intact.error());
  return *container;
}

void write_container(std::span<std::uint8_t> out, std::string_view tag,
                     std::initializer_list<BytesView> payload) {
  assert(tag.size() == 4);
  std::copy(tag.begin(), tag.end(), out.begin());
  store_be(out.data() + kSizeOffset, static_cast<std::uint32_t>(out.size()));
  auto position = out.begin() + kContainerHeaderSize;
  for (const BytesView piece : payload) position = std::copy(piece.begin(), piece.end(), position);
  assert(position == out.end());
  store_le(out.data() + kCrcOffset, container_crc(out));
}

Bytes make_container(std::string_view tag, std::initializer_list<BytesView> payload) {
  std::size_t size = kContainerHeaderSize;
  for (const BytesView piece : payload) size += piece.size();
  Bytes out(size);
  write_container(out, tag, payload);
  return out;
}

}  // namespace themis::detail
