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

  // Takes a key whose time has come. The caller finds the deadline of it and asks has_come().
  [[nodiscard]] std::optional<Key> take(Time now) {
    if (heap_.empty() || heap_.front().first > now) return std::nullopt;
    std::ranges::pop_heap(heap_, later);
    Key key = std::move(heap_.back().second);
    heap_.pop_back();
    return key;
  }

  // For a key that take() gave: true if its deadline is over, which it then has no more; else it
  // will be looked at again when it is.
  [[nodiscard]] bool has_come(Deadline& deadline, const Key& key, Time now) {
    deadline.looked_at.reset();
    if (!deadline.at) return false;
    if (*deadline.at > now) {
      set(deadline, key, deadline.at);
      return false;
    }
    deadline.at.reset();
    return true;
  }

 private:
  using Entry = std::pair<Time, Key>;
  static bool later(const Entry& a, const Entry& b) { return a.first > b.first; }
  void push(Time at, const Key& key) {
    heap_.emplace_back(at, key);
    std::ranges::push_heap(heap_, later);
  }

  std::vector<Entry> heap_;
};

}  // namespace zerofc::server
