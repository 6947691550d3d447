// What an invite link says before anything of it is used: docs/protocol.md §4.
#include "core/member/link.hpp"

#include <gtest/gtest.h>

#include "core/member/tests/test_host.hpp"

namespace zerofc::member::test {
namespace {

using ui::LinkState;

class Link : public ::testing::Test {
 protected:
  void SetUp() override {
    host_.start_in_memory();
    server_.mutable_bytes().fill(0x55);
    room_.mutable_bytes().fill(0xab);
    expires_ = to_seconds(host_.now.wall) + std::chrono::hours(24);
  }
  std::string link(std::string_view origin = kOrigin, const InviteId& invite = {}) {
    const SecretBytes text = link_to(host_.crypto, server_, room_, expires_, origin, invite);
    return std::string(text_of(text.view()));
  }
  ui::patch::LinkInspected inspect(std::string_view text) {
    host_.ask(ui::intent::LinkInspect{.link = text});
    return host_.shown<ui::patch::LinkInspected>().back();
  }
  void join(std::string_view text) {
    host_.ask(ui::intent::RoomJoin{.ref = 7, .link = text, .nickname = "Bob", .colour = 1});
  }

  TestHost host_;
  RoomId room_;
  Fingerprint server_;
  UnixSeconds expires_{};
};

TEST_F(Link, a_good_link_shows_what_it_says_and_uses_nothing_up) {
  const auto shown = inspect(link());
  EXPECT_EQ(shown.state, LinkState::kValid);
  EXPECT_EQ(shown.room, room_.bytes());
  EXPECT_EQ(shown.server, server_.bytes());
  EXPECT_EQ(shown.expires_at, static_cast<std::uint64_t>(expires_.time_since_epoch().count()));
  EXPECT_FALSE(shown.origin);
  EXPECT_TRUE(host_.fetches.empty());
  EXPECT_TRUE(host_.shown<ui::patch::RoomAdded>().empty());
}

TEST_F(Link, what_is_no_link_or_not_all_of_one_is_mangled) {
  const std::string good = link();
  for (const std::string& bad :
       {std::string(), std::string("hello"), good.substr(0, good.size() - 1),
        good.substr(0, good.size() / 2), good + "A"}) {
    const auto shown = inspect(bad);
    EXPECT_EQ(shown.state, LinkState::kMangled) << bad;
    EXPECT_FALSE(shown.room);
  }
}

TEST_F(Link, a_link_to_another_server_names_it) {
  const auto shown = inspect(link("https://elsewhere.example"));
  EXPECT_EQ(shown.state, LinkState::kOtherServer);
  EXPECT_EQ(shown.origin, "https://elsewhere.example");
  EXPECT_EQ(inspect(link("http://chat.example")).state, LinkState::kOtherServer);
  EXPECT_EQ(inspect(link("https://chat.example:8443")).state, LinkState::kOtherServer);
}

TEST_F(Link, a_host_has_no_case) {
  EXPECT_EQ(inspect(link("https://Chat.Example")).state, LinkState::kValid);
}

TEST_F(Link, a_link_is_expired_from_its_last_second_on) {
  host_.now.wall = expires_ - std::chrono::milliseconds(1);
  EXPECT_EQ(inspect(link()).state, LinkState::kValid);
  host_.now.wall = expires_;
  EXPECT_EQ(inspect(link()).state, LinkState::kExpired);
}

TEST_F(Link, rooms_of_this_client_are_recognised) {
  script().made = 0xaa;  // the next room has the link's id
  ASSERT_EQ(host_.create_room(), room_);
  struct Case {
    ui::RoomState state;
    LinkState expected;
  };
  for (const Case& one : {Case{ui::RoomState::kCreating, LinkState::kAlreadyMember},
                          Case{ui::RoomState::kLive, LinkState::kAlreadyMember},
                          Case{ui::RoomState::kLeft, LinkState::kAlreadyMember},
                          Case{ui::RoomState::kStopped, LinkState::kAlreadyMember},
                          Case{ui::RoomState::kRequesting, LinkState::kAlreadyJoining},
                          Case{ui::RoomState::kWaiting, LinkState::kAlreadyJoining},
                          Case{ui::RoomState::kVerifying, LinkState::kAlreadyJoining},
                          Case{ui::RoomState::kDeclined, LinkState::kValid}}) {
    script().rooms[room_].state = one.state;
    EXPECT_EQ(inspect(link()).state, one.expected);
  }
}

TEST_F(Link, an_own_invite_is_recognised) {
  const RoomId own = host_.create_room();
  InviteId invite;
  invite.mutable_bytes().fill(0x11);
  script().rooms[own].invite = invite;
  EXPECT_EQ(inspect(link(kOrigin, invite)).state, LinkState::kOwnInvite);
  EXPECT_EQ(inspect(link()).state, LinkState::kValid);
}

TEST_F(Link, the_server_s_key_is_compared_with_what_it_showed) {
  host_.create_room();
  host_.connect();
  EXPECT_EQ(inspect(link()).state, LinkState::kServerKeyChanged);
  server_ = Fingerprint(host_.crypto.sha256({encode(host_.server)}).bytes());
  EXPECT_EQ(inspect(link()).state, LinkState::kValid);
}

TEST_F(Link, a_link_whose_key_is_none_is_mangled) {
  InviteLink bad;
  bad.room = room_;
  bad.expires = expires_;
  const SecretBytes text = encode_link(kOrigin, bad);  // its invite key is all zero
  EXPECT_EQ(inspect(text_of(text.view())).state, LinkState::kMangled);
}

TEST_F(Link, only_a_link_that_can_be_joined_is_joined) {
  join("hello");
  join(link("https://elsewhere.example"));
  const auto problems = host_.shown<ui::patch::Problem>();
  ASSERT_EQ(problems.size(), 2U);
  for (const auto& problem : problems) {
    EXPECT_EQ(problem.code, ui::ProblemCode::kLinkUnusable);
    EXPECT_EQ(problem.ref, 7U);
  }
  EXPECT_TRUE(script().calls.empty());
  const std::string good = link();
  join(good);
  EXPECT_EQ(script().count("join Bob"), 1U);
  join(good);
  EXPECT_EQ(script().count("join Bob"), 1U);
  EXPECT_EQ(host_.problems().size(), 3U);
}

TEST_F(Link, a_declined_attempt_gives_way_to_a_new_one) {
  join(link());
  script().rooms[room_].state = ui::RoomState::kDeclined;
  join(link());
  EXPECT_EQ(script().count("join Bob"), 2U);
  EXPECT_EQ(host_.shown<ui::patch::RoomRemoved>().size(), 1U);
  EXPECT_EQ(host_.shown<ui::patch::RoomAdded>().size(), 2U);
}

TEST_F(Link, in_a_vault_too_the_new_attempt_takes_the_place_of_the_declined_one) {
  TestHost host;
  host.start_with_vault();
  const std::string good = link();
  const ui::intent::RoomJoin again{.ref = 7, .link = good, .nickname = "Bob", .colour = 1};
  host.ask(again);
  script().rooms[room_].state = ui::RoomState::kDeclined;
  host.forget_shown();
  host.answers_writes = false;
  host.ask(again);
  // The page hears of the end of the old one first, and of nothing more when that is stored.
  ASSERT_EQ(host.shown<ui::patch::RoomRemoved>().size(), 1U);
  ASSERT_EQ(host.shown<ui::patch::RoomAdded>().size(), 1U);
  host.write_done();
  EXPECT_EQ(host.shown<ui::patch::RoomRemoved>().size(), 1U);
  host.answers_writes = true;
  host.restart();
  host.start();
  host.unlock();
  EXPECT_EQ(host.shown<ui::patch::RoomAdded>().size(), 1U);
}

TEST_F(Link, a_joiner_connects_to_the_server_that_the_link_names_only) {
  join(link());
  ASSERT_EQ(host_.fetches.size(), 1U);
  host_.server_key(host_.fetches.back(), host_.server);
  EXPECT_TRUE(host_.sessions.empty());
  EXPECT_EQ(host_.connection()->state, ui::ConnectionState::kServerKeyChanged);
}

}  // namespace
}  // namespace zerofc::member::test
