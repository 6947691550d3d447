#include "themis/result.hpp"

namespace themis {
namespace {

struct Meaning {
  std::string_view name;
  Advice advice;
  std::string_view sentence;
};

Meaning meaning_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return {"invalid_argument", Advice::kFixTheCall, "An argument is empty or out of its range"};
    case ErrorCode::kTooLarge:
      return {"too_large", Advice::kFixTheCall, "Longer than the limit"};
    case ErrorCode::kBufferTooSmall:
      return {"buffer_too_small", Advice::kFixTheCall, "The output buffer is too small"};
    case ErrorCode::kMalformed:
      return {"malformed", Advice::kRefuseTheInput, "Not in the Themis format"};
    case ErrorCode::kUnsupported:
      return {"unsupported", Advice::kRefuseTheInput, "Only EC P-256 is supported"};
    case ErrorCode::kCorrupt:
      return {"corrupt", Advice::kRefuseTheInput, "The checksum doesn't match: damaged"};
    case ErrorCode::kInvalidKey:
      return {"invalid_key", Advice::kRefuseTheInput, "Not a valid key of the curve"};
    case ErrorCode::kTooExpensive:
      return {"too_expensive", Advice::kRefuseTheInput,
              "Asks for more passphrase rounds than allowed"};
    case ErrorCode::kNotAuthentic:
      return {"not_authentic", Advice::kRefuseTheInput, "Wrong key or context, or forged"};
    case ErrorCode::kUnknownPeer:
      return {"unknown_peer", Advice::kEndTheSession, "The peer isn't one that we talk to"};
    case ErrorCode::kOwnId:
      return {"own_id", Advice::kEndTheSession, "The peer claims to be ourselves"};
    case ErrorCode::kUnexpectedStep:
      return {"unexpected_step", Advice::kEndTheSession, "This handshake step is not due now"};
    case ErrorCode::kSessionFailed:
      return {"session_failed", Advice::kEndTheSession, "The session refused a message"};
    case ErrorCode::kSessionOver:
      return {"session_over", Advice::kEndTheSession, "The session ended earlier"};
    case ErrorCode::kSessionExhausted:
      return {"session_exhausted", Advice::kReplaceSession,
              "The session's message numbers are used up"};
    case ErrorCode::kLibcrypto:
      return {"libcrypto", Advice::kStop, "The cryptographic library failed"};
  }
  return {"unknown", Advice::kStop, "An error of no known kind"};
}

}  // namespace

Advice Error::advice() const { return meaning_of(code).advice; }

std::string_view name(ErrorCode code) { return meaning_of(code).name; }

std::string describe(const Error& error) {
  std::string text(meaning_of(error.code).sentence);
  if (error.expected != 0 || error.received != 0) {
    text += " (expected " + std::to_string(error.expected) + ", received " +
            std::to_string(error.received) + ")";
  }
  return text + ".";
}

}  // namespace themis
