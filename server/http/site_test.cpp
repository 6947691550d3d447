#include "server/http/site.hpp"

#include <gtest/gtest.h>

#include <string>

#include "server/page/page_assets.hpp"

namespace zerofc::server {
namespace {

constexpr UnixSeconds kNow{std::chrono::seconds(784111777)};

Request request_for(const std::string& path, Method method = Method::kGet) {
  Request request;
  request.method = method;
  request.path = path;
  request.host = "localhost:5103";
  return request;
}

std::string header(const Response& response, const std::string& name) {
  const std::string start = "\r\n" + name + ": ";
  const std::size_t found = response.head.find(start);
  if (found == std::string::npos) return "";
  const std::size_t begin = found + start.size();
  return response.head.substr(begin, response.head.find("\r\n", begin) - begin);
}
int status(const Response& response) { return std::stoi(response.head.substr(9, 3)); }

class HttpSite : public ::testing::Test {
 protected:
  Health health;
  Site site{OriginPolicy::loopback(5103), Bytes{1, 2, 3}, health};
};

TEST_F(HttpSite, answers_with_the_page_and_where_it_may_be_kept) {
  const Response page = site.answer(request_for("/"), kNow);
  EXPECT_EQ(status(page), 200);
  EXPECT_EQ(header(page, "Cache-Control"), "no-cache");
  EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(header(page, "Content-Length"), std::to_string(page.asset.size()));
  for (const PageAsset& asset : page_assets()) {
    const Response response = site.answer(request_for(std::string(asset.path)), kNow);
    EXPECT_EQ(response.asset.data(), asset.identity.data());
    EXPECT_EQ(header(response, "Cache-Control"),
              asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  }
}

TEST_F(HttpSite, sends_the_form_that_the_browser_takes) {
  const PageAsset* page = find_page_asset("/");
  ASSERT_FALSE(page->brotli.empty());
  ASSERT_FALSE(page->gzip.empty());
  const auto form = [&](const char* accepted) {
    Request request = request_for("/");
    request.accept_encoding = accepted;
    return header(site.answer(request, kNow), "Content-Encoding");
  };
  EXPECT_EQ(form(""), "");
  EXPECT_EQ(form("gzip, deflate, br, zstd"), "br");
  EXPECT_EQ(form("gzip"), "gzip");
  EXPECT_EQ(form("GZIP;q=0.5"), "gzip");
  EXPECT_EQ(form("br;q=0, gzip;q=0.001"), "gzip");
  EXPECT_EQ(form("br;q=0.0, gzip; q=0"), "");
  EXPECT_EQ(form("brotli"), "");
  EXPECT_EQ(header(site.answer(request_for("/"), kNow), "Vary"), "Accept-Encoding");
}

TEST_F(HttpSite, sends_no_form_that_the_browser_holds_already) {
  Request request = request_for("/");
  request.accept_encoding = "br";
  const Response whole = site.answer(request, kNow);
  const std::string etag = header(whole, "ETag");
  for (const std::string& known : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    request.if_none_match = known;
    const Response response = site.answer(request, kNow);
    EXPECT_EQ(status(response), 304) << known;
    EXPECT_TRUE(response.asset.empty());
    EXPECT_EQ(header(response, "ETag"), etag);
    EXPECT_EQ(header(response, "Content-Length"), "");
  }
  request.accept_encoding = "gzip";
  request.if_none_match = etag;
  EXPECT_EQ(status(site.answer(request, kNow)), 200) << "another form has another tag";
}

TEST_F(HttpSite, answers_HEAD_like_GET_without_the_body) {
  for (const char* path : {"/", "/server-key", "/healthz", "/nowhere"}) {
    const Response get = site.answer(request_for(path), kNow);
    const Response head = site.answer(request_for(path, Method::kHead), kNow);
    EXPECT_EQ(head.head, get.head);
    EXPECT_TRUE(head.text.empty());
    EXPECT_TRUE(head.asset.empty());
  }
}

TEST_F(HttpSite, gives_its_key_to_be_kept_by_nobody_and_the_time) {
  const Response response = site.answer(request_for("/server-key"), kNow);
  EXPECT_EQ(response.text, "\x01\x02\x03");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(header(response, "Date"), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_F(HttpSite, says_which_refusal_it_is) {
  const Response unknown = site.answer(request_for("/nowhere"), kNow);
  EXPECT_EQ(status(unknown), 404);
  EXPECT_EQ(unknown.text.substr(0, 11), "not-found: ");
  const Response other = site.answer(request_for("/", Method::kOther), kNow);
  EXPECT_EQ(status(other), 405);
  EXPECT_EQ(header(other, "Allow"), "GET, HEAD");
  const Response plain = site.answer(request_for("/ws"), kNow);
  EXPECT_EQ(status(plain), 426);
  EXPECT_EQ(header(plain, "Upgrade"), "websocket");
}

TEST_F(HttpSite, answers_under_its_own_names_only_but_for_health) {
  Request request = request_for("/");
  request.host = "evil.example";
  EXPECT_EQ(status(site.answer(request, kNow)), 421);
  request.path = "/server-key";
  EXPECT_EQ(status(site.answer(request, kNow)), 421);
  request.path = "/healthz";
  EXPECT_EQ(status(site.answer(request, kNow)), 200);
}

TEST_F(HttpSite, is_healthy_while_it_runs_and_ready_unless_it_drains_or_cannot_store) {
  EXPECT_EQ(status(site.answer(request_for("/readyz"), kNow)), 200);
  health.store_available = false;
  EXPECT_EQ(status(site.answer(request_for("/readyz"), kNow)), 503);
  health.store_available = true;
  health.draining = true;
  EXPECT_EQ(status(site.answer(request_for("/readyz"), kNow)), 503);
  EXPECT_EQ(status(site.answer(request_for("/healthz"), kNow)), 200);
}

TEST_F(HttpSite, sets_the_same_strict_headers_on_every_answer_and_names_no_server) {
  std::vector<Response> all;
  for (const PageAsset& asset : page_assets())
    all.push_back(site.answer(request_for(std::string(asset.path)), kNow));
  for (const char* path : {"/server-key", "/healthz", "/readyz", "/ws", "/nowhere"})
    all.push_back(site.answer(request_for(path), kNow));
  all.push_back(site.answer(request_for("/", Method::kOther), kNow));
  for (const auto error :
       {RequestError::kMalformed, RequestError::kBadTarget, RequestError::kBadHost,
        RequestError::kHasBody, RequestError::kHeaderTooLarge, RequestError::kBadVersion})
    all.push_back(Site::refuse(error, kNow));
  all.push_back(Site::busy("connections-full", "Later.", kNow));
  for (const Response& response : all) {
    EXPECT_EQ(header(response, "Content-Security-Policy"),
              "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
              "style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; manifest-src "
              "'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
              "'none'; require-trusted-types-for 'script'; trusted-types app-worker");
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header(response, "Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(header(response, "Cross-Origin-Embedder-Policy"), "require-corp");
    EXPECT_EQ(header(response, "Cross-Origin-Resource-Policy"), "same-origin");
    EXPECT_NE(header(response, "Permissions-Policy"), "");
    EXPECT_EQ(header(response, "Server"), "");
    EXPECT_EQ(header(response, "Set-Cookie"), "");
    EXPECT_NE(header(response, "Date"), "");
  }
}

}  // namespace
}  // namespace zerofc::server
