// What a server does with whoever breaks the rules, is too slow, or is one of too many.
#include <gtest/gtest.h>

#include "server/tests/running_server.hpp"

namespace zerofc::server {
namespace {

using testing::Socket;

ServerConfig with(const std::function<void(Limits&)>& change) {
  ServerConfig config;
  change(config.limits);
  return config;
}

// ---- HTTP

TEST(ServerHttp, serves_the_page_and_its_key_on_a_kept_connection) {
  RunningServer server;
  Socket socket(server.port());
  const std::string host = "Host: localhost:" + std::to_string(server.port()) + "\r\n\r\n";
  for (int i = 0; i < 3; ++i) {
    const auto page = ask(socket, "GET / HTTP/1.1\r\n" + host);
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.body.substr(0, 15), "<!doctype html>");
    const auto key = ask(socket, "GET /server-key HTTP/1.1\r\n" + host);
    EXPECT_EQ(zerofc::decode_server_keys(bytes_of(key.body))->session,
              server.keys().session.public_key);
    EXPECT_FALSE(key.closed);
  }
}

TEST(ServerHttp, answers_requests_sent_together_one_after_the_other) {
  RunningServer server;
  Socket socket(server.port());
  const std::string host = "Host: localhost:" + std::to_string(server.port()) + "\r\n";
  const std::string first = "GET /healthz HTTP/1.1\r\n" + host + "\r\n";
  const std::string last = "GET /nowhere HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n";
  socket.send(first + first + last);
  std::string all;
  while (const auto more = socket.receive()) {
    if (more->empty()) break;
    all += text_of(*more);
  }
  EXPECT_NE(all.find("not-found: "), std::string::npos);
  const std::size_t second = all.find("ok: The server runs.", all.find("ok: The server runs.") + 1);
  EXPECT_LT(second, all.find("not-found: "));
}

TEST(ServerHttp, ends_the_connection_after_what_is_no_request) {
  RunningServer server;
  for (const auto& [request, status] : std::vector<std::pair<std::string, int>>{
           {"\x16\x03\x01\r\n\r\n", 400},
           {"GET /%2e%2e/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 413},
           {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9000, 'x') + "\r\n\r\n", 431},
           {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(70'000, 'x'), 431},
           {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", 505}}) {
    Socket socket(server.port());
    const auto answer = ask(socket, request);
    EXPECT_EQ(answer.status, status);
    EXPECT_TRUE(answer.closed);
  }
}

TEST(ServerHttp, waits_for_headers_no_longer_than_their_deadline_whatever_trickles_in) {
  RunningServer server(with([](Limits& limits) { limits.http.header_time = 300ms; }));
  Socket silent(server.port());
  Socket trickle(server.port());
  const auto begin = std::chrono::steady_clock::now();
  bool open = true;
  while (open && std::chrono::steady_clock::now() - begin < 5s) {
    open = trickle.send("G") && !trickle.receive(50ms).has_value();
  }
  EXPECT_FALSE(open);
  EXPECT_TRUE(silent.closes());
  EXPECT_GE(server.total("deadlines"), 2U);
}

TEST(ServerHttp, turns_away_whoever_is_over_the_number_of_connections) {
  RunningServer server(with([](Limits& limits) { limits.connections.connections_max = 3; }));
  std::vector<std::unique_ptr<Socket>> held;
  for (int i = 0; i < 3; ++i) held.push_back(std::make_unique<Socket>(server.port()));
  ASSERT_TRUE(server.comes_to("connections", 3));
  Socket fourth(server.port());
  const auto answer = ask(fourth, "");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body.substr(0, 17), "connections-full:");
  held.pop_back();
  ASSERT_TRUE(server.comes_to("connections-now", 2));
  EXPECT_EQ(ask(server.port(), "GET /healthz").status, 200);
}

// ---- the upgrade

TEST(ServerUpgrade, is_for_this_servers_own_pages_only) {
  RunningServer server;
  const std::string host = "localhost:" + std::to_string(server.port());
  EXPECT_TRUE(WebSocketClient(server.port()).is_open());
  EXPECT_EQ(WebSocketClient(server.port(), {.without_origin = true}).answer().status, 403);
  for (const std::string& origin :
       {std::string("null"), std::string("http://evil.example"), "https://" + host,
        "http://x." + host, std::string("http://localhost"), std::string("http://localhost:1")}) {
    EXPECT_EQ(WebSocketClient(server.port(), {.origin = origin}).answer().status, 403) << origin;
  }
  EXPECT_EQ(WebSocketClient(server.port(), {.host = "evil.example"}).answer().status, 421);
}

TEST(ServerUpgrade, speaks_its_subprotocol_and_never_takes_compression) {
  RunningServer server;
  EXPECT_EQ(WebSocketClient(server.port(), {.protocol = ""}).answer().status, 400);
  EXPECT_EQ(WebSocketClient(server.port(), {.protocol = "0fc.v2"}).answer().status, 400);
  const WebSocketClient compressed(
      server.port(),
      {.more = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"});
  EXPECT_TRUE(compressed.is_open());
  EXPECT_EQ(compressed.answer().head.find("Extensions"), std::string::npos);
  EXPECT_EQ(compressed.answer().headers.at("sec-websocket-protocol"), "0fc.v1");
}

TEST(ServerUpgrade, is_refused_while_too_many_handshakes_are_under_way) {
  RunningServer server(with([](Limits& limits) { limits.connections.handshakes_max = 2; }));
  auto first = std::make_unique<WebSocketClient>(server.port());
  const WebSocketClient second(server.port());
  EXPECT_TRUE(first->is_open());
  EXPECT_TRUE(second.is_open());
  const WebSocketClient third(server.port());
  EXPECT_EQ(third.answer().status, 503);
  EXPECT_EQ(third.answer().body.substr(0, 16), "handshakes-full:");
  first.reset();
  ASSERT_TRUE(server.comes_to("handshakes-failed", 1));
  const Person person;
  const SessionClient client(server.port(), person.session);
  EXPECT_TRUE(WebSocketClient(server.port()).is_open()) << "an established one takes no place";
}

TEST(ServerUpgrade, may_be_followed_at_once_by_the_first_message) {
  RunningServer server;
  const Person person;
  auto handshake = testing::make_handshake(person.session, server.keys().session.public_key);
  Socket socket(server.port());
  const std::string host = "localhost:" + std::to_string(server.port());
  Bytes all = to_bytes(bytes_of("GET /ws HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host +
                                "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: 0fc.v1\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
  const Bytes frame = WebSocketClient::frame(Opcode::kBinary, handshake.connect_request());
  all.insert(all.end(), frame.begin(), frame.end());
  socket.send(all);
  Bytes came;
  const std::string_view end = "\r\n\r\n";
  for (std::size_t head = 0; came.size() < head + 20;) {
    const auto more = socket.receive();
    ASSERT_TRUE(more && !more->empty());
    came.insert(came.end(), more->begin(), more->end());
    head = text_of(came).find(end) + end.size();
  }
  EXPECT_EQ(text_of(came).substr(0, 12), "HTTP/1.1 101");
}

// ---- WebSocket and handshake

TEST(ServerHandshake, is_refused_for_every_truncation_of_each_message_and_nothing_hangs) {
  RunningServer server;
  const Person person;
  const auto server_key = server.keys().session.public_key;
  const Bytes msg1 = testing::make_handshake(person.session, server_key).connect_request();
  std::size_t refused = 0;
  for (std::size_t size = 0; size < msg1.size(); size += 3) {
    WebSocketClient client(server.port());
    client.send(BytesView(msg1).first(size));
    EXPECT_EQ(client.close_code(), 1008) << size;
    ++refused;
  }
  for (std::size_t cut = 1; cut < 120; cut += 7) {
    auto handshake = testing::make_handshake(person.session, server_key);
    WebSocketClient client(server.port());
    client.send(handshake.connect_request());
    const auto msg2 = client.receive();
    const Bytes msg3 = *handshake.handle_msg2(std::get<WebSocketClient::Message>(*msg2).bytes);
    client.send(BytesView(msg3).first(msg3.size() - std::min(cut, msg3.size())));
    EXPECT_EQ(client.close_code(), 1008) << cut;
    ++refused;
  }
  EXPECT_TRUE(server.comes_to("handshakes-failed", refused));
  EXPECT_EQ(server.total("sessions"), 0U);
  const SessionClient fine(server.port(), person.session);
}

TEST(ServerHandshake, takes_only_a_key_as_a_clients_name) {
  RunningServer server;
  const Person person;
  for (const Bytes& id :
       {Bytes{1}, Bytes(45, 0), to_bytes(bytes_of("0fc-server")), Bytes(1024, 7)}) {
    auto identity = std::make_shared<const themis::SessionIdentity>(themis::SessionIdentity{
        id, std::move(*themis::EcPrivateKey::parse(person.session.private_key.view()))});
    auto handshake = themis::SecureSessionClient::create(
        identity, bytes_of("somebody"),
        std::move(*themis::EcPublicKey::parse(server.keys().session.public_key.view())));
    WebSocketClient client(server.port());
    client.send(handshake->connect_request());
    const int code = client.close_code();
    EXPECT_TRUE(code == 1008 || code == 1009) << id.size();
  }
  EXPECT_EQ(server.total("sessions"), 0U);
}

TEST(ServerHandshake, has_a_deadline_whatever_trickles_in) {
  RunningServer server(with([](Limits& limits) { limits.connections.handshake_time = 300ms; }));
  WebSocketClient silent(server.port());
  WebSocketClient pinging(server.port());
  for (int i = 0; i < 6; ++i) {
    pinging.send_frame(Opcode::kPing, {});
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_EQ(silent.close_code(), 1008);
  EXPECT_EQ(pinging.close_code(), 1008);
}

TEST(ServerHandshake, reads_no_message_longer_than_it_can_be) {
  RunningServer server;
  WebSocketClient client(server.port());
  client.send(Bytes(4096, 1));
  EXPECT_EQ(client.close_code(), 1009);
}

// ---- established

class ServerSession : public ::testing::Test {
 protected:
  RunningServer server;
  Person person;
  SessionClient client{server.port(), person.session};

  [[nodiscard]] int close_code() { return client.websocket().close_code(); }
};

TEST_F(ServerSession, answers_a_ping_before_it_knows_a_room) {
  client.send(frame::Ping{77});
  EXPECT_EQ(std::get<frame::Pong>(client.expect<frame::Pong>().frame).number, 77U);
  client.websocket().send_frame(Opcode::kPing, bytes_of("websocket"));
  const auto came = client.websocket().receive();
  EXPECT_EQ(std::get<WebSocketClient::Pong>(*came).bytes, to_bytes(bytes_of("websocket")));
}

TEST_F(ServerSession, ends_on_a_counter_that_is_not_the_next) {
  client.send(frame::Ping{1});
  static_cast<void>(client.expect<frame::Pong>());
  client.send_counted(0, encode(Frame(frame::Ping{2})));
  EXPECT_EQ(client.expect_error(), FrameCode::kBadCounter);
  EXPECT_EQ(client.expect_close(), 1002);

  SessionClient skipping(server.port(), person.session);
  skipping.send_counted(1, encode(Frame(frame::Ping{1})));
  EXPECT_EQ(skipping.expect_error(), FrameCode::kBadCounter);
}

TEST_F(ServerSession, ends_on_a_malformed_frame) {
  client.send_counted(0, Bytes{0xff});
  EXPECT_EQ(client.expect_error(), FrameCode::kMalformed);
  EXPECT_EQ(client.expect_close(), 1002);
  EXPECT_TRUE(server.comes_to("ended-by-error", 1));
}

TEST_F(ServerSession, answers_frames_that_it_does_not_know_and_goes_on) {
  client.send_counted(0, Bytes{0x82, 0x18, 0x63, 0xa0});
  EXPECT_EQ(client.expect_error(), FrameCode::kUnknownFrame);
  client.send(frame::Ack{0});
  EXPECT_EQ(client.expect_error(), FrameCode::kUnexpectedFrame);
  client.send(frame::Ping{3});
  static_cast<void>(client.expect<frame::Pong>());
}

TEST_F(ServerSession, ends_on_a_message_that_was_sent_before) {
  const Bytes frame = encode(Frame(frame::Ping{1}));
  Bytes plaintext = to_bytes(encode_counter(0).view());
  plaintext.insert(plaintext.end(), frame.begin(), frame.end());
  const Bytes wrapped = client.wrap(plaintext);
  client.websocket().send(wrapped);
  static_cast<void>(client.expect<frame::Pong>());
  client.websocket().send(wrapped);
  EXPECT_EQ(close_code(), 1002);
}

TEST_F(ServerSession, ends_on_a_flipped_bit_in_any_part_of_a_message) {
  const Bytes plaintext{0x00, 0x82, 0x0a, 0xa1, 0x01, 0x01};
  for (const std::size_t at : {0U, 1U, 40U, 50U, 52U, 57U}) {
    SessionClient other(server.port(), person.session);
    Bytes wrapped = other.wrap(plaintext);
    wrapped[at] ^= 1;
    other.websocket().send(wrapped);
    EXPECT_EQ(other.websocket().close_code(), 1002) << at;
  }
}

TEST_F(ServerSession, ends_on_a_text_message) {
  client.websocket().send_frame(Opcode::kText, bytes_of("hello"));
  EXPECT_EQ(close_code(), 1003);
}

TEST_F(ServerSession, ends_on_a_frame_without_a_mask) {
  client.websocket().send_raw(Bytes{0x82, 0x01, 0x00});
  EXPECT_EQ(close_code(), 1002);
}

TEST_F(ServerSession, ends_on_a_message_over_the_limit_as_soon_as_it_is_declared) {
  const Bytes ten_megabytes{0x82, 0xff, 0, 0, 0, 0, 0, 0x98, 0x96, 0x80, 1, 2, 3, 4};
  client.websocket().send_raw(ten_megabytes);
  EXPECT_EQ(close_code(), 1009);
}

TEST_F(ServerSession, takes_a_message_in_fragments_and_counts_them) {
  const Bytes frame = encode(Frame(frame::Ping{5}));
  Bytes plaintext = to_bytes(encode_counter(0).view());
  plaintext.insert(plaintext.end(), frame.begin(), frame.end());
  const Bytes wrapped = client.wrap(plaintext);
  client.websocket().send_frame(Opcode::kBinary, BytesView(wrapped).first(10), false);
  client.websocket().send_frame(Opcode::kContinuation, BytesView(wrapped).subspan(10), true);
  static_cast<void>(client.expect<frame::Pong>());
  client.websocket().send_frame(Opcode::kBinary, {}, false);
  for (int i = 0; i < 100; ++i) client.websocket().send_frame(Opcode::kContinuation, {}, false);
  EXPECT_EQ(close_code(), 1008);
}

TEST_F(ServerSession, answers_a_close) {
  client.websocket().send_frame(Opcode::kClose, Bytes{0x03, 0xe8});
  EXPECT_EQ(close_code(), 1000);
}

TEST_F(ServerSession, ends_when_nothing_but_chatter_comes) {
  for (int i = 0; i < 61; ++i) client.send(frame::Ping{1});
  for (int i = 0; i < 60; ++i) static_cast<void>(client.expect<frame::Pong>());
  EXPECT_EQ(client.expect_error(), FrameCode::kRateLimited);
  EXPECT_EQ(client.expect_close(), 1008);
}

TEST(ServerDeadlines, end_sessions_that_name_no_room_or_say_nothing) {
  RunningServer server(with([](Limits& limits) {
    limits.connections.first_frame_time = 300ms;
    limits.connections.idle_time = 500ms;
  }));
  const Person person;
  SessionClient undecided(server.port(), person.session);
  EXPECT_EQ(undecided.expect_close(), 1008);

  LiveRoom room(server.port());
  for (int i = 0; i < 8; ++i) {
    room.owner().send(frame::Ping{1});
    static_cast<void>(room.owner().expect<frame::Pong>());
    std::this_thread::sleep_for(100ms);
  }
  EXPECT_EQ(room.owner().expect_close(), 1001) << "and only once it is silent";
}

// ---- the end

TEST(ServerDrain, tells_everybody_stores_everything_and_ends) {
  RunningServer server;
  const std::uint16_t port = server.port();
  LiveRoom room(port);
  const Bytes said = room.say(room.owner(), room.room.owner);
  static_cast<void>(room.owner().until<frame::EntryAt>());
  const Person person;
  SessionClient undecided(port, person.session);
  WebSocketClient unready(port);
  const Socket idle(port);

  const auto begin = std::chrono::steady_clock::now();
  std::thread stopping([&] { server.server().stop(); });
  EXPECT_EQ(std::get<frame::Error>(room.owner().until<frame::Error>().frame).code,
            FrameCode::kShuttingDown);
  EXPECT_EQ(room.owner().expect_close(), 1001);
  EXPECT_EQ(undecided.expect_error(), FrameCode::kShuttingDown);
  EXPECT_EQ(unready.close_code(), 1001);
  stopping.join();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_THROW(Socket{port}, std::runtime_error);
}

}  // namespace
}  // namespace zerofc::server
