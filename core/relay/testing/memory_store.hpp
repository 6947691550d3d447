// One room's store in memory, which keeps what the interface promises and refuses what it forbids.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "core/relay/storage.hpp"

namespace zerofc::testing {

class MemoryStore {
 public:
  // Ends the program if the batch breaks the rules of storage.hpp.
  relay::BatchResult apply(const relay::Batch& batch);
  [[nodiscard]] relay::ReadResult read(const relay::ReadRequest& request) const;
  [[nodiscard]] relay::RoomImage image() const;

  [[nodiscard]] const std::vector<relay::LogEntry>& log() const { return log_; }
  [[nodiscard]] const Hash& head_hash() const { return head_hash_; }
  [[nodiscard]] std::size_t boxes() const { return boxes_.size(); }
  [[nodiscard]] std::size_t records(relay::RecordKind kind) const;

 private:
  [[nodiscard]] std::optional<Seq> find(const MemberId& author, const EntryToken& token) const;

  std::vector<relay::LogEntry> log_;
  Hash head_hash_;
  std::uint64_t log_bytes_ = 0;
  std::map<std::pair<MemberId, EntryToken>, Seq> names_;
  std::map<std::pair<Seq, MemberId>, Bytes> boxes_;
  std::map<std::pair<relay::RecordKind, Bytes>, Bytes> records_;
};

}  // namespace zerofc::testing
