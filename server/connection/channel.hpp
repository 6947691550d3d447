// One WebSocket after its upgrade, without the socket: frames of RFC 6455, the Secure Session in
// them, and counted protocol frames in that. Bytes come in, what has to be done about them comes
// out; what is to be sent goes to the outbox. docs/protocol.md §2.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>

#include "core/base/time.hpp"
#include "core/wire/frame.hpp"
#include "server/connection/handshake.hpp"
#include "server/connection/outbox.hpp"
#include "server/limits.hpp"
#include "server/websocket/frame.hpp"
#include "server/websocket/frame_reader.hpp"

namespace zerofc::server {

// What the channels of one thread share.
struct ChannelLimits {
  explicit ChannelLimits(const Limits& limits);
  WebSocketLimits during_handshake;
  WebSocketLimits established;
};

class Channel {
 public:
  // `limits` must outlive the channel.
  Channel(const ChannelLimits& limits, std::shared_ptr<const themis::SessionIdentity> identity);

  struct NeedMore {};  // the input is used up
  // To be advanced elsewhere: the channel takes nothing until finish_step().
  struct Step {
    std::unique_ptr<Handshake> handshake;
    Bytes message;
  };
  // The next frame, with the right counter. Its views hold until the next call.
  struct FrameCame {
    CountedFrame counted;
    BytesView plaintext;
  };
  // No more comes and no more may be sent; the last words are in the outbox.
  struct Ended {};
  using Event = std::variant<NeedMore, Step, FrameCame, Ended>;

  // Takes bytes off the front of `input`, which is overwritten, until there is something to do.
  // `scratch` has room for the largest message.
  [[nodiscard]] Event next(std::span<std::uint8_t>& input, std::span<std::uint8_t> scratch,
                           Outbox& outbox, Now now);

  // The outcome of the last Step; `handshake` is its own. False: the channel has ended.
  [[nodiscard]] bool finish_step(std::unique_ptr<Handshake> handshake, Handshake::Outcome outcome,
                                 Outbox& outbox);

  [[nodiscard]] bool is_established() const { return session_.has_value(); }
  [[nodiscard]] bool has_ended() const { return has_ended_; }
  // Between Step and finish_step().
  [[nodiscard]] bool awaits_step() const { return !session_ && handshake_ == nullptr; }
  // Whom the Secure Session authenticated; once it is established.
  [[nodiscard]] const SessionPublicKey& peer() const { return peer_; }
  // The sequence numbers run out: close with kServiceRestart before they do.
  [[nodiscard]] bool should_be_replaced() const {
    return session_ && session_->should_be_replaced();
  }

  // Wraps an encoded frame behind the next counter. False: the session failed, and the channel has
  // ended. Nothing is sent before the session is established or after the end.
  bool send(BytesView frame, Outbox& outbox, Now now);
  // Ends the channel: with an `error` if the session can carry one, then with the close frame.
  void end(CloseCode code, Outbox& outbox);
  void end(const frame::Error& error, CloseCode code, Outbox& outbox, Now now);

 private:
  [[nodiscard]] Event take_message(BytesView message, std::span<std::uint8_t> scratch,
                                   Outbox& outbox, Now now);

  const ChannelLimits* limits_;
  FrameReader reader_;
  std::unique_ptr<Handshake> handshake_;  // none while it is advanced elsewhere, and after it
  std::optional<themis::SecureSession> session_;
  SessionPublicKey peer_;
  bool has_ended_ = false;
  std::uint64_t next_sent_ = 0;
  std::uint64_t next_received_ = 0;
};

}  // namespace zerofc::server
