#include "core/wire/invite_link.hpp"

#include <algorithm>

#include "core/wire/base64url.hpp"
#include "core/wire/parts.hpp"

namespace zerofc {
namespace {

constexpr std::string_view kPath = "/#/join/";
constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";
constexpr std::size_t kItems = 8;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

// Of a host (a name in its ASCII form or an address, also of IPv6) and its port.
bool is_authority_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
}

// http or https, and an authority without user information.
bool is_origin(std::string_view origin) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (origin.substr(0, scheme.size()) != scheme) continue;
    const auto authority = origin.substr(scheme.size());
    return !authority.empty() && std::all_of(authority.begin(), authority.end(), is_authority_char);
  }
  return false;
}

bool is_newer(BytesView content) {
  cbor::Reader reader(content);
  return reader.array_of(content.size()) > 0 && reader.uint() > kProtocolVersion &&
         cbor::is_deterministic(content);
}

std::optional<InviteLink> decode_content(BytesView content) {
  cbor::Reader reader(content);
  InviteLink link;
  reader.array(kItems);
  if (reader.uint() != kProtocolVersion) reader.refuse();
  link.room = reader.id<RoomId>();
  link.inviter = reader.id<MemberId>();
  link.invite_key = reader.id<ExchangePublicKey>();
  link.invite = reader.id<InviteId>();
  link.secret = reader.secret<InviteSecret>();
  link.server = reader.id<Fingerprint>();
  link.expires = wire::read_time<UnixSeconds>(reader);
  return wire::if_done(reader, std::move(link));
}

}  // namespace

SecretBytes encode_link(std::string_view origin, const InviteLink& link) {
  WipedBuffer content;
  cbor::SecretWriter writer(content);
  writer.array(kItems)
      .uint(kProtocolVersion)
      .id(link.room)
      .id(link.inviter)
      .id(link.invite_key)
      .id(link.invite)
      .secret(link.secret)
      .id(link.server);
  wire::write_time(writer, link.expires);
  WipedBuffer text;
  for (const std::string_view part : {origin, kPath})
    text.insert(text.end(), part.begin(), part.end());
  append_base64url(content, text);
  return SecretBytes(std::move(text));
}

Result<OpenedLink, LinkError> decode_link(std::string_view text) {
  text = trimmed(text);
  const std::size_t path = text.find(kPath);
  if (path == std::string_view::npos) return fail(LinkError::kMangled);
  const auto origin = text.substr(0, path);
  const auto content = decode_base64url(text.substr(path + kPath.size()));
  if (!is_origin(origin) || !content) return fail(LinkError::kMangled);
  if (is_newer(*content)) return fail(LinkError::kNewer);
  auto link = decode_content(*content);
  if (!link) return fail(LinkError::kMangled);
  return OpenedLink{origin, std::move(*link)};
}

}  // namespace zerofc
