// A room with an owner at its live end, and what the owner and others do in it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/relay/testing/world.hpp"

namespace zerofc {

using relay::ConnectionId;
using testing::as_hash;
using testing::crypto;
using testing::Disk;
using ::testing::ElementsAre;
using testing::Founded;
using ::testing::IsEmpty;
using testing::message_entry;
using testing::must;
using testing::Person;
using testing::random;
using testing::sign_entry;
using testing::World;

class Relay : public ::testing::Test {
 protected:
  explicit Relay(const relay::Limits& limits = {}) : world(room, limits) {
    owner = world.open(room.owner, Seq{0});
    world.said(owner);
  }

  using Boxes = std::vector<std::pair<MemberId, Bytes>>;

  void append(ConnectionId from, BytesView entry) {
    world.send(from, frame::Append{entry, std::nullopt});
  }
  void append(ConnectionId from, BytesView entry, const Boxes& boxes) {
    std::vector<std::pair<MemberId, BytesView>> views(boxes.begin(), boxes.end());
    world.send(from, frame::Append{entry, views});
  }
  void ack(ConnectionId from, Seq seq) { world.send(from, frame::Ack{seq}); }

  // What the log says of control entries follows in the founder's state too.
  void follow(BytesView entry) {
    room.next_seq = world.store.log().size() - 1;
    room.land(entry);
  }

  InviteId invite(std::chrono::seconds life = std::chrono::hours(24)) {
    const auto id = random<InviteId>();
    world.send(owner, frame::InvitePublish{id, world.in(life)});
    return id;
  }
  [[nodiscard]] Bytes add_entry(const Person& joiner, const InviteId& invite_id) const {
    const Bytes card = room.card_of(joiner);
    return sign_entry(room.next_add(room.owner_id, card, invite_id), room.owner.signing);
  }
  // The owner admits this person, who is not connected.
  MemberId add(const Person& joiner) {
    const Bytes entry = add_entry(joiner, invite());
    append(owner, entry);
    follow(entry);
    world.forget_all();
    return room.id_of(joiner);
  }
  // And it is at the live end.
  ConnectionId add_live(const Person& joiner) {
    const Seq at = world.store.log().size();
    add(joiner);
    const ConnectionId connection = world.open(joiner, at);
    world.said(connection);
    return connection;
  }

  [[nodiscard]] Bytes box_for(const Person& reader) const {
    return testing::encrypted(room.owner.exchange, reader.exchange.public_key);
  }
  [[nodiscard]] Boxes boxes_for(const std::vector<const Person*>& readers) const {
    Boxes boxes;
    for (const Person* reader : readers) boxes.emplace_back(room.id_of(*reader), box_for(*reader));
    return boxes;
  }
  [[nodiscard]] Bytes rotation_entry() const {
    return sign_entry(room.next_rotation(room.owner_id), room.owner.signing);
  }
  void rotate(const std::vector<const Person*>& readers) {
    const Bytes entry = rotation_entry();
    append(owner, entry, boxes_for(readers));
    follow(entry);
  }
  [[nodiscard]] Bytes leave_entry(const Person& leaver) const {
    return sign_entry(room.next(Kind::kMemberLeave, room.id_of(leaver)), leaver.signing);
  }

  // A join-request of this person, with whatever box.
  frame::JoinRequest request(const Person& joiner, const InviteId& invite_id) {
    card_ = room.card_of(joiner);
    box_ = testing::encrypted(one_time_, room.owner.exchange.public_key);
    return {world.room().id(), invite_id, card_, one_time_.public_key, box_};
  }
  void join(ConnectionId from, const Person& joiner, const InviteId& invite_id) {
    world.send(from, request(joiner, invite_id));
  }
  [[nodiscard]] static Bytes sealed_grant(std::size_t bytes = 100) {
    const auto key = random<JoinKey>();
    return must(crypto().seal(key.view(), Bytes(bytes, 1), bytes_of("grant")));
  }
  void grant(ConnectionId from, const MemberId& joiner, std::size_t bytes = 100) {
    const Bytes sealed = sealed_grant(bytes);
    world.send(from, frame::JoinGrant{joiner, sealed});
  }

  [[nodiscard]] Seq head() const { return world.store.log().size() - 1; }

  Founded room;
  World world;
  ConnectionId owner{};

 private:
  ExchangeKeyPair one_time_ = must(crypto().make_key_pair<ExchangeKeyTag>());
  Bytes card_;
  Bytes box_;
};

}  // namespace zerofc
