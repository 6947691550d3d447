// The outbox: own messages until they come back in the log.
#include <algorithm>

#include "core/log/chain.hpp"
#include "core/member/room/impl.hpp"
#include "core/member/room/messages.hpp"
#include "core/wire/cbor.hpp"

namespace zerofc::member {
namespace {

// What leaves at once stays below the server's rate limit for one member (core/relay/limits.hpp),
// so that no message is refused while a later one passes.
constexpr double kBurst = 150;
constexpr double kPerSecond = 15;
// And below the one for bytes, with what is between them for rotations and their boxes.
constexpr double kBytesBurst = 3.0 * 1024 * 1024;
constexpr double kBytesPerSecond = 48.0 * 1024;
constexpr std::chrono::milliseconds kAllowanceWait{200};
// Messages that the server has not answered.
constexpr std::ptrdiff_t kInFlightMax = 64;

}  // namespace

CryptoResult<void> Room::Impl::enqueue(const Context& context, Out& out, MessageBody body,
                                       std::optional<std::uint64_t> ref) {
  const auto token = context.crypto.make_random<EntryToken>();
  if (!token) return fail(CryptoError::kFailed);
  Unsent unsent;
  unsent.index = next_unsent_++;
  unsent.token = *token;
  unsent.body = std::move(body);
  unsent.at = context.now.wall;
  unsent.ref = ref;
  state.unsent.push_back(std::move(unsent));
  out.put(RecordType::kUnsent, state.unsent.back().index, encode_unsent(state.unsent.back()));
  return {};
}

void Room::Impl::send_text(const Context& context, Out& out, std::uint64_t ref,
                           std::string_view text) {
  if (state.phase != ui::RoomState::kLive) return problem(out, ui::ProblemCode::kNotLive, ref);
  if (text.empty() || text.size() > kTextBytesMax || !cbor::is_utf8(text)) {
    return problem(out, ui::ProblemCode::kTextInvalid, ref, kTextBytesMax);
  }
  if (state.unsent.size() >= kUnsentMax) {
    return problem(out, ui::ProblemCode::kOutboxFull, ref, kUnsentMax);
  }
  if (!enqueue(context, out, TextBody{std::string(text), std::nullopt, {}}, ref)) {
    return problem(out, ui::ProblemCode::kRandomFailed, ref);
  }
  Unsent& unsent = state.unsent.back();
  show_outbox(out, unsent);
  unsent.state = ui::OutboxState::kWaiting;
  send_unsent(context, out);
  if (!unsent.sent_in) show_outbox(out, unsent, true);
}

void Room::Impl::retry(const Context& context, Out& out, const EntryToken& token) {
  const auto found = find_unsent(token);
  if (found == state.unsent.end() || !found->problem) return;
  if (state.phase != ui::RoomState::kLive) return problem(out, ui::ProblemCode::kNotLive);
  found->problem.reset();
  found->state = ui::OutboxState::kWaiting;
  out.put(RecordType::kUnsent, found->index, encode_unsent(*found));
  show_outbox(out, *found);
  send_unsent(context, out);
}

// Only what the server has refused: anything else may be in the log already.
void Room::Impl::discard(Out& out, const EntryToken& token) {
  const auto found = find_unsent(token);
  if (found == state.unsent.end() || !found->problem) return;
  out.erase(RecordType::kUnsent, found->index);
  out.patch(ui::patch::OutboxRemoved{.room = state.id.bytes(), .token = token.bytes()});
  state.unsent.erase(found);
}

void Room::Impl::give_up_unsent(Out& out) {
  for (Unsent& unsent : state.unsent) {
    if (unsent.problem) continue;
    unsent.problem = ui::ProblemCode::kNotLive;
    unsent.state = ui::OutboxState::kFailed;
    out.put(RecordType::kUnsent, unsent.index, encode_unsent(unsent));
    show_outbox(out, unsent);
  }
}

std::deque<Unsent>::iterator Room::Impl::find_unsent(const EntryToken& token) {
  return std::find_if(state.unsent.begin(), state.unsent.end(),
                      [&](const Unsent& unsent) { return unsent.token == token; });
}

// In the order in which they were written. Nothing overtakes a message that was sealed for an
// earlier epoch and whose rejection is on its way, and nothing is sealed while an own rotation is:
// it could only be rejected.
void Room::Impl::send_unsent(const Context& context, Out& out) {
  if (!connection_.live || state.phase != ui::RoomState::kLive || paused_until_ ||
      !holds_current_key()) {
    return;
  }
  if (!rotation_retry_ && (state.rotation || rotation_due(context))) return;
  const Epoch epoch = control_->epoch();
  std::ptrdiff_t in_flight = 0;
  for (const Unsent& unsent : state.unsent) {
    if (!unsent.sent_in) continue;
    if (*unsent.sent_in != epoch) return;
    ++in_flight;
  }
  const std::chrono::duration<double> passed = context.now.steady - allowance_at_;
  allowance_ = std::min(kBurst, allowance_ + passed.count() * kPerSecond);
  allowance_bytes_ = std::min(kBytesBurst, allowance_bytes_ + passed.count() * kBytesPerSecond);
  allowance_at_ = context.now.steady;
  for (Unsent& unsent : state.unsent) {
    if (unsent.problem || unsent.sent_in) continue;
    if (in_flight >= kInFlightMax) return;  // goes on when one comes back
    if (allowance_ < 1 || allowance_bytes_ <= 0) {
      allowance_due_ = context.now.steady + kAllowanceWait;
      return;
    }
    if (!send_one(context, out, unsent)) return;
    allowance_ -= 1;
    ++in_flight;
  }
}

// "The counter is taken at sealing and stored before sending" (protocol §5.2): one that is at least
// as high stands in the room's record, which is written in front of the frame.
bool Room::Impl::send_one(const Context& context, Out& out, Unsent& unsent) {
  MessageContent content;
  content.room = state.id;
  content.epoch = control_->epoch();
  content.token = unsent.token;
  content.author = state.keys.id;
  content.sent_at = unsent.at;
  content.counter = ++state.counter;
  if (state.counter > state.counter_stored) {
    state.counter_stored = state.counter + kCountersAhead;
    mark_changed();
  }
  content.seen = rows_.head();
  content.body = unsent.body;
  // "A client's first message in each epoch also carries its profile": until one is in the log.
  if (state.profile_in != content.epoch) content.profile = state.profile;
  const auto entry =
      seal_message(context.crypto, state.key->key, state.keys.signing.private_key, content);
  if (!entry) {
    problem(out, ui::ProblemCode::kRandomFailed);
    pause(context, kStorePause);
    return false;
  }
  allowance_bytes_ -= static_cast<double>(entry->size());
  unsent.sealed.push_back(entry_digest(context.crypto, *entry));
  if (unsent.sealed.size() > kSealedKept) unsent.sealed.pop_front();
  out.put(RecordType::kUnsent, unsent.index, encode_unsent(unsent));
  unsent.sent_in = content.epoch;
  unsent.state = ui::OutboxState::kSent;
  out.send(frame::Append{*entry, std::nullopt});
  show_outbox(out, unsent, true);
  return true;
}

// "accepted is a hint for the interface, except where its seq is one that the client holds as a
// digest; then it clears the outbox too" (protocol §3.3).
void Room::Impl::accepted(Out& out, const frame::Accepted& accepted) {
  const auto found = find_unsent(accepted.token);
  if (found == state.unsent.end()) return;
  const Row* row = rows_.find(accepted.seq);
  if (row != nullptr && row->is_digest) {
    out.erase(RecordType::kUnsent, found->index);
    if (std::holds_alternative<TextBody>(found->body)) {
      out.patch(ui::patch::OutboxRemoved{.room = state.id.bytes(), .token = found->token.bytes()});
    }
    state.unsent.erase(found);
    return;
  }
  if (!found->sent_in) return;
  found->state = ui::OutboxState::kAccepted;
  show_outbox(out, *found);
}

void Room::Impl::rejected(const Context& context, Out& out, const frame::Rejected& rejected) {
  const auto found = find_unsent(rejected.token);
  if (found != state.unsent.end()) {
    reject_message(context, out, *found, rejected.code);
    send_unsent(context, out);
  } else {
    reject_control(context, out, rejected.token, rejected.code);
  }
}

void Room::Impl::reject_message(const Context& context, Out& out, Unsent& unsent, FrameCode code) {
  const auto wait = [&](std::chrono::milliseconds time) {
    unsent.state = ui::OutboxState::kWaiting;
    if (time.count() > 0) pause(context, time);
  };
  const auto refuse = [&](ui::ProblemCode problem) {
    unsent.problem = problem;
    unsent.state = ui::OutboxState::kFailed;
    out.put(RecordType::kUnsent, unsent.index, encode_unsent(unsent));
  };
  const auto sent_in = unsent.sent_in;
  unsent.sent_in.reset();
  switch (code) {
    case FrameCode::kStaleEpoch:
      // The rotation is in the stream in front of this; a server that says so without one waits.
      wait(sent_in && control_ && *sent_in == control_->epoch() ? kStorePause
                                                                : std::chrono::milliseconds(0));
      break;
    case FrameCode::kRateLimited:
      wait(kRatePause);
      break;
    case FrameCode::kStoreUnavailable:
    case FrameCode::kShuttingDown:
      wait(kStorePause);
      break;
    case FrameCode::kTooLarge:
      refuse(ui::ProblemCode::kTooLarge);
      break;
    case FrameCode::kLogFull:
      refuse(ui::ProblemCode::kLogFull);
      break;
    default:
      refuse(ui::ProblemCode::kServerRefused);
      break;
  }
  show_outbox(out, unsent);
}

}  // namespace zerofc::member
