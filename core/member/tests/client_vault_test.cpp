// Where rooms are kept, as the person and the device see it: docs/protocol.md §7.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/member/tests/test_host.hpp"

namespace zerofc::member::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ui::ProblemCode;
using ui::VaultState;
using VaultShown = std::optional<std::pair<VaultState, bool>>;

VaultShown shown(VaultState state, bool busy = false) { return std::pair(state, busy); }

// A disk with a vault that holds one room.
class ClientVault : public ::testing::Test {
 protected:
  void make_vault(std::string_view room = "Attic") {
    host_.start_with_vault();
    room_ = host_.create_room(room);
    ASSERT_EQ(host_.vault(), shown(VaultState::kOpen));
  }
  void restart() {
    host_.restart();
    host_.start();
  }

  TestHost host_;
  RoomId room_;
};

TEST_F(ClientVault, a_device_without_a_vault_says_so) {
  host_.start();
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent));
  EXPECT_THAT(host_.writes, IsEmpty());
}

TEST_F(ClientVault, a_vault_is_made_and_opened_again_with_its_rooms) {
  make_vault();
  restart();
  EXPECT_EQ(host_.vault(), shown(VaultState::kLocked));
  host_.unlock();
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen));
  const auto added = host_.shown<ui::patch::RoomAdded>();
  ASSERT_EQ(added.size(), 1U);
  EXPECT_EQ(added[0].room, room_.bytes());
  EXPECT_EQ(added[0].name, "Attic");
  EXPECT_THAT(host_.problems(), IsEmpty());
}

TEST_F(ClientVault, opening_says_busy_before_the_passphrase_is_tried) {
  make_vault();
  restart();
  host_.unlock();
  const auto all = host_.shown<ui::patch::VaultChanged>();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].state, VaultState::kLocked);
  EXPECT_TRUE(all[1].busy);
}

TEST_F(ClientVault, a_wrong_passphrase_is_a_clear_error_and_changes_nothing) {
  make_vault();
  restart();
  const Disk before = host_.disk;
  host_.unlock("wrong horse battery");
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kPassphraseWrong));
  EXPECT_EQ(host_.vault(), shown(VaultState::kLocked));
  EXPECT_EQ(host_.disk, before);
  host_.unlock();
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen));
}

TEST_F(ClientVault, a_vault_of_absurd_cost_is_refused_and_left_untouched) {
  make_vault();
  Bytes& key = host_.disk[Bytes{1}];
  key[key.size() - 102 + 51] = 0xff;
  restart();
  const Disk before = host_.disk;
  host_.crypto.passphrase_opens = 0;
  host_.unlock();
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kVaultCost));
  EXPECT_EQ(host_.vault(), shown(VaultState::kLocked));
  EXPECT_EQ(host_.crypto.passphrase_opens, 0U);
  EXPECT_EQ(host_.disk, before);
}

TEST_F(ClientVault, a_vault_of_a_newer_client_is_refused_and_left_untouched) {
  make_vault();
  host_.disk[Bytes{1}] = Bytes{0x82, 0x02, 0x40};
  const Disk before = host_.disk;
  restart();
  EXPECT_EQ(host_.vault(), shown(VaultState::kNewer));
  host_.unlock();
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kVaultNewer, ProblemCode::kVaultNewer));
  EXPECT_EQ(host_.disk, before);
  EXPECT_THAT(host_.writes, IsEmpty());
}

TEST_F(ClientVault, a_damaged_vault_is_refused_and_left_untouched) {
  make_vault();
  for (auto& [name, value] : host_.disk) {
    if (name.size() > 1) value.back() ^= 1U;
  }
  const Disk before = host_.disk;
  restart();
  EXPECT_EQ(host_.vault(), shown(VaultState::kLocked));
  host_.unlock();
  EXPECT_EQ(host_.vault(), shown(VaultState::kDamaged));
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  host_.unlock();
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kVaultDamaged, ProblemCode::kVaultDamaged,
                                            ProblemCode::kVaultDamaged));
  EXPECT_EQ(host_.disk, before);
  EXPECT_THAT(host_.shown<ui::patch::RoomAdded>(), IsEmpty());
}

TEST_F(ClientVault, records_that_make_no_room_are_damage) {
  make_vault();
  restart();
  script().refuses = true;
  const Disk before = host_.disk;
  host_.unlock();
  EXPECT_EQ(host_.vault(), shown(VaultState::kDamaged));
  EXPECT_EQ(host_.disk, before);
}

TEST_F(ClientVault, a_short_passphrase_makes_no_vault_and_characters_are_counted_not_bytes) {
  host_.start();
  host_.ask(ui::intent::VaultCreate{.passphrase = "seven77"});
  // Seven characters of two bytes.
  host_.ask(ui::intent::VaultCreate{
      .passphrase = "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4"});
  const auto problems = host_.shown<ui::patch::Problem>();
  ASSERT_EQ(problems.size(), 2U);
  for (const auto& problem : problems) {
    EXPECT_EQ(problem.code, ProblemCode::kPassphraseShort);
    EXPECT_EQ(problem.amount, 8U);
  }
  EXPECT_THAT(host_.disk, IsEmpty());
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent));
}

TEST_F(ClientVault, a_second_vault_is_not_made_over_the_first) {
  make_vault();
  const Disk before = host_.disk;
  host_.ask(ui::intent::VaultCreate{.passphrase = "another passphrase"});
  restart();
  host_.ask(ui::intent::VaultCreate{.passphrase = "another passphrase"});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kVaultExists));
  EXPECT_EQ(host_.disk, before);
}

TEST_F(ClientVault, leaving_no_trace_writes_nothing) {
  host_.start_in_memory();
  EXPECT_EQ(host_.vault(), shown(VaultState::kMemory));
  host_.create_room();
  EXPECT_THAT(host_.writes, IsEmpty());
  EXPECT_THAT(host_.disk, IsEmpty());
  host_.ask(ui::intent::VaultLock{});
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent));
  EXPECT_THAT(host_.disk, IsEmpty());
}

TEST_F(ClientVault, rooms_in_memory_move_into_a_vault_that_is_made_later) {
  host_.start_in_memory();
  const RoomId room = host_.create_room("Cellar");
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen));
  restart();
  host_.unlock();
  const auto added = host_.shown<ui::patch::RoomAdded>();
  ASSERT_EQ(added.size(), 1U);
  EXPECT_EQ(added[0].room, room.bytes());
  EXPECT_EQ(added[0].name, "Cellar");
}

TEST_F(ClientVault, a_vault_that_cannot_be_written_leaves_the_rooms_in_memory) {
  host_.start_in_memory();
  host_.create_room();
  host_.outcome = Outcome::kFull;
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kStorageFull));
  EXPECT_EQ(host_.vault(), shown(VaultState::kMemory));
  EXPECT_THAT(host_.disk, IsEmpty());
  // And it can be tried again.
  host_.outcome = Outcome::kDone;
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen));
  restart();
  host_.unlock();
  EXPECT_EQ(host_.shown<ui::patch::RoomAdded>().size(), 1U);
}

TEST_F(ClientVault, without_randomness_no_vault_is_made) {
  host_.start();
  host_.crypto.randoms_left = 0;
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kRandomFailed));
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent));
  EXPECT_THAT(host_.disk, IsEmpty());
}

TEST_F(ClientVault, a_vault_that_cannot_be_sealed_leaves_the_rooms_in_memory) {
  host_.start_in_memory();
  host_.create_room();
  host_.crypto.seals_left = 0;
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kRandomFailed));
  EXPECT_EQ(host_.vault(), shown(VaultState::kMemory));
}

TEST_F(ClientVault, a_device_that_cannot_be_read_says_so_and_is_not_written_over) {
  make_vault();
  const Disk before = host_.disk;
  host_.unreadable = true;
  restart();
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent));
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_THAT(host_.problems(),
              ElementsAre(ProblemCode::kStorageFailed, ProblemCode::kStorageFailed));
  EXPECT_EQ(host_.disk, before);
  host_.ask(ui::intent::VaultMemory{});
  EXPECT_EQ(host_.vault(), shown(VaultState::kMemory));
}

TEST_F(ClientVault, a_device_that_stops_being_readable_leaves_the_vault_locked) {
  make_vault();
  restart();
  host_.unreadable = true;
  host_.unlock();
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kStorageFailed));
  EXPECT_EQ(host_.vault(), shown(VaultState::kLocked));
}

TEST_F(ClientVault, lock_closes_connections_and_forgets_rooms) {
  make_vault();
  ASSERT_EQ(host_.fetches.size(), 1U);
  host_.ask(ui::intent::VaultLock{});
  EXPECT_EQ(host_.vault(), shown(VaultState::kLocked));
  EXPECT_EQ(host_.disconnects.size(), 1U);
  host_.ask(ui::intent::MessageSend{.room = room_.bytes(), .ref = 4, .text = "hello"});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kRoomUnknown));
  EXPECT_EQ(host_.deadline, std::nullopt);
  host_.unlock();
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen));
}

TEST_F(ClientVault, lock_stores_what_was_not_stored_yet_and_then_is_done) {
  make_vault();
  host_.answers_writes = false;
  script().reactions["read_up_to"] = [](const RoomId& id, Out& out) { put_text(id, out, "one"); };
  host_.ask(ui::intent::RoomRead{.room = room_.bytes(), .seq = 1});
  script().reactions["read_up_to"] = [](const RoomId& id, Out& out) { put_text(id, out, "two"); };
  host_.ask(ui::intent::RoomRead{.room = room_.bytes(), .seq = 2});
  host_.ask(ui::intent::VaultLock{});
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen, true));
  host_.write_done();
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen, true));
  host_.write_done();
  EXPECT_EQ(host_.vault(), shown(VaultState::kLocked));
  host_.answers_writes = true;
  restart();
  host_.unlock();
  EXPECT_EQ(host_.shown<ui::patch::RoomAdded>().at(0).name, "two");
}

TEST_F(ClientVault, wipe_destroys_the_key_cell_first_and_everything_after) {
  make_vault();
  host_.ask(ui::intent::VaultWipe{});
  EXPECT_THAT(host_.wiped_first, ElementsAre(Bytes{1}));
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent));
  EXPECT_THAT(host_.disk, IsEmpty());
  EXPECT_EQ(host_.disconnects.size(), 1U);
}

TEST_F(ClientVault, wipe_waits_for_a_write_under_way_and_writes_nothing_more) {
  make_vault();
  host_.answers_writes = false;
  const std::size_t writes = host_.writes.size();
  script().reactions["read_up_to"] = [](const RoomId& id, Out& out) { put_text(id, out, "one"); };
  host_.ask(ui::intent::RoomRead{.room = room_.bytes(), .seq = 1});
  host_.ask(ui::intent::RoomRead{.room = room_.bytes(), .seq = 2});
  host_.ask(ui::intent::VaultWipe{});
  EXPECT_THAT(host_.wiped_first, IsEmpty());
  host_.write_done();
  EXPECT_EQ(host_.wiped_first.size(), 1U);
  EXPECT_EQ(host_.writes.size(), writes + 1);
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent));
}

TEST_F(ClientVault, every_kind_of_vault_can_be_wiped) {
  make_vault();
  host_.disk[Bytes{1}] = Bytes{0x82, 0x02, 0x40};
  restart();
  host_.ask(ui::intent::VaultWipe{});
  EXPECT_THAT(host_.disk, IsEmpty());
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent));
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen));
}

TEST_F(ClientVault, a_wipe_that_fails_is_told_and_what_is_left_is_looked_at) {
  make_vault();
  host_.wipes = false;
  host_.ask(ui::intent::VaultWipe{});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kStorageFailed));
  EXPECT_EQ(host_.vault(), shown(VaultState::kLocked));
}

TEST_F(ClientVault, an_interrupted_wipe_is_finished_at_the_next_start) {
  make_vault();
  host_.disk.erase(Bytes{1});
  restart();
  EXPECT_EQ(host_.wiped_first.size(), 1U);
  EXPECT_THAT(host_.disk, IsEmpty());
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent));
}

TEST_F(ClientVault, what_an_interrupted_wipe_left_goes_with_the_first_write_of_a_new_vault) {
  make_vault();
  host_.disk.erase(Bytes{1});
  host_.wipes = false;
  restart();
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent));
  ASSERT_FALSE(host_.disk.empty());
  const Disk left = host_.disk;
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen));
  for (const auto& [name, value] : left) {
    const bool is_record = name.size() > 1;
    EXPECT_TRUE(!is_record || host_.disk.count(name) == 0);
  }
  restart();
  host_.unlock();
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen));
}

TEST_F(ClientVault, while_one_thing_is_under_way_another_is_refused) {
  host_.start();
  host_.answers_writes = false;
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_EQ(host_.vault(), shown(VaultState::kAbsent, true));
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  host_.ask(ui::intent::VaultOpen{.passphrase = kPassphrase});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kBusy, ProblemCode::kBusy));
  EXPECT_EQ(host_.writes.size(), 1U);
  host_.write_done();
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen));
}

TEST_F(ClientVault, lock_while_a_vault_is_being_made_keeps_what_is_written) {
  host_.start_in_memory();
  host_.create_room("Attic");
  host_.answers_writes = false;
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  host_.ask(ui::intent::VaultLock{});
  host_.write_done();
  EXPECT_EQ(host_.vault(), shown(VaultState::kLocked));
  host_.answers_writes = true;
  restart();
  host_.unlock();
  EXPECT_EQ(host_.shown<ui::patch::RoomAdded>().size(), 1U);
}

TEST_F(ClientVault, memory_mode_leaves_a_locked_vault_alone) {
  make_vault();
  const Disk before = host_.disk;
  restart();
  host_.ask(ui::intent::VaultMemory{});
  host_.create_room();
  host_.ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kVaultExists));
  EXPECT_EQ(host_.disk, before);
  host_.ask(ui::intent::VaultLock{});
  EXPECT_EQ(host_.vault(), shown(VaultState::kLocked));
  EXPECT_EQ(host_.disk, before);
}

TEST_F(ClientVault, opening_where_there_is_no_vault_says_so) {
  host_.start();
  host_.unlock();
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kVaultAbsent));
}

TEST_F(ClientVault, a_forgotten_room_leaves_the_store) {
  make_vault();
  ASSERT_EQ(host_.disk.size(), 3U);
  script().rooms[room_].state = ui::RoomState::kLeft;
  host_.ask(ui::intent::RoomForget{.room = room_.bytes()});
  EXPECT_EQ(host_.disk.size(), 2U);
  EXPECT_EQ(host_.shown<ui::patch::RoomRemoved>().size(), 1U);
  restart();
  host_.unlock();
  EXPECT_EQ(host_.vault(), shown(VaultState::kOpen));
  EXPECT_THAT(host_.shown<ui::patch::RoomAdded>(), IsEmpty());
}

TEST_F(ClientVault, a_room_is_shown_as_forgotten_when_that_is_stored) {
  make_vault();
  script().rooms[room_].state = ui::RoomState::kLeft;
  host_.answers_writes = false;
  host_.ask(ui::intent::RoomForget{.room = room_.bytes()});
  EXPECT_THAT(host_.shown<ui::patch::RoomRemoved>(), IsEmpty());
  host_.write_done();
  EXPECT_EQ(host_.shown<ui::patch::RoomRemoved>().size(), 1U);
}

}  // namespace
}  // namespace zerofc::member::test
