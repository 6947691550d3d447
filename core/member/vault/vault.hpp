// The open vault: docs/protocol.md §7. Turns changed records into sealed values, and sealed values
// into records. Pure: it neither reads nor writes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/crypto.hpp"
#include "core/member/host.hpp"
#include "core/member/out.hpp"
#include "core/member/vault/key_cell.hpp"
#include "core/member/vault/records.hpp"

namespace zerofc::member {

// Records that differ from what the vault has: their new content, or none if they are gone.
using RecordChanges = std::map<RecordId, std::optional<WipedBuffer>>;

// What a vault holds, by room.
using StoredRooms = std::map<RoomId, std::vector<RoomRecord>>;

class Vault {
 public:
  // A vault with a fresh key and nothing in it. `leftovers`: names of values to erase with the
  // first write. kFailed: no randomness, or no memory.
  static CryptoResult<Vault> create(Crypto& crypto, BytesView passphrase,
                                    std::vector<Bytes> leftovers);

  // Everything of `values` is verified before anything of it is returned: each value's digest and
  // version are the index's, none is missing, and there is no other. A value that the index does
  // not list is damage too: writes are atomic, so none of ours leaves one behind.
  struct Opened;
  static Result<Opened, VaultError> open(Crypto& crypto, BytesView passphrase,
                                         std::span<const VaultValue> values);

  Vault(Vault&&) noexcept = default;
  Vault& operator=(Vault&&) noexcept = default;
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;
  ~Vault() = default;

  // The write that brings the store from what it durably has to the present state with `changes`:
  // whatever earlier writes, failed or under way, held and this one does not replace, the changes,
  // and the index. kFailed: nothing has changed here.
  CryptoResult<WriteVault> seal(Crypto& crypto, std::uint64_t write, const RecordChanges& changes);
  // The last write that was sealed is durable.
  void stored() { unstored_ = {}; }
  // There is something that no durable write holds.
  [[nodiscard]] bool has_unstored() const {
    return !unstored_.put.empty() || !unstored_.erase.empty();
  }

  // The records of one room.
  [[nodiscard]] std::vector<RecordId> records_of(const RoomId& room) const;

 private:
  using Index = std::map<RecordId, IndexEntry>;
  struct Unstored {
    std::map<Bytes, Bytes> put;  // by name
    std::set<Bytes> erase;       // names
  };

  explicit Vault(VaultKey key) : key_(std::move(key)) {}
  CryptoResult<Bytes> seal_record(Crypto& crypto, const RecordId& id, BytesView content,
                                  IndexEntry& entry) const;
  CryptoResult<Bytes> seal_index(Crypto& crypto, std::uint64_t generation,
                                 const Index& index) const;

  VaultKey key_;
  std::uint64_t generation_ = 0;
  Index index_;
  Unstored unstored_;
};

struct Vault::Opened {
  Vault vault;
  StoredRooms rooms;
};

// What the stored values say without a passphrase.
enum class StoreState : std::uint8_t {
  kAbsent,      // nothing is stored
  kLeftovers,   // values without a key cell, which nobody can open: a wipe was interrupted
  kLocked,      // a vault that a passphrase may open
  kNewer,       // a newer client wrote it
  kDamaged,     // its key cell or index is not there or not in form
  kUnreadable,  // the device refuses to read
};
[[nodiscard]] StoreState look_at_store(std::span<const VaultValue> values);

}  // namespace zerofc::member
