#include "themis/hash.hpp"

#include "libcrypto.hpp"

namespace themis {

Result<Sha256Digest> sha256(std::initializer_list<BytesView> pieces) {
  const detail::DigestContext context(EVP_MD_CTX_new());
  EVP_MD_CTX* c = context.get();
  bool good = c != nullptr && EVP_DigestInit_ex2(c, detail::Libcrypto::get().sha256, nullptr) == 1;
  for (const BytesView piece : pieces) {
    good = good && (piece.empty() || EVP_DigestUpdate(c, piece.data(), piece.size()) == 1);
  }
  Sha256Digest digest{};
  unsigned int size = 0;
  good = good && EVP_DigestFinal_ex(c, digest.data(), &size) == 1 && size == digest.size();
  if (!good) return fail(ErrorCode::kLibcrypto);
  return digest;
}

Result<Sha256Digest> sha256(BytesView message) { return sha256({message}); }

}  // namespace themis
