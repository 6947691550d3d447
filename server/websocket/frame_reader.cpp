#include "server/websocket/frame_reader.hpp"

#include <algorithm>

namespace zerofc::server {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kControl = 0x08;
constexpr std::size_t kMaskBytes = 4;

std::uint64_t big_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

// RFC 6455 §7.4: 1004, 1005, 1006 and 1015 are never sent; 1016 to 2999 are not assigned.
bool may_be_sent(std::uint16_t code) {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}

}  // namespace

CloseCode close_code_of(FrameError error) {
  switch (error) {
    case FrameError::kTextMessage:
      return CloseCode::kUnsupportedData;
    case FrameError::kMessageTooLarge:
      return CloseCode::kMessageTooBig;
    case FrameError::kTooManyFragments:
    case FrameError::kTooManyControlFrames:
      return CloseCode::kPolicyViolation;
    default:
      return CloseCode::kProtocolError;
  }
}

FrameReader::Event FrameReader::next(std::span<std::uint8_t>& input,
                                     std::chrono::milliseconds now) {
  if (verdict_) return *verdict_;
  if (delivered_) {
    message_ = {};
    delivered_ = false;
  }
  while (true) {
    if (!in_payload_) {
      if (!take_header(input)) {
        // What is wrong already after two bytes is refused without waiting for the rest.
        if (header_size_ < 2 || !check_first_two_bytes()) return NeedMore{};
      }
      if (const auto error = begin_payload(now)) {
        verdict_ = Refused{*error};
        message_ = {};
        return *verdict_;
      }
    }
    const bool control = (header_[0] & kControl) != 0;
    Event event = control ? take_control(input) : take_data(input);
    if (in_payload_) return NeedMore{};
    if (!std::holds_alternative<NeedMore>(event)) return event;
  }
}

std::size_t FrameReader::header_bytes_needed() const {
  if (header_size_ < 2) return 2;
  const std::uint8_t length = header_[1] & 0x7f;
  const std::size_t extended = length == 127 ? 8 : length == 126 ? 2 : 0;
  return 2 + extended + kMaskBytes;
}

// True once the header is whole.
bool FrameReader::take_header(std::span<std::uint8_t>& input) {
  while (header_size_ < header_bytes_needed()) {
    const std::size_t count = std::min(input.size(), header_bytes_needed() - header_size_);
    if (count == 0) return false;
    std::copy_n(input.begin(), count, header_.begin() + header_size_);
    header_size_ = static_cast<std::uint8_t>(header_size_ + count);
    input = input.subspan(count);
    if (header_size_ == 2 && check_first_two_bytes()) return false;
  }
  return true;
}

std::optional<FrameError> FrameReader::check_first_two_bytes() const {
  const bool final_fragment = (header_[0] & kFinal) != 0;
  const int opcode = header_[0] & 0x0f;
  if ((header_[0] & kReserved) != 0) return FrameError::kReservedBits;
  if ((opcode > 2 && opcode < 8) || opcode > 10) return FrameError::kUnknownOpcode;
  if ((header_[1] & kMasked) == 0) return FrameError::kUnmasked;
  if ((opcode & kControl) != 0) {
    if (!final_fragment) return FrameError::kControlFragmented;
    if ((header_[1] & 0x7f) > 125) return FrameError::kControlTooLong;
    return std::nullopt;
  }
  if (opcode == static_cast<int>(Opcode::kText)) return FrameError::kTextMessage;
  const bool continues = opcode == static_cast<int>(Opcode::kContinuation);
  if (continues && !in_message_) return FrameError::kContinuationOfNothing;
  if (!continues && in_message_) return FrameError::kMessageInsideMessage;
  return std::nullopt;
}

std::optional<FrameError> FrameReader::begin_payload(std::chrono::milliseconds now) {
  if (const auto error = check_first_two_bytes()) return error;
  const std::uint8_t short_length = header_[1] & 0x7f;
  std::uint64_t length = short_length;
  const std::span<const std::uint8_t> header(header_);
  if (short_length == 126) {
    length = big_endian(header.subspan(2, 2));
    if (length < 126) return FrameError::kLengthNotShortest;
  } else if (short_length == 127) {
    length = big_endian(header.subspan(2, 8));
    if (length >> 63 != 0) return FrameError::kLengthTopBit;
    if (length <= 0xffff) return FrameError::kLengthNotShortest;
  }
  const bool control = (header_[0] & kControl) != 0;
  if (const auto error = control ? begin_control(now) : begin_data(length)) return error;
  remaining_ = length;
  mask_offset_ = 0;
  in_payload_ = true;
  return std::nullopt;
}

std::optional<FrameError> FrameReader::begin_data(std::uint64_t length) {
  if (!in_message_) fragments_ = 0;
  if (length > limits_->message_bytes_max - message_.size()) return FrameError::kMessageTooLarge;
  if (++fragments_ > limits_->message_fragments_max) return FrameError::kTooManyFragments;
  in_message_ = true;
  return std::nullopt;
}

std::optional<FrameError> FrameReader::begin_control(std::chrono::milliseconds now) {
  if (now - control_window_began_ >= limits_->control_window) {
    control_window_began_ = now;
    control_frames_ = 0;
  }
  if (++control_frames_ > limits_->control_frames_max) return FrameError::kTooManyControlFrames;
  control_size_ = 0;
  return std::nullopt;
}

// Unmasks in place what of the payload is there, and takes it off the input.
std::span<std::uint8_t> FrameReader::take_unmasked(std::span<std::uint8_t>& input) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), remaining_));
  const std::span<std::uint8_t> bytes = input.first(count);
  const std::uint8_t* mask = header_.data() + header_size_ - kMaskBytes;
  for (std::size_t i = 0; i < count; ++i) bytes[i] ^= mask[(i + mask_offset_) % kMaskBytes];
  mask_offset_ = static_cast<std::uint8_t>((mask_offset_ + count) % kMaskBytes);
  remaining_ -= count;
  input = input.subspan(count);
  if (remaining_ == 0) {
    in_payload_ = false;
    header_size_ = 0;
  }
  return bytes;
}

FrameReader::Event FrameReader::take_data(std::span<std::uint8_t>& input) {
  const bool final_fragment = (header_[0] & kFinal) != 0;
  const std::span<std::uint8_t> bytes = take_unmasked(input);
  const bool whole = !in_payload_ && final_fragment;
  if (whole) in_message_ = false;
  if (whole && message_.empty()) return Message{bytes};
  message_.insert(message_.end(), bytes.begin(), bytes.end());
  if (!whole) return NeedMore{};
  delivered_ = true;
  return Message{message_};
}

FrameReader::Event FrameReader::take_control(std::span<std::uint8_t>& input) {
  const std::span<std::uint8_t> bytes = take_unmasked(input);
  std::copy(bytes.begin(), bytes.end(), control_.begin() + control_size_);
  control_size_ = static_cast<std::uint8_t>(control_size_ + bytes.size());
  return in_payload_ ? Event{NeedMore{}} : end_of_control();
}

FrameReader::Event FrameReader::end_of_control() {
  switch (static_cast<Opcode>(header_[0] & 0x0f)) {
    case Opcode::kPing:
      return Ping{std::span(control_).first(control_size_)};
    case Opcode::kClose:
      verdict_ = end_of_close();
      return *verdict_;
    default:
      return Pong{};
  }
}

FrameReader::Event FrameReader::end_of_close() {
  if (control_size_ == 0) return Close{std::nullopt};
  if (control_size_ == 1) return Refused{FrameError::kCloseMalformed};
  const auto code = static_cast<std::uint16_t>(big_endian(std::span(control_).first<2>()));
  if (!may_be_sent(code)) return Refused{FrameError::kCloseMalformed};
  return Close{code};
}

}  // namespace zerofc::server
