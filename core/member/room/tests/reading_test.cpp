// What a member makes of the log: docs/protocol.md §3, §5.2, §5.3. The room, its owner and the
// server are the test's.
#include <gtest/gtest.h>

#include "core/member/testing/failing_crypto.hpp"
#include "core/member/testing/forged_room.hpp"

namespace zerofc::member {
namespace {

using testing::as_hash;
using testing::crypto;
using testing::Draft;
using testing::ForgedRoom;
using testing::must;
using testing::Person;
using testing::random;
using testing::sign_entry;
using testing::Subject;
using ui::AlarmKind;
using ui::ItemKind;
using ui::RefusalReason;

class Reading : public ::testing::Test {
 protected:
  Reading() : jim(room.admitted()) {}

  // The server relays it live; how it is shown.
  std::optional<testing::ShownItem> relay(const Bytes& entry) {
    const Seq seq = room.log.add(entry);
    room.log.show(jim, seq);
    return jim.item(seq);
  }
  std::optional<testing::ShownItem> relay(const Draft& draft) { return relay(room.seal(draft)); }
  std::optional<RefusalReason> refusal(const Draft& draft) {
    const auto item = relay(draft);
    return item && item->kind == ItemKind::kRefused ? item->reason : std::nullopt;
  }
  // Cut off and back: what came meanwhile is replayed.
  void reconnect() {
    jim.lose();
    jim.take_sent();
    jim.connect(room.log.server);
    const auto opens = jim.take_sent_of<frame::RoomOpen>();
    ASSERT_EQ(opens.size(), 1U);
    room.log.open(jim, room.room(), std::get<frame::RoomOpen>(opens.front().frame).after);
  }
  std::size_t alarms(AlarmKind kind) {
    std::size_t count = 0;
    for (const auto& [number, alarm] : jim.page.alarms) count += alarm.kind == kind ? 1U : 0U;
    return count;
  }

  ForgedRoom room;
  Subject jim;
};

TEST_F(Reading, a_right_message_is_shown_with_author_and_token) {
  const Draft draft = room.draft("hello");
  const auto item = relay(draft);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->kind, ItemKind::kText);
  EXPECT_EQ(item->text, "hello");
  EXPECT_EQ(item->author, room.owner_id);
  EXPECT_EQ(item->token, draft.content.token);
  EXPECT_EQ(jim.page.items.at(item->seq), *item);
  EXPECT_FALSE(jim.page.alarm());
}

// ---- hole F: replayed, reordered, dropped

TEST_F(Reading, a_message_from_the_far_future_is_shown_as_of_tomorrow_at_most) {
  Draft draft = room.draft("hello");
  draft.content.sent_at = UnixMillis(std::chrono::milliseconds((std::int64_t{1} << 53) - 1));
  relay(draft);
  const auto newest = jim.now.wall.time_since_epoch() + std::chrono::hours(24);
  EXPECT_EQ(jim.page.newest_at, static_cast<std::uint64_t>(newest.count()));
}

TEST_F(Reading, a_flood_of_long_messages_is_forgotten_from_its_beginning_on) {
  const std::string flood(kTextBytesMax, 'x');
  const Seq first = room.log.size();
  for (int count = 0; count < 560; ++count) room.log.show(jim, room.say(flood));  // 8.75 MiB
  const auto oldest = jim.item(0);
  ASSERT_TRUE(oldest);
  EXPECT_EQ(oldest->kind, ItemKind::kForgotten);
  EXPECT_GT(oldest->number, first);
  EXPECT_EQ(relay(room.draft("after all that"))->text, "after all that");
  const auto shown = jim.history();
  std::size_t stored = 0;
  for (const auto& [record, content] : jim.records) stored += content.size();
  EXPECT_LT(stored, std::size_t{9} << 20);
  ASSERT_TRUE(jim.restart());
  EXPECT_EQ(jim.history(), shown);
  reconnect();
  EXPECT_EQ(relay(room.draft("and back"))->text, "and back");
}

TEST_F(Reading, a_flood_of_alarms_of_one_kind_pushes_out_no_other) {
  jim.give(frame::Head{room.log.signed_head(room.room(), {0, Hash()})});
  ASSERT_EQ(alarms(AlarmKind::kServerHead), 1U);
  for (int count = 0; count < 70; ++count) {
    ControlContent rotation = room.next_rotation();
    rotation.epoch = 7;
    relay(testing::sign_entry(rotation, room.owner.signing));
  }
  EXPECT_GT(alarms(AlarmKind::kInvalidControl), 50U);
  EXPECT_EQ(alarms(AlarmKind::kServerHead), 1U);
}

TEST_F(Reading, hole_F_an_entry_shown_twice_breaks_the_protocol_and_changes_nothing) {
  relay(room.draft("hello"));
  const auto before = jim.history();
  room.log.show(jim, room.log.size() - 1);
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
  EXPECT_EQ(jim.history(), before);
}

TEST_F(Reading, hole_F_an_entry_left_out_breaks_the_protocol_and_changes_nothing) {
  room.say("dropped");
  const Seq second = room.say("shown");
  const auto before = jim.history();
  room.log.show(jim, second);
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
  EXPECT_EQ(jim.history(), before);
}

TEST_F(Reading, hole_F_a_message_replayed_at_a_later_seq_is_refused) {
  const Bytes entry = room.seal(room.draft("hello"));
  relay(entry);
  const auto again = relay(entry);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->reason, RefusalReason::kCounter);
}

TEST_F(Reading, hole_F_two_messages_in_the_other_order_are_not_both_taken) {
  const Draft first = room.draft("first");
  const Draft second = room.draft("second");
  relay(second);
  EXPECT_EQ(refusal(first), RefusalReason::kCounter);
}

TEST_F(Reading, hole_F_a_fork_raises_an_alarm_and_blocks_nothing) {
  Draft draft = room.draft("from the other branch");
  draft.content.seen.hash = random<Hash>();
  const auto item = relay(draft);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->kind, ItemKind::kText);
  ASSERT_EQ(jim.page.alarm(), AlarmKind::kFork);
  EXPECT_EQ(jim.page.alarms.begin()->second.member, room.owner_id);
  jim.say("still here");
  EXPECT_EQ(jim.take_sent_of<frame::Append>().size(), 1U);
}

TEST_F(Reading, a_fork_raises_one_alarm_however_long_it_lasts) {
  for (int count = 0; count < 3; ++count) {
    Draft draft = room.draft("from the other branch");
    draft.content.seen.hash = random<Hash>();
    relay(draft);
  }
  EXPECT_EQ(alarms(AlarmKind::kFork), 1U);
}

TEST_F(Reading, a_control_entry_whose_seen_differs_raises_the_fork_alarm_and_counts) {
  ControlContent content = room.next_rotation();
  content.seen->hash = random<Hash>();
  const auto box = room.box_for(jim.self());
  room.log.show(jim, room.land(content, {{jim.self(), box}}));
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kFork);
  EXPECT_EQ(jim.page.rotation.epoch, 1U);
}

// ---- §5.2

TEST_F(Reading, a_message_of_another_epoch_is_refused) {
  Draft draft = room.draft("too late");
  const Bytes sealed = room.seal(draft);
  room.log.show(jim, room.rotate());
  const auto item = relay(sealed);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->reason, RefusalReason::kEpoch);
}

TEST_F(Reading, hole_D_a_message_by_somebody_who_is_no_member_is_refused) {
  const Person stranger;
  Draft draft = room.draft("hello");
  draft.content.author = draft.envelope.author = stranger.id(as_hash(room.room()));
  const auto item = relay(room.seal(draft, stranger.signing));
  ASSERT_TRUE(item);
  EXPECT_EQ(item->reason, RefusalReason::kAuthor);
}

TEST_F(Reading, hole_D_a_member_that_writes_as_another_is_refused) {
  const Person mallory;
  room.admit(mallory);
  room.log.show(jim, room.log.size() - 1);
  const auto item = relay(room.seal(room.draft("signed by Mallory"), mallory.signing));
  ASSERT_TRUE(item);
  EXPECT_EQ(item->reason, RefusalReason::kSignature);
}

TEST_F(Reading, hole_D_a_message_by_somebody_who_has_left_is_refused) {
  const Person bob;
  const MemberId id = room.admit(bob);
  room.log.show(jim, room.log.size() - 1);
  ControlContent leave = room.next(Kind::kMemberLeave);
  leave.author = id;
  leave.fields = MemberLeaveFields{};
  const Seq left = room.log.add(sign_entry(leave, bob.signing));
  room.log.show(jim, left);
  EXPECT_EQ(jim.page.members.at(id).state, ui::MemberState::kLeft);
  Draft draft = room.draft("still here");
  draft.content.author = draft.envelope.author = id;
  EXPECT_EQ(relay(room.seal(draft, bob.signing))->reason, RefusalReason::kAuthor);
}

TEST_F(Reading, hole_B_an_entry_under_another_kind_is_neither_message_nor_rotation) {
  Entry message = *decode_entry(room.log.entries[room.say("0123456789abcdef0123456789abcdef")]);
  room.log.show(jim, room.log.size() - 1);
  message.kind = Kind::kKeyRotate;
  EXPECT_EQ(relay(encode(message))->kind, ItemKind::kInvalidControl);
  EXPECT_EQ(jim.page.rotation.epoch, 0U);
  const Bytes signed_entry = sign_entry(room.next_rotation(), room.owner.signing);
  Entry rotation = *decode_entry(signed_entry);
  rotation.kind = Kind::kMessage;
  EXPECT_EQ(relay(encode(rotation))->reason, RefusalReason::kCell);
  EXPECT_EQ(jim.page.rotation.epoch, 0U);
}

TEST_F(Reading, a_counter_must_rise) {
  relay(room.draft("one"));
  Draft same = room.draft("two");
  same.content.counter = 0;
  EXPECT_EQ(refusal(same), RefusalReason::kCounter);
}

TEST_F(Reading, a_counter_begins_anew_in_each_epoch) {
  relay(room.draft("one"));
  room.log.show(jim, room.rotate());
  EXPECT_EQ(room.counter, 0U);
  EXPECT_EQ(refusal(room.draft("two")), std::nullopt);
}

TEST_F(Reading, seen_must_lie_below_the_entry) {
  Draft draft = room.draft("from the future");
  draft.content.seen.seq = room.log.size();
  EXPECT_EQ(refusal(draft), RefusalReason::kSeen);
}

TEST_F(Reading, seen_must_not_fall) {
  relay(room.draft("one"));
  relay(room.draft("two"));
  Draft draft = room.draft("looks back");
  draft.content.seen = room.log.at(0);
  EXPECT_EQ(refusal(draft), RefusalReason::kSeen);
}

TEST_F(Reading, a_refused_message_counts_in_the_chain_and_changes_nothing_else) {
  Draft refused = room.draft("refused");
  refused.content.seen.seq = room.log.size();
  relay(refused);
  const auto item = relay(room.draft("fine"));
  ASSERT_TRUE(item);
  EXPECT_EQ(item->kind, ItemKind::kText);
  EXPECT_FALSE(jim.page.alarm());  // `seen` of the second is the chain with the first in it
}

TEST_F(Reading, a_repetition_with_the_same_body_is_hidden) {
  Draft draft = room.draft("hello");
  relay(draft);
  draft.content.counter = ++room.counter;  // sealed again under the same token
  EXPECT_EQ(relay(draft), std::nullopt);
  EXPECT_FALSE(jim.page.alarm());
}

TEST_F(Reading, two_bodies_under_one_token_are_shown_as_two_versions) {
  Draft draft = room.draft("hello");
  relay(draft);
  draft.content.counter = ++room.counter;
  draft.content.body = TextBody{"goodbye", {}, {}};
  const auto item = relay(draft);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->kind, ItemKind::kTwoVersions);
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kTwoVersions);
}

TEST_F(Reading, two_bodies_under_one_counter_are_shown_as_two_versions) {
  const Draft first = room.draft("hello");
  relay(first);
  Draft second = room.draft("goodbye");
  second.content.counter = first.content.counter;
  const auto item = relay(second);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->kind, ItemKind::kTwoVersions);
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kTwoVersions);
}

TEST_F(Reading, two_versions_are_compared_without_the_profile) {
  Draft draft = room.draft("hello");
  relay(draft);
  draft.content.counter = ++room.counter;
  draft.content.profile = std::nullopt;
  EXPECT_EQ(relay(draft), std::nullopt);
  EXPECT_FALSE(jim.page.alarm());
}

TEST_F(Reading, a_token_whose_first_message_was_refused_still_has_one_body) {
  Draft draft = room.draft("hello");
  Draft early = draft;
  early.content.seen.seq = room.log.size() + 9;
  relay(early);
  draft.content.counter = ++room.counter;
  draft.content.seen = room.log.head();
  EXPECT_EQ(relay(draft)->kind, ItemKind::kText);
  draft.content.counter = ++room.counter;
  draft.content.body = TextBody{"goodbye", {}, {}};
  EXPECT_EQ(relay(draft)->kind, ItemKind::kTwoVersions);
}

TEST_F(Reading, a_body_of_a_newer_client_is_named_as_such) {
  Draft draft = room.draft(UnknownBody{{0x81, 0x18, 0x63}});
  EXPECT_EQ(relay(draft)->kind, ItemKind::kNewerClient);
}

TEST_F(Reading, only_an_owner_or_admin_names_the_room) {
  EXPECT_EQ(relay(room.draft(RoomProfileBody{"new name"}))->kind, ItemKind::kRoomNamed);
  EXPECT_EQ(jim.page.name, "new name");
  const Person bob;
  const MemberId id = room.admit(bob);
  room.log.show(jim, room.log.size() - 1);
  Draft draft = room.draft(RoomProfileBody{"Bob's room"});
  draft.content.author = draft.envelope.author = id;
  const auto item = relay(room.seal(draft, bob.signing));
  EXPECT_EQ(item->reason, RefusalReason::kAuthority);
  EXPECT_EQ(jim.page.name, "new name");
  ASSERT_TRUE(jim.restart());  // every reason can be stored
  EXPECT_EQ(jim.page.name, "new name");
}

TEST_F(Reading, a_newcomers_first_message_is_its_arrival) {
  const Person bob;
  const MemberId id = room.admit(bob);
  room.log.show(jim, room.log.size() - 1);
  EXPECT_EQ(jim.page.members.at(id).state, ui::MemberState::kInvited);
  Draft draft = room.draft(ProfileBody{{"Bob", 5}});
  draft.content.author = draft.envelope.author = id;
  draft.content.profile = Profile{"Bob", 5};
  const auto item = relay(room.seal(draft, bob.signing));
  EXPECT_EQ(item->kind, ItemKind::kArrived);
  EXPECT_EQ(jim.page.members.at(id).state, ui::MemberState::kPresent);
  EXPECT_EQ(jim.page.members.at(id).nickname, "Bob");
  EXPECT_FALSE(jim.page.members.at(id).named_by);
}

// ---- control entries that are not valid: §3.2

TEST_F(Reading, an_invalid_control_entry_counts_changes_nothing_and_raises_an_alarm) {
  ControlContent content = room.next_rotation();
  std::get<KeyRotateFields>(content.fields).new_epoch = 7;
  const auto item = relay(sign_entry(content, room.owner.signing));
  ASSERT_TRUE(item);
  EXPECT_EQ(item->kind, ItemKind::kInvalidControl);
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kInvalidControl);
  EXPECT_EQ(jim.page.rotation.epoch, 0U);
  // It never becomes prev, and the chain goes on over it.
  room.log.show(jim, room.rotate());
  EXPECT_EQ(jim.page.rotation.epoch, 1U);
  EXPECT_FALSE(jim.page.rotation.missing);
  EXPECT_EQ(alarms(AlarmKind::kFork), 0U);
}

TEST_F(Reading, a_control_entry_by_a_member_without_authority_is_invalid) {
  const Person bob;
  const MemberId id = room.admit(bob);
  room.log.show(jim, room.log.size() - 1);
  ControlContent content = room.next_rotation();
  content.author = id;
  const auto item = relay(sign_entry(content, bob.signing));
  EXPECT_EQ(item->kind, ItemKind::kInvalidControl);
  EXPECT_EQ(jim.page.rotation.epoch, 0U);
}

TEST_F(Reading, hole_F_a_control_entry_replayed_is_invalid) {
  const Seq seq = room.rotate();
  room.log.show(jim, seq);
  const auto item = relay(room.log.entries[seq]);
  EXPECT_EQ(item->kind, ItemKind::kInvalidControl);
  EXPECT_EQ(jim.page.rotation.epoch, 1U);
}

TEST_F(Reading, an_entry_of_a_newer_client_stops_the_room_and_is_not_passed) {
  ControlContent content = room.next(Kind::kMemberLeave);
  content.fields = MemberLeaveFields{};
  jim.say("not sent yet");
  const auto before = jim.history();
  relay(testing::sign_of_tomorrow(content, room.owner.signing));
  EXPECT_EQ(jim.ending(), Subject::Ending::kClose);
  EXPECT_EQ(jim.page.state, ui::RoomState::kStopped);
  EXPECT_EQ(jim.page.end, ui::RoomEnd::kNewerClient);
  EXPECT_EQ(jim.history(), before);
  EXPECT_FALSE(jim.room().wants_connection());
  EXPECT_EQ(jim.page.outbox.begin()->second.state, ui::OutboxState::kFailed);
  ASSERT_TRUE(jim.restart());
  EXPECT_EQ(jim.page.state, ui::RoomState::kStopped);
  EXPECT_EQ(jim.history(), before);
}

TEST_F(Reading, an_entry_of_a_newer_client_by_a_plain_member_is_merely_invalid) {
  const Person bob;
  const MemberId id = room.admit(bob);
  room.log.show(jim, room.log.size() - 1);
  ControlContent content = room.next(Kind::kMemberLeave);
  content.author = id;
  content.fields = MemberLeaveFields{};
  EXPECT_EQ(relay(testing::sign_of_tomorrow(content, bob.signing))->kind,
            ItemKind::kInvalidControl);
  EXPECT_EQ(jim.page.state, ui::RoomState::kLive);
}

// ---- digests: §3.4

TEST_F(Reading, hole_R_a_digest_after_live_breaks_the_protocol) {
  const Seq seq = room.say("dropped");
  const auto before = jim.history();
  jim.give(frame::DigestAt{seq, crypto().sha256({room.log.entries[seq]})});
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
  EXPECT_EQ(jim.history(), before);
}

TEST_F(Reading, digests_of_a_replay_keep_the_chain_and_show_one_gap) {
  jim.lose();
  jim.connect(room.log.server);
  const Seq first = room.log.size();
  for (int count = 0; count < 3; ++count) room.say("dropped");
  const Seq after = room.say("kept");
  room.log.opened(jim, room.room());
  for (Seq seq = first; seq < after; ++seq) {
    jim.give(frame::DigestAt{seq, crypto().sha256({room.log.entries[seq]})});
  }
  room.log.show(jim, after);
  jim.give(frame::Live{after});
  EXPECT_EQ(jim.ending(), Subject::Ending::kKeep);
  const auto gap = jim.item(first);
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->kind, ItemKind::kGap);
  EXPECT_EQ(gap->number, 3U);
  EXPECT_EQ(jim.item(first + 1), std::nullopt);
  EXPECT_EQ(jim.page.items.at(first), *gap);
  EXPECT_EQ(jim.item(after)->text, "kept");
  EXPECT_FALSE(jim.page.alarm());  // the owner's `seen` and the server's head are over the digests
  const auto history = jim.history();
  ASSERT_TRUE(jim.restart());
  EXPECT_EQ(jim.history(), history);
}

TEST_F(Reading, hole_R_a_control_entry_hidden_behind_a_digest_does_not_keep_the_chain) {
  jim.lose();
  jim.connect(room.log.server);
  const Seq hidden = room.rotate();
  room.log.opened(jim, room.room());
  jim.give(frame::DigestAt{hidden, crypto().sha256({room.log.entries[hidden]})});
  jim.give(frame::Live{hidden});
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kServerHead);  // it counts as c = 0
}

// ---- signed heads: §3.5

TEST_F(Reading, hole_U_a_head_signed_by_another_key_ends_the_session_with_an_alarm) {
  jim.lose();
  jim.connect(room.log.server);
  const testing::ForgedLog other;
  const Bytes head = other.signed_head(room.room(), room.log.head());
  jim.give(frame::RoomOpened{jim.self(), room.log.head().seq, head, std::nullopt});
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kBadServerSignature);
}

TEST_F(Reading, a_head_of_another_room_ends_the_session_with_an_alarm) {
  const Bytes head = room.log.signed_head(random<RoomId>(), room.log.head());
  jim.give(frame::Head{head});
  EXPECT_EQ(jim.ending(), Subject::Ending::kProtocolError);
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kBadServerSignature);
}

TEST_F(Reading, a_signed_head_that_differs_from_the_own_chain_raises_an_alarm) {
  const Bytes head = room.log.signed_head(room.room(), {room.log.head().seq, random<Hash>()});
  jim.give(frame::Head{head});
  EXPECT_EQ(jim.ending(), Subject::Ending::kKeep);
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kServerHead);
}

TEST_F(Reading, a_signed_head_that_lies_ahead_is_compared_when_the_replay_has_come_there) {
  jim.lose();
  jim.connect(room.log.server);
  const Seq seq = room.say("hello");
  const Bytes head = room.log.signed_head(room.room(), {seq, random<Hash>()});
  jim.give(frame::RoomOpened{jim.self(), seq, head, std::nullopt});
  EXPECT_FALSE(jim.page.alarm());
  room.log.show(jim, seq);
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kServerHead);
}

TEST_F(Reading, a_log_that_ends_before_what_was_read_is_a_rollback) {
  room.log.show(jim, room.say("hello"));
  jim.lose();
  jim.connect(room.log.server);
  const Seq head = room.log.head().seq - 1;
  const Bytes signed_head = room.log.signed_head(room.room(), room.log.at(head));
  jim.give(frame::RoomOpened{jim.self(), head, signed_head, std::nullopt});
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kRollback);
  EXPECT_EQ(jim.ending(), Subject::Ending::kRefused);
}

TEST_F(Reading, an_acknowledgement_beyond_the_own_log_says_that_it_was_restored) {
  const auto older = jim.records;
  room.log.show(jim, room.say("hello"));
  const Seq acked = room.log.head().seq;
  jim.records = older;
  ASSERT_TRUE(jim.restart());
  jim.connect(room.log.server);
  room.log.open(jim, room.room(), acked - 1, false, acked);
  EXPECT_EQ(jim.page.alarm(), AlarmKind::kRestored);
}

// ---- an engine that can't work

TEST(ReadingWithoutAnEngine, no_entry_is_passed_without_a_verdict) {
  testing::FailingCrypto engine;
  ForgedRoom room;
  Subject jim = Subject::join(room.link(), engine);
  jim.connect(room.log.server);
  const auto requests = jim.take_sent_of<frame::JoinRequest>();
  room.read_request(std::get<frame::JoinRequest>(requests.front().frame));
  room.add_joiner();
  room.grant(jim);
  room.log.open(jim, room.room(), std::nullopt, true);
  ASSERT_EQ(jim.page.state, ui::RoomState::kLive);
  const auto before = jim.history();

  std::size_t rows = before.size();
  for (const bool is_rotation : {false, true}) {
    const Seq seq = is_rotation ? room.rotate() : room.say("hello");
    engine.fails = true;
    room.log.show(jim, seq);
    EXPECT_EQ(jim.ending(), Subject::Ending::kRefused);
    EXPECT_EQ(jim.history().size(), rows);
    EXPECT_FALSE(jim.page.alarm());
    EXPECT_EQ(jim.page.rotation.epoch, 0U);
    engine.fails = false;
    // Asked again, it is there.
    jim.lose();
    jim.connect(room.log.server);
    room.log.open(jim, room.room(), seq - 1);
    EXPECT_EQ(jim.history().size(), ++rows);
  }
  EXPECT_EQ(jim.page.rotation.epoch, 1U);
  EXPECT_FALSE(jim.page.rotation.missing);
}

}  // namespace
}  // namespace zerofc::member
