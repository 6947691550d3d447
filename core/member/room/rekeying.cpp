// A room key that this client lost (a broken rotation, an older copy of the vault) and gets again
// from another member, and what it gives to others: docs/protocol.md §6.1.
#include <algorithm>

#include "core/log/checked.hpp"
#include "core/member/room/impl.hpp"
#include "core/wire/box.hpp"
#include "core/wire/canonical.hpp"
#include "core/wire/rekey.hpp"

namespace zerofc::member {
namespace {

using std::chrono::milliseconds;

// "The author renews an unsatisfied one after 10 minutes."
constexpr milliseconds kRenewed = std::chrono::minutes(10);
// "only when its REKEY at the live end went unanswered for 2 minutes"
constexpr milliseconds kUnanswered = std::chrono::minutes(2);
// Answers: to one request once, and to all together no more than this.
constexpr std::size_t kAnswersKept = 64;
constexpr std::size_t kAnswersAtOnce = 8;
constexpr milliseconds kAnswersPause = std::chrono::minutes(1);

}  // namespace

// ---- asking

RekeyContent Room::Impl::rekey_content(const KeyRequest& request) const {
  return {state.id, state.keys.id, request.need, request.one_time.public_key, request.nonce};
}

// At the live end: asks for the key of the newest epoch if it is missing, and for nothing if it is
// not.
void Room::Impl::settle_key(const Context& context, Out& out) {
  if (!connection_.live || state.phase != ui::RoomState::kLive) return;
  if (holds_current_key()) {
    if (!state.key_request) return;
    state.key_request.reset();
    mark_changed();
    out.send(frame::RekeyWithdraw{});
    return;
  }
  const Epoch need = control_->epoch();
  if (state.key_request && state.key_request->need == need &&
      context.now.wall - state.key_request->asked_at < kRenewed) {
    return;
  }
  auto one_time = context.crypto.make_key_pair<ExchangeKeyTag>();
  const auto nonce = context.crypto.make_random<Nonce>();
  if (!one_time || !nonce) return problem(out, ui::ProblemCode::kRandomFailed);
  const UnixMillis since = state.key_request ? state.key_request->since : context.now.wall;
  KeyRequest request{need, std::move(*one_time), *nonce, context.now.wall, since};
  const auto signed_request =
      context.crypto.sign(state.keys.signing.private_key.view(), encode(rekey_content(request)));
  if (!signed_request) return problem(out, ui::ProblemCode::kRandomFailed);
  state.key_request = std::move(request);
  mark_changed();
  out.send(frame::RekeyRequest{*signed_request});
}

std::optional<UnixMillis> Room::Impl::next_key_request() const {
  if (!state.key_request) return std::nullopt;
  return state.key_request->asked_at + kRenewed;
}

bool Room::Impl::is_stuck(const Context& context) const {
  return state.key && state.key_request &&
         context.now.wall - state.key_request->since >= kUnanswered;
}

std::optional<UnixMillis> Room::Impl::stuck_at() const {
  if (!state.key_request) return std::nullopt;
  return state.key_request->since + kUnanswered;
}

// "A bad […] answer names its sender", if the signature is the sender's. Anything else is noise of
// the server's.
void Room::Impl::rekey_answer(const Context& context, Out& out, const frame::RekeyAnswer& frame) {
  if (!state.key_request || !connection_.live || frame.asker != state.keys.id) return;
  const auto signed_content = canonical::signed_content(frame.answer);
  const auto content =
      signed_content ? decode_rekeyed_content(*signed_content) : std::optional<RekeyedContent>();
  if (!content || content->room != state.id || content->to != state.keys.id) return;
  const MemberEntry* from = control_->find_member(content->from);
  if (from == nullptr || from->id == state.keys.id ||
      !checked::verify(context.crypto, from->card.signing, frame.answer)) {
    return;
  }
  const KeyRequest& request = *state.key_request;
  if (content->request != context.crypto.sha256({encode(rekey_content(request))})) return;  // late
  // One for a rotation that is not processed yet: that rotation makes this client ask anew.
  if (content->epoch > control_->epoch()) return;
  if (state.key && content->epoch <= state.key->epoch) return;

  const auto box = checked::decrypt(context.crypto, request.one_time.private_key,
                                    content->one_time_key, content->box);
  if (!box && box.error() == CryptoError::kFailed) return problem(out, ui::ProblemCode::kInternal);
  auto opened = box ? decode_rekey_box(box->view()) : std::optional<RekeyBox>();
  if (!opened || opened->epoch != content->epoch ||
      !commits_to(context.crypto, control_->commit_of(opened->epoch), opened->epoch, opened->key)) {
    raise_alarm(context, out, {.kind = ui::AlarmKind::kRekeyBroken, .member = from->id});
    return;
  }
  raise_alarm(context, out, {.kind = ui::AlarmKind::kRekeyReceived, .member = from->id});
  take_key(context, out, HeldKey{opened->epoch, std::move(opened->key)});
  settle_key(context, out);
  show_rotation(context, out);
  send_control(context, out);
  send_unsent(context, out);
}

// ---- a key that has matched its commit

// "A matched key opens its epoch's stored entries in seq order […], then boxes based on it."
void Room::Impl::take_key(const Context& context, Out& out, HeldKey key) {
  state.key = std::move(key);
  state.key_since = context.now.wall;
  mark_changed();
  open_waiting(context, out);
  for (auto at = state.waiting_boxes.begin(); at != state.waiting_boxes.end();) {
    const WaitingBox box = at->second;
    const Epoch epoch = at->first;
    if (box.base > state.key->epoch) break;  // rising with the epochs
    at = state.waiting_boxes.erase(at);
    if (box.base != state.key->epoch || epoch <= state.key->epoch) continue;
    auto next = open_box(context.crypto, {epoch, box.base, box.rotator}, box.box,
                         control_->commit_of(epoch));
    if (next) {
      state.key = HeldKey{epoch, std::move(*next)};
      open_waiting(context, out);
    }
  }
  count_unread();
  show_unread(out);
}

// Entries of the epoch whose key is held now.
void Room::Impl::open_waiting(const Context& context, Out& out) {
  std::vector<Seq> waiting;
  for (const Row& row : rows_.rows()) {
    if (row.kind == ui::ItemKind::kWaitingForKey && !row.sealed.empty()) waiting.push_back(row.seq);
  }
  for (const Seq seq : waiting) {
    const Bytes bytes = rows_.find(seq)->sealed;
    const auto entry = decode_entry(bytes);
    if (!entry || entry->epoch != state.key->epoch) continue;
    Row row = rows_.without_content(seq);
    if (!read_sealed(context, out, *entry, row)) continue;
    const Row& opened = rows_.replace(std::move(row));
    if (opened.checked) rows_.note_checked(opened);
    unshown_.push_back(seq);
  }
}

// ---- answering

// "by any member holding the key of epoch `need` or later, only to members of its verified state,
// once per request, rate-limited"
void Room::Impl::rekey_request(const Context& context, Out& out, const frame::RekeyRequest& frame) {
  if (!connection_.live || state.phase != ui::RoomState::kLive || !state.key) return;
  const auto signed_content = canonical::signed_content(frame.request);
  const auto content =
      signed_content ? decode_rekey_content(*signed_content) : std::optional<RekeyContent>();
  if (!content || content->room != state.id || content->member == state.keys.id ||
      content->need > state.key->epoch) {
    return;
  }
  const MemberEntry* asker = control_->find_member(content->member);
  if (asker == nullptr || !checked::verify(context.crypto, asker->card.signing, frame.request)) {
    return;
  }
  const Hash request = context.crypto.sha256({*signed_content});
  const bool is_known = std::any_of(answered_.begin(), answered_.end(), [&](const auto& answered) {
    return answered.first == request;
  });
  const auto recent = std::count_if(answered_.begin(), answered_.end(), [&](const auto& answered) {
    return context.now.steady - answered.second < kAnswersPause;
  });
  if (is_known || static_cast<std::size_t>(recent) >= kAnswersAtOnce) return;

  Crypto& crypto = context.crypto;
  const auto one_time = crypto.make_key_pair<ExchangeKeyTag>();
  if (!one_time) return problem(out, ui::ProblemCode::kRandomFailed);
  const auto box = crypto.encrypt(one_time->private_key.view(), content->one_time_key.bytes(),
                                  encode(RekeyBox{state.key->epoch, state.key->key.copy()}));
  if (!box) {
    if (box.error() == CryptoError::kFailed) problem(out, ui::ProblemCode::kRandomFailed);
    return;  // or the asker's one-time key is no key
  }
  const auto answer =
      crypto.sign(state.keys.signing.private_key.view(),
                  encode(RekeyedContent{state.id, state.key->epoch, state.keys.id, content->member,
                                        request, one_time->public_key, *box}));
  if (!answer) return problem(out, ui::ProblemCode::kRandomFailed);
  answered_.emplace_back(request, context.now.steady);
  if (answered_.size() > kAnswersKept) answered_.pop_front();
  raise_alarm(context, out, {.kind = ui::AlarmKind::kRekeyGiven, .member = content->member});
  out.send(frame::RekeyAnswer{content->member, *answer});
}

}  // namespace zerofc::member
