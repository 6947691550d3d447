// Rows that are kept on this device.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cli/model/model.hpp"
#include "cli/session/session.hpp"

namespace zerofc::cli {

using Row = Kept<ui::Item>;

struct HistoryBounds {
  std::optional<std::uint64_t> since{};  // this seq and later ones
  std::optional<std::uint64_t> last{};   // the newest so many
};

// In the order of the log; everything that is kept if neither bound is given. Takes the session's
// listener for the time of the call; `meanwhile` gets the patches that are not of this.
[[nodiscard]] std::vector<Row> load_history(Session& session, const ui::Id32& room,
                                            HistoryBounds bounds,
                                            const Session::Listener& meanwhile);

}  // namespace zerofc::cli
