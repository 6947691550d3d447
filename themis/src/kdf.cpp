#include "kdf.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "libcrypto.hpp"

namespace themis::detail {
namespace {

constexpr std::size_t kBlockSize = 32;

bool update(EVP_MAC_CTX* mac, BytesView piece) {
  return piece.empty() || EVP_MAC_update(mac, piece.data(), piece.size()) == 1;
}

// Null on failure.
MacContext keyed(BytesView key) {
  const EVP_MAC_CTX* blank = Libcrypto::get().hmac_sha256;
  MacContext mac(blank == nullptr ? nullptr : EVP_MAC_CTX_dup(blank));
  if (mac && EVP_MAC_init(mac.get(), key.data(), key.size(), nullptr) != 1) mac.reset();
  return mac;
}

bool finish(EVP_MAC_CTX* mac, std::span<std::uint8_t, kBlockSize> out) {
  std::size_t size = 0;
  return EVP_MAC_final(mac, out.data(), &size, out.size()) == 1 && size == out.size();
}

}  // namespace

Result<void> hmac_sha256(std::span<std::uint8_t, 32> out, BytesView key, Pieces pieces) {
  assert(!key.empty());
  const MacContext mac = keyed(key);
  bool good = mac != nullptr;
  for (const BytesView piece : pieces) good = good && update(mac.get(), piece);
  if (!good || !finish(mac.get(), out)) return fail(ErrorCode::kLibcrypto);
  return {};
}

Result<void> kdf(std::span<std::uint8_t> out, BytesView key, std::string_view label,
                 Pieces context) {
  assert(!key.empty() && !out.empty() && out.size() <= kBlockSize);
  constexpr std::array<std::uint8_t, 4> kCounter{0, 0, 0, 1};
  constexpr std::array<std::uint8_t, 1> kSeparator{0};
  const MacContext mac = keyed(key);
  bool good = mac != nullptr && update(mac.get(), kCounter) && update(mac.get(), bytes_of(label)) &&
              update(mac.get(), kSeparator);
  for (const BytesView piece : context) good = good && update(mac.get(), piece);
  SecretArray<kBlockSize> block;
  if (!good || !finish(mac.get(), block.mutable_view())) return fail(ErrorCode::kLibcrypto);
  std::copy_n(block.view().begin(), out.size(), out.begin());
  return {};
}

// "K is 32 bytes built as: zeros; copy the first min(32, |label|) label bytes over it; then for
// each context piece in order, XOR its first min(32, |c|) bytes into K from position 0." (2)
Result<void> kdf_implicit_key(std::span<std::uint8_t> out, std::string_view label, Pieces context) {
  std::array<std::uint8_t, kBlockSize> key{};
  const BytesView label_bytes = bytes_of(label);
  std::copy_n(label_bytes.begin(), std::min(label_bytes.size(), key.size()), key.begin());
  for (const BytesView piece : context) {
    for (std::size_t i = 0; i < std::min(piece.size(), key.size()); ++i) key[i] ^= piece[i];
  }
  return kdf(out, key, label, context);
}

}  // namespace themis::detail
