#include "core/relay/testing/memory_store.hpp"

#include <algorithm>
#include <cstdlib>

namespace zerofc::testing {

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

relay::BatchResult MemoryStore::apply(const relay::Batch& batch) {
  if (batch.creates_room && !log_.empty()) return relay::Exists{};
  relay::Duplicates duplicates;
  for (std::size_t index = 0; index < batch.entries.size(); ++index) {
    const relay::LogEntry& entry = batch.entries[index];
    demand(entry.seq == log_.size() + index);  // without holes
    for (const relay::EntryName& probe : batch.probes) {
      demand(!(probe.author == entry.author && probe.token == entry.token));
    }
    if (const auto seq = find(entry.author, entry.token))
      duplicates.found.emplace_back(index, *seq);
  }
  if (!duplicates.found.empty()) return duplicates;

  relay::Committed committed;
  for (std::size_t index = 0; index < batch.probes.size(); ++index) {
    const auto seq = find(batch.probes[index].author, batch.probes[index].token);
    if (seq) committed.known.emplace_back(index, *seq);
  }
  for (const relay::LogEntry& entry : batch.entries) {
    demand(names_.emplace(std::pair(entry.author, entry.token), entry.seq).second);
    log_.push_back(entry);
    head_hash_ = batch.head_hash;
  }
  log_bytes_ += relay::log_bytes(batch);
  for (const relay::BoxRow& row : batch.boxes) boxes_[{row.seq, row.member}] = row.box;
  for (const relay::Record& record : batch.put) {
    records_[{record.kind, record.key}] = record.value;
    for (const relay::RecordKey& key : batch.erase) {
      demand(key.kind != record.kind || key.key != record.key);  // no key is in both
    }
  }
  for (const relay::RecordKey& key : batch.erase) records_.erase({key.kind, key.key});
  for (const auto& [member, seq] : batch.drop_boxes) {
    for (auto at = boxes_.begin(); at != boxes_.end();) {
      const bool is_dropped = at->first.second == member && at->first.first <= seq;
      at = is_dropped ? boxes_.erase(at) : std::next(at);
    }
  }
  return committed;
}

relay::ReadResult MemoryStore::read(const relay::ReadRequest& request) const {
  demand(request.from < request.end && request.end <= log_.size());
  demand(request.entries_max > 0);
  relay::ReadResult result;
  std::size_t bytes = 0;
  Seq seq = request.from;
  for (; seq < request.end; ++seq) {
    const relay::LogEntry& entry = log_[static_cast<std::size_t>(seq)];
    if (request.controls_only && !entry.is_control) continue;
    if (result.entries.size() >= request.entries_max ||
        (!result.entries.empty() && bytes + entry.bytes.size() > request.bytes_max)) {
      break;
    }
    bytes += entry.bytes.size();
    std::optional<Bytes> box;
    if (request.boxes_of) {
      const auto found = boxes_.find({seq, *request.boxes_of});
      if (found != boxes_.end()) box = found->second;
    }
    result.entries.push_back({seq, entry.bytes, std::move(box)});
  }
  result.next = seq;
  return result;
}

relay::RoomImage MemoryStore::image() const {
  relay::RoomImage image;
  image.next_seq = log_.size();
  image.head_hash = head_hash_;
  image.log_bytes = log_bytes_;
  for (const relay::LogEntry& entry : log_) {
    if (entry.is_control) image.control_entries.emplace_back(entry.seq, entry.bytes);
  }
  for (const auto& [key, value] : records_) image.records.push_back({key.first, key.second, value});
  return image;
}

std::size_t MemoryStore::records(relay::RecordKind kind) const {
  return static_cast<std::size_t>(
      std::count_if(records_.begin(), records_.end(),
                    [kind](const auto& record) { return record.first.first == kind; }));
}

std::optional<Seq> MemoryStore::find(const MemberId& author, const EntryToken& token) const {
  const auto found = names_.find({author, token});
  if (found == names_.end()) return std::nullopt;
  return found->second;
}

}  // namespace zerofc::testing
