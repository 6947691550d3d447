#include "core/member/vault/write_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace zerofc::member {

void WriteQueue::add(const RoomId& room, std::optional<ConnectionId> connection, Out& out) {
  for (RoomRecord& record : out.puts()) {
    changes_.insert_or_assign(RecordId{.room = room, .type = record.type, .index = record.index},
                              std::move(record.content));
  }
  for (const Out::Erased& erased : out.erased()) {
    changes_.insert_or_assign(RecordId{.room = room, .type = erased.type, .index = erased.index},
                              std::nullopt);
  }
  if (!out.puts().empty() || !out.erased().empty()) last_change_[room] = next_;

  Effects effects{.room = room,
                  .connection = connection,
                  .frames = std::move(out.frames()),
                  .patches = std::move(out.patches_when_stored())};
  if (effects.empty()) return;
  const auto last = last_change_.find(room);
  waiting_.push_back(Waiting{.write = last == last_change_.end() ? 0 : last->second,
                             .effects = std::move(effects)});
}

void WriteQueue::erase_room(const RoomId& room, const Vault& vault) {
  for (auto& [id, content] : changes_) {
    if (id.room == room) content.reset();
  }
  for (const RecordId& id : vault.records_of(room)) changes_.insert_or_assign(id, std::nullopt);
  last_change_[room] = next_;
}

std::vector<Effects> WriteQueue::take_released() {
  std::vector<Effects> released;
  std::vector<Waiting> kept;
  for (Waiting& waiting : waiting_) {
    if (waiting.write <= durable_) {
      released.push_back(std::move(waiting.effects));
    } else {
      kept.push_back(std::move(waiting));
    }
  }
  waiting_ = std::move(kept);
  return released;
}

bool WriteQueue::wants_write(const Vault& vault, Now now) const {
  if (under_way_ || (changes_.empty() && !vault.has_unstored())) return false;
  return failures_ == 0 || now.steady >= retry_at_;
}

CryptoResult<WriteVault> WriteQueue::seal(Crypto& crypto, Vault& vault) {
  auto write = vault.seal(crypto, next_, changes_);
  if (!write) return write;
  changes_.clear();
  under_way_ = next_++;
  return write;
}

void WriteQueue::put_off(Now now) {
  const std::int64_t factor = std::int64_t{1} << std::min(failures_, 6U);
  retry_at_ = now.steady + std::min(kRetryMax, kRetryFirst * factor);
  ++failures_;
}

bool WriteQueue::finish(const VaultWritten& written, Vault& vault, Now now) {
  if (!under_way_ || written.write != *under_way_) return false;
  under_way_.reset();
  if (written.outcome != VaultWritten::Outcome::kDone) {
    put_off(now);
    return true;
  }
  failures_ = 0;
  durable_ = written.write;
  vault.stored();
  for (auto at = last_change_.begin(); at != last_change_.end();) {
    at = at->second <= durable_ ? last_change_.erase(at) : std::next(at);
  }
  return true;
}

std::vector<Effects> WriteQueue::give_up() {
  std::vector<Effects> released;
  released.reserve(waiting_.size());
  for (Waiting& waiting : waiting_) released.push_back(std::move(waiting.effects));
  changes_.clear();
  waiting_.clear();
  last_change_.clear();
  under_way_.reset();
  failures_ = 0;
  return released;
}

std::optional<std::chrono::milliseconds> WriteQueue::deadline(const Vault& vault) const {
  if (failures_ == 0 || under_way_ || (changes_.empty() && !vault.has_unstored())) {
    return std::nullopt;
  }
  return retry_at_;
}

}  // namespace zerofc::member
