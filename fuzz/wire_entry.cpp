// Whatever is signed or sealed as an array: what is accepted has exactly one encoding, the bytes
// that it came from. Input: which decoder (1 byte), then the bytes.
#include <cstdlib>
#include <optional>
#include <variant>

#include "core/wire/box.hpp"
#include "core/wire/card.hpp"
#include "core/wire/control.hpp"
#include "core/wire/entry.hpp"
#include "core/wire/join.hpp"
#include "core/wire/message.hpp"
#include "core/wire/rekey.hpp"
#include "core/wire/server_identity.hpp"

namespace {

using zerofc::BytesView;

template <class Encoded>
void check_same(const Encoded& encoded, BytesView bytes) {
  if (zerofc::to_bytes(BytesView(encoded)) != zerofc::to_bytes(bytes)) std::abort();
}

template <class Content>
void check(std::optional<Content> (*decode)(BytesView), BytesView bytes) {
  if (const auto content = decode(bytes)) check_same(encode(*content), bytes);
}

void check_control(BytesView bytes) {
  const auto content = zerofc::decode_control_content(bytes);
  // Of a newer client's only the header is kept.
  if (!content || std::holds_alternative<zerofc::UnknownFields>(content->fields)) return;
  check_same(encode(*content), bytes);
}

void check_box(BytesView bytes) {
  if (const auto key = zerofc::decode_box_content(bytes)) {
    check_same(zerofc::encode_box_content(*key), bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const BytesView bytes{data + 1, size - 1};
  switch (data[0]) {
    case 0:
      check(zerofc::decode_entry, bytes);
      break;
    case 1:
      check_control(bytes);
      break;
    case 2:
      check(zerofc::decode_message_content, bytes);
      break;
    case 3:
      check(zerofc::decode_message_body, bytes);
      break;
    case 4:
      check(zerofc::decode_card_content, bytes);
      break;
    case 5:
      check(zerofc::decode_join_content, bytes);
      break;
    case 6:
      check(zerofc::decode_grant_content, bytes);
      break;
    case 7:
      check(zerofc::decode_server_keys, bytes);
      break;
    case 8:
      check(zerofc::decode_head_content, bytes);
      break;
    case 9:
      check_box(bytes);
      break;
    case 10:
      check(zerofc::decode_rekey_content, bytes);
      break;
    case 11:
      check(zerofc::decode_rekeyed_content, bytes);
      break;
    case 12:
      check(zerofc::decode_rekey_box, bytes);
      break;
    default:
      break;
  }
  return 0;
}
