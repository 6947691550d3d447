#include "tests/world/client_device.hpp"

#include <algorithm>

#include "core/member/ui/ui_codec.hpp"

namespace zerofc::world {
namespace {

constexpr std::string_view kOrigin = "https://world.test";
constexpr std::string_view kPassphrase = "correct horse battery";
constexpr std::uint64_t kInviteSeconds = 86'400;
constexpr Millis kFastest{1};
constexpr Millis kSlowestWrite{60};
constexpr Millis kSlowestAnswer{150};
constexpr Millis kSlowestStart{3000};

}  // namespace

ClientDevice::ClientDevice(Scheduler& scheduler, Server& server, Crypto& /*crypto*/,
                           std::string name)
    : Person(std::move(name)),
      scheduler_(&scheduler),
      server_(&server),
      crypto_(scheduler.chance.next()) {}

template <class Action>
void ClientDevice::soon(Millis most, Action action) {
  scheduler_->in(scheduler_->chance.between(kFastest, most),
                 [this, life = life_, action = std::move(action)]() mutable {
                   if (life == life_ && client_) action();
                 });
}

void ClientDevice::create() {
  asks_for_a_room_ = true;
  start();
}

void ClientDevice::join(const std::string& link) {
  link_to_follow_ = link;
  asks_for_a_room_ = true;
  start();
}

// ---- what the person does

void ClientDevice::say(const std::string& text) {
  if (!has_joined()) return;
  const std::uint64_t ref = says(text);
  ask(ui::intent::MessageSend{.room = room(), .ref = ref, .text = text});
}

void ClientDevice::invite() {
  if (!has_joined()) return;
  ask(ui::intent::InviteCreate{.room = room(), .ref = next_ref(), .expires_s = kInviteSeconds});
}

void ClientDevice::rotate() {
  if (has_joined()) ask(ui::intent::RoomRotateKey{.room = room()});
}

void ClientDevice::leave() {
  if (!has_joined()) return;
  note_leaving();
  ask(ui::intent::RoomLeave{.room = room()});
}

void ClientDevice::read_all() {
  std::optional<Seq> before;
  do {
    page.has_older = false;
    ask(ui::intent::HistoryBefore{.room = room(), .before = before, .count = 50});
    if (!page.items.empty()) before = page.items.begin()->first;
  } while (page.has_older);
}

bool ClientDevice::is_at_rest() const {
  if (writing_ || !client_) return false;
  if (!has_joined()) return connection_ == ui::ConnectionState::kClosed;
  return connection_ == ui::ConnectionState::kConnected && page.outbox.empty() &&
         !page.rotation.rotating && !page.rotation.missing;
}

// ---- what happens to it

void ClientDevice::cut() {
  for (const auto& [id, channel] : channels_) server_->cut(channel.link);
}

void ClientDevice::crash() {
  if (!client_) return;
  ++life_;
  client_.reset();
  if (writing_ && scheduler_->chance.happens(50)) write(*writing_);
  writing_.reset();
  note_crash();
  for (auto& [id, channel] : std::exchange(channels_, {})) {
    channel.link->lost = [] {};
    channel.link->to_client = [](BytesView) {};
    server_->cut(channel.link);
  }
  room_.reset();
  tick_.reset();
  connection_ = ui::ConnectionState::kOffline;
  asks_for_a_room_ = false;  // what was not stored was never done
  scheduler_->in(scheduler_->chance.between(kFastest, kSlowestStart), [this, life = life_] {
    if (life == life_) start();
  });
}

void ClientDevice::start() {
  client_ = std::make_unique<member::Client>(crypto_);
  ask(ui::intent::ClientStart{.origin = kOrigin});
}

void ClientDevice::vault_is(const ui::patch::VaultChanged& vault) {
  if (vault.busy) return;
  if (vault.state == ui::VaultState::kAbsent) {
    soon(kFastest, [this] { ask(ui::intent::VaultCreate{.passphrase = kPassphrase}); });
  } else if (vault.state == ui::VaultState::kLocked) {
    soon(kFastest, [this] { ask(ui::intent::VaultOpen{.passphrase = kPassphrase}); });
  } else if (vault.state != ui::VaultState::kOpen) {
    complain("a vault that can't be opened");
  } else if (asks_for_a_room_) {
    asks_for_a_room_ = false;
    soon(kFastest, [this] {
      if (link_to_follow_) {
        ask(ui::intent::RoomJoin{
            .ref = next_ref(), .link = *link_to_follow_, .nickname = name(), .colour = 2});
      } else {
        ask(ui::intent::RoomCreate{
            .ref = next_ref(), .name = "the room", .nickname = name(), .colour = 1});
      }
    });
  }
}

// ---- the host

void ClientDevice::ask(const ui::Intent& intent) {
  Bytes bytes;
  if (!ui::encode_intent(intent, bytes)) {
    complain("an intent that can't be encoded");
    return;
  }
  handle(member::IntentCame{bytes});
}

void ClientDevice::handle(const member::HostEvent& event) {
  auto step = client_->handle(event, scheduler_->now());
  for (member::HostAction& action : step.actions) carry_out(action);
  plan_tick(step.deadline);
}

void ClientDevice::carry_out(member::HostAction& action) {
  if (std::holds_alternative<member::ReadVault>(action)) {
    soon(kSlowestAnswer, [this] {
      member::VaultRead read;
      for (const auto& [name, value] : disk_) read.values.push_back({name, value});
      handle(read);
    });
  } else if (auto* write_vault = std::get_if<member::WriteVault>(&action)) {
    if (writing_) complain("two writes at once");
    writing_ = std::move(*write_vault);
    soon(kSlowestWrite, [this] {
      const std::uint64_t number = writing_->write;
      write(*writing_);
      writing_.reset();
      handle(member::VaultWritten{number, member::VaultWritten::Outcome::kDone});
    });
  } else if (auto* fetch = std::get_if<member::FetchServerKey>(&action)) {
    soon(kSlowestAnswer, [this, id = fetch->connection] {
      const Bytes keys = encode(server_->keys());
      handle(member::ServerKeyFetched{id, keys, scheduler_->now().wall});
    });
  } else if (auto* session = std::get_if<member::OpenSession>(&action)) {
    open_session(*session);
  } else if (auto* frame = std::get_if<member::SendFrame>(&action)) {
    send(*frame);
  } else if (auto* ends = std::get_if<member::Disconnect>(&action)) {
    const auto found = channels_.find(ends->connection);
    if (found == channels_.end()) return;
    found->second.link->lost = [] {};
    server_->cut(found->second.link);
    channels_.erase(found);
  } else if (auto* patch = std::get_if<member::ShowPatch>(&action)) {
    show(patch->patch);
  } else {
    complain("a vault that is wiped");
  }
}

void ClientDevice::open_session(const member::OpenSession& session) {
  if (session.server_key != server_->keys().session) complain("another server's key");
  const member::ConnectionId id = session.connection;
  auto link = server_->connect(session.public_key);
  channels_[id] = {id, link, 0, 0};
  link->to_client = [this, id](BytesView bytes) {
    const auto found = channels_.find(id);
    if (found == channels_.end()) return;
    Bytes plaintext = to_bytes(encode_counter(found->second.down++).view());
    plaintext.insert(plaintext.end(), bytes.begin(), bytes.end());
    handle(member::FrameCame{id, plaintext});
  };
  link->lost = [this, id] {
    if (channels_.erase(id) != 0) {
      handle(member::ConnectionLost{id, member::ConnectionLost::Reason::kNetwork});
    }
  };
  soon(kSlowestAnswer, [this, id] {
    const auto found = channels_.find(id);
    if (found != channels_.end() && !found->second.link->is_cut) {
      handle(member::SessionEstablished{id});
    }
  });
}

void ClientDevice::send(const member::SendFrame& frame) {
  const auto found = channels_.find(frame.connection);
  if (found == channels_.end()) {
    complain("a frame for a connection that is gone");
    return;
  }
  const EncodedCounter counter = encode_counter(found->second.up++);
  const BytesView expected = counter.view();
  if (frame.plaintext.size() < expected.size() ||
      !std::equal(expected.begin(), expected.end(), frame.plaintext.begin())) {
    complain("a frame with a wrong counter");
    return;
  }
  server_->send(found->second.link, to_bytes(BytesView(frame.plaintext).subspan(expected.size())));
}

void ClientDevice::write(member::WriteVault& write) {
  for (const member::VaultValue& value : write.put) disk_[value.name] = value.value;
  for (const Bytes& name : write.erase) disk_.erase(name);
}

void ClientDevice::plan_tick(std::optional<Millis> due) {
  if (!due || (tick_ && *tick_ <= *due)) return;
  tick_ = due;
  scheduler_->at(*due, [this, life = life_, time = *due] {
    if (life != life_ || tick_ != time) return;
    tick_.reset();
    count_tick();
    handle(member::Tick{});
  });
}

void ClientDevice::show(BytesView bytes) {
  const auto patch = ui::decode_patch(bytes);
  if (!patch) {
    complain("a patch that can't be decoded");
    return;
  }
  page.show(bytes);
  if (const auto* added = std::get_if<ui::patch::RoomAdded>(&*patch)) {
    room_ = RoomId(added->room);
    if (!added->ref) soon(kFastest, [this] { read_all(); });
  }
  if (const auto* vault = std::get_if<ui::patch::VaultChanged>(&*patch)) vault_is(*vault);
  if (const auto* connection = std::get_if<ui::patch::ConnectionChanged>(&*patch)) {
    connection_ = connection->state;
    if (connection_ == ui::ConnectionState::kProtocolError ||
        connection_ == ui::ConnectionState::kReplaced ||
        connection_ == ui::ConnectionState::kClockOff ||
        connection_ == ui::ConnectionState::kServerKeyChanged) {
      complain("connection state " + std::to_string(static_cast<int>(connection_)));
    }
  }
  note_what_is_stored();
}

}  // namespace zerofc::world
