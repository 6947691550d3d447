// The client: all rooms of one person, the vault that keeps them, and their connections. Pure: what
// happens comes in, what is to be done comes out.
#pragma once

#include <memory>

#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/member/host.hpp"

namespace zerofc::member {

class Client {
 public:
  // `crypto` outlives the client.
  explicit Client(Crypto& crypto);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  Step handle(const HostEvent& event, Now now);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zerofc::member
