#include "core/log/checked.hpp"

#include <algorithm>
#include <array>

#include "core/wire/canonical.hpp"

namespace zerofc::checked {

namespace {

// What a card says, if it is canonical and its three keys are containers that differ.
std::optional<CardContent> read_content(BytesView content) {
  auto card = decode_card_content(content);
  if (!card) return std::nullopt;
  const BytesView session = card->session.view();
  const BytesView signing = card->signing.view();
  const BytesView exchange = card->exchange.view();
  for (const BytesView key : {session, signing, exchange}) {
    if (!canonical::is_public_key(key)) return std::nullopt;
  }
  const auto same = [](BytesView a, BytesView b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  };
  if (same(session, signing) || same(session, exchange) || same(signing, exchange)) {
    return std::nullopt;
  }
  return card;
}

VerifiedCard named(Crypto& crypto, const CardContent& content, BytesView encoded) {
  const Fingerprint fingerprint = fingerprint_of(crypto, encoded);
  return {content, fingerprint, member_id_of(fingerprint)};
}

}  // namespace

CryptoResult<SecretBytes> open(Crypto& crypto, SymmetricKeyView key, BytesView cell,
                               BytesView context) {
  if (!canonical::is_cell(cell)) return fail(CryptoError::kRefused);
  return crypto.open(key, cell, context);
}

CryptoResult<BytesView> verify(Crypto& crypto, const SigningPublicKey& signer,
                               BytesView signed_message) {
  const auto content = canonical::signed_content(signed_message);
  if (!content) return fail(CryptoError::kRefused);
  if (const auto verified = crypto.verify(signer.bytes(), signed_message); !verified) {
    return fail(verified.error());
  }
  return *content;
}

CryptoResult<SecretBytes> decrypt(Crypto& crypto, const ExchangePrivateKey& own,
                                  const ExchangePublicKey& peer, BytesView encrypted) {
  if (!canonical::is_encrypted(encrypted)) return fail(CryptoError::kRefused);
  return crypto.decrypt(own.view(), peer.bytes(), encrypted);
}

CryptoResult<VerifiedCard> verify_card(Crypto& crypto, BytesView card) {
  const auto encoded = canonical::signed_content(card);
  if (!encoded) return fail(CryptoError::kRefused);
  const auto content = read_content(*encoded);
  if (!content) return fail(CryptoError::kRefused);
  if (const auto verified = crypto.verify(content->signing.bytes(), card); !verified) {
    return fail(verified.error());
  }
  // "A card's points are proved by use (the signature; a trial encryption)", §2.3.
  const auto trial = crypto.make_key_pair<ExchangeKeyTag>();
  if (!trial) return fail(trial.error());
  constexpr std::array<std::uint8_t, 1> kAnything = {0};
  for (const auto* point : {&content->exchange.bytes(), &content->session.bytes()}) {
    const auto used = crypto.encrypt(trial->private_key.view(), *point, kAnything);
    if (!used) return fail(used.error());
  }
  return named(crypto, *content, *encoded);
}

std::optional<VerifiedCard> read_verified_card(Crypto& crypto, BytesView card) {
  const auto encoded = canonical::signed_content(card);
  if (!encoded) return std::nullopt;
  const auto content = read_content(*encoded);
  if (!content) return std::nullopt;
  return named(crypto, *content, *encoded);
}

Fingerprint fingerprint_of(Crypto& crypto, BytesView card_content) {
  return Fingerprint(crypto.sha256({card_content}).bytes());
}

MemberId member_id_of(const Fingerprint& fingerprint) {
  return MemberId::from(fingerprint.view().first(MemberId::kBytes)).value_or(MemberId());
}

}  // namespace zerofc::checked
