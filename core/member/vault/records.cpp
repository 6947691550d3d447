#include "core/member/vault/records.hpp"

#include "core/wire/cbor.hpp"

namespace zerofc::member {
namespace {

constexpr std::uint8_t kKeyName = 1;
constexpr std::uint8_t kIndexName = 2;
constexpr std::uint64_t kRecordTypeEnd = 5;

}  // namespace

Bytes vault_key_name() { return {kKeyName}; }
Bytes vault_index_name() { return {kIndexName}; }

Bytes vault_key_context() {
  Bytes out;
  cbor::Writer(out).array(2).text("0fc vault").uint(kVaultVersion);
  return out;
}

Bytes vault_index_context() {
  Bytes out;
  cbor::Writer(out).array(2).text("0fc vault index").uint(kVaultVersion);
  return out;
}

Bytes vault_record_context(const RecordName& name, std::uint64_t version) {
  Bytes out;
  cbor::Writer(out).array(3).text("0fc vault record").id(name).uint(version);
  return out;
}

Bytes encode_key_value(BytesView passphrase_cell) {
  Bytes out;
  cbor::Writer(out).array(2).uint(kVaultVersion).bytes(passphrase_cell);
  return out;
}

std::optional<KeyValue> decode_key_value(BytesView value) {
  cbor::Reader in(value);
  const std::size_t count = in.array_of(value.size());
  KeyValue key;
  key.version = in.uint();
  if (!in.ok() || count == 0 || key.version == 0) return std::nullopt;
  if (key.version > kVaultVersion) return key;
  key.passphrase_cell = in.bytes(value.size(), 1);
  if (count != 2 || !in.done()) return std::nullopt;
  return key;
}

WipedBuffer encode(const IndexContent& index) {
  WipedBuffer out;
  cbor::SecretWriter writer(out);
  writer.array(4).text("0fc vault index").uint(index.version).uint(index.generation);
  writer.array(index.entries.size());
  for (const IndexEntry& entry : index.entries) {
    writer.array(3).id(entry.name).uint(entry.version).id(entry.digest);
  }
  return out;
}

std::optional<IndexContent> decode_index(BytesView content) {
  cbor::Reader in(content);
  const std::size_t count = in.array_of(content.size());
  in.label("0fc vault index");
  IndexContent index;
  index.version = in.uint();
  if (!in.ok() || index.version == 0) return std::nullopt;
  if (index.version > kVaultVersion) return index;
  if (count != 4) return std::nullopt;
  index.generation = in.uint();
  index.entries.resize(in.array_of(content.size()));
  for (IndexEntry& entry : index.entries) {
    in.array(3);
    entry.name = in.id<RecordName>();
    entry.version = in.uint();
    entry.digest = in.id<Hash>();
    if (!in.ok()) return std::nullopt;
  }
  if (!in.done()) return std::nullopt;
  return index;
}

WipedBuffer encode_record(const RecordId& id, BytesView content) {
  WipedBuffer out;
  // The label, the room id and the heads: 64 bytes hold them.
  out.reserve(content.size() + 80);
  cbor::SecretWriter(out)
      .array(5)
      .text("0fc vault room")
      .id(id.room)
      .uint(static_cast<std::uint64_t>(id.type))
      .uint(id.index)
      .bytes(content);
  return out;
}

std::optional<DecodedRecord> decode_record(BytesView plaintext) {
  cbor::Reader in(plaintext);
  in.array(5);
  in.label("0fc vault room");
  DecodedRecord record;
  record.id.room = in.id<RoomId>();
  const std::uint64_t type = in.uint(kRecordTypeEnd);
  record.id.type = static_cast<RecordType>(type);
  record.id.index = in.uint();
  record.content = in.bytes(plaintext.size());
  if (!in.done() || type == 0) return std::nullopt;
  return record;
}

}  // namespace zerofc::member
