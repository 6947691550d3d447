#include "cli/session/host.hpp"

#include <boost/asio/post.hpp>
#include <memory>
#include <utility>
#include <variant>

#include "core/base/secret.hpp"
#include "core/member/ui/ui_codec.hpp"

namespace zerofc::cli {
namespace {

using std::chrono::milliseconds;

Now now() {
  using std::chrono::time_point_cast;
  return {time_point_cast<milliseconds>(std::chrono::system_clock::now()),
          std::chrono::duration_cast<milliseconds>(
              std::chrono::steady_clock::now().time_since_epoch())};
}

member::VaultWritten::Outcome outcome_of(std::error_code error) {
  using Outcome = member::VaultWritten::Outcome;
  if (!error) return Outcome::kDone;
  const bool is_full = error == std::errc::no_space_on_device || error == std::errc::file_too_large;
  return is_full || error.value() == EDQUOT ? Outcome::kFull : Outcome::kFailed;
}

}  // namespace

Host::Host(boost::asio::io_context& loop, Crypto& crypto, VaultFiles vault, const Origin& origin,
           std::optional<Proxy> proxy, Listener listener)
    : loop_(&loop),
      vault_(std::move(vault)),
      listener_(std::move(listener)),
      client_(crypto),
      connections_(loop, crypto, origin, std::move(proxy), *this),
      timer_(loop) {}

bool Host::ask(const ui::Intent& intent) {
  WipedBuffer encoded;  // it may hold a passphrase or a text
  if (!ui::encode_intent(intent, encoded)) return false;
  boost::asio::post(*loop_, [this, bytes = std::make_shared<WipedBuffer>(std::move(encoded))] {
    handle(member::IntentCame{*bytes});
  });
  return true;
}

void Host::handle(const member::HostEvent& event) {
  member::Step step = client_.handle(event, now());
  for (member::HostAction& action : step.actions) carry_out(action);
  arm(step.deadline);
}

// What the core asked for is answered after the present step.
void Host::handle_later(member::HostEvent event) {
  boost::asio::post(*loop_, [this, kept = std::make_shared<member::HostEvent>(std::move(event))] {
    handle(*kept);
  });
}

void Host::carry_out(member::HostAction& action) {
  if (std::holds_alternative<member::ReadVault>(action)) {
    read_vault();
  } else if (const auto* write = std::get_if<member::WriteVault>(&action)) {
    write_vault(*write);
  } else if (const auto* wipe = std::get_if<member::WipeVault>(&action)) {
    handle_later(member::VaultWiped{.done = !vault_.wipe(wipe->first)});
  } else if (const auto* fetch = std::get_if<member::FetchServerKey>(&action)) {
    connections_.fetch_server_key(*fetch);
  } else if (const auto* open = std::get_if<member::OpenSession>(&action)) {
    connections_.open(*open);
  } else if (const auto* send = std::get_if<member::SendFrame>(&action)) {
    connections_.send(*send);
  } else if (const auto* gone = std::get_if<member::Disconnect>(&action)) {
    connections_.disconnect(gone->connection);
  } else if (const auto* show = std::get_if<member::ShowPatch>(&action)) {
    if (const auto patch = ui::decode_patch(show->patch)) listener_(*patch);
  }
}

void Host::read_vault() {
  auto values = vault_.read();
  if (values) {
    handle_later(member::VaultRead{std::move(*values)});
  } else {
    handle_later(member::VaultUnreadable{});
  }
}

void Host::write_vault(const member::WriteVault& write) {
  const auto error = vault_.write(write.put, write.erase);
  handle_later(member::VaultWritten{.write = write.write, .outcome = outcome_of(error)});
}

void Host::arm(std::optional<milliseconds> deadline) {
  if (!deadline) {
    timer_.cancel();
    return;
  }
  // The core's steady clock is this one, in milliseconds since its epoch.
  timer_.expires_at(std::chrono::steady_clock::time_point(*deadline));
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) handle(member::Tick{});
  });
}

}  // namespace zerofc::cli
