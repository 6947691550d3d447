#include "sim/world/device.hpp"

#include <algorithm>

#include "core/member/ui/ui_codec.hpp"
#include "core/wire/entry.hpp"

namespace zerofc::sim {
namespace {

constexpr std::string_view kOrigin = "https://world.test";
constexpr std::string_view kPassphrase = "correct horse battery";
constexpr std::uint64_t kInviteSeconds = 86'400;
constexpr Millis kFastest{1};
constexpr Millis kSlowestWrite{60};
constexpr Millis kSlowestAnswer{150};
constexpr Millis kSlowestStart{3000};

std::string describe(const Frame& frame) {
  std::string what = "frame " + std::to_string(type_of(frame));
  if (const auto* append = std::get_if<frame::Append>(&frame)) {
    if (const auto entry = decode_entry(append->entry)) {
      what += ", entry of kind " + std::to_string(static_cast<std::uint64_t>(entry->kind)) +
              " in epoch " + std::to_string(entry->epoch);
    }
  } else if (const auto* at = std::get_if<frame::EntryAt>(&frame)) {
    what += ", entry " + std::to_string(at->seq);
    if (const auto entry = decode_entry(at->entry)) {
      what += " of kind " + std::to_string(static_cast<std::uint64_t>(entry->kind)) + " in epoch " +
              std::to_string(entry->epoch);
    }
    if (at->box) what += " with a box";
  } else if (const auto* rejected = std::get_if<frame::Rejected>(&frame)) {
    what += ", code " + std::to_string(static_cast<unsigned>(rejected->code));
  } else if (const auto* error = std::get_if<frame::Error>(&frame)) {
    what += ", code " + std::to_string(static_cast<unsigned>(error->code));
  } else if (const auto* declined = std::get_if<frame::JoinDeclined>(&frame)) {
    what += ", reason " + std::to_string(static_cast<unsigned>(declined->reason));
  }
  return what;
}

}  // namespace

Device::Device(Scheduler& scheduler, Trace& trace, Server& server, Ledger& ledger, std::string name)
    : Person(std::move(name)),
      scheduler_(&scheduler),
      trace_(&trace),
      server_(&server),
      crypto_(scheduler.chance.next(), ledger) {}

Now Device::now() const {
  const Now now = scheduler_->now();
  return {now.wall + clock_error_, now.steady};
}

// The hash is over the bytes; only a line for people says what they are.
void Device::trace_frame(std::string_view what, BytesView plaintext) {
  trace(what, plaintext);
  if (!trace_->keeps_lines()) return;
  const auto decoded = decode_frame(plaintext);
  trace_->remark(decoded ? describe(decoded->frame) : "what is no frame");
}

void Device::trace(std::string_view what, BytesView bytes) {
  trace_->note(scheduler_->now().steady, name(), what, bytes);
}

template <class Action>
void Device::soon(Millis most, Action action) {
  scheduler_->in(scheduler_->chance.between(kFastest, most),
                 [this, life = life_, action = std::move(action)]() mutable {
                   if (life == life_ && client_) action();
                 });
}

void Device::create() {
  asks_for_a_room_ = true;
  start();
}

void Device::join(const std::string& link) {
  link_to_follow_ = link;
  asks_for_a_room_ = true;
  start();
}

// ---- what the person does

void Device::say(const std::string& text) {
  if (!has_joined()) return;
  const std::uint64_t ref = says(text);
  ask(ui::intent::MessageSend{.room = room_->bytes(), .ref = ref, .text = text});
}

void Device::invite() {
  if (!has_joined()) return;
  ask(ui::intent::InviteCreate{
      .room = room_->bytes(), .ref = next_ref(), .expires_s = kInviteSeconds});
}

void Device::revoke(const InviteId& invite) {
  if (has_joined()) {
    ask(ui::intent::InviteRevoke{.room = room_->bytes(), .invite = invite.bytes()});
  }
}

void Device::rotate() {
  if (has_joined()) ask(ui::intent::RoomRotateKey{.room = room_->bytes()});
}

void Device::leave() {
  if (!has_joined()) return;
  note_leaving();
  ask(ui::intent::RoomLeave{.room = room_->bytes()});
}

void Device::remove(const MemberId& member) {
  if (has_joined()) {
    ask(ui::intent::RoomRemoveMembers{.room = room_->bytes(), .members = {member.bytes()}});
  }
}

void Device::set_role(const MemberId& member, ui::Role role) {
  if (has_joined()) {
    ask(ui::intent::RoomSetRole{.room = room_->bytes(), .member = member.bytes(), .role = role});
  }
}

void Device::retry() {
  if (!is_running()) return;
  ask(ui::intent::ConnectionRetry{.room = room_->bytes()});
  const auto outbox = page.outbox;
  for (const auto& [token, unsent] : outbox) {
    if (unsent.state != ui::OutboxState::kFailed) continue;
    ask(ui::intent::MessageRetry{.room = room_->bytes(), .token = token.bytes()});
  }
}

void Device::read_all() {
  if (!is_running()) return;
  std::optional<Seq> before;
  do {
    page.has_older = false;
    ask(ui::intent::HistoryBefore{.room = room_->bytes(), .before = before, .count = 50});
    if (!page.items.empty()) before = page.items.begin()->first;
  } while (page.has_older);
}

bool Device::is_at_rest() const {
  if (writing_ || !client_) return false;
  if (!has_joined()) return connection_ == ui::ConnectionState::kClosed;
  return connection_ == ui::ConnectionState::kConnected && page.outbox.empty() &&
         !page.rotation.rotating && !page.rotation.missing;
}

std::shared_ptr<Link> Device::link() const {
  return channels_.empty() ? nullptr : channels_.rbegin()->second.link;
}

std::string Device::state() const {
  std::string state = "connection " + std::to_string(static_cast<int>(connection_));
  if (writing_) state += ", writing";
  for (const auto& [token, unsent] : page.outbox) {
    state += ", unsent in state " + std::to_string(static_cast<int>(unsent.state));
  }
  if (page.rotation.rotating) state += ", rotating";
  if (page.rotation.missing) state += ", without the key";
  return state;
}

// ---- what happens to it

void Device::cut() {
  trace("is cut off");
  for (const auto& [id, channel] : channels_) server_->cut(channel.link);
}

void Device::crash() {
  if (!client_) return;
  trace("is killed");
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

void Device::start() {
  client_ = std::make_unique<member::Client>(crypto_);
  ask(ui::intent::ClientStart{.origin = kOrigin});
}

void Device::vault_is(const ui::patch::VaultChanged& vault) {
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
            .ref = next_ref(), .link = *link_to_follow_, .nickname = nickname(), .colour = 2});
      } else {
        ask(ui::intent::RoomCreate{
            .ref = next_ref(), .name = kRoomName, .nickname = nickname(), .colour = 1});
      }
    });
  }
}

// ---- the host

void Device::ask(const ui::Intent& intent) {
  Bytes bytes;
  if (!ui::encode_intent(intent, bytes)) {
    complain("an intent that can't be encoded");
    return;
  }
  trace("asks", bytes);
  handle(member::IntentCame{bytes});
}

void Device::handle(const member::HostEvent& event) {
  auto step = client_->handle(event, now());
  for (member::HostAction& action : step.actions) carry_out(action);
  plan_tick(step.deadline);
}

void Device::carry_out(member::HostAction& action) {
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
      const Server::KeyAnswer answer = server_->answer_key_request();
      const Bytes keys = encode(answer.keys);
      handle(member::ServerKeyFetched{id, keys, answer.date});
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

void Device::open_session(const member::OpenSession& session) {
  if (session.server_key != server_->keys().session) complain("another server's key");
  trace("connects");
  const member::ConnectionId id = session.connection;
  auto link = server_->connect(session.public_key);
  channels_[id] = {id, link, 0, 0};
  link->to_client = [this, id](BytesView bytes) {
    const auto found = channels_.find(id);
    if (found == channels_.end()) return;
    Bytes plaintext = to_bytes(encode_counter(found->second.down++).view());
    plaintext.insert(plaintext.end(), bytes.begin(), bytes.end());
    trace_frame("hears", plaintext);
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

void Device::send(const member::SendFrame& frame) {
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
  trace_frame("sends", frame.plaintext);
  server_->send(found->second.link, to_bytes(BytesView(frame.plaintext).subspan(expected.size())));
}

void Device::write(member::WriteVault& write) {
  for (const member::VaultValue& value : write.put) {
    trace("stores", value.value);
    disk_[value.name] = value.value;
  }
  for (const Bytes& name : write.erase) disk_.erase(name);
}

void Device::plan_tick(std::optional<Millis> due) {
  if (!due || (tick_ && *tick_ <= *due)) return;
  tick_ = due;
  scheduler_->at(*due, [this, life = life_, time = *due] {
    if (life != life_ || tick_ != time) return;
    tick_.reset();
    count_tick();
    handle(member::Tick{});
  });
}

void Device::show(BytesView bytes) {
  const auto patch = ui::decode_patch(bytes);
  if (!patch) {
    complain("a patch that can't be decoded");
    return;
  }
  if (const auto* changed = std::get_if<ui::patch::RoomStateChanged>(&*patch)) {
    if (changed->state == ui::RoomState::kStopped) note_leaving();
  }
  page.show(bytes);
  if (const auto* added = std::get_if<ui::patch::RoomAdded>(&*patch)) {
    room_ = RoomId(added->room);
    if (!added->ref) soon(kFastest, [this] { read_all(); });
  }
  if (const auto* vault = std::get_if<ui::patch::VaultChanged>(&*patch)) vault_is(*vault);
  if (const auto* connection = std::get_if<ui::patch::ConnectionChanged>(&*patch)) {
    connection_ = connection->state;
  }
  note_what_is_told(*patch);
  note_what_is_stored();
}

}  // namespace zerofc::sim
