// The client's half of RFC 6455, for tests: well behaved unless it is told otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "server/testing/socket.hpp"
#include "server/websocket/frame.hpp"

namespace zerofc::testing {

// Headers of the upgrade; "" leaves one out.
struct UpgradeRequest {
  std::string host = {};    // localhost:PORT unless given
  std::string origin = {};  // http://HOST unless given
  bool without_origin = false;
  std::string protocol = "0fc.v1";
  std::string key = "dGhlIHNhbXBsZSBub25jZQ==";  // the example of RFC 6455 §1.3
  std::string version = "13";
  std::string more = {};  // whole lines
};

class WebSocketClient {
 public:
  struct Message {
    Bytes bytes;
  };
  struct Pong {
    Bytes bytes;
  };
  struct Closed {
    std::optional<std::uint16_t> code;  // none: no close frame came before the end
  };
  using Came = std::variant<Message, Pong, Closed>;

  // Asks for the upgrade; is_open() says whether it was granted, answer() what was said.
  explicit WebSocketClient(std::uint16_t port, const UpgradeRequest& request = {},
                           int receive_buffer = 0);

  [[nodiscard]] bool is_open() const { return answer_.status == 101; }
  [[nodiscard]] const HttpAnswer& answer() const { return answer_; }

  bool send(BytesView message) { return send_frame(server::Opcode::kBinary, message); }
  bool send_frame(server::Opcode opcode, BytesView payload, bool is_final = true);
  bool send_raw(BytesView bytes) { return socket_.send(bytes); }
  // None: nothing came in time.
  [[nodiscard]] std::optional<Came> receive(std::chrono::milliseconds patience = kPatience);
  // The code of the close frame that comes next but for messages and pongs, or 0.
  [[nodiscard]] int close_code(std::chrono::milliseconds patience = kPatience);
  [[nodiscard]] Socket& socket() { return socket_; }

  // A masked frame, as bytes.
  [[nodiscard]] static Bytes frame(server::Opcode opcode, BytesView payload, bool is_final = true);

 private:
  [[nodiscard]] std::optional<Came> take_frame();

  Socket socket_;
  HttpAnswer answer_;
  Bytes came_;
  bool ended_ = false;
};

}  // namespace zerofc::testing
