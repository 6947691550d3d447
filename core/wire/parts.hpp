// Parts that several rules of docs/wire.cddl share. For the codecs of this folder only.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "core/base/time.hpp"
#include "core/wire/cbor.hpp"
#include "core/wire/message.hpp"
#include "core/wire/types.hpp"

namespace zerofc::wire {

template <class Buffer>
void write_log_point(cbor::BasicWriter<Buffer>& writer, const LogPoint& point) {
  writer.array(2).uint(point.seq).id(point.hash);
}
inline LogPoint read_log_point(cbor::Reader& reader) {
  reader.array(2);
  const Seq seq = reader.uint();
  return {seq, reader.id<Hash>()};
}

// An id, or null for none.
template <class Buffer, class IdType>
void write_nullable(cbor::BasicWriter<Buffer>& writer, const std::optional<IdType>& value) {
  value ? writer.id(*value) : writer.null();
}
template <class IdType>
std::optional<IdType> read_nullable(cbor::Reader& reader) {
  if (reader.take_null()) return std::nullopt;
  return reader.id<IdType>();
}

template <class Buffer>
void write_profile(cbor::BasicWriter<Buffer>& writer, const Profile& profile) {
  writer.array(2).text(profile.nickname).uint(profile.colour);
}
inline Profile read_profile(cbor::Reader& reader) {
  reader.array(2);
  std::string nickname(reader.text(kNicknameBytesMax, 1));
  return {std::move(nickname), reader.uint(kColours)};
}

template <class Buffer, class Time>
void write_time(cbor::BasicWriter<Buffer>& writer, Time time) {
  writer.uint(static_cast<std::uint64_t>(time.time_since_epoch().count()));
}
template <class Time>
Time read_time(cbor::Reader& reader) {
  return Time(typename Time::duration(static_cast<typename Time::rep>(reader.uint())));
}

// What was read, if it was everything and nothing was wrong.
template <class Content>
std::optional<std::remove_cvref_t<Content>> if_done(const cbor::Reader& reader, Content&& content) {
  if (!reader.done()) return std::nullopt;
  return std::forward<Content>(content);
}

}  // namespace zerofc::wire
