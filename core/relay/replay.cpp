// Opening a room, the replay and cursors: docs/protocol.md §3.4.
#include <algorithm>

#include "core/relay/room_impl.hpp"

namespace zerofc::relay {

void Room::Impl::open(ConnectionId id, Connection& connection, const frame::RoomOpen& frame) {
  const auto refuse = [&](FrameCode code) { error(id, code, frame::RoomOpen::kType); };
  if (connection.phase != Phase::kArrived) return refuse(FrameCode::kUnexpectedFrame);
  if (frame.room != state_.room()) return refuse(FrameCode::kUnknownRoom);
  const MemberEntry* member = state_.find_by_session(connection.session);
  if (member == nullptr) return refuse(FrameCode::kNotMember);
  if (const auto refusal = judge_cursor(*member, frame.after)) return refuse(*refusal);
  const Bytes head = signer_->sign(state_.room(), {next_seq_ - 1, head_hash_});
  if (head.empty()) return refuse(FrameCode::kStoreUnavailable);

  // "the newer connection displaces the older, which gets `replaced`"
  if (const auto older = connection_of(member->id)) {
    send(*older, frame::Replaced{});
    close(*older, CloseReason::kReplaced);
  }
  Seat& its = seat(member->id);
  its.connection = id;
  connection.member = member->id;
  send(id, frame::RoomOpened{member->id, next_seq_ - 1, head, its.acked});

  const Seq first = frame.after ? *frame.after + 1 : 0;
  connection.phase = frame.controls ? Phase::kControls : Phase::kReplay;
  connection.next = frame.controls ? 0 : first;
  connection.after_controls = first;
  go_on(id, connection);
}

std::optional<FrameCode> Room::Impl::judge_cursor(const MemberEntry& member,
                                                  std::optional<Seq> after) const {
  if (after && *after >= end_for(member)) return FrameCode::kBadCursor;
  // "A member added at seq a may not ask for anything below the last rotation before a"
  const Seq first = after ? *after + 1 : 0;
  if (first < rotation_before(member.added_at)) return FrameCode::kBadCursor;
  return std::nullopt;
}

Seq Room::Impl::rotation_before(Seq seq) const {
  const auto at = std::lower_bound(rotations_.begin(), rotations_.end(), seq);
  return at == rotations_.begin() ? 0 : *(at - 1);
}

// "A member that left or was removed may read the log up to that."
Seq Room::Impl::end_for(const MemberEntry& member) const {
  return member.left_at ? *member.left_at + 1 : next_seq_;
}

// Asks for the next stretch, or ends the replay.
void Room::Impl::go_on(ConnectionId id, Connection& connection) {
  const MemberEntry& member = *state_.find(*connection.member);
  ReadRequest request;
  request.entries_max = limits_.read_entries_max;
  request.bytes_max = limits_.read_bytes_max;
  if (connection.phase == Phase::kControls) {
    if (connection.next < connection.after_controls) {
      request.from = connection.next;
      request.end = connection.after_controls;
      request.controls_only = true;
      step_.actions.emplace_back(Read{id, request});
      return;
    }
    connection.phase = Phase::kReplay;
    connection.next = connection.after_controls;
  }
  request.from = connection.next;
  request.end = end_for(member);  // with what has landed since the last stretch
  if (request.from >= request.end) return go_live(id, connection, member);
  request.boxes_of = member.id;
  step_.actions.emplace_back(Read{id, request});
}

void Room::Impl::on(const WasRead& read) {
  Connection* connection = find(read.connection);
  if (connection == nullptr) return;
  const bool is_controls = connection->phase == Phase::kControls;
  if (!is_controls && connection->phase != Phase::kReplay) return;
  // What the store may answer: rising, inside of what was asked, without holes but for messages
  // between control entries, and further than before.
  bool is_sound = read.result && read.result->next > connection->next;
  Seq expected = connection->next;
  for (std::size_t index = 0; is_sound && index < read.result->entries.size(); ++index) {
    const Seq seq = read.result->entries[index].seq;
    is_sound = (is_controls ? seq >= expected : seq == expected) && seq < read.result->next;
    expected = seq + 1;
  }
  if (!is_sound || (!is_controls && expected != read.result->next)) {
    close(read.connection, CloseReason::kStoreFailed);
    return;
  }
  for (const ReadEntry& entry : read.result->entries) {
    send(read.connection,
         frame::EntryAt{entry.seq, entry.bytes,
                        entry.box ? std::optional<BytesView>(*entry.box) : std::nullopt});
  }
  connection->next = read.result->next;
  go_on(read.connection, *connection);
}

void Room::Impl::go_live(ConnectionId id, Connection& connection, const MemberEntry& member) {
  send(id, frame::Live{end_for(member) - 1});
  if (!member.is_member() || state_.destroyed_at()) {
    connection.phase = Phase::kEnded;
    return;
  }
  connection.phase = Phase::kLive;
  live_.push_back(id);
  hand_calls(member.id);
  hand_answers(member.id);
  offer_keys();
}

void Room::Impl::ack(ConnectionId id, Connection& connection, const frame::Ack& frame) {
  const MemberEntry* member = opened(id, connection, frame::Ack::kType);
  if (member == nullptr) return;
  if (frame.seq >= end_for(*member)) {
    error(id, FrameCode::kBadCursor, frame::Ack::kType);
    return;
  }
  Seat& its = seat(member->id);
  if (its.acked && *its.acked >= frame.seq) return;
  // "Grants wait on the server until the joiner's first `ack`"
  if (!its.acked) drop_grant(member->id);
  its.acked = frame.seq;
  if (!its.dirty) {
    its.dirty = true;
    dirty_cursors_.push_back(member->id);
  }
  lazily();
}

}  // namespace zerofc::relay
