#include "core/member/link.hpp"

#include <algorithm>

#include "core/wire/canonical.hpp"

namespace zerofc::member {
namespace {

// Scheme and host have no case.
bool same_origin(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&lower](char one, char other) { return lower(one) == lower(other); });
}

// What the room with the link's id says against joining.
std::optional<ui::LinkState> held_room(const Rooms& rooms, const RoomId& id) {
  const auto held = rooms.find(id);
  if (held == rooms.end()) return std::nullopt;
  switch (held->second.room.state()) {
    case ui::RoomState::kRequesting:
    case ui::RoomState::kWaiting:
    case ui::RoomState::kVerifying:
      return ui::LinkState::kAlreadyJoining;
    case ui::RoomState::kCreating:
    case ui::RoomState::kLive:
    // What they hold stays readable, so a new attempt comes after they are forgotten.
    case ui::RoomState::kLeft:
    case ui::RoomState::kStopped:
      return ui::LinkState::kAlreadyMember;
    // Holds nothing; a new attempt takes its place.
    case ui::RoomState::kDeclined:
      break;
  }
  return std::nullopt;
}

ui::LinkState state_of(const OpenedLink& opened, std::string_view origin, Now now,
                       const Rooms& rooms, const std::optional<Fingerprint>& server) {
  const InviteLink& link = opened.link;
  if (!canonical::is_public_key(link.invite_key.view())) return ui::LinkState::kMangled;
  if (!same_origin(opened.origin, origin)) return ui::LinkState::kOtherServer;
  const bool own = std::any_of(rooms.begin(), rooms.end(), [&link](const auto& held) {
    return held.second.room.made_invite(link.invite);
  });
  if (own) return ui::LinkState::kOwnInvite;
  if (const auto held = held_room(rooms, link.room)) return *held;
  if (link.expires <= now.wall) return ui::LinkState::kExpired;
  if (server && *server != link.server) return ui::LinkState::kServerKeyChanged;
  return ui::LinkState::kValid;
}

}  // namespace

LinkView inspect_link(std::string_view text, std::string_view origin, Now now, const Rooms& rooms,
                      const std::optional<Fingerprint>& server) {
  auto opened = decode_link(text);
  if (!opened) {
    return {.state = opened.error() == LinkError::kNewer ? ui::LinkState::kNewer
                                                         : ui::LinkState::kMangled,
            .opened = std::nullopt};
  }
  const ui::LinkState state = state_of(*opened, origin, now, rooms, server);
  if (state == ui::LinkState::kMangled) return {.state = state, .opened = std::nullopt};
  return {.state = state, .opened = std::move(*opened)};
}

}  // namespace zerofc::member
