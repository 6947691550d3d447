#include "server/http/upgrade.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace zerofc::server {
namespace {

constexpr UnixSeconds kNow{std::chrono::seconds(784111777)};

Request good_request() {
  Request request;
  request.method = Method::kGet;
  request.path = "/ws";
  request.host = "localhost:5103";
  request.origin = "http://localhost:5103";
  request.connection = "keep-alive, Upgrade";
  request.upgrade = "websocket";
  request.websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";
  request.websocket_version = "13";
  request.websocket_protocol = "0fc.v1";
  return request;
}
std::variant<Upgrade, Response> judge(const Request& request) {
  return judge_upgrade(request, OriginPolicy::loopback(5103), kNow);
}
// Status and code of the refusal after one change.
std::string refusal_after(const std::function<void(Request&)>& change) {
  Request request = good_request();
  change(request);
  const auto judged = judge(request);
  const auto* refused = std::get_if<Response>(&judged);
  if (refused == nullptr) return "granted";
  EXPECT_TRUE(refused->close);
  return refused->head.substr(9, 3) + " " + refused->text.substr(0, refused->text.find(':'));
}

TEST(Upgrade, is_granted_with_the_subprotocol_and_nothing_else) {
  const auto judged = judge(good_request());
  EXPECT_EQ(std::get<Upgrade>(judged).response,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "Sec-WebSocket-Protocol: 0fc.v1\r\n\r\n")
      << "the example of RFC 6455 §1.3";
}

TEST(Upgrade, picks_its_subprotocol_out_of_a_list) {
  Request request = good_request();
  request.websocket_protocol = "chat, 0fc.v1, 0fc.v2";
  EXPECT_TRUE(std::holds_alternative<Upgrade>(judge(request)));
}

TEST(Upgrade, is_refused_for_one_thing_at_a_time) {
  EXPECT_EQ(refusal_after([](Request& r) { r.host = "evil.example"; }), "421 misdirected");
  EXPECT_EQ(refusal_after([](Request& r) { r.origin.reset(); }), "403 foreign-origin");
  EXPECT_EQ(refusal_after([](Request& r) { r.origin = "null"; }), "403 foreign-origin");
  EXPECT_EQ(refusal_after([](Request& r) { r.origin = "http://evil.example"; }),
            "403 foreign-origin");
  EXPECT_EQ(refusal_after([](Request& r) { r.origin = "http://localhost:5104"; }),
            "403 foreign-origin");
  EXPECT_EQ(refusal_after([](Request& r) { r.origin = "http://127.0.0.1:5103"; }),
            "403 foreign-origin")
      << "the page of one name doesn't connect to another";
  EXPECT_EQ(refusal_after([](Request& r) { r.websocket_version = "8"; }), "426 websocket-version");
  EXPECT_EQ(refusal_after([](Request& r) { r.websocket_version = ""; }), "426 websocket-version");
  for (const char* protocol : {"", "0fc.v2", "0FC.V1", "0fc.v1 x", "0fc.v1;"}) {
    EXPECT_EQ(refusal_after([&](Request& r) { r.websocket_protocol = protocol; }),
              "400 subprotocol")
        << protocol;
  }
}

TEST(Upgrade, takes_sixteen_bytes_of_canonical_base64_as_a_key) {
  for (const char* key :
       {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQA=",
        "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25j!Q==", "dGhlIHNhbXBsZSBub25jZQ==AAAA",
        "dGhlIHNhbXBsZSBub25jZQ== "}) {
    EXPECT_EQ(refusal_after([&](Request& r) { r.websocket_key = key; }), "400 websocket-key")
        << key;
  }
}

TEST(Upgrade, is_asked_for_by_all_three_of_path_method_and_headers) {
  EXPECT_TRUE(wants_upgrade(good_request()));
  Request request = good_request();
  request.path = "/";
  EXPECT_FALSE(wants_upgrade(request));
  request = good_request();
  request.method = Method::kHead;
  EXPECT_FALSE(wants_upgrade(request));
  request = good_request();
  request.connection = "keep-alive";
  EXPECT_FALSE(wants_upgrade(request));
  request = good_request();
  request.upgrade = "h2c";
  EXPECT_FALSE(wants_upgrade(request));
}

}  // namespace
}  // namespace zerofc::server
