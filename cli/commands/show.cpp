#include "cli/commands/show.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

#include "cli/commands/run.hpp"
#include "cli/output/describe.hpp"

namespace zerofc::cli {
namespace {

// The room that a patch is about, if it is about one.
template <class Patch>
std::optional<ui::Id32> room_of(const Patch& patch) {
  if constexpr (requires { patch.room; }) {
    return patch.room;
  } else {
    return std::nullopt;
  }
}

constexpr std::size_t kTimeWidth = 16;  // of describe_time()

}  // namespace

void Shown::standing() const {
  const RoomModel* now = session_->model().find(room_);
  if (!json_ || now == nullptr) return;
  say_event(event_of(*now->facts));
  for (const auto& [id, member] : now->members) say_event(event_of(*member, room_));
}

void Shown::row(const ui::Item& item) const {
  if (json_) {
    say_event(event_of(item, room_, session_->model()));
    return;
  }
  const RoomModel* room = session_->model().find(room_);
  if (room == nullptr) return;
  std::string line = item.at ? describe_time(*item.at) : std::string(kTimeWidth, ' ');
  line += "  ";
  // Further lines of a text stand below its first, so that none looks like a row of its own.
  for (const char c : describe(*room, item)) {
    line += c;
    if (c == '\n') line.append(kTimeWidth + 2, ' ');
  }
  say_line(line);
}

void Shown::patch(const ui::Patch& patch) {
  const auto about = std::visit([](const auto& one) { return room_of(one); }, patch);
  if (about && *about != room_) return;
  const auto* added = std::get_if<ui::patch::ItemsAdded>(&patch);
  if (json_) {
    for (const Json& event : events_of(patch, session_->model())) say_event(event);
  } else if (added != nullptr) {
    for (const ui::Item& item : added->items) row(item);
  } else if (const auto* raised = std::get_if<ui::patch::AlarmRaised>(&patch)) {
    say_line("!! ALARM: " + describe(*session_->model().find(room_), raised->alarm));
  } else if (const auto* problem = std::get_if<ui::patch::Problem>(&patch)) {
    std::fprintf(stderr, "0fc: %s\n", describe(*problem).c_str());
  }
  if (added == nullptr || added->items.empty() || added->items.back().seq < seen_) return;
  seen_ = added->items.back().seq;
  session_->ask(ui::intent::RoomRead{.room = room_, .seq = seen_});
}

}  // namespace zerofc::cli
