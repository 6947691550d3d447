#include "core/wire/card.hpp"

#include "core/wire/parts.hpp"

namespace zerofc {
namespace {
constexpr std::string_view kLabel = "0fc card";
}  // namespace

Bytes encode(const CardContent& content) {
  Bytes out;
  cbor::Writer(out)
      .array(5)
      .text(kLabel)
      .id(content.bound_to)
      .id(content.session)
      .id(content.signing)
      .id(content.exchange);
  return out;
}

std::optional<CardContent> decode_card_content(BytesView bytes) {
  cbor::Reader reader(bytes);
  CardContent content;
  reader.array(5);
  reader.label(kLabel);
  content.bound_to = reader.id<Hash>();
  content.session = reader.id<SessionPublicKey>();
  content.signing = reader.id<SigningPublicKey>();
  content.exchange = reader.id<ExchangePublicKey>();
  return wire::if_done(reader, content);
}

}  // namespace zerofc
