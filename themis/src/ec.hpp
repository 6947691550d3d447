// The P-256 group: points, scalars, ECDH and ECDSA (formats, sections 1.2, 4.1, 5.2).
#pragma once

#include <array>
#include <cstddef>

#include "kdf.hpp"
#include "libcrypto.hpp"
#include "themis/bytes.hpp"
#include "themis/keys.hpp"
#include "themis/result.hpp"
#include "themis/secret.hpp"

namespace themis::detail {

inline constexpr std::size_t kFieldSize = 32;
inline constexpr std::size_t kCompressedSize = 1 + kFieldSize;
inline constexpr std::size_t kUncompressedSize = 1 + 2 * kFieldSize;
inline constexpr std::size_t kSignatureMax = 72;  // DER of two 33-byte integers

using SharedSecret = SecretArray<kFieldSize>;
using CompressedPoint = std::array<std::uint8_t, kCompressedSize>;
using UncompressedPoint = std::array<std::uint8_t, kUncompressedSize>;

// A point of the curve other than infinity, from its compressed or uncompressed form and no other.
// Cofactor 1: on the curve and not infinity is all there is to check. Errors: kMalformed,
// kInvalidKey, kLibcrypto.
Result<Point> decode_point(BytesView octets);
// The uncompressed form costs an inversion in the field, the compressed one follows from it.
Result<UncompressedPoint> encode_point(const EC_POINT* point);
[[nodiscard]] CompressedPoint compress(const UncompressedPoint& octets);

// Big-endian, any length up to 33 bytes; in [1, n). Errors: kInvalidKey, kLibcrypto.
Result<BigNumber> decode_scalar(BytesView octets);
Result<BigNumber> random_scalar();

// scalar * G, in time that doesn't depend on the scalar.
Result<Point> public_point(const BIGNUM* scalar);

// x coordinate of scalar * point, leading zeros kept, in time that doesn't depend on the scalar.
Result<SharedSecret> ecdh(const BIGNUM* scalar, const EC_POINT* point);

// For ECDSA. `scalar` may be null: then for verifying only.
Result<Pkey> make_pkey(const UncompressedPoint& point, const BIGNUM* scalar);

// ECDSA with SHA-256 over the concatenated pieces, DER.
Result<Bytes> ecdsa_sign(EVP_PKEY* key, Pieces message);
// Strict DER. Errors: kNotAuthentic, kLibcrypto.
Result<void> ecdsa_verify(EVP_PKEY* key, Pieces message, BytesView signature);

}  // namespace themis::detail
