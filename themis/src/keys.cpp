#include "themis/keys.hpp"

#include <algorithm>
#include <string_view>

#include "container.hpp"
#include "ec.hpp"
#include "key_data.hpp"
#include "themis/random.hpp"

namespace themis {
namespace {

using detail::Container;
using detail::kContainerHeaderSize;

constexpr std::string_view kPrivateTag = "REC2";
constexpr std::string_view kPublicTag = "UEC2";
constexpr std::size_t kGeneratedKeySize = 32;

// Kinds of keys that Themis has and this library doesn't.
bool is_other_kind(std::string_view tag) {
  const std::string_view family = tag.substr(0, 3);
  const char kind = tag[3];
  if (family == "REC" || family == "UEC") return kind == '3' || kind == '5';
  if (family == "RRA" || family == "URA") {
    return kind == '1' || kind == '2' || kind == '4' || kind == '8';
  }
  return false;
}

// The checks of section 1.4, in its order, up to the payload.
Result<BytesView> open_key(BytesView bytes, std::string_view tag, std::size_t size,
                           std::size_t other_size) {
  const auto container = detail::container_at(bytes);
  if (!container) return Failure(container.error());
  if (container->whole.size() != bytes.size()) {
    return fail(ErrorCode::kMalformed, container->whole.size(), bytes.size());
  }
  const bool wanted = container->tag == tag;
  if (!wanted && !is_other_kind(container->tag)) return fail(ErrorCode::kMalformed);
  if (const auto intact = detail::check_crc(*container); !intact) return Failure(intact.error());
  if (!wanted) return fail(ErrorCode::kUnsupported);
  if (bytes.size() != size && bytes.size() != other_size) {
    return fail(ErrorCode::kMalformed, size, bytes.size());
  }
  return container->payload;
}

}  // namespace

namespace detail {

Result<EcPublicKey> EcPublicKeyData::make(Point point) {
  const auto octets = encode_point(point.get());
  if (!octets) return Failure(octets.error());
  auto pkey = make_pkey(*octets, nullptr);
  if (!pkey) return Failure(pkey.error());
  EcPublicContainer container{};
  write_container(container, kPublicTag, {compress(*octets)});
  return EcPublicKey(std::make_shared<const EcPublicKeyData>(
      EcPublicKeyData{container, std::move(point), std::move(*pkey)}));
}

Result<EcPrivateKey> EcPrivateKeyData::make(BigNumber scalar) {
  auto point = public_point(scalar.get());
  if (!point) return Failure(point.error());
  const auto octets = encode_point(point->get());
  if (!octets) return Failure(octets.error());
  auto pkey = make_pkey(*octets, scalar.get());
  if (!pkey) return Failure(pkey.error());
  auto public_key = EcPublicKeyData::make(std::move(*point));
  if (!public_key) return Failure(public_key.error());
  return EcPrivateKey(std::make_unique<EcPrivateKeyData>(
      EcPrivateKeyData{std::move(scalar), std::move(*pkey), std::move(*public_key)}));
}

}  // namespace detail

Result<EcPublicKey> EcPublicKey::parse(BytesView container) {
  constexpr std::size_t kUncompressed = kContainerHeaderSize + detail::kUncompressedSize;
  const auto payload = open_key(container, kPublicTag, kEcContainerSize, kUncompressed);
  if (!payload) return Failure(payload.error());
  auto point = detail::decode_point(*payload);
  if (!point) return Failure(point.error());
  return detail::EcPublicKeyData::make(std::move(*point));
}

const EcPublicContainer& EcPublicKey::container() const { return data_->container; }

EcPrivateKey::EcPrivateKey(std::unique_ptr<detail::EcPrivateKeyData> data)
    : data_(std::move(data)) {}
EcPrivateKey::EcPrivateKey(EcPrivateKey&&) noexcept = default;
EcPrivateKey& EcPrivateKey::operator=(EcPrivateKey&&) noexcept = default;
EcPrivateKey::~EcPrivateKey() = default;

Result<EcPrivateKey> EcPrivateKey::generate() {
  auto scalar = detail::random_scalar();
  if (!scalar) return Failure(scalar.error());
  return detail::EcPrivateKeyData::make(std::move(*scalar));
}

Result<EcPrivateKey> EcPrivateKey::parse(BytesView container) {
  const auto payload = open_key(container, kPrivateTag, kEcContainerSize, kEcContainerSize - 1);
  if (!payload) return Failure(payload.error());
  auto scalar = detail::decode_scalar(*payload);
  if (!scalar) return Failure(scalar.error());
  return detail::EcPrivateKeyData::make(std::move(*scalar));
}

Result<EcPrivateKey> EcPrivateKey::copy() const { return parse(container().view()); }

const EcPublicKey& EcPrivateKey::public_key() const { return data_->public_key; }

// "Payload is F+1 bytes: d padded on the left to F+1 bytes. For P-256 the first payload byte is
// therefore always 0x00." (1.2)
SecretArray<kEcContainerSize> EcPrivateKey::container() const {
  SecretArray<detail::kFieldSize + 1> padded;
  BN_bn2binpad(data_->scalar.get(), padded.mutable_view().data(),
               static_cast<int>(padded.view().size()));
  SecretArray<kEcContainerSize> container;
  detail::write_container(container.mutable_view(), kPrivateTag, {padded.view()});
  return container;
}

Result<SymmetricKey> SymmetricKey::generate() {
  auto key = random_secret(kGeneratedKeySize);
  if (!key) return Failure(key.error());
  return SymmetricKey(std::move(*key));
}

Result<SymmetricKey> SymmetricKey::copy_of(BytesView key) {
  return from(SecretBytes::copy_of(key));
}

Result<SymmetricKey> SymmetricKey::from(SecretBytes key) {
  if (key.empty()) return fail(ErrorCode::kInvalidArgument);
  if (key.size() > kMaxMessage) return fail(ErrorCode::kTooLarge, kMaxMessage, key.size());
  return SymmetricKey(std::move(key));
}

Result<Passphrase> Passphrase::copy_of(BytesView utf8) {
  if (utf8.empty()) return fail(ErrorCode::kInvalidArgument);
  if (utf8.size() > kMaxMessage) return fail(ErrorCode::kTooLarge, kMaxMessage, utf8.size());
  return Passphrase(SecretBytes::copy_of(utf8));
}

}  // namespace themis
