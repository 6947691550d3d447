#include "server/http/request.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

namespace zerofc::server {
namespace {

namespace http = boost::beast::http;

constexpr unsigned kHttp11 = 11;
constexpr std::string_view kEndOfHead = "\r\n\r\n";

std::string_view view_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

// The only value, "" if there is none; none if there are several.
std::optional<std::string> only_value(const http::fields& fields, http::field name) {
  const auto [begin, end] = fields.equal_range(name);
  if (begin == end) return std::string();
  if (std::next(begin) != end) return std::nullopt;
  return std::string(view_of(begin->value()));
}

std::string joined_values(const http::fields& fields, http::field name) {
  std::string joined;
  const auto [begin, end] = fields.equal_range(name);
  for (auto field = begin; field != end; ++field) {
    if (!joined.empty()) joined += ", ";
    joined += view_of(field->value());
  }
  return joined;
}

// No path of this server needs an escape, so there is nothing to decode and nothing to disagree
// about with a proxy in front.
std::optional<std::string> path_of(std::string_view target) {
  const auto visible = [](char c) { return c > ' ' && c < '\x7f' && c != '#'; };
  if (!std::ranges::all_of(target, visible)) return std::nullopt;
  const std::string_view path = target.substr(0, target.find('?'));
  if (path.empty() || path.front() != '/') return std::nullopt;
  if (path.find_first_of("%\\") != std::string_view::npos) return std::nullopt;
  for (std::size_t begin = 1; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment.empty() || segment == "." || segment == "..") return std::nullopt;
    begin = end + 1;
  }
  return std::string(path);
}

// RFC 9112 §5.2: a server may refuse folded lines, and a bare CR or LF is where two parsers begin
// to disagree.
bool has_plain_lines(std::string_view head) {
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\n') return false;
    if (head[i] != '\r') continue;
    if (i + 1 >= head.size() || head[i + 1] != '\n') return false;
    if (i + 2 < head.size() && (head[i + 2] == ' ' || head[i + 2] == '\t')) return false;
    ++i;
  }
  return true;
}

}  // namespace

std::optional<std::size_t> find_end_of_head(std::string_view bytes, std::size_t searched) {
  const std::size_t from = searched < kEndOfHead.size() ? 0 : searched - kEndOfHead.size();
  const std::size_t found = bytes.find(kEndOfHead, from);
  if (found == std::string_view::npos) return std::nullopt;
  return found + kEndOfHead.size();
}

std::variant<Request, RequestError> parse_request(std::string_view head) {
  if (!has_plain_lines(head)) return RequestError::kMalformed;
  http::request_parser<http::empty_body> parser;
  parser.header_limit(
      static_cast<std::uint32_t>(std::min<std::size_t>(head.size() + 1, 0xffffffff)));
  parser.body_limit(boost::none);
  parser.skip(true);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error == http::error::bad_version) return RequestError::kBadVersion;
  if (error || !parser.is_header_done()) return RequestError::kMalformed;
  const auto& message = parser.get();
  if (message.version() != kHttp11) return RequestError::kBadVersion;
  if (message.count(http::field::content_length) > 1) return RequestError::kMalformed;
  if (parser.chunked() || message.count(http::field::transfer_encoding) != 0 ||
      parser.content_length().value_or(0) != 0) {
    return RequestError::kHasBody;
  }

  Request request;
  request.method = message.method() == http::verb::get    ? Method::kGet
                   : message.method() == http::verb::head ? Method::kHead
                                                          : Method::kOther;
  auto path = path_of(view_of(message.target()));
  if (!path) return RequestError::kBadTarget;
  request.path = std::move(*path);

  auto host = only_value(message, http::field::host);
  if (!host || host->empty()) return RequestError::kBadHost;
  request.host = std::move(*host);

  auto origin = only_value(message, http::field::origin);
  auto key = only_value(message, http::field::sec_websocket_key);
  auto version = only_value(message, http::field::sec_websocket_version);
  if (!origin || !key || !version) return RequestError::kMalformed;
  if (message.count(http::field::origin) != 0) request.origin = std::move(*origin);
  request.websocket_key = std::move(*key);
  request.websocket_version = std::move(*version);

  request.accept_encoding = joined_values(message, http::field::accept_encoding);
  request.if_none_match = joined_values(message, http::field::if_none_match);
  request.connection = joined_values(message, http::field::connection);
  request.upgrade = joined_values(message, http::field::upgrade);
  request.websocket_protocol = joined_values(message, http::field::sec_websocket_protocol);
  request.keep_alive = message.keep_alive();
  return request;
}

std::optional<std::string_view> take_item(std::string_view& list) {
  if (list.empty()) return std::nullopt;
  const std::size_t comma = std::min(list.find(','), list.size());
  std::string_view item = list.substr(0, comma);
  list.remove_prefix(std::min(comma + 1, list.size()));
  constexpr std::string_view kBlanks = " \t";
  item.remove_prefix(std::min(item.find_first_not_of(kBlanks), item.size()));
  item.remove_suffix(item.size() - (item.find_last_not_of(kBlanks) + 1));
  return item;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool has_token(std::string_view list, std::string_view token) {
  while (const auto item = take_item(list)) {
    if (same_ignoring_case(*item, token)) return true;
  }
  return false;
}

}  // namespace zerofc::server
