// A room whose owner, other members and server are the test's: everything that a client under test
// reads can be made right, or wrong in one thing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/log/testing/people.hpp"
#include "core/member/testing/subject.hpp"
#include "core/wire/invite_link.hpp"
#include "core/wire/join.hpp"
#include "core/wire/message.hpp"
#include "core/wire/server_identity.hpp"

namespace zerofc::testing {

// A log as a server relays it, whatever is in it.
class ForgedLog {
 public:
  ForgedLog();

  Seq add(const Bytes& entry);
  // With each member's box.
  Seq add(const Bytes& entry, std::map<MemberId, Bytes> boxes);
  [[nodiscard]] Seq size() const { return entries.size(); }
  [[nodiscard]] LogPoint head() const { return {entries.size() - 1, hashes.back()}; }
  [[nodiscard]] LogPoint at(Seq seq) const { return {seq, hashes.at(seq)}; }
  [[nodiscard]] Bytes signed_head(const RoomId& room, const LogPoint& point) const;

  // Says room-opened, with the log's head.
  void opened(Subject& subject, const RoomId& room, std::optional<Seq> acked = std::nullopt) const;
  // Says what an honest server says to a room-open.
  void open(Subject& subject, const RoomId& room, std::optional<Seq> after, bool controls = false,
            std::optional<Seq> acked = std::nullopt) const;
  // One entry, in a replay or live.
  void show(Subject& subject, Seq seq) const;

  ServerKeys server;
  std::vector<Bytes> entries;
  std::vector<Hash> hashes;

 private:
  SigningPrivateKey head_key_;
  std::map<Seq, std::map<MemberId, Bytes>> boxes_;
};

// What a message is made of when nothing is wrong with it.
struct Draft {
  MessageContent content;
  Entry envelope;  // agrees with the content until a test changes one
};

class ForgedRoom {
 public:
  explicit ForgedRoom(const Policy& policy = {});

  // ---- entries by the owner, or by somebody else's keys

  [[nodiscard]] Draft draft(MessageBody body);
  [[nodiscard]] Draft draft(std::string_view text) {
    return draft(TextBody{std::string(text), {}, {}});
  }
  [[nodiscard]] Bytes seal(const Draft& draft) const { return seal(draft, owner.signing); }
  [[nodiscard]] Bytes seal(const Draft& draft, const SigningKeyPair& signer) const;
  // Adds a right one; its seq.
  Seq say(std::string_view text) { return log.add(seal(draft(text))); }

  [[nodiscard]] ControlContent next(Kind kind) const;
  [[nodiscard]] ControlContent next_add(BytesView card, const InviteId& invite) const;
  // Makes the next key. Its box for a member.
  [[nodiscard]] ControlContent next_rotation(std::vector<MemberId> removed = {});
  [[nodiscard]] const RoomKey& next_key() const { return *next_key_; }
  [[nodiscard]] Bytes box_for(const MemberId& member) const;
  // Signs it as the owner, adds it to the log and follows it.
  Seq land(const ControlContent& content, std::map<MemberId, Bytes> boxes = {});
  Seq rotate(const std::vector<MemberId>& removed = {});
  MemberId admit(const Person& person);

  // ---- admitting the subject

  [[nodiscard]] InviteLink link();
  // Opens what the subject sent; ends the program if it is not a right join-request.
  void read_request(const frame::JoinRequest& request);
  Seq add_joiner();
  [[nodiscard]] GrantContent grant_content() const;
  [[nodiscard]] Bytes seal_grant(const GrantContent& content) const;
  void grant(Subject& subject) { grant(subject, grant_content()); }
  void grant(Subject& subject, const GrantContent& content);
  // The whole way: a subject that is live at the log's head, its confirmation in the log.
  [[nodiscard]] Subject admitted();

  [[nodiscard]] RoomId room() const { return state->room(); }
  [[nodiscard]] const RoomKey& key() const { return keys.back(); }

  Person owner;
  MemberId owner_id;
  Nonce nonce;
  Bytes genesis;
  std::vector<RoomKey> keys;  // by epoch
  std::optional<ControlState> state;
  ForgedLog log;
  std::uint64_t counter = 0;

  InviteId invite;
  InviteSecret secret;
  ExchangeKeyPair invite_keys;
  Bytes joiner_card;
  MemberId joiner;
  JoinKey join_key;

 private:
  std::optional<RoomKey> next_key_;
  Bytes card_;  // of whoever is admitted next
};

}  // namespace zerofc::testing
