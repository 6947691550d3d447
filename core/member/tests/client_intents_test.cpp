// What the page asks for, and what it must not get away with: schema/ui.json.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/member/rooms.hpp"
#include "core/member/tests/test_host.hpp"

namespace zerofc::member::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ui::ProblemCode;

class ClientIntents : public ::testing::Test {
 protected:
  void SetUp() override {
    host_.start_in_memory();
    room_ = host_.create_room();
    script().calls.clear();
    host_.forget_shown();
  }

  TestHost host_;
  RoomId room_;
};

TEST_F(ClientIntents, bytes_that_are_no_intent_change_nothing_and_are_told) {
  const std::vector<Bytes> malformed = {
      {},     {0x80}, {0x81, 0x18, 0x63}, {0x82, 0x06, 0x00}, {0x81, 0x01},
      {0xa0}, {0xff}, {0x81, 0x06, 0x00}, {0x82, 0x04},       {0x82, 0x04, 0x62, 0xc3, 0x28}};
  for (const Bytes& bytes : malformed) {
    host_.forget_shown();
    host_.ask_bytes(bytes);
    EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kInternal));
    EXPECT_EQ(host_.shown_count(), 1U);
  }
  EXPECT_THAT(script().calls, IsEmpty());
}

TEST_F(ClientIntents, a_truncated_intent_of_any_kind_changes_nothing) {
  std::vector<std::uint8_t> whole;
  ASSERT_TRUE(ui::encode_intent(
      ui::intent::RoomCreate{.ref = 5, .name = "Room", .nickname = "Ann", .colour = 1}, whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    host_.ask_bytes(BytesView(whole).first(size));
  }
  EXPECT_THAT(script().calls, IsEmpty());
  EXPECT_EQ(host_.problems().size(), whole.size());
}

TEST_F(ClientIntents, nothing_is_done_before_the_start_or_for_a_second_one) {
  TestHost fresh;
  fresh.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  fresh.ask(ui::intent::PassphraseSuggest{});
  EXPECT_THAT(fresh.problems(), ElementsAre(ProblemCode::kInternal, ProblemCode::kInternal));
  EXPECT_EQ(fresh.reads, 0U);
  fresh.start();
  fresh.start();
  EXPECT_EQ(fresh.reads, 1U);
  EXPECT_EQ(fresh.problems().size(), 3U);
}

TEST_F(ClientIntents, values_out_of_bounds_are_a_fault_of_the_page_and_change_nothing) {
  host_.ask(ui::intent::RoomCreate{.ref = 2, .name = "Room", .nickname = "Ann", .colour = 16});
  host_.ask(ui::intent::RoomJoin{.ref = 2, .link = "x", .nickname = "Ann", .colour = 16});
  host_.ask(ui::intent::HistoryBefore{.room = room_.bytes(), .count = 0});
  host_.ask(ui::intent::HistoryBefore{.room = room_.bytes(), .count = 201});
  host_.ask(ui::intent::InviteCreate{.room = room_.bytes(), .ref = 2, .expires_s = 59});
  host_.ask(ui::intent::InviteCreate{.room = room_.bytes(), .ref = 2, .expires_s = 2'592'001});
  host_.ask(ui::intent::RoomRemoveMembers{.room = room_.bytes(), .members = {}});
  host_.ask(ui::intent::RoomSetRole{.room = room_.bytes(), .role = ui::Role::kOwner});
  host_.ask(ui::intent::RoomSetPolicy{.room = room_.bytes(), .rotate_every = 9});
  host_.ask(ui::intent::RoomSetPolicy{.room = room_.bytes(), .max_members = 1001});
  EXPECT_EQ(host_.problems(), std::vector<ProblemCode>(10, ProblemCode::kInternal));
  EXPECT_THAT(script().calls, IsEmpty());
}

TEST_F(ClientIntents, each_goes_to_its_room) {
  const ui::Id32 id = room_.bytes();
  host_.ask(ui::intent::RoomLeave{.room = id});
  host_.ask(ui::intent::RoomRotateKey{.room = id});
  host_.ask(ui::intent::RoomRead{.room = id, .seq = 17});
  host_.ask(ui::intent::MessageSend{.room = id, .ref = 3, .text = "hello"});
  host_.ask(ui::intent::MessageRetry{.room = id});
  host_.ask(ui::intent::MessageDiscard{.room = id});
  host_.ask(ui::intent::HistoryBefore{.room = id, .before = 5, .count = 200});
  host_.ask(ui::intent::InviteCreate{.room = id, .ref = 4, .expires_s = 60});
  host_.ask(ui::intent::InviteRevoke{.room = id});
  host_.ask(ui::intent::AlarmDismiss{.room = id, .alarm = 6});
  host_.ask(ui::intent::RoomRemoveMembers{.room = id, .members = {{}, {}}});
  host_.ask(ui::intent::RoomSetRole{.room = id, .role = ui::Role::kAdmin});
  host_.ask(ui::intent::RoomTransfer{.room = id});
  host_.ask(ui::intent::RoomSetPolicy{.room = id, .joins_open = false});
  host_.ask(ui::intent::RoomDestroy{.room = id});
  EXPECT_THAT(
      script().calls,
      ElementsAre("leave", "rotate_key", "read_up_to 17", "send_text hello", "retry", "discard",
                  "history_before 200", "create_invite 60", "revoke_invite", "dismiss_alarm 6",
                  "remove_members 2", "set_role 1", "transfer", "set_policy locked", "destroy"));
  EXPECT_THAT(host_.problems(), IsEmpty());
}

TEST_F(ClientIntents, a_room_that_is_not_here_is_named) {
  ui::Id32 nobody{};
  nobody.fill(0xee);
  host_.ask(ui::intent::MessageSend{.room = nobody, .ref = 3, .text = "hello"});
  const auto problems = host_.shown<ui::patch::Problem>();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].code, ProblemCode::kRoomUnknown);
  EXPECT_EQ(problems[0].room, nobody);
  EXPECT_EQ(problems[0].ref, 3U);
  host_.ask(ui::intent::RoomForget{.room = nobody});
  host_.ask(ui::intent::ConnectionRetry{.room = nobody});
  EXPECT_EQ(host_.problems(), std::vector<ProblemCode>(3, ProblemCode::kRoomUnknown));
  EXPECT_THAT(script().calls, IsEmpty());
}

TEST_F(ClientIntents, names_that_are_empty_blank_or_too_long_make_no_room) {
  const std::string_view blank = " \t\xc2\xa0";
  host_.ask(ui::intent::RoomCreate{.ref = 2, .name = "", .nickname = "Ann"});
  host_.ask(ui::intent::RoomCreate{.ref = 2, .name = blank, .nickname = "Ann"});
  host_.ask(ui::intent::RoomCreate{.ref = 2, .name = "Room", .nickname = ""});
  host_.ask(ui::intent::RoomCreate{.ref = 2, .name = "Room", .nickname = blank});
  const auto problems = host_.shown<ui::patch::Problem>();
  ASSERT_EQ(problems.size(), 4U);
  for (std::size_t index = 0; index < 4; ++index) {
    EXPECT_EQ(problems[index].code,
              index < 2 ? ProblemCode::kRoomNameInvalid : ProblemCode::kNicknameInvalid);
    EXPECT_EQ(problems[index].amount, index < 2 ? 256U : 128U);
    EXPECT_EQ(problems[index].ref, 2U);
  }
  EXPECT_THAT(script().calls, IsEmpty());
}

TEST_F(ClientIntents, names_are_taken_as_they_were_typed) {
  host_.ask(ui::intent::RoomCreate{.ref = 2, .name = " Attic ", .nickname = "  Ann"});
  EXPECT_THAT(script().calls, ElementsAre("create   Ann"));
  EXPECT_EQ(host_.shown<ui::patch::RoomAdded>().back().name, " Attic ");
}

TEST_F(ClientIntents, rooms_are_made_only_where_they_can_be_kept) {
  TestHost host;
  host.start();
  host.ask(ui::intent::RoomCreate{.ref = 2, .name = "Room", .nickname = "Ann"});
  EXPECT_THAT(host.problems(), ElementsAre(ProblemCode::kVaultAbsent));
  host.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  host.ask(ui::intent::VaultLock{});
  host.ask(ui::intent::RoomCreate{.ref = 2, .name = "Room", .nickname = "Ann"});
  EXPECT_THAT(host.problems(), ElementsAre(ProblemCode::kVaultAbsent, ProblemCode::kVaultExists));
  EXPECT_THAT(script().calls, IsEmpty());
}

TEST_F(ClientIntents, there_is_a_limit_to_rooms_and_it_is_told) {
  for (std::size_t count = 1; count < kRoomsMax; ++count) host_.create_room();
  EXPECT_THAT(host_.problems(), IsEmpty());
  host_.create_room();
  const auto problems = host_.shown<ui::patch::Problem>();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].code, ProblemCode::kTooManyRooms);
  EXPECT_EQ(problems[0].amount, kRoomsMax);
  EXPECT_EQ(problems[0].ref, 1U);
}

TEST_F(ClientIntents, without_randomness_no_room_is_made) {
  script().refuses = true;
  host_.create_room();
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kRandomFailed));
  EXPECT_THAT(host_.shown<ui::patch::RoomAdded>(), IsEmpty());
}

TEST_F(ClientIntents, a_live_room_is_not_forgotten) {
  script().rooms[room_].state = ui::RoomState::kLive;
  host_.ask(ui::intent::RoomForget{.room = room_.bytes()});
  EXPECT_THAT(host_.shown<ui::patch::RoomRemoved>(), IsEmpty());
  script().rooms[room_].state = ui::RoomState::kLeft;
  host_.ask(ui::intent::RoomForget{.room = room_.bytes()});
  EXPECT_EQ(host_.shown<ui::patch::RoomRemoved>().size(), 1U);
  EXPECT_EQ(host_.disconnects.size(), 1U);
  host_.ask(ui::intent::RoomRead{.room = room_.bytes(), .seq = 1});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kRoomUnknown));
}

TEST_F(ClientIntents, a_passphrase_is_suggested_with_its_bits) {
  host_.ask(ui::intent::PassphraseSuggest{});
  const auto suggested = host_.shown<ui::patch::PassphraseSuggested>();
  ASSERT_EQ(suggested.size(), 1U);
  EXPECT_EQ(suggested[0].passphrase.size(), 35U);
  EXPECT_EQ(suggested[0].bits, 96U);
  host_.crypto.randoms_left = 0;
  host_.ask(ui::intent::PassphraseSuggest{});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kRandomFailed));
}

TEST_F(ClientIntents, a_patch_that_breaks_a_limit_is_told_as_a_fault_of_the_core) {
  script().reactions["leave"] = [](const RoomId& id, Out& out) {
    const std::string name(257, 'x');
    out.patch(ui::patch::RoomRenamed{.room = id.bytes(), .name = name});
    out.patch_when_stored(ui::patch::RoomRenamed{.room = id.bytes(), .name = "\xff"});
  };
  host_.ask(ui::intent::RoomLeave{.room = room_.bytes()});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kInternal, ProblemCode::kInternal));
  EXPECT_THAT(host_.shown<ui::patch::RoomRenamed>(), IsEmpty());
}

TEST(Out, of_several_calls_for_one_record_the_last_counts) {
  Out out;
  out.put(RecordType::kLog, 1, WipedBuffer{1});
  out.put(RecordType::kLog, 1, WipedBuffer{2});
  out.put(RecordType::kLog, 2, WipedBuffer{3});
  out.erase(RecordType::kLog, 2);
  out.erase(RecordType::kLog, 3);
  out.erase(RecordType::kLog, 3);
  out.erase(RecordType::kLog, 4);
  out.put(RecordType::kLog, 4, WipedBuffer{5});
  ASSERT_EQ(out.puts().size(), 2U);
  EXPECT_EQ(out.puts()[0].content, WipedBuffer{2});
  EXPECT_EQ(out.puts()[1].content, WipedBuffer{5});
  ASSERT_EQ(out.erased().size(), 2U);
  EXPECT_EQ(out.erased()[0].index, 2U);
  EXPECT_EQ(out.erased()[1].index, 3U);
}

}  // namespace
}  // namespace zerofc::member::test
