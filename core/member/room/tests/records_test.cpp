// What a room stores: every state comes back as it was, and damaged records are refused.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/member/room/log_rows.hpp"
#include "core/member/testing/owned_room.hpp"

namespace zerofc::member {
namespace {

using testing::ForgedRoom;
using testing::Guest;
using testing::OwnedRoom;
using testing::random;
using testing::Subject;

// What the page shows after a restart is what it showed before, and the records that the loaded
// room would write are the ones that it was loaded from.
void expect_round_trip(Subject& subject) {
  const auto state = subject.page.state;
  const auto name = subject.page.name;
  const auto members = subject.page.members;
  const auto history = subject.history();
  const auto records = subject.records;
  ASSERT_TRUE(subject.restart());
  EXPECT_EQ(subject.page.state, state);
  EXPECT_EQ(subject.page.name, name);
  EXPECT_EQ(subject.page.members, members);
  EXPECT_EQ(subject.history(), history);
  subject.call([](Room& room, const Context&, Out& out) { room.put_everything(out); });
  EXPECT_EQ(subject.records, records);
}

// A record cut off anywhere, or left out, is refused; nothing crashes.
void expect_truncation_is_refused(Subject& subject) {
  const auto records = subject.records;
  for (const auto& [record, content] : records) {
    const std::size_t step = std::max<std::size_t>(1, content.size() / 97);
    for (std::size_t size = 0; size < content.size(); size += step) {
      subject.records[record].resize(size);
      EXPECT_FALSE(subject.restart()) << static_cast<int>(record.first) << " cut to " << size;
      subject.records = records;
    }
    subject.records[record].push_back(0);
    EXPECT_FALSE(subject.restart()) << static_cast<int>(record.first) << " with another byte";
    subject.records = records;
  }
  subject.records.erase({RecordType::kRoom, 0});
  EXPECT_FALSE(subject.restart());
  subject.records = records;
  ASSERT_TRUE(subject.restart());
}

TEST(Records, a_room_being_created) {
  Subject olga = Subject::create();
  expect_round_trip(olga);
  expect_truncation_is_refused(olga);
}

TEST(Records, a_room_being_joined_at_each_step) {
  ForgedRoom room;
  Subject jim = Subject::join(room.link());
  expect_round_trip(jim);
  expect_truncation_is_refused(jim);
  jim.connect(room.log.server);
  room.read_request(
      std::get<frame::JoinRequest>(jim.take_sent_of<frame::JoinRequest>().front().frame));
  jim.give(frame::JoinQueued{room.invite, false});
  expect_round_trip(jim);
  room.add_joiner();
  room.grant(jim);
  EXPECT_EQ(jim.page.state, ui::RoomState::kVerifying);
  expect_round_trip(jim);
  expect_truncation_is_refused(jim);
}

TEST(Records, a_live_room_with_everything_in_it) {
  OwnedRoom room;
  Guest gus = room.admit();
  room.owner.say("landed");
  room.serve();
  room.relay(gus.message(room.last_grant->room_key, 0, room.log.head(), TextBody{"hi", {}, {}}));
  room.relay(
      gus.message(room.last_grant->room_key, 0, {0, random<Hash>()}, TextBody{"forked", {}, {}}));
  static_cast<void>(room.invite());
  Guest newcomer(room.state().room(), room.invite());
  room.owner.give(newcomer.request());  // an admission under way
  static_cast<void>(room.appends());
  room.owner.say("unsent");
  room.owner.call([](Room& its, const Context& context, Out& out) {
    its.read_up_to(context, out, 3);
    its.rotate_key(context, out);
  });
  room.owner.lose();
  expect_round_trip(room.owner);
  expect_truncation_is_refused(room.owner);
}

TEST(Records, a_pending_rotation) {
  OwnedRoom room;
  const Guest gus = room.admit();
  room.owner.call(
      [](Room& its, const Context& context, Out& out) { its.rotate_key(context, out); });
  room.owner.lose();
  EXPECT_TRUE(room.owner.page.rotation.rotating);
  expect_round_trip(room.owner);
  EXPECT_TRUE(room.owner.page.rotation.rotating);
  expect_truncation_is_refused(room.owner);
}

TEST(Records, of_two_rooms_do_not_fit_together) {
  OwnedRoom one;
  OwnedRoom other;
  one.owner.records[{RecordType::kControl, 0}] = other.owner.records.at({RecordType::kControl, 0});
  EXPECT_FALSE(one.owner.restart());
}

TEST(Records, a_long_log_comes_back_with_its_hashes_tokens_and_counters) {
  ForgedRoom room;
  Subject jim = room.admitted();
  for (int count = 0; count < 200; ++count) room.log.show(jim, room.say(std::string(300, 'x')));
  const testing::Draft again = room.draft("again");
  room.log.show(jim, room.log.add(room.seal(again)));
  expect_round_trip(jim);
  jim.connect(room.log.server);
  jim.take_sent();
  room.log.open(jim, room.room(), room.log.head().seq);
  // A token that it knew before the restart, and a counter.
  testing::Draft repeated = again;
  repeated.content.counter = ++room.counter;
  repeated.content.seen = room.log.head();
  const Seq hidden = room.log.add(room.seal(repeated));
  room.log.show(jim, hidden);
  EXPECT_EQ(jim.item(hidden), std::nullopt);
  testing::Draft old = room.draft("old");
  old.content.counter = 1;
  const Seq refused = room.log.add(room.seal(old));
  room.log.show(jim, refused);
  EXPECT_EQ(jim.item(refused)->kind, ui::ItemKind::kTwoVersions);
  testing::Draft forked = room.draft("forked");
  forked.content.seen.hash = random<Hash>();
  room.log.show(jim, room.log.add(room.seal(forked)));
  bool is_fork = false;
  for (const auto& [number, alarm] : jim.page.alarms) is_fork |= alarm.kind == ui::AlarmKind::kFork;
  EXPECT_TRUE(is_fork);
}

// ---- LogRows alone

Row row_of(std::uint64_t number) {
  Row row;
  row.hash = random<Hash>();
  row.kind = ui::ItemKind::kText;
  row.author = random<MemberId>();
  row.token = random<EntryToken>();
  row.text = "text " + std::to_string(number);
  row.is_message = true;
  row.checked = Row::Checked{2, number + 1, number, random<Hash>()};
  return row;
}

TEST(LogRows, what_was_put_is_restored) {
  LogRows rows;
  const auto before = random<Hash>();
  rows.begin(10, before);
  for (std::uint64_t number = 0; number < 100; ++number)
    rows.note_checked(rows.add(row_of(number)));
  Out out;
  rows.put_changed(out);
  LogRows restored;
  for (const RoomRecord& record : out.puts()) ASSERT_TRUE(restored.restore(record.content));
  EXPECT_EQ(restored.next(), 110U);
  EXPECT_EQ(restored.hash_at(9), before);
  EXPECT_EQ(restored.hash_at(8), std::nullopt);
  EXPECT_EQ(restored.hash_at(110), std::nullopt);
  for (const Row& row : rows.rows()) {
    EXPECT_EQ(restored.hash_at(row.seq), row.hash);
    EXPECT_EQ(restored.find_token(*row.author, *row.token)->seq, row.seq);
    EXPECT_EQ(restored.find_counter(*row.author, 2, row.checked->counter)->seq, row.seq);
    EXPECT_EQ(restored.author(*row.author)->counter, row.checked->counter);
    EXPECT_EQ(restored.find(row.seq)->text, row.text);
  }
  Out none;
  restored.put_changed(none);
  EXPECT_TRUE(none.puts().empty());
}

TEST(LogRows, a_new_row_rewrites_the_last_record_only_and_a_changed_one_its_own) {
  LogRows rows;
  rows.begin(0, std::nullopt);
  for (std::uint64_t number = 0; number < 100; ++number) rows.add(row_of(number));
  Out first;
  rows.put_changed(first);
  ASSERT_GT(first.puts().size(), 2U);
  rows.add(row_of(100));
  Out last;
  rows.put_changed(last);
  ASSERT_EQ(last.puts().size(), 1U);
  EXPECT_EQ(last.puts()[0].index, first.puts().back().index);
  rows.change(0)->text = "changed";
  Out changed;
  rows.put_changed(changed);
  ASSERT_EQ(changed.puts().size(), 1U);
  EXPECT_EQ(changed.puts()[0].index, 0U);
}

TEST(LogRows, every_kind_and_reason_can_be_stored) {
  LogRows rows;
  rows.begin(0, std::nullopt);
  for (std::uint64_t code = 0; code <= 13; ++code) {
    Row row = row_of(code);
    row.kind = static_cast<ui::ItemKind>(code);
    if (code >= 1 && code <= 10) row.reason = static_cast<ui::RefusalReason>(code);
    rows.add(std::move(row));
  }
  Out out;
  rows.put_changed(out);
  LogRows restored;
  for (const RoomRecord& record : out.puts()) ASSERT_TRUE(restored.restore(record.content));
  for (std::uint64_t code = 0; code <= 13; ++code) {
    EXPECT_EQ(restored.find(code)->kind, rows.find(code)->kind);
    EXPECT_EQ(restored.find(code)->reason, rows.find(code)->reason);
  }
}

TEST(LogRows, records_out_of_order_are_refused) {
  LogRows rows;
  rows.begin(0, std::nullopt);
  for (std::uint64_t number = 0; number < 100; ++number) rows.add(row_of(number));
  Out out;
  rows.put_changed(out);
  LogRows restored;
  EXPECT_FALSE(restored.restore(out.puts()[1].content));
}

}  // namespace
}  // namespace zerofc::member
