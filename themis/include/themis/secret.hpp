// Secrets: move-only, wiped when they go, compared in constant time only, not printable.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "themis/bytes.hpp"
#include "themis/result.hpp"

namespace themis {

// Overwrites memory in a way that no optimiser removes (OPENSSL_cleanse).
void wipe(void* data, std::size_t size) noexcept;

// True if both have the same length and content. Its time depends on the length only.
[[nodiscard]] bool equal_constant_time(BytesView a, BytesView b) noexcept;

// Wipes every block before giving it back, so that a buffer left behind by growth is wiped too.
template <class T>
struct WipingAllocator {
  using value_type = T;
  using is_always_equal = std::true_type;

  WipingAllocator() = default;
  template <class U>
  // Allocators convert to their rebound kind.
  WipingAllocator(const WipingAllocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* data, std::size_t count) noexcept {
    wipe(data, count * sizeof(T));
    std::allocator<T>().deallocate(data, count);
  }
  template <class U>
  bool operator==(const WipingAllocator<U>&) const noexcept {
    return true;
  }
};

// A secret whose size is known only at run time.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  // Copies; the caller wipes its own.
  [[nodiscard]] static SecretBytes copy_of(BytesView bytes) {
    SecretBytes secret;
    secret.bytes_.assign(bytes.begin(), bytes.end());
    return secret;
  }

  SecretBytes(SecretBytes&&) noexcept = default;
  SecretBytes& operator=(SecretBytes&&) noexcept = default;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() = default;

  [[nodiscard]] SecretBytes copy() const { return copy_of(view()); }
  [[nodiscard]] BytesView view() const { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t> mutable_view() { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

  bool operator==(const SecretBytes&) const = delete;
  friend std::ostream& operator<<(std::ostream&, const SecretBytes&) = delete;

 private:
  std::vector<std::uint8_t, WipingAllocator<std::uint8_t>> bytes_;
};

// A secret of N bytes, without heap.
template <std::size_t N>
class SecretArray {
 public:
  SecretArray() = default;
  [[nodiscard]] static SecretArray copy_of(std::span<const std::uint8_t, N> bytes) {
    SecretArray secret;
    std::copy(bytes.begin(), bytes.end(), secret.bytes_.begin());
    return secret;
  }

  SecretArray(SecretArray&& other) noexcept : bytes_(other.bytes_) { other.wipe_now(); }
  SecretArray& operator=(SecretArray&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.wipe_now();
    }
    return *this;
  }
  SecretArray(const SecretArray&) = delete;
  SecretArray& operator=(const SecretArray&) = delete;
  ~SecretArray() { wipe_now(); }

  [[nodiscard]] SecretArray copy() const { return copy_of(view()); }
  [[nodiscard]] std::span<const std::uint8_t, N> view() const { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t, N> mutable_view() { return bytes_; }
  void wipe_now() noexcept { wipe(bytes_.data(), N); }

  bool operator==(const SecretArray&) const = delete;
  friend std::ostream& operator<<(std::ostream&, const SecretArray&) = delete;

 private:
  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace themis
