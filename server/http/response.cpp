#include "server/http/response.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace zerofc::server {
namespace {

std::string_view reason_of(Status status) {
  switch (status) {
    case Status::kOk:
      return "OK";
    case Status::kNotModified:
      return "Not Modified";
    case Status::kBadRequest:
      return "Bad Request";
    case Status::kForbidden:
      return "Forbidden";
    case Status::kNotFound:
      return "Not Found";
    case Status::kMethodNotAllowed:
      return "Method Not Allowed";
    case Status::kContentTooLarge:
      return "Content Too Large";
    case Status::kMisdirected:
      return "Misdirected Request";
    case Status::kUpgradeRequired:
      return "Upgrade Required";
    case Status::kHeaderTooLarge:
      return "Request Header Fields Too Large";
    case Status::kUnavailable:
      return "Service Unavailable";
    case Status::kVersionNotSupported:
      return "HTTP Version Not Supported";
  }
  return "";
}

// No cookie, no name or version of a server. Nothing of a device that the page doesn't use.
constexpr std::array<Header, 7> kSecurityHeaders{{
    {"Content-Security-Policy", kContentSecurityPolicy},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Embedder-Policy", "require-corp"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy",
     "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
     "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), browsing-topics=()"},
}};

void add(std::string& head, const Header& header) {
  head.append(header.name).append(": ").append(header.value).append("\r\n");
}

}  // namespace

std::string http_date(UnixSeconds time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto digits = [](int value, std::size_t width) {
    std::string text = std::to_string(value);
    return std::string(width - std::min(width, text.size()), '0') + text;
  };
  // Not strftime: it would take the names from the locale.
  return std::string(kDays.at(static_cast<std::size_t>(parts.tm_wday))) + ", " +
         digits(parts.tm_mday, 2) + " " + kMonths.at(static_cast<std::size_t>(parts.tm_mon)) + " " +
         digits(1900 + parts.tm_year, 4) + " " + digits(parts.tm_hour, 2) + ":" +
         digits(parts.tm_min, 2) + ":" + digits(parts.tm_sec, 2) + " GMT";
}

Response answer_head(Status status, std::string_view content_type, std::size_t body_bytes,
                     std::span<const Header> headers, bool close, UnixSeconds now) {
  Response response;
  response.close = close;
  std::string& head = response.head;
  head.reserve(1536);
  head = "HTTP/1.1 " + std::to_string(static_cast<int>(status)) + " ";
  head.append(reason_of(status)).append("\r\n");
  add(head, {"Date", http_date(now)});
  if (!content_type.empty()) add(head, {"Content-Type", content_type});
  if (status != Status::kNotModified) add(head, {"Content-Length", std::to_string(body_bytes)});
  if (close) add(head, {"Connection", "close"});
  for (const Header& header : headers) add(head, header);
  for (const Header& header : kSecurityHeaders) add(head, header);
  head.append("\r\n");
  return response;
}

Response answer_text(const TextAnswer& answer, UnixSeconds now) {
  std::string text(answer.code);
  text.append(": ").append(answer.sentence).append("\n");
  std::array<Header, 4> headers{{{"Cache-Control", "no-store"}}};
  std::size_t count = 1;
  for (const Header& header : answer.headers) headers.at(count++) = header;
  Response response = answer_head(answer.status, "text/plain; charset=utf-8", text.size(),
                                  std::span(headers).first(count), answer.close, now);
  if (!answer.head_only) response.text = std::move(text);
  return response;
}

}  // namespace zerofc::server
