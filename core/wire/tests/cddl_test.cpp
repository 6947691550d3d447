// docs/wire.cddl, executed: the codecs take exactly what its rules describe, and write nothing
// else.
#include "core/wire/tests/cddl.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "core/wire/box.hpp"
#include "core/wire/card.hpp"
#include "core/wire/control.hpp"
#include "core/wire/entry.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/invite_link.hpp"
#include "core/wire/join.hpp"
#include "core/wire/message.hpp"
#include "core/wire/rekey.hpp"
#include "core/wire/server_identity.hpp"
#include "core/wire/tests/support.hpp"

namespace zerofc {
namespace {

using cddl::Grammar;
using cddl::Random;
using cddl::wire_grammar;
using test::hex;
using test::link_of_content;
using test::random_value;

// What a codec makes of bytes: none if it refuses them, no bytes if it takes them for those of a
// newer client, else the encoding of what it read.
using Again = std::function<std::optional<Bytes>(BytesView)>;

template <class Content>
Again through(std::optional<Content> (*decode)(BytesView)) {
  return [decode](BytesView bytes) -> std::optional<Bytes> {
    const auto content = decode(bytes);
    if (!content) return std::nullopt;
    const auto again = encode(*content);
    return Bytes(again.begin(), again.end());
  };
}

std::optional<Bytes> entry_again(BytesView bytes) {
  const auto entry = decode_entry(bytes);
  if (!entry) return std::nullopt;
  return entry->kind > Kind::kRoomDestroy ? Bytes() : encode(*entry);
}

std::optional<Bytes> control_again(BytesView bytes) {
  const auto content = decode_control_content(bytes);
  if (!content) return std::nullopt;
  return std::holds_alternative<UnknownFields>(content->fields) ? Bytes() : encode(*content);
}

std::optional<Bytes> body_again(BytesView bytes) {
  const auto body = decode_message_body(bytes);
  if (!body) return std::nullopt;
  return std::holds_alternative<UnknownBody>(*body) ? Bytes() : encode(*body);
}

std::optional<Bytes> message_again(BytesView bytes) {
  const auto content = decode_message_content(bytes);
  if (!content) return std::nullopt;
  return std::holds_alternative<UnknownBody>(content->body) ? Bytes() : encode(*content);
}

std::optional<Bytes> box_again(BytesView bytes) {
  const auto key = decode_box_content(bytes);
  if (!key) return std::nullopt;
  return to_bytes(BytesView(encode_box_content(*key)));
}

std::optional<Bytes> rekey_box_again(BytesView bytes) {
  const auto content = decode_rekey_box(bytes);
  if (!content) return std::nullopt;
  return to_bytes(BytesView(encode(*content)));
}

std::optional<Bytes> link_again(BytesView content) {
  const std::string text = link_of_content("https://chat.example", content);
  const auto opened = decode_link(text);
  if (!opened) return opened.error() == LinkError::kNewer ? std::optional(Bytes()) : std::nullopt;
  // The link is text: what it says is compared there.
  const auto again = encode_link(opened->origin, opened->link);
  return text_of(again.view()) == text ? std::optional(to_bytes(content)) : std::nullopt;
}

std::optional<Bytes> frame_again(BytesView bytes) {
  Bytes plaintext = {0x07};  // the counter
  plaintext.insert(plaintext.end(), bytes.begin(), bytes.end());
  const auto frame = decode_frame(plaintext);
  if (!frame) return std::nullopt;
  EXPECT_EQ(frame->counter, 7U);
  return encode(frame->frame);
}

struct Codec {
  std::string rule;
  std::string whole;  // the rule that the decoder obeys: of one frame it is `frame`
  Again again;
};

std::vector<Codec> codecs() {
  std::vector<Codec> codecs = {
      {"card-content", "card-content", through(decode_card_content)},
      {"entry", "entry", entry_again},
      {"control-content", "control-content", control_again},
      {"genesis-content", "control-content", control_again},
      {"member-add-content", "control-content", control_again},
      {"member-leave-content", "control-content", control_again},
      {"key-rotate-content", "control-content", control_again},
      {"role-set-content", "control-content", control_again},
      {"owner-transfer-content", "control-content", control_again},
      {"policy-set-content", "control-content", control_again},
      {"room-destroy-content", "control-content", control_again},
      {"message-content", "message-content", message_again},
      {"message-body", "message-body", body_again},
      {"box-content", "box-content", box_again},
      {"invite-link-content", "invite-link-content", link_again},
      {"join-content", "join-content", through(decode_join_content)},
      {"grant-content", "grant-content", through(decode_grant_content)},
      {"rekey-content", "rekey-content", through(decode_rekey_content)},
      {"rekeyed-content", "rekeyed-content", through(decode_rekeyed_content)},
      {"rekey-box-content", "rekey-box-content", rekey_box_again},
      {"server-content", "server-content", through(decode_server_keys)},
      {"head-content", "head-content", through(decode_head_content)},
  };
  for (const char* frame :
       {"room-create",   "room-open",    "append",         "ack",          "invite-publish",
        "invite-revoke", "join-request", "join-decline",   "join-grant",   "ping",
        "rekey-request", "rekey-answer", "rekey-withdraw", "room-created", "room-opened",
        "entry-at",      "digest-at",    "live",           "accepted",     "rejected",
        "invite-state",  "join-queued",  "join-declined",  "head",         "replaced",
        "error",         "pong",         "frame"}) {
    codecs.push_back({frame, "frame", frame_again});
  }
  return codecs;
}

void mutate(Bytes& bytes, Random& random) {
  const std::size_t at = random() % bytes.size();
  const auto where = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random() % 6) {
    case 0:
      bytes[at] ^= static_cast<std::uint8_t>(1U << random() % 8);
      break;
    case 1:
      bytes[at] = static_cast<std::uint8_t>(random());
      break;
    case 2:
      bytes.erase(where);
      break;
    case 3:
      bytes.insert(where, static_cast<std::uint8_t>(random()));
      break;
    case 4:
      bytes.resize(at);
      break;
    default:
      ++bytes[std::min<std::size_t>(at, random() % 4)];
      break;  // a head near the front
  }
}

TEST(Cddl, InstancesOfEveryRuleMatchItAndAreReadAndWrittenBackByteForByte) {
  for (const Codec& codec : codecs()) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      Random random(seed);
      const Bytes instance = wire_grammar().generate(codec.rule, random);
      ASSERT_TRUE(wire_grammar().matches(codec.rule, instance)) << codec.rule << " " << seed;
      const auto again = codec.again(instance);
      ASSERT_TRUE(again) << codec.rule << " " << seed << " is refused: " << hex(instance);
      ASSERT_EQ(hex(*again), hex(instance)) << codec.rule << " " << seed;
    }
  }
}

TEST(Cddl, CodecsTakeNothingThatDoesNotMatchTheirRule) {
  std::size_t refused = 0;
  for (const Codec& codec : codecs()) {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      Random random(seed);
      Bytes bytes = wire_grammar().generate(codec.rule, random);
      if (bytes.size() > 2000) continue;
      mutate(bytes, random);
      const auto again = codec.again(bytes);
      const bool is_same = again && *again == bytes;
      ASSERT_EQ(is_same, wire_grammar().matches(codec.whole, bytes))
          << codec.rule << " " << seed << ": " << hex(bytes);
      if (!is_same) ++refused;
    }
  }
  EXPECT_GT(refused, 3'000U);
}

// Contexts and hashed content are only ever written.
TEST(Cddl, WhatIsOnlyWrittenMatchesItsRule) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    const auto id = [&random]<class Value>(Value value) {
      value = random_value<Value>(random);
      return value;
    };
    const auto room = id(RoomId());
    const auto member = id(MemberId());
    const auto other = id(MemberId());
    const Epoch epoch = random() % kEpochEnd;
    const Bytes card(random() % 300);
    const auto& grammar = wire_grammar();
    EXPECT_TRUE(
        grammar.matches("message-context", message_context(room, epoch, id(EntryToken()), member)));
    EXPECT_TRUE(grammar.matches("box-context", box_context(room, epoch, epoch / 2, member, other)));
    EXPECT_TRUE(grammar.matches("join-context",
                                join_context(room, id(InviteId()), card, id(ExchangePublicKey()))));
    EXPECT_TRUE(grammar.matches(
        "grant-context", grant_context(room, random_value<InviteSecret>(random), member, other)));
    EXPECT_TRUE(
        grammar.matches("key-commit-content",
                        key_commit_content(id(Nonce()), epoch, random_value<RoomKey>(random))));
  }
}

TEST(Cddl, EveryRuleOfTheDocumentIsExecuted) {
  std::set<std::string> left = wire_grammar().names();
  const auto take = [&left](const std::string& rule) {
    for (const std::string& part : wire_grammar().parts_of(rule)) left.erase(part);
  };
  for (const Codec& codec : codecs()) take(codec.rule);
  for (const char* written :
       {"message-context", "box-context", "join-context", "grant-context", "key-commit-content"}) {
    take(written);
  }
  take("counter");
  // The vault is written and read by the client alone.
  const std::set<std::string> elsewhere = {
      "vault-key-name",       "vault-index-name",     "vault-key-value",
      "vault-key-context",    "vault-index-context",  "vault-index-content",
      "vault-record-context", "vault-record-content", "record-type"};
  EXPECT_EQ(left, elsewhere);
}

TEST(Cddl, CountersMatchTheirRule) {
  for (const std::uint64_t counter : test::kHeadBounds) {
    if (counter >= kUintEnd) continue;
    EXPECT_TRUE(wire_grammar().matches("counter", encode_counter(counter).view())) << counter;
  }
}

// ---- the checker itself

TEST(CddlChecker, TakesAndRefusesByTheRule) {
  const Grammar grammar(R"(
    ; a comment
    pair = ["a", low: 1..3, ? name: tstr .size (1..2), * flag]
    flag = bool / null
    code = &(one: 1, three: 3)
    box = {1: code, ? 2: bstr .size 2}
    some = [1*2 code]
    name = h'01ff')");
  const auto matches = [&grammar](const char* rule, const char* bytes) {
    return grammar.matches(rule, test::from_hex(bytes));
  };
  EXPECT_TRUE(matches("pair", "82616101"));
  EXPECT_TRUE(matches("pair", "8561610361 62f5f6"));
  EXPECT_FALSE(matches("pair", "82616104"));      // above the range
  EXPECT_FALSE(matches("pair", "82616201"));      // another text
  EXPECT_FALSE(matches("pair", "8361610160"));    // text below its size
  EXPECT_FALSE(matches("pair", "83616101f500"));  // bytes behind it
  EXPECT_FALSE(matches("pair", "8161 61"));       // too short
  EXPECT_FALSE(matches("pair", "8261611801"));    // a longer form
  EXPECT_TRUE(matches("box", "a10103"));
  EXPECT_TRUE(matches("box", "a2010302420000"));
  EXPECT_FALSE(matches("box", "a10102"));          // no such code
  EXPECT_FALSE(matches("box", "a102420000"));      // no key 1
  EXPECT_FALSE(matches("box", "a201030300"));      // a key that the rule doesn't have
  EXPECT_FALSE(matches("box", "a2024200000103"));  // keys fall
  EXPECT_TRUE(matches("name", "4201ff"));
  EXPECT_FALSE(matches("name", "4201fe"));
  EXPECT_FALSE(matches("some", "80"));
  EXPECT_TRUE(matches("some", "820103"));
  EXPECT_FALSE(matches("some", "83010303"));
}

TEST(CddlChecker, RefusesAGrammarThatItDoesNotUnderstand) {
  for (const char* text : {"a = [b", "a = b", "a = {bstr}", "a = 1 a = 2", "a = &(1)", "= 1",
                           "a = bstr .size (1..)", "a = {1: b: bstr}"}) {
    EXPECT_THROW(Grammar{text}, std::runtime_error) << text;
  }
}

}  // namespace
}  // namespace zerofc
