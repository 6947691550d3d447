// What every store has in common: what it refuses, and where a read ends.
#pragma once

#include <cstddef>
#include <optional>

#include "core/relay/storage.hpp"

namespace zerofc::server {

// What a batch is refused with before anything is looked up in the log; none if there is nothing
// against it. `next_seq` is the room's, none if there is no such room.
[[nodiscard]] std::optional<relay::BatchResult> refusal(const relay::Batch& batch,
                                                        std::optional<Seq> next_seq);

// What a batch takes of memory or disk, roughly: its contents and a little for each piece.
[[nodiscard]] std::size_t weight(const relay::Batch& batch);

// Counts a read's entries and bytes against what was asked for.
class ReadBudget {
 public:
  explicit ReadBudget(const relay::ReadRequest& request)
      : entries_max_(request.entries_max == 0 ? 1 : request.entries_max),
        bytes_max_(request.bytes_max) {}

  // Whether an entry that takes so many bytes still fits; the first always does.
  [[nodiscard]] bool take(std::size_t bytes) {
    if (entries_ > 0) {
      if (entries_ >= entries_max_) return false;
      if (bytes_ > bytes_max_ || bytes > bytes_max_ - bytes_) return false;
    }
    ++entries_;
    bytes_ += bytes;
    return true;
  }

 private:
  std::size_t entries_max_;
  std::size_t bytes_max_;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace zerofc::server
