#include "core/member/client.hpp"

#include <algorithm>

#include "core/member/client_impl.hpp"

namespace zerofc::member {

Client::Client(Crypto& crypto) : impl_(std::make_unique<Impl>(crypto)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Step Client::handle(const HostEvent& event, Now now) { return impl_->handle(event, now); }

Step Client::Impl::handle(const HostEvent& event, Now now) {
  now_ = now;
  std::visit([this](const auto& one) { on(one); }, event);
  settle();
  return Step{.actions = std::exchange(actions_, {}), .deadline = deadline()};
}

void Client::Impl::on(const Tick& /*event*/) {}  // whatever is due is done after every event

void Client::Impl::settle() {
  settle_rooms();
  for (Effects& effects : queue_.take_released()) release(std::move(effects));
  write_if_due();
  for (auto& [id, slot] : rooms_) {
    if (const auto change = slot.connection.take_change(id)) show(*change);
  }
}

void Client::Impl::settle_rooms() {
  for (auto& [id, slot] : rooms_) {
    const auto due = slot.room.deadline();
    if (due && now_.steady >= *due) {
      with(slot, [this](Room& room, Out& out) { room.tick(context(), out); });
    }
    settle_connection(slot);
  }
}

std::optional<std::chrono::milliseconds> Client::Impl::deadline() const {
  std::optional<std::chrono::milliseconds> first;
  const auto consider = [&first](const std::optional<std::chrono::milliseconds>& due) {
    if (due && (!first || *due < *first)) first = due;
  };
  for (const auto& [id, slot] : rooms_) {
    consider(slot.room.deadline());
    consider(slot.connection.deadline());
  }
  if (vault_) consider(queue_.deadline(*vault_));
  return first;
}

void Client::Impl::show(const ui::Patch& patch) {
  Out out;
  out.patch(patch);
  show_all(out.patches());
}

void Client::Impl::show_all(std::vector<WipedBuffer>& patches) {
  for (WipedBuffer& patch : patches) actions_.emplace_back(ShowPatch{std::move(patch)});
  patches.clear();
}

RoomSlot* Client::Impl::find_room(const RoomId& id) {
  const auto found = rooms_.find(id);
  return found == rooms_.end() ? nullptr : &found->second;
}

void Client::Impl::add_room(Room room, Out& out) {
  const RoomId id = room.id();
  const auto [at, added] = rooms_.emplace(id, RoomSlot(std::move(room)));
  static_cast<void>(added);  // callers have made room for it
  collect(at->second, out);
}

void Client::Impl::remove_room(const RoomId& id, bool replaced) {
  const auto found = rooms_.find(id);
  if (found == rooms_.end()) return;
  found->second.connection.end(io(), Connection::NotWanted{});
  rooms_.erase(found);
  Out out;
  const ui::patch::RoomRemoved removed{.room = id.bytes()};
  if (replaced) {
    out.patch(removed);  // before the page hears of the new one
  } else {
    out.patch_when_stored(removed);
  }
  show_all(out.patches());
  if (vault_) {
    queue_.erase_room(id, *vault_);
    queue_.add(id, std::nullopt, out);
  } else {
    show_all(out.patches_when_stored());
  }
}

void Client::Impl::collect(RoomSlot& slot, Out& out) {
  show_all(out.patches());
  const RoomId id = slot.room.id();
  const auto connection = slot.connection.id();
  if (vault_) {
    queue_.add(id, connection, out);
    for (Effects& effects : queue_.take_released()) release(std::move(effects));
  } else {
    release(Effects{.room = id,
                    .connection = connection,
                    .frames = std::move(out.frames()),
                    .patches = std::move(out.patches_when_stored())});
  }
  if (out.has_progress()) slot.connection.progress(out.done(), out.total(), now_);
  switch (out.connection()) {
    case Out::Connection::kKeep:
      break;
    case Out::Connection::kProtocolError:
      end(slot, Connection::BrokeProtocol{});
      break;
    case Out::Connection::kReplaced:
      end(slot, Connection::Replaced{});
      break;
    case Out::Connection::kRefused:
      end(slot, Connection::Refused{out.refusal()});
      break;
    case Out::Connection::kClose:
      end(slot, Connection::NotWanted{});
      break;
    case Out::Connection::kRenew:
      end(slot, Connection::Renew{});
      break;
  }
}

void Client::Impl::release(Effects effects) {
  show_all(effects.patches);
  RoomSlot* slot = find_room(effects.room);
  if (slot == nullptr || !slot->connection.is_established()) return;
  if (!effects.connection || slot->connection.id() != effects.connection) return;
  for (const Bytes& frame : effects.frames) slot->connection.send(io(), frame);
}

}  // namespace zerofc::member
