#include "server/http/origin_policy.hpp"

#include <gtest/gtest.h>

namespace zerofc::server {
namespace {

TEST(OriginPolicy, OnLoopbackThePageOfTheSameHostMayConnect) {
  const OriginPolicy policy = OriginPolicy::loopback(5103);
  for (const std::string host : {"127.0.0.1:5103", "localhost:5103", "[::1]:5103"}) {
    EXPECT_TRUE(policy.answers_for(host)) << host;
    EXPECT_TRUE(policy.may_connect(host, "http://" + host)) << host;
  }
  EXPECT_TRUE(OriginPolicy::loopback(80).may_connect("localhost", "http://localhost"));
}

TEST(OriginPolicy, RefusesAStrangersNameThatPointsHere) {
  const OriginPolicy policy = OriginPolicy::loopback(5103);
  for (const char* host : {"evil.example:5103", "localhost", "localhost:80", "localhost:51030",
                           "a.localhost:5103", "LOCALHOST:5103", ""}) {
    EXPECT_FALSE(policy.answers_for(host)) << host;
    EXPECT_FALSE(policy.may_connect(host, std::string("http://") + host)) << host;
  }
}

TEST(OriginPolicy, RefusesEveryOriginButTheListedOnes) {
  const auto policy = OriginPolicy::listed({"https://chat.example", "https://two.example:8443"});
  ASSERT_TRUE(policy);
  EXPECT_TRUE(policy->may_connect("chat.example", "https://chat.example"));
  EXPECT_TRUE(policy->may_connect("two.example:8443", "https://two.example:8443"));
  EXPECT_FALSE(policy->may_connect("chat.example", std::nullopt)) << "missing";
  for (const char* origin :
       {"", "null", "http://chat.example", "https://chat.example:443", "https://chat.example:444",
        "https://chat.example/", "https://chat.example.", "https://a.chat.example",
        "https://xchat.example", "https://chat.example.evil.example", "https://CHAT.example",
        "https://evil.example", "https://chat.example https://evil.example", "chat.example"}) {
    EXPECT_FALSE(policy->may_connect("chat.example", origin)) << origin;
  }
}

TEST(OriginPolicy, AListedPageMayOnlyConnectToItsOwnHost) {
  const auto policy = OriginPolicy::listed({"https://chat.example", "https://two.example"});
  ASSERT_TRUE(policy);
  EXPECT_FALSE(policy->may_connect("two.example", "https://chat.example"));
}

TEST(OriginPolicy, TakesOriginsOnlyAsBrowsersWriteThem) {
  for (const char* good : {"https://chat.example", "http://abc.onion", "https://chat.example:8443",
                           "http://[2001:db8::1]:81"}) {
    EXPECT_TRUE(OriginPolicy::listed({good})) << good;
  }
  for (const char* bad :
       {"", "null", "*", "chat.example", "https://", "https://Chat.example",
        "https://chat.example/", "https://chat.example:443", "http://chat.example:80",
        "https://chat.example:", "https://chat.example:0", "https://chat.example:08443",
        "https://chat.example:65536", "https://chat.example:8x", "https://*.example",
        "https://user@chat.example", "wss://chat.example", "https://[::1", "https://.example"}) {
    EXPECT_FALSE(OriginPolicy::listed({"https://ok.example", bad})) << bad;
  }
  EXPECT_FALSE(OriginPolicy::listed({})) << "an empty list";
}

}  // namespace
}  // namespace zerofc::server
