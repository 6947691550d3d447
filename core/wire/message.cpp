#include "core/wire/message.hpp"

#include <algorithm>

#include "core/wire/canonical.hpp"
#include "core/wire/parts.hpp"

namespace zerofc {
namespace {

constexpr std::string_view kLabel = "0fc message";

constexpr std::uint64_t kTextKind = 1;
constexpr std::uint64_t kProfileKind = 5;
constexpr std::uint64_t kRoomProfileKind = 6;
constexpr std::size_t kTextItems = 4;
constexpr std::size_t kProfileItems = 2;
constexpr std::size_t kRoomProfileItems = 2;

void write_body(cbor::Writer& writer, const UnknownBody& body) { writer.raw(body.encoded); }
void write_body(cbor::Writer& writer, const TextBody& body) {
  writer.array(kTextItems).uint(kTextKind).text(body.text);
  if (body.reply_to) {
    writer.array(2).id(body.reply_to->author).id(body.reply_to->token);
  } else {
    writer.null();
  }
  writer.array(body.mentions.size());
  for (const MemberId& member : body.mentions) writer.id(member);
}
void write_body(cbor::Writer& writer, const ProfileBody& body) {
  wire::write_profile(writer.array(kProfileItems).uint(kProfileKind), body.profile);
}
void write_body(cbor::Writer& writer, const RoomProfileBody& body) {
  writer.array(kRoomProfileItems).uint(kRoomProfileKind).text(body.name);
}

void write(cbor::Writer& writer, const MessageBody& body) {
  std::visit([&writer](const auto& one) { write_body(writer, one); }, body);
}

Reference read_reference(cbor::Reader& reader) {
  reader.array(2);
  const auto author = reader.id<MemberId>();
  return {author, reader.id<EntryToken>()};
}

// What follows the kind.
TextBody read_text(cbor::Reader& reader) {
  TextBody body;
  body.text = reader.text(kTextBytesMax, 1);
  if (!reader.take_null()) body.reply_to = read_reference(reader);
  const std::size_t mentions = reader.array_of(kMentionsMax);
  for (std::size_t index = 0; index < mentions && reader.ok(); ++index) {
    body.mentions.push_back(reader.id<MemberId>());
  }
  return body;
}

// The body of a message stands in its content, in a list: one level deep, also when it is decoded
// alone, so that both take the same bodies.
MessageBody read_body(cbor::Reader& reader) {
  cbor::Reader ahead = reader;
  const std::size_t items = ahead.array_of(ahead.rest().size());
  const std::uint64_t kind = ahead.uint();
  const auto is = [&](std::uint64_t known_kind, std::size_t known_items) {
    if (!ahead.ok() || kind != known_kind || items > known_items) return false;
    if (items < known_items) ahead.refuse();
    reader = ahead;
    return true;
  };
  if (is(kTextKind, kTextItems)) return read_text(reader);
  if (is(kProfileKind, kProfileItems)) return ProfileBody{wire::read_profile(reader)};
  if (is(kRoomProfileKind, kRoomProfileItems)) {
    return RoomProfileBody{std::string(reader.text(kRoomNameBytesMax, 1))};
  }
  if (!ahead.ok()) reader.refuse();
  return UnknownBody{to_bytes(reader.skip(1))};
}

unsigned floor_log2(std::size_t value) {
  unsigned log = 0;
  while (value > 1) value >>= 1U, ++log;
  return log;
}

}  // namespace

Bytes encode(const MessageContent& content) {
  Bytes out;
  cbor::Writer writer(out);
  writer.array(10)
      .text(kLabel)
      .id(content.room)
      .uint(content.epoch)
      .id(content.token)
      .id(content.author);
  wire::write_time(writer, content.sent_at);
  writer.uint(content.counter);
  wire::write_log_point(writer, content.seen);
  write(writer, content.body);
  if (content.profile) {
    wire::write_profile(writer, *content.profile);
  } else {
    writer.null();
  }
  return out;
}

std::optional<MessageContent> decode_message_content(BytesView bytes) {
  cbor::Reader reader(bytes);
  MessageContent content;
  reader.array(10);
  reader.label(kLabel);
  content.room = reader.id<RoomId>();
  content.epoch = reader.uint(kEpochEnd);
  content.token = reader.id<EntryToken>();
  content.author = reader.id<MemberId>();
  content.sent_at = wire::read_time<UnixMillis>(reader);
  content.counter = reader.uint();
  content.seen = wire::read_log_point(reader);
  content.body = read_body(reader);
  if (!reader.take_null()) content.profile = wire::read_profile(reader);
  return wire::if_done(reader, std::move(content));
}

Bytes encode(const MessageBody& body) {
  Bytes out;
  cbor::Writer writer(out);
  write(writer, body);
  return out;
}

std::optional<MessageBody> decode_message_body(BytesView bytes) {
  cbor::Reader reader(bytes);
  auto body = read_body(reader);
  return wire::if_done(reader, std::move(body));
}

Bytes message_context(const RoomId& room, Epoch epoch, const EntryToken& token,
                      const MemberId& author) {
  Bytes out;
  cbor::Writer(out).array(5).text(kLabel).id(room).uint(epoch).id(token).id(author);
  return out;
}

std::size_t padded_size(std::size_t size) {
  // "For length L, e = floor(log2 L), s = floor(log2 e) + 1, round L up to a multiple of 2^(e-s)."
  if (size <= kPaddedBytesMin) return kPaddedBytesMin;
  const unsigned e = floor_log2(size);
  const unsigned s = floor_log2(e) + 1;
  const std::size_t step = std::size_t{1} << (e - s);
  return (size + step - 1) / step * step;
}

void pad(Bytes& signed_message) { signed_message.resize(padded_size(signed_message.size())); }

std::optional<BytesView> unpad(BytesView padded) {
  const auto prefix = canonical::signed_prefix(padded);
  if (!prefix || padded.size() != padded_size(prefix->size)) return std::nullopt;
  const auto tail = padded.subspan(prefix->size);
  if (std::any_of(tail.begin(), tail.end(), [](std::uint8_t byte) { return byte != 0; })) {
    return std::nullopt;
  }
  return padded.first(prefix->size);
}

}  // namespace zerofc
