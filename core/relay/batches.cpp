// From the queue to the store and back: docs/protocol.md §3.3. At most one batch is under way, and
// what it says is judged against what is durable.
#include <algorithm>
#include <set>
#include <type_traits>

#include "core/log/chain.hpp"
#include "core/relay/refusals.hpp"
#include "core/relay/room_impl.hpp"
#include "core/wire/canonical.hpp"

namespace zerofc::relay {

namespace {

bool same(const RecordKey& a, const RecordKey& b) { return a.kind == b.kind && a.key == b.key; }

void remove(std::vector<RecordKey>& keys, const RecordKey& key) {
  keys.erase(std::remove_if(keys.begin(), keys.end(),
                            [&key](const RecordKey& other) { return same(other, key); }),
             keys.end());
}

bool names(const UnderWay& batch, const Append& append) {
  return std::any_of(batch.appends.begin(), batch.appends.end(), [&append](const Judged& other) {
    return other.append.entry.token == append.entry.token &&
           other.append.entry.author == append.entry.author;
  });
}

bool is_empty(const Batch& batch) {
  return batch.entries.empty() && batch.probes.empty() && batch.put.empty() &&
         batch.erase.empty() && batch.drop_boxes.empty();
}

}  // namespace

// ---- making a batch

void Room::Impl::form_batch() {
  if (under_way_) return;
  Batch batch;
  batch.room = id();
  UnderWay next;
  next.head_hash = head_hash_;
  std::size_t bytes = 0;
  for (bool ends = false; !ends && !queue_.empty();) {
    const std::size_t size = bytes_held(queue_.front());
    if (auto* append = std::get_if<Append>(&queue_.front())) {
      const bool is_full = next.appends.size() >= limits_.batch_entries_max ||
                           (bytes > 0 && bytes + size > limits_.batch_bytes_max);
      // A second copy is looked up when the first is in the log or is known not to be.
      if (is_full || names(next, *append)) break;
      bytes += size;
      ends = add_append(batch, next, std::move(*append));
    } else {
      ends = std::visit(
          [this, &batch](auto& change) {
            using Type = std::decay_t<decltype(change)>;
            if constexpr (std::is_same_v<Type, Append>) {
              return false;
            } else {
              return add_change(batch, change);
            }
          },
          queue_.front());
      if (ends) next.change = std::move(queue_.front());
    }
    queue_bytes_ -= size;
    queue_.pop_front();
  }
  add_lazy(batch, next);
  if (is_empty(batch)) return;
  batch.head_hash = next.head_hash;
  under_way_ = std::move(next);
  step_.actions.emplace_back(StoreBatch{std::move(batch)});
}

// True if this ends the batch.
bool Room::Impl::add_append(Batch& batch, UnderWay& next, Append append) {
  if (state_.find_member(append.entry.author) == nullptr) {  // it left meanwhile
    reject(append, FrameCode::kWrongAuthor);
    return false;
  }
  const auto refusal = judge_append(append, next);
  if (refusal) {
    // "de-duplication: (author, entry token) already in the log -> `accepted` with the first seq,
    // whatever the bytes": the refusal waits for that.
    batch.probes.push_back({append.entry.author, append.entry.token});
  } else {
    add_entry(batch, next, append);
  }
  next.appends.push_back({std::move(append), refusal});
  return next.control.has_value();
}

std::optional<FrameCode> Room::Impl::judge_append(const Append& append, UnderWay& next) {
  if (append.refusal) return append.refusal;
  if (!has_space_for(append, next)) return FrameCode::kLogFull;
  if (!append.entry.is_control()) {
    if (state_.destroyed_at()) return FrameCode::kRoomDestroyed;
    if (append.entry.epoch != state_.epoch()) return FrameCode::kStaleEpoch;
    return std::nullopt;
  }
  const auto verdict = judge(*crypto_, state_, append.bytes);
  if (!verdict) return frame_code(verdict.error());
  std::optional<FrameCode> refusal;
  if (verdict->kind() == Kind::kKeyRotate) refusal = judge_boxes(append, verdict->removed());
  if (verdict->kind() == Kind::kMemberAdd) refusal = judge_invite(*verdict);
  if (!refusal) next.control = *verdict;
  return refusal;
}

// The end of the log is for control entries: a room that is full can still be left.
bool Room::Impl::has_space_for(const Append& append, const UnderWay& next) const {
  Seq entries_max = limits_.log_entries_max;
  std::uint64_t bytes_max = limits_.log_bytes_max;
  if (!append.entry.is_control()) {
    entries_max -= std::min(entries_max, limits_.log_entries_for_controls);
    bytes_max -= bytes_max / 100 * limits_.log_bytes_for_controls_percent;
  }
  return next_seq_ + next.entries < entries_max &&
         log_bytes_ + next.bytes + bytes_held(append) <= bytes_max;
}

// "exactly one box for each remaining member except the rotator, each canonical"
std::optional<FrameCode> Room::Impl::judge_boxes(const Append& append,
                                                 const std::vector<MemberId>& removed) const {
  const std::size_t count = append.boxes ? append.boxes->size() : 0;
  if (count != state_.member_count() - 1 - removed.size()) return FrameCode::kBadBoxes;
  std::set<MemberId> seen;
  for (std::size_t index = 0; index < count; ++index) {
    const auto& [member, box] = (*append.boxes)[index];
    const bool is_wanted = member != append.entry.author && state_.find_member(member) != nullptr &&
                           !std::binary_search(removed.begin(), removed.end(), member) &&
                           seen.insert(member).second;
    if (!is_wanted || box.size() > limits_.box_bytes_max || !canonical::is_encrypted(box)) {
      return FrameCode::kBadBoxes;
    }
  }
  return std::nullopt;
}

// "the invite is known, live, the author's own"; and the server's own bounds.
std::optional<FrameCode> Room::Impl::judge_invite(const VerifiedControl& control) const {
  if (state_.member_count() >= limits_.members_max ||
      state_.everybody().size() >= limits_.members_ever_max) {
    return FrameCode::kRoomFull;
  }
  const auto found = invites_.find(*control.invite());
  if (found == invites_.end() || found->second.author != control.author()) {
    return FrameCode::kInviteUnknown;
  }
  switch (invite_state(found->first)) {
    case InviteStateCode::kLive:
      return std::nullopt;
    case InviteStateCode::kRevoked:
      return FrameCode::kInviteRevoked;
    case InviteStateCode::kExpired:
      return FrameCode::kInviteExpired;
    case InviteStateCode::kUsed:
      return FrameCode::kInviteUsed;
    case InviteStateCode::kUnknown:
      break;
  }
  return FrameCode::kInviteUnknown;
}

void Room::Impl::add_entry(Batch& batch, UnderWay& next, const Append& append) {
  const Entry& entry = append.entry;
  const Seq seq = next_seq_ + batch.entries.size();
  next.head_hash = next_chain_hash(*crypto_, next.head_hash, entry.is_control(),
                                   entry_digest(*crypto_, append.bytes));
  batch.entries.push_back({seq, entry.is_control(), entry.author, entry.token, append.bytes});
  ++next.entries;
  next.bytes += bytes_held(append);
  if (append.boxes) {
    batch.boxes.reserve(append.boxes->size());
    for (const auto& [member, box] : *append.boxes) batch.boxes.push_back({seq, member, box});
  }
  if (next.control) add_ended_invites(batch, *next.control);
  if (next.control && next.control->kind() == Kind::kMemberAdd) {
    // "marks the invite used in the same durable step": from now on the log says so.
    batch.erase.push_back(invite_key(*next.control->invite()));
    for (const JoinCallKey& key : calls_of(*next.control->invite())) {
      batch.erase.push_back(join_call_key(key));
    }
  }
}

// ---- records

void Room::Impl::put(Batch& batch, RecordKey key, Bytes value) {
  remove(dirty_erased_, key);
  batch.put.push_back({key.kind, std::move(key.key), std::move(value)});
}

void Room::Impl::erase_later(RecordKey key) {
  dirty_erased_.push_back(std::move(key));
  lazily();
}

void Room::Impl::lazily() {
  if (!lazy_due_) lazy_due_ = now_.steady + limits_.cursor_delay;
}

void Room::Impl::add_lazy(Batch& batch, UnderWay& next) {
  if (!lazy_due_ || now_.steady < *lazy_due_) return;
  lazy_due_.reset();
  for (const MemberId& member : dirty_cursors_) {
    Seat& its = seat(member);
    its.dirty = false;
    const RecordKey key = cursor_key(member);
    batch.put.push_back({key.kind, key.key, encode_cursor(*its.acked)});
    // "keeps it until that member's ack reaches the rotation"
    if (!its.acked_on_disk || rotation_before(*its.acked + 1) > *its.acked_on_disk) {
      batch.drop_boxes.emplace_back(member, *its.acked);
    }
    next.cursors.emplace_back(member, *its.acked);
  }
  dirty_cursors_.clear();
  batch.erase.insert(batch.erase.end(), dirty_erased_.begin(), dirty_erased_.end());
  next.erased = std::move(dirty_erased_);
  dirty_erased_.clear();
}

void Room::Impl::back_to_lazy(const UnderWay& undone) {
  for (const auto& [member, acked] : undone.cursors) {
    Seat& its = seat(member);
    if (!its.dirty) dirty_cursors_.push_back(member);
    its.dirty = true;
  }
  dirty_erased_.insert(dirty_erased_.end(), undone.erased.begin(), undone.erased.end());
  if (!undone.cursors.empty() || !undone.erased.empty()) lazily();
}

// ---- the store's answer

void Room::Impl::committed(const Committed& result) {
  const UnderWay done = std::move(*under_way_);
  under_way_.reset();
  Seq seq = next_seq_;
  next_seq_ += done.entries;
  log_bytes_ += done.bytes;
  head_hash_ = done.head_hash;
  std::size_t probe = 0;
  auto known = result.known.begin();
  for (const auto& [append, refusal] : done.appends) {
    const bool is_known = refusal && known != result.known.end() && known->first == probe;
    if (refusal) ++probe;
    if (refusal && !is_known) {
      reject(append, *refusal);
      continue;
    }
    const Seq at = is_known ? (known++)->second : seq++;
    if (find(append.connection) != nullptr) {
      send(append.connection, frame::Accepted{append.entry.token, at});
    }
    if (!is_known) fan_out(append, at);
  }
  if (done.control) control_landed(*done.control, next_seq_ - 1);
  for (const auto& [member, acked] : done.cursors) seat(member).acked_on_disk = acked;
  if (!done.change) return;
  std::visit(
      [this](const auto& change) {
        using Type = std::decay_t<decltype(change)>;
        if constexpr (!std::is_same_v<Type, Append>) landed(change);
      },
      *done.change);
}

// One frame for everybody; in a rotation each member's own box.
void Room::Impl::fan_out(const Append& append, Seq seq) {
  if (live_.empty()) return;
  if (!append.boxes) {
    const Frame entry_at = frame::EntryAt{seq, append.bytes, std::nullopt};
    step_.actions.emplace_back(Send{live_, std::make_shared<const Bytes>(encode(entry_at))});
    return;
  }
  std::map<MemberId, BytesView> boxes(append.boxes->begin(), append.boxes->end());
  for (const ConnectionId to : live_) {
    const auto box = boxes.find(*connections_.at(to).member);
    send(to, frame::EntryAt{seq, append.bytes,
                            box == boxes.end() ? std::nullopt : std::optional(box->second)});
  }
}

void Room::Impl::control_landed(const VerifiedControl& control, Seq seq) {
  state_.apply(control, seq);
  end_invites(control);
  switch (control.kind()) {
    case Kind::kKeyRotate: {
      rotations_.push_back(seq);
      for (const MemberId& removed : control.removed()) end_membership(removed);
      if (live_.empty()) break;
      // "The server signs `head-content`, […] after each rotation", §3.5.
      const Bytes head = signer_->sign(id(), {seq, head_hash_});
      if (head.empty()) break;
      const Frame said = frame::Head{head};
      step_.actions.emplace_back(Send{live_, std::make_shared<const Bytes>(encode(said))});
      break;
    }
    case Kind::kMemberAdd: {
      const InviteId& invite = *control.invite();
      invites_.erase(invite);
      plan_expiry();
      end_calls(invite, DeclineReason::kUsed, control.card()->member);
      if (const auto author = connection_of(control.author())) {
        say_invite(*author, invite, InviteStateCode::kUsed);
      }
      break;
    }
    case Kind::kMemberLeave:
      end_membership(control.author());
      break;
    case Kind::kRoomDestroy:
      for (const ConnectionId id : live_) connections_.at(id).phase = Phase::kEnded;
      live_.clear();
      while (!rekeys_.empty()) drop_rekey(rekeys_.begin()->first);
      while (!calls_.empty()) {
        const InviteId invite = calls_.begin()->first.invite;
        end_calls(invite, DeclineReason::kJoinsClosed);
      }
      break;
    case Kind::kRoleSet:
    case Kind::kOwnerTransfer:
    case Kind::kPolicySet:
    case Kind::kGenesis:
    case Kind::kMessage:
      break;
  }
}

// It has just been sent the entry that ends its membership, unless it is still in its replay.
void Room::Impl::end_membership(const MemberId& member) {
  drop_grant(member);
  drop_rekey(member);
  const auto connection = connection_of(member);
  const auto at = connection ? std::find(live_.begin(), live_.end(), *connection) : live_.end();
  if (at == live_.end()) return;
  connections_.at(*connection).phase = Phase::kEnded;
  live_.erase(at);
}

void Room::Impl::duplicates(const Duplicates& result) {
  UnderWay undone = std::move(*under_way_);
  under_way_.reset();
  std::map<std::size_t, Seq> found(result.found.begin(), result.found.end());
  if (found.empty() || found.rbegin()->first >= undone.entries) {
    reload();
    return;
  }
  // What was a duplicate is answered; everything else is judged again, in its old place.
  back_to_lazy(undone);
  if (undone.change) {
    queue_bytes_ += bytes_held(*undone.change);
    queue_.push_front(std::move(*undone.change));
  }
  std::size_t index = undone.entries;
  for (auto judged = undone.appends.rbegin(); judged != undone.appends.rend(); ++judged) {
    const auto seq = judged->refusal ? found.end() : found.find(--index);
    if (seq != found.end()) {
      if (find(judged->append.connection) != nullptr) {
        send(judged->append.connection, frame::Accepted{judged->append.entry.token, seq->second});
      }
      continue;
    }
    Waiting again = std::move(judged->append);
    queue_bytes_ += bytes_held(again);
    queue_.push_front(std::move(again));
  }
}

void Room::Impl::unavailable() {
  const UnderWay undone = std::move(*under_way_);
  under_way_.reset();
  for (const Judged& judged : undone.appends) {
    reject(judged.append, FrameCode::kStoreUnavailable);
  }
  if (undone.change) {
    std::visit(
        [this](const auto& change) {
          using Type = std::decay_t<decltype(change)>;
          if constexpr (std::is_same_v<Type, Publish> || std::is_same_v<Type, Revoke>) {
            say_invite(change.connection, change.invite, invite_state(change.invite),
                       FrameCode::kStoreUnavailable);
          } else if constexpr (!std::is_same_v<Type, Append>) {
            if (find(change.connection) == nullptr) return;
            error(change.connection, FrameCode::kStoreUnavailable, Type::kFrame);
          }
        },
        *undone.change);
  }
  back_to_lazy(undone);
}

void Room::Impl::reload() {
  lost_ = true;
  step_.actions.emplace_back(Reload{});
}

}  // namespace zerofc::relay
