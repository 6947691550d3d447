// The key schedule of a Secure Session (formats, section 5.5).
#pragma once

#include <array>
#include <cstdint>

#include "ec.hpp"
#include "themis/bytes.hpp"
#include "themis/result.hpp"
#include "themis/secret.hpp"

namespace themis::detail {

using SessionKey = SecretArray<32>;
using SessionMac = std::array<std::uint8_t, 32>;

// Both sides as the handshake names them: containers as sent or received, ids raw.
struct Transcript {
  BytesView client_ephemeral;  // CE
  BytesView server_ephemeral;  // SE
  BytesView client_id;         // Cid
  BytesView server_id;         // Sid
};

struct SessionSecrets {
  std::array<std::uint8_t, 4> session_id{};  // sid, in the KDF's order
  SessionKey master_key;
  SessionKey client_key;
  SessionKey server_key;
  std::uint32_t client_sequence = 0;  // initial numbers
  std::uint32_t server_sequence = 0;
};

// Error: kLibcrypto.
Result<SessionSecrets> derive_session_secrets(const SharedSecret& shared,
                                              const Transcript& transcript);

// MAC_C = HMAC(master_key, SE || sid), MAC_S = HMAC(master_key, CE || sid). (5.2)
Result<SessionMac> session_mac(const SessionSecrets& secrets, BytesView peer_ephemeral);

}  // namespace themis::detail
