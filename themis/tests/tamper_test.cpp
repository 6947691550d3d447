// One message of each kind: every single-bit flip and every truncation is refused.
//
// The bits that the format leaves unauthenticated, and that are therefore excepted here:
//   - Secure Session data: the last 4 bytes of the IV field (offsets 16 to 19), filler that nothing
//     reads (5.6).
//   - Context Imprint as a whole has no authentication (3.5), so it isn't in this test.
// Handshake messages are protected against flips by their unkeyed CRC already, which an attacker
// repairs: so there is a second round with all checksums repaired.
#include <algorithm>
#include <functional>
#include <string>

#include "container.hpp"
#include "support.hpp"

namespace themis::test {
namespace {

using Accepts = std::function<bool(BytesView)>;

constexpr std::size_t kHeader = detail::kContainerHeaderSize;

void expect_every_change_refused(const Bytes& genuine, const Accepts& accepts,
                                 const std::function<bool(std::size_t)>& excepted = {}) {
  ASSERT_TRUE(accepts(genuine)) << "the genuine message must pass, or the test proves nothing";
  for (std::size_t bit = 0; bit < 8 * genuine.size(); ++bit) {
    Bytes flipped = genuine;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    const bool free = excepted && excepted(bit / 8);
    EXPECT_EQ(accepts(flipped), free) << "byte " << bit / 8 << " bit " << bit % 8;
  }
  for (std::size_t size = 0; size < genuine.size(); ++size) {
    EXPECT_FALSE(accepts(BytesView(genuine).first(size))) << "truncated to " << size;
  }
}

TEST(Tamper, SealCell) {
  const SymmetricKey key = key_of("key");
  expect_every_change_refused(
      must(secure_cell::seal(key, text("a message"), bytes_of("context"))), [&](BytesView cell) {
        return secure_cell::open(key, cell, bytes_of("context")).has_value();
      });
}

TEST(Tamper, PassphraseCell) {
  const Passphrase passphrase = must(Passphrase::copy_of("passphrase"));
  expect_every_change_refused(
      must(secure_cell::seal(passphrase, text("message"), {}, 10)),
      [&](BytesView cell) { return secure_cell::open(passphrase, cell, {}, 100'000).has_value(); });
}

TEST(Tamper, Token) {
  const SymmetricKey key = key_of("key");
  const auto parts = must(secure_cell::token_protect(key, text("message")));
  expect_every_change_refused(parts.token, [&](BytesView token) {
    return secure_cell::token_open(key, token, parts.data).has_value();
  });
  expect_every_change_refused(parts.data, [&](BytesView data) {
    return secure_cell::token_open(key, parts.token, data).has_value();
  });
}

TEST(Tamper, SignedMessage) {
  const EcPrivateKey key = new_key();
  expect_every_change_refused(
      must(secure_message::sign(key, text("message"))), [&](BytesView message) {
        return secure_message::verify(key.public_key(), message).has_value();
      });
}

TEST(Tamper, EncryptedMessage) {
  const EcPrivateKey alice = new_key();
  const EcPrivateKey bob = new_key();
  expect_every_change_refused(
      must(secure_message::encrypt(alice, bob.public_key(), text("message"))),
      [&](BytesView message) {
        return secure_message::decrypt(bob, alice.public_key(), message).has_value();
      });
}

// --- Secure Session

// Repairs the checksums of a handshake message as an attacker would, where they can be found.
Bytes with_repaired_checksums(BytesView message) {
  if (message.size() < kHeader) return copy(message);
  Bytes payload = copy(message.subspan(kHeader));
  const auto repair_at = [&payload](std::size_t offset) -> std::size_t {
    const auto inner = detail::container_at(BytesView(payload).subspan(offset));
    if (!inner) return payload.size();
    const Bytes content = copy(inner->payload);
    const std::string tag(inner->tag);
    detail::write_container(std::span(payload).subspan(offset, kHeader + content.size()), tag,
                            {content});
    return offset + kHeader + content.size();
  };
  const std::size_t behind_id = repair_at(0);
  if (behind_id < payload.size()) repair_at(behind_id);
  const std::string tag(reinterpret_cast<const char*>(message.data()), 4);
  return detail::make_container(tag, {payload});
}

struct HandshakeMessages {
  Parties parties;
  SecureSessionClient client = parties.connect();
  SecureSessionServer server{parties.server};
  Bytes msg1 = client.connect_request();
  Bytes msg2 = must(server.handle_msg1(msg1, parties.lookup()));
};

TEST(Tamper, Msg1) {
  const HandshakeMessages run;
  const Accepts accepts = [&](BytesView message) {
    SecureSessionServer server(run.parties.server);
    return server.handle_msg1(message, run.parties.lookup()).has_value();
  };
  expect_every_change_refused(run.msg1, accepts);
  for (std::size_t bit = 8 * kHeader; bit < 8 * run.msg1.size(); ++bit) {
    Bytes flipped = run.msg1;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    const Bytes repaired = with_repaired_checksums(flipped);
    // A flip in a checksum field itself is undone by the repair.
    EXPECT_EQ(accepts(repaired), repaired == run.msg1) << "byte " << bit / 8;
  }
}

// The later messages answer a fresh ephemeral key, so each try runs its own handshake.
struct Run {
  const Parties& parties;
  SecureSessionClient client = parties.connect();
  SecureSessionServer server{parties.server};
  Bytes msg2 = must(server.handle_msg1(client.connect_request(), parties.lookup()));
};

// Feeds `change(genuine)` to the side that expects message `number`; true if it was taken.
bool accepts_changed(const Parties& parties, int number,
                     const std::function<Bytes(Bytes)>& change) {
  Run run{parties};
  if (number == 2) return run.client.handle_msg2(change(run.msg2)).has_value();
  const Bytes msg3 = must(run.client.handle_msg2(run.msg2));
  if (number == 3) return run.server.handle_msg3(change(msg3)).has_value();
  const Bytes msg4 = must(run.server.handle_msg3(msg3)).msg4;
  return run.client.handle_msg4(change(msg4)).has_value();
}

class TamperHandshake : public ::testing::TestWithParam<int> {};

// Signatures vary by some bytes in length. So the last bytes are counted from the end.
constexpr std::size_t kCountedFromTheEnd = 8;

Bytes with_flipped_bit(Bytes message, std::size_t bit, bool from_the_end) {
  const std::size_t at = from_the_end ? message.size() - 1 - bit / 8 : bit / 8;
  message[at] ^= static_cast<std::uint8_t>(1 << (bit % 8));
  return message;
}

std::size_t size_of(const Parties& parties, int number) {
  std::size_t size = 0;
  EXPECT_TRUE(accepts_changed(parties, number, [&](Bytes message) {
    size = message.size();
    return message;
  })) << "the genuine message must pass, or the test proves nothing";
  return size;
}

void expect_flip_refused(const Parties& parties, int number, std::size_t bit, bool from_the_end) {
  EXPECT_FALSE(accepts_changed(
      parties, number,
      [&](const Bytes& message) { return with_flipped_bit(message, bit, from_the_end); }))
      << "byte " << bit / 8 << (from_the_end ? " from the end" : "");
  bool same = false;  // a flip in a checksum itself is undone by the repair
  const bool accepted = accepts_changed(parties, number, [&](const Bytes& message) {
    const Bytes flipped = with_flipped_bit(message, bit, from_the_end);
    // msg3 and msg4 hold no inner containers.
    Bytes repaired = number == 2
                         ? with_repaired_checksums(flipped)
                         : detail::make_container("TSPM", {BytesView(flipped).subspan(kHeader)});
    same = repaired == message;
    return repaired;
  });
  EXPECT_EQ(accepted, same) << "byte " << bit / 8 << (from_the_end ? " from the end" : "")
                            << " with repaired checksums";
}

TEST_P(TamperHandshake, EveryFlipIsRefusedWithOldAndWithRepairedChecksums) {
  const Parties parties;
  const std::size_t size = size_of(parties, GetParam());
  for (std::size_t bit = 0; bit < 8 * (size - kCountedFromTheEnd); ++bit) {
    expect_flip_refused(parties, GetParam(), bit, false);
  }
  for (std::size_t bit = 0; bit < 8 * 2 * kCountedFromTheEnd; ++bit) {
    expect_flip_refused(parties, GetParam(), bit, true);
  }
}

TEST_P(TamperHandshake, EveryTruncationIsRefused) {
  const Parties parties;
  const std::size_t longest = size_of(parties, GetParam()) + kCountedFromTheEnd;
  for (std::size_t cut = 1; cut <= longest; ++cut) {
    EXPECT_FALSE(accepts_changed(parties, GetParam(), [cut](Bytes message) {
      message.resize(message.size() - std::min(cut, message.size()));
      return message;
    })) << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(Messages, TamperHandshake, ::testing::Values(2, 3, 4),
                         [](const auto& parameter) {
                           return "msg" + std::to_string(parameter.param);
                         });

TEST(Tamper, SessionData) {
  constexpr std::size_t kFillerBegin = 16;
  constexpr std::size_t kFillerEnd = 20;
  const Parties parties;
  for (int flip = -1; flip < 8 * (7 + 52); ++flip) {
    Established pair = establish(parties);
    Bytes wrapped = must(pair.client.wrap(text("message"), kNow));
    if (flip >= 0) {
      wrapped[static_cast<std::size_t>(flip) / 8] ^= static_cast<std::uint8_t>(1 << (flip % 8));
    }
    const auto byte = static_cast<std::size_t>(flip) / 8;
    const bool genuine = flip < 0 || (byte >= kFillerBegin && byte < kFillerEnd);
    EXPECT_EQ(pair.server.unwrap(wrapped, kNow).has_value(), genuine) << "byte " << byte;
  }
  for (std::size_t size = 0; size < 7 + 52; ++size) {
    Established pair = establish(parties);
    Bytes wrapped = must(pair.client.wrap(text("message"), kNow));
    EXPECT_FALSE(pair.server.unwrap(BytesView(wrapped).first(size), kNow)) << size;
  }
}

}  // namespace
}  // namespace themis::test
