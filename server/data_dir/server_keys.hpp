// The server's two key pairs as a file: made once, pinned by clients (docs/protocol.md §2.2), so
// never made anew where one is damaged.
//
//   "0fc server keys"  15 bytes
//   version             1 byte
//   session private, session public, signing private, signing public: containers, 45 bytes each
//   SHA-256 of all that
#pragma once

#include <optional>

#include "core/crypto.hpp"

namespace zerofc::server {

struct ServerKeys {
  SessionKeyPair session;
  SigningKeyPair signing;
};

enum class ServerKeysError : std::uint8_t { kNewer, kDamaged };

inline constexpr std::size_t kServerKeysFileBytes = 15 + 1 + 4 * kKeyContainerBytes + 32;

[[nodiscard]] std::optional<ServerKeys> make_server_keys(Crypto& crypto);
[[nodiscard]] SecretBytes encode(const ServerKeys& keys, Crypto& crypto);
Result<ServerKeys, ServerKeysError> decode_server_keys(BytesView file, Crypto& crypto);

}  // namespace zerofc::server
