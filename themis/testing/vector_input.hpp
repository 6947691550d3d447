// Reading vector files: a check throws Failed with the reason, whatever it was.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "themis/themis.hpp"

namespace themis::testing {

using Json = nlohmann::json;

struct Failed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A key of the entry is refused: that is how some entries must fail.
struct KeyRefused : Failed {
  using Failed::Failed;
};

// The entry's key is of a kind that this library refuses by design, with its own error.
struct RefusedAsUnsupported {};

[[nodiscard]] Bytes from_hex(std::string_view hex);
[[nodiscard]] Bytes hex_member(const Json& entry, const char* name);

void require(bool condition, std::string_view what);

template <class Exception = Failed, class T>
T value_of(Result<T> result, std::string_view what) {
  if (!result) {
    throw Exception(std::string(what) + ": " + std::string(name(result.error().code)));
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Parse, or say that the key is unsupported, which is an answer too.
[[nodiscard]] EcPublicKey public_key(BytesView container);
[[nodiscard]] EcPrivateKey private_key(BytesView container);

void require_equal(BytesView received, BytesView expected, std::string_view what);

}  // namespace themis::testing
