// A client that does what it is told, so that tests see every event, action and crypto method cross
// the border of the module. Linked into probe.wasm instead of the real one.
//
// An intent is one letter and its arguments: a fixed-size argument as it is, a longer one as a
// 32-bit little-endian size and bytes. What comes of it is shown as a patch; what a crypto method
// refuses is shown as '!' and the CryptoError.
#include <algorithm>
#include <cstring>
#include <utility>

#include "core/member/client.hpp"

namespace zerofc::member {
namespace {

class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  BytesView take(std::size_t size) {
    if (size > rest_.size()) __builtin_trap();
    const BytesView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  std::uint8_t byte() { return take(1)[0]; }
  std::uint32_t number() {
    std::uint32_t value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  BytesView bytes() { return take(number()); }
  template <std::size_t kSize>
  std::span<const std::uint8_t, kSize> fixed() {
    return take(kSize).first<kSize>();
  }
  bool done() const { return rest_.empty(); }

 private:
  BytesView rest_;
};

void append_number(Bytes& to, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8)
    to.push_back(static_cast<std::uint8_t>(value >> shift));
}
void append(Bytes& to, BytesView bytes) {
  append_number(to, bytes.size());
  to.insert(to.end(), bytes.begin(), bytes.end());
}
Bytes text(char letter) { return {static_cast<std::uint8_t>(letter)}; }

}  // namespace

class Client::Impl {
 public:
  explicit Impl(Crypto& crypto) : crypto_(crypto) {}

  Step handle(const HostEvent& event, Now now) {
    step_ = {};
    now_ = now;
    std::visit([this](const auto& what) { on(what); }, event);
    step_.deadline = now.steady + std::chrono::milliseconds(250);
    return std::move(step_);
  }

 private:
  void show(BytesView bytes) {
    step_.actions.emplace_back(ShowPatch{WipedBuffer(bytes.begin(), bytes.end())});
  }
  template <class Value>
  void show_made(const CryptoResult<Value>& made) {
    if (!made) {
      Bytes refused = text('!');
      refused.push_back(static_cast<std::uint8_t>(made.error()));
      show(refused);
      return;
    }
    if constexpr (std::is_same_v<Value, SecretBytes>) {
      show(made->view());
    } else if constexpr (std::is_same_v<Value, Bytes>) {
      show(*made);
    } else {
      show(text('+'));
    }
  }

  void on(const IntentCame& came) {
    Reader in(came.intent);
    switch (in.byte()) {
      case 'h': {
        const BytesView first = in.bytes();
        show(crypto_.sha256({first, in.bytes()}).view());
        return;
      }
      case 'r': {
        Bytes out(in.number());
        const bool made = crypto_.random(out);
        out.push_back(static_cast<std::uint8_t>(made ? '+' : '!'));
        show(out);
        return;
      }
      case 'k': {
        auto pair = crypto_.make_key_pair<SessionKeyTag>();
        if (!pair) return show(text('!'));
        Bytes both = to_bytes(pair->private_key.view());
        const BytesView other = pair->public_key.view();
        both.insert(both.end(), other.begin(), other.end());
        show(both);
        return;
      }
      case 's': {
        const auto key = in.fixed<kSymmetricKeyBytes>();
        const BytesView plaintext = in.bytes();
        return show_made(crypto_.seal(key, plaintext, in.bytes()));
      }
      case 'o': {
        const auto key = in.fixed<kSymmetricKeyBytes>();
        const BytesView cell = in.bytes();
        return show_made(crypto_.open(key, cell, in.bytes()));
      }
      case 'S': {
        const BytesView passphrase = in.bytes();
        const BytesView plaintext = in.bytes();
        return show_made(crypto_.seal_with_passphrase(passphrase, plaintext, in.bytes()));
      }
      case 'O': {
        const BytesView passphrase = in.bytes();
        const BytesView cell = in.bytes();
        return show_made(crypto_.open_with_passphrase(passphrase, cell, in.bytes()));
      }
      case 'i': {
        const auto key = in.fixed<kKeyContainerBytes>();
        return show_made(crypto_.sign(key, in.bytes()));
      }
      case 'v': {
        const auto key = in.fixed<kKeyContainerBytes>();
        return show_made(crypto_.verify(key, in.bytes()));
      }
      case 'e': {
        const auto own = in.fixed<kKeyContainerBytes>();
        const auto peer = in.fixed<kKeyContainerBytes>();
        return show_made(crypto_.encrypt(own, peer, in.bytes()));
      }
      case 'd': {
        const auto own = in.fixed<kKeyContainerBytes>();
        const auto peer = in.fixed<kKeyContainerBytes>();
        return show_made(crypto_.decrypt(own, peer, in.bytes()));
      }
      case 'a':
        return act(in);
      case 't':
        return step_.actions.clear();
      default:
        __builtin_trap();
    }
  }

  // Actions until the intent ends.
  void act(Reader in) {
    WriteVault write{.write = 0x1'0000'0001, .put = {}, .erase = {}};
    while (!in.done()) {
      switch (in.byte()) {
        case 'R':
          step_.actions.emplace_back(ReadVault{});
          break;
        case 'P': {
          Bytes name = to_bytes(in.bytes());
          write.put.push_back({.name = std::move(name), .value = to_bytes(in.bytes())});
          break;
        }
        case 'E':
          write.erase.push_back(to_bytes(in.bytes()));
          break;
        case 'W':
          step_.actions.emplace_back(std::move(write));
          write = {};
          break;
        case 'X':
          step_.actions.emplace_back(WipeVault{to_bytes(in.bytes())});
          break;
        case 'F':
          step_.actions.emplace_back(FetchServerKey{ConnectionId{in.number()}, RoomId()});
          break;
        case 'N': {
          const ConnectionId connection{in.number()};
          const auto private_key = in.fixed<kKeyContainerBytes>();
          const BytesView own = in.take(kKeyContainerBytes);
          const BytesView server = in.take(kKeyContainerBytes);
          step_.actions.emplace_back(
              OpenSession{.connection = connection,
                          .private_key = SessionPrivateKey::copy_of(private_key),
                          .public_key = *SessionPublicKey::from(own),
                          .server_key = *SessionPublicKey::from(server)});
          break;
        }
        case 'M': {
          const ConnectionId connection{in.number()};
          step_.actions.emplace_back(
              SendFrame{.connection = connection, .plaintext = to_bytes(in.bytes())});
          break;
        }
        case 'D':
          step_.actions.emplace_back(Disconnect{ConnectionId{in.number()}});
          break;
        default:
          __builtin_trap();
      }
    }
  }

  // Every other event is shown as a letter, the clocks and what it holds.
  Bytes shown(char letter) const {
    Bytes bytes = text(letter);
    append_number(bytes, static_cast<std::uint64_t>(now_.wall.time_since_epoch().count()));
    append_number(bytes, static_cast<std::uint64_t>(now_.steady.count()));
    return bytes;
  }
  void on(const VaultRead& read) {
    Bytes bytes = shown('R');
    for (const VaultValue& value : read.values) {
      append(bytes, value.name);
      append(bytes, value.value);
    }
    show(bytes);
  }
  void on(const VaultUnreadable&) { show(shown('U')); }
  void on(const VaultWritten& written) {
    Bytes bytes = shown('W');
    append_number(bytes, written.write);
    append_number(bytes, static_cast<std::uint64_t>(written.outcome));
    show(bytes);
  }
  void on(const VaultWiped& wiped) {
    Bytes bytes = shown('X');
    append_number(bytes, wiped.done ? 1 : 0);
    show(bytes);
  }
  void on(const ServerKeyFetched& fetched) {
    Bytes bytes = shown('F');
    append_number(bytes, static_cast<std::uint64_t>(fetched.connection));
    append(bytes, fetched.keys);
    if (fetched.date) {
      append_number(bytes, static_cast<std::uint64_t>(fetched.date->time_since_epoch().count()));
    }
    show(bytes);
  }
  void on(const SessionEstablished& established) {
    Bytes bytes = shown('N');
    append_number(bytes, static_cast<std::uint64_t>(established.connection));
    show(bytes);
  }
  void on(const FrameCame& frame) {
    Bytes bytes = shown('M');
    append_number(bytes, static_cast<std::uint64_t>(frame.connection));
    append(bytes, frame.plaintext);
    show(bytes);
  }
  void on(const ConnectionLost& lost) {
    Bytes bytes = shown('L');
    append_number(bytes, static_cast<std::uint64_t>(lost.connection));
    append_number(bytes, static_cast<std::uint64_t>(lost.reason));
    show(bytes);
  }
  void on(const Tick&) { show(shown('T')); }

  Crypto& crypto_;
  Step step_;
  Now now_{};
};

Client::Client(Crypto& crypto) : impl_(std::make_unique<Impl>(crypto)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Step Client::handle(const HostEvent& event, Now now) { return impl_->handle(event, now); }

}  // namespace zerofc::member
