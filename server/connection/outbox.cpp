#include "server/connection/outbox.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace zerofc::server {

Bytes BufferPool::take() {
  if (buffers_.empty()) return {};
  Bytes buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return buffer;
}

void BufferPool::give_back(Bytes buffer) {
  if (buffer.capacity() == 0 || buffer.capacity() > kBufferBytesMax ||
      buffers_.size() >= kBuffersMax) {
    return;
  }
  buffer.clear();
  buffers_.push_back(std::move(buffer));
}

std::span<std::uint8_t> Outbox::extend(std::size_t count) {
  if (buffer_.capacity() == 0) buffer_ = pool_->take();
  // What was sent makes room before the buffer grows, at most once per half of it.
  if (sent_ > 0 && sent_ >= buffer_.size() / 2) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(sent_));
    sent_ = 0;
  }
  buffer_.resize(buffer_.size() + count);
  return std::span(buffer_).last(count);
}

void Outbox::shrink(std::size_t count) { buffer_.resize(buffer_.size() - count); }

void Outbox::add(BytesView bytes) { std::ranges::copy(bytes, extend(bytes.size()).begin()); }

Outbox::Flushed Outbox::flush(int descriptor) {
  while (!empty()) {
    const bool from_buffer = sent_ < buffer_.size();
    const void* data = from_buffer ? static_cast<const void*>(buffer_.data() + sent_)
                                   : static_cast<const void*>(asset_.data());
    const std::size_t size = from_buffer ? buffer_.size() - sent_ : asset_.size();
    const int more = from_buffer && !asset_.empty() ? MSG_MORE : 0;
    const ssize_t count = ::send(descriptor, data, size, MSG_DONTWAIT | MSG_NOSIGNAL | more);
    if (count < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN || errno == EWOULDBLOCK ? Flushed::kPart : Flushed::kFailed;
    }
    if (from_buffer) {
      sent_ += static_cast<std::size_t>(count);
    } else {
      asset_ = asset_.subspan(static_cast<std::size_t>(count));
    }
  }
  release();
  return Flushed::kAll;
}

Bytes Outbox::take_waiting() {
  Bytes waiting(buffer_.begin() + static_cast<std::ptrdiff_t>(sent_), buffer_.end());
  release();
  return waiting;
}

void Outbox::release() {
  pool_->give_back(std::exchange(buffer_, {}));
  sent_ = 0;
}

}  // namespace zerofc::server
