#include "core/wire/frame.hpp"

#include <type_traits>

#include "core/wire/parts.hpp"

namespace zerofc {
namespace {

using Boxes = std::vector<std::pair<MemberId, BytesView>>;

// The keys of each frame's map, rising, in both directions: `map.field(key, value)` for a key that
// is always there and `map.optional(key, value)` for one that may be missing. A field of optional
// type is null when it has no value.
template <class Map, class F>
void each_field(Map& map, F& f) {
  using Type = std::remove_const_t<F>;
  if constexpr (std::is_same_v<Type, frame::RoomCreate>) {
    map.field(1, f.genesis);
  } else if constexpr (std::is_same_v<Type, frame::RoomOpen>) {
    map.field(1, f.room), map.field(2, f.after), map.field(3, f.controls);
  } else if constexpr (std::is_same_v<Type, frame::Append>) {
    map.field(1, f.entry), map.optional(2, f.boxes);
  } else if constexpr (std::is_same_v<Type, frame::Ack>) {
    map.field(1, f.seq);
  } else if constexpr (std::is_same_v<Type, frame::InvitePublish>) {
    map.field(1, f.invite), map.field(2, f.expires);
  } else if constexpr (std::is_same_v<Type, frame::InviteRevoke>) {
    map.field(1, f.invite);
  } else if constexpr (std::is_same_v<Type, frame::JoinRequest>) {
    map.field(1, f.room), map.field(2, f.invite), map.field(3, f.card);
    map.field(4, f.one_time_key), map.field(5, f.box);
  } else if constexpr (std::is_same_v<Type, frame::JoinDecline>) {
    map.field(1, f.invite), map.field(2, f.joiner), map.field(3, f.reason);
  } else if constexpr (std::is_same_v<Type, frame::JoinGrant>) {
    map.field(1, f.joiner), map.field(2, f.sealed);
  } else if constexpr (std::is_same_v<Type, frame::Ping> || std::is_same_v<Type, frame::Pong>) {
    map.field(1, f.number);
  } else if constexpr (std::is_same_v<Type, frame::RekeyRequest>) {
    map.field(1, f.request);
  } else if constexpr (std::is_same_v<Type, frame::RekeyAnswer>) {
    map.field(1, f.asker), map.field(2, f.answer);
  } else if constexpr (std::is_same_v<Type, frame::RoomCreated>) {
    map.field(1, f.room), map.field(2, f.signed_head);
  } else if constexpr (std::is_same_v<Type, frame::RoomOpened>) {
    map.field(1, f.member), map.field(2, f.head), map.field(3, f.signed_head);
    map.field(4, f.acked);
  } else if constexpr (std::is_same_v<Type, frame::EntryAt>) {
    map.field(1, f.seq), map.field(2, f.entry), map.optional(3, f.box);
  } else if constexpr (std::is_same_v<Type, frame::DigestAt>) {
    map.field(1, f.seq), map.field(2, f.digest);
  } else if constexpr (std::is_same_v<Type, frame::Live>) {
    map.field(1, f.head);
  } else if constexpr (std::is_same_v<Type, frame::Accepted>) {
    map.field(1, f.token), map.field(2, f.seq);
  } else if constexpr (std::is_same_v<Type, frame::Rejected>) {
    map.field(1, f.token), map.field(2, f.code);
  } else if constexpr (std::is_same_v<Type, frame::InviteState>) {
    map.field(1, f.invite), map.field(2, f.state), map.optional(3, f.code);
  } else if constexpr (std::is_same_v<Type, frame::JoinQueued>) {
    map.field(1, f.invite), map.field(2, f.inviter_online);
  } else if constexpr (std::is_same_v<Type, frame::JoinDeclined>) {
    map.field(1, f.invite), map.field(2, f.reason);
  } else if constexpr (std::is_same_v<Type, frame::Head>) {
    map.field(1, f.signed_head);
  } else if constexpr (std::is_same_v<Type, frame::Error>) {
    map.field(1, f.code), map.field(2, f.about);
  } else {
    static_assert(std::is_same_v<Type, frame::Replaced> ||
                  std::is_same_v<Type, frame::RekeyWithdraw>);
  }
}

class CountingMap {
 public:
  template <class Value>
  void field(std::uint64_t /*key*/, const Value& /*value*/) {
    ++pairs_;
  }
  template <class Value>
  void optional(std::uint64_t /*key*/, const std::optional<Value>& value) {
    if (value) ++pairs_;
  }
  [[nodiscard]] std::size_t pairs() const { return pairs_; }

 private:
  std::size_t pairs_ = 0;
};

class WritingMap {
 public:
  explicit WritingMap(Bytes& out) : writer_(out) {}

  template <class Value>
  void field(std::uint64_t key, const Value& value) {
    writer_.uint(key);
    write(value);
  }
  template <class Value>
  void optional(std::uint64_t key, const std::optional<Value>& value) {
    if (value) field(key, *value);
  }

 private:
  void write(std::uint64_t value) { writer_.uint(value); }
  void write(bool value) { writer_.boolean(value); }
  void write(BytesView value) { writer_.bytes(value); }
  void write(UnixSeconds value) { wire::write_time(writer_, value); }
  template <std::size_t kSize, class Tag>
  void write(const Id<kSize, Tag>& value) {
    writer_.id(value);
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void write(Enum value) {
    writer_.uint(static_cast<std::uint64_t>(value));
  }
  void write(const Boxes& boxes) {
    writer_.array(boxes.size());
    for (const auto& [member, box] : boxes) writer_.array(2).id(member).bytes(box);
  }
  void write(const std::optional<std::uint64_t>& value) {
    value ? writer_.uint(*value) : writer_.null();
  }

  cbor::Writer writer_;
};

bool is_known(DeclineReason reason) {
  return reason >= DeclineReason::kUnknown && reason <= DeclineReason::kJoinsClosed;
}
bool is_known(InviteStateCode state) {
  return state >= InviteStateCode::kLive && state <= InviteStateCode::kUnknown;
}
bool is_known(FrameCode code) {
  const auto within = [code](FrameCode first, FrameCode last) {
    return code >= first && code <= last;
  };
  return within(FrameCode::kMalformed, FrameCode::kTooLarge) ||
         within(FrameCode::kUnknownRoom, FrameCode::kRoomDestroyed) ||
         within(FrameCode::kInvalidEntry, FrameCode::kBadTarget) ||
         within(FrameCode::kInviteUnknown, FrameCode::kCardMismatch) ||
         within(FrameCode::kRateLimited, FrameCode::kShuttingDown);
}

// Reads a map with integer keys, which rise, and skips those that nobody asks for.
class ReadingMap {
 public:
  explicit ReadingMap(cbor::Reader& reader)
      : reader_(&reader), pairs_(reader.map_of(kFrameBytesMax)) {
    next_key();
  }

  template <class Value>
  void field(std::uint64_t key, Value& value) {
    if (comes(key)) {
      read_value(value);
    } else {
      reader_->refuse();
    }
  }
  template <class Value>
  void optional(std::uint64_t key, std::optional<Value>& value) {
    if (comes(key)) read_value(value.emplace());
  }
  // Skips what is left.
  void finish() {
    while (key_) skip_value();
  }

 private:
  // Whether this key is next, after those below it have been skipped.
  bool comes(std::uint64_t key) {
    while (key_ && *key_ < key) skip_value();
    return key_ == key;
  }
  void skip_value() {
    reader_->skip(kAround);
    next_key();
  }
  template <class Value>
  void read_value(Value& value) {
    read(value);
    next_key();
  }
  void next_key() {
    const auto before = key_;
    key_.reset();
    if (pairs_ == 0 || !reader_->ok()) return;
    --pairs_;
    const std::uint64_t key = reader_->uint();
    if (before && key <= *before) reader_->refuse();
    if (reader_->ok()) key_ = key;
  }

  void read(std::uint64_t& value) { value = reader_->uint(); }
  void read(bool& value) { value = reader_->boolean(); }
  void read(BytesView& value) { value = reader_->bytes(kFrameBytesMax); }
  void read(UnixSeconds& value) { value = wire::read_time<UnixSeconds>(*reader_); }
  template <std::size_t kSize, class Tag>
  void read(Id<kSize, Tag>& value) {
    value = reader_->id<Id<kSize, Tag>>();
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void read(Enum& value) {
    value = static_cast<Enum>(reader_->uint(0x100));
    if (!is_known(value)) reader_->refuse();
  }
  void read(Boxes& boxes) {
    const std::size_t count = reader_->array_of(kMembersMax);
    for (std::size_t index = 0; index < count && reader_->ok(); ++index) {
      reader_->array(2);
      const auto member = reader_->id<MemberId>();
      boxes.emplace_back(member, reader_->bytes(kFrameBytesMax));
    }
  }
  void read(std::optional<std::uint64_t>& value) {
    if (!reader_->take_null()) value = reader_->uint();
  }

  static constexpr std::size_t kAround = 2;  // the frame's array and this map
  cbor::Reader* reader_;
  std::size_t pairs_;
  std::optional<std::uint64_t> key_;
};

// A frame of this type, if it is one of kIndex.
template <std::size_t... kIndex>
Frame read_body(cbor::Reader& reader, std::uint64_t type, std::index_sequence<kIndex...> /*all*/) {
  ReadingMap map(reader);
  Frame frame = frame::Unknown{type};
  const auto attempt = [&]<class One>(std::in_place_type_t<One> /*type*/) {
    if constexpr (std::is_same_v<One, frame::Unknown>) {
      return false;
    } else {
      if (One::kType != type) return false;
      each_field(map, frame.emplace<One>());
      return true;
    }
  };
  static_cast<void>(
      (attempt(std::in_place_type<std::variant_alternative_t<kIndex, Frame>>) || ...));
  map.finish();
  return frame;
}

}  // namespace

void encode_to(const Frame& frame, Bytes& out) {
  std::visit(
      [&out](const auto& one) {
        using One = std::remove_cvref_t<decltype(one)>;
        if constexpr (!std::is_same_v<One, frame::Unknown>) {
          CountingMap count;
          each_field(count, one);
          cbor::Writer(out).array(2).uint(One::kType).map(count.pairs());
          WritingMap map(out);
          each_field(map, one);
        }
      },
      frame);
}

std::uint64_t type_of(const Frame& frame) {
  return std::visit(
      [](const auto& one) -> std::uint64_t {
        using One = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<One, frame::Unknown>) {
          return one.type;
        } else {
          return One::kType;
        }
      },
      frame);
}

Bytes encode(const Frame& frame) {
  Bytes out;
  encode_to(frame, out);
  return out;
}

EncodedCounter encode_counter(std::uint64_t counter) {
  struct Sink {
    EncodedCounter encoded;
    void push_back(std::uint8_t byte) { encoded.bytes[encoded.size++] = byte; }
  } sink;
  cbor::BasicWriter<Sink>(sink).uint(counter);
  return sink.encoded;
}

std::optional<CountedFrame> decode_frame(BytesView plaintext) {
  cbor::Reader reader(plaintext);
  const std::uint64_t counter = reader.uint();
  if (reader.rest().size() > kFrameBytesMax) return std::nullopt;
  reader.array(2);
  const std::uint64_t type = reader.uint();
  Frame frame = read_body(reader, type, std::make_index_sequence<std::variant_size_v<Frame>>{});
  return wire::if_done(reader, CountedFrame{counter, std::move(frame)});
}

}  // namespace zerofc
