// One message, sealed and opened: docs/protocol.md §5.1, and what of §5.2 needs no log.
#include "core/member/room/messages.hpp"

#include <gtest/gtest.h>

#include "core/member/testing/failing_crypto.hpp"
#include "core/member/testing/forged_room.hpp"
#include "core/wire/cbor.hpp"

namespace zerofc::member {
namespace {

using testing::crypto;
using testing::Draft;
using testing::FailingCrypto;
using testing::ForgedRoom;
using testing::must;
using testing::Person;
using testing::random;
using ui::RefusalReason;

class Message : public ::testing::Test {
 protected:
  Message() : draft(room.draft("hello")) {}

  using Opened = Result<MessageContent, std::optional<RefusalReason>>;
  Opened open(const Bytes& entry, Crypto& engine = crypto()) {
    kept_ = entry;
    return open_message(engine, room.key(), room.owner.signing.public_key, room.room(),
                        decode_entry(kept_).value());
  }
  std::optional<RefusalReason> refusal(const Bytes& entry) {
    const auto opened = open(entry);
    return opened ? std::nullopt : opened.error();
  }
  // An entry whose cell holds exactly this.
  Bytes with_plaintext(BytesView plaintext) {
    const Entry& envelope = draft.envelope;
    const Bytes cell = must(crypto().seal(
        room.key().view(), plaintext,
        message_context(room.room(), envelope.epoch, envelope.token, envelope.author)));
    Entry entry = envelope;
    entry.body = cell;
    return encode(entry);
  }
  Bytes signed_content() {
    return must(crypto().sign(room.owner.signing.private_key.view(), encode(draft.content)));
  }

  ForgedRoom room;
  Draft draft;

 private:
  Bytes kept_;
};

TEST_F(Message, what_was_sealed_is_opened_with_every_field) {
  draft.content.body =
      TextBody{"hello", Reference{room.owner_id, random<EntryToken>()}, {room.owner_id}};
  const auto sealed =
      seal_message(crypto(), room.key(), room.owner.signing.private_key, draft.content);
  ASSERT_TRUE(sealed);
  const auto opened = open(*sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(encode(*opened), encode(draft.content));
}

TEST_F(Message, its_cell_has_a_padded_size_whatever_its_length) {
  for (const std::size_t length : {std::size_t{1}, std::size_t{80}, std::size_t{16384}}) {
    draft.content.body = TextBody{std::string(length, 'x'), {}, {}};
    const Bytes sealed =
        must(seal_message(crypto(), room.key(), room.owner.signing.private_key, draft.content));
    const std::size_t plaintext = decode_entry(sealed)->body.size() - 44;
    EXPECT_EQ(plaintext, padded_size(plaintext)) << length;
  }
}

TEST_F(Message, under_another_room_key_is_refused) {
  room.keys.back() = random<RoomKey>();
  const Bytes entry = room.seal(draft);
  room.keys.back() = random<RoomKey>();
  EXPECT_EQ(refusal(entry), RefusalReason::kCell);
}

TEST_F(Message, hole_O_a_cell_that_is_not_canonical_is_refused_before_themis_sees_it) {
  Bytes entry = room.seal(draft);
  const auto decoded = decode_entry(entry);
  Bytes cell = to_bytes(decoded->body);
  cell.push_back(0);  // one of the two Themis builds ignores what follows
  Entry longer = *decoded;
  longer.body = cell;
  FailingCrypto engine;
  EXPECT_EQ(open(encode(longer), engine).error(), RefusalReason::kCell);
  EXPECT_EQ(engine.calls, 0U);
}

TEST_F(Message, hole_B_a_cell_of_another_label_is_refused) {
  // What a rotation's box, a grant or a join request would be sealed with.
  const Bytes content = signed_content();
  Bytes padded = content;
  pad(padded);
  const Entry& envelope = draft.envelope;
  for (const char* label : {"0fc box", "0fc grant", "0fc join", "0fc signal"}) {
    Bytes context = message_context(room.room(), envelope.epoch, envelope.token, envelope.author);
    Bytes other;
    cbor::Writer(other).array(5).text(label);
    other.insert(other.end(), context.begin() + 13, context.end());
    const Bytes cell = must(crypto().seal(room.key().view(), padded, other));
    Entry entry = envelope;
    entry.body = cell;
    EXPECT_EQ(refusal(encode(entry)), RefusalReason::kCell) << label;
  }
}

TEST_F(Message, with_wrong_padding_is_refused) {
  Bytes padded = signed_content();
  pad(padded);
  Bytes longer = padded;
  longer.resize(longer.size() + 32);
  Bytes dirty = padded;
  dirty.back() = 1;
  const Bytes bare = signed_content();
  EXPECT_EQ(refusal(with_plaintext(longer)), RefusalReason::kPadding);
  EXPECT_EQ(refusal(with_plaintext(dirty)), RefusalReason::kPadding);
  EXPECT_EQ(refusal(with_plaintext(bytes_of("not a signed message"))), RefusalReason::kPadding);
  if (bare.size() != padded_size(bare.size())) {
    EXPECT_EQ(refusal(with_plaintext(bare)), RefusalReason::kPadding);
  }
}

TEST_F(Message, hole_D_signed_by_somebody_else_is_refused) {
  const Person other;
  EXPECT_EQ(refusal(room.seal(draft, other.signing)), RefusalReason::kSignature);
}

TEST_F(Message, whose_content_is_malformed_is_refused) {
  Bytes padded =
      must(crypto().sign(room.owner.signing.private_key.view(), bytes_of("no message-content")));
  pad(padded);
  EXPECT_EQ(refusal(with_plaintext(padded)), RefusalReason::kBody);
}

TEST_F(Message, hole_B_another_signed_structure_is_no_message) {
  // A control entry's signature, relabelled as a message.
  ControlContent control = room.next(Kind::kMemberLeave);
  control.fields = MemberLeaveFields{};
  Bytes padded = must(crypto().sign(room.owner.signing.private_key.view(), encode(control)));
  pad(padded);
  EXPECT_EQ(refusal(with_plaintext(padded)), RefusalReason::kBody);
}

TEST_F(Message, each_bound_field_is_bound) {
  const auto with = [&](auto change) {
    Draft changed = room.draft("hello");
    change(changed);
    return refusal(room.seal(changed));
  };
  EXPECT_EQ(with([](Draft&) {}), std::nullopt);
  // The envelope says something else than what was signed; the context follows the envelope.
  EXPECT_EQ(with([](Draft& one) { one.content.room = random<RoomId>(); }), RefusalReason::kFields);
  EXPECT_EQ(with([](Draft& one) { one.content.epoch += 1; }), RefusalReason::kFields);
  EXPECT_EQ(with([](Draft& one) { one.content.token = random<EntryToken>(); }),
            RefusalReason::kFields);
  EXPECT_EQ(with([](Draft& one) { one.content.author = random<MemberId>(); }),
            RefusalReason::kFields);
}

TEST_F(Message, whose_envelope_was_changed_on_the_way_does_not_open) {
  const Bytes sealed = room.seal(draft);
  const auto entry = decode_entry(sealed);
  const auto changed = [&](auto change) {
    Entry other = *entry;
    change(other);
    return refusal(encode(other));
  };
  EXPECT_EQ(changed([](Entry& one) { one.epoch += 1; }), RefusalReason::kCell);
  EXPECT_EQ(changed([](Entry& one) { one.token = random<EntryToken>(); }), RefusalReason::kCell);
  EXPECT_EQ(changed([](Entry& one) { one.author = random<MemberId>(); }), RefusalReason::kCell);
}

TEST_F(Message, is_neither_opened_nor_refused_when_the_engine_fails) {
  const Bytes entry = room.seal(draft);
  FailingCrypto engine;
  engine.fails = true;
  const auto opened = open(entry, engine);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), std::nullopt);
}

}  // namespace
}  // namespace zerofc::member
