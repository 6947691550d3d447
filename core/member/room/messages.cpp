#include "core/member/room/messages.hpp"

#include "core/log/checked.hpp"

namespace zerofc::member {

CryptoResult<Bytes> seal_message(Crypto& crypto, const RoomKey& key,
                                 const SigningPrivateKey& signing, const MessageContent& content) {
  auto padded = crypto.sign(signing.view(), encode(content));
  if (!padded) return fail(padded.error());
  pad(*padded);
  const Bytes context = message_context(content.room, content.epoch, content.token, content.author);
  auto cell = crypto.seal(key.view(), *padded, context);
  wipe(padded->data(), padded->size());
  if (!cell) return fail(cell.error());
  return encode(Entry{Kind::kMessage, content.epoch, content.token, content.author, *cell});
}

Result<MessageContent, ui::RefusalReason> open_message(Crypto& crypto, const RoomKey& key,
                                                       const SigningPublicKey& author,
                                                       const RoomId& room, const Entry& entry) {
  const Bytes context = message_context(room, entry.epoch, entry.token, entry.author);
  const auto padded = checked::open(crypto, key.view(), entry.body, context);
  if (!padded) return fail(ui::RefusalReason::kCell);
  const auto signed_message = unpad(padded->view());
  if (!signed_message) return fail(ui::RefusalReason::kPadding);
  const auto signed_content = checked::verify(crypto, author, *signed_message);
  if (!signed_content) return fail(ui::RefusalReason::kSignature);
  auto content = decode_message_content(*signed_content);
  if (!content) return fail(ui::RefusalReason::kBody);
  if (content->room != room || content->epoch != entry.epoch || content->token != entry.token ||
      content->author != entry.author) {
    return fail(ui::RefusalReason::kFields);
  }
  return std::move(*content);
}

}  // namespace zerofc::member
