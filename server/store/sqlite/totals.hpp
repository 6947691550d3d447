#pragma once

#include <atomic>
#include <cstdint>

namespace zerofc::server::sqlite {

// What the database holds, kept by the writer, read by any thread.
struct Totals {
  std::atomic<std::uint64_t> rooms = 0;
  std::atomic<std::uint64_t> entries = 0;
};

}  // namespace zerofc::server::sqlite
