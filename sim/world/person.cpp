#include "sim/world/person.hpp"

namespace zerofc::sim {

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

void Person::note_item(const ui::Item& item) {
  switch (item.kind) {
    case ui::ItemKind::kRefused:
      return told.add(Outcome::kItemRefused);
    case ui::ItemKind::kInvalidControl:
      return told.add(Outcome::kItemInvalid);
    case ui::ItemKind::kTwoVersions:
      return told.add(Outcome::kItemTwoVersions);
    case ui::ItemKind::kGap:
      return told.add(Outcome::kGap);
    case ui::ItemKind::kWaitingForKey:
      return told.add(Outcome::kKeyMissing);
    default:
      return;
  }
}

void Person::note_what_is_told(const ui::Patch& patch) {
  const auto state = [this](ui::RoomState room) {
    if (room == ui::RoomState::kDeclined) told.add(Outcome::kDeclined);
    if (room == ui::RoomState::kStopped) told.add(Outcome::kStopped);
  };
  if (const auto* raised = std::get_if<ui::patch::AlarmRaised>(&patch)) {
    told.add(outcome_of(raised->alarm.kind));
  } else if (const auto* added = std::get_if<ui::patch::ItemsAdded>(&patch)) {
    for (const ui::Item& item : added->items) note_item(item);
  } else if (const auto* room = std::get_if<ui::patch::RoomAdded>(&patch)) {
    state(room->state);
  } else if (const auto* changed = std::get_if<ui::patch::RoomStateChanged>(&patch)) {
    state(changed->state);
  } else if (const auto* rotation = std::get_if<ui::patch::RotationChanged>(&patch)) {
    if (rotation->missing) told.add(Outcome::kKeyMissing);
  } else if (const auto* outbox = std::get_if<ui::patch::OutboxChanged>(&patch)) {
    for (const ui::OutboxEntry& entry : outbox->entries) {
      if (entry.state == ui::OutboxState::kFailed) told.add(Outcome::kUnsentFailed);
    }
  } else if (const auto* invites = std::get_if<ui::patch::InvitesChanged>(&patch)) {
    for (const ui::Invite& invite : invites->invites) {
      if (invite.state == ui::InviteState::kFailed) told.add(Outcome::kInviteFailed);
    }
  } else if (const auto* connection = std::get_if<ui::patch::ConnectionChanged>(&patch)) {
    switch (connection->state) {
      case ui::ConnectionState::kProtocolError:
        return told.add(Outcome::kProtocolError);
      case ui::ConnectionState::kRefused:
        return told.add(Outcome::kRefusedByServer);
      case ui::ConnectionState::kReplaced:
        return told.add(Outcome::kReplaced);
      case ui::ConnectionState::kClockOff:
        return told.add(Outcome::kClockOff);
      case ui::ConnectionState::kServerKeyChanged:
        return told.add(Outcome::kServerKeyChanged);
      default:
        return;
    }
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

}  // namespace zerofc::sim
