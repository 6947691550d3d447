// 0fcd as a process: what it says, how it refuses, how it ends, and what outlives it.
#include "server/tests/program.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>

#include "core/wire/base64url.hpp"
#include "server/tests/running_server.hpp"

namespace zerofc::server {
namespace {

class Zerofcd : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> options(std::vector<std::string> more = {}) const {
    std::vector<std::string> all = {"--listen", "127.0.0.1:0", "--data", data().string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  [[nodiscard]] std::filesystem::path data() const { return folder.path() / "data"; }
  [[nodiscard]] std::string config(const std::string& text) const {
    const auto file = folder.path() / "0fcd.toml";
    std::ofstream(file) << text;
    return file.string();
  }
  // What it says when it refuses these options.
  void expect_refusal(const std::vector<std::string>& words, int code,
                      const std::string& sentence) const {
    Program program(folder.path(), words);
    EXPECT_EQ(program.exit_code(), code) << sentence;
    EXPECT_NE(program.log().find(sentence), std::string::npos) << program.log();
    EXPECT_EQ(program.output(), "");
  }

  TemporaryFolder folder;
};

TEST_F(Zerofcd, says_where_it_is_ready_and_nothing_else) {
  Program program(folder.path(), options());
  const std::uint16_t port = program.port();
  ASSERT_NE(port, 0);
  EXPECT_EQ(program.output(), "0fc is ready on http://localhost:" + std::to_string(port) + "\n");
  EXPECT_EQ(ask(port, "GET /readyz").status, 200);
  EXPECT_EQ(ask(port, "GET /").status, 200);
}

// "the server key changed at every start"
TEST_F(Zerofcd, hole_I_keeps_its_key_over_restarts) {
  std::optional<zerofc::ServerKeys> before;
  for (int run = 0; run < 3; ++run) {
    Program program(folder.path(), options());
    const auto keys = testing::fetch_server_keys(program.port());
    EXPECT_EQ(keys, before.value_or(keys));
    before = keys;
    program.signal(run == 0 ? SIGKILL : SIGTERM);
    static_cast<void>(program.exit_code());
  }
}

TEST_F(Zerofcd, loses_nothing_that_it_accepted_when_it_is_killed) {
  Founded founded;
  RoomId id;
  std::vector<EntryToken> accepted;
  Seq last = 0;
  {
    Program program(folder.path(), options());
    LiveRoom room(program.port());
    id = room.id();
    // Appends are under way when it dies.
    for (int i = 0; i < 50; ++i) room.say(room.owner(), room.room.owner);
    while (accepted.size() < 20) {
      const auto came = room.owner().until<frame::Accepted>();
      accepted.push_back(std::get<frame::Accepted>(came.frame).token);
      last = std::get<frame::Accepted>(came.frame).seq;
    }
    program.signal(SIGKILL);
    static_cast<void>(program.exit_code());
    founded = std::move(room.room);
  }
  Program program(folder.path(), options());
  SessionClient again(program.port(), founded.owner.session);
  again.send(frame::RoomOpen{id, 0, false});
  const auto opened = again.expect<frame::RoomOpened>();
  EXPECT_GE(std::get<frame::RoomOpened>(opened.frame).head, last);
  for (const EntryToken& token : accepted) {
    const auto came = again.expect<frame::EntryAt>();
    EXPECT_EQ(decode_entry(std::get<frame::EntryAt>(came.frame).entry)->token, token);
  }
}

TEST_F(Zerofcd, drains_on_SIGTERM_and_keeps_what_it_was_told_last) {
  Founded founded;
  {
    Program program(folder.path(), options());
    LiveRoom room(program.port());
    room.say(room.owner(), room.room.owner);
    static_cast<void>(room.owner().until<frame::EntryAt>());
    room.owner().send(frame::Ack{1});
    room.owner().send(frame::Ping{1});
    static_cast<void>(room.owner().until<frame::Pong>());
    program.signal(SIGTERM);
    EXPECT_EQ(room.owner().expect_error(), FrameCode::kShuttingDown);
    EXPECT_EQ(room.owner().expect_close(), 1001);
    EXPECT_TRUE(room.owner().websocket().socket().closes());
    EXPECT_EQ(program.exit_code(), 0);
    founded = std::move(room.room);
  }
  Program program(folder.path(), options());
  SessionClient again(program.port(), founded.owner.session);
  again.send(frame::RoomOpen{founded.state->room(), 0, false});
  EXPECT_EQ(std::get<frame::RoomOpened>(again.expect<frame::RoomOpened>().frame).acked, 1U);
}

TEST_F(Zerofcd, refuses_to_start_with_a_sentence_and_a_code_of_its_own) {
  Program running(folder.path(), options());
  const std::string port = std::to_string(running.port());
  expect_refusal(options(), 3, "running on this data directory");
  expect_refusal({"--store", "memory", "--listen", "127.0.0.1:" + port}, 4,
                 "another program listens on this port");
  expect_refusal({"--store", "memory", "--listen", "198.51.100.7:0", "--behind-proxy",
                  "--public-origin", "https://chat.example"},
                 4, "not one of this computer's");
  expect_refusal({"--listen", "0.0.0.0:0", "--store", "memory"}, 2, "--behind-proxy");
  expect_refusal({"--listen", "0.0.0.0:0", "--store", "memory", "--behind-proxy"}, 2,
                 "--behind-proxy needs --public-origin");
  expect_refusal({"--store", "memory", "--public-origin", "https://Chat.example/"}, 2,
                 "--public-origin takes what browsers send");
  expect_refusal({"--listen", "127.0.0.1:0"}, 2, "--data DIR is needed");
  expect_refusal({"--listen", "somewhere", "--store", "memory"}, 2, "listen takes ADDRESS:PORT");
  expect_refusal({"--store", "files"}, 2, "store is one of: sqlite memory");
  expect_refusal({"--threads", "0", "--store", "memory"}, 2, "threads is 1 to 256");
  expect_refusal({"--listn", "127.0.0.1:0"}, 2, "--listn");
}

TEST_F(Zerofcd, refuses_a_configuration_file_with_anything_it_does_not_know) {
  const auto refused = [&](const std::string& text, const std::string& sentence) {
    expect_refusal({"--config", config(text)}, 2, sentence);
  };
  refused("liste = \"127.0.0.1:0\"", "there is no key \"liste\"");
  refused("[limits]\nroms = 1", "there is no limit \"roms\"");
  refused("[limits]\nrooms = \"many\"", "rooms must be a whole number");
  refused("[limits]\nrooms = 0", "rooms is 1 to");
  refused("[limits]\nrooms = -1", "rooms must not be negative");
  refused("threads = true", "threads must be a whole number");
  refused("listen = ", "line 1");
  expect_refusal({"--config", (folder.path() / "none.toml").string()}, 2, "can't be read");
}

TEST_F(Zerofcd, takes_its_options_from_a_file_and_the_command_line_goes_first) {
  const std::string file = config(
      "listen = \"127.0.0.1:1\"\nstore = \"memory\"\nthreads = 3\n"
      "log-level = \"off\"\n[limits]\nconnections = 7\n");
  Program program(folder.path(), {"--config", file, "--listen", "127.0.0.1:0"});
  ASSERT_NE(program.port(), 0);
  EXPECT_EQ(program.log(), "");
}

TEST_F(Zerofcd, leaves_no_core_dump) {
  // As on a machine where dumps are on, if this user may have them at all.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &before), 0);
  const rlimit dumps{before.rlim_max, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_CORE, &dumps), 0);
  ::setenv("ASAN_OPTIONS", "disable_coredump=0", 1);  // the sanitizer would do it by itself
  Program program(folder.path(), options());
  ASSERT_NE(program.port(), 0);
  std::ifstream limits("/proc/" + std::to_string(program.pid()) + "/limits");
  std::string line;
  while (std::getline(limits, line) && !line.starts_with("Max core file size")) {
  }
  EXPECT_EQ(line.substr(0, 40), "Max core file size        0             ");
}

// ---- what the log holds

std::string hex(BytesView bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string base64url(BytesView bytes) {
  WipedBuffer text;
  append_base64url(bytes, text);
  return {text.begin(), text.end()};
}

// "decrypted state went to the log"
TEST_F(Zerofcd, hole_H_logs_counts_and_names_of_events_and_nothing_of_anybody) {
  const std::string planted = "Pl4ntedH34der";
  std::vector<std::string> secrets = {planted, "127.0.0.1", "203.0.113.77", "localhost:"};
  std::string said;
  {
    Program program(folder.path(), options({"--log-level", "debug"}));
    const std::uint16_t port = program.port();
    LiveRoom room(port);
    const Person bob;
    const auto bobs = room.join(bob);
    const Bytes entry = room.say(*bobs, bob);
    static_cast<void>(room.owner().until<frame::EntryAt>());
    // Everything that goes wrong, too.
    static_cast<void>(ask(port, "GET /" + planted, "X-Forwarded-For: 203.0.113.77\r\n"));
    static_cast<void>(ask(port, "GET /%" + planted));
    static_cast<void>(WebSocketClient(port, {.origin = "http://" + planted}));
    WebSocketClient broken(port);
    broken.send(bytes_of(planted));
    static_cast<void>(broken.close_code());
    bobs->send_counted(99, encode(Frame(frame::Ping{1})));
    const auto add = [&](BytesView value) {
      secrets.push_back(hex(value));
      secrets.push_back(std::string(text_of(value)));
      secrets.push_back(base64url(value));
    };
    add(room.id().view());
    add(bob.session.public_key.view());
    add(room.room.owner.session.public_key.view());
    add(room.room.owner_id.view());
    add(entry);
    program.signal(SIGTERM);
    EXPECT_EQ(program.exit_code(), 0);
    said = program.log();
  }
  EXPECT_NE(said.find("ready threads="), std::string::npos);
  EXPECT_NE(said.find("stopped "), std::string::npos);
  EXPECT_NE(said.find("handshakes-failed=1"), std::string::npos);
  for (const std::string& secret : secrets) {
    EXPECT_EQ(said.find(secret), std::string::npos);
    const std::string part = secret.substr(0, std::min<std::size_t>(secret.size(), 12));
    EXPECT_EQ(said.find(part), std::string::npos) << "nor the beginning of it";
  }
}

}  // namespace
}  // namespace zerofc::server
