// What a shard keeps by ConnectionId: found by index, and never mistaken for what was there before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/relay/room.hpp"

namespace zerofc::server {

using relay::ConnectionId;

// An id is the slot's number below the number of its use, so that no id comes twice.
template <class Value>
class Slots {
 public:
  // `make(id)` gives the std::unique_ptr that is kept.
  template <class Make>
  Value& add(Make make) {
    if (free_.empty()) {
      slots_.emplace_back();
      free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    Slot& slot = slots_[index];
    slot.value = make(ConnectionId{std::uint64_t{slot.use} << 32 | index});
    ++count_;
    return *slot.value;
  }

  // nullptr once it was removed.
  [[nodiscard]] Value* find(ConnectionId id) {
    const std::uint64_t number = static_cast<std::uint64_t>(id);
    const auto index = static_cast<std::uint32_t>(number);
    if (index >= slots_.size() || slots_[index].use != number >> 32) return nullptr;
    return slots_[index].value.get();
  }

  void remove(ConnectionId id) {
    if (find(id) == nullptr) return;
    const auto index = static_cast<std::uint32_t>(static_cast<std::uint64_t>(id));
    Slot& slot = slots_[index];
    slot.value.reset();
    --count_;
    // A slot whose uses are exhausted is not used again.
    if (++slot.use != 0) free_.push_back(index);
  }

  [[nodiscard]] std::size_t count() const { return count_; }

  // `visit` may remove what it is given.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].value) visit(*slots_[i].value);
    }
  }

 private:
  struct Slot {
    std::unique_ptr<Value> value;
    std::uint32_t use = 1;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t count_ = 0;
};

}  // namespace zerofc::server
