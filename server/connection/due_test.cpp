#include "server/connection/due.hpp"

#include <gtest/gtest.h>

#include <string>

#include "server/connection/slots.hpp"

namespace zerofc::server {
namespace {

using std::chrono::milliseconds;

class DueTest : public ::testing::Test {
 protected:
  // What comes due at this time, as a text of names.
  std::string come(int now) {
    std::string names;
    while (const auto entry = due.take(milliseconds(now))) {
      Deadline& deadline = entry->second == 'a' ? a : b;
      if (due.has_come(deadline, *entry, milliseconds(now))) names += entry->second;
    }
    return names;
  }
  Due<char> due;
  Deadline a;
  Deadline b;
};

TEST_F(DueTest, comes_in_order_of_time_and_once) {
  due.set(a, 'a', milliseconds(20));
  due.set(b, 'b', milliseconds(10));
  EXPECT_EQ(due.next(), milliseconds(10));
  EXPECT_EQ(come(9), "");
  EXPECT_EQ(come(30), "ba");
  EXPECT_EQ(come(40), "");
  EXPECT_EQ(due.next(), std::nullopt);
}

TEST_F(DueTest, may_be_put_off_again_and_again) {
  due.set(a, 'a', milliseconds(10));
  for (int now = 0; now < 100; now += 5) {
    due.set(a, 'a', milliseconds(now + 10));
    EXPECT_EQ(come(now), "");
  }
  EXPECT_EQ(come(105), "a");
}

TEST_F(DueTest, may_be_moved_forward) {
  due.set(a, 'a', milliseconds(100));
  due.set(a, 'a', milliseconds(10));
  EXPECT_EQ(come(10), "a");
  EXPECT_EQ(come(100), "") << "what it was before does not count";
}

TEST_F(DueTest, may_be_given_up) {
  due.set(a, 'a', milliseconds(10));
  due.set(a, 'a', std::nullopt);
  EXPECT_EQ(come(20), "");
}

TEST_F(DueTest, is_not_mistaken_for_that_of_another_thing_of_the_same_name) {
  due.set(a, 'a', milliseconds(10));
  a = Deadline();
  due.set(a, 'a', milliseconds(50));
  EXPECT_EQ(come(20), "");
  EXPECT_EQ(come(50), "a");
}

TEST(SlotsTest, find_what_was_added_and_never_what_came_after_it) {
  Slots<std::string> slots;
  ConnectionId first{};
  slots.add([&](ConnectionId id) {
    first = id;
    return std::make_unique<std::string>("first");
  });
  EXPECT_EQ(*slots.find(first), "first");
  slots.remove(first);
  slots.remove(first);
  EXPECT_EQ(slots.find(first), nullptr);
  ConnectionId second{};
  slots.add([&](ConnectionId id) {
    second = id;
    return std::make_unique<std::string>("second");
  });
  EXPECT_NE(first, second);
  EXPECT_EQ(slots.find(first), nullptr);
  EXPECT_EQ(*slots.find(second), "second");
  EXPECT_EQ(slots.count(), 1U);
  EXPECT_EQ(slots.find(ConnectionId{77}), nullptr);
}

}  // namespace
}  // namespace zerofc::server
