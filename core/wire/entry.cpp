#include "core/wire/entry.hpp"

#include "core/wire/parts.hpp"

namespace zerofc {

Bytes encode(const Entry& entry) {
  Bytes out;
  out.reserve(entry.body.size() + 64);
  cbor::Writer(out)
      .array(5)
      .uint(static_cast<std::uint64_t>(entry.kind))
      .uint(entry.epoch)
      .id(entry.token)
      .id(entry.author)
      .bytes(entry.body);
  return out;
}

std::optional<Entry> decode_entry(BytesView bytes) {
  cbor::Reader reader(bytes);
  Entry entry;
  reader.array(5);
  entry.kind = static_cast<Kind>(reader.uint());
  entry.epoch = reader.uint(kEpochEnd);
  entry.token = reader.id<EntryToken>();
  entry.author = reader.id<MemberId>();
  entry.body = reader.bytes(kFrameBytesMax);
  return wire::if_done(reader, entry);
}

}  // namespace zerofc
