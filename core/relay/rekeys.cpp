// Room keys that were lost and are given again by other members: docs/protocol.md §6.1. The server
// sees who asks and who answers, and nothing of the key.
#include <algorithm>

#include "core/relay/room_impl.hpp"
#include "core/wire/canonical.hpp"
#include "core/wire/rekey.hpp"

namespace zerofc::relay {

// ---- from frames to the queue

void Room::Impl::ask_key(ConnectionId id, Connection& connection,
                         const frame::RekeyRequest& frame) {
  const auto refuse = [&](FrameCode code) { error(id, code, frame::RekeyRequest::kType); };
  const MemberEntry* author = opened(id, connection, frame::RekeyRequest::kType);
  if (author == nullptr) return;
  if (frame.request.size() > limits_.rekey_bytes_max) return refuse(FrameCode::kTooLarge);
  const auto signed_content = canonical::signed_content(frame.request);
  const auto content =
      signed_content ? decode_rekey_content(*signed_content) : std::optional<RekeyContent>();
  if (!content) return refuse(FrameCode::kMalformed);
  if (content->member != author->id || content->room != state_.room() || !author->is_member()) {
    return refuse(FrameCode::kNotAuthorised);
  }
  wait(AskKey{id, author->id, to_bytes(frame.request)});
}

void Room::Impl::answer_key(ConnectionId id, Connection& connection,
                            const frame::RekeyAnswer& frame) {
  const auto refuse = [&](FrameCode code) { error(id, code, frame::RekeyAnswer::kType); };
  const MemberEntry* author = opened(id, connection, frame::RekeyAnswer::kType);
  if (author == nullptr) return;
  if (frame.answer.size() > limits_.rekey_bytes_max) return refuse(FrameCode::kTooLarge);
  if (!canonical::signed_content(frame.answer)) return refuse(FrameCode::kMalformed);
  if (!author->is_member()) return refuse(FrameCode::kNotAuthorised);
  wait(AnswerKey{id, author->id, frame.asker, to_bytes(frame.answer)});
}

void Room::Impl::withdraw_key(ConnectionId id, Connection& connection) {
  if (const MemberEntry* author = opened(id, connection, frame::RekeyWithdraw::kType)) {
    wait(WithdrawKey{id, author->id});
  }
}

// ---- judged

bool Room::Impl::add_change(Batch& batch, const AskKey& ask) {
  if (state_.find_member(ask.author) == nullptr || state_.destroyed_at()) return false;
  Rekey rekey;
  rekey.request = ask.request;
  put(batch, rekey_key(ask.author), encode_record(rekey));
  return true;
}

// "by any member […], only to members, once per request". One that came too late is dropped.
bool Room::Impl::add_change(Batch& batch, const AnswerKey& answer) {
  const auto found = rekeys_.find(answer.asker);
  if (found == rekeys_.end() || state_.find_member(answer.author) == nullptr ||
      answer.author == answer.asker || found->second.answers.count(answer.author) != 0 ||
      found->second.answers.size() >= limits_.rekey_answers_max) {
    return false;
  }
  Rekey with = found->second;
  with.answers.emplace(answer.author, answer.answer);
  put(batch, rekey_key(answer.asker), encode_record(with));
  return true;
}

bool Room::Impl::add_change(Batch& batch, const WithdrawKey& withdraw) {
  if (rekeys_.count(withdraw.author) == 0) return false;
  batch.erase.push_back(rekey_key(withdraw.author));
  return true;
}

// ---- durable

void Room::Impl::landed(const AskKey& ask) {
  rekeys_[ask.author] = {ask.request, {}, {}, std::nullopt};
  offer_keys();
}

void Room::Impl::landed(const AnswerKey& answer) {
  const auto found = rekeys_.find(answer.asker);
  if (found == rekeys_.end()) return;
  found->second.answers.emplace(answer.author, answer.answer);
  if (const auto asker = live_connection_of(answer.asker)) {
    send(*asker, frame::RekeyAnswer{answer.asker, answer.answer});
  }
}

void Room::Impl::landed(const WithdrawKey& withdraw) { rekeys_.erase(withdraw.author); }

void Room::Impl::hand_answers(const MemberId& asker) {
  const auto found = rekeys_.find(asker);
  if (found == rekeys_.end()) return;
  for (const auto& [from, answer] : found->second.answers) {
    send(*connection_of(asker), frame::RekeyAnswer{asker, answer});
  }
}

// "offers it to one online member at a time in random order, each once, the next after 20 s, never
// to one with an open request"
void Room::Impl::offer_keys() {
  for (auto& [asker, rekey] : rekeys_) {
    if (rekey.next_offer && *rekey.next_offer > now_.steady) continue;
    rekey.next_offer.reset();
    std::vector<ConnectionId> candidates;
    for (const ConnectionId id : live_) {
      const MemberId& member = *connections_.at(id).member;
      if (rekeys_.count(member) == 0 && rekey.offered.count(member) == 0) candidates.push_back(id);
    }
    if (candidates.empty()) continue;  // goes on when somebody comes
    const auto chance = crypto_->make_random<Nonce>();
    const std::size_t choice = chance ? chance->bytes()[0] % candidates.size() : 0;
    rekey.offered.insert(*connections_.at(candidates[choice]).member);
    rekey.next_offer = now_.steady + limits_.rekey_offer;
    send(candidates[choice], frame::RekeyRequest{rekey.request});
  }
}

void Room::Impl::drop_rekey(const MemberId& asker) {
  if (rekeys_.erase(asker) != 0) erase_later(rekey_key(asker));
}

}  // namespace zerofc::relay
