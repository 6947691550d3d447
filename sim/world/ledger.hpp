// What the clients of a world did with their keys, as their own crypto engines saw it.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/member/tests/test_crypto.hpp"
#include "core/wire/types.hpp"

namespace zerofc::sim {

using KeyContainer = std::array<std::uint8_t, kKeyContainerBytes>;
using RoomKeyBytes = std::array<std::uint8_t, kSymmetricKeyBytes>;

class Ledger {
 public:
  // A room key that was sealed for a member: in a box, or in a grant.
  struct Given {
    RoomId room;
    Epoch epoch = 0;
    MemberId to;
    RoomKeyBytes key{};
  };
  // What an author signed of its log in a message.
  struct Signed {
    MemberId author;
    EntryToken token;
    LogPoint seen;
  };

  // Whatever a person's client made: nothing is ever encrypted to another key.
  std::set<KeyContainer> people;
  std::vector<Given> given;
  std::vector<Signed> signed_messages;
  // What no client may do.
  std::vector<std::string> faults;
};

// One client's engine. It notes in the ledger what is done with it, and what a client that is not
// honest would know.
class WatchedCrypto : public member::test::TestCrypto {
 public:
  WatchedCrypto(std::uint64_t seed, Ledger& ledger) : TestCrypto(seed), ledger_(&ledger) {}

  CryptoResult<Bytes> seal(SymmetricKeyView key, BytesView plaintext, BytesView context) override;
  CryptoResult<SecretBytes> open(SymmetricKeyView key, BytesView cell, BytesView context) override;
  CryptoResult<Bytes> sign(PrivateKeyView key, BytesView message) override;
  CryptoResult<Bytes> encrypt(PrivateKeyView own, PublicKeyView peer, BytesView message) override;

  // Key pairs by public key, and the room keys that it sealed or opened messages with.
  std::map<KeyContainer, KeyContainer> own_keys;
  std::map<std::pair<RoomId, Epoch>, RoomKeyBytes> room_keys;

 protected:
  bool make_keys(std::span<std::uint8_t, kKeyContainerBytes> private_key,
                 std::span<std::uint8_t, kKeyContainerBytes> public_key) override;

 private:
  void note_room_key(SymmetricKeyView key, BytesView context);

  Ledger* ledger_;
};

}  // namespace zerofc::sim
