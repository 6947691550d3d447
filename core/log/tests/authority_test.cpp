// Who may do what to whom, docs/protocol.md §3.2: every kind by every role on every target, against
// a table written by hand; and what each entry changes.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "core/log/control_state.hpp"
#include "core/log/testing/people.hpp"

namespace zerofc {
namespace {

using testing::crypto;
using testing::Founded;
using testing::Person;
using testing::random;
using testing::sign_entry;

class Authority : public ::testing::Test {
 protected:
  [[nodiscard]] const ControlState& state() const { return *room.state; }
  [[nodiscard]] Role role_of(const MemberId& id) const { return state().find(id)->role; }

  std::optional<ControlRefusal> refusal(const ControlContent& content, const Person& signer) const {
    const auto verdict = judge(crypto(), state(), sign_entry(content, signer.signing));
    if (verdict) return std::nullopt;
    return verdict.error();
  }
  void land(const ControlContent& content, const Person& signer) {
    room.land(sign_entry(content, signer.signing));
  }

  Founded room;
  Person admin, other_admin, member, other_member, gone;
  MemberId owner_id = room.owner_id;
  MemberId admin_id = room.admit_admin(admin);
  MemberId other_admin_id = room.admit_admin(other_admin);
  MemberId member_id = room.admit(member);
  MemberId other_member_id = room.admit(other_member);
  MemberId gone_id = leave(gone);

 private:
  MemberId leave(const Person& person) {
    const MemberId id = room.admit(person);
    land(room.next(Kind::kMemberLeave, id), person);
    return id;
  }
};

enum class Act : std::uint8_t {
  kAdd,
  kLeave,
  kRotate,
  kRemove,
  kMakeAdmin,
  kMakeMember,
  kTransfer,
  kSetPolicy,
  kDestroy,
};

struct Rule {
  Act act;
  Role author;
  // For each target `y` or `.`: itself, the owner, an admin, a member, somebody who left, nobody.
  std::string_view allowed;
};
constexpr std::string_view kAll = "yyyyyy";  // of an act without a target
constexpr std::string_view kNone = "......";
constexpr std::array kRules = {
    Rule{Act::kAdd, Role::kOwner, kAll},           Rule{Act::kAdd, Role::kAdmin, kAll},
    Rule{Act::kAdd, Role::kMember, kNone},         Rule{Act::kLeave, Role::kOwner, kNone},
    Rule{Act::kLeave, Role::kAdmin, kAll},         Rule{Act::kLeave, Role::kMember, kAll},
    Rule{Act::kRotate, Role::kOwner, kAll},        Rule{Act::kRotate, Role::kAdmin, kAll},
    Rule{Act::kRotate, Role::kMember, kNone},      Rule{Act::kRemove, Role::kOwner, "..yy.."},
    Rule{Act::kRemove, Role::kAdmin, "...y.."},    Rule{Act::kRemove, Role::kMember, kNone},
    Rule{Act::kMakeAdmin, Role::kOwner, "...y.."}, Rule{Act::kMakeAdmin, Role::kAdmin, kNone},
    Rule{Act::kMakeAdmin, Role::kMember, kNone},   Rule{Act::kMakeMember, Role::kOwner, "..y..."},
    Rule{Act::kMakeMember, Role::kAdmin, kNone},   Rule{Act::kMakeMember, Role::kMember, kNone},
    Rule{Act::kTransfer, Role::kOwner, "..yy.."},  Rule{Act::kTransfer, Role::kAdmin, kNone},
    Rule{Act::kTransfer, Role::kMember, kNone},    Rule{Act::kSetPolicy, Role::kOwner, kAll},
    Rule{Act::kSetPolicy, Role::kAdmin, kNone},    Rule{Act::kSetPolicy, Role::kMember, kNone},
    Rule{Act::kDestroy, Role::kOwner, kAll},       Rule{Act::kDestroy, Role::kAdmin, kNone},
    Rule{Act::kDestroy, Role::kMember, kNone},
};

TEST_F(Authority, hole_L_is_what_the_table_says_for_every_act_by_every_role_on_every_target) {
  const Person joiner;
  const Bytes card = room.card_of(joiner);
  for (const Rule& rule : kRules) {
    const MemberId author = rule.author == Role::kOwner   ? owner_id
                            : rule.author == Role::kAdmin ? admin_id
                                                          : member_id;
    const Person& signer = rule.author == Role::kOwner   ? room.owner
                           : rule.author == Role::kAdmin ? admin
                                                         : member;
    const std::array targets = {author,          owner_id, other_admin_id,
                                other_member_id, gone_id,  random<MemberId>()};
    for (std::size_t index = 0; index < targets.size(); ++index) {
      const MemberId& target = targets[index];
      ControlContent content;
      switch (rule.act) {
        case Act::kAdd:
          content = room.next_add(author, card, random<InviteId>());
          break;
        case Act::kLeave:
          content = room.next(Kind::kMemberLeave, author);
          break;
        case Act::kRotate:
          content = room.next_rotation(author);
          break;
        case Act::kRemove:
          content = room.next_rotation(author, {target});
          break;
        case Act::kMakeAdmin:
          content = room.next_role(author, target, Role::kAdmin);
          break;
        case Act::kMakeMember:
          content = room.next_role(author, target, Role::kMember);
          break;
        case Act::kTransfer:
          content = room.next_transfer(author, target);
          break;
        case Act::kSetPolicy:
          content = room.next_policy(author, Policy());
          break;
        case Act::kDestroy:
          content = room.next(Kind::kRoomDestroy, author);
          break;
      }
      EXPECT_EQ(!refusal(content, signer), rule.allowed[index] == 'y')
          << "act " << static_cast<int>(rule.act) << " by role " << static_cast<int>(rule.author)
          << " on target " << index;
      // And never in the name of somebody who has left, or was never there.
      content.author = gone_id;
      EXPECT_EQ(refusal(content, gone), ControlRefusal::kNotMember);
      content.author = room.id_of(joiner);
      EXPECT_EQ(refusal(content, joiner), ControlRefusal::kNotMember);
    }
  }
}

TEST_F(Authority, a_removal_is_refused_whole_if_any_of_it_is_not_allowed) {
  EXPECT_EQ(refusal(room.next_rotation(admin_id, {member_id, other_member_id}), admin),
            std::nullopt);
  EXPECT_EQ(refusal(room.next_rotation(admin_id, {member_id, other_admin_id}), admin),
            ControlRefusal::kNotAuthorised);
  EXPECT_EQ(refusal(room.next_rotation(owner_id, {member_id, gone_id}), room.owner),
            ControlRefusal::kBadTarget);
}

TEST_F(Authority, a_removal_names_each_once_in_rising_order) {
  const auto with = [&](std::vector<MemberId> removed) {
    ControlContent content = room.next_rotation(owner_id);
    std::get<KeyRotateFields>(content.fields).removed = std::move(removed);
    return refusal(content, room.owner);
  };
  const MemberId low = std::min(member_id, admin_id);
  const MemberId high = std::max(member_id, admin_id);
  EXPECT_EQ(with({low, high}), std::nullopt);
  EXPECT_EQ(with({high, low}), ControlRefusal::kBadRotation);
  EXPECT_EQ(with({low, low}), ControlRefusal::kBadRotation);
}

TEST_F(Authority, hole_E_a_removal_ends_the_membership_in_the_step_that_begins_the_new_epoch) {
  const std::size_t before = state().member_count();
  const Seq seq = room.next_seq;
  land(room.next_rotation(owner_id, {member_id, admin_id}), room.owner);
  EXPECT_EQ(state().epoch(), 1U);
  EXPECT_EQ(state().member_count(), before - 2);
  for (const MemberId& id : {member_id, admin_id}) {
    EXPECT_EQ(state().find_member(id), nullptr);
    EXPECT_EQ(state().find(id)->left_at, seq);
    EXPECT_EQ(state().find(id)->removed_by, owner_id);
  }
  EXPECT_EQ(state().unrotated_leaver(), std::nullopt);
  EXPECT_EQ(refusal(room.next(Kind::kMemberLeave, member_id), member), ControlRefusal::kNotMember);
  EXPECT_EQ(refusal(room.next_rotation(admin_id), admin), ControlRefusal::kNotMember);
  // And no return under the old card.
  const Bytes card = room.card_of(member);
  EXPECT_EQ(refusal(room.next_add(owner_id, card, random<InviteId>()), room.owner),
            ControlRefusal::kKeyReused);
}

TEST_F(Authority, somebody_who_left_by_itself_was_removed_by_nobody) {
  EXPECT_EQ(state().find(gone_id)->removed_by, std::nullopt);
}

TEST_F(Authority, a_role_counts_from_the_entry_that_sets_it) {
  land(room.next_role(owner_id, member_id, Role::kAdmin), room.owner);
  EXPECT_EQ(role_of(member_id), Role::kAdmin);
  EXPECT_EQ(refusal(room.next_rotation(member_id), member), std::nullopt);
  land(room.next_role(owner_id, member_id, Role::kMember), room.owner);
  EXPECT_EQ(role_of(member_id), Role::kMember);
  EXPECT_EQ(refusal(room.next_rotation(member_id), member), ControlRefusal::kNotAuthorised);
}

TEST_F(Authority, hole_L_a_transfer_leaves_one_owner_and_the_old_one_an_admin_who_may_leave) {
  land(room.next_transfer(owner_id, member_id), room.owner);
  EXPECT_EQ(state().owner(), member_id);
  EXPECT_EQ(role_of(member_id), Role::kOwner);
  EXPECT_EQ(role_of(owner_id), Role::kAdmin);
  EXPECT_EQ(refusal(room.next_policy(owner_id, Policy()), room.owner),
            ControlRefusal::kNotAuthorised);
  EXPECT_EQ(refusal(room.next_policy(member_id, Policy()), member), std::nullopt);
  EXPECT_EQ(refusal(room.next(Kind::kMemberLeave, member_id), member),
            ControlRefusal::kNotAuthorised);
  EXPECT_EQ(refusal(room.next(Kind::kMemberLeave, owner_id), room.owner), std::nullopt);
}

TEST_F(Authority, a_policy_counts_from_the_entry_that_sets_it) {
  Policy policy;
  policy.joins_open = false;
  policy.rotate_every = 10;
  land(room.next_policy(owner_id, policy), room.owner);
  EXPECT_EQ(state().policy(), policy);
  const Person joiner;
  const Bytes card = room.card_of(joiner);
  const auto add = [&] {
    return refusal(room.next_add(owner_id, card, random<InviteId>()), room.owner);
  };
  EXPECT_EQ(add(), ControlRefusal::kJoinsClosed);
  // Fewer than are in it already: nobody has to go, and nobody comes.
  policy.joins_open = true;
  policy.max_members = 2;
  land(room.next_policy(owner_id, policy), room.owner);
  EXPECT_EQ(add(), ControlRefusal::kRoomFull);
}

TEST_F(Authority, nothing_is_valid_after_the_end_of_the_room) {
  const Seq seq = room.next_seq;
  land(room.next(Kind::kRoomDestroy, owner_id), room.owner);
  EXPECT_EQ(state().destroyed_at(), seq);
  EXPECT_EQ(refusal(room.next_rotation(owner_id), room.owner), ControlRefusal::kRoomDestroyed);
  EXPECT_EQ(refusal(room.next(Kind::kMemberLeave, member_id), member),
            ControlRefusal::kRoomDestroyed);
  EXPECT_EQ(refusal(room.next(Kind::kRoomDestroy, owner_id), room.owner),
            ControlRefusal::kRoomDestroyed);
}

}  // namespace
}  // namespace zerofc
