// Recorded Secure Session transcripts, and messages that must be refused in them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "session_keys.hpp"
#include "themis/secure_session.hpp"
#include "vector_input.hpp"

namespace themis::testing {

// One entry of `session`: our side of a handshake with a recorded peer.
class Transcript {
 public:
  explicit Transcript(const Json& entry);

  // Each throws Failed if anything differs from the record.
  void check_key_schedule() const;
  void check_saved_states() const;
  void check_handshake() const;
  void check_messages_to_us() const;
  void check_messages_from_us() const;

  // True if `message` is refused, and with it everything that follows.
  [[nodiscard]] bool refuses_data(BytesView message, bool after_all) const;
  // True if `message` is refused in place of the received message `step`.
  [[nodiscard]] bool refuses_handshake(BytesView message, std::string_view step) const;

  // The recorded message `step` (`msg1` to `msg4`).
  [[nodiscard]] Bytes genuine(const char* step) const { return bytes(step); }
  // A first data message to us with this inner plaintext, header (16 bytes) and all.
  [[nodiscard]] Bytes encrypted_to_us(BytesView inner) const;
  // True if that header is the one due: length of the rest, first number, within a day.
  [[nodiscard]] bool is_due(BytesView inner) const;

 private:
  [[nodiscard]] SecureSession established(bool as_client) const;
  [[nodiscard]] SecureSessionClient client() const;
  [[nodiscard]] Result<Bytes> answer_msg1(SecureSessionServer& server, BytesView msg1) const;
  void receive_all(SecureSession& session) const;
  [[nodiscard]] Bytes bytes(const char* name) const { return hex_member(entry_, name); }

  Json entry_;
  bool we_are_client_;
  std::shared_ptr<const SessionIdentity> identity_;
  EcPublicKey peer_key_;
  UnixSeconds now_;
  detail::SessionSecrets secrets_;
};

// The transcripts of a vector file. Throws Failed.
[[nodiscard]] std::vector<std::unique_ptr<Transcript>> load_transcripts(const char* path);

}  // namespace themis::testing
