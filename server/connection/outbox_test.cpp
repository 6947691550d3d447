#include "server/connection/outbox.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "native/files/file_descriptor.hpp"

namespace zerofc::server {
namespace {

class OutboxTest : public ::testing::Test {
 protected:
  OutboxTest() {
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
    ours = FileDescriptor(pair[0]);
    theirs = FileDescriptor(pair[1]);
  }
  std::string take() {
    std::array<char, 1 << 16> part{};
    const ssize_t count = ::recv(theirs.get(), part.data(), part.size(), MSG_DONTWAIT);
    return {part.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }

  BufferPool pool;
  Outbox outbox{pool};
  FileDescriptor ours;
  FileDescriptor theirs;
};

TEST_F(OutboxTest, sends_what_it_was_given_in_order_and_at_once) {
  outbox.add(bytes_of("one "));
  outbox.add(bytes_of("two "));
  const std::string asset = "asset";
  outbox.add_asset(std::as_bytes(std::span(asset)));
  EXPECT_EQ(outbox.waiting_bytes(), 13U);
  EXPECT_EQ(outbox.flush(ours.get()), Outbox::Flushed::kAll);
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(take(), "one two asset");
}

TEST_F(OutboxTest, goes_on_where_the_socket_took_no_more) {
  const std::string large(3 << 20, 'x');
  outbox.add(bytes_of(large));
  outbox.add(bytes_of("end"));
  std::string all;
  while (outbox.flush(ours.get()) == Outbox::Flushed::kPart) {
    all += take();
    if (all.size() == large.size() / 2) outbox.add(bytes_of(""));
  }
  for (std::string more = take(); !more.empty(); more = take()) all += more;
  EXPECT_EQ(all, large + "end");
}

TEST_F(OutboxTest, takes_more_while_a_part_waits) {
  outbox.add(bytes_of(std::string(1 << 20, 'a')));
  ASSERT_EQ(outbox.flush(ours.get()), Outbox::Flushed::kPart);
  const std::size_t waiting = outbox.waiting_bytes();
  outbox.add(bytes_of(std::string(1000, 'b')));
  EXPECT_EQ(outbox.waiting_bytes(), waiting + 1000);
  std::string all = take();
  while (outbox.flush(ours.get()) == Outbox::Flushed::kPart) all += take();
  for (std::string more = take(); !more.empty(); more = take()) all += more;
  EXPECT_EQ(all, std::string(1 << 20, 'a') + std::string(1000, 'b'));
}

TEST_F(OutboxTest, gives_up_when_the_other_end_is_gone) {
  theirs = FileDescriptor();
  outbox.add(bytes_of("to nobody"));
  EXPECT_EQ(outbox.flush(ours.get()), Outbox::Flushed::kFailed);
}

TEST_F(OutboxTest, hands_what_waits_to_whoever_goes_on_with_it) {
  outbox.add(bytes_of("waits"));
  EXPECT_EQ(text_of(outbox.take_waiting()), "waits");
  EXPECT_TRUE(outbox.empty());
}

TEST_F(OutboxTest, takes_back_what_was_not_filled) {
  outbox.add(bytes_of("kept"));
  static_cast<void>(outbox.extend(100));
  outbox.shrink(100);
  EXPECT_EQ(outbox.flush(ours.get()), Outbox::Flushed::kAll);
  EXPECT_EQ(take(), "kept");
}

}  // namespace
}  // namespace zerofc::server
