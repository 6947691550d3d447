// The Soter container (formats, section 1.1): tag, u32be size of the whole, CRC-32C, payload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "themis/bytes.hpp"
#include "themis/result.hpp"

namespace themis::detail {

inline constexpr std::size_t kContainerHeaderSize = 12;

// CRC-32C (Castagnoli), reflected, initial value and final complement 0xFFFFFFFF. Continues
// from `crc`, the result over the bytes before.
[[nodiscard]] std::uint32_t crc32c(BytesView bytes, std::uint32_t crc = 0);

struct Container {
  std::string_view tag;  // four characters, in the input
  BytesView payload;     // in the input
  BytesView whole;       // header and payload
};

// The container at the start of `bytes`, which may go on behind it.
// Errors: kMalformed (size field under 12 or beyond the input: what it was, what there is).
// Doesn't look at the CRC.
Result<Container> container_at(BytesView bytes);

// The container that fills `bytes` exactly and has this tag; CRC checked.
// Errors: kMalformed, kCorrupt.
Result<Container> open_container(BytesView bytes, std::string_view tag);

// Error: kCorrupt.
Result<void> check_crc(const Container& container);

// Writes tag, size, CRC and the payload's pieces. `out` must have exactly the size needed.
void write_container(std::span<std::uint8_t> out, std::string_view tag,
                     std::initializer_list<BytesView> payload);
[[nodiscard]] Bytes make_container(std::string_view tag, std::initializer_list<BytesView> payload);

}  // namespace themis::detail
