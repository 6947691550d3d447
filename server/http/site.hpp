// What the server answers to each request that is no WebSocket: the page, the server's key, health.
#pragma once

#include <atomic>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "server/http/origin_policy.hpp"
#include "server/http/request.hpp"
#include "server/http/response.hpp"

namespace zerofc::server {

// Written by whoever drains the server or sees the store fail; read for every /readyz.
struct Health {
  std::atomic<bool> draining = false;
  std::atomic<bool> store_available = true;
};

class Site {
 public:
  // `server_key` is what GET /server-key answers: server-content of docs/wire.cddl.
  Site(OriginPolicy origins, Bytes server_key, const Health& health)
      : origins_(std::move(origins)), server_key_(std::move(server_key)), health_(&health) {}

  [[nodiscard]] Response answer(const Request& request, UnixSeconds now) const;
  // For a request that was none. The connection can't go on.
  [[nodiscard]] static Response refuse(RequestError error, UnixSeconds now);
  // To whom a limit leaves no place.
  [[nodiscard]] static Response busy(std::string_view code, std::string_view sentence,
                                     UnixSeconds now);

  [[nodiscard]] const OriginPolicy& origins() const { return origins_; }
  [[nodiscard]] const Health& health() const { return *health_; }

 private:
  [[nodiscard]] Response answer_health(const Request& request, UnixSeconds now) const;
  [[nodiscard]] Response answer_server_key(const Request& request, UnixSeconds now) const;

  OriginPolicy origins_;
  Bytes server_key_;
  const Health* health_;
};

}  // namespace zerofc::server
