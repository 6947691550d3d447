#include "core/member/room/messages.hpp"

#include <algorithm>

#include "core/log/checked.hpp"

namespace zerofc::member {
namespace {

using Refusal = std::optional<ui::RefusalReason>;

auto refused(ui::RefusalReason reason) { return fail(Refusal(reason)); }
auto refused_by(CryptoError error, ui::RefusalReason reason) {
  return fail(error == CryptoError::kRefused ? Refusal(reason) : std::nullopt);
}

}  // namespace

CryptoResult<Bytes> seal_message(Crypto& crypto, const RoomKey& key,
                                 const SigningPrivateKey& signing, const MessageContent& content) {
  Bytes encoded = encode(content);
  auto signed_message = crypto.sign(signing.view(), encoded);
  wipe(encoded.data(), encoded.size());
  if (!signed_message) return fail(signed_message.error());
  WipedBuffer padded(padded_size(signed_message->size()));
  std::copy(signed_message->begin(), signed_message->end(), padded.begin());
  wipe(signed_message->data(), signed_message->size());
  const Bytes context = message_context(content.room, content.epoch, content.token, content.author);
  const auto cell = crypto.seal(key.view(), padded, context);
  if (!cell) return fail(cell.error());
  return encode(Entry{Kind::kMessage, content.epoch, content.token, content.author, *cell});
}

Result<MessageContent, std::optional<ui::RefusalReason>> open_message(
    Crypto& crypto, const RoomKey& key, const SigningPublicKey& author, const RoomId& room,
    const Entry& entry) {
  const Bytes context = message_context(room, entry.epoch, entry.token, entry.author);
  const auto padded = checked::open(crypto, key.view(), entry.body, context);
  if (!padded) return refused_by(padded.error(), ui::RefusalReason::kCell);
  const auto signed_message = unpad(padded->view());
  if (!signed_message) return refused(ui::RefusalReason::kPadding);
  const auto signed_content = checked::verify(crypto, author, *signed_message);
  if (!signed_content) {
    return refused_by(signed_content.error(), ui::RefusalReason::kSignature);
  }
  auto content = decode_message_content(*signed_content);
  if (!content) return refused(ui::RefusalReason::kBody);
  if (content->room != room || content->epoch != entry.epoch || content->token != entry.token ||
      content->author != entry.author) {
    return refused(ui::RefusalReason::kFields);
  }
  return std::move(*content);
}

}  // namespace zerofc::member
