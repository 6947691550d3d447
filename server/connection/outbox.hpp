// The bytes that wait to be sent on one connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/bytes.hpp"

namespace zerofc::server {

// Buffers that were used and emptied, so that a fan-out doesn't allocate one per recipient and
// turn. Idle connections hold none.
class BufferPool {
 public:
  [[nodiscard]] Bytes take();
  void give_back(Bytes buffer);

 private:
  static constexpr std::size_t kBuffersMax = 1024;
  static constexpr std::size_t kBufferBytesMax = std::size_t{32} * 1024;  // larger ones are freed
  std::vector<Bytes> buffers_;
};

class Outbox {
 public:
  explicit Outbox(BufferPool& pool) : pool_(&pool) {}
  Outbox(Outbox&&) noexcept = default;
  Outbox& operator=(Outbox&&) noexcept = default;
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;
  ~Outbox() = default;

  // `count` more bytes at the end, to be filled by the caller. Not after add_asset().
  [[nodiscard]] std::span<std::uint8_t> extend(std::size_t count);
  // Takes the last `count` bytes of extend() back.
  void shrink(std::size_t count);
  void add(BytesView bytes);
  // Bytes that are never freed, after everything else.
  void add_asset(std::span<const std::byte> bytes) { asset_ = bytes; }

  [[nodiscard]] std::size_t waiting_bytes() const { return buffer_.size() - sent_ + asset_.size(); }
  [[nodiscard]] bool empty() const { return waiting_bytes() == 0; }

  enum class Flushed : std::uint8_t {
    kAll,     // nothing waits, and the buffer went back to the pool
    kPart,    // the socket takes no more now
    kFailed,  // the connection is gone
  };
  // Sends without blocking. `descriptor` is a stream socket.
  [[nodiscard]] Flushed flush(int descriptor);

  // Everything that waits, to go on with it elsewhere: the outbox is empty afterwards.
  [[nodiscard]] Bytes take_waiting();

 private:
  void release();

  BufferPool* pool_;
  Bytes buffer_;
  std::size_t sent_ = 0;  // of buffer_
  std::span<const std::byte> asset_;
};

}  // namespace zerofc::server
