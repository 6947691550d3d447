// What has to be stored, and what waits for it: docs/protocol.md §7, "Nothing that matters happens
// before it is stored".
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/base/time.hpp"
#include "core/crypto.hpp"
#include "core/member/host.hpp"
#include "core/member/out.hpp"
#include "core/member/vault/vault.hpp"

namespace zerofc::member {

// What a room wants done once its state is durable.
struct Effects {
  RoomId room;
  // That the frames are for; they are dropped if the room has another by then.
  std::optional<ConnectionId> connection;
  std::vector<Bytes> frames;
  std::vector<WipedBuffer> patches;

  [[nodiscard]] bool empty() const { return frames.empty() && patches.empty(); }
};

// At most one write is under way. Changes made meanwhile come together in the next, the latest
// content of a record alone. Effects leave in the order of their room, each when the write that
// holds everything its room had changed by then is durable. After a failed write the same changes
// go into the next, which is tried again and again: nothing is given up.
class WriteQueue {
 public:
  static constexpr std::chrono::milliseconds kRetryFirst{1000};
  static constexpr std::chrono::milliseconds kRetryMax{60'000};

  // Takes the records, frames and later patches of `out`.
  void add(const RoomId& room, std::optional<ConnectionId> connection, Out& out);
  // Everything of the room goes, from here and from the vault.
  void erase_room(const RoomId& room, const Vault& vault);

  // Effects that may leave now.
  [[nodiscard]] std::vector<Effects> take_released();

  // There is something to write, and the time for it has come.
  [[nodiscard]] bool wants_write(const Vault& vault, Now now) const;
  // Ahead of its time: what is there to write, in one value.
  CryptoResult<WriteVault> seal(Crypto& crypto, Vault& vault);
  // It was not possible to seal or write; the next attempt is put off.
  void put_off(Now now);
  // The answer to the write under way. False: it answers nothing that was asked.
  [[nodiscard]] bool finish(const VaultWritten& written, Vault& vault, Now now);

  // There is no vault any more: changes are dropped, and everything that waits is returned.
  [[nodiscard]] std::vector<Effects> give_up();

  // Number of the write under way.
  [[nodiscard]] std::optional<std::uint64_t> under_way() const { return under_way_; }
  [[nodiscard]] bool has_changes() const { return !changes_.empty(); }
  // The last attempt failed.
  [[nodiscard]] bool is_failing() const { return failures_ > 0; }
  [[nodiscard]] std::optional<std::chrono::milliseconds> deadline(const Vault& vault) const;

 private:
  struct Waiting {
    std::uint64_t write = 0;  // durable with this one
    Effects effects;
  };

  RecordChanges changes_;
  std::vector<Waiting> waiting_;
  std::map<RoomId, std::uint64_t> last_change_;  // the write that will hold it
  std::uint64_t next_ = 1;                       // the write that takes changes now
  std::uint64_t durable_ = 0;
  std::optional<std::uint64_t> under_way_;
  unsigned failures_ = 0;
  std::chrono::milliseconds retry_at_{0};
};

}  // namespace zerofc::member
