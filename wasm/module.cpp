// The client core as a WebAssembly module: one export for each event of core/member/host.hpp, one
// import for each action. No logic; web/src/worker/core.ts is the caller.
//
// Bytes come in through reserve(): the host writes them there and calls the export that takes them,
// which wipes them. Every export but reserve() and vault_value() takes the wall clock (Unix time)
// and the steady clock, in milliseconds.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/secret.hpp"
#include "core/member/client.hpp"
#include "wasm/crypto.hpp"
#include "wasm/imports.hpp"

#define ZEROFC_EXPORT(name) extern "C" __attribute__((export_name(name)))

namespace zerofc::member {
namespace {

struct Module {
  // Without exceptions a failed allocation would otherwise go on with a null pointer.
  Module() {
    std::set_new_handler([] { __builtin_trap(); });
  }

  WasmCrypto crypto;
  Client client{crypto};
  WipedBuffer input;
  std::vector<VaultValue> vault;
};

Module& module() {
  static Module the_module;
  return the_module;
}

struct CarryOut {
  void operator()(const ReadVault&) const { zerofc_read_vault(); }
  void operator()(const WriteVault& write) const {
    for (const VaultValue& put : write.put) {
      zerofc_vault_put(put.name.data(), put.name.size(), put.value.data(), put.value.size());
    }
    for (const Bytes& name : write.erase) zerofc_vault_erase(name.data(), name.size());
    zerofc_write_vault(static_cast<double>(write.write));
  }
  void operator()(const WipeVault& wipe) const {
    zerofc_wipe_vault(wipe.first.data(), wipe.first.size());
  }
  void operator()(const FetchServerKey& fetch) const {
    zerofc_fetch_server_key(static_cast<std::uint32_t>(fetch.connection));
  }
  void operator()(const OpenSession& open) const {
    zerofc_open_session(static_cast<std::uint32_t>(open.connection), open.private_key.view().data(),
                        open.public_key.view().data(), open.server_key.view().data());
  }
  void operator()(const SendFrame& send) const {
    zerofc_send_frame(static_cast<std::uint32_t>(send.connection), send.plaintext.data(),
                      send.plaintext.size());
  }
  void operator()(const Disconnect& disconnect) const {
    zerofc_disconnect(static_cast<std::uint32_t>(disconnect.connection));
  }
  void operator()(const ShowPatch& show) const {
    zerofc_show_patch(show.patch.data(), show.patch.size());
  }
};

std::chrono::milliseconds milliseconds_of(double value) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(value));
}

void handle(const HostEvent& event, double wall, double steady) {
  const Step step = module().client.handle(
      event, {.wall = UnixMillis(milliseconds_of(wall)), .steady = milliseconds_of(steady)});
  for (const HostAction& action : step.actions) std::visit(CarryOut{}, action);
  zerofc_deadline(step.deadline ? static_cast<double>(step.deadline->count()) : -1.0);
  module().input = {};
}

}  // namespace

// Makes room for `size` bytes and returns where; what was there before is wiped.
ZEROFC_EXPORT("reserve") std::uint8_t* zerofc_reserve(std::size_t size) {
  module().input = WipedBuffer(size);
  return module().input.data();
}

// The reserved bytes are the intent.
ZEROFC_EXPORT("intent") void zerofc_intent(double wall, double steady) {
  handle(IntentCame{module().input}, wall, steady);
}

// The reserved bytes are a name of `name_size` bytes and its value; vault_read() takes all of them.
ZEROFC_EXPORT("vault_value") void zerofc_vault_value(std::size_t name_size) {
  const BytesView both = module().input;
  if (name_size > both.size()) __builtin_trap();
  module().vault.push_back(
      {.name = to_bytes(both.first(name_size)), .value = to_bytes(both.subspan(name_size))});
}

ZEROFC_EXPORT("vault_read") void zerofc_vault_read(double wall, double steady) {
  VaultRead read;
  std::swap(read.values, module().vault);
  handle(std::move(read), wall, steady);
}

ZEROFC_EXPORT("vault_unreadable") void zerofc_vault_unreadable(double wall, double steady) {
  handle(VaultUnreadable{}, wall, steady);
}

// `outcome`: VaultWritten::Outcome.
ZEROFC_EXPORT("vault_written")
void zerofc_vault_written(double write, std::uint32_t outcome, double wall, double steady) {
  handle(VaultWritten{.write = static_cast<std::uint64_t>(write),
                      .outcome = static_cast<VaultWritten::Outcome>(outcome)},
         wall, steady);
}

ZEROFC_EXPORT("vault_wiped")
void zerofc_vault_wiped(std::uint32_t done, double wall, double steady) {
  handle(VaultWiped{.done = done != 0}, wall, steady);
}

// The reserved bytes are the body; `date` in milliseconds of Unix time, or not a number.
ZEROFC_EXPORT("server_key")
void zerofc_server_key(std::uint32_t connection, double date, double wall, double steady) {
  ServerKeyFetched fetched{
      .connection = ConnectionId{connection}, .keys = module().input, .date = std::nullopt};
  if (!std::isnan(date)) fetched.date = UnixMillis(milliseconds_of(date));
  handle(fetched, wall, steady);
}

ZEROFC_EXPORT("established")
void zerofc_established(std::uint32_t connection, double wall, double steady) {
  handle(SessionEstablished{ConnectionId{connection}}, wall, steady);
}

// The first `size` of the reserved bytes are the plaintext.
ZEROFC_EXPORT("frame")
void zerofc_frame(std::uint32_t connection, std::size_t size, double wall, double steady) {
  const BytesView reserved = module().input;
  if (size > reserved.size()) __builtin_trap();
  handle(FrameCame{.connection = ConnectionId{connection}, .plaintext = reserved.first(size)}, wall,
         steady);
}

// `reason`: ConnectionLost::Reason.
ZEROFC_EXPORT("lost")
void zerofc_lost(std::uint32_t connection, std::uint32_t reason, double wall, double steady) {
  handle(ConnectionLost{.connection = ConnectionId{connection},
                        .reason = static_cast<ConnectionLost::Reason>(reason)},
         wall, steady);
}

ZEROFC_EXPORT("tick") void zerofc_tick(double wall, double steady) { handle(Tick{}, wall, steady); }

}  // namespace zerofc::member
