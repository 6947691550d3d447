#include "core/member/testing/page.hpp"

#include <cstdlib>

#include "core/member/ui/ui_codec.hpp"

namespace zerofc::testing {
namespace {

template <class IdType>
std::optional<IdType> id_of(const std::optional<std::array<std::uint8_t, IdType::kBytes>>& bytes) {
  return bytes ? std::optional(IdType(*bytes)) : std::nullopt;
}

std::string text_of(const std::optional<std::string_view>& text) {
  return std::string(text.value_or(""));
}

struct Painter {
  Page& page;

  void items(const std::vector<ui::Item>& added) const {
    for (const ui::Item& item : added) {
      const auto token = id_of<EntryToken>(item.token);
      const auto author = id_of<MemberId>(item.author);
      page.items[item.seq] = {item.seq,    item.kind,          author,
                              token,       text_of(item.text), id_of<MemberId>(item.subject),
                              item.number, item.reason};
      if (token && author == page.self) page.outbox.erase(*token);
    }
  }

  void operator()(const ui::patch::RoomAdded& patch) const {
    page.state = patch.state;
    page.end = patch.end;
    page.name = text_of(patch.name);
    page.self = MemberId(patch.self);
    page.unread = patch.unread;
  }
  void operator()(const ui::patch::RoomStateChanged& patch) const {
    page.state = patch.state;
    page.end = patch.end;
  }
  void operator()(const ui::patch::RoomRenamed& patch) const { page.name = patch.name; }
  void operator()(const ui::patch::RoomUnreadChanged& patch) const {
    page.unread = patch.unread;
    page.newest_at = patch.newest_at;
  }
  void operator()(const ui::patch::MembersChanged& patch) const {
    for (const ui::Member& member : patch.members) {
      if (page.members.count(MemberId(member.member)) == 0) {
        page.member_order.emplace_back(member.member);
      }
      page.members[MemberId(member.member)] = {member.role, member.state, text_of(member.nickname),
                                               id_of<MemberId>(member.named_by),
                                               Fingerprint(member.fingerprint)};
    }
  }
  void operator()(const ui::patch::ItemsAdded& patch) const { items(patch.items); }
  void operator()(const ui::patch::HistoryLoaded& patch) const {
    items(patch.items);
    page.has_older = patch.more;
  }
  void operator()(const ui::patch::OutboxChanged& patch) const {
    for (const ui::OutboxEntry& entry : patch.entries) {
      page.outbox[EntryToken(entry.token)] = {std::string(entry.text), entry.state, entry.ref,
                                              entry.problem};
    }
  }
  void operator()(const ui::patch::OutboxRemoved& patch) const {
    page.outbox.erase(EntryToken(patch.token));
  }
  void operator()(const ui::patch::InvitesChanged& patch) const {
    for (const ui::Invite& invite : patch.invites) {
      page.invites[InviteId(invite.invite)] = {invite.state, text_of(invite.link),
                                               id_of<MemberId>(invite.used_by)};
    }
  }
  void operator()(const ui::patch::InvitesRemoved& patch) const {
    page.invites.erase(InviteId(patch.invite));
  }
  void operator()(const ui::patch::RotationChanged& patch) const {
    page.rotation = {patch.epoch, patch.used, patch.rotating, patch.missing,
                     id_of<MemberId>(patch.leaver)};
  }
  void operator()(const ui::patch::RoomPolicyChanged& patch) const {
    page.policy = ShownPolicy{patch.rotate_every, patch.max_members, patch.joins_open};
  }
  void operator()(const ui::patch::AlarmRaised& patch) const {
    page.alarms[patch.alarm.alarm] = {patch.alarm.kind, id_of<MemberId>(patch.alarm.member),
                                      patch.alarm.seq};
  }
  void operator()(const ui::patch::AlarmRemoved& patch) const { page.alarms.erase(patch.alarm); }
  void operator()(const ui::patch::Problem& patch) const { page.problems.push_back(patch.code); }
  // Of the whole client.
  template <class Other>
  void operator()(const Other& /*patch*/) const {}
};

}  // namespace

void Page::show(BytesView patch) {
  const auto decoded = ui::decode_patch(patch);
  if (!decoded) std::abort();
  std::visit(Painter{*this}, *decoded);
}

}  // namespace zerofc::testing
