// Bytes from strangers as an HTTP request: whatever is taken has the form that the rest of the
// server counts on, and no answer is anything but one answer.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/http/site.hpp"
#include "server/http/upgrade.hpp"

namespace {

using zerofc::server::Health;
using zerofc::server::OriginPolicy;
using zerofc::server::Request;
using zerofc::server::Response;
using zerofc::server::Site;

constexpr zerofc::UnixSeconds kNow{std::chrono::seconds(784111777)};

void must(bool holds) {
  if (!holds) std::abort();
}

// One status line, headers, one empty line at the end: nothing of the request breaks out.
void check(const Response& response) {
  const std::string_view head = response.head;
  must(head.starts_with("HTTP/1.1 "));
  must(head.find("\r\n\r\n") == head.size() - 4);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = zerofc::text_of({data, size});
  const auto end = zerofc::server::find_end_of_head(bytes, 0);
  for (std::size_t have = 0; have < size; have += 1 + size / 16) {
    const auto early = zerofc::server::find_end_of_head(bytes.substr(0, have), have / 2);
    if (early) must(end && *end <= have);
  }
  const auto parsed = zerofc::server::parse_request(bytes.substr(0, end.value_or(size)));
  if (const auto* error = std::get_if<zerofc::server::RequestError>(&parsed)) {
    check(Site::refuse(*error, kNow));
    return 0;
  }
  const auto& request = std::get<Request>(parsed);
  must(request.path.starts_with('/'));
  must(request.path.find_first_of("%\\?# \r\n") == std::string::npos);
  must(request.path.find("/../") == std::string::npos && !request.path.ends_with("/.."));
  must(!request.host.empty());
  const Health health;
  const Site site(OriginPolicy::loopback(5103), {1, 2, 3}, health);
  check(site.answer(request, kNow));
  const auto judged = zerofc::server::judge_upgrade(request, site.origins(), kNow);
  if (const auto* refusal = std::get_if<Response>(&judged)) check(*refusal);
  return 0;
}
