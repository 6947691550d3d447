// A client of 0fcd down to its frames, for tests and tools: WebSocket, Secure Session, counters.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <variant>

#include "core/crypto.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/server_identity.hpp"
#include "server/testing/websocket_client.hpp"
#include "themis/secure_session.hpp"

namespace zerofc::testing {

// The body of GET /server-key.
[[nodiscard]] ServerKeys fetch_server_keys(std::uint16_t port);

// A frame with the bytes that its views point into.
struct CameFrame {
  Bytes plaintext;
  std::uint64_t counter = 0;
  Frame frame;
};
struct CameClose {
  int code = 0;  // 0: the connection ended without one
};
using CameAny = std::variant<CameFrame, CameClose>;

class SessionClient {
 public:
  // Connects as whoever owns `own`; throws std::runtime_error if the Secure Session is refused.
  SessionClient(std::uint16_t port, const SessionKeyPair& own, const UpgradeRequest& request = {},
                int receive_buffer = 0);

  bool send(const Frame& frame);
  // Any counter and any bytes after it; the counters that follow go on from there.
  bool send_counted(std::uint64_t counter, BytesView frame);
  // Any bytes in place of counter and frame, or in place of a wrapped message.
  bool send_plaintext(BytesView plaintext);
  [[nodiscard]] Bytes wrap(BytesView plaintext);

  // Throws if nothing comes in time, or a counter is not the next.
  [[nodiscard]] CameAny receive(std::chrono::milliseconds patience = kPatience);
  [[nodiscard]] bool is_quiet(std::chrono::milliseconds patience);

  // The next frame, which must be of this kind: throws otherwise.
  template <class Kind>
  [[nodiscard]] CameFrame expect() {
    CameAny came = receive();
    auto* frame = std::get_if<CameFrame>(&came);
    if (frame == nullptr || !std::holds_alternative<Kind>(frame->frame))
      throw std::runtime_error(complaint(came, Kind::kType));
    return std::move(*frame);
  }
  // Passes frames over until one of this kind comes.
  template <class Kind>
  [[nodiscard]] CameFrame until() {
    while (true) {
      CameAny came = receive();
      auto* frame = std::get_if<CameFrame>(&came);
      if (frame == nullptr) throw std::runtime_error(complaint(came, Kind::kType));
      if (std::holds_alternative<Kind>(frame->frame)) return std::move(*frame);
    }
  }
  // The code of an `error` that comes next.
  [[nodiscard]] FrameCode expect_error();
  // The code with which the server closes next.
  [[nodiscard]] int expect_close();

  [[nodiscard]] WebSocketClient& websocket() { return socket_; }
  [[nodiscard]] themis::SecureSession& session() { return *session_; }

 private:
  [[nodiscard]] static std::string complaint(const CameAny& came, std::uint64_t wanted);
  [[nodiscard]] Bytes expect_message();

  WebSocketClient socket_;
  std::optional<themis::SecureSession> session_;
  std::uint64_t next_sent_ = 0;
  std::uint64_t next_received_ = 0;
};

// The client's half of the handshake, for whoever sends its messages in other ways.
[[nodiscard]] themis::SecureSessionClient make_handshake(const SessionKeyPair& own,
                                                         const SessionPublicKey& server);

}  // namespace zerofc::testing
