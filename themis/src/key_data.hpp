// What parsed keys hold.
#pragma once

#include "ec.hpp"
#include "libcrypto.hpp"
#include "themis/keys.hpp"

namespace themis::detail {

struct EcPublicKeyData {
  EcPublicContainer container;
  Point point;
  Pkey pkey;  // for verifying

  static Result<EcPublicKey> make(Point point);
};

struct EcPrivateKeyData {
  BigNumber scalar;
  Pkey pkey;  // for signing
  EcPublicKey public_key;

  static Result<EcPrivateKey> make(BigNumber scalar);
};

}  // namespace themis::detail
