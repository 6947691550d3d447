// Messages: docs/wire.cddl, section 4, and their padding.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "core/wire/types.hpp"

namespace zerofc {

struct Profile {
  std::string nickname;  // 1 to kNicknameBytesMax bytes of UTF-8
  std::uint64_t colour = 0;
  friend bool operator==(const Profile&, const Profile&) = default;
};

struct Reference {
  MemberId author;
  EntryToken token;
  friend bool operator==(const Reference&, const Reference&) = default;
};

struct TextBody {
  std::string text;  // 1 to kTextBytesMax bytes of UTF-8
  std::optional<Reference> reply_to;
  std::vector<MemberId> mentions;  // at most kMentionsMax
  friend bool operator==(const TextBody&, const TextBody&) = default;
};
struct ProfileBody {
  Profile profile;
  friend bool operator==(const ProfileBody&, const ProfileBody&) = default;
};
struct RoomProfileBody {
  std::string name;  // 1 to kRoomNameBytesMax bytes of UTF-8
  friend bool operator==(const RoomProfileBody&, const RoomProfileBody&) = default;
};
// Of a kind, or with fields, that only a newer client knows.
struct UnknownBody {
  Bytes encoded;
  friend bool operator==(const UnknownBody&, const UnknownBody&) = default;
};
using MessageBody = std::variant<UnknownBody, TextBody, ProfileBody, RoomProfileBody>;

inline constexpr std::size_t kMentionsMax = 64;

struct MessageContent {
  RoomId room;
  Epoch epoch = 0;
  EntryToken token;
  MemberId author;
  UnixMillis sent_at{};  // the author's clock, informative
  std::uint64_t counter = 0;
  LogPoint seen;
  MessageBody body;
  std::optional<Profile> profile;
};

[[nodiscard]] Bytes encode(const MessageContent& content);
[[nodiscard]] std::optional<MessageContent> decode_message_content(BytesView bytes);
// The body alone, as it stands in message-content: what two versions of a message are compared by,
// and what the vault keeps of an unsent message.
[[nodiscard]] Bytes encode(const MessageBody& body);
[[nodiscard]] std::optional<MessageBody> decode_message_body(BytesView bytes);

// message-context
[[nodiscard]] Bytes message_context(const RoomId& room, Epoch epoch, const EntryToken& token,
                                    const MemberId& author);

inline constexpr std::size_t kPaddedBytesMin = 256;
// The Padmé size (PURBs, Nikitin et al. 2019) of `size` bytes, at least kPaddedBytesMin: protocol
// §5.1.
[[nodiscard]] std::size_t padded_size(std::size_t size);
// Appends zero bytes up to padded_size.
void pad(Bytes& signed_message);
// The signed message in front of the padding: its own header says where it ends. None if the tail
// is anything but zero bytes up to exactly padded_size.
[[nodiscard]] std::optional<BytesView> unpad(BytesView padded);

}  // namespace zerofc
