// How a list that only grows is cut into vault records, so that a new element rewrites only the
// last of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

namespace zerofc::member {

class Stretches {
 public:
  // A record is closed when it holds this much.
  static constexpr std::size_t kElementsMax = 32;
  static constexpr std::size_t kBytesMax = 16 * 1024;

  // One more element at the end, of about this size when encoded.
  void add(std::size_t bytes) {
    if (stretches_.empty() || stretches_.back().bytes >= kBytesMax ||
        count_ - stretches_.back().begin >= kElementsMax) {
      stretches_.push_back({count_, 0});
    }
    stretches_.back().bytes += bytes;
    ++count_;
    dirty_.insert(stretches_.size() - 1);
  }
  // The next record, as it was stored.
  void add_stored(std::size_t elements, std::size_t bytes) {
    stretches_.push_back({count_, bytes});
    count_ += elements;
  }
  // An element has changed.
  void touch(std::size_t element) {
    const auto after = std::upper_bound(
        stretches_.begin(), stretches_.end(), element,
        [](std::size_t place, const Stretch& stretch) { return place < stretch.begin; });
    if (after != stretches_.begin()) {
      dirty_.insert(static_cast<std::size_t>(after - stretches_.begin()) - 1);
    }
  }
  [[nodiscard]] std::size_t count() const { return count_; }

  // Calls put(index, begin, end) for each record that differs from what is stored.
  template <class Put>
  void take_dirty(const Put& put) {
    for (const std::size_t index : dirty_) put(index, begin_of(index), end_of(index));
    dirty_.clear();
  }
  // For every record.
  template <class Put>
  void each(const Put& put) const {
    for (std::size_t index = 0; index < stretches_.size(); ++index) {
      put(index, begin_of(index), end_of(index));
    }
  }

 private:
  struct Stretch {
    std::size_t begin;
    std::size_t bytes;
  };
  [[nodiscard]] std::size_t begin_of(std::size_t index) const { return stretches_[index].begin; }
  [[nodiscard]] std::size_t end_of(std::size_t index) const {
    return index + 1 < stretches_.size() ? stretches_[index + 1].begin : count_;
  }
  std::vector<Stretch> stretches_;
  std::set<std::size_t> dirty_;
  std::size_t count_ = 0;
};

}  // namespace zerofc::member
