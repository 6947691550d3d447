// How the parts of a room's vault records are written: optional values are null where absent.
#pragma once

#include <chrono>
#include <optional>
#include <type_traits>

#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/wire/cbor.hpp"
#include "core/wire/types.hpp"

namespace zerofc::member {

template <class Value>
void write(cbor::SecretWriter& out, const std::optional<Value>& value) {
  if (!value) {
    out.null();
  } else if constexpr (std::is_enum_v<Value> || std::is_integral_v<Value>) {
    out.uint(static_cast<std::uint64_t>(*value));
  } else {
    out.bytes(value->view());
  }
}

[[nodiscard]] inline std::optional<std::uint64_t> read_optional_uint(cbor::Reader& in) {
  if (in.take_null()) return std::nullopt;
  return in.uint();
}

template <class IdType>
[[nodiscard]] std::optional<IdType> read_optional_id(cbor::Reader& in) {
  if (in.take_null()) return std::nullopt;
  return in.id<IdType>();
}

// Codes below `end`.
template <class Enum>
[[nodiscard]] Enum read_enum(cbor::Reader& in, std::uint64_t end) {
  return static_cast<Enum>(in.uint(end));
}
template <class Enum>
[[nodiscard]] std::optional<Enum> read_optional_enum(cbor::Reader& in, std::uint64_t end) {
  if (in.take_null()) return std::nullopt;
  return read_enum<Enum>(in, end);
}

inline void write_time(cbor::SecretWriter& out, UnixMillis time) {
  out.uint(static_cast<std::uint64_t>(time.time_since_epoch().count()));
}
[[nodiscard]] inline UnixMillis read_time(cbor::Reader& in) {
  return UnixMillis(std::chrono::milliseconds(static_cast<std::int64_t>(in.uint())));
}
inline void write_time(cbor::SecretWriter& out, UnixSeconds time) {
  out.uint(static_cast<std::uint64_t>(time.time_since_epoch().count()));
}
[[nodiscard]] inline UnixSeconds read_seconds(cbor::Reader& in) {
  return UnixSeconds(std::chrono::seconds(static_cast<std::int64_t>(in.uint())));
}

template <class Tag>
void write(cbor::SecretWriter& out, const KeyPair<Tag>& pair) {
  out.array(2).secret(pair.private_key).id(pair.public_key);
}
template <class Tag>
[[nodiscard]] KeyPair<Tag> read_key_pair(cbor::Reader& in) {
  KeyPair<Tag> pair;
  in.array(2);
  pair.private_key = in.secret<Secret<kKeyContainerBytes, Tag>>();
  pair.public_key = in.id<Id<kKeyContainerBytes, Tag>>();
  return pair;
}

// Time as it is encoded in patches and content; 0 before 1970.
[[nodiscard]] inline std::uint64_t millis_of(UnixMillis time) {
  const auto count = time.time_since_epoch().count();
  return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}
[[nodiscard]] inline std::uint64_t seconds_of(UnixSeconds time) {
  const auto count = time.time_since_epoch().count();
  return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}

}  // namespace zerofc::member
