#include "session_keys.hpp"

#include <string_view>

#include "byte_order.hpp"
#include "kdf.hpp"

namespace themis::detail {
namespace {

constexpr std::string_view kIdLabel = "Themis secure session unique identifier";
constexpr std::string_view kMasterLabel = "Themis secure session master key";
constexpr std::string_view kClientKeyLabel = "Themis secure session client key";
constexpr std::string_view kServerKeyLabel = "Themis secure session server key";
constexpr std::string_view kClientSequenceLabel =
    "Themis secure session client initial sequence number";
constexpr std::string_view kServerSequenceLabel =
    "Themis secure session server initial sequence number";

}  // namespace

Result<SessionSecrets> derive_session_secrets(const SharedSecret& shared,
                                              const Transcript& transcript) {
  SessionSecrets secrets;
  const auto& sid = secrets.session_id;
  if (const auto id = kdf_implicit_key(secrets.session_id, kIdLabel,
                                       {transcript.client_ephemeral, transcript.server_ephemeral,
                                        transcript.client_id, transcript.server_id});
      !id) {
    return Failure(id.error());
  }
  std::array<std::uint8_t, 4> client_sequence{};
  std::array<std::uint8_t, 4> server_sequence{};
  struct Derivation {
    std::span<std::uint8_t> out;
    BytesView key;
    std::string_view label;
  };
  const BytesView master = secrets.master_key.view();
  for (const Derivation& step : {
           Derivation{secrets.master_key.mutable_view(), shared.view(), kMasterLabel},
           Derivation{secrets.client_key.mutable_view(), master, kClientKeyLabel},
           Derivation{secrets.server_key.mutable_view(), master, kServerKeyLabel},
           Derivation{client_sequence, master, kClientSequenceLabel},
           Derivation{server_sequence, master, kServerSequenceLabel},
       }) {
    if (const auto derived = kdf(step.out, step.key, step.label, {sid}); !derived) {
      return Failure(derived.error());
    }
  }
  secrets.client_sequence = load_le<std::uint32_t>(client_sequence.data());
  secrets.server_sequence = load_le<std::uint32_t>(server_sequence.data());
  return secrets;
}

Result<SessionMac> session_mac(const SessionSecrets& secrets, BytesView peer_ephemeral) {
  SessionMac mac{};
  const auto made =
      hmac_sha256(mac, secrets.master_key.view(), {peer_ephemeral, secrets.session_id});
  if (!made) return Failure(made.error());
  return mac;
}

}  // namespace themis::detail
