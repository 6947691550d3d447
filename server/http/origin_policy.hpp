#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zerofc::server {

// Which hosts this server answers for, and which pages may open a WebSocket to it.
//
// Any page in a browser can reach this server, loopback included, so the WebSocket is open only to
// pages that came from the very host they connect to (cross-site WebSocket hijacking), and only
// under names the operator gave or that are loopback's own (DNS rebinding: a stranger's name that
// points here). Everything is compared byte by byte with what browsers send: no case folding, no
// default port, no suffixes.
class OriginPolicy {
 public:
  // http on 127.0.0.1, [::1] and localhost at `port`.
  [[nodiscard]] static OriginPolicy loopback(std::uint16_t port);

  // Exactly these origins, each as a browser writes it: `https://chat.example` or
  // `http://name.onion`, lower case, a port only if it isn't the scheme's own, no path. None if the
  // list is empty or one of them is written otherwise.
  [[nodiscard]] static std::optional<OriginPolicy> listed(const std::vector<std::string>& origins);

  // Is `host`, the only Host header of a request, one of ours?
  [[nodiscard]] bool answers_for(std::string_view host) const;

  // May a page of `origin`, the only Origin header or none, open a WebSocket under `host`?
  [[nodiscard]] bool may_connect(std::string_view host,
                                 std::optional<std::string_view> origin) const;

 private:
  explicit OriginPolicy(std::vector<std::string> origins) : origins_(std::move(origins)) {}
  std::vector<std::string> origins_;
};

}  // namespace zerofc::server
