// A TCP connection to a server on this machine, for tests: blocking, with a limit to every wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "native/files/file_descriptor.hpp"

namespace zerofc::testing {

inline constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(20);

class Socket {
 public:
  // Throws std::runtime_error if nobody listens. `receive_buffer` 0: the system's.
  explicit Socket(std::uint16_t port, int receive_buffer = 0);

  // False: the other end is gone.
  bool send(BytesView bytes);
  bool send(std::string_view text) { return send(bytes_of(text)); }
  // What has come, after a wait for the first byte of it. None: nothing came in time. Empty: the
  // other end has closed.
  [[nodiscard]] std::optional<Bytes> receive(std::chrono::milliseconds patience = kPatience);
  // Reads and forgets until the other end closes. False: it doesn't in time.
  [[nodiscard]] bool closes(std::chrono::milliseconds patience = kPatience);
  // As if the cable was cut: no farewell, and what was not read is refused.
  void reset();

 private:
  FileDescriptor descriptor_;
};

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string head;                            // as it came
  std::string body;
  bool closed = false;  // the connection, after the answer
};
// Sends `request` as it is and reads one answer. `is_head`: no body comes with it. Throws if none
// comes.
[[nodiscard]] HttpAnswer ask(Socket& socket, std::string_view request, bool is_head = false);
// The same over a connection of its own, for "GET /path" or another method, with these headers
// beside Host.
[[nodiscard]] HttpAnswer ask(std::uint16_t port, std::string_view method_and_path,
                             std::string_view headers = "");

}  // namespace zerofc::testing
