// What must hold of a world that has come to rest. Each returns what is wrong, in sentences; empty:
// nothing is.
#pragma once

#include <string>
#include <vector>

#include "sim/world/world.hpp"

namespace zerofc::sim {

using Faults = std::vector<std::string>;

// ---- whatever the server does

// No client did what it may never do: encrypted to a stranger, sent a text in the clear, handed its
// host something that the host can't carry out.
[[nodiscard]] Faults check_conduct(const World& world);
// Nobody shows a text that its author never wrote, one twice, or an author's texts in another
// order; nobody lists a member that is no person, or by a name that the person did not give itself.
struct Latitude {
  std::vector<const Device*> liars = {};  // they may have said anything
  bool may_be_reordered = false;
};
[[nodiscard]] Faults check_authors(World& world, const Latitude& latitude = {});
// Two people who hold different entries at one place, of whom one has accepted what the other wrote
// when it saw the difference: then it must have been told.
[[nodiscard]] Faults check_no_silent_fork(World& world,
                                          const std::vector<const Device*>& liars = {});
// A room key that landed was given to nobody who was no member in its epoch.
[[nodiscard]] Faults check_keys(const World& world);

// ---- as long as the server is honest

// Everybody has what it waits for, and nobody was told of anything that should not be.
[[nodiscard]] Faults check_rest(World& world);
// "Every reader's list = every author's accepted messages, in log order, once", one list of
// members, one epoch. What a page was told as it happened is what its room holds.
[[nodiscard]] Faults check_one_conversation(World& world);

// ---- when somebody was not honest and it is over; of everybody but `exempt`

[[nodiscard]] Faults who_is_not_at_rest(World& world, const Device* exempt = nullptr);
[[nodiscard]] Faults how_histories_differ(World& world, const Device* exempt = nullptr);

}  // namespace zerofc::sim
