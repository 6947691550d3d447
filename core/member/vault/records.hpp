// What the vault's values are made of: docs/wire.cddl, section 9. Encodings only; nothing is sealed
// here.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"
#include "core/member/out.hpp"
#include "core/wire/types.hpp"

namespace zerofc::member {

inline constexpr std::uint64_t kVaultVersion = 1;

using RecordName = Id<16, struct RecordNameTag>;  // random

// Which record of which room: its place in the vault while the vault is open.
struct RecordId {
  RoomId room;
  RecordType type{};
  std::uint64_t index = 0;

  friend bool operator==(const RecordId&, const RecordId&) = default;
  friend bool operator<(const RecordId& a, const RecordId& b) {
    if (a.room != b.room) return a.room < b.room;
    if (a.type != b.type) return a.type < b.type;
    return a.index < b.index;
  }
};

// The names of the two values that are no records: vault-key-name and vault-index-name. One byte,
// so that no record can have them.
[[nodiscard]] Bytes vault_key_name();
[[nodiscard]] Bytes vault_index_name();

[[nodiscard]] Bytes vault_key_context();
[[nodiscard]] Bytes vault_index_context();
[[nodiscard]] Bytes vault_record_context(const RecordName& name, std::uint64_t version);

// vault-key-value
[[nodiscard]] Bytes encode_key_value(BytesView passphrase_cell);
struct KeyValue {
  std::uint64_t version = 0;
  BytesView passphrase_cell;  // empty if the version is newer
};
// A newer version is read as far as its version, whatever follows.
[[nodiscard]] std::optional<KeyValue> decode_key_value(BytesView value);

// vault-index-content
struct IndexEntry {
  RecordName name;
  std::uint64_t version = 0;
  Hash digest;  // SHA-256 of the value as stored
};
struct IndexContent {
  std::uint64_t version = kVaultVersion;
  std::uint64_t generation = 0;  // rises with every write
  std::vector<IndexEntry> entries;
};
[[nodiscard]] WipedBuffer encode(const IndexContent& index);
// Of a newer version only that version is read.
[[nodiscard]] std::optional<IndexContent> decode_index(BytesView content);

// vault-record-content
[[nodiscard]] WipedBuffer encode_record(const RecordId& id, BytesView content);
struct DecodedRecord {
  RecordId id;
  BytesView content;
};
[[nodiscard]] std::optional<DecodedRecord> decode_record(BytesView plaintext);

}  // namespace zerofc::member
