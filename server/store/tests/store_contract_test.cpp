// What every store must do: core/relay/storage.hpp and server/store/store.hpp as tests.
#include <algorithm>
#include <functional>

#include "native/files/tests/temp_dir.hpp"
#include "native/themis_crypto.hpp"
#include "server/store/memory_store.hpp"
#include "server/store/sqlite_store.hpp"
#include "support.hpp"

namespace zerofc::server::test {
namespace {

using relay::Batch;
using relay::Duplicates;
using relay::Exists;
using relay::Record;
using relay::RecordKind;
using relay::StoreFailure;

// What a store may need around it.
struct Surroundings {
  TempDir dir;
  ThemisCrypto crypto;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Store>(Surroundings&)> make;
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class Stores : public testing::TestWithParam<Kind> {
 protected:
  const RoomId room = room_id(1);
  Surroundings around;
  std::unique_ptr<Store> store = GetParam().make(around);
  std::unique_ptr<StoreReader> reader = must(store->reader());

  relay::BatchResult commit(const Batch& batch) { return commit_one(*store, batch); }
  relay::ReadResult read(const relay::ReadRequest& request) {
    return must(reader->read(room, request));
  }
  // Refused, and nothing changed by it.
  void refuse(const Batch& batch, StoreFailure failure) {
    const std::string before = everything(*reader, batch.room);
    EXPECT_TRUE(failed_with(commit(batch), failure));
    EXPECT_EQ(everything(*reader, batch.room), before);
  }
};

TEST_P(Stores, know_no_room_that_was_not_created) {
  EXPECT_EQ(must(reader->load(room)), std::nullopt);
  const auto result = read(from_to(0, 10));
  EXPECT_TRUE(result.entries.empty());
  EXPECT_EQ(result.next, 10U);
}

TEST_P(Stores, load_what_was_created) {
  Batch batch = creation(room);
  batch.put.push_back({RecordKind::kCursor, text("member"), text("value")});
  ASSERT_TRUE(committed(commit(batch)));

  const auto image = must(reader->load(room));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->next_seq, 1U);
  EXPECT_EQ(image->head_hash, hash_of(0));
  ASSERT_EQ(image->control_entries.size(), 1U);
  EXPECT_EQ(image->control_entries[0].first, 0U);
  EXPECT_EQ(image->control_entries[0].second, batch.entries[0].bytes);
  ASSERT_EQ(image->records.size(), 1U);
  EXPECT_EQ(image->records[0].kind, RecordKind::kCursor);
  EXPECT_EQ(image->records[0].key, text("member"));
  EXPECT_EQ(image->records[0].value, text("value"));
}

TEST_P(Stores, load_all_control_entries_by_rising_seq_and_no_messages) {
  ASSERT_TRUE(committed(commit(creation(room))));
  Batch batch = messages(room, 1, 6);
  batch.entries[1].is_control = true;  // seq 2
  batch.entries[4].is_control = true;  // seq 5
  ASSERT_TRUE(committed(commit(batch)));
  const auto image = must(reader->load(room));
  ASSERT_TRUE(image);
  std::vector<Seq> seqs;
  for (const auto& [seq, bytes] : image->control_entries) seqs.push_back(seq);
  EXPECT_EQ(seqs, (std::vector<Seq>{0, 2, 5}));
  EXPECT_EQ(image->next_seq, 7U);
  EXPECT_EQ(image->head_hash, hash_of(6));
}

TEST_P(Stores, refuse_to_create_a_room_twice_and_leave_the_first_as_it_is) {
  ASSERT_TRUE(committed(commit(creation(room))));
  const std::string before = everything(*reader, room);
  Batch again = creation(room);
  again.entries[0].bytes = text("another genesis");
  EXPECT_TRUE(std::holds_alternative<Exists>(commit(again)));
  EXPECT_EQ(everything(*reader, room), before);
}

TEST_P(Stores, refuse_a_room_without_an_entry) {
  Batch batch = creation(room);
  batch.entries.clear();
  refuse(batch, StoreFailure::kConflict);
}

TEST_P(Stores, refuse_to_append_to_a_room_that_does_not_exist) {
  refuse(messages(room, 0, 1), StoreFailure::kConflict);
}

TEST_P(Stores, refuse_entries_that_do_not_begin_at_the_rooms_next_seq) {
  ASSERT_TRUE(committed(commit(creation(room))));
  refuse(messages(room, 0, 1), StoreFailure::kConflict);
  refuse(messages(room, 2, 1), StoreFailure::kConflict);
  Batch other = creation(room_id(2));
  other.entries[0].seq = 1;
  refuse(other, StoreFailure::kConflict);
}

TEST_P(Stores, refuse_entries_with_a_hole_or_a_repetition_between_them) {
  ASSERT_TRUE(committed(commit(creation(room))));
  Batch hole = messages(room, 1, 3);
  hole.entries.erase(hole.entries.begin() + 1);
  refuse(hole, StoreFailure::kConflict);
  Batch twice = messages(room, 1, 2);
  twice.entries[1].seq = 1;
  refuse(twice, StoreFailure::kConflict);
}

TEST_P(Stores, name_every_entry_whose_author_and_token_are_in_the_log_and_store_none) {
  ASSERT_TRUE(committed(commit(creation(room))));
  ASSERT_TRUE(committed(commit(messages(room, 1, 4))));
  const std::string before = everything(*reader, room);

  Batch batch = messages(room, 5, 4);
  batch.entries[1].token = numbered<EntryToken>(3);
  batch.entries[3].token = numbered<EntryToken>(1);
  batch.put.push_back({RecordKind::kInvite, text("invite"), text("value")});
  const auto result = commit(batch);
  const auto* duplicates = std::get_if<Duplicates>(&result);
  ASSERT_NE(duplicates, nullptr);
  EXPECT_EQ(duplicates->found, (std::vector<std::pair<std::size_t, Seq>>{{1, 3}, {3, 1}}));
  EXPECT_EQ(everything(*reader, room), before);
}

TEST_P(Stores, take_one_token_from_two_authors_and_one_author_and_token_in_two_rooms) {
  ASSERT_TRUE(committed(commit(creation(room))));
  ASSERT_TRUE(committed(commit(messages(room, 1, 1, 7))));
  Batch other_author = messages(room, 2, 1, 8);
  other_author.entries[0].token = numbered<EntryToken>(1);
  EXPECT_TRUE(committed(commit(other_author)));
  ASSERT_TRUE(committed(commit(creation(room_id(2)))));
  EXPECT_TRUE(committed(commit(messages(room_id(2), 1, 1, 7))));
}

TEST_P(Stores, refuse_one_author_and_token_twice_in_a_batch) {
  ASSERT_TRUE(committed(commit(creation(room))));
  Batch batch = messages(room, 1, 3);
  batch.entries[2].token = batch.entries[0].token;
  refuse(batch, StoreFailure::kConflict);
}

TEST_P(Stores, say_which_probed_entries_are_in_the_log) {
  ASSERT_TRUE(committed(commit(creation(room))));
  ASSERT_TRUE(committed(commit(messages(room, 1, 4, 7))));
  const auto name = [](std::uint64_t author, std::uint64_t token) {
    return relay::EntryName{member_id(author), numbered<EntryToken>(token)};
  };
  Batch batch = messages(room, 5, 1, 7);
  batch.probes = {name(7, 99), name(7, 3), name(8, 3), name(7, 1)};
  const std::vector<std::pair<std::size_t, Seq>> expected = {{1, 3}, {3, 1}};
  auto result = commit(batch);
  ASSERT_TRUE(committed(result));
  EXPECT_EQ(std::get<relay::Committed>(result).known, expected);

  // Alone too; then nothing is to be stored.
  const std::string before = everything(*reader, room);
  batch.entries.clear();
  batch.head_hash = {};
  result = commit(batch);
  ASSERT_TRUE(committed(result));
  EXPECT_EQ(std::get<relay::Committed>(result).known, expected);
  EXPECT_EQ(everything(*reader, room), before);

  // Only this room's.
  ASSERT_TRUE(committed(commit(creation(room_id(2)))));
  batch.room = room_id(2);
  EXPECT_TRUE(std::get<relay::Committed>(commit(batch)).known.empty());
}

TEST_P(Stores, answer_each_batch_of_a_group_on_its_own) {
  ASSERT_TRUE(committed(commit(creation(room))));
  Batch repeated = messages(room, 1, 2);
  repeated.entries[1].token = numbered<EntryToken>(0);
  const std::vector<Batch> group = {
      creation(room_id(2)),         // fine
      creation(room),               // exists
      messages(room, 7, 1),         // not the next seq
      repeated,                     // token in the log
      messages(room, 1, 2),         // fine
      messages(room, 3, 1),         // fine: follows the one before
      messages(room_id(9), 0, 1),   // no such room
      messages(room_id(2), 1, 10),  // fine: created above
  };
  const auto results = store->commit(group);
  ASSERT_EQ(results.size(), group.size());
  EXPECT_TRUE(committed(results[0]));
  EXPECT_TRUE(std::holds_alternative<Exists>(results[1]));
  EXPECT_TRUE(failed_with(results[2], StoreFailure::kConflict));
  EXPECT_TRUE(std::holds_alternative<Duplicates>(results[3]));
  EXPECT_TRUE(committed(results[4]));
  EXPECT_TRUE(committed(results[5]));
  EXPECT_TRUE(failed_with(results[6], StoreFailure::kConflict));
  EXPECT_TRUE(committed(results[7]));
  EXPECT_EQ(must(reader->load(room))->next_seq, 4U);
  EXPECT_EQ(must(reader->load(room_id(2)))->next_seq, 11U);
  EXPECT_EQ(must(reader->load(room_id(9))), std::nullopt);
}

TEST_P(Stores, hole_I_know_how_many_bytes_of_entries_and_boxes_a_room_ever_took) {
  Batch founding = creation(room);
  ASSERT_TRUE(committed(commit(founding)));
  Batch rotation = messages(room, 1, 3);
  rotation.boxes = {{3, member_id(7), text("box")}, {3, member_id(8), text("another")}};
  ASSERT_TRUE(committed(commit(rotation)));
  ASSERT_TRUE(committed(commit_one(*store, creation(room_id(2)))));
  const std::uint64_t expected = relay::log_bytes(founding) + relay::log_bytes(rotation);
  EXPECT_GT(expected, 2 * MemberId::kBytes + 10);
  EXPECT_EQ(must(reader->load(room))->log_bytes, expected);
  // Dropped boxes, records and what is refused change nothing of it.
  Batch small;
  small.room = room;
  small.drop_boxes = {{member_id(7), 3}};
  small.put = {{RecordKind::kInvite, text("a"), text("one")}};
  ASSERT_TRUE(committed(commit(small)));
  EXPECT_TRUE(failed_with(commit(messages(room, 9, 1)), StoreFailure::kConflict));
  EXPECT_EQ(must(reader->load(room))->log_bytes, expected);
}

TEST_P(Stores, put_replace_and_erase_records_by_kind_and_key) {
  Batch batch = creation(room);
  batch.put = {{RecordKind::kInvite, text("a"), text("one")},
               {RecordKind::kInvite, text("b"), text("two")},
               {RecordKind::kGrant, text("a"), text("three")}};
  ASSERT_TRUE(committed(commit(batch)));
  Batch change;
  change.room = room;
  change.put = {{RecordKind::kInvite, text("a"), text("four")}};
  change.erase = {{RecordKind::kInvite, text("b")}, {RecordKind::kCursor, text("a")}};
  ASSERT_TRUE(committed(commit(change)));

  auto image = must(reader->load(room));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->next_seq, 1U);
  EXPECT_EQ(image->head_hash, hash_of(0));  // no entry came
  std::sort(image->records.begin(), image->records.end(),
            [](const Record& a, const Record& b) { return a.kind < b.kind; });
  ASSERT_EQ(image->records.size(), 2U);
  EXPECT_EQ(image->records[0].value, text("four"));
  EXPECT_EQ(image->records[1].value, text("three"));
}

TEST_P(Stores, keep_records_with_empty_keys_and_values) {
  Batch batch = creation(room);
  batch.put = {{RecordKind::kInvite, {}, {}}};
  ASSERT_TRUE(committed(commit(batch)));
  const auto image = must(reader->load(room));
  ASSERT_EQ(image->records.size(), 1U);
  EXPECT_TRUE(image->records[0].key.empty());
  EXPECT_TRUE(image->records[0].value.empty());
}

TEST_P(Stores, keep_the_records_of_rooms_apart) {
  Batch one = creation(room);
  one.put = {{RecordKind::kInvite, text("a"), text("one")}};
  Batch two = creation(room_id(2));
  two.put = {{RecordKind::kInvite, text("a"), text("two")}};
  ASSERT_TRUE(committed(commit(one)));
  ASSERT_TRUE(committed(commit(two)));
  Batch erasing;
  erasing.room = room;
  erasing.erase = {{RecordKind::kInvite, text("a")}};
  ASSERT_TRUE(committed(commit(erasing)));
  EXPECT_TRUE(must(reader->load(room))->records.empty());
  EXPECT_EQ(must(reader->load(room_id(2)))->records.size(), 1U);
}

TEST_P(Stores, read_a_stretch_of_the_log) {
  ASSERT_TRUE(committed(commit(creation(room))));
  const Batch batch = messages(room, 1, 9);
  ASSERT_TRUE(committed(commit(batch)));
  const auto result = read(from_to(3, 6));
  EXPECT_EQ(seqs_of(result), (std::vector<Seq>{3, 4, 5}));
  EXPECT_EQ(result.next, 6U);
  EXPECT_EQ(result.entries[0].bytes, batch.entries[2].bytes);
  EXPECT_EQ(result.entries[0].box, std::nullopt);
  // What is beyond the end of the log isn't there, and that is all.
  const auto beyond = read(from_to(8, 100));
  EXPECT_EQ(seqs_of(beyond), (std::vector<Seq>{8, 9}));
  EXPECT_EQ(beyond.next, 100U);
  EXPECT_TRUE(read(from_to(5, 5)).entries.empty());
}

TEST_P(Stores, read_no_more_entries_than_asked_for_and_say_where_to_go_on) {
  ASSERT_TRUE(committed(commit(creation(room))));
  ASSERT_TRUE(committed(commit(messages(room, 1, 9))));
  auto request = from_to(0, 10);
  request.entries_max = 4;
  auto result = read(request);
  EXPECT_EQ(seqs_of(result), (std::vector<Seq>{0, 1, 2, 3}));
  EXPECT_EQ(result.next, 4U);
  request.from = 6;
  result = read(request);
  EXPECT_EQ(seqs_of(result), (std::vector<Seq>{6, 7, 8, 9}));
  EXPECT_EQ(result.next, 10U);
}

TEST_P(Stores, read_no_more_bytes_than_asked_for_but_at_least_one_entry) {
  ASSERT_TRUE(committed(commit(creation(room))));
  Batch batch = messages(room, 1, 5);
  for (auto& stored : batch.entries) stored.bytes = Bytes(1000, 7);
  ASSERT_TRUE(committed(commit(batch)));
  auto request = from_to(1, 6);
  request.bytes_max = 2999;
  auto result = read(request);
  EXPECT_EQ(seqs_of(result), (std::vector<Seq>{1, 2}));
  EXPECT_EQ(result.next, 3U);
  request.bytes_max = 3000;
  EXPECT_EQ(seqs_of(read(request)), (std::vector<Seq>{1, 2, 3}));
  request.bytes_max = 1;
  result = read(request);
  EXPECT_EQ(seqs_of(result), (std::vector<Seq>{1}));
  EXPECT_EQ(result.next, 2U);
  request.bytes_max = 0;
  request.entries_max = 0;
  EXPECT_EQ(seqs_of(read(request)), (std::vector<Seq>{1}));
}

TEST_P(Stores, read_control_entries_only_where_only_those_are_wanted) {
  ASSERT_TRUE(committed(commit(creation(room))));
  Batch batch = messages(room, 1, 9);
  for (const std::size_t i : {1U, 4U, 7U}) batch.entries[i].is_control = true;  // seq 2, 5, 8
  ASSERT_TRUE(committed(commit(batch)));
  auto request = from_to(1, 10);
  request.controls_only = true;
  auto result = read(request);
  EXPECT_EQ(seqs_of(result), (std::vector<Seq>{2, 5, 8}));
  EXPECT_EQ(result.next, 10U);
  request.entries_max = 2;
  result = read(request);
  EXPECT_EQ(seqs_of(result), (std::vector<Seq>{2, 5}));
  EXPECT_EQ(result.next, 8U);
  request.end = 8;
  EXPECT_EQ(read(request).next, 8U);
}

// Three rotations, at 1, 2 and 3, each with boxes for members 7 and 8.
Batch rotations(const RoomId& room) {
  Batch batch = messages(room, 1, 3);
  for (auto& stored : batch.entries) {
    stored.is_control = true;
    for (const std::uint64_t member : {7U, 8U}) {
      batch.boxes.push_back(
          {stored.seq, member_id(member),
           text("box " + std::to_string(stored.seq) + " for " + std::to_string(member))});
    }
  }
  return batch;
}

TEST_P(Stores, give_each_member_its_own_boxes_and_only_those) {
  ASSERT_TRUE(committed(commit(creation(room))));
  ASSERT_TRUE(committed(commit(rotations(room))));
  auto request = from_to(0, 4);
  EXPECT_EQ(read(request).entries[2].box, std::nullopt);
  request.boxes_of = member_id(7);
  auto result = read(request);
  EXPECT_EQ(result.entries[0].box, std::nullopt);
  EXPECT_EQ(result.entries[1].box, text("box 1 for 7"));
  EXPECT_EQ(result.entries[3].box, text("box 3 for 7"));
  request.boxes_of = member_id(8);
  request.controls_only = true;
  EXPECT_EQ(read(request).entries[2].box, text("box 2 for 8"));
  request.boxes_of = member_id(9);
  EXPECT_EQ(read(request).entries[2].box, std::nullopt);
}

TEST_P(Stores, drop_boxes_up_to_a_seq_of_one_member_in_one_room) {
  for (const RoomId& each : {room, room_id(2)}) {
    ASSERT_TRUE(committed(commit(creation(each))));
    ASSERT_TRUE(committed(commit(rotations(each))));
  }
  Batch batch;
  batch.room = room;
  batch.drop_boxes = {{member_id(7), 2}};
  ASSERT_TRUE(committed(commit(batch)));
  auto request = from_to(0, 4);
  request.boxes_of = member_id(7);
  auto result = read(request);
  EXPECT_EQ(result.entries[1].box, std::nullopt);
  EXPECT_EQ(result.entries[2].box, std::nullopt);
  EXPECT_EQ(result.entries[3].box, text("box 3 for 7"));
  EXPECT_EQ(must(reader->read(room_id(2), request)).entries[1].box, text("box 1 for 7"));
  request.boxes_of = member_id(8);
  EXPECT_EQ(read(request).entries[1].box, text("box 1 for 8"));
}

TEST_P(Stores, count_boxes_among_the_bytes_of_a_read) {
  ASSERT_TRUE(committed(commit(creation(room))));
  Batch batch = rotations(room);
  for (auto& box : batch.boxes) box.box = Bytes(1000, 1);
  ASSERT_TRUE(committed(commit(batch)));
  auto request = from_to(1, 4);
  request.boxes_of = member_id(7);
  request.bytes_max = 2000;
  EXPECT_EQ(seqs_of(read(request)), (std::vector<Seq>{1}));
}

TEST_P(Stores, keep_entries_of_every_size) {
  ASSERT_TRUE(committed(commit(creation(room))));
  Batch batch = messages(room, 1, 4);
  const std::size_t sizes[] = {0, 1, 70'000, kFrameBytesMax};
  for (std::size_t i = 0; i < 4; ++i) {
    batch.entries[i].bytes = Bytes(sizes[i], static_cast<std::uint8_t>(i));
  }
  ASSERT_TRUE(committed(commit(batch)));
  const auto result = read(from_to(1, 5));
  ASSERT_EQ(result.entries.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(result.entries[i].bytes, batch.entries[i].bytes);
}

TEST_P(Stores, count_what_they_hold) {
  const auto empty = must(reader->totals());
  EXPECT_EQ(empty.rooms, 0U);
  EXPECT_EQ(empty.entries, 0U);
  ASSERT_TRUE(committed(commit(creation(room))));
  ASSERT_TRUE(committed(commit(creation(room_id(2)))));
  Batch batch = messages(room, 1, 100);
  for (auto& stored : batch.entries) stored.bytes = Bytes(1000, 1);
  ASSERT_TRUE(committed(commit(batch)));
  commit(creation(room));            // refused
  commit(messages(room, 1000, 10));  // refused
  const auto full = must(reader->totals());
  EXPECT_EQ(full.rooms, 2U);
  EXPECT_EQ(full.entries, 102U);
  EXPECT_GE(full.bytes, 100'000U);
}

TEST_P(Stores, answer_an_empty_group) { EXPECT_TRUE(store->commit({}).empty()); }

std::unique_ptr<Store> in_memory(Surroundings&) { return std::make_unique<MemoryStore>(); }
std::unique_ptr<Store> in_sqlite(Surroundings& around) {
  return SqliteStore::open(around.dir.path() / "rooms.db", around.crypto).value();
}

INSTANTIATE_TEST_SUITE_P(Each, Stores,
                         testing::Values(Kind{"memory", in_memory}, Kind{"sqlite", in_sqlite}),
                         [](const testing::TestParamInfo<Kind>& kind) {
                           return std::string(kind.param.name);
                         });

}  // namespace
}  // namespace zerofc::server::test
