#include "server/http/request.hpp"

#include <gtest/gtest.h>

namespace zerofc::server {
namespace {

std::variant<Request, RequestError> parse(const std::string& line, const std::string& headers) {
  return parse_request(line + "\r\n" + headers + "\r\n");
}
RequestError error_of(const std::string& line, const std::string& headers = "Host: a\r\n") {
  const auto parsed = parse(line, headers);
  const auto* error = std::get_if<RequestError>(&parsed);
  if (error != nullptr) return *error;
  ADD_FAILURE() << line << " with " << headers << " is taken";
  return RequestError::kMalformed;
}

TEST(HttpRequest, is_read_with_what_the_server_looks_at) {
  const auto parsed = parse("GET /a/b.js?c=d HTTP/1.1",
                            "Host: localhost:5103\r\nOrigin: http://localhost:5103\r\n"
                            "accept-encoding: gzip\r\nAccept-Encoding: br\r\n"
                            "If-None-Match: \"1\", \"2\"\r\nConnection: Upgrade, keep-alive\r\n"
                            "Upgrade: websocket\r\nSec-WebSocket-Key: k\r\n"
                            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: x, 0fc.v1\r\n");
  const auto& request = std::get<Request>(parsed);
  EXPECT_EQ(request.method, Method::kGet);
  EXPECT_EQ(request.path, "/a/b.js") << "without its query";
  EXPECT_EQ(request.host, "localhost:5103");
  EXPECT_EQ(request.origin, "http://localhost:5103");
  EXPECT_EQ(request.accept_encoding, "gzip, br");
  EXPECT_EQ(request.if_none_match, "\"1\", \"2\"");
  EXPECT_EQ(request.connection, "Upgrade, keep-alive");
  EXPECT_EQ(request.upgrade, "websocket");
  EXPECT_EQ(request.websocket_key, "k");
  EXPECT_EQ(request.websocket_version, "13");
  EXPECT_EQ(request.websocket_protocol, "x, 0fc.v1");
  EXPECT_TRUE(request.keep_alive);
}

TEST(HttpRequest, says_whether_the_connection_goes_on) {
  const auto parsed = parse("GET / HTTP/1.1", "Host: a\r\nConnection: close\r\n");
  EXPECT_FALSE(std::get<Request>(parsed).keep_alive);
}

TEST(HttpRequest, of_another_method_is_read_and_named_so) {
  EXPECT_EQ(std::get<Request>(parse("HEAD / HTTP/1.1", "Host: a\r\n")).method, Method::kHead);
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"}) {
    EXPECT_EQ(std::get<Request>(parse(std::string(method) + " / HTTP/1.1", "Host: a\r\n")).method,
              Method::kOther)
        << method;
  }
}

TEST(HttpRequest, for_a_path_with_tricks_is_refused) {
  for (const char* target :
       {"/%2e%2e/etc", "/%00", "/a%2fb", "/..", "/../x", "/a/../b", "/./", "/a/.", "//a", "/a//b",
        "/a\\b", "http://localhost/", "*", "localhost:5103", "a", "/a#b", "/\x80"}) {
    EXPECT_EQ(error_of(std::string("GET ") + target + " HTTP/1.1"), RequestError::kBadTarget)
        << target;
  }
}

TEST(HttpRequest, with_another_number_of_hosts_than_one_is_refused) {
  EXPECT_EQ(error_of("GET / HTTP/1.1", ""), RequestError::kBadHost);
  EXPECT_EQ(error_of("GET / HTTP/1.1", "Host: \r\n"), RequestError::kBadHost);
  EXPECT_EQ(error_of("GET / HTTP/1.1", "Host: a\r\nHost: a\r\n"), RequestError::kBadHost);
}

TEST(HttpRequest, that_says_something_twice_which_stands_once_is_refused) {
  for (const char* header :
       {"Origin: http://a\r\n", "Sec-WebSocket-Key: k\r\n", "Sec-WebSocket-Version: 13\r\n"}) {
    EXPECT_EQ(error_of("GET / HTTP/1.1", std::string("Host: a\r\n") + header + header),
              RequestError::kMalformed)
        << header;
  }
}

TEST(HttpRequest, with_a_body_is_refused_however_it_is_announced) {
  for (const char* header : {"Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n"}) {
    EXPECT_EQ(error_of("GET / HTTP/1.1", std::string("Host: a\r\n") + header),
              RequestError::kHasBody)
        << header;
  }
  EXPECT_TRUE(
      std::holds_alternative<Request>(parse("GET / HTTP/1.1", "Host: a\r\nContent-Length: 0\r\n")));
}

// Where a proxy in front and this server could see different requests.
TEST(HttpRequest, with_an_ambiguous_length_or_line_is_refused) {
  for (const char* headers :
       {"Host: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n",
        "Host: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n",
        "Host: a\r\nContent-Length: +1\r\n", "Host: a\r\nContent-Length: 0x1\r\n",
        "Host: a\r\nX: b\r\n c\r\n", "Host: a\r\nX: b\n", "Host: a\r\nX: b\rY: c\r\n",
        "Host : a\r\n", "Host: a\r\nX\r\n", " Host: a\r\n"}) {
    EXPECT_EQ(error_of("GET / HTTP/1.1", headers), RequestError::kMalformed) << headers;
  }
}

TEST(HttpRequest, of_another_version_is_refused) {
  EXPECT_EQ(error_of("GET / HTTP/1.0"), RequestError::kBadVersion);
  EXPECT_EQ(error_of("GET / HTTP/2.0"), RequestError::kBadVersion);
  EXPECT_EQ(error_of("GET /"), RequestError::kMalformed);
}

TEST(HttpRequest, ends_at_its_empty_line_however_it_arrives) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
  const std::size_t end = bytes.size() - 4;
  for (std::size_t have = 0; have <= bytes.size(); ++have) {
    for (std::size_t searched = 0; searched <= std::min(have, end - 1); ++searched) {
      const auto found = find_end_of_head(std::string_view(bytes).substr(0, have), searched);
      EXPECT_EQ(found.has_value(), have >= end);
      EXPECT_EQ(found.value_or(end), end);
    }
  }
}

TEST(HttpRequest, lists_are_taken_apart_at_commas) {
  std::string_view list = " a ,b,\tc";
  EXPECT_EQ(take_item(list), "a");
  EXPECT_EQ(take_item(list), "b");
  EXPECT_EQ(take_item(list), "c");
  EXPECT_EQ(take_item(list), std::nullopt);
  EXPECT_TRUE(has_token("keep-alive, UPGRADE", "upgrade"));
  EXPECT_FALSE(has_token("keep-alive, upgraded", "upgrade"));
  EXPECT_FALSE(has_token("", "upgrade"));
}

}  // namespace
}  // namespace zerofc::server
