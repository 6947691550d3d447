// A room that the subject owns, over a server that is the test's; and guests with keys of the test.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/member/testing/forged_room.hpp"

namespace zerofc::testing {

// Somebody who follows an invite link.
class Guest {
 public:
  Guest(const RoomId& room, const std::string& link);

  // A right join-request; its views are into this guest.
  [[nodiscard]] frame::JoinRequest request();
  // Opens a grant for this guest; none if it does not open.
  [[nodiscard]] std::optional<GrantContent> open(BytesView sealed) const;
  // Its message under this key.
  [[nodiscard]] Bytes message(const RoomKey& key, Epoch epoch, const LogPoint& seen,
                              MessageBody body);

  Person keys;
  Bytes card;
  MemberId id;
  InviteLink link;
  JoinKey join_key;
  ExchangeKeyPair one_time;
  Profile profile{"Gus", 7};
  std::uint64_t counter = 0;

 private:
  Bytes box_;
};

class OwnedRoom {
 public:
  // The subject has created the room and is at its live end.
  OwnedRoom();

  // What the subject appends lands and comes back; the other frames it sends are kept in `said`.
  void serve();
  // The same, but nothing comes back: what it appends.
  [[nodiscard]] std::vector<Sent> appends();
  // The entry lands and comes back.
  void land(const frame::Append& append);
  // An entry of somebody else lands.
  void relay(const Bytes& entry);
  // The one by which this guest leaves.
  void leave(const Guest& guest);
  void reconnect();
  void replay();  // after the subject has connected

  // A fresh invite that the server has; its link.
  [[nodiscard]] std::string invite();
  // Admitted, and has confirmed.
  [[nodiscard]] Guest admit();
  // What a request was answered with.
  [[nodiscard]] std::optional<DeclineReason> declined();
  [[nodiscard]] std::optional<Bytes> granted();
  [[nodiscard]] const ControlState& state() const { return *state_; }
  // The subject's records hold these bytes somewhere.
  [[nodiscard]] bool stores(BytesView bytes) const;

  Subject owner;
  ForgedLog log;
  std::vector<Sent> said;
  std::optional<GrantContent> last_grant;

 private:
  void follow(const Bytes& entry);
  std::optional<ControlState> state_;
};

}  // namespace zerofc::testing
