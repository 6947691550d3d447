#include "vector_input.hpp"

#include <algorithm>

namespace themis::testing {
namespace {

std::uint8_t nibble(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  throw Failed("not lower-case hex");
}

template <class Key>
Key usable(Result<Key> key) {
  if (!key && key.error().code == ErrorCode::kUnsupported) throw RefusedAsUnsupported{};
  return value_of<KeyRefused>(std::move(key), "key");
}

}  // namespace

Bytes from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) throw Failed("odd number of hex digits");
  Bytes bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(nibble(hex[i]) << 4 | nibble(hex[i + 1])));
  }
  return bytes;
}

Bytes hex_member(const Json& entry, const char* name) {
  return from_hex(entry.at(name).get_ref<const std::string&>());
}

void require(bool condition, std::string_view what) {
  if (!condition) throw Failed(std::string(what));
}

void require_equal(BytesView received, BytesView expected, std::string_view what) {
  require(std::ranges::equal(received, expected), std::string(what) + " differs");
}

EcPublicKey public_key(BytesView container) { return usable(EcPublicKey::parse(container)); }

EcPrivateKey private_key(BytesView container) { return usable(EcPrivateKey::parse(container)); }

}  // namespace themis::testing
