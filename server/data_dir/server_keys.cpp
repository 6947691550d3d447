#include "server/data_dir/server_keys.hpp"

#include <algorithm>
#include <utility>

namespace zerofc::server {
namespace {

constexpr std::string_view kLabel = "0fc server keys";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kChecksumBytes = 32;

}  // namespace

std::optional<ServerKeys> make_server_keys(Crypto& crypto) {
  auto session = crypto.make_key_pair<SessionKeyTag>();
  auto signing = crypto.make_key_pair<SigningKeyTag>();
  if (!session || !signing) return std::nullopt;
  return ServerKeys{std::move(*session), std::move(*signing)};
}

SecretBytes encode(const ServerKeys& keys, Crypto& crypto) {
  WipedBuffer file;
  file.reserve(kServerKeysFileBytes);
  const auto append = [&](BytesView bytes) { file.insert(file.end(), bytes.begin(), bytes.end()); };
  append(bytes_of(kLabel));
  file.push_back(kVersion);
  append(keys.session.private_key.view());
  append(keys.session.public_key.view());
  append(keys.signing.private_key.view());
  append(keys.signing.public_key.view());
  append(crypto.sha256({BytesView(file)}).view());
  return SecretBytes(std::move(file));
}

Result<ServerKeys, ServerKeysError> decode_server_keys(BytesView file, Crypto& crypto) {
  const BytesView label = bytes_of(kLabel);
  if (file.size() <= label.size() || !std::equal(label.begin(), label.end(), file.begin())) {
    return fail(ServerKeysError::kDamaged);
  }
  if (file[label.size()] > kVersion) return fail(ServerKeysError::kNewer);
  if (file[label.size()] != kVersion || file.size() != kServerKeysFileBytes) {
    return fail(ServerKeysError::kDamaged);
  }
  const std::size_t checked = kServerKeysFileBytes - kChecksumBytes;
  const Hash checksum = crypto.sha256({file.first(checked)});
  if (!equal_constant_time(checksum.view(), file.last<kChecksumBytes>())) {
    return fail(ServerKeysError::kDamaged);
  }
  const auto container = [&](std::size_t index) {
    return file.subspan(label.size() + 1 + index * kKeyContainerBytes).first<kKeyContainerBytes>();
  };
  ServerKeys keys;
  keys.session.private_key = SessionPrivateKey::copy_of(container(0));
  keys.session.public_key = *SessionPublicKey::from(container(1));
  keys.signing.private_key = SigningPrivateKey::copy_of(container(2));
  keys.signing.public_key = *SigningPublicKey::from(container(3));
  return keys;
}

}  // namespace zerofc::server
