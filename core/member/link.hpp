// What an invite link says of itself, before anything of it is used: docs/protocol.md §4.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/member/rooms.hpp"
#include "core/member/ui/ui_messages.hpp"
#include "core/wire/invite_link.hpp"

namespace zerofc::member {

struct LinkView {
  ui::LinkState state{};
  // Views and facts of the link as far as it could be read; none if it is mangled or newer.
  std::optional<OpenedLink> opened;
};

// `server`: fingerprint of the keys that the server showed last, if it did. Contacts nobody. Of
// several things that speak against the link the one that people can do least about is told.
[[nodiscard]] LinkView inspect_link(std::string_view text, std::string_view origin, Now now,
                                    const Rooms& rooms, const std::optional<Fingerprint>& server);

}  // namespace zerofc::member
