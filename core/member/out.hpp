// What a room wants done, collected during one call.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"
#include "core/member/ui/ui_messages.hpp"
#include "core/wire/frame.hpp"

namespace zerofc::member {

// What a room keeps in the vault: several records, so that a message rewrites only a little.
enum class RecordType : std::uint8_t {
  kRoom = 1,     // index 0: keys, epoch keys, cursor, counters, invites, joins, alarms
  kControl = 2,  // index n: a stretch of the control entries
  kLog = 3,      // index n: a stretch of the log: chain hashes and shown items
  kUnsent = 4,   // index: rising number of an outgoing message
};

// One plaintext record; the vault seals it.
struct RoomRecord {
  RecordType type{};
  std::uint64_t index = 0;
  WipedBuffer content;
};

class Out {
 public:
  // A frame for this room's connection. It leaves only when everything that this Out and earlier
  // ones of the room store is durable, and in order; it is dropped if the connection is gone.
  void send(const Frame& frame);
  // Of several calls for one record the last counts.
  void put(RecordType type, std::uint64_t index, WipedBuffer content);
  void erase(RecordType type, std::uint64_t index);
  // Shown at once. Encoded in the call, so views in it need not outlive it. A patch that breaks a
  // limit of schema/ui.json is a fault of the core: the page gets problem `internal` in its place.
  void patch(const ui::Patch& patch);
  // Shown when everything that this Out stores is durable.
  void patch_when_stored(const ui::Patch& patch);

  // What becomes of the connection.
  enum class Connection : std::uint8_t {
    kKeep,
    kProtocolError,  // the server broke the protocol: end, retry with back-off
    kReplaced,       // ended; only a person starts it again
    kRefused,        // ended because of `refusal`; retried with back-off
    kClose,          // not wanted any more
    kRenew,          // the session is to be replaced by a fresh one at once
  };
  void end_connection(Connection how) { connection_ = how; }
  void end_connection(ui::Refusal refusal) {
    connection_ = Connection::kRefused;
    refusal_ = refusal;
  }
  // Replay progress, for the connection status: `done` of `total` entries; equal: live.
  void progress(std::uint64_t done, std::uint64_t total) {
    done_ = done;
    total_ = total;
    has_progress_ = true;
  }

  // ---- for the client, which empties it

  struct Erased {
    RecordType type{};
    std::uint64_t index = 0;
  };
  [[nodiscard]] std::vector<Bytes>& frames() { return frames_; }
  [[nodiscard]] std::vector<RoomRecord>& puts() { return puts_; }
  [[nodiscard]] std::vector<Erased>& erased() { return erased_; }
  [[nodiscard]] std::vector<WipedBuffer>& patches() { return patches_; }
  [[nodiscard]] std::vector<WipedBuffer>& patches_when_stored() { return patches_when_stored_; }
  [[nodiscard]] Connection connection() const { return connection_; }
  [[nodiscard]] ui::Refusal refusal() const { return refusal_; }
  [[nodiscard]] bool has_progress() const { return has_progress_; }
  [[nodiscard]] std::uint64_t done() const { return done_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  std::vector<Bytes> frames_;  // encoded, without counter
  std::vector<RoomRecord> puts_;
  std::vector<Erased> erased_;
  std::vector<WipedBuffer> patches_;  // they hold texts and links
  std::vector<WipedBuffer> patches_when_stored_;
  Connection connection_ = Connection::kKeep;
  ui::Refusal refusal_ = ui::Refusal::kOther;
  bool has_progress_ = false;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace zerofc::member
