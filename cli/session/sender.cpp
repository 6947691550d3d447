#include "cli/session/sender.hpp"

#include <variant>

#include "cli/output/describe.hpp"

namespace zerofc::cli {

void Sender::send(std::string_view text) {
  const std::uint64_t ref = session_->next_ref();
  session_->ask(ui::intent::MessageSend{.room = room_, .ref = ref, .text = text});
  refs_.insert(ref);
}

void Sender::hear(const ui::Patch& patch, const std::function<void(const ui::Item&)>& delivered) {
  if (const auto* problem = std::get_if<ui::patch::Problem>(&patch)) {
    if (problem->ref && refs_.contains(*problem->ref)) {
      throw Exit{exit_code_of(problem->code), describe(*problem)};
    }
  } else if (const auto* changed = std::get_if<ui::patch::OutboxChanged>(&patch)) {
    if (changed->room == room_) heard(*changed);
  } else if (const auto* removed = std::get_if<ui::patch::OutboxRemoved>(&patch)) {
    if (removed->room == room_) tokens_.erase(removed->token);
  } else if (const auto* added = std::get_if<ui::patch::ItemsAdded>(&patch)) {
    if (added->room != room_) return;
    for (const ui::Item& item : added->items) {
      if (item.token && tokens_.erase(*item.token) != 0) delivered(item);
    }
  }
}

void Sender::heard(const ui::patch::OutboxChanged& changed) {
  for (const ui::OutboxEntry& entry : changed.entries) {
    if (entry.ref && refs_.erase(*entry.ref) != 0) tokens_.insert(entry.token);
    if (entry.state == ui::OutboxState::kFailed && tokens_.contains(entry.token)) {
      const auto why = entry.problem.value_or(ui::ProblemCode::kServerRefused);
      throw Exit{exit_code_of(why), describe(ui::patch::Problem{.code = why})};
    }
  }
}

}  // namespace zerofc::cli
