// One HTTP answer: a head with the same security headers every time, and a body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/time.hpp"

namespace zerofc::server {

enum class Status : std::uint16_t {
  kOk = 200,
  kNotModified = 304,
  kBadRequest = 400,
  kForbidden = 403,
  kNotFound = 404,
  kMethodNotAllowed = 405,
  kContentTooLarge = 413,
  kMisdirected = 421,
  kUpgradeRequired = 426,
  kHeaderTooLarge = 431,
  kUnavailable = 503,
  kVersionNotSupported = 505,
};

struct Header {
  std::string_view name;
  std::string_view value;
};

struct Response {
  std::string head;                  // status line, headers, empty line
  std::string text;                  // the body, if it was made for this answer
  std::span<const std::byte> asset;  // else the body, which is never freed; empty for HEAD
  bool close = false;                // the connection ends after this answer
};

// What a person or a script reads: `code` is stable and says which refusal it is, `sentence` why.
// Never cached. A body goes out unless `head_only`.
struct TextAnswer {
  Status status{};
  std::string_view code = {};
  std::string_view sentence = {};
  std::span<const Header> headers = {};
  bool close = false;
  bool head_only = false;
};
[[nodiscard]] Response answer_text(const TextAnswer& answer, UnixSeconds now);

// A body of `body_bytes` bytes of `content_type`, which the caller adds to the result.
[[nodiscard]] Response answer_head(Status status, std::string_view content_type,
                                   std::size_t body_bytes, std::span<const Header> headers,
                                   bool close, UnixSeconds now);

// RFC 9110 §5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_date(UnixSeconds time);

// The policy of every answer: no script but ours and WebAssembly, no request to
// anybody else, no frame around the page, and no text that becomes a script.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; manifest-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types app-worker";

}  // namespace zerofc::server
