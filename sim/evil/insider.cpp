#include "sim/evil/insider.hpp"

#include <algorithm>

#include "core/wire/canonical.hpp"

namespace zerofc::sim {
namespace {

constexpr unsigned kPercent = 20;
constexpr unsigned kTimesMax = 3;

using testing::must;

}  // namespace

Insider::Insider(World& its_world, Device& its_client, const Malice& malice, std::uint64_t seed)
    : world(&its_world), chance(seed ^ 0x696e7369U), client_(&its_client), malice_(&malice) {
  world->server.set_interference(this);
  // Its client does not know the counters that are used in its name: so only what is forged is
  // said.
  if (malice.act != nullptr) world->silent = client_;
}

void Insider::up(const std::shared_ptr<Link>& link, std::vector<Carried>& frames) {
  if (is_honest_ || malice_->up == nullptr || fired_ >= kTimesMax) return;
  if (link != client_->link() || !malice_->up(*this, frames)) return;
  ++fired_;
  world->note(malice_->name);
}

void Insider::act() {
  if (is_honest_ || malice_->act == nullptr || fired_ >= kTimesMax) return;
  if (!chance.happens(kPercent) || !malice_->act(*this)) return;
  ++fired_;
  world->note(malice_->name);
}

std::optional<Insider::Standing> Insider::standing() {
  const auto link = client_->link();
  if (!client_->has_joined() || !link || link->is_cut || !world->server.room_of(*link)) {
    return std::nullopt;
  }
  const Server::Hosted* hosted = world->server.find(*client_->room());
  auto view = hosted == nullptr ? std::nullopt : view_of(*hosted);
  if (!view) return std::nullopt;
  const MemberEntry* self = view->state.find_member(*client_->page.self);
  if (self == nullptr) return std::nullopt;
  const MemberEntry* other = nullptr;
  for (const auto& [id, member] : view->state.everybody()) {
    if (member.is_member() && id != self->id) other = &member;
  }
  WatchedCrypto& its = client_->crypto();
  const auto key = its.room_keys.find({*client_->room(), view->state.epoch()});
  const auto signing = its.own_keys.find(self->card.signing.bytes());
  const auto exchange = its.own_keys.find(self->card.exchange.bytes());
  if (other == nullptr || key == its.room_keys.end() || signing == its.own_keys.end() ||
      exchange == its.own_keys.end()) {
    return std::nullopt;
  }
  last_counter_ += 1000;
  Standing standing{std::move(*view),
                    *self,
                    *other,
                    RoomKey::copy_of(key->second),
                    SigningPrivateKey::copy_of(signing->second),
                    ExchangePrivateKey::copy_of(exchange->second),
                    last_counter_};
  return standing;
}

MessageContent Insider::draft(const Standing& standing, std::string_view text) {
  MessageContent content;
  content.room = standing.view.state.room();
  content.epoch = standing.view.state.epoch();
  content.token = must(crypto.make_random<EntryToken>());
  content.author = standing.self.id;
  content.sent_at = world->scheduler.now().wall;
  content.counter = standing.counter;
  content.seen = standing.view.path.back();
  content.body = TextBody{std::string(text), {}, {}};
  content.profile = Profile{client_->nickname(), 2};
  return content;
}

void Insider::send(const Standing& standing, const MessageContent& content) {
  send_signed(standing, {Kind::kMessage, content.epoch, content.token, standing.self.id, {}},
              must(crypto.sign(standing.signing.view(), encode(content))));
}

void Insider::send_signed(const Standing& standing, const Entry& envelope, Bytes signed_message) {
  pad(signed_message);
  const Bytes context =
      message_context(standing.view.state.room(), envelope.epoch, envelope.token, envelope.author);
  const Bytes cell = must(crypto.seal(standing.key.view(), signed_message, context));
  Entry entry = envelope;
  entry.body = cell;
  append(encode(entry));
}

void Insider::append(const Bytes& entry) {
  world->server.send(client_->link(), encode(frame::Append{entry, std::nullopt}));
}

void Insider::append(const ControlContent& content, const SigningPrivateKey& key) {
  const Bytes body = must(crypto.sign(key.view(), encode(content)));
  Entry entry = testing::envelope_of(content);
  entry.body = body;
  append(encode(entry));
}

ControlContent Insider::next(const Standing& standing, Kind kind) {
  ControlContent content;
  content.kind = kind;
  content.room = standing.view.state.room();
  content.prev = standing.view.state.prev();
  content.epoch = standing.view.state.epoch();
  content.token = must(crypto.make_random<EntryToken>());
  content.author = standing.self.id;
  content.seen = standing.view.path.back();
  return content;
}

}  // namespace zerofc::sim
