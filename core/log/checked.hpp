// Themis calls on bytes from strangers: canonical form first (docs/protocol.md §2.3), then the
// call. Nothing else in the core opens, verifies or decrypts.
#pragma once

#include <optional>

#include "core/base/bytes.hpp"
#include "core/crypto.hpp"
#include "core/wire/card.hpp"
#include "core/wire/types.hpp"

namespace zerofc::checked {

// The plaintext of a canonical cell.
CryptoResult<SecretBytes> open(Crypto& crypto, SymmetricKeyView key, BytesView cell,
                               BytesView context);

// The signed content (a view into `signed_message`) of a canonical signed message of exactly these
// bytes, if `signer` signed it.
CryptoResult<BytesView> verify(Crypto& crypto, const SigningPublicKey& signer,
                               BytesView signed_message);

CryptoResult<SecretBytes> decrypt(Crypto& crypto, const ExchangePrivateKey& own,
                                  const ExchangePublicKey& peer, BytesView encrypted);

// A card that is canonical, signed by its own signing key, and made of three keys that differ.
struct VerifiedCard {
  CardContent content;
  Fingerprint fingerprint;
  MemberId member;
};
// Proof of its points by use: the signature here; a trial encryption to `exchange` and, since a
// session key is never used but in Secure Session, one to `session` too.
CryptoResult<VerifiedCard> verify_card(Crypto& crypto, BytesView card);
// The same without signature and points: for cards that this very program verified before it stored
// them.
std::optional<VerifiedCard> read_verified_card(Crypto& crypto, BytesView card);

[[nodiscard]] Fingerprint fingerprint_of(Crypto& crypto, BytesView card_content);
[[nodiscard]] MemberId member_id_of(const Fingerprint& fingerprint);

}  // namespace zerofc::checked
