// Secrets: move-only, wiped when they go, compared in constant time only, not printable, one type
// per meaning.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/base/bytes.hpp"

namespace zerofc {

// Overwrites memory in a way that no optimiser removes.
void wipe(void* data, std::size_t size) noexcept;

// True if both have the same length and content. Its time depends on the lengths only.
[[nodiscard]] bool equal_constant_time(BytesView a, BytesView b) noexcept;

// Wipes every block before giving it back, so that a buffer left behind by growth is wiped too.
template <class T>
struct WipingAllocator {
  using value_type = T;

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

// What a secret is encoded in before it is sealed, and opened into: grows, and wipes what it
// leaves behind.
using WipedBuffer = std::vector<std::uint8_t, WipingAllocator<std::uint8_t>>;

// A secret whose size is known only at run time.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  explicit SecretBytes(WipedBuffer bytes) : bytes_(std::move(bytes)) {}
  // Copies; the caller wipes its own.
  [[nodiscard]] static SecretBytes copy_of(BytesView bytes) {
    return SecretBytes(WipedBuffer(bytes.begin(), bytes.end()));
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
  WipedBuffer bytes_;
};

// kSize secret bytes whose meaning is Tag, without heap.
template <std::size_t kSize, class Tag>
class Secret {
 public:
  static constexpr std::size_t kBytes = kSize;

  Secret() = default;
  // Copies; the caller wipes its own.
  [[nodiscard]] static Secret copy_of(std::span<const std::uint8_t, kSize> bytes) {
    Secret secret;
    std::copy(bytes.begin(), bytes.end(), secret.bytes_.begin());
    return secret;
  }
  // None unless there are exactly kSize bytes.
  [[nodiscard]] static std::optional<Secret> from(BytesView bytes) {
    if (bytes.size() != kSize) return std::nullopt;
    return copy_of(bytes.first<kSize>());
  }

  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.wipe_now(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.wipe_now();
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe_now(); }

  [[nodiscard]] Secret copy() const { return copy_of(view()); }
  [[nodiscard]] std::span<const std::uint8_t, kSize> view() const { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t, kSize> mutable_view() { return bytes_; }
  void wipe_now() noexcept { wipe(bytes_.data(), kSize); }

  bool operator==(const Secret&) const = delete;
  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  std::array<std::uint8_t, kSize> bytes_{};
};

}  // namespace zerofc
