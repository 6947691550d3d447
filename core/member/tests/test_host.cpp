#include "core/member/tests/test_host.hpp"

#include "core/wire/invite_link.hpp"

namespace zerofc::member::test {

TestHost::TestHost() {
  script() = Script{};
  server.session = crypto.make_key_pair<SessionKeyTag>()->public_key;
  server.signing = crypto.make_key_pair<SigningKeyTag>()->public_key;
  client_ = std::make_unique<Client>(crypto);
}

void TestHost::handle(const HostEvent& event) {
  Step step = client_->handle(event, now);
  deadline = step.deadline;
  for (HostAction& action : step.actions) carry_out(action);
  // Answers come after everything that was asked for at once.
  if (answering_) return;
  answering_ = true;
  while (!answers_.empty()) {
    const auto answer = std::move(answers_.front());
    answers_.pop_front();
    answer();
  }
  answering_ = false;
}

void TestHost::carry_out(HostAction& action) {
  if (std::holds_alternative<ReadVault>(action)) {
    ++reads;
    answers_.emplace_back([this] { answer_read(); });
  } else if (auto* write = std::get_if<WriteVault>(&action)) {
    writes.push_back(*write);
    waiting_.push_back(std::move(*write));
    if (answers_writes) answers_.emplace_back([this] { write_done(outcome); });
  } else if (auto* wipe = std::get_if<WipeVault>(&action)) {
    wiped_first.push_back(wipe->first);
    if (!answers_wipes) return;
    answers_.emplace_back([this] {
      if (wipes) disk.clear();
      handle(VaultWiped{.done = wipes});
    });
  } else if (auto* fetch = std::get_if<FetchServerKey>(&action)) {
    fetches.push_back(fetch->connection);
    fetched_for.push_back(fetch->room);
  } else if (auto* open = std::get_if<OpenSession>(&action)) {
    sessions.push_back(open->connection);
    session_server_keys.push_back(open->server_key);
  } else if (auto* send = std::get_if<SendFrame>(&action)) {
    frames.push_back(send->plaintext);
  } else if (auto* gone = std::get_if<Disconnect>(&action)) {
    disconnects.push_back(gone->connection);
  } else if (auto* patch = std::get_if<ShowPatch>(&action)) {
    shown_.push_back(std::make_unique<WipedBuffer>(std::move(patch->patch)));
  }
}

void TestHost::answer_read() {
  if (unreadable) {
    handle(VaultUnreadable{});
    return;
  }
  VaultRead read;
  for (const auto& [name, value] : disk) {
    read.values.push_back(VaultValue{.name = name, .value = value});
  }
  handle(read);
}

void TestHost::write_done(Outcome how) {
  const WriteVault write = std::move(waiting_.front());
  waiting_.erase(waiting_.begin());
  if (how == Outcome::kDone) {
    for (const VaultValue& value : write.put) disk[value.name] = value.value;
    for (const Bytes& name : write.erase) disk.erase(name);
  }
  handle(VaultWritten{.write = write.write, .outcome = how});
}

void TestHost::ask(const ui::Intent& intent) {
  std::vector<std::uint8_t> bytes;
  const bool encoded = ui::encode_intent(intent, bytes);
  if (encoded) ask_bytes(bytes);
  wipe(bytes.data(), bytes.size());
}

void TestHost::ask_bytes(BytesView intent) { handle(IntentCame{intent}); }

void TestHost::pass(std::chrono::milliseconds time) {
  const auto end = now.steady + time;
  const auto advance = [this](std::chrono::milliseconds to) {
    now.wall += to - now.steady;
    now.steady = to;
  };
  while (deadline && *deadline <= end) {
    advance(std::max(*deadline, now.steady));
    const auto before = deadline;
    handle(Tick{});
    if (deadline == before) break;  // a room that is always due would never end
  }
  advance(end);
}

void TestHost::restart() {
  client_ = std::make_unique<Client>(crypto);
  waiting_.clear();
  answers_.clear();
  fetches.clear();
  sessions.clear();
  disconnects.clear();
  frames.clear();
  writes.clear();
  shown_.clear();
  deadline.reset();
  for (auto& [id, facts] : script().rooms) facts.text.clear();
}

std::vector<ui::ProblemCode> TestHost::problems() const {
  std::vector<ui::ProblemCode> codes;
  for (const auto& problem : shown<ui::patch::Problem>()) codes.push_back(problem.code);
  return codes;
}

std::optional<std::pair<ui::VaultState, bool>> TestHost::vault() const {
  const auto all = shown<ui::patch::VaultChanged>();
  if (all.empty()) return std::nullopt;
  return std::pair(all.back().state, all.back().busy);
}

std::optional<ui::patch::ConnectionChanged> TestHost::connection() const {
  const auto all = shown<ui::patch::ConnectionChanged>();
  if (all.empty()) return std::nullopt;
  return all.back();
}

void TestHost::start() { ask(ui::intent::ClientStart{.origin = kOrigin}); }

void TestHost::start_in_memory() {
  start();
  ask(ui::intent::VaultMemory{});
}

void TestHost::start_with_vault() {
  start();
  ask(ui::intent::VaultCreate{.passphrase = kPassphrase});
}

void TestHost::unlock(std::string_view passphrase) {
  ask(ui::intent::VaultOpen{.passphrase = passphrase});
}

RoomId TestHost::create_room(std::string_view name) {
  ask(ui::intent::RoomCreate{.ref = 1, .name = name, .nickname = "Ann", .colour = 3});
  RoomId id;
  id.mutable_bytes().fill(static_cast<std::uint8_t>(script().made));
  return id;
}

void TestHost::server_key(ConnectionId connection, const ServerKeys& keys,
                          std::optional<UnixMillis> date) {
  const Bytes body = encode(keys);
  handle(ServerKeyFetched{.connection = connection, .keys = body, .date = date});
}

void TestHost::connect() {
  const ConnectionId id = fetches.back();
  server_key(id, server);
  handle(SessionEstablished{id});
}

void TestHost::frame_comes(std::uint64_t counter, const Frame& frame) {
  Bytes plaintext = to_bytes(encode_counter(counter).view());
  encode_to(frame, plaintext);
  handle(FrameCame{.connection = fetches.back(), .plaintext = plaintext});
}

SecretBytes link_to(TestCrypto& crypto, const Fingerprint& server, const RoomId& room,
                    UnixSeconds expires, std::string_view origin, const InviteId& invite) {
  InviteLink link;
  link.room = room;
  link.invite = invite;
  link.invite_key = crypto.make_key_pair<ExchangeKeyTag>()->public_key;
  link.server = server;
  link.expires = expires;
  return encode_link(origin, link);
}

}  // namespace zerofc::member::test
