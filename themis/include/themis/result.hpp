// Errors are values: what went wrong, what the caller should do about it, and expected against
// received.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace themis {

// A comment says what `expected` and `received` of Error hold; they are 0 where it says nothing.
enum class ErrorCode : std::uint8_t {
  kInvalidArgument,  // The call itself is wrong: empty message, empty key, empty mandatory context.
  kTooLarge,         // Longer than this library takes: limit in bytes, size in bytes.
  kBufferTooSmall,   // Output buffer too short: bytes needed, bytes given.
  kMalformed,     // Not in the format: a length, type or reserved field; its value where it is one.
  kUnsupported,   // In the format, but of a kind not implemented here (RSA, P-384, P-521).
  kCorrupt,       // A container's CRC doesn't match: damaged on the way.
  kInvalidKey,    // Point not on the curve, scalar not in [1, n).
  kTooExpensive,  // Passphrase cell asks for more PBKDF2 rounds than allowed: cap, rounds.
  kNotAuthentic,  // Tag, signature or MAC mismatch: wrong key, wrong context, or forged.
  kUnknownPeer,   // Secure Session: the lookup refused this id, or it isn't the expected one.
  kOwnId,         // Secure Session: the peer uses our own id (reflection).
  kUnexpectedStep,    // Secure Session: this handshake step isn't the one that is due.
  kSessionFailed,     // Secure Session: a message was refused. Never says why.
  kSessionOver,       // Secure Session: it failed earlier; its keys are gone.
  kSessionExhausted,  // Secure Session: sequence numbers used up; its keys stay, nothing is sent.
  kLibcrypto,         // libcrypto itself failed: no memory, no randomness.
};

// What the caller should do.
enum class Advice : std::uint8_t {
  kFixTheCall,      // A bug in the calling code, or a limit to respect. Nothing was changed.
  kRefuseTheInput,  // Drop the key, cell or message; nothing of it may be used.
  kEndTheSession,   // Close the connection; a new session may be made.
  kReplaceSession,  // Make a new session now; nothing is wrong with the peer.
  kStop,            // The process can't do cryptography; fail closed.
};

struct Error {
  ErrorCode code;
  std::uint64_t expected = 0;
  std::uint64_t received = 0;

  [[nodiscard]] Advice advice() const;

  friend bool operator==(const Error&, const Error&) = default;
};

// Stable name, e.g. "not_authentic".
[[nodiscard]] std::string_view name(ErrorCode code);

// One sentence for a person. Holds no key, id, address or message byte.
[[nodiscard]] std::string describe(const Error& error);

using Failure = tl::unexpected<Error>;

[[nodiscard]] inline Failure fail(ErrorCode code, std::uint64_t expected = 0,
                                  std::uint64_t received = 0) {
  return Failure(Error{code, expected, received});
}

// tl::expected that can't be dropped silently.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

}  // namespace themis
