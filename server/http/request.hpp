// One HTTP request, read whole before anything looks at it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace zerofc::server {

enum class Method : std::uint8_t { kGet, kHead, kOther };

// Header values as they came. A header that may be given only once is given only once.
struct Request {
  Method method = Method::kOther;
  std::string path;  // begins with '/', has no escapes and no dot segments; the query is cut off
  std::string host;
  bool keep_alive = true;
  std::optional<std::string> origin;
  std::string accept_encoding;  // lists may come in several headers; joined by ", "
  std::string if_none_match;
  // Of the WebSocket handshake, RFC 6455 §4.2.1.
  std::string connection;
  std::string upgrade;
  std::string websocket_key;
  std::string websocket_version;
  std::string websocket_protocol;
};

enum class RequestError : std::uint8_t {
  kMalformed,       // 400: not HTTP, or a header twice that may stand once
  kBadTarget,       // 400: absolute form, escapes, dot segments, control characters
  kBadHost,         // 400: no Host, or more than one
  kHasBody,         // 413: nothing here takes a body
  kHeaderTooLarge,  // 431
  kBadVersion,      // 505: HTTP/1.1 is spoken
};

// Where the head of a request ends in `bytes` (just after the empty line), searching from
// `searched` bytes on. None: more has to come.
[[nodiscard]] std::optional<std::size_t> find_end_of_head(std::string_view bytes,
                                                          std::size_t searched);

// `head` is a whole request line with headers and the empty line.
[[nodiscard]] std::variant<Request, RequestError> parse_request(std::string_view head);

// Takes the first item off a comma-separated list, without the blanks around it. None: the list is
// used up.
[[nodiscard]] std::optional<std::string_view> take_item(std::string_view& list);

// Are these the same but for upper and lower case of ASCII letters?
[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);

// Does this comma-separated list hold `token`, in upper or lower case?
[[nodiscard]] bool has_token(std::string_view list, std::string_view token);

}  // namespace zerofc::server
