// The client, in parts: client.cpp has its life, client_vault.cpp where rooms are kept,
// client_connections.cpp their connections, client_intents.cpp what the person asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/member/client.hpp"
#include "core/member/rooms.hpp"
#include "core/member/ui/ui_messages.hpp"
#include "core/member/vault/vault.hpp"
#include "core/member/vault/write_queue.hpp"

namespace zerofc::member {

class Client::Impl {
 public:
  explicit Impl(Crypto& crypto) : crypto_(&crypto) {}

  Step handle(const HostEvent& event, Now now);

 private:
  // What keeps other vault intents waiting.
  enum class Busy : std::uint8_t {
    kNo,
    kReading,   // to see what is stored
    kOpening,   // reading, then the passphrase is tried
    kCreating,  // the first write of a new vault
    kClosing,   // the last writes of a vault that is locked or wiped
    kWiping,
  };
  // After lock or wipe: everything is sealed or gone, and what is left to do needs no secret.
  struct Closing {
    std::optional<std::uint64_t> under_way;  // a write that has to be answered first
    std::optional<WriteVault> last;          // then this one
    bool wipe = false;
  };

  // ---- what the host reports
  void on(const IntentCame& event);
  void on(const VaultRead& event);
  void on(const VaultUnreadable& event);
  void on(const VaultWritten& event);
  void on(const VaultWiped& event);
  void on(const ServerKeyFetched& event);
  void on(const SessionEstablished& event);
  void on(const FrameCame& event);
  void on(const ConnectionLost& event);
  void on(const Tick& event);

  // ---- what the person asks for
  void on(const ui::intent::ClientStart& intent);
  void on(const ui::intent::VaultCreate& intent);
  void on(const ui::intent::VaultOpen& intent);
  void on(const ui::intent::VaultMemory& intent);
  void on(const ui::intent::VaultLock& intent);
  void on(const ui::intent::VaultWipe& intent);
  void on(const ui::intent::PassphraseSuggest& intent);
  void on(const ui::intent::LinkInspect& intent);
  void on(const ui::intent::RoomCreate& intent);
  void on(const ui::intent::RoomJoin& intent);
  void on(const ui::intent::RoomLeave& intent);
  void on(const ui::intent::RoomForget& intent);
  void on(const ui::intent::RoomRotateKey& intent);
  void on(const ui::intent::RoomRemoveMembers& intent);
  void on(const ui::intent::RoomSetRole& intent);
  void on(const ui::intent::RoomTransfer& intent);
  void on(const ui::intent::RoomSetPolicy& intent);
  void on(const ui::intent::RoomDestroy& intent);
  void on(const ui::intent::RoomRead& intent);
  void on(const ui::intent::MessageSend& intent);
  void on(const ui::intent::MessageRetry& intent);
  void on(const ui::intent::MessageDiscard& intent);
  void on(const ui::intent::HistoryBefore& intent);
  void on(const ui::intent::InviteCreate& intent);
  void on(const ui::intent::InviteRevoke& intent);
  void on(const ui::intent::ConnectionRetry& intent);
  void on(const ui::intent::ConnectionSuspend& intent);
  void on(const ui::intent::AlarmDismiss& intent);

  // ---- for the page
  void show(const ui::Patch& patch);
  void show_vault();
  void problem(const ui::patch::Problem& problem) { show(problem); }
  void malformed_intent();

  // ---- rooms (client.cpp)
  [[nodiscard]] Context context() const { return {*crypto_, now_, origin_}; }
  // Calls a room and carries out what it wants.
  template <class Call>
  void with(RoomSlot& slot, const Call& call) {
    Out out;
    call(slot.room, out);
    collect(slot, out);
  }
  // Calls the room with this id, or says that there is none.
  template <class Call>
  void with_room(const ui::Id32& id, std::optional<std::uint64_t> ref, const Call& call) {
    if (RoomSlot* slot = find_room(RoomId(id))) {
      with(*slot, call);
    } else {
      problem({.code = ui::ProblemCode::kRoomUnknown, .room = id, .ref = ref});
    }
  }
  [[nodiscard]] RoomSlot* find_room(const RoomId& id);
  // Rooms can be made: says why not otherwise.
  [[nodiscard]] bool may_add_room(std::uint64_t ref);
  [[nodiscard]] bool is_nickname(std::string_view text, std::uint64_t ref);  // says why not
  void add_room(Room room, Out& out);
  // With everything stored of it; the page is told when that is durable, or at once if another
  // takes its place.
  void remove_room(const RoomId& id, bool replaced);
  void collect(RoomSlot& slot, Out& out);
  void release(Effects effects);
  void show_all(std::vector<WipedBuffer>& patches);
  // What is due or has become possible by this event.
  void settle();
  void settle_rooms();
  [[nodiscard]] std::optional<std::chrono::milliseconds> deadline() const;

  // ---- vault
  void look_at(const VaultRead& read);
  void try_passphrase(const VaultRead& read);
  void not_opened(VaultError why);
  // False: they do not fit together; nothing was taken over.
  [[nodiscard]] bool load_rooms(StoredRooms rooms);
  void store_is(StoreState store);
  // Ends connections, seals what is unsaved, and wipes everything else from memory.
  void close(bool wipe);
  void go_on_closing();
  void created(VaultWritten::Outcome outcome);
  void write_if_due();
  void storage_problem(VaultWritten::Outcome outcome);
  [[nodiscard]] static ui::VaultState shown_state(StoreState store);
  [[nodiscard]] static std::optional<ui::ProblemCode> why_no_vault(StoreState store);

  // ---- connections
  [[nodiscard]] Connection::Context io() { return {*crypto_, now_, actions_}; }
  template <class Is>
  [[nodiscard]] RoomSlot* find_connection(const Is& is) {
    for (auto& [id, slot] : rooms_) {
      if (is(slot.connection)) return &slot;
    }
    return nullptr;
  }
  // The fingerprint that the server must have for this room: the room's own, or one that another
  // room of this client has pinned. None: there is none yet.
  [[nodiscard]] std::optional<Fingerprint> expected_server(const RoomSlot& slot,
                                                           const Fingerprint& offered) const;
  void end(RoomSlot& slot, const Connection::End& why);
  void settle_connection(RoomSlot& slot);

  Crypto* crypto_;
  bool started_ = false;
  std::string origin_;
  Rooms rooms_;
  bool suspended_ = false;
  std::uint32_t last_connection_ = 0;
  std::optional<Fingerprint> server_;  // that was shown last

  ui::VaultState state_ = ui::VaultState::kAbsent;
  Busy busy_ = Busy::kNo;
  StoreState store_ = StoreState::kAbsent;
  std::vector<Bytes> leftovers_;  // names
  bool cleared_ = false;          // leftovers were tried to be cleared away
  SecretBytes passphrase_;        // while opening
  std::optional<Vault> vault_;
  WriteQueue queue_;
  Closing closing_;

  // Of the event being handled.
  Now now_{};
  std::vector<HostAction> actions_;
};

}  // namespace zerofc::member
