// What has to be looked at when: a heap of times. Moving a deadline back costs nothing, since
// whoever looks too early looks again later.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace zerofc::server {

// When a thing has to be looked at, and when it will be: kept in the thing itself.
struct Deadline {
  std::optional<std::chrono::milliseconds> at;
  std::optional<std::chrono::milliseconds> looked_at;
};

// Times are of the steady clock.
template <class Key>
class Due {
 public:
  using Time = std::chrono::milliseconds;
  using Entry = std::pair<Time, Key>;

  void set(Deadline& deadline, const Key& key, std::optional<Time> at) {
    deadline.at = at;
    if (!at || (deadline.looked_at && *deadline.looked_at <= *at)) return;
    deadline.looked_at = at;
    push(*at, key);
  }

  [[nodiscard]] std::optional<Time> next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().first;
  }

  // Takes one whose time has come. The caller finds its deadline and asks has_come().
  [[nodiscard]] std::optional<Entry> take(Time now) {
    if (heap_.empty() || heap_.front().first > now) return std::nullopt;
    std::ranges::pop_heap(heap_, later);
    Entry entry = std::move(heap_.back());
    heap_.pop_back();
    return entry;
  }

  // For what take() gave: true if the deadline is over, which there is none then; else it will be
  // looked at again in time.
  [[nodiscard]] bool has_come(Deadline& deadline, const Entry& entry, Time now) {
    // Left behind by a deadline that was moved forward, or by another thing of this name.
    if (deadline.looked_at != entry.first) return false;
    deadline.looked_at.reset();
    if (!deadline.at) return false;
    if (*deadline.at > now) {
      set(deadline, entry.second, deadline.at);
      return false;
    }
    deadline.at.reset();
    return true;
  }

 private:
  static bool later(const Entry& a, const Entry& b) { return a.first > b.first; }
  void push(Time at, const Key& key) {
    heap_.emplace_back(at, key);
    std::ranges::push_heap(heap_, later);
  }

  std::vector<Entry> heap_;
};

}  // namespace zerofc::server
