// Rooms as a whole: made, joined, listed, left, wiped.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/run.hpp"
#include "cli/output/describe.hpp"
#include "cli/text/hex.hpp"
#include "cli/text/inert.hpp"
#include "core/wire/invite_link.hpp"
#include "native/files/file_descriptor.hpp"

namespace zerofc::cli {
namespace {

using Access = Session::Access;

constexpr std::size_t kLinkBytesMax = 2048;

std::uint64_t colour_of(std::string_view nickname) {
  constexpr std::uint64_t kColours = 16;
  std::uint64_t sum = 0;
  for (const char c : nickname) sum = sum * 31 + static_cast<unsigned char>(c);
  return sum % kColours;
}

// What was given, or what is typed now.
SecretBytes given_or_asked(const std::optional<std::string>& given, std::string_view prompt) {
  return given ? SecretBytes::copy_of(bytes_of(*given)) : ask_line(prompt);
}

Origin origin_from(std::string_view text) {
  auto origin = parse_origin(text);
  if (const auto* why = std::get_if<std::string>(&origin)) throw Exit{ExitCode::kUsage, *why};
  return std::get<Origin>(std::move(origin));
}

SecretBytes read_link(const std::string& file) {
  if (file.empty()) return ask_line("Invite link: ");
  const FileDescriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  SecretBytes link(kLinkBytesMax + 1);
  ssize_t size = in ? ::read(in.get(), link.mutable_view().data(), link.size()) : -1;
  if (size < 0) throw Exit{ExitCode::kUsage, "The file of --link-file can't be read."};
  return SecretBytes::copy_of(link.view().first(static_cast<std::size_t>(size)));
}

void say_room(const Arguments& arguments, const RoomModel& room) {
  if (arguments.json) {
    say_event(event_of(*room.facts));
    return;
  }
  std::string line = short_id(room.facts->room) + "  " + name_of_room(room) + "  (" +
                     std::string(describe(room.facts->state));
  if (room.facts->unread > 0) line += ", " + std::to_string(room.facts->unread) + " unread";
  say_line(line + ")");
}

// What an intent of this session makes: `intent` with this `ref`, and what shows that it is done.
// Others know of a room's name, or of somebody's arrival, by the first own message: until that is
// back in the log there is more to do than may be left undone.
ui::Id32 make_room(Session& session, const ui::Intent& intent, std::uint64_t ref) {
  std::optional<ui::Id32> made;
  bool has_arrived = false;
  session.listen([&](const ui::Patch& patch) {
    if (const auto* added = std::get_if<ui::patch::RoomAdded>(&patch)) {
      if (added->ref == ref) made = added->room;
    } else if (const auto* rows = std::get_if<ui::patch::ItemsAdded>(&patch)) {
      if (rows->room != made) return;
      const ui::Id16 self = session.known_room(*made).facts->self;
      has_arrived |= std::any_of(rows->items.begin(), rows->items.end(), [&](const ui::Item& row) {
        return row.kind == ui::ItemKind::kArrived && row.author == self;
      });
    } else if (const auto* rotation = std::get_if<ui::patch::RotationChanged>(&patch)) {
      // The owner's own arrival is no row: it is the room's first message.
      const bool is_owners = std::holds_alternative<ui::intent::RoomCreate>(intent);
      has_arrived |= is_owners && rotation->room == made && rotation->used > 0;
    }
  });
  session.ask(intent);
  session.until([&] {
    if (!made) return false;
    const RoomModel& room = session.known_room(*made);
    session.check_alive(room);
    return has_arrived && room.is_connected();
  });
  session.listen(nullptr);
  return *made;
}

std::string_view describe_link(ui::LinkState state) {
  switch (state) {
    case ui::LinkState::kMangled:
      return "This is not an invite link, or a part of it is missing.";
    case ui::LinkState::kNewer:
      return "A newer 0fc made this link.";
    case ui::LinkState::kOtherServer:
      return "This link leads to another server: use another state directory (--data).";
    case ui::LinkState::kExpired:
      return "This invite was not used in time.";
    case ui::LinkState::kAlreadyMember:
      return "You are in this room already.";
    case ui::LinkState::kOwnInvite:
      return "You have made this link yourself: it is for somebody else.";
    case ui::LinkState::kServerKeyChanged:
      return "The server's key is not the one that this link names.";
    case ui::LinkState::kAlreadyJoining:
      return "You are joining this room already.";
    default:
      break;
  }
  return "This link can't be used.";
}

// Says why a link is of no use before anything of it is used.
void check_link(Session& session, std::string_view link) {
  std::optional<ui::LinkState> state;
  session.listen([&](const ui::Patch& patch) {
    if (const auto* seen = std::get_if<ui::patch::LinkInspected>(&patch)) state = seen->state;
  });
  session.ask(ui::intent::LinkInspect{.link = link});
  session.until([&] { return state.has_value(); });
  session.listen(nullptr);
  if (*state == ui::LinkState::kValid) return;
  const bool is_alarm = *state == ui::LinkState::kServerKeyChanged;
  const bool is_over = *state == ui::LinkState::kExpired;
  throw Exit{is_alarm  ? ExitCode::kAlarm
             : is_over ? ExitCode::kRefused
                       : ExitCode::kUsage,
             std::string(describe_link(*state))};
}

}  // namespace

ExitCode run_create(const Arguments& arguments) {
  std::optional<Origin> origin;
  if (!arguments.server.empty()) {
    origin = origin_from(arguments.server);
  } else if (auto state = StateDir::open(arguments.session.data); !state) {
    if (state.error() != StateDirError::kAbsent)
      throw Exit{ExitCode::kState, std::string(describe(state.error()))};
    throw Exit{ExitCode::kUsage, "On which server? Give --server, such as https://chat.example."};
  }
  const SecretBytes name = given_or_asked(arguments.name, "Name of the room: ");
  const SecretBytes nickname = given_or_asked(arguments.nickname, "Your nickname: ");
  Session session(arguments.session, std::move(origin), Access::kOnline);
  const std::uint64_t ref = session.next_ref();
  const ui::Id32 id =
      make_room(session,
                ui::intent::RoomCreate{.ref = ref,
                                       .name = text_of(name.view()),
                                       .nickname = text_of(nickname.view()),
                                       .colour = colour_of(text_of(nickname.view()))},
                ref);
  say_room(arguments, session.known_room(id));
  session.lock();
  return ExitCode::kDone;
}

ExitCode run_join(const Arguments& arguments) {
  const SecretBytes link = read_link(arguments.link_file);
  const auto opened = decode_link(text_of(link.view()));
  if (!opened) {
    throw Exit{ExitCode::kUsage, std::string(describe_link(opened.error() == LinkError::kNewer
                                                               ? ui::LinkState::kNewer
                                                               : ui::LinkState::kMangled))};
  }
  const SecretBytes nickname = given_or_asked(arguments.nickname, "Your nickname: ");
  Session session(arguments.session, origin_from(opened->origin), Access::kOnline);
  check_link(session, text_of(link.view()));
  const std::uint64_t ref = session.next_ref();
  const ui::Id32 id = make_room(session,
                                ui::intent::RoomJoin{.ref = ref,
                                                     .link = text_of(link.view()),
                                                     .nickname = text_of(nickname.view()),
                                                     .colour = colour_of(text_of(nickname.view()))},
                                ref);
  say_room(arguments, session.known_room(id));
  session.lock();
  return ExitCode::kDone;
}

ExitCode run_rooms(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Access::kOffline);
  std::vector<const RoomModel*> rooms;
  for (const auto& [id, room] : session.model().rooms) rooms.push_back(&room);
  // As people look for them: what was written in last comes first.
  std::sort(rooms.begin(), rooms.end(), [](const RoomModel* a, const RoomModel* b) {
    const auto key = [](const RoomModel& room) {
      return std::pair(room.facts->newest_at.value_or(0), room.facts->room);
    };
    return key(*a) > key(*b);
  });
  for (const RoomModel* room : rooms) say_room(arguments, *room);
  session.lock();
  return ExitCode::kDone;
}

ExitCode run_members(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Access::kOnline);
  const RoomModel& room = session.connected_room(arguments.room);
  for (const auto& [id, member] : room.members) {
    if (arguments.json) {
      say_event(event_of(*member, room.facts->room));
    } else if (is_here(*member)) {
      say_line(short_id(id) + "  " + describe(room, *member));
    }
  }
  session.lock();
  return ExitCode::kDone;
}

ExitCode run_leave(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Access::kOnline);
  const ui::Id32 id = session.room(arguments.room).facts->room;
  // A join that was never granted is given up without the server.
  if (session.room(arguments.room).is_live()) session.connected_room(arguments.room);
  session.ask(ui::intent::RoomLeave{.room = id});
  session.until([&] {
    const RoomModel* room = session.model().find(id);
    return room == nullptr || room->facts->state == ui::RoomState::kLeft ||
           room->facts->state == ui::RoomState::kDeclined;
  });
  if (const RoomModel* room = session.model().find(id)) say_room(arguments, *room);
  session.lock();
  return ExitCode::kDone;
}

ExitCode run_wipe(const Arguments& arguments) {
  if (!arguments.yes) {
    const SecretBytes answer = ask_line("Type WIPE to destroy all rooms and keys kept here: ");
    if (text_of(answer.view()) != "WIPE") throw Exit{ExitCode::kUsage, "Nothing was touched."};
  }
  Session session(arguments.session, std::nullopt, Access::kLocked);
  session.wipe();
  if (arguments.json) say_event(Json{{"event", "wiped"}});
  return ExitCode::kDone;
}

}  // namespace zerofc::cli
