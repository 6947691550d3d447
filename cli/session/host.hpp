// The client core and its I/O: the vault's files, connections, the timer. What the core shows goes
// to a listener.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <optional>

#include "cli/net/connections.hpp"
#include "cli/state/vault_files.hpp"
#include "core/crypto.hpp"
#include "core/member/client.hpp"
#include "core/member/ui/ui_messages.hpp"

namespace zerofc::cli {

class Host : private ConnectionEvents {
 public:
  // Called with each patch, in order, from the event loop. Views in it end with the call; it may
  // call ask().
  using Listener = std::function<void(const ui::Patch&)>;

  Host(boost::asio::io_context& loop, Crypto& crypto, VaultFiles vault, const Origin& origin,
       std::optional<Proxy> proxy, Listener listener);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() override = default;

  // Later, in the order of calls. False: it breaks a limit of schema/ui.json, and is not asked.
  [[nodiscard]] bool ask(const ui::Intent& intent);
  [[nodiscard]] const std::string& last_failure() const { return connections_.last_failure(); }

 private:
  void connection_event(const member::HostEvent& event) override { handle(event); }
  void handle(const member::HostEvent& event);
  void handle_later(member::HostEvent event);
  void carry_out(member::HostAction& action);
  void read_vault();
  void write_vault(const member::WriteVault& write);
  void arm(std::optional<std::chrono::milliseconds> deadline);

  boost::asio::io_context* loop_;
  VaultFiles vault_;
  Listener listener_;
  member::Client client_;
  Connections connections_;
  boost::asio::steady_timer timer_;
};

}  // namespace zerofc::cli
