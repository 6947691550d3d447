// Events as JSON lines: stable names, and nothing in them that a terminal would act on.
#include "cli/output/json.hpp"

#include <gtest/gtest.h>

#include <string>

#include "cli/output/describe.hpp"

namespace zerofc::cli {
namespace {

ui::Id32 room_id() {
  ui::Id32 id{};
  id.fill(0xab);
  return id;
}
ui::Id16 member_id(std::uint8_t number) {
  ui::Id16 id{};
  id.fill(number);
  return id;
}
std::string room_hex() {
  std::string text;
  for (int i = 0; i < 32; ++i) text += "ab";
  return text;
}

class Events : public ::testing::Test {
 protected:
  void SetUp() override {
    hear(ui::patch::RoomAdded{.room = room_id(),
                              .name = "the room",
                              .state = ui::RoomState::kLive,
                              .self = member_id(1)});
    hear(ui::patch::MembersChanged{
        .room = room_id(),
        .members = {{.member = member_id(1), .own = true, .nickname = "alice"},
                    {.member = member_id(2), .nickname = "bob\x1b[2J"}}});
  }
  // The lines of a patch.
  std::string hear(const ui::Patch& patch) {
    model.apply(patch);
    std::string lines;
    for (const Json& event : events_of(patch, model)) lines += to_line(event);
    return lines;
  }
  std::string item(const ui::Item& item) {
    return hear(ui::patch::ItemsAdded{.room = room_id(), .items = {item}});
  }

  Model model;
};

TEST_F(Events, a_message_says_who_wrote_it_and_under_which_name) {
  EXPECT_EQ(
      item({.seq = 7, .kind = ui::ItemKind::kText, .author = member_id(1), .at = 12, .text = "hi"}),
      R"({"event":"message","room":")" + room_hex() +
          R"(","seq":7,"author":"01010101010101010101010101010101","at":12,"text":"hi",)" +
          R"("nickname":"alice","own":true})" + "\n");
}

TEST_F(Events, texts_and_names_of_others_are_escaped_to_plain_ASCII) {
  const std::string line = item({.seq = 8,
                                 .kind = ui::ItemKind::kText,
                                 .author = member_id(2),
                                 .text = "\x1b]0;x\x07\n\xE2\x80\xAE\xC2\x9B\x7f\xF0\x9F\x98\x80"});
  EXPECT_NE(line.find(R"("text":"\u001b]0;x\u0007\n\u202e\u009b\u007f\ud83d\ude00")"),
            std::string::npos)
      << line;
  EXPECT_NE(line.find(R"("nickname":"bob\u001b[2J")"), std::string::npos) << line;
  for (const char c : line.substr(0, line.size() - 1)) {
    EXPECT_TRUE(c >= 0x20 && c < 0x7f) << line;
  }
}

TEST_F(Events, other_rows_go_by_the_name_of_their_kind) {
  EXPECT_EQ(
      item({.seq = 9, .kind = ui::ItemKind::kKeyRotated, .author = member_id(9), .number = 3}),
      R"({"event":"key_rotated","room":")" + room_hex() +
          R"(","seq":9,"author":"09090909090909090909090909090909","number":3})" + "\n");
}

TEST_F(Events, a_list_is_one_event_per_element) {
  const std::string lines = hear(ui::patch::MembersChanged{
      .room = room_id(), .members = {{.member = member_id(3)}, {.member = member_id(4)}}});
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(lines.find(R"({"event":"member","room":)"), 0U);
}

TEST_F(Events, the_link_of_an_invite_is_in_none_but_the_one_that_was_asked_for) {
  const ui::Invite invite{.invite = member_id(5),
                          .state = ui::InviteState::kLive,
                          .link = "https://chat.example/#/join/secret"};
  const std::string heard = hear(ui::patch::InvitesChanged{.room = room_id(), .invites = {invite}});
  EXPECT_NE(heard.find(R"("event":"invite")"), std::string::npos);
  EXPECT_EQ(heard.find("secret"), std::string::npos);
  EXPECT_NE(to_line(event_of(invite, room_id(), true)).find("secret"), std::string::npos);
}

TEST_F(Events, a_suggested_passphrase_is_in_none) {
  EXPECT_EQ(hear(ui::patch::PassphraseSuggested{.passphrase = "lusab-babad"}), "");
}

TEST_F(Events, states_alarms_and_connections_name_their_values_by_the_schema) {
  EXPECT_EQ(
      hear(ui::patch::ConnectionChanged{
          .room = room_id(), .state = ui::ConnectionState::kCatchingUp, .done = 1, .total = 2}),
      R"({"event":"connection","room":")" + room_hex() +
          R"(","state":"catching_up","done":1,"total":2})" + "\n");
  EXPECT_NE(hear(ui::patch::AlarmRaised{.room = room_id(),
                                        .alarm = {.alarm = 4, .kind = ui::AlarmKind::kFork}})
                .find(R"("alarm":4,"kind":"fork")"),
            std::string::npos);
  EXPECT_EQ(hear(ui::patch::OutboxRemoved{.room = room_id(), .token = member_id(1)}),
            R"({"event":"outbox_removed","room":")" + room_hex() +
                R"(","token":"01010101010101010101010101010101"})" + "\n");
}

TEST_F(Events, sentences_for_people_show_the_same_inert) {
  const RoomModel& room = model.rooms.at(room_id());
  EXPECT_EQ(
      describe(room,
               ui::Item{.kind = ui::ItemKind::kText, .author = member_id(2), .text = "a\x1b[1mb"}),
      "bob\\x1b[2J: a\\x1b[1mb");
  EXPECT_EQ(describe(room, ui::Item{.kind = ui::ItemKind::kArrived, .author = member_id(9)}),
            "* member 09090909 arrived");
}

TEST(ModelTest, an_own_row_takes_the_place_of_what_was_unsent) {
  Model model;
  model.apply(ui::patch::RoomAdded{.room = room_id(), .self = member_id(1)});
  model.apply(ui::patch::OutboxChanged{.room = room_id(),
                                       .entries = {{.token = member_id(7), .text = "hi"}}});
  const RoomModel& room = model.rooms.at(room_id());
  // The same token of somebody else is somebody else's.
  ui::Item item{.author = member_id(2), .token = member_id(7)};
  model.apply(ui::patch::ItemsAdded{.room = room_id(), .items = {item}});
  EXPECT_EQ(room.outbox.size(), 1U);
  item.author = member_id(1);
  model.apply(ui::patch::ItemsAdded{.room = room_id(), .items = {item}});
  EXPECT_EQ(room.outbox.size(), 0U);
}

TEST(ModelTest, nothing_of_a_room_is_left_when_the_vault_is_locked) {
  Model model;
  model.apply(ui::patch::VaultChanged{.state = ui::VaultState::kOpen});
  model.apply(ui::patch::RoomAdded{.room = room_id(), .name = "the room"});
  model.apply(ui::patch::VaultChanged{.state = ui::VaultState::kLocked});
  EXPECT_TRUE(model.rooms.empty());
}

}  // namespace
}  // namespace zerofc::cli
