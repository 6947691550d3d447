// Sentences for people. Everything that others wrote comes out inert.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/exit.hpp"
#include "cli/model/model.hpp"
#include "core/member/ui/ui_messages.hpp"

namespace zerofc::cli {

// How a member is called: its nickname, or the beginning of its id.
[[nodiscard]] std::string name_of_member(const RoomModel& room, const ui::Id16& member);
[[nodiscard]] std::string name_of_room(const RoomModel& room);
// The beginning of an id, enough to name it on the command line.
[[nodiscard]] std::string short_id(BytesView id);

// "2026-11-25 14:07" in the local time zone.
[[nodiscard]] std::string describe_time(std::uint64_t unix_millis);

// One row without its time, such as "bob: hello" or "* bob changed the room key (key 3)".
[[nodiscard]] std::string describe(const RoomModel& room, const ui::Item& item);
[[nodiscard]] std::string describe(const RoomModel& room, const ui::Alarm& alarm);
[[nodiscard]] std::string describe(const RoomModel& room, const ui::Member& member);
// Invited or present.
[[nodiscard]] bool is_here(const ui::Member& member);
[[nodiscard]] std::string describe(const ui::patch::ConnectionChanged& connection);

[[nodiscard]] std::string_view describe(ui::RoomState state);
[[nodiscard]] std::string_view describe(ui::RoomEnd end);
[[nodiscard]] std::string describe(const ui::patch::Problem& problem);
// With which code a command ends that met it.
[[nodiscard]] ExitCode exit_code_of(ui::ProblemCode problem);

}  // namespace zerofc::cli
