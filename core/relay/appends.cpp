// From an append to the queue of what waits to be judged: docs/protocol.md §3.3, steps 1 and 3.
#include "core/relay/room_impl.hpp"
#include "core/wire/canonical.hpp"

namespace zerofc::relay {

namespace {

// Of an entry and its boxes, in a frame or kept: what the log takes for them, see log_bytes().
template <class Boxes>
std::size_t size_of(BytesView entry, const std::optional<Boxes>& boxes) {
  std::size_t size = entry.size();
  if (boxes) {
    for (const auto& [member, box] : *boxes) size += MemberId::kBytes + box.size();
  }
  return size;
}

std::size_t bytes_held(const Call& call) { return call.call.card.size() + call.call.box.size(); }
std::size_t bytes_held(const Hand& hand) { return hand.sealed.size(); }
std::size_t bytes_held(const AskKey& ask) { return ask.request.size(); }
std::size_t bytes_held(const AnswerKey& answer) { return answer.answer.size(); }
template <class Small>
std::size_t bytes_held(const Small& /*small*/) {
  return 0;
}

}  // namespace

std::size_t bytes_held(const Append& append) { return size_of(append.bytes, append.boxes); }

std::size_t bytes_held(const Waiting& waiting) {
  return std::visit([](const auto& any) { return bytes_held(any); }, waiting);
}

void Room::Impl::append(ConnectionId id, Connection& connection, const frame::Append& frame) {
  const auto entry = decode_entry(frame.entry);
  if (!entry) {
    error(id, FrameCode::kInvalidEntry, frame::Append::kType);
    return;
  }
  Append append{id, {}, *entry, std::nullopt, std::nullopt};
  append.entry.body = {};
  // "1. the connection is that of a current member and the entry's author is that member"
  if (connection.member != entry->author || state_.find_member(entry->author) == nullptr) {
    reject(append, FrameCode::kWrongAuthor);
    return;
  }

  Seat& author = seat(entry->author);
  TokenBucket& bucket = entry->is_control() ? author.controls : author.appends;
  const TokenBucket::Taken taken = bucket.take(now_.steady);
  if (taken == TokenBucket::Taken::kRefused || queue_.size() >= limits_.waiting_appends_max ||
      queue_bytes_ >= limits_.waiting_bytes_max) {
    reject(append, FrameCode::kRateLimited);
    return;
  }
  append.refusal = taken == TokenBucket::Taken::kOverdrawn ? FrameCode::kRateLimited
                                                           : judge_on_arrival(*entry, frame);
  // Last, since only what is kept is paid for.
  if (!append.refusal && !author.append_bytes.pay(size_of(frame.entry, frame.boxes), now_.steady)) {
    append.refusal = FrameCode::kRateLimited;
  }
  if (!append.refusal) {  // else it is looked up by author and token, and nothing more is needed
    append.bytes = to_bytes(frame.entry);
    append.entry.body = BytesView(append.bytes).last(entry->body.size());
    if (frame.boxes) {
      append.boxes.emplace();
      append.boxes->reserve(frame.boxes->size());
      for (const auto& [member, box] : *frame.boxes) {
        append.boxes->emplace_back(member, to_bytes(box));
      }
    }
  }
  wait(std::move(append));
}

// What can be said of an entry whatever the state of the room.
std::optional<FrameCode> Room::Impl::judge_on_arrival(const Entry& entry,
                                                      const frame::Append& frame) const {
  if (frame.boxes && entry.kind != Kind::kKeyRotate) return FrameCode::kBadBoxes;
  if (entry.is_control()) {
    if (frame.entry.size() > limits_.control_bytes_max) return FrameCode::kTooLarge;
    return std::nullopt;
  }
  if (entry.body.size() > kMessageCellBytesMax) return FrameCode::kTooLarge;
  if (!canonical::is_cell(entry.body)) return FrameCode::kInvalidEntry;
  return std::nullopt;
}

void Room::Impl::wait(Waiting waiting) {
  queue_bytes_ += bytes_held(waiting);
  queue_.push_back(std::move(waiting));
}

void Room::Impl::reject(const Append& append, FrameCode code) {
  if (find(append.connection) == nullptr) return;
  send(append.connection, frame::Rejected{append.entry.token, code});
}

}  // namespace zerofc::relay
