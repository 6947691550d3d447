// The basic types of docs/wire.cddl, section 1, and the secrets that the protocol names.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/id.hpp"
#include "core/base/secret.hpp"

namespace zerofc {

using RoomId = Id<32, struct RoomIdTag>;            // SHA-256 of the genesis entry's bytes
using MemberId = Id<16, struct MemberIdTag>;        // first 16 bytes of a fingerprint
using Fingerprint = Id<32, struct FingerprintTag>;  // SHA-256 over card-content or server-content
using InviteId = Id<16, struct InviteIdTag>;        // random
using EntryToken = Id<16, struct EntryTokenTag>;    // random, unique per author
using Hash = Id<32, struct HashTag>;                // SHA-256
using Nonce = Id<32, struct NonceTag>;              // random

inline constexpr std::size_t kKeyContainerBytes = 45;
using SessionPublicKey = Id<kKeyContainerBytes, struct SessionKeyTag>;
using SigningPublicKey = Id<kKeyContainerBytes, struct SigningKeyTag>;
using ExchangePublicKey = Id<kKeyContainerBytes, struct ExchangeKeyTag>;

// Themis private key containers.
using SessionPrivateKey = Secret<kKeyContainerBytes, struct SessionKeyTag>;
using SigningPrivateKey = Secret<kKeyContainerBytes, struct SigningKeyTag>;
using ExchangePrivateKey = Secret<kKeyContainerBytes, struct ExchangeKeyTag>;

inline constexpr std::size_t kSymmetricKeyBytes = 32;
using RoomKey = Secret<kSymmetricKeyBytes, struct RoomKeyTag>;
using JoinKey = Secret<kSymmetricKeyBytes, struct JoinKeyTag>;
using InviteSecret = Secret<kSymmetricKeyBytes, struct InviteSecretTag>;
using VaultKey = Secret<kSymmetricKeyBytes, struct VaultKeyTag>;

using Seq = std::uint64_t;
using Epoch = std::uint64_t;

inline constexpr std::uint64_t kUintEnd = std::uint64_t{1} << 53;   // every uint is below
inline constexpr std::uint64_t kEpochEnd = std::uint64_t{1} << 32;  // every epoch is below
inline constexpr std::uint64_t kProtocolVersion = 1;

// log-point: a seq and the chain hash H[seq].
struct LogPoint {
  Seq seq = 0;
  Hash hash;
  friend bool operator==(const LogPoint&, const LogPoint&) = default;
};

// Limits of docs/protocol.md that the encodings themselves obey.
inline constexpr std::size_t kFrameBytesMax = std::size_t{256} * 1024;
inline constexpr std::size_t kMessageCellBytesMax = std::size_t{64} * 1024 + 44;
inline constexpr std::size_t kTextBytesMax = 16384;
inline constexpr std::size_t kNicknameBytesMax = 128;
inline constexpr std::size_t kRoomNameBytesMax = 256;
inline constexpr std::size_t kMembersMax = 1000;
inline constexpr std::size_t kPolicyMembersMin = 2;  // of max-members
inline constexpr std::uint64_t kColours = 16;
inline constexpr std::size_t kRotateEveryMin = 10;
inline constexpr std::size_t kRotateEveryDefault = 100;
inline constexpr std::size_t kRotateEveryMax = 1000;

}  // namespace zerofc
