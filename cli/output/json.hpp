// Patches as JSON objects, one per event: docs/cli.md.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "cli/model/model.hpp"
#include "core/member/ui/ui_messages.hpp"

namespace zerofc::cli {

using Json = nlohmann::ordered_json;

// Fields have the names of schema/ui.json, ids are hexadecimal, values of enums go by name, what is
// absent is left out. Every list becomes one event per element:
//
//   items.added, history.loaded   message, and the other kinds of item by name
//   members.changed               member         outbox.changed   outgoing
//   invites.changed               invite         outbox.removed   outgoing_removed
//   room.added, …                 room, …
//
// Rows and members say the nickname that they go by in `model`, which has taken the patch already.
// The link of an invite is left out, since it is a secret: only `0fc invite` prints it.
[[nodiscard]] std::vector<Json> events_of(const ui::Patch& patch, const Model& model);

// A message row or another, as in items.added.
[[nodiscard]] Json event_of(const ui::Item& item, const ui::Id32& room, const Model& model);
[[nodiscard]] Json event_of(const ui::Member& member, const ui::Id32& room);
[[nodiscard]] Json event_of(const ui::Invite& invite, const ui::Id32& room, bool with_link);
[[nodiscard]] Json event_of(const ui::patch::RoomAdded& room);

// One line: ASCII only, so that nothing in it acts on a terminal.
[[nodiscard]] std::string to_line(const Json& event);

}  // namespace zerofc::cli
