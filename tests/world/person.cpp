#include "tests/world/person.hpp"

namespace zerofc::world {

std::vector<std::string> Person::links() const {
  std::vector<std::string> links;
  for (const auto& [id, invite] : page.invites) {
    if (invite.state == ui::InviteState::kLive) links.push_back(invite.link);
  }
  return links;
}

std::uint64_t Person::says(const std::string& text) {
  const std::uint64_t ref = next_ref();
  unsure_.emplace(ref, text);
  return ref;
}

void Person::note_what_is_stored() {
  for (const auto& [token, unsent] : page.outbox) {
    if (!unsent.ref || unsent.state == ui::OutboxState::kStoring) continue;
    const auto found = unsure_.find(*unsent.ref);
    if (found == unsure_.end()) continue;
    said.push_back(found->second);
    unsure_.erase(found);
  }
}

void Person::note_leaving() {
  for (const auto& [token, unsent] : page.outbox) perhaps.insert(unsent.text);
  for (const auto& [ref, text] : unsure_) perhaps.insert(text);
}

void Person::note_crash() {
  for (const auto& [ref, text] : unsure_) perhaps.insert(text);
  unsure_.clear();
  page = {};
}

}  // namespace zerofc::world
