// Correct use of secrets, and beside it misuse that must not compile.
#include <iostream>

#include "themis/themis.hpp"

namespace {

using themis::EcPrivateKey;
using themis::SecretArray;
using themis::SecretBytes;
using themis::SecureSession;
using themis::SymmetricKey;

bool correct(SecretBytes& secret, SecretArray<32>& array, const EcPrivateKey& key) {
  const SecretBytes moved = std::move(secret);
  const SecretBytes copied = moved.copy();
  const SecretArray<32> other = array.copy();
  std::cout << copied.size() << key.public_key().container().size();
  return themis::equal_constant_time(array.view(), other.view());
}

[[maybe_unused]] auto* const kUsed = &correct;

#ifdef COPY_SECRET_BYTES
SecretBytes misuse(const SecretBytes& secret) { return secret; }
#endif
#ifdef COPY_SECRET_ARRAY
SecretArray<32> misuse(const SecretArray<32>& secret) { return secret; }
#endif
#ifdef COPY_PRIVATE_KEY
EcPrivateKey misuse(const EcPrivateKey& key) { return key; }
#endif
#ifdef COPY_SYMMETRIC_KEY
SymmetricKey misuse(const SymmetricKey& key) { return key; }
#endif
#ifdef COPY_SESSION
SecureSession misuse(const SecureSession& session) { return session; }
#endif
#ifdef COMPARE_SECRET_BYTES
bool misuse(const SecretBytes& a, const SecretBytes& b) { return a == b; }
#endif
#ifdef COMPARE_SECRET_ARRAY
bool misuse(const SecretArray<32>& a, const SecretArray<32>& b) { return a == b; }
#endif
#ifdef COMPARE_PRIVATE_KEY
bool misuse(const EcPrivateKey& a, const EcPrivateKey& b) { return a == b; }
#endif
#ifdef PRINT_SECRET_BYTES
void misuse(const SecretBytes& secret) { std::cout << secret; }
#endif
#ifdef PRINT_SECRET_ARRAY
void misuse(const SecretArray<32>& secret) { std::cout << secret; }
#endif
#ifdef PRINT_PRIVATE_KEY
void misuse(const EcPrivateKey& key) { std::cout << key; }
#endif
#ifdef KEY_FROM_BARE_BYTES
auto misuse(const themis::Bytes& bytes) { return themis::secure_cell::seal(bytes, bytes); }
#endif
#ifdef PASSPHRASE_AS_KEY
SymmetricKey misuse(themis::Passphrase passphrase) { return passphrase; }
#endif
#ifdef DROP_RESULT
void misuse(const SymmetricKey& key) { themis::secure_cell::seal(key, {}); }
#endif
#ifdef WRAP_BEFORE_ESTABLISHED
auto misuse(themis::SecureSessionClient& client) { return client.wrap({}, themis::UnixSeconds{}); }
#endif
#ifdef SESSION_FROM_NOTHING
SecureSession misuse() { return SecureSession(); }
#endif

}  // namespace
