// A host in memory: a disk, a clock, and a page that keeps what it was shown.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/member/client.hpp"
#include "core/member/tests/room_double.hpp"
#include "core/member/tests/test_crypto.hpp"
#include "core/member/ui/ui_codec.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/server_identity.hpp"

namespace zerofc::member::test {

using Disk = std::map<Bytes, Bytes>;
using Outcome = VaultWritten::Outcome;

inline constexpr std::string_view kOrigin = "https://chat.example";
inline constexpr std::string_view kPassphrase = "correct horse battery";

class TestHost {
 public:
  TestHost();

  // ---- the device
  Disk disk;
  bool unreadable = false;
  bool answers_writes = true;  // else write_done() does
  Outcome outcome = Outcome::kDone;
  bool answers_wipes = true;
  bool wipes = true;
  Now now{UnixMillis(std::chrono::hours(24 * 365 * 50)), std::chrono::milliseconds(1'000'000)};
  TestCrypto crypto;

  // ---- what the core wanted
  std::vector<ConnectionId> fetches;
  std::vector<RoomId> fetched_for;  // the rooms, in the same order
  std::vector<ConnectionId> sessions;
  std::vector<SessionPublicKey> session_server_keys;
  std::vector<ConnectionId> disconnects;
  std::vector<Bytes> frames;  // with counter
  std::size_t reads = 0;
  std::vector<WriteVault> writes;
  std::vector<Bytes> wiped_first;
  std::optional<std::chrono::milliseconds> deadline;

  void handle(const HostEvent& event);
  void ask(const ui::Intent& intent);
  // Asks with these very bytes.
  void ask_bytes(BytesView intent);
  // Answers the oldest write that waits.
  void write_done(Outcome how = Outcome::kDone);
  [[nodiscard]] std::size_t writes_waiting() const { return waiting_.size(); }
  // Time goes by; ticks come when they are due.
  void pass(std::chrono::milliseconds time);
  // A new core over the same disk, with what was asked for so far forgotten.
  void restart();

  // ---- the page
  // Patches of one kind, oldest first; views point into what the host keeps.
  template <class Patch>
  [[nodiscard]] std::vector<Patch> shown() const {
    std::vector<Patch> found;
    for (const auto& bytes : shown_) {
      const auto patch = ui::decode_patch(*bytes);
      if (patch && std::holds_alternative<Patch>(*patch)) found.push_back(std::get<Patch>(*patch));
    }
    return found;
  }
  [[nodiscard]] std::size_t shown_count() const { return shown_.size(); }
  void forget_shown() { shown_.clear(); }
  [[nodiscard]] std::vector<ui::ProblemCode> problems() const;
  // State of the vault as it was shown last, and whether it is busy.
  [[nodiscard]] std::optional<std::pair<ui::VaultState, bool>> vault() const;
  [[nodiscard]] std::optional<ui::patch::ConnectionChanged> connection() const;

  // ---- shortcuts
  void start();             // client.start
  void start_in_memory();   // and vault.memory
  void start_with_vault();  // and vault.create
  void unlock(std::string_view passphrase = kPassphrase);
  RoomId create_room(std::string_view name = "Room");
  void server_key(ConnectionId connection, const ServerKeys& keys,
                  std::optional<UnixMillis> date = std::nullopt);
  // From FetchServerKey to SessionEstablished, for the newest attempt.
  void connect();
  void frame_comes(std::uint64_t counter, const Frame& frame);

  ServerKeys server;

 private:
  void carry_out(HostAction& action);
  void answer_read();

  std::unique_ptr<Client> client_;
  std::vector<WriteVault> waiting_;
  std::deque<std::function<void()>> answers_;
  bool answering_ = false;
  std::vector<std::unique_ptr<WipedBuffer>> shown_;
};

// ORIGIN/#/join/… for a room that nobody has.
SecretBytes link_to(TestCrypto& crypto, const Fingerprint& server, const RoomId& room,
                    UnixSeconds expires, std::string_view origin = kOrigin,
                    const InviteId& invite = {});

}  // namespace zerofc::member::test
