// What the page of a client would show of one room, out of patches alone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/secret.hpp"
#include "core/member/ui/ui_messages.hpp"
#include "core/wire/types.hpp"

namespace zerofc::testing {

struct ShownItem {
  Seq seq = 0;
  ui::ItemKind kind{};
  std::optional<MemberId> author;
  std::optional<EntryToken> token;
  std::string text;
  std::optional<MemberId> subject;
  std::optional<std::uint64_t> number;
  std::optional<ui::RefusalReason> reason;
  friend bool operator==(const ShownItem&, const ShownItem&) = default;
};

struct ShownUnsent {
  std::string text;
  ui::OutboxState state{};
  std::optional<std::uint64_t> ref;
  std::optional<ui::ProblemCode> problem;
};

struct ShownInvite {
  ui::InviteState state{};
  std::string link;
  std::optional<MemberId> used_by;
};

struct ShownMember {
  ui::Role role{};
  ui::MemberState state{};
  std::string nickname;
  std::optional<MemberId> named_by;
  Fingerprint fingerprint;
  friend bool operator==(const ShownMember&, const ShownMember&) = default;
};

struct ShownAlarm {
  ui::AlarmKind kind{};
  std::optional<MemberId> member;
  std::optional<Seq> seq;
};

struct ShownRotation {
  Epoch epoch = 0;
  std::uint64_t used = 0;
  bool rotating = false;
  bool missing = false;
  std::optional<MemberId> leaver;
};

struct ShownPolicy {
  std::uint64_t rotate_every = 0;
  std::uint64_t max_members = 0;
  bool joins_open = false;
};

struct Page {
  // An encoded patch. Ends the program if it can't be decoded.
  void show(BytesView patch);
  [[nodiscard]] std::optional<ui::AlarmKind> alarm() const {
    return alarms.empty() ? std::nullopt : std::optional(alarms.begin()->second.kind);
  }

  std::optional<ui::RoomState> state;
  std::optional<ui::RoomEnd> end;
  std::string name;
  std::optional<MemberId> self;
  std::uint64_t unread = 0;
  std::optional<std::uint64_t> newest_at;
  std::map<MemberId, ShownMember> members;
  std::vector<MemberId> member_order;  // as they were first shown
  std::map<Seq, ShownItem> items;
  std::map<EntryToken, ShownUnsent> outbox;
  std::map<InviteId, ShownInvite> invites;
  std::map<std::uint64_t, ShownAlarm> alarms;
  ShownRotation rotation;
  std::optional<ShownPolicy> policy;
  std::vector<ui::ProblemCode> problems;
  bool has_older = false;  // of the last history.loaded
};

}  // namespace zerofc::testing
