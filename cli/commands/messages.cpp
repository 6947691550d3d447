// Messages: sent, followed, read again.
#include <unistd.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/message_line.hpp"
#include "cli/commands/run.hpp"
#include "cli/commands/show.hpp"
#include "cli/session/history.hpp"
#include "cli/session/input.hpp"
#include "cli/session/sender.hpp"

namespace zerofc::cli {
namespace {

using Access = Session::Access;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

HistoryBounds bounds_of(const Arguments& arguments) {
  return {.since = arguments.since, .last = arguments.last};
}

}  // namespace

ExitCode run_send(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Access::kOnline);
  const ui::Id32 room = session.connected_room(arguments.room).facts->room;
  Sender sender(session, room);
  session.listen([&](const ui::Patch& patch) {
    sender.hear(patch, [&](const ui::Item& item) {
      if (arguments.json) say_event(event_of(item, room, session.model()));
    });
  });
  if (!arguments.text.empty()) {
    sender.send(joined(arguments.text));
  } else {
    LineReader lines(session.loop(), STDIN_FILENO);
    while (true) {
      if (!session.wait([&] { return lines.state() != LineReader::State::kNone; })) {
        throw Exit{ExitCode::kInterrupted, "Interrupted."};
      }
      if (lines.state() == LineReader::State::kEnded) break;
      const auto text = message_of_line(lines, arguments.json);
      if (text.empty()) continue;
      session.until([&] { return sender.has_room(); });
      sender.send(text);
    }
  }
  try {
    session.until([&] { return sender.under_way() == 0; });
  } catch (Exit& exit) {
    if (exit.code == ExitCode::kUnreachable) exit.why += " What waits is kept and goes out later.";
    throw;
  }
  session.listen(nullptr);
  session.lock();
  return ExitCode::kDone;
}

ExitCode run_tail(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Access::kOnline);
  const ui::Id32 room = session.room(arguments.room).facts->room;
  session.problems_are_heard();
  Shown shown(arguments, session, room);
  const auto hear = [&shown](const ui::Patch& patch) { shown.patch(patch); };
  shown.standing();
  if (arguments.since || arguments.last) {
    for (const Row& row : load_history(session, room, bounds_of(arguments), hear)) shown.row(*row);
  }
  session.listen(hear);
  session.wait([&] {
    session.check_alive(session.known_room(room));
    return false;
  });
  session.listen(nullptr);
  session.end_by_signal();
  return ExitCode::kDone;
}

ExitCode run_history(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Access::kOffline);
  const ui::Id32 room = session.room(arguments.room).facts->room;
  if (::isatty(STDOUT_FILENO) != 1) std::fputs("0fc: what follows is not encrypted\n", stderr);
  const Shown shown(arguments, session, room);
  for (const Row& row : load_history(session, room, bounds_of(arguments), nullptr)) {
    shown.row(*row);
  }
  session.lock();
  return ExitCode::kDone;
}

}  // namespace zerofc::cli
