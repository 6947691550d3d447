// `open`: a room to talk in, for people on the whole screen and for programs in JSON lines.
#include <unistd.h>

#include <string>

#include "cli/commands/message_line.hpp"
#include "cli/commands/run.hpp"
#include "cli/commands/show.hpp"
#include "cli/session/history.hpp"
#include "cli/session/input.hpp"
#include "cli/session/sender.hpp"
#include "cli/view/room_view.hpp"

namespace zerofc::cli {
namespace {

using Access = Session::Access;

// What happens goes out, lines come in; ends when standard input does and everything is sent, or by
// a signal.
ExitCode talk_in_lines(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Access::kOnline);
  const ui::Id32 room = session.room(arguments.room).facts->room;
  session.problems_are_heard();
  Shown shown(arguments, session, room);
  Sender sender(session, room);
  const auto hear = [&](const ui::Patch& patch) {
    shown.patch(patch);
    sender.hear(patch, [](const ui::Item& /*shown already*/) {});
  };
  shown.standing();
  if (arguments.last) {
    for (const Row& row : load_history(session, room, {.last = arguments.last}, hear)) {
      shown.row(*row);
    }
  }
  session.listen(hear);
  LineReader lines(session.loop(), STDIN_FILENO);
  using State = LineReader::State;
  const auto may_go_on = [&] {
    const RoomModel& now = session.known_room(room);
    session.check_alive(now);
    if (lines.state() == State::kEnded) return sender.under_way() == 0;
    return lines.state() != State::kNone && sender.has_room() && now.is_live();
  };
  while (session.wait(may_go_on) && lines.state() != State::kEnded) {
    const std::string text = message_of_line(lines, arguments.json);
    if (!text.empty()) sender.send(text);
  }
  session.listen(nullptr);
  session.end_by_signal();
  return ExitCode::kDone;
}

}  // namespace

ExitCode run_open(const Arguments& arguments) {
  const bool is_terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  if (arguments.json || !is_terminal) return talk_in_lines(arguments);
  show_room(arguments);
  return ExitCode::kDone;
}

}  // namespace zerofc::cli
