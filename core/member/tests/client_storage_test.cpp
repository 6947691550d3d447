// "Nothing that matters happens before it is stored" (docs/protocol.md §7), across crashes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/member/connection/connection.hpp"
#include "core/member/tests/test_host.hpp"
#include "core/member/vault/write_queue.hpp"

namespace zerofc::member::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ui::ProblemCode;

// A vault with a connected room, which for every message stores its text and then has it sent and
// shown as waiting.
class ClientStorage : public ::testing::Test {
 protected:
  void SetUp() override {
    host_.start_with_vault();
    room_ = host_.create_room();
    script().rooms[room_].state = ui::RoomState::kLive;
    host_.connect();
    script().reactions["send_text"] = [](const RoomId& id, Out& out) {
      const std::string text = script().calls.back().substr(std::string("send_text ").size());
      put_text(id, out, text);
      out.patch(ui::patch::RoomRenamed{.room = id.bytes(), .name = text});
      out.send(frame::Ack{static_cast<Seq>(text.size())});
      out.patch_when_stored(
          ui::patch::RoomUnreadChanged{.room = id.bytes(), .unread = text.size()});
    };
    host_.answers_writes = false;
    host_.frames.clear();
    host_.forget_shown();
    writes_before_ = host_.writes.size();
  }

  void say(std::string_view text) {
    host_.ask(ui::intent::MessageSend{.room = room_.bytes(), .ref = 1, .text = text});
  }
  std::size_t writes() const { return host_.writes.size() - writes_before_; }
  // What the acks that left name: lengths of the texts.
  std::vector<std::uint64_t> sent() const {
    std::vector<std::uint64_t> seqs;
    for (const Bytes& frame : host_.frames) {
      const auto decoded = decode_frame(frame);
      if (!decoded) continue;
      if (const auto* ack = std::get_if<frame::Ack>(&decoded->frame)) seqs.push_back(ack->seq);
    }
    return seqs;
  }
  std::vector<std::uint64_t> shown_when_stored() const {
    std::vector<std::uint64_t> counts;
    for (const auto& one : host_.shown<ui::patch::RoomUnreadChanged>())
      counts.push_back(one.unread);
    return counts;
  }
  // The text that a client finds in what is on the disk.
  std::string stored_text() {
    Script saved = std::move(script());  // a host begins with one of its own
    TestHost later;
    later.disk = host_.disk;
    later.start();
    later.unlock();
    const auto added = later.shown<ui::patch::RoomAdded>();
    script() = std::move(saved);
    return added.size() == 1 && added[0].name ? std::string(*added[0].name) : "nothing";
  }

  TestHost host_;
  RoomId room_;
  std::size_t writes_before_ = 0;
};

TEST_F(ClientStorage, a_frame_leaves_only_when_what_it_depends_on_is_stored) {
  say("a");
  EXPECT_EQ(writes(), 1U);
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(shown_when_stored(), IsEmpty());
  EXPECT_EQ(host_.shown<ui::patch::RoomRenamed>().size(), 1U);  // this one does not wait
  host_.write_done();
  EXPECT_THAT(sent(), ElementsAre(1U));
  EXPECT_THAT(shown_when_stored(), ElementsAre(1U));
}

TEST_F(ClientStorage, changes_made_meanwhile_come_together_in_the_next_write) {
  say("a");
  say("bb");
  say("ccc");
  EXPECT_EQ(writes(), 1U);
  host_.write_done();
  EXPECT_THAT(sent(), ElementsAre(1U));
  EXPECT_EQ(writes(), 2U);
  // The record and the index, once each.
  EXPECT_EQ(host_.writes.back().put.size(), 2U);
  host_.write_done();
  EXPECT_THAT(sent(), ElementsAre(1U, 2U, 3U));
  EXPECT_EQ(stored_text(), "ccc");
}

TEST_F(ClientStorage, a_frame_without_changes_of_its_own_waits_for_earlier_ones_of_its_room) {
  script().reactions["retry"] = [](const RoomId&, Out& out) { out.send(frame::Ack{9}); };
  say("a");
  host_.ask(ui::intent::MessageRetry{.room = room_.bytes()});
  EXPECT_THAT(sent(), IsEmpty());
  host_.write_done();
  EXPECT_THAT(sent(), ElementsAre(1U, 9U));
  host_.ask(ui::intent::MessageRetry{.room = room_.bytes()});
  EXPECT_THAT(sent(), ElementsAre(1U, 9U, 9U));
}

TEST_F(ClientStorage, frames_are_numbered_in_the_order_in_which_they_leave) {
  script().reactions["retry"] = [](const RoomId&, Out& out) { out.send(frame::Ack{9}); };
  say("a");
  host_.ask(ui::intent::MessageRetry{.room = room_.bytes()});
  host_.write_done();
  for (std::size_t index = 0; index < host_.frames.size(); ++index) {
    EXPECT_EQ(decode_frame(host_.frames[index])->counter, index);
  }
}

TEST_F(ClientStorage, another_room_does_not_wait) {
  host_.answers_writes = true;
  const RoomId other = host_.create_room("Other");
  script().rooms[other].state = ui::RoomState::kLive;
  host_.connect();
  host_.answers_writes = false;
  script().reactions["retry"] = [](const RoomId&, Out& out) { out.send(frame::Ack{9}); };
  say("a");
  host_.ask(ui::intent::MessageRetry{.room = other.bytes()});
  EXPECT_THAT(sent(), ElementsAre(9U));
}

TEST_F(ClientStorage, a_failed_write_is_told_once_and_tried_again_and_nothing_is_lost) {
  say("a");
  host_.write_done(Outcome::kFull);
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kStorageFull));
  EXPECT_THAT(sent(), IsEmpty());
  say("bb");
  EXPECT_EQ(writes(), 1U);  // not before its time
  host_.pass(WriteQueue::kRetryFirst);
  EXPECT_EQ(writes(), 2U);
  host_.write_done(Outcome::kFailed);
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kStorageFull));
  host_.pass(WriteQueue::kRetryFirst);
  EXPECT_EQ(writes(), 2U);  // the pause has doubled
  host_.pass(WriteQueue::kRetryFirst);
  EXPECT_EQ(writes(), 3U);
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(shown_when_stored(), IsEmpty());
  host_.write_done();
  EXPECT_THAT(sent(), ElementsAre(1U, 2U));
  EXPECT_EQ(stored_text(), "bb");
}

TEST_F(ClientStorage, after_a_success_a_failure_is_told_again) {
  for (int round = 0; round < 2; ++round) {
    say("a");
    host_.write_done(Outcome::kFailed);
    host_.pass(WriteQueue::kRetryFirst);
    host_.write_done();
  }
  EXPECT_THAT(host_.problems(),
              ElementsAre(ProblemCode::kStorageFailed, ProblemCode::kStorageFailed));
}

TEST_F(ClientStorage, without_randomness_changes_wait) {
  host_.crypto.seals_left = 0;
  say("a");
  EXPECT_EQ(writes(), 0U);
  EXPECT_THAT(host_.problems(), ElementsAre(ProblemCode::kRandomFailed));
  host_.crypto.seals_left = SIZE_MAX;
  host_.pass(WriteQueue::kRetryFirst);
  EXPECT_EQ(writes(), 1U);
  host_.write_done();
  EXPECT_THAT(sent(), ElementsAre(1U));
}

TEST_F(ClientStorage, a_frame_for_a_connection_that_is_gone_is_dropped) {
  say("a");
  host_.handle(ConnectionLost{.connection = host_.fetches.back(),
                              .reason = ConnectionLost::Reason::kNetwork});
  host_.pass(Connection::kBackoffMax);
  host_.connect();
  host_.frames.clear();
  host_.write_done();
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(shown_when_stored(), ElementsAre(1U));  // but the page is told
}

TEST_F(ClientStorage, an_answer_to_no_write_changes_nothing) {
  say("a");
  host_.handle(VaultWritten{.write = 12345, .outcome = Outcome::kDone});
  EXPECT_THAT(sent(), IsEmpty());
  host_.write_done();
  host_.handle(VaultWritten{.write = host_.writes.back().write, .outcome = Outcome::kFailed});
  EXPECT_THAT(host_.problems(), IsEmpty());
  EXPECT_THAT(sent(), ElementsAre(1U));
}

TEST_F(ClientStorage, after_a_crash_at_any_point_what_had_left_is_found_in_the_store) {
  // Messages of growing length, which the room stores in one record. Writes are answered late, out
  // of step, and with failures. Between any two events the device may lose power.
  const auto check = [this] {
    const std::string found = stored_text();
    const std::uint64_t left = sent().empty() ? 0 : sent().back();
    EXPECT_NE(found, "nothing");
    EXPECT_TRUE(left == 0 || found.size() >= left);
  };
  for (std::size_t round = 0; round < 24; ++round) {
    say(std::string(8 + round, 'x'));
    check();
    if (round % 3 == 1) {
      if (host_.writes_waiting() > 0) {
        host_.write_done(round % 2 == 0 ? Outcome::kFailed : Outcome::kDone);
      }
      check();
    }
    if (round % 5 == 4) {
      host_.pass(WriteQueue::kRetryFirst * 4);
      check();
    }
    host_.frame_comes(round, frame::Live{});  // the server is still there
  }
  host_.pass(WriteQueue::kRetryFirst * 4);
  while (host_.writes_waiting() > 0) {
    host_.write_done();
    check();
  }
  EXPECT_EQ(sent().size(), 24U);
  EXPECT_EQ(stored_text().size(), 8U + 23U);
}

}  // namespace
}  // namespace zerofc::member::test
