#include "server/connection/channel.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace zerofc::server {
namespace {

themis::UnixSeconds themis_time(Now now) {
  return themis::UnixSeconds(to_seconds(now.wall).time_since_epoch());
}

void add_message(BytesView message, Outbox& outbox) {
  std::array<std::uint8_t, kServerHeaderBytesMax> header{};
  const std::size_t header_bytes = write_frame_header(Opcode::kBinary, message.size(), header);
  outbox.add(BytesView(header).first(header_bytes));
  outbox.add(message);
}

}  // namespace

ChannelLimits::ChannelLimits(const Limits& limits)
    : during_handshake(limits.websocket), established(limits.websocket) {
  during_handshake.message_bytes_max = limits.connections.handshake_bytes_max;
}

Channel::Channel(const ChannelLimits& limits,
                 std::shared_ptr<const themis::SessionIdentity> identity)
    : limits_(&limits),
      reader_(limits.during_handshake),
      handshake_(std::make_unique<Handshake>(std::move(identity))) {}

Channel::Event Channel::next(std::span<std::uint8_t>& input, std::span<std::uint8_t> scratch,
                             Outbox& outbox, Now now) {
  while (!has_ended_) {
    const FrameReader::Event event = reader_.next(input, now.steady);
    if (std::holds_alternative<FrameReader::NeedMore>(event)) return NeedMore{};
    if (const auto* message = std::get_if<FrameReader::Message>(&event))
      return take_message(message->bytes, scratch, outbox, now);
    if (const auto* ping = std::get_if<FrameReader::Ping>(&event)) {
      std::array<std::uint8_t, kServerHeaderBytesMax> header{};
      const std::size_t size = write_frame_header(Opcode::kPong, ping->bytes.size(), header);
      outbox.add(BytesView(header).first(size));
      outbox.add(ping->bytes);
    } else if (std::holds_alternative<FrameReader::Close>(event)) {
      // RFC 6455 §5.5.1: "the other peer sends a Close frame in response".
      end(CloseCode::kNormal, outbox);
    } else if (const auto* refused = std::get_if<FrameReader::Refused>(&event)) {
      end(close_code_of(refused->error), outbox);
    }
  }
  return Ended{};
}

Channel::Event Channel::take_message(BytesView message, std::span<std::uint8_t> scratch,
                                     Outbox& outbox, Now now) {
  if (!session_) {
    if (handshake_ == nullptr) return NeedMore{};
    return Step{std::move(handshake_), to_bytes(message)};
  }
  const auto plaintext = session_->unwrap_into(scratch, message, themis_time(now));
  if (!plaintext) {
    end(CloseCode::kProtocolError, outbox);
    return Ended{};
  }
  auto counted = decode_frame(*plaintext);
  if (!counted) {
    end({FrameCode::kMalformed, std::nullopt}, CloseCode::kProtocolError, outbox, now);
    return Ended{};
  }
  // "exactly one higher each time": an official Themis peer accepts replays within a window.
  if (counted->counter != next_received_) {
    end({FrameCode::kBadCounter, std::nullopt}, CloseCode::kProtocolError, outbox, now);
    return Ended{};
  }
  ++next_received_;
  return FrameCame{std::move(*counted), *plaintext};
}

bool Channel::finish_step(std::unique_ptr<Handshake> handshake, Handshake::Outcome outcome,
                          Outbox& outbox) {
  if (has_ended_) return false;
  if (auto* reply = std::get_if<Handshake::Reply>(&outcome)) {
    handshake_ = std::move(handshake);
    add_message(reply->message, outbox);
    return true;
  }
  if (auto* established = std::get_if<Handshake::Established>(&outcome)) {
    session_.emplace(std::move(established->session));
    peer_ = established->peer;
    reader_.set_limits(limits_->established);
    add_message(established->message, outbox);
    return true;
  }
  end(CloseCode::kPolicyViolation, outbox);
  return false;
}

bool Channel::send(BytesView frame, Outbox& outbox, Now now) {
  if (has_ended_ || !session_) return !has_ended_;
  const EncodedCounter counter = encode_counter(next_sent_);
  const std::size_t payload = counter.size + frame.size() + themis::SecureSession::kOverhead;
  std::array<std::uint8_t, kServerHeaderBytesMax> header{};
  const std::size_t header_bytes = write_frame_header(Opcode::kBinary, payload, header);
  const std::span<std::uint8_t> out = outbox.extend(header_bytes + payload);
  std::copy_n(header.begin(), header_bytes, out.begin());
  const auto wrapped =
      session_->wrap_into(out.subspan(header_bytes), counter.view(), frame, themis_time(now));
  if (!wrapped) {
    outbox.shrink(header_bytes + payload);
    const bool used_up = wrapped.error().code == themis::ErrorCode::kSessionExhausted;
    end(used_up ? CloseCode::kServiceRestart : CloseCode::kInternalError, outbox);
    return false;
  }
  ++next_sent_;
  return true;
}

void Channel::end(CloseCode code, Outbox& outbox) {
  if (std::exchange(has_ended_, true)) return;
  outbox.add(close_frame(code));
}

void Channel::end(const frame::Error& error, CloseCode code, Outbox& outbox, Now now) {
  if (has_ended_) return;
  if (send(encode(Frame(error)), outbox, now)) end(code, outbox);
}

}  // namespace zerofc::server
