// Which servers and proxies are taken, and how they are read.
#include "cli/net/origin.hpp"

#include <gtest/gtest.h>

#include "cli/net/http_date.hpp"

namespace zerofc::cli {
namespace {

std::optional<Origin> read(std::string_view text) {
  auto origin = parse_origin(text);
  if (auto* parsed = std::get_if<Origin>(&origin)) return std::move(*parsed);
  EXPECT_FALSE(std::get<std::string>(origin).empty());
  return std::nullopt;
}

TEST(Origin, is_read_as_a_browser_writes_it) {
  EXPECT_EQ(read("https://chat.example")->text, "https://chat.example");
  EXPECT_EQ(read("HTTPS://Chat.Example:443/")->text, "https://chat.example");
  EXPECT_EQ(read("https://chat.example:8443")->text, "https://chat.example:8443");
  EXPECT_EQ(read("https://[2001:db8::1]:444")->text, "https://[2001:db8::1]:444");
  EXPECT_EQ(read("https://[2001:db8::1]")->host, "2001:db8::1");
  EXPECT_EQ(read("https://chat.example")->port, 443);
  EXPECT_EQ(read("http://localhost:5103")->authority(), "localhost:5103");
  EXPECT_EQ(read("http://localhost:80")->authority(), "localhost");
}

TEST(Origin, plain_http_is_for_this_machine_and_onion_services_only) {
  for (const char* text : {"http://localhost:5103", "http://127.0.0.1", "http://127.8.8.8:1",
                           "http://[::1]:5103", "http://expyuzz4wqqyqhjn.onion"}) {
    EXPECT_TRUE(read(text)) << text;
  }
  for (const char* text :
       {"http://chat.example", "http://127.0.0.1.example", "http://127.example", "http://10.0.0.1",
        "http://localhost.example", "http://onion", "http://[::2]", "http://notonion"}) {
    EXPECT_FALSE(read(text)) << text;
  }
}

TEST(Origin, anything_else_is_refused) {
  for (const char* text : {"",
                           "chat.example",
                           "ftp://chat.example",
                           "https://",
                           "https:///",
                           "https://a/b",
                           "https://user@chat.example",
                           "https://chat.example?x",
                           "https://chat.example#x",
                           "https://chat.example:",
                           "https://chat.example:0",
                           "https://chat.example:65536",
                           "https://chat.example:080",
                           "https://chat.example:8x",
                           "https://.example",
                           "https://chat..example",
                           "https://chat.example.",
                           "https://[::1",
                           "https://[chat]",
                           "https://chat.example\r\nHost: x",
                           "https://ch\xC3\xA4t.example",
                           "https://a b"}) {
    EXPECT_FALSE(read(text)) << text;
  }
}

TEST(Proxy, is_named_by_its_address_since_looking_a_name_up_would_tell_the_network) {
  const auto proxy = std::get<Proxy>(parse_proxy("socks5://127.0.0.1:9050"));
  EXPECT_EQ(proxy.address, "127.0.0.1");
  EXPECT_EQ(proxy.port, 9050);
  EXPECT_EQ(std::get<Proxy>(parse_proxy("socks5h://localhost:9050/")).address, "127.0.0.1");
  EXPECT_EQ(std::get<Proxy>(parse_proxy("socks5://[::1]:1")).address, "::1");
  for (const char* text : {"socks5://proxy.example:9050", "socks5://127.0.0.1", "127.0.0.1:9050",
                           "socks4://127.0.0.1:9050", "http://127.0.0.1:3128", "socks5://:1",
                           "socks5://user:secret@127.0.0.1:9050", ""}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(parse_proxy(text))) << text;
  }
}

TEST(HttpDate, is_read_in_its_one_form) {
  const auto date = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_TRUE(date);
  EXPECT_EQ(date->time_since_epoch().count(), 784'111'777'000);
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 ovD 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sun, 0x Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace zerofc::cli
