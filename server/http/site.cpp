#include "server/http/site.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "server/page/page_assets.hpp"

namespace zerofc::server {
namespace {

constexpr std::string_view kImmutable = "public, max-age=31536000, immutable";
constexpr std::string_view kAskAgain = "no-cache";

// RFC 9110 §12.4.2: a weight of zero means "not acceptable".
bool is_refused(std::string_view parameters) {
  const std::size_t q = parameters.find("q=");
  if (q == std::string_view::npos) return false;
  const std::string_view weight = parameters.substr(q + 2);
  return !weight.empty() && weight.find_first_of("123456789") == std::string_view::npos;
}

bool accepts_encoding(std::string_view list, std::string_view encoding) {
  while (const auto item = take_item(list)) {
    const std::size_t end = std::min(item->find(';'), item->size());
    std::string_view name = item->substr(0, end);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (same_ignoring_case(name, encoding)) return !is_refused(item->substr(end));
  }
  return false;
}

struct Form {
  std::span<const std::byte> bytes;
  std::string_view encoding;  // "" is the identity
  std::string etag;           // RFC 9110 §8.8.3: representations that differ have different ones
};

Form form_for(const PageAsset& asset, std::string_view accept_encoding) {
  const auto tagged = [&](std::string_view suffix) {
    std::string etag(asset.etag);
    return etag.insert(etag.size() - 1, suffix);
  };
  if (!asset.brotli.empty() && accepts_encoding(accept_encoding, "br"))
    return {asset.brotli, "br", tagged("-br")};
  if (!asset.gzip.empty() && accepts_encoding(accept_encoding, "gzip"))
    return {asset.gzip, "gzip", tagged("-gz")};
  return {asset.identity, "", tagged("")};
}

// RFC 9110 §13.1.2: the weak comparison.
bool is_named(std::string_view if_none_match, std::string_view etag) {
  while (auto item = take_item(if_none_match)) {
    if (item->starts_with("W/")) item->remove_prefix(2);
    if (*item == etag || *item == "*") return true;
  }
  return false;
}

Response answer_asset(const PageAsset& asset, const Request& request, UnixSeconds now) {
  const Form form = form_for(asset, request.accept_encoding);
  const bool has_forms = !asset.brotli.empty() || !asset.gzip.empty();
  std::array<Header, 4> headers{{
      {"Cache-Control", asset.immutable ? kImmutable : kAskAgain},
      {"ETag", form.etag},
  }};
  std::size_t count = 2;
  if (has_forms) headers.at(count++) = {"Vary", "Accept-Encoding"};
  if (!form.encoding.empty()) headers.at(count++) = {"Content-Encoding", form.encoding};
  const auto used = std::span(headers).first(count);
  const bool close = !request.keep_alive;
  if (is_named(request.if_none_match, form.etag))
    return answer_head(Status::kNotModified, "", 0, used, close, now);
  Response response =
      answer_head(Status::kOk, asset.content_type, form.bytes.size(), used, close, now);
  if (request.method == Method::kGet) response.asset = form.bytes;
  return response;
}

}  // namespace

Response Site::answer(const Request& request, UnixSeconds now) const {
  const auto text = [&](Status status, std::string_view code, std::string_view sentence,
                        std::span<const Header> headers = {}) {
    return answer_text({.status = status,
                        .code = code,
                        .sentence = sentence,
                        .headers = headers,
                        .close = !request.keep_alive,
                        .head_only = request.method == Method::kHead},
                       now);
  };
  if (request.method == Method::kOther) {
    constexpr std::array<Header, 1> kAllow{{{"Allow", "GET, HEAD"}}};
    return text(Status::kMethodNotAllowed, "method-not-allowed", "Only GET and HEAD are answered.",
                kAllow);
  }
  // Probes come to the address itself, under no name that a browser knows.
  if (request.path == "/healthz" || request.path == "/readyz") return answer_health(request, now);
  if (!origins_.answers_for(request.host)) {
    return text(Status::kMisdirected, "misdirected",
                "This server does not answer under this name; its own are set by --public-origin.");
  }
  if (request.path == "/server-key") return answer_server_key(request, now);
  if (request.path == "/ws") {
    constexpr std::array<Header, 1> kUpgrade{{{"Upgrade", "websocket"}}};
    return text(Status::kUpgradeRequired, "upgrade-required", "A WebSocket is spoken here.",
                kUpgrade);
  }
  if (const PageAsset* asset = find_page_asset(request.path))
    return answer_asset(*asset, request, now);
  return text(Status::kNotFound, "not-found", "There is nothing under this address.");
}

Response Site::answer_health(const Request& request, UnixSeconds now) const {
  TextAnswer answer{.status = Status::kOk,
                    .code = "ok",
                    .sentence = "The server runs.",
                    .close = !request.keep_alive,
                    .head_only = request.method == Method::kHead};
  if (request.path == "/readyz") {
    if (health_->draining) {
      answer.status = Status::kUnavailable;
      answer.code = "shutting-down";
      answer.sentence = "The server finishes what it has begun and takes nothing new.";
    } else if (!health_->store_available) {
      answer.status = Status::kUnavailable;
      answer.code = "store-unavailable";
      answer.sentence = "The data directory can't be written.";
    } else {
      answer.sentence = "The server is ready.";
    }
  }
  return answer_text(answer, now);
}

Response Site::answer_server_key(const Request& request, UnixSeconds now) const {
  constexpr std::array<Header, 1> kHeaders{{{"Cache-Control", "no-store"}}};
  Response response = answer_head(Status::kOk, "application/cbor", server_key_.size(), kHeaders,
                                  !request.keep_alive, now);
  if (request.method == Method::kGet) response.text = text_of(server_key_);
  return response;
}

Response Site::refuse(RequestError error, UnixSeconds now) {
  TextAnswer answer{.status = Status::kBadRequest, .close = true};
  switch (error) {
    case RequestError::kMalformed:
      answer.code = "malformed";
      answer.sentence = "This is no HTTP request.";
      break;
    case RequestError::kBadTarget:
      answer.code = "bad-target";
      answer.sentence = "A path begins with / and has no escapes and no empty or dot segments.";
      break;
    case RequestError::kBadHost:
      answer.code = "bad-host";
      answer.sentence = "A request has exactly one Host.";
      break;
    case RequestError::kHasBody:
      answer.status = Status::kContentTooLarge;
      answer.code = "body-refused";
      answer.sentence = "No request has a body here.";
      break;
    case RequestError::kHeaderTooLarge:
      answer.status = Status::kHeaderTooLarge;
      answer.code = "header-too-large";
      answer.sentence = "The request's headers are over the limit.";
      break;
    case RequestError::kBadVersion:
      answer.status = Status::kVersionNotSupported;
      answer.code = "version-not-supported";
      answer.sentence = "HTTP/1.1 is spoken here.";
      break;
  }
  return answer_text(answer, now);
}

Response Site::busy(std::string_view code, std::string_view sentence, UnixSeconds now) {
  constexpr std::array<Header, 1> kRetry{{{"Retry-After", "5"}}};
  return answer_text({.status = Status::kUnavailable,
                      .code = code,
                      .sentence = sentence,
                      .headers = kRetry,
                      .close = true},
                     now);
}

}  // namespace zerofc::server
