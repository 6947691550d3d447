// Secure Session (formats, section 5): mutual authentication, forward secrecy, ordered messages.
//
// A handshake object makes a SecureSession, and only it can: nothing can be wrapped before the
// session is established, by type. The strict rules hold everywhere: exact lengths, msg4 of
// exactly 32 bytes of MAC, the peer's next sequence number exactly, and any failure is fatal.
//
//   client                                   server
//   c = SecureSessionClient::create(...)     s = SecureSessionServer(identity)
//   c.connect_request()         -- msg1 -->  s.handle_msg1(msg1, lookup)
//   c.handle_msg2(msg2)        <-- msg2 --
//                               -- msg3 -->  s.handle_msg3(msg3): msg4 and the session
//   c.handle_msg4(msg4)        <-- msg4 --
//     : the session
//
// No object is thread-safe; different objects are independent. A moved-from handshake may only be
// assigned or destroyed; a moved-from session is over.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "themis/bytes.hpp"
#include "themis/keys.hpp"
#include "themis/result.hpp"
#include "themis/secret.hpp"

struct evp_cipher_ctx_st;  // libcrypto's cipher context, an opaque pointer here

namespace themis {

// Whole seconds since 1970-01-01 UTC. Peers more than a day apart can't exchange data.
using UnixSeconds = std::chrono::sys_seconds;

// Longest session id taken, in bytes. The format has no limit.
inline constexpr std::size_t kSessionIdMax = 1024;
// Longest handshake message taken: two containers, an id, an uncompressed key, a DER signature.
inline constexpr std::size_t kHandshakeMessageMax = 12 + 12 + kSessionIdMax + 77 + 72;

// One side's id and identity key pair: used for Secure Session only, never to sign anything else
// (the format has no domain separation). Shared by all sessions of a server.
struct SessionIdentity {
  Bytes id;  // 1 to kSessionIdMax bytes
  EcPrivateKey key;
};

namespace detail {
struct ClientHandshake;
struct ServerHandshake;
struct SessionSecrets;
struct CipherContextDeleter {
  void operator()(evp_cipher_ctx_st* context) const noexcept;
};
using CipherContext = std::unique_ptr<evp_cipher_ctx_st, CipherContextDeleter>;
}  // namespace detail

// Only in the test support library: replays recorded transcripts.
class SessionReplay;

// An established session. Wrap at the moment of sending, and send in that order: the sequence
// number is taken at wrap time, and a strict peer takes nothing but the next one.
class SecureSession {
 public:
  // Bytes that a wrapped message is longer than its plaintext.
  static constexpr std::size_t kOverhead = 52;
  // should_be_replaced() turns true when fewer messages than this are left in a direction.
  static constexpr std::uint32_t kReplaceMargin = 65536;

  SecureSession(SecureSession&&) noexcept = default;
  SecureSession& operator=(SecureSession&&) noexcept = default;
  SecureSession(const SecureSession&) = delete;
  SecureSession& operator=(const SecureSession&) = delete;
  ~SecureSession() = default;

  // Wraps `prefix` followed by `body` into `out`, without allocating or joining them, so that a
  // fan-out shares the body. Takes 1 to kMaxMessage bytes in all; writes and returns their sum
  // + kOverhead. `out` must not overlap the inputs. On an error nothing is sent, and no number used
  // up. Errors: kInvalidArgument (empty), kTooLarge, kBufferTooSmall, kSessionExhausted (replace
  // the session), kSessionOver, kLibcrypto (fatal).
  Result<std::size_t> wrap_into(std::span<std::uint8_t> out, BytesView prefix, BytesView body,
                                UnixSeconds now);
  Result<Bytes> wrap(BytesView message, UnixSeconds now);

  // Decrypts into `out` (at least wrapped.size() - kOverhead bytes) and returns the part of it that
  // is the plaintext. Every refusal is the same kSessionFailed, wipes what was written and ends
  // the session; a short `out` is kBufferTooSmall and changes nothing. No overlap.
  // Errors: kSessionFailed, kSessionOver, kBufferTooSmall.
  Result<std::span<std::uint8_t>> unwrap_into(std::span<std::uint8_t> out, BytesView wrapped,
                                              UnixSeconds now);
  Result<SecretBytes> unwrap(BytesView wrapped, UnixSeconds now);

  // False once anything failed: the keys are destroyed.
  [[nodiscard]] bool alive() const { return send_ != nullptr; }

  // Messages that may still be sent or received: upstream's receivers refuse everything when the
  // number is below 8 or has reached 0xFFFFFFF8. One new session in 2^28 starts with none left.
  [[nodiscard]] std::uint32_t sends_left() const;
  [[nodiscard]] std::uint32_t receives_left() const;
  // True when fewer than kReplaceMargin are left either way: make a new session, then drop this
  // one.
  [[nodiscard]] bool should_be_replaced() const;

  // Seconds that the peer's clock was ahead of ours in its last authentic message, also in one
  // refused for it: more than a day either way is the reason to tell a person. None before.
  [[nodiscard]] std::optional<std::chrono::seconds> peer_clock_ahead() const;

 private:
  friend struct detail::ClientHandshake;
  friend struct detail::ServerHandshake;
  friend class SessionReplay;
  SecureSession() = default;
  static Result<SecureSession> establish(const detail::SessionSecrets& secrets, bool is_client);
  void end() noexcept;

  // AES-256-GCM with the key set, since one message may be sent to hundreds of sessions. The
  // receive side sees far fewer messages: keeping only its key saves a kilobyte per connection.
  detail::CipherContext send_;
  SecretArray<32> receive_key_;
  std::array<std::uint8_t, 4> wire_id_{};
  std::array<std::uint8_t, 16> iv_{};  // next nonce (12 bytes, counting) and filler (4, constant)
  std::uint32_t next_send_ = 0;
  std::uint32_t next_receive_ = 0;
  std::int64_t peer_clock_ahead_ = 0;  // seconds
  bool peer_clock_known_ = false;
};

// Maps a peer's id to its identity key, or refuses (any error).
using PeerKeyLookup = std::function<Result<EcPublicKey>(BytesView peer_id)>;

// The accepting side. Errors of both steps end the handshake and destroy its keys:
// kMalformed, kCorrupt, kUnsupported, kInvalidKey, kTooLarge, kUnknownPeer, kOwnId, kNotAuthentic,
// kUnexpectedStep, kSessionOver, kLibcrypto. Tell the peer nothing of which.
class SecureSessionServer {
 public:
  explicit SecureSessionServer(std::shared_ptr<const SessionIdentity> identity);
  SecureSessionServer(SecureSessionServer&&) noexcept;
  SecureSessionServer& operator=(SecureSessionServer&&) noexcept;
  ~SecureSessionServer();

  // msg1 -> msg2. `lookup` is called once, before any signature is checked.
  Result<Bytes> handle_msg1(BytesView msg1, const PeerKeyLookup& lookup);

  struct Established {
    Bytes msg4;  // 44 bytes, to be sent before anything that `session` wraps
    SecureSession session;
    Bytes peer_id;
  };
  // msg3 -> msg4 and the session. The client is authenticated by then, and not before.
  Result<Established> handle_msg3(BytesView msg3);

 private:
  friend class SessionReplay;
  std::unique_ptr<detail::ServerHandshake> state_;
};

// The connecting side, which knows whom it connects to. Errors as of the server.
class SecureSessionClient {
 public:
  // Errors: kInvalidArgument (empty id, null identity), kTooLarge, kOwnId, kLibcrypto.
  static Result<SecureSessionClient> create(std::shared_ptr<const SessionIdentity> identity,
                                            BytesView peer_id, EcPublicKey peer_key);
  SecureSessionClient(SecureSessionClient&&) noexcept;
  SecureSessionClient& operator=(SecureSessionClient&&) noexcept;
  ~SecureSessionClient();

  // msg1, to be sent first.
  [[nodiscard]] const Bytes& connect_request() const;

  // msg2 -> msg3. The server's signature is checked; that it got msg3 is not known yet.
  Result<Bytes> handle_msg2(BytesView msg2);

  // msg4 -> the session.
  Result<SecureSession> handle_msg4(BytesView msg4);

 private:
  friend class SessionReplay;
  explicit SecureSessionClient(std::unique_ptr<detail::ClientHandshake> state);
  std::unique_ptr<detail::ClientHandshake> state_;
};

}  // namespace themis
