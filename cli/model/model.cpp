#include "cli/model/model.hpp"

#include <variant>

namespace zerofc::cli {
namespace {

namespace patch = ui::patch;

// Each does nothing to a room that is not there.
class Apply {
 public:
  explicit Apply(Model& model) : model_(&model) {}

  void operator()(const patch::VaultChanged& vault) const {
    model_->vault = vault.state;
    model_->vault_is_busy = vault.busy;
    model_->vault_is_known = true;
    const bool has_rooms =
        vault.state == ui::VaultState::kOpen || vault.state == ui::VaultState::kMemory;
    if (!has_rooms) model_->rooms.clear();
  }
  void operator()(const patch::RoomAdded& added) const {
    RoomModel& room = model_->rooms[added.room];
    // Said again when a join has come to its end; the connection goes on.
    const patch::ConnectionChanged connection = room.connection;
    room = RoomModel();
    room.facts = Kept(added, &patch::RoomAdded::name);
    room.connection = connection;
  }
  void operator()(const patch::RoomRenamed& renamed) const {
    if (RoomModel* room = model_->find(renamed.room)) {
      room->facts.set_text(renamed.name, &patch::RoomAdded::name);
    }
  }
  void operator()(const patch::RoomStateChanged& changed) const {
    RoomModel* room = model_->find(changed.room);
    if (room == nullptr) return;
    patch::RoomAdded& facts = room->facts.mutable_value();
    facts.state = changed.state;
    facts.end = changed.end;
    facts.inviter_online = changed.inviter_online;
    if (changed.server) facts.server = changed.server;
  }
  void operator()(const patch::RoomUnreadChanged& changed) const {
    RoomModel* room = model_->find(changed.room);
    if (room == nullptr) return;
    patch::RoomAdded& facts = room->facts.mutable_value();
    facts.unread = changed.unread;
    facts.read = changed.read;
    facts.newest_at = changed.newest_at;
  }
  void operator()(const patch::RoomRemoved& removed) const { model_->rooms.erase(removed.room); }
  void operator()(const patch::MembersChanged& changed) const {
    RoomModel* room = model_->find(changed.room);
    if (room == nullptr) return;
    for (const ui::Member& member : changed.members) {
      room->members[member.member] = Kept(member, &ui::Member::nickname);
    }
  }
  void operator()(const patch::ItemsAdded& added) const {
    RoomModel* room = model_->find(added.room);
    if (room == nullptr) return;
    // "An own item takes the place of the outbox entry with its token."
    for (const ui::Item& item : added.items) {
      if (item.token && item.author == room->facts->self) room->outbox.erase(*item.token);
    }
  }
  void operator()(const patch::OutboxChanged& changed) const {
    RoomModel* room = model_->find(changed.room);
    if (room == nullptr) return;
    for (const ui::OutboxEntry& entry : changed.entries) {
      room->outbox[entry.token] = Kept(entry, &ui::OutboxEntry::text);
    }
  }
  void operator()(const patch::OutboxRemoved& removed) const {
    if (RoomModel* room = model_->find(removed.room)) room->outbox.erase(removed.token);
  }
  void operator()(const patch::InvitesChanged& changed) const {
    RoomModel* room = model_->find(changed.room);
    if (room == nullptr) return;
    for (const ui::Invite& invite : changed.invites) {
      room->invites[invite.invite] = Kept(invite, &ui::Invite::link);
    }
  }
  void operator()(const patch::InvitesRemoved& removed) const {
    if (RoomModel* room = model_->find(removed.room)) room->invites.erase(removed.invite);
  }
  void operator()(const patch::ConnectionChanged& changed) const {
    if (RoomModel* room = model_->find(changed.room)) room->connection = changed;
  }
  void operator()(const patch::RotationChanged& changed) const {
    if (RoomModel* room = model_->find(changed.room)) room->rotation = changed;
  }
  void operator()(const patch::AlarmRaised& raised) const {
    if (RoomModel* room = model_->find(raised.room))
      room->alarms[raised.alarm.alarm] = raised.alarm;
  }
  void operator()(const patch::AlarmRemoved& removed) const {
    if (RoomModel* room = model_->find(removed.room)) room->alarms.erase(removed.alarm);
  }
  template <class Other>
  void operator()(const Other& /*of no lasting interest*/) const {}

 private:
  Model* model_;
};

}  // namespace

void Model::apply(const ui::Patch& patch) { std::visit(Apply(*this), patch); }

RoomModel* Model::find(const ui::Id32& room) {
  const auto found = rooms.find(room);
  return found == rooms.end() ? nullptr : &found->second;
}

const RoomModel* Model::find(const ui::Id32& room) const {
  const auto found = rooms.find(room);
  return found == rooms.end() ? nullptr : &found->second;
}

}  // namespace zerofc::cli
