// Cuts a fuzzer's input into the arguments of a call.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "themis/bytes.hpp"

namespace themis::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  std::uint8_t byte() {
    const BytesView one = take(1);
    return one.empty() ? std::uint8_t{0} : one[0];
  }
  // At most `size` bytes, fewer at the end.
  BytesView take(std::size_t size) {
    const BytesView taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  // Preceded by its length, one byte.
  BytesView take_short() { return take(byte()); }
  [[nodiscard]] BytesView rest() const { return rest_; }

 private:
  BytesView rest_;
};

// What must hold for every input.
inline void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace themis::fuzz
