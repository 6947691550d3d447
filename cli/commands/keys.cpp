// Invites and the room key.
#include <string>

#include "cli/commands/run.hpp"
#include "cli/output/describe.hpp"
#include "cli/text/hex.hpp"

namespace zerofc::cli {
namespace {

using Access = Session::Access;

const ui::Invite& invite_named(const RoomModel& room, std::string_view wanted) {
  const ui::Invite* found = nullptr;
  for (const auto& [id, invite] : room.invites) {
    if (wanted.size() < 4 || !to_hex(id).starts_with(wanted)) continue;
    if (found != nullptr) throw Exit{ExitCode::kUnknown, "More than one invite begins like this."};
    found = &*invite;
  }
  if (found == nullptr) throw Exit{ExitCode::kUnknown, "There is no such invite in this room."};
  return *found;
}

// Until somebody has been let in with it and has arrived: its first entry says so.
void wait_for_newcomer(Session& session, const Arguments& arguments, const ui::Id32& id,
                       const ui::Id16& invite) {
  std::optional<ui::Id16> newcomer;  // an invite is forgotten when it has done its work
  const auto has_arrived = [&] {
    const RoomModel& room = session.known_room(id);
    const auto found = room.invites.find(invite);
    if (found != room.invites.end() && found->second->used_by) newcomer = found->second->used_by;
    const bool is_dead = found == room.invites.end() ||
                         found->second->state == ui::InviteState::kExpired ||
                         found->second->state == ui::InviteState::kRevoked;
    if (is_dead && !newcomer) throw Exit{ExitCode::kRefused, "Nobody used the invite in time."};
    if (!newcomer) return false;
    const auto member = room.members.find(*newcomer);
    return member != room.members.end() && member->second->state == ui::MemberState::kPresent;
  };
  if (!session.wait(has_arrived)) throw Exit{ExitCode::kInterrupted, "Interrupted."};
  const RoomModel& room = session.known_room(id);
  if (arguments.json) {
    say_event(event_of(*room.members.at(*newcomer), id));
  } else {
    say_line(name_of_member(room, *newcomer) + " is in.");
  }
}

}  // namespace

ExitCode run_invite(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Access::kOnline);
  const ui::Id32 id = session.connected_room(arguments.room).facts->room;
  const std::uint64_t ref = session.next_ref();
  const auto find = [&]() -> const ui::Invite* {
    for (const auto& [key, invite] : session.known_room(id).invites) {
      if (invite->ref == ref) return &*invite;
    }
    return nullptr;
  };
  session.ask(ui::intent::InviteCreate{.room = id, .ref = ref, .expires_s = arguments.expires_s});
  session.until([&] {
    const ui::Invite* invite = find();
    if (invite != nullptr && invite->state == ui::InviteState::kFailed) {
      throw Exit{ExitCode::kRefused, "The server refused the invite."};
    }
    return invite != nullptr && invite->state == ui::InviteState::kLive && invite->link;
  });
  const ui::Id16 invite = find()->invite;
  if (arguments.json) {
    say_event(event_of(*find(), id, true));
  } else {
    say_line(*find()->link);
  }
  if (arguments.wait) wait_for_newcomer(session, arguments, id, invite);
  session.lock();
  return ExitCode::kDone;
}

ExitCode run_revoke(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Access::kOnline);
  const RoomModel& room = session.connected_room(arguments.room);
  const ui::Id32 id = room.facts->room;
  const ui::Id16 invite = invite_named(room, arguments.invite).invite;
  session.ask(ui::intent::InviteRevoke{.room = id, .invite = invite});
  const auto is_live = [&] {
    const auto& invites = session.known_room(id).invites;
    const auto found = invites.find(invite);
    return found != invites.end() && found->second->state == ui::InviteState::kLive;
  };
  session.until([&] { return !is_live(); });
  const auto& invites = session.known_room(id).invites;
  if (const auto found = invites.find(invite); arguments.json && found != invites.end()) {
    say_event(event_of(*found->second, id, false));
  }
  session.lock();
  return ExitCode::kDone;
}

ExitCode run_rotate(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Access::kOnline);
  const RoomModel& room = session.connected_room(arguments.room);
  const ui::Id32 id = room.facts->room;
  session.until([&] { return session.known_room(id).rotation.has_value(); });
  const std::uint64_t before = session.known_room(id).rotation->epoch;
  session.ask(ui::intent::RoomRotateKey{.room = id});
  session.until([&] { return session.known_room(id).rotation->epoch > before; });
  const ui::patch::RotationChanged& rotation = *session.known_room(id).rotation;
  if (arguments.json) {
    for (const Json& event : events_of(rotation, session.model())) say_event(event);
  } else {
    say_line("The room has key " + std::to_string(rotation.epoch) + " now.");
  }
  session.lock();
  return ExitCode::kDone;
}

}  // namespace zerofc::cli
