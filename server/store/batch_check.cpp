#include "server/store/batch_check.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace zerofc::server {
namespace {

using relay::Batch;
using relay::BatchResult;
using relay::Exists;
using relay::StoreFailure;

bool repeats_a_token(const Batch& batch) {
  if (batch.entries.size() < 2) return false;
  std::vector<std::pair<MemberId, EntryToken>> names;
  names.reserve(batch.entries.size());
  for (const relay::LogEntry& entry : batch.entries) names.emplace_back(entry.author, entry.token);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

constexpr std::size_t kPieceOverhead = 64;  // bytes

}  // namespace

std::optional<BatchResult> refusal(const Batch& batch, std::optional<Seq> next_seq) {
  if (batch.creates_room && next_seq) return Exists{};
  if (!batch.creates_room && !next_seq) return StoreFailure::kConflict;
  if (batch.creates_room && batch.entries.empty()) return StoreFailure::kConflict;
  Seq expected = next_seq.value_or(0);
  for (const relay::LogEntry& entry : batch.entries) {
    if (entry.seq != expected++) return StoreFailure::kConflict;
  }
  if (repeats_a_token(batch)) return StoreFailure::kConflict;
  return std::nullopt;
}

std::size_t weight(const Batch& batch) {
  std::size_t bytes = kPieceOverhead;
  for (const auto& entry : batch.entries) bytes += kPieceOverhead + entry.bytes.size();
  for (const auto& box : batch.boxes) bytes += kPieceOverhead + box.box.size();
  for (const auto& record : batch.put) {
    bytes += kPieceOverhead + record.key.size() + record.value.size();
  }
  for (const auto& record : batch.erase) bytes += kPieceOverhead + record.key.size();
  return bytes + kPieceOverhead * batch.drop_boxes.size();
}

}  // namespace zerofc::server
