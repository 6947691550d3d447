#include "sim/world/ledger.hpp"

#include <algorithm>

#include "core/wire/box.hpp"
#include "core/wire/canonical.hpp"
#include "core/wire/cbor.hpp"
#include "core/wire/join.hpp"
#include "core/wire/message.hpp"

namespace zerofc::sim {
namespace {

constexpr std::size_t kLabelBytesMax = 32;

template <std::size_t kSize>
std::array<std::uint8_t, kSize> array_of(std::span<const std::uint8_t, kSize> bytes) {
  std::array<std::uint8_t, kSize> out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

// An array that begins with a label, as every context of the protocol does.
struct Labelled {
  explicit Labelled(BytesView bytes) : reader(bytes) {
    reader.array_of(8);
    label = reader.text(kLabelBytesMax);
  }
  cbor::Reader reader;
  std::string_view label;
};

}  // namespace

CryptoResult<Bytes> WatchedCrypto::seal(SymmetricKeyView key, BytesView plaintext,
                                        BytesView context) {
  Labelled said(context);
  if (said.label == "0fc box") {
    Ledger::Given given;
    given.room = said.reader.id<RoomId>();
    given.epoch = said.reader.uint();
    said.reader.uint();          // base
    said.reader.id<MemberId>();  // rotator
    given.to = said.reader.id<MemberId>();
    if (const auto content = decode_box_content(plaintext)) {
      given.key = array_of(content->view());
      ledger_->given.push_back(given);
    }
  } else if (said.label == "0fc grant") {
    Ledger::Given given;
    given.room = said.reader.id<RoomId>();
    said.reader.bytes(kSymmetricKeyBytes);  // invite secret
    said.reader.id<MemberId>();             // inviter
    given.to = said.reader.id<MemberId>();
    if (const auto content = decode_grant_content(plaintext)) {
      given.epoch = content->epoch;
      given.key = array_of(content->room_key.view());
      ledger_->given.push_back(given);
    }
  } else {
    note_room_key(key, context);
  }
  return TestCrypto::seal(key, plaintext, context);
}

CryptoResult<SecretBytes> WatchedCrypto::open(SymmetricKeyView key, BytesView cell,
                                              BytesView context) {
  auto opened = TestCrypto::open(key, cell, context);
  if (opened) note_room_key(key, context);
  return opened;
}

void WatchedCrypto::note_room_key(SymmetricKeyView key, BytesView context) {
  Labelled said(context);
  if (said.label != "0fc message") return;
  const auto room = said.reader.id<RoomId>();
  room_keys[{room, said.reader.uint()}] = array_of(key);
}

CryptoResult<Bytes> WatchedCrypto::sign(PrivateKeyView key, BytesView message) {
  if (const auto content = decode_message_content(message)) {
    ledger_->signed_messages.push_back({content->author, content->token, content->seen});
  }
  return TestCrypto::sign(key, message);
}

// "No client ever encrypts to a key that is not in the verified list" (protocol §3.2). One byte is
// the trial that proves the points of a stranger's card.
CryptoResult<Bytes> WatchedCrypto::encrypt(PrivateKeyView own, PublicKeyView peer,
                                           BytesView message) {
  if (message.size() > 1 && ledger_->people.count(array_of(peer)) == 0) {
    ledger_->faults.emplace_back("something was encrypted to a key that no person has");
  }
  return TestCrypto::encrypt(own, peer, message);
}

bool WatchedCrypto::make_keys(std::span<std::uint8_t, kKeyContainerBytes> private_key,
                              std::span<std::uint8_t, kKeyContainerBytes> public_key) {
  if (!TestCrypto::make_keys(private_key, public_key)) return false;
  const auto made = array_of(std::span<const std::uint8_t, kKeyContainerBytes>(public_key));
  own_keys[made] = array_of(std::span<const std::uint8_t, kKeyContainerBytes>(private_key));
  ledger_->people.insert(made);
  return true;
}

}  // namespace zerofc::sim
