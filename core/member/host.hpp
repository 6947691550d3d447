// What passes between the client core and whoever does its I/O: the browser's worker, later the
// terminal client and the simulator.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/wire/types.hpp"

namespace zerofc::member {

// One attempt to connect and the connection that comes of it. Never reused.
enum class ConnectionId : std::uint32_t {};

// One value of the vault's key-value store: a name of 1 to 16 bytes and sealed bytes.
struct VaultValue {
  Bytes name;
  Bytes value;
};

// ---- events

// Something that the page asks for, encoded as schema/ui.json says. The host wipes it afterwards.
struct IntentCame {
  BytesView intent;
};
// Answers ReadVault with everything that is stored; empty if there is no vault.
struct VaultRead {
  std::vector<VaultValue> values;
};
struct VaultUnreadable {};  // the device refused to read
// Answers WriteVault.
struct VaultWritten {
  enum class Outcome : std::uint8_t { kDone, kFull, kFailed };
  std::uint64_t write = 0;
  Outcome outcome{};
};
struct VaultWiped {
  bool done = false;
};
// Answers FetchServerKey: the body of GET /server-key, and the Date header if there was one.
struct ServerKeyFetched {
  ConnectionId connection{};
  BytesView keys;
  std::optional<UnixMillis> date;
};
// Answers OpenSession: the WebSocket is open and the Secure Session established.
struct SessionEstablished {
  ConnectionId connection{};
};
// One unwrapped message.
struct FrameCame {
  ConnectionId connection{};
  BytesView plaintext;
};
// The last event of a connection, also of one that never came to be; not sent after Disconnect.
struct ConnectionLost {
  enum class Reason : std::uint8_t {
    kNetwork = 0,    // not reachable, or closed
    kHandshake = 1,  // the server's handshake messages were refused
    kSession = 2,    // a message was refused by the Secure Session
  };
  ConnectionId connection{};
  Reason reason{};
};
// The deadline of the last step has come.
struct Tick {};

using HostEvent =
    std::variant<IntentCame, VaultRead, VaultUnreadable, VaultWritten, VaultWiped, ServerKeyFetched,
                 SessionEstablished, FrameCame, ConnectionLost, Tick>;

// ---- actions, to be carried out in this order

struct ReadVault {};
// Atomic and durable: all of it or nothing. One at a time; the next comes after VaultWritten. No
// name is in both lists; one that is to be erased may not be there.
struct WriteVault {
  std::uint64_t write = 0;
  std::vector<VaultValue> put;
  std::vector<Bytes> erase;
};
// Erases `first`, makes that durable, then erases everything else.
struct WipeVault {
  Bytes first;
};
// `room`: whose connection it is to be, for a host that keeps rooms apart in the network as well.
struct FetchServerKey {
  ConnectionId connection{};
  RoomId room;
};
// Opens the WebSocket and makes a Secure Session: own id is the public key's container, the peer is
// "0fc-server" with exactly this key.
struct OpenSession {
  ConnectionId connection{};
  SessionPrivateKey private_key;
  SessionPublicKey public_key;
  SessionPublicKey server_key;
};
// Wraps and sends; to a connection that is established.
struct SendFrame {
  ConnectionId connection{};
  Bytes plaintext;
};
struct Disconnect {
  ConnectionId connection{};
};
// One encoded patch for the page; it may hold texts, an invite link or a suggested passphrase.
struct ShowPatch {
  WipedBuffer patch;
};
using HostAction = std::variant<ReadVault, WriteVault, WipeVault, FetchServerKey, OpenSession,
                                SendFrame, Disconnect, ShowPatch>;

struct [[nodiscard]] Step {
  std::vector<HostAction> actions;
  // When Tick is due at the latest, on the steady clock.
  std::optional<std::chrono::milliseconds> deadline;
};

}  // namespace zerofc::member
