// Members of real rooms on a real 0fcd: Secure Sessions by themis/, frames and entries by
// core/wire.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/load/rooms.hpp"
#include "core/log/chain.hpp"
#include "core/log/checked.hpp"
#include "core/log/control_state.hpp"
#include "core/wire/frame.hpp"
#include "core/wire/server_identity.hpp"
#include "native/themis_crypto.hpp"
#include "themis/themis.hpp"

namespace zerofc::bench {

namespace {

// The body of GET /server-key.
ServerKeys fetch_server_keys(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): how the socket API takes addresses
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  const std::string request =
      "GET /server-key HTTP/1.1\r\nHost: localhost:" + std::to_string(port) +
      "\r\nConnection: close\r\n\r\n";
  std::string answer;
  if (fd >= 0 && ::connect(fd, generic, sizeof address) == 0 &&
      ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = recv(fd, part.data(), part.size(), 0)) > 0;) {
      answer.append(part.data(), static_cast<std::size_t>(got));
    }
  }
  ::close(fd);
  const auto end = answer.find("\r\n\r\n");
  const auto keys = end == std::string::npos
                        ? std::nullopt
                        : decode_server_keys(bytes_of(std::string_view(answer).substr(end + 4)));
  if (!keys) throw std::runtime_error("GET /server-key gave no keys");
  return *keys;
}

constexpr Seq kAckEvery = 64;

themis::UnixSeconds now_seconds() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

template <class Value>
Value must(CryptoResult<Value> result) {
  if (!result) throw std::runtime_error("the cryptography failed");
  return std::move(*result);
}

// One member of one room, connected.
struct Member {
  MemberId id;
  Bytes card;
  SigningKeyPair signing;
  std::shared_ptr<const themis::SessionIdentity> identity;
  Socket* socket = nullptr;
  std::optional<themis::SecureSessionClient> handshake;
  std::optional<themis::SecureSession> session;
  int steps = 0;  // of the handshake
  std::uint64_t sent = 0;
  Seq since_ack = 0;
  bool live = false;
  bool created = false;
  std::size_t invites_live = 0;
  std::size_t accepted = 0;

  void send(const Frame& frame) {
    const EncodedCounter counter = encode_counter(sent++);
    const Bytes body = encode(frame);
    std::vector<std::uint8_t> out(counter.size + body.size() + themis::SecureSession::kOverhead);
    const auto size = session->wrap_into(out, counter.view(), body, now_seconds());
    if (!size) throw std::runtime_error("wrap failed");
    socket->send(std::span(out).first(*size));
  }
};

struct LoadedRoom {
  std::vector<std::unique_ptr<Member>> members;
  Bytes genesis;
  RoomId id;
  std::optional<ControlState> state;
  std::vector<InviteId> invites;
  std::uint64_t tokens = 0;
};

class ZerofcRooms final : public Rooms {
 public:
  explicit ZerofcRooms(std::uint16_t port) : port_(port), server_(fetch_server_keys(port)) {}

  void set_up(std::size_t rooms, std::size_t members) override {
    loop_ = std::make_unique<SocketLoop>(port_, "/ws", "0fc.v1");
    rooms_.resize(rooms);
    for (std::size_t index = 0; index < rooms; ++index) make_room(index, members);
  }

  void send(std::size_t index, std::size_t bytes) override {
    LoadedRoom& room = rooms_[index];
    Member& sender = *room.members.front();
    // A cell of the size that a sealed message of this payload has; the server can't open it.
    Bytes cell = cell_;
    cell.resize(44 + bytes);
    cell[12] = static_cast<std::uint8_t>(bytes);
    cell[13] = static_cast<std::uint8_t>(bytes >> 8U);
    const Bytes entry =
        encode(Entry{Kind::kMessage, 0, next_token(room), sender.id, BytesView(cell)});
    sender.send(frame::Append{entry, std::nullopt});
  }

  SocketLoop& loop() override { return *loop_; }

 private:
  static EntryToken next_token(LoadedRoom& room) {
    EntryToken token;
    std::uint64_t number = ++room.tokens;
    for (auto& byte : token.mutable_bytes()) {
      byte = static_cast<std::uint8_t>(number);
      number >>= 8U;
    }
    return token;
  }

  std::unique_ptr<Member> make_member(const Hash& bound_to) {
    auto member = std::make_unique<Member>();
    auto session = must(crypto_.make_key_pair<SessionKeyTag>());
    member->signing = must(crypto_.make_key_pair<SigningKeyTag>());
    const auto exchange = must(crypto_.make_key_pair<ExchangeKeyTag>());
    const Bytes content = encode(
        CardContent{bound_to, session.public_key, member->signing.public_key, exchange.public_key});
    member->card = must(crypto_.sign(member->signing.private_key.view(), content));
    member->id = checked::member_id_of(checked::fingerprint_of(crypto_, content));
    auto key = themis::EcPrivateKey::parse(session.private_key.view());
    member->identity = std::make_shared<const themis::SessionIdentity>(themis::SessionIdentity{
        {session.public_key.view().begin(), session.public_key.view().end()}, std::move(*key)});
    return member;
  }

  void connect(Member& member, std::size_t room) {
    auto server = themis::EcPublicKey::parse(server_.session.view());
    auto handshake = themis::SecureSessionClient::create(
        member.identity, themis::bytes_of(kServerSessionId), std::move(*server));
    member.handshake.emplace(std::move(*handshake));
    member.socket = &loop_->connect();
    member.socket->on_open = [&member] {
      member.socket->send(member.handshake->connect_request());
    };
    member.socket->on_message = [this, &member, room](std::span<const std::uint8_t> message) {
      received(member, room, message);
    };
    loop_->run_until([&] { return member.session.has_value(); });
  }

  void received(Member& member, std::size_t room, std::span<const std::uint8_t> message) {
    if (!member.session) {
      if (member.steps++ == 0) {
        member.socket->send(*member.handshake->handle_msg2(message));
      } else {
        member.session.emplace(std::move(*member.handshake->handle_msg4(message)));
        member.handshake.reset();
      }
      return;
    }
    if (plain_.size() < message.size()) plain_.resize(message.size());
    const auto plaintext = member.session->unwrap_into(plain_, message, now_seconds());
    if (!plaintext) throw std::runtime_error("unwrap failed");
    const auto counted = decode_frame(*plaintext);
    if (!counted) throw std::runtime_error("a malformed frame came");
    const Frame& frame = counted->frame;
    if (const auto* at = std::get_if<frame::EntryAt>(&frame)) {
      const auto entry = decode_entry(at->entry);
      if (!entry || entry->is_control()) return;
      if (++member.since_ack == kAckEvery) {
        member.since_ack = 0;
        member.send(frame::Ack{at->seq});
      }
      on_delivery(room);
    } else if (std::holds_alternative<frame::Live>(frame)) {
      member.live = true;
    } else if (std::holds_alternative<frame::RoomCreated>(frame)) {
      member.created = true;
    } else if (std::holds_alternative<frame::InviteState>(frame)) {
      ++member.invites_live;
    } else if (std::holds_alternative<frame::Accepted>(frame)) {
      ++member.accepted;
    } else if (const auto* refused = std::get_if<frame::Rejected>(&frame)) {
      throw std::runtime_error("rejected: " + std::to_string(static_cast<int>(refused->code)));
    } else if (const auto* error = std::get_if<frame::Error>(&frame)) {
      throw std::runtime_error("error: " + std::to_string(static_cast<int>(error->code)));
    }
  }

  Bytes sign_control(const Member& author, const LoadedRoom& room, Kind kind,
                     const EntryToken& token, decltype(ControlContent::fields) fields) {
    ControlContent content;
    content.kind = kind;
    if (room.state) {
      content.room = room.id;
      content.prev = room.state->prev();
      content.seen = LogPoint{0, Hash(room.id.bytes())};
    }
    content.token = token;
    content.author = author.id;
    content.fields = std::move(fields);
    const Bytes body = must(crypto_.sign(author.signing.private_key.view(), encode(content)));
    return encode(Entry{kind, 0, token, author.id, BytesView(body)});
  }

  void make_room(std::size_t index, std::size_t members) {
    LoadedRoom& room = rooms_[index];
    const auto nonce = must(crypto_.make_random<Nonce>());
    room.members.push_back(make_member(Hash(nonce.bytes())));
    Member& owner = *room.members.front();
    Policy policy;
    policy.max_members = kMembersMax;
    room.genesis = sign_control(owner, room, Kind::kGenesis, next_token(room),
                                GenesisFields{BytesView(owner.card), nonce, policy, Hash()});
    room.id = room_id_of(crypto_, room.genesis);
    room.state.emplace(*judge_genesis(crypto_, room.genesis));
    connect(owner, index);
    owner.send(frame::RoomCreate{BytesView(room.genesis)});
    loop_->run_until([&] { return owner.created; });
    owner.send(frame::RoomOpen{room.id, std::nullopt, false});
    loop_->run_until([&] { return owner.live; });

    for (std::size_t number = 1; number < members; ++number) {
      const auto invite = must(crypto_.make_random<InviteId>());
      const std::size_t before = owner.invites_live;
      owner.send(frame::InvitePublish{invite, now_seconds() + std::chrono::hours(1)});
      loop_->run_until([&] { return owner.invites_live > before; });
      room.members.push_back(make_member(Hash(room.id.bytes())));
      Member& member = *room.members.back();
      const Bytes add = sign_control(owner, room, Kind::kMemberAdd, next_token(room),
                                     MemberAddFields{BytesView(member.card), invite});
      room.state->apply(*judge(crypto_, *room.state, add), number);
      const std::size_t accepted = owner.accepted;
      owner.send(frame::Append{BytesView(add), std::nullopt});
      loop_->run_until([&] { return owner.accepted > accepted; });
      connect(member, index);
      member.send(frame::RoomOpen{room.id, std::nullopt, false});
      loop_->run_until([&] { return member.live; });
    }
  }

  std::uint16_t port_;
  ServerKeys server_;
  ThemisCrypto crypto_;
  std::unique_ptr<SocketLoop> loop_;
  std::vector<LoadedRoom> rooms_;
  std::vector<std::uint8_t> plain_;
  // Header of a canonical cell: protocol.md §2.3.
  Bytes cell_ = {0x00, 0x01, 0x01, 0x40, 12, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0};
};

}  // namespace

std::unique_ptr<Rooms> make_zerofc_rooms(std::uint16_t port) {
  return std::make_unique<ZerofcRooms>(port);
}

}  // namespace zerofc::bench
