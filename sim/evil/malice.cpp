// What a member can try with its own keys.
#include <array>
#include <utility>

#include "core/wire/box.hpp"
#include "core/wire/cbor.hpp"
#include "core/wire/control.hpp"
#include "sim/evil/insider.hpp"

namespace zerofc::sim {
namespace {

using testing::must;

// Its client may have had something of its own on the way, under a counter that is too low then.
constexpr Outcomes kMessageRefused = {Outcome::kItemRefused};

// ---- messages

bool equivocate(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  insider.send(*standing, insider.draft(*standing, "plaintext yes"));
  insider.send(*standing, insider.draft(*standing, "plaintext no"));
  return true;
}

bool speak_for_another(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  MessageContent content = insider.draft(*standing, "plaintext forged");
  content.author = standing->other.id;
  insider.send(*standing, content);
  return true;
}

// As the server would have it relayed, too.
bool sign_for_another(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  MessageContent content = insider.draft(*standing, "plaintext forged");
  content.author = standing->other.id;
  insider.send_signed(*standing,
                      {Kind::kMessage, content.epoch, content.token, standing->other.id, {}},
                      must(insider.crypto.sign(standing->signing.view(), encode(content))));
  return true;
}

bool sign_with_another_key(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  const MessageContent content = insider.draft(*standing, "plaintext forged");
  insider.send_signed(
      *standing, {Kind::kMessage, content.epoch, content.token, standing->self.id, {}},
      must(insider.crypto.sign(insider.ghost.signing.private_key.view(), encode(content))));
  return true;
}

bool seal_with_another_key(Insider& insider) {
  auto standing = insider.standing();
  if (!standing) return false;
  standing->key = must(insider.crypto.make_random<RoomKey>());
  insider.send(*standing, insider.draft(*standing, "plaintext poison"));
  return true;
}

bool sign_nonsense(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  const MessageContent content = insider.draft(*standing, "plaintext");
  Bytes encoded = encode(content);
  encoded.back() ^= 0x55;
  insider.send_signed(*standing,
                      {Kind::kMessage, content.epoch, content.token, standing->self.id, {}},
                      must(insider.crypto.sign(standing->signing.view(), encoded)));
  return true;
}

bool reuse_a_counter(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  MessageContent content = insider.draft(*standing, "plaintext later");
  insider.send(*standing, content);
  content.token = must(insider.crypto.make_random<EntryToken>());
  content.counter = 1;
  insider.send(*standing, content);
  return true;
}

bool see_the_future(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  MessageContent content = insider.draft(*standing, "plaintext seer");
  content.seen.seq += 1000;
  insider.send(*standing, content);
  return true;
}

bool see_another_log(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  MessageContent content = insider.draft(*standing, "plaintext liar");
  content.seen.hash = must(insider.crypto.make_random<Hash>());
  insider.send(*standing, content);
  return true;
}

bool claim_another_epoch(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing || standing->view.state.epoch() == 0) return false;
  MessageContent content = insider.draft(*standing, "plaintext old");
  content.epoch -= 1;
  insider.send_signed(*standing,
                      {Kind::kMessage, content.epoch + 1, content.token, standing->self.id, {}},
                      must(insider.crypto.sign(standing->signing.view(), encode(content))));
  return true;
}

bool write_in_an_old_epoch(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing || standing->view.state.epoch() == 0) return false;
  MessageContent content = insider.draft(*standing, "plaintext old");
  content.epoch -= 1;
  insider.send(*standing, content);
  return true;
}

bool rename_the_room(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing || standing->self.role != Role::kMember) return false;
  MessageContent content = insider.draft(*standing, "");
  content.body = RoomProfileBody{"plaintext mine"};
  insider.send(*standing, content);
  return true;
}

bool speak_in_riddles(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  MessageContent content = insider.draft(*standing, "");
  UnknownBody body;
  cbor::Writer(body.encoded).array(2).uint(99).text("plaintext");
  content.body = body;
  insider.send(*standing, content);
  return true;
}

bool append_garbage(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  Bytes cell(64 + insider.chance.below(300));
  for (std::uint8_t& byte : cell) byte = static_cast<std::uint8_t>(insider.chance.next());
  const auto token = must(insider.crypto.make_random<EntryToken>());
  insider.append(
      encode(Entry{Kind::kMessage, standing->view.state.epoch(), token, standing->self.id, cell}));
  return true;
}

// ---- control entries, by a plain member

bool rotate_out_of_turn(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing || standing->self.role != Role::kMember) return false;
  ControlContent content = insider.next(*standing, Kind::kKeyRotate);
  content.fields = KeyRotateFields{
      content.epoch + 1, content.epoch, {}, must(insider.crypto.make_random<Hash>())};
  insider.append(content, standing->signing);
  return true;
}

bool admit_out_of_turn(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing || standing->self.role != Role::kMember) return false;
  const Bytes card = insider.ghost.card(testing::as_hash(standing->view.state.room()));
  ControlContent content = insider.next(*standing, Kind::kMemberAdd);
  content.fields = MemberAddFields{card, must(insider.crypto.make_random<InviteId>())};
  insider.append(content, standing->signing);
  return true;
}

bool make_another_leave(Insider& insider) {
  const auto standing = insider.standing();
  if (!standing) return false;
  ControlContent content = insider.next(*standing, Kind::kMemberLeave);
  content.author = standing->other.id;
  content.fields = MemberLeaveFields{};
  insider.append(content, standing->signing);
  return true;
}

// ---- keys, by whoever may rotate and admit

// True if the frame is a rotation with boxes for others.
template <class Change>
bool change_boxes(std::vector<Carried>& frames, const Change& change) {
  Bytes plaintext = to_bytes(encode_counter(0).view());
  const Bytes& frame = frames.front().frame;
  plaintext.insert(plaintext.end(), frame.begin(), frame.end());
  const auto decoded = decode_frame(plaintext);
  const auto* append = decoded ? std::get_if<frame::Append>(&decoded->frame) : nullptr;
  if (append == nullptr || !append->boxes || append->boxes->empty()) return false;
  frame::Append changed = *append;
  std::vector<Bytes> made;
  made.reserve(changed.boxes->size());
  if (!change(changed, made)) return false;
  frames.front().frame = encode(changed);
  return true;
}

// For one of them a box that opens, and holds another key than the others'.
bool split_the_key(Insider& insider, std::vector<Carried>& frames) {
  const auto standing = insider.standing();
  if (!standing) return false;
  return change_boxes(frames, [&](frame::Append& append, std::vector<Bytes>& made) {
    auto& [member, box] = append.boxes->front();
    const MemberEntry* to = standing->view.state.find_member(member);
    if (to == nullptr) return false;
    const Epoch base = standing->view.state.epoch();
    const Bytes cell = must(insider.crypto.seal(
        standing->key.view(), encode_box_content(must(insider.crypto.make_random<RoomKey>())),
        box_context(standing->view.state.room(), base + 1, base, standing->self.id, member)));
    made.push_back(
        must(insider.crypto.encrypt(standing->exchange.view(), to->card.exchange.bytes(), cell)));
    box = made.back();
    return true;
  });
}

bool give_bad_boxes(Insider& insider, std::vector<Carried>& frames) {
  return change_boxes(frames, [&](frame::Append& append, std::vector<Bytes>& made) {
    for (auto& [member, box] : *append.boxes) {
      made.push_back(testing::encrypted(insider.ghost.exchange, insider.ghost.exchange.public_key));
      box = made.back();
    }
    return true;
  });
}

bool leave_out_a_box(Insider& /*insider*/, std::vector<Carried>& frames) {
  return change_boxes(frames, [](frame::Append& append, std::vector<Bytes>& /*made*/) {
    append.boxes->pop_back();
    return true;
  });
}

constexpr Outcomes kWithoutKey = {Outcome::kRotationBroken,  Outcome::kKeyMissing,
                                  Outcome::kItemRefused,     Outcome::kNotAtRest,
                                  Outcome::kHistoriesDiffer, Outcome::kDeclined};

const std::array<Malice, 20> kMalice = {{
    {.name = "says two things at once",
     .act = equivocate,
     .allowed = {Outcome::kTwoVersions, Outcome::kItemTwoVersions, Outcome::kItemRefused},
     .noticed_by = {Outcome::kTwoVersions},
     .told_percent_min = 90},
    {.name = "speaks for another",
     .act = speak_for_another,
     .allowed = kMessageRefused,
     .noticed_by = {Outcome::kItemRefused},
     .told_percent_min = 90},
    {.name = "signs for another", .act = sign_for_another, .allowed = kMessageRefused},
    {.name = "signs with a key that is not its own",
     .act = sign_with_another_key,
     .allowed = kMessageRefused,
     .noticed_by = {Outcome::kItemRefused},
     .told_percent_min = 90},
    {.name = "seals under another key",
     .act = seal_with_another_key,
     .allowed = kMessageRefused,
     .noticed_by = {Outcome::kItemRefused},
     .told_percent_min = 90},
    {.name = "signs nonsense",
     .act = sign_nonsense,
     .allowed = kMessageRefused,
     .noticed_by = {Outcome::kItemRefused},
     .told_percent_min = 90},
    {.name = "counts backwards",
     .act = reuse_a_counter,
     .allowed = kMessageRefused,
     .noticed_by = {Outcome::kItemRefused},
     .told_percent_min = 90},
    {.name = "has seen the future",
     .act = see_the_future,
     .allowed = kMessageRefused,
     .noticed_by = {Outcome::kItemRefused},
     .told_percent_min = 90},
    {.name = "has seen another log",
     .act = see_another_log,
     .allowed = {Outcome::kFork, Outcome::kItemRefused},
     .noticed_by = {Outcome::kFork},
     .told_percent_min = 70},
    {.name = "claims another epoch",
     .act = claim_another_epoch,
     .allowed = kMessageRefused,
     .noticed_by = {Outcome::kItemRefused},
     .told_percent_min = 90},
    {.name = "writes in an old epoch", .act = write_in_an_old_epoch, .allowed = kMessageRefused},
    {.name = "renames the room",
     .act = rename_the_room,
     .allowed = kMessageRefused,
     .noticed_by = {Outcome::kItemRefused},
     .told_percent_min = 90},
    {.name = "speaks as a newer client", .act = speak_in_riddles, .allowed = kMessageRefused},
    {.name = "appends garbage", .act = append_garbage, .allowed = kMessageRefused},
    {.name = "rotates out of turn", .act = rotate_out_of_turn, .allowed = kMessageRefused},
    {.name = "admits out of turn", .act = admit_out_of_turn, .allowed = kMessageRefused},
    {.name = "makes another leave", .act = make_another_leave, .allowed = kMessageRefused},
    {.name = "splits the key",
     .by_the_owner = true,
     .up = split_the_key,
     .allowed = kWithoutKey,
     .noticed_by = {Outcome::kRotationBroken},
     .told_percent_min = 70},
    {.name = "gives bad boxes",
     .by_the_owner = true,
     .up = give_bad_boxes,
     .allowed = kWithoutKey,
     .noticed_by = {Outcome::kRotationBroken},
     .told_percent_min = 70},
    {.name = "leaves out a box", .by_the_owner = true, .up = leave_out_a_box},
}};

}  // namespace

std::span<const Malice> all_malice() { return kMalice; }

}  // namespace zerofc::sim
