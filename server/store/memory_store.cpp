#include "server/store/memory_store.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "server/store/batch_check.hpp"

namespace zerofc::server {
namespace {

using relay::Batch;
using relay::BatchResult;
using relay::LogEntry;
using relay::RecordKind;

struct StoredRoom {
  std::vector<LogEntry> log;  // by seq
  std::vector<Seq> controls;  // rising
  Hash head_hash;
  std::uint64_t log_bytes = 0;
  std::map<std::pair<MemberId, EntryToken>, Seq> tokens;
  std::map<std::pair<MemberId, Seq>, Bytes> boxes;
  std::map<std::pair<RecordKind, Bytes>, Bytes> records;

  // Which of the named entries are in the log, by index, and where.
  template <class Named>
  [[nodiscard]] std::vector<std::pair<std::size_t, Seq>> find(
      const std::vector<Named>& wanted) const {
    std::vector<std::pair<std::size_t, Seq>> found;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto at = tokens.find({wanted[i].author, wanted[i].token});
      if (at != tokens.end()) found.emplace_back(i, at->second);
    }
    return found;
  }

  void apply(const Batch& batch) {
    for (const LogEntry& entry : batch.entries) {
      if (entry.is_control) controls.push_back(entry.seq);
      tokens.emplace(std::pair(entry.author, entry.token), entry.seq);
      log.push_back(entry);
    }
    if (!batch.entries.empty()) head_hash = batch.head_hash;
    log_bytes += relay::log_bytes(batch);
    for (const auto& box : batch.boxes) boxes[{box.member, box.seq}] = box.box;
    for (const auto& record : batch.put) records[{record.kind, record.key}] = record.value;
    for (const auto& record : batch.erase) records.erase({record.kind, record.key});
    for (const auto& [member, seq] : batch.drop_boxes) {
      boxes.erase(boxes.lower_bound({member, 0}), boxes.upper_bound({member, seq}));
    }
  }
};

}  // namespace

class MemoryStore::Rooms {
 public:
  BatchResult commit(const Batch& batch) {
    const std::lock_guard lock(mutex_);
    const auto at = rooms_.find(batch.room);
    std::optional<Seq> next_seq;
    if (at != rooms_.end()) next_seq = at->second.log.size();
    if (auto refused = refusal(batch, next_seq)) return std::move(*refused);
    StoredRoom& room = rooms_[batch.room];
    if (auto duplicates = room.find(batch.entries); !duplicates.empty()) {
      return relay::Duplicates{std::move(duplicates)};
    }
    relay::Committed committed{room.find(batch.probes)};
    room.apply(batch);
    entries_ += batch.entries.size();
    bytes_ += weight(batch);
    return committed;
  }

  std::optional<relay::RoomImage> load(const RoomId& id) {
    const std::lock_guard lock(mutex_);
    const auto at = rooms_.find(id);
    if (at == rooms_.end()) return std::nullopt;
    const StoredRoom& room = at->second;
    relay::RoomImage image;
    image.next_seq = room.log.size();
    image.head_hash = room.head_hash;
    image.log_bytes = room.log_bytes;
    for (const Seq seq : room.controls) {
      image.control_entries.emplace_back(seq, room.log[seq].bytes);
    }
    for (const auto& [key, value] : room.records) {
      image.records.push_back({key.first, key.second, value});
    }
    return image;
  }

  relay::ReadResult read(const RoomId& id, const relay::ReadRequest& request) {
    const std::lock_guard lock(mutex_);
    relay::ReadResult result;
    result.next = request.end;
    const auto at = rooms_.find(id);
    if (at == rooms_.end()) return result;
    const StoredRoom& room = at->second;
    ReadBudget budget(request);
    const Seq end = std::min<Seq>(request.end, room.log.size());
    for (Seq seq = next_wanted(room, request, request.from); seq < end;
         seq = next_wanted(room, request, seq + 1)) {
      const Bytes& bytes = room.log[seq].bytes;
      const Bytes* box = nullptr;
      if (request.boxes_of) {
        const auto found = room.boxes.find({*request.boxes_of, seq});
        if (found != room.boxes.end()) box = &found->second;
      }
      if (!budget.take(bytes.size() + (box == nullptr ? 0 : box->size()))) {
        result.next = seq;
        break;
      }
      result.entries.push_back({seq, bytes, box == nullptr ? std::nullopt : std::optional(*box)});
    }
    return result;
  }

  StoreTotals totals() {
    const std::lock_guard lock(mutex_);
    return {rooms_.size(), entries_, bytes_};
  }

 private:
  // The first seq from `seq` on that the request wants; the end of the log if there is none.
  static Seq next_wanted(const StoredRoom& room, const relay::ReadRequest& request, Seq seq) {
    if (!request.controls_only) return seq;
    const auto next = std::lower_bound(room.controls.begin(), room.controls.end(), seq);
    return next == room.controls.end() ? room.log.size() : *next;
  }

  std::mutex mutex_;
  std::map<RoomId, StoredRoom> rooms_;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
};

class MemoryStore::Reader final : public StoreReader {
 public:
  explicit Reader(std::shared_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}

  StoreResult<std::optional<relay::RoomImage>> load(const RoomId& room) override {
    return rooms_->load(room);
  }
  StoreResult<relay::ReadResult> read(const RoomId& room,
                                      const relay::ReadRequest& request) override {
    return rooms_->read(room, request);
  }
  StoreResult<StoreTotals> totals() override { return rooms_->totals(); }
  void upkeep() override {}

 private:
  std::shared_ptr<Rooms> rooms_;
};

MemoryStore::MemoryStore() : rooms_(std::make_shared<Rooms>()) {}
MemoryStore::~MemoryStore() = default;

std::vector<BatchResult> MemoryStore::commit(std::span<const Batch> batches) {
  std::vector<BatchResult> results;
  results.reserve(batches.size());
  for (const Batch& batch : batches) results.push_back(rooms_->commit(batch));
  return results;
}

StoreResult<std::unique_ptr<StoreReader>> MemoryStore::reader() {
  return std::unique_ptr<StoreReader>(std::make_unique<Reader>(rooms_));
}

}  // namespace zerofc::server
