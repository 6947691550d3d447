#include "ec.hpp"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>

#include <algorithm>

namespace themis::detail {
namespace {

const EC_GROUP* group() { return Libcrypto::get().p256; }

bool in_range(const BIGNUM* scalar) {
  return !BN_is_zero(scalar) && BN_cmp(scalar, EC_GROUP_get0_order(group())) < 0;
}

}  // namespace

// "Refuse the hybrid prefixes 06/07 and the one-byte point at infinity. OpenSSL 3 accepts hybrid
// points, so test the prefix byte and length yourself before decoding." (1.2)
Result<Point> decode_point(BytesView octets) {
  if (octets.empty()) return fail(ErrorCode::kMalformed, kCompressedSize, 0);
  const std::uint8_t prefix = octets[0];
  const bool compressed = (prefix == 0x02 || prefix == 0x03) && octets.size() == kCompressedSize;
  const bool whole = prefix == 0x04 && octets.size() == kUncompressedSize;
  if (!compressed && !whole) return fail(ErrorCode::kInvalidKey);
  if (group() == nullptr) return fail(ErrorCode::kLibcrypto);
  const ErrorQueueMark mark;
  Point point(EC_POINT_new(group()));
  if (!point) return fail(ErrorCode::kLibcrypto);
  if (EC_POINT_oct2point(group(), point.get(), octets.data(), octets.size(), nullptr) != 1 ||
      EC_POINT_is_at_infinity(group(), point.get()) != 0) {
    return fail(ErrorCode::kInvalidKey);
  }
  return point;
}

Result<UncompressedPoint> encode_point(const EC_POINT* point) {
  UncompressedPoint octets{};
  if (EC_POINT_point2oct(group(), point, POINT_CONVERSION_UNCOMPRESSED, octets.data(),
                         octets.size(), nullptr) != octets.size()) {
    return fail(ErrorCode::kLibcrypto);
  }
  return octets;
}

// "Compressed point, F+1 bytes: 0x02 (even y) or 0x03 (odd y), then x." (1.2)
CompressedPoint compress(const UncompressedPoint& octets) {
  CompressedPoint compressed{};
  std::copy_n(octets.begin(), compressed.size(), compressed.begin());
  compressed[0] = static_cast<std::uint8_t>(0x02 | (octets.back() & 1));
  return compressed;
}

Result<BigNumber> decode_scalar(BytesView octets) {
  BigNumber scalar(BN_new());
  if (!scalar || group() == nullptr ||
      BN_bin2bn(octets.data(), static_cast<int>(octets.size()), scalar.get()) == nullptr) {
    return fail(ErrorCode::kLibcrypto);
  }
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  if (!in_range(scalar.get())) return fail(ErrorCode::kInvalidKey);
  return scalar;
}

Result<BigNumber> random_scalar() {
  BigNumber scalar(BN_new());
  if (!scalar || group() == nullptr) return fail(ErrorCode::kLibcrypto);
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  do {
    if (BN_priv_rand_range(scalar.get(), EC_GROUP_get0_order(group())) != 1) {
      return fail(ErrorCode::kLibcrypto);
    }
  } while (!in_range(scalar.get()));
  return scalar;
}

Result<Point> public_point(const BIGNUM* scalar) {
  Point point(EC_POINT_new(group()));
  if (!point || EC_POINT_mul(group(), point.get(), scalar, nullptr, nullptr, nullptr) != 1) {
    return fail(ErrorCode::kLibcrypto);
  }
  return point;
}

Result<SharedSecret> ecdh(const BIGNUM* scalar, const EC_POINT* point) {
  const Point product(EC_POINT_new(group()));
  const BigNumber x(BN_new());
  SharedSecret shared;
  if (!product || !x ||
      EC_POINT_mul(group(), product.get(), nullptr, point, scalar, nullptr) != 1 ||
      EC_POINT_get_affine_coordinates(group(), product.get(), x.get(), nullptr, nullptr) != 1 ||
      BN_bn2binpad(x.get(), shared.mutable_view().data(), kFieldSize) != kFieldSize) {
    return fail(ErrorCode::kLibcrypto);
  }
  return shared;
}

Result<Pkey> make_pkey(const UncompressedPoint& point, const BIGNUM* scalar) {
  EVP_PKEY* generator = Libcrypto::get().p256_generator;
  if (generator == nullptr) return fail(ErrorCode::kLibcrypto);
  if (scalar == nullptr) {
    // A quarter of the time of building the key, and with it the group, from parameters.
    Pkey key(EVP_PKEY_dup(generator));
    if (!key || EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) != 1) {
      return fail(ErrorCode::kLibcrypto);
    }
    return key;
  }
  SecretArray<kFieldSize> native;  // little-endian, as OSSL_PARAM wants it on our hosts
  if (BN_bn2nativepad(scalar, native.mutable_view().data(), kFieldSize) != kFieldSize) {
    return fail(ErrorCode::kLibcrypto);
  }
  UncompressedPoint octets = point;  // OSSL_PARAM wants it writable
  char name[] = SN_X9_62_prime256v1;
  std::array<OSSL_PARAM, 4> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets.data(), octets.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native.mutable_view().data(), kFieldSize),
      OSSL_PARAM_construct_end()};
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.data()) != 1) {
    return fail(ErrorCode::kLibcrypto);
  }
  return Pkey(key);
}

Result<Bytes> ecdsa_sign(EVP_PKEY* key, Pieces message) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_MD_CTX* c = context.get();
  bool good = c != nullptr &&
              EVP_DigestSignInit_ex(c, nullptr, "SHA256", nullptr, nullptr, key, nullptr) == 1;
  for (const BytesView piece : message) {
    good = good && EVP_DigestSignUpdate(c, piece.data(), piece.size()) == 1;
  }
  Bytes signature(kSignatureMax);
  std::size_t size = signature.size();
  if (!good || EVP_DigestSignFinal(c, signature.data(), &size) != 1) {
    return fail(ErrorCode::kLibcrypto);
  }
  signature.resize(size);
  return signature;
}

Result<void> ecdsa_verify(EVP_PKEY* key, Pieces message, BytesView signature) {
  const ErrorQueueMark mark;
  const DigestContext context(EVP_MD_CTX_new());
  EVP_MD_CTX* c = context.get();
  bool good = c != nullptr &&
              EVP_DigestVerifyInit_ex(c, nullptr, "SHA256", nullptr, nullptr, key, nullptr) == 1;
  for (const BytesView piece : message) {
    good = good && EVP_DigestVerifyUpdate(c, piece.data(), piece.size()) == 1;
  }
  if (!good) return fail(ErrorCode::kLibcrypto);
  // "Treat results other than 1 as failure (it can be negative)." (8.7)
  if (EVP_DigestVerifyFinal(c, signature.data(), signature.size()) != 1) {
    return fail(ErrorCode::kNotAuthentic);
  }
  return {};
}

}  // namespace themis::detail
