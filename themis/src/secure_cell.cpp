#include "themis/secure_cell.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "byte_order.hpp"
#include "gcm.hpp"
#include "kdf.hpp"
#include "libcrypto.hpp"
#include "themis/random.hpp"
#include "themis/secure_session.hpp"

namespace themis::secure_cell {
namespace {

using detail::kGcmKeySize;
using detail::kGcmNonceSize;
using detail::kGcmTagSize;
using detail::load_le;
using detail::store_le;

constexpr std::string_view kKeyLabel = "Themis secure cell message key";
constexpr std::string_view kIvLabel = "Themis secure cell message iv";

constexpr std::uint32_t kAlgorithmKey = 0x40010100;
constexpr std::uint32_t kAlgorithmPassphrase = 0x41010100;

// Offsets of section 3.2; the first four fields stand in both headers.
constexpr std::size_t kAlgorithmOffset = 0;
constexpr std::size_t kIvLengthOffset = 4;
constexpr std::size_t kTagLengthOffset = 8;
constexpr std::size_t kMessageLengthOffset = 12;
constexpr std::size_t kKeyIvOffset = 16;
constexpr std::size_t kKeyTagOffset = 28;
// Offsets of section 3.3.
constexpr std::size_t kKdfLengthOffset = 16;
constexpr std::size_t kPassphraseIvOffset = 20;
constexpr std::size_t kPassphraseTagOffset = 32;
constexpr std::size_t kIterationsOffset = 48;
constexpr std::size_t kSaltLengthOffset = 52;
constexpr std::size_t kSaltOffset = 54;

constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kKdfContextSize = 4 + 2 + kSaltSize;
static_assert(kSaltOffset + kSaltSize == kPassphraseSealOverhead);
static_assert(kKeyTagOffset + kGcmTagSize == kSealOverhead);

using CellKey = SecretArray<kGcmKeySize>;

Result<void> check_sizes(BytesView plaintext, BytesView context) {
  if (plaintext.empty()) return fail(ErrorCode::kInvalidArgument);
  for (const BytesView bytes : {plaintext, context}) {
    if (bytes.size() > kMaxMessage) return fail(ErrorCode::kTooLarge, kMaxMessage, bytes.size());
  }
  return {};
}

Result<CellKey> derive_cell_key(BytesView master_key, std::size_t message_size, BytesView context) {
  std::array<std::uint8_t, 4> length{};
  store_le(length.data(), static_cast<std::uint32_t>(message_size));
  CellKey key;
  const auto derived = detail::kdf(key.mutable_view(), master_key, kKeyLabel, {length, context});
  if (!derived) return Failure(derived.error());
  return key;
}

Result<CellKey> stretch(const Passphrase& passphrase, std::span<const std::uint8_t> salt,
                        std::uint32_t iterations) {
  CellKey key;
  const EVP_MD* sha256 = detail::Libcrypto::get().sha256;
  const BytesView text = passphrase.view();
  if (sha256 == nullptr ||
      PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(text.data()), static_cast<int>(text.size()),
                        salt.data(), static_cast<int>(salt.size()), static_cast<int>(iterations),
                        sha256, kGcmKeySize, key.mutable_view().data()) != 1) {
    return fail(ErrorCode::kLibcrypto);
  }
  return key;
}

Result<void> encrypt(BytesView master_key, BytesView plaintext, BytesView context,
                     detail::GcmNonce iv, std::span<std::uint8_t, kGcmTagSize> tag,
                     std::span<std::uint8_t> ciphertext) {
  const auto key = derive_cell_key(master_key, plaintext.size(), context);
  if (!key) return Failure(key.error());
  return detail::gcm_encrypt(key->view(), iv, context, plaintext, ciphertext, tag);
}

Result<SecretBytes> decrypt(BytesView master_key, BytesView ciphertext, BytesView context,
                            detail::GcmNonce iv, std::span<const std::uint8_t, kGcmTagSize> tag) {
  const auto key = derive_cell_key(master_key, ciphertext.size(), context);
  if (!key) return Failure(key.error());
  SecretBytes plaintext(ciphertext.size());
  const auto opened =
      detail::gcm_decrypt(key->view(), iv, context, ciphertext, tag, {}, plaintext.mutable_view());
  if (!opened) return Failure(opened.error());
  return plaintext;
}

void write_common_header(std::uint8_t* header, std::uint32_t algorithm, std::size_t message_size) {
  store_le(header + kAlgorithmOffset, algorithm);
  store_le(header + kIvLengthOffset, std::uint32_t{kGcmNonceSize});
  store_le(header + kTagLengthOffset, std::uint32_t{kGcmTagSize});
  store_le(header + kMessageLengthOffset, static_cast<std::uint32_t>(message_size));
}

Result<void> expect(std::uint32_t received, std::uint64_t expected) {
  if (received != expected) return fail(ErrorCode::kMalformed, expected, received);
  return {};
}

// "Harden: require ivlen == 12, taglen == 16 and cell length == 44 + n exactly." (3.2)
Result<void> check_common_header(BytesView header, std::uint32_t algorithm,
                                 std::size_t message_size) {
  const auto field = [&](std::size_t offset) {
    return load_le<std::uint32_t>(header.data() + offset);
  };
  if (auto id = expect(field(kAlgorithmOffset), algorithm); !id) return id;
  if (auto iv = expect(field(kIvLengthOffset), kGcmNonceSize); !iv) return iv;
  if (auto tag = expect(field(kTagLengthOffset), kGcmTagSize); !tag) return tag;
  return expect(field(kMessageLengthOffset), message_size);
}

// The length of the message in a cell of this size.
Result<std::size_t> message_size(BytesView cell, std::size_t overhead) {
  if (cell.size() <= overhead) return fail(ErrorCode::kMalformed, overhead + 1, cell.size());
  const std::size_t size = cell.size() - overhead;
  if (size > kMaxMessage) return fail(ErrorCode::kTooLarge, kMaxMessage, size);
  return size;
}

// `token` and `data` together are the cell.
Result<void> seal_parts(BytesView master_key, BytesView plaintext, BytesView context,
                        std::span<std::uint8_t, kTokenSize> token, std::span<std::uint8_t> data) {
  write_common_header(token.data(), kAlgorithmKey, plaintext.size());
  const auto iv = token.subspan<kKeyIvOffset, kGcmNonceSize>();
  if (auto random = fill_random(iv); !random) return random;
  return encrypt(master_key, plaintext, context, iv, token.subspan<kKeyTagOffset, kGcmTagSize>(),
                 data);
}

Result<SecretBytes> open_parts(BytesView master_key, BytesView token, BytesView data,
                               BytesView context) {
  if (context.size() > kMaxMessage) {
    return fail(ErrorCode::kTooLarge, kMaxMessage, context.size());
  }
  if (const auto good = check_common_header(token, kAlgorithmKey, data.size()); !good) {
    return Failure(good.error());
  }
  return decrypt(master_key, data, context, token.subspan<kKeyIvOffset, kGcmNonceSize>(),
                 token.subspan<kKeyTagOffset, kGcmTagSize>());
}

// AES-256-CTR is its own inverse.
Result<void> apply_imprint(BytesView master_key, BytesView input, BytesView context,
                           std::span<std::uint8_t> output) {
  if (const auto good = check_sizes(input, context); !good) return good;
  if (context.empty()) return fail(ErrorCode::kInvalidArgument);
  const auto key = derive_cell_key(master_key, input.size(), {});
  if (!key) return Failure(key.error());
  SecretArray<16> iv;
  if (auto good = detail::kdf(iv.mutable_view(), key->view(), kIvLabel, {context}); !good) {
    return good;
  }
  const detail::CipherContext cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  if (!cipher ||
      EVP_EncryptInit_ex2(cipher.get(), detail::Libcrypto::get().aes_256_ctr, key->view().data(),
                          iv.view().data(), nullptr) != 1 ||
      EVP_EncryptUpdate(cipher.get(), output.data(), &written, input.data(),
                        static_cast<int>(input.size())) != 1) {
    return fail(ErrorCode::kLibcrypto);
  }
  return {};
}

}  // namespace

Result<Bytes> seal(const SymmetricKey& key, BytesView plaintext, BytesView context) {
  if (const auto good = check_sizes(plaintext, context); !good) return Failure(good.error());
  Bytes cell(kSealOverhead + plaintext.size());
  const std::span<std::uint8_t> out(cell);
  const auto sealed = seal_parts(key.view(), plaintext, context, out.first<kSealOverhead>(),
                                 out.subspan(kSealOverhead));
  if (!sealed) return Failure(sealed.error());
  return cell;
}

Result<SecretBytes> open(const SymmetricKey& key, BytesView cell, BytesView context) {
  if (const auto size = message_size(cell, kSealOverhead); !size) return Failure(size.error());
  return open_parts(key.view(), cell.first(kSealOverhead), cell.subspan(kSealOverhead), context);
}

Result<Bytes> seal(const Passphrase& passphrase, BytesView plaintext, BytesView context,
                   std::uint32_t iterations) {
  if (const auto good = check_sizes(plaintext, context); !good) return Failure(good.error());
  if (iterations == 0 || iterations > kPassphraseIterationsMax) {
    return fail(ErrorCode::kInvalidArgument, kPassphraseIterationsMax, iterations);
  }
  Bytes cell(kPassphraseSealOverhead + plaintext.size());
  const std::span<std::uint8_t> out(cell);
  write_common_header(cell.data(), kAlgorithmPassphrase, plaintext.size());
  store_le(cell.data() + kKdfLengthOffset, std::uint32_t{kKdfContextSize});
  store_le(cell.data() + kIterationsOffset, iterations);
  store_le(cell.data() + kSaltLengthOffset, std::uint16_t{kSaltSize});
  const auto iv = out.subspan<kPassphraseIvOffset, kGcmNonceSize>();
  const auto salt = out.subspan<kSaltOffset, kSaltSize>();
  if (const auto random = fill_random(iv); !random) return Failure(random.error());
  if (const auto random = fill_random(salt); !random) return Failure(random.error());
  const auto stretched = stretch(passphrase, salt, iterations);
  if (!stretched) return Failure(stretched.error());
  const auto sealed = encrypt(stretched->view(), plaintext, context, iv,
                              out.subspan<kPassphraseTagOffset, kGcmTagSize>(),
                              out.subspan(kPassphraseSealOverhead));
  if (!sealed) return Failure(sealed.error());
  return cell;
}

Result<SecretBytes> open(const Passphrase& passphrase, BytesView cell, BytesView context,
                         std::uint32_t max_iterations) {
  const auto size = message_size(cell, kPassphraseSealOverhead);
  if (!size) return Failure(size.error());
  if (context.size() > kMaxMessage) {
    return fail(ErrorCode::kTooLarge, kMaxMessage, context.size());
  }
  if (const auto good = check_common_header(cell, kAlgorithmPassphrase, *size); !good) {
    return Failure(good.error());
  }
  // "Harden: kdflen == 22, saltlen == 16, cell length == 70 + n exactly." (3.3)
  if (const auto good =
          expect(load_le<std::uint32_t>(cell.data() + kKdfLengthOffset), kKdfContextSize);
      !good) {
    return Failure(good.error());
  }
  if (const auto good = expect(load_le<std::uint16_t>(cell.data() + kSaltLengthOffset), kSaltSize);
      !good) {
    return Failure(good.error());
  }
  // "Set your own maximum before running PBKDF2." (3.3)
  const auto iterations = load_le<std::uint32_t>(cell.data() + kIterationsOffset);
  if (iterations == 0) return fail(ErrorCode::kMalformed, 1, 0);
  const std::uint32_t cap = std::min(max_iterations, kPassphraseIterationsMax);
  if (iterations > cap) return fail(ErrorCode::kTooExpensive, cap, iterations);
  const auto stretched = stretch(passphrase, cell.subspan<kSaltOffset, kSaltSize>(), iterations);
  if (!stretched) return Failure(stretched.error());
  return decrypt(stretched->view(), cell.subspan(kPassphraseSealOverhead), context,
                 cell.subspan<kPassphraseIvOffset, kGcmNonceSize>(),
                 cell.subspan<kPassphraseTagOffset, kGcmTagSize>());
}

Result<TokenProtected> token_protect(const SymmetricKey& key, BytesView plaintext,
                                     BytesView context) {
  if (const auto good = check_sizes(plaintext, context); !good) return Failure(good.error());
  TokenProtected result{Bytes(kTokenSize), Bytes(plaintext.size())};
  const auto sealed =
      seal_parts(key.view(), plaintext, context,
                 std::span<std::uint8_t>(result.token).first<kTokenSize>(), result.data);
  if (!sealed) return Failure(sealed.error());
  return result;
}

Result<SecretBytes> token_open(const SymmetricKey& key, BytesView token, BytesView data,
                               BytesView context) {
  // "Upstream ignores extra bytes after the token's 44; harden: require exactly 44." (3.4)
  if (token.size() != kTokenSize) return fail(ErrorCode::kMalformed, kTokenSize, token.size());
  if (data.empty()) return fail(ErrorCode::kMalformed, 1, 0);
  if (data.size() > kMaxMessage) return fail(ErrorCode::kTooLarge, kMaxMessage, data.size());
  return open_parts(key.view(), token, data, context);
}

Result<Bytes> context_imprint(const SymmetricKey& key, BytesView plaintext, BytesView context) {
  if (plaintext.size() > kMaxMessage) {
    return fail(ErrorCode::kTooLarge, kMaxMessage, plaintext.size());
  }
  Bytes data(plaintext.size());
  if (const auto good = apply_imprint(key.view(), plaintext, context, data); !good) {
    return Failure(good.error());
  }
  return data;
}

Result<SecretBytes> context_imprint_open(const SymmetricKey& key, BytesView data,
                                         BytesView context) {
  if (data.size() > kMaxMessage) return fail(ErrorCode::kTooLarge, kMaxMessage, data.size());
  SecretBytes plaintext(data.size());
  if (const auto good = apply_imprint(key.view(), data, context, plaintext.mutable_view()); !good) {
    return Failure(good.error());
  }
  return plaintext;
}

}  // namespace themis::secure_cell
