// What the page is told of a room.
#include <algorithm>

#include "core/member/room/impl.hpp"
#include "core/member/room/record_codec.hpp"

namespace zerofc::member {
namespace {

// Limits of the lists in schema/ui.json.
constexpr std::size_t kMembersPerPatch = 1000;
constexpr std::size_t kItemsPerPatch = 200;

template <class IdType>
auto bytes_of_id(const std::optional<IdType>& id) {
  return id ? std::optional(id->bytes()) : std::nullopt;
}

ui::Item item_of(const Row& row) {
  return {.seq = row.seq,
          .kind = *row.kind,
          .author = bytes_of_id(row.author),
          .token = bytes_of_id(row.token),
          .at = row.at,
          .text = row.text.empty() ? std::nullopt : std::optional<std::string_view>(row.text),
          .subject = bytes_of_id(row.subject),
          .number = row.number,
          .reason = row.reason};
}

ui::Alarm alarm_of(const AlarmRecord& alarm) {
  return {.alarm = alarm.number,
          .kind = alarm.kind,
          .member = bytes_of_id(alarm.member),
          .seq = alarm.seq,
          .expected = bytes_of_id(alarm.expected),
          .offered = bytes_of_id(alarm.offered),
          .at = millis_of(alarm.at)};
}

// A fork makes everything after it differ: one alarm for each member stands until dismissed, and
// one for the server's heads.
bool same_alarm(const AlarmRecord& a, const AlarmRecord& b) {
  if (a.kind != b.kind || a.member != b.member) return false;
  if (a.kind == ui::AlarmKind::kFork || a.kind == ui::AlarmKind::kServerHead) return true;
  return a.seq == b.seq && a.offered == b.offered;
}

}  // namespace

// "Nothing is shown before all of that holds" (protocol §4).
bool Room::Impl::is_shown() const {
  return !state.joining && state.phase != ui::RoomState::kCreating;
}

void Room::Impl::problem(Out& out, ui::ProblemCode code, std::optional<std::uint64_t> ref,
                         std::optional<std::uint64_t> amount) const {
  out.patch(
      ui::patch::Problem{.code = code, .room = state.id.bytes(), .ref = ref, .amount = amount});
}

void Room::Impl::show_state(Out& out) const {
  out.patch(ui::patch::RoomStateChanged{.room = state.id.bytes(),
                                        .state = state.phase,
                                        .end = state.end,
                                        .inviter_online = state.inviter_online,
                                        .server = bytes_of_id(state.pin)});
}

void Room::Impl::show(const Context& context, Out& out) const {
  out.patch(ui::patch::RoomAdded{
      .room = state.id.bytes(),
      .name = state.name.empty() ? std::nullopt : std::optional<std::string_view>(state.name),
      .state = state.phase,
      .end = state.end,
      .inviter_online = state.inviter_online,
      .self = state.keys.id.bytes(),
      .server = bytes_of_id(state.pin),
      .unread = unread_,
      .read = state.read,
      .newest_at = newest_at_});
  if (!is_shown()) return;
  if (control_) {
    std::vector<MemberId> members;
    for (const auto& [id, member] : control_->everybody()) members.push_back(id);
    // In the order of the log, which is the same for everybody.
    std::sort(members.begin(), members.end(), [&](const MemberId& one, const MemberId& other) {
      return control_->find(one)->added_at < control_->find(other)->added_at;
    });
    show_members(out, members);
  }
  for (const Invite& invite : state.invites) show_invite(out, invite, context);
  for (const Unsent& unsent : state.unsent) show_outbox(out, unsent);
  show_rotation(context, out);
  show_policy(out);
  for (const AlarmRecord& alarm : state.alarms) {
    out.patch(ui::patch::AlarmRaised{.room = state.id.bytes(), .alarm = alarm_of(alarm)});
  }
}

void Room::Impl::show_members(Out& out, const std::vector<MemberId>& members) const {
  ui::patch::MembersChanged patch{.room = state.id.bytes(), .members = {}};
  for (const MemberId& id : members) {
    const MemberEntry* entry = control_ ? control_->find(id) : nullptr;
    if (entry == nullptr) continue;
    const bool own = id == state.keys.id;
    const auto found = state.people.find(id);
    const Acquaintance* person = found == state.people.end() ? nullptr : &found->second;
    ui::Member member;
    member.member = id.bytes();
    member.own = own;
    member.role = entry->role == Role::kOwner   ? ui::Role::kOwner
                  : entry->role == Role::kAdmin ? ui::Role::kAdmin
                                                : ui::Role::kMember;
    member.state = entry->removed_by                    ? ui::MemberState::kRemoved
                   : !entry->is_member()                ? ui::MemberState::kLeft
                   : own || (person && person->arrived) ? ui::MemberState::kPresent
                                                        : ui::MemberState::kInvited;
    member.fingerprint = entry->fingerprint.bytes();
    if (person != nullptr && person->profile) {
      member.nickname = person->profile->nickname;
      member.colour = person->profile->colour;
    } else if (own) {
      member.nickname = state.profile.nickname;
      member.colour = state.profile.colour;
    } else if (person != nullptr && person->told) {
      member.nickname = *person->told;
      member.named_by = bytes_of_id(person->told_by);
    }
    if (person != nullptr && person->cross_checked_at) {
      member.cross_checked_at = millis_of(*person->cross_checked_at);
    }
    patch.members.push_back(member);
    if (patch.members.size() == kMembersPerPatch) {
      out.patch(patch);
      patch.members.clear();
    }
  }
  if (!patch.members.empty()) out.patch(patch);
}

void Room::Impl::show_outbox(Out& out, const Unsent& unsent, bool when_stored) const {
  const auto* text = std::get_if<TextBody>(&unsent.body);
  if (text == nullptr) return;  // what the client sends by itself
  const ui::patch::OutboxChanged patch{.room = state.id.bytes(),
                                       .entries = {{.token = unsent.token.bytes(),
                                                    .ref = unsent.ref,
                                                    .text = text->text,
                                                    .at = millis_of(unsent.at),
                                                    .state = unsent.state,
                                                    .problem = unsent.problem}}};
  if (when_stored) {
    out.patch_when_stored(patch);
  } else {
    out.patch(patch);
  }
}

// The link is shown once the server has the invite, and only while it can be used.
void Room::Impl::show_invite(Out& out, const Invite& invite, const Context& context,
                             bool when_stored) const {
  ui::Invite shown{.invite = invite.id.bytes(),
                   .state = invite.state,
                   .expires_at = seconds_of(invite.expires),
                   .used_by = bytes_of_id(invite.used_by),
                   .ref = invite.ref};
  SecretBytes link;
  if (invite.state == ui::InviteState::kLive && invite.secrets && state.pin) {
    link = encode_link(
        context.origin,
        InviteLink{state.id, state.keys.id, invite.secrets->exchange.public_key, invite.id,
                   invite.secrets->secret.copy(), *state.pin, invite.expires});
    shown.link = text_of(link.view());
  }
  const ui::patch::InvitesChanged patch{.room = state.id.bytes(), .invites = {shown}};
  if (when_stored) {
    out.patch_when_stored(patch);
  } else {
    out.patch(patch);
  }
}

void Room::Impl::show_rotation(const Context& context, Out& out) const {
  if (!control_ || !is_shown()) return;
  const std::uint64_t every = control_->policy().rotate_every;
  const auto age = context.now.wall - state.key_since;
  const bool held = holds_current_key();
  out.patch(ui::patch::RotationChanged{
      .room = state.id.bytes(),
      .epoch = control_->epoch(),
      .every = every,
      .used = used_,
      .since = millis_of(state.key_since),
      .overdue_messages = used_ > every ? used_ - every : 0,
      .overdue_s =
          held && age > kKeyLife
              ? static_cast<std::uint64_t>(
                    std::chrono::duration_cast<std::chrono::seconds>(age - kKeyLife).count())
              : 0,
      .rotating = state.rotation.has_value() || state.rotation_asked,
      .may_rotate = may_rotate() && held,
      .leaver = bytes_of_id(control_->unrotated_leaver()),
      .missing = !held && state.phase == ui::RoomState::kLive});
}

void Room::Impl::show_policy(Out& out) const {
  if (!control_ || !is_shown()) return;
  const Policy& policy = control_->policy();
  out.patch(ui::patch::RoomPolicyChanged{.room = state.id.bytes(),
                                         .rotate_every = policy.rotate_every,
                                         .max_members = policy.max_members,
                                         .joins_open = policy.joins_open});
}

void Room::Impl::show_unread(Out& out) const {
  out.patch(ui::patch::RoomUnreadChanged{
      .room = state.id.bytes(), .unread = unread_, .read = state.read, .newest_at = newest_at_});
}

void Room::Impl::flush_items(Out& out) {
  if (!is_shown()) return;
  if (unshown_.empty()) return;
  std::sort(unshown_.begin(), unshown_.end());
  unshown_.erase(std::unique(unshown_.begin(), unshown_.end()), unshown_.end());
  ui::patch::ItemsAdded patch{.room = state.id.bytes(), .items = {}};
  for (const Seq seq : unshown_) {
    if (!rows_.find(seq)->kind) continue;  // forgotten meanwhile
    patch.items.push_back(item_of(*rows_.find(seq)));
    if (patch.items.size() == kItemsPerPatch) {
      out.patch(patch);
      patch.items.clear();
    }
  }
  if (!patch.items.empty()) out.patch(patch);
  unshown_.clear();
  show_unread(out);
}

void Room::Impl::history_before(Out& out, std::optional<Seq> before, std::uint64_t count) const {
  const auto most = static_cast<std::size_t>(std::clamp<std::uint64_t>(count, 1, kItemsPerPatch));
  ui::patch::HistoryLoaded patch{
      .room = state.id.bytes(), .before = before, .items = {}, .more = false};
  const auto& rows = rows_.rows();
  if (is_shown()) {
    const Seq end = std::min(before.value_or(rows_.next()), rows_.next());
    const auto newer = static_cast<std::ptrdiff_t>(rows_.next() - std::max(end, rows_.first()));
    for (auto row = rows.rbegin() + newer; row != rows.rend(); ++row) {
      if (!row->kind) continue;
      if (patch.items.size() == most) {
        patch.more = true;
        break;
      }
      patch.items.push_back(item_of(*row));
    }
  }
  std::reverse(patch.items.begin(), patch.items.end());
  out.patch(patch);
}

// Messages of others after the newest that the person has seen.
void Room::Impl::count_unread() {
  unread_ = 0;
  newest_at_.reset();
  const auto& rows = rows_.rows();
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (row->kind != ui::ItemKind::kText) continue;
    if (!newest_at_) newest_at_ = row->at;
    if (state.read && row->seq <= *state.read) break;
    if (row->author != state.keys.id) ++unread_;
  }
}

void Room::Impl::read_up_to(Out& out, Seq seq) {
  if (rows_.empty()) return;
  const Seq newest = std::min(seq, rows_.head().seq);
  if (state.read && newest <= *state.read) return;
  state.read = newest;
  count_unread();
  mark_changed();
  show_unread(out);
}

void Room::Impl::raise_alarm(const Context& context, Out& out, AlarmRecord alarm) {
  const bool known = std::any_of(state.alarms.begin(), state.alarms.end(),
                                 [&](const AlarmRecord& one) { return same_alarm(one, alarm); });
  if (known) return;
  alarm.number = ++state.last_alarm;
  alarm.at = context.now.wall;
  // The oldest of the kind that there are most of makes room, so that a flood of one kind pushes
  // out no other.
  if (state.alarms.size() >= kAlarmsKept) {
    const auto count = [this](ui::AlarmKind kind) {
      return std::count_if(state.alarms.begin(), state.alarms.end(),
                           [kind](const AlarmRecord& one) { return one.kind == kind; });
    };
    const auto place = std::max_element(
        state.alarms.begin(), state.alarms.end(),
        [&](const AlarmRecord& a, const AlarmRecord& b) { return count(a.kind) < count(b.kind); });
    const std::uint64_t oldest = place->number;
    state.alarms.erase(place);
    if (is_shown()) {
      out.patch(ui::patch::AlarmRemoved{.room = state.id.bytes(), .alarm = oldest});
    }
  }
  state.alarms.push_back(alarm);
  mark_changed();
  if (is_shown() || alarm.kind == ui::AlarmKind::kServerKeyChanged) {
    out.patch(ui::patch::AlarmRaised{.room = state.id.bytes(), .alarm = alarm_of(alarm)});
  }
}

void Room::Impl::dismiss_alarm(Out& out, std::uint64_t number) {
  const auto found = std::find_if(state.alarms.begin(), state.alarms.end(),
                                  [&](const AlarmRecord& alarm) { return alarm.number == number; });
  if (found == state.alarms.end()) return;
  state.alarms.erase(found);
  mark_changed();
  out.patch(ui::patch::AlarmRemoved{.room = state.id.bytes(), .alarm = number});
}

}  // namespace zerofc::member
