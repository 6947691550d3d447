// Times the primitives of themis/. Prints one JSON object: name -> median microseconds per call.
// Usage: themis-bench [ROUNDS]   Each figure is the median of ROUNDS (default 7) timed rounds.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "themis/themis.hpp"

namespace {

using themis::Bytes;
using themis::BytesView;
using Clock = std::chrono::steady_clock;
namespace cell = themis::secure_cell;
namespace message = themis::secure_message;

constexpr themis::UnixSeconds kNow{std::chrono::seconds(1'800'000'000)};

template <class T>
T must(themis::Result<T> result) {
  if (!result) throw std::runtime_error(themis::describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Figure {
  std::string name;
  double microseconds;
};

class Bench {
 public:
  explicit Bench(int rounds) : rounds_(rounds) {}

  // One round lasts about 30 ms.
  template <class F>
  void time(std::string name, F&& call) {
    constexpr double kRoundMicroseconds = 30'000;
    const double once = std::max(0.05, run(3, call));
    const int calls = std::max(1, static_cast<int>(kRoundMicroseconds / once));
    std::vector<double> rounds;
    for (int i = 0; i < rounds_; ++i) rounds.push_back(run(calls, call));
    std::ranges::sort(rounds);
    figures_.push_back({std::move(name), rounds[rounds.size() / 2]});
  }

  void print() const {
    std::printf("{");
    for (std::size_t i = 0; i < figures_.size(); ++i) {
      std::printf("%s\n  \"%s\": %.3f", i == 0 ? "" : ",", figures_[i].name.c_str(),
                  figures_[i].microseconds);
    }
    std::printf("\n}\n");
  }

  void add(std::string name, double value) { figures_.push_back({std::move(name), value}); }

 private:
  template <class F>
  static double run(int calls, F& call) {
    const auto start = Clock::now();
    for (int i = 0; i < calls; ++i) call();
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / calls;
  }

  int rounds_;
  std::vector<Figure> figures_;
};

using Identity = std::shared_ptr<const themis::SessionIdentity>;

Identity make_identity(std::string_view id) {
  const BytesView bytes = themis::bytes_of(id);
  return std::make_shared<const themis::SessionIdentity>(themis::SessionIdentity{
      Bytes(bytes.begin(), bytes.end()), must(themis::EcPrivateKey::generate())});
}

struct Pair {
  themis::SecureSession client;
  themis::SecureSession server;
};

// Both sides in this process. As in the server of 0fc, the client's id is its key's container.
struct Parties {
  Identity server = make_identity("server");
  Identity client = [] {
    themis::EcPrivateKey key = must(themis::EcPrivateKey::generate());
    const auto& container = key.public_key().container();
    return std::make_shared<const themis::SessionIdentity>(
        themis::SessionIdentity{Bytes(container.begin(), container.end()), std::move(key)});
  }();

  [[nodiscard]] themis::SecureSessionClient connect() const {
    return must(themis::SecureSessionClient::create(client, server->id, server->key.public_key()));
  }

  [[nodiscard]] Pair establish() const {
    auto connecting = connect();
    themis::SecureSessionServer accepting(server);
    const Bytes msg2 =
        must(accepting.handle_msg1(connecting.connect_request(), themis::EcPublicKey::parse));
    auto accepted = must(accepting.handle_msg3(must(connecting.handle_msg2(msg2))));
    return {must(connecting.handle_msg4(accepted.msg4)), std::move(accepted.session)};
  }
};

Bytes filled(std::size_t size) { return Bytes(size, 0x41); }

void bench_cell(Bench& bench) {
  const auto key = must(themis::SymmetricKey::generate());
  for (const auto& [name, size] :
       {std::pair{"256 B", std::size_t{256}}, {"64 KiB", 65536}, {"1 MiB", 1 << 20}}) {
    const Bytes plaintext = filled(size);
    const Bytes sealed = must(cell::seal(key, plaintext));
    bench.time(std::string("seal ") + name, [&] { must(cell::seal(key, plaintext)); });
    bench.time(std::string("open ") + name, [&] { must(cell::open(key, sealed)); });
  }
  const auto passphrase = must(themis::Passphrase::copy_of("a passphrase"));
  const Bytes plaintext = filled(32);
  bench.time("seal with passphrase", [&] { must(cell::seal(passphrase, plaintext)); });
}

void bench_message(Bench& bench) {
  const auto alice = must(themis::EcPrivateKey::generate());
  const auto bob = must(themis::EcPrivateKey::generate());
  const Bytes plaintext = filled(256);
  const Bytes signed_message = must(message::sign(alice, plaintext));
  const Bytes encrypted = must(message::encrypt(alice, bob.public_key(), plaintext));
  bench.time("key pair", [] { must(themis::EcPrivateKey::generate()); });
  bench.time("sign 256 B", [&] { must(message::sign(alice, plaintext)); });
  bench.time("verify 256 B", [&] { must(message::verify(alice.public_key(), signed_message)); });
  bench.time("encrypt 256 B", [&] { must(message::encrypt(alice, bob.public_key(), plaintext)); });
  bench.time("decrypt 256 B", [&] { must(message::decrypt(bob, alice.public_key(), encrypted)); });
}

void bench_session(Bench& bench) {
  const Parties parties;
  bench.time("handshake, both sides", [&] { (void)parties.establish(); });

  // The server's share: time of its two steps only.
  constexpr int kHandshakes = 200;
  std::vector<double> shares;
  for (int i = 0; i < kHandshakes; ++i) {
    auto client = parties.connect();
    const auto start = Clock::now();
    themis::SecureSessionServer server(parties.server);
    const Bytes msg2 =
        must(server.handle_msg1(client.connect_request(), themis::EcPublicKey::parse));
    const auto between = Clock::now();
    const Bytes msg3 = must(client.handle_msg2(msg2));
    const auto again = Clock::now();
    auto accepted = must(server.handle_msg3(msg3));
    const auto end = Clock::now();
    shares.push_back(
        std::chrono::duration<double, std::micro>((between - start) + (end - again)).count());
  }
  std::ranges::sort(shares);
  bench.add("handshake, server's share", shares[shares.size() / 2]);

  Pair pair = parties.establish();
  const Bytes prefix = filled(3);
  const Bytes body = filled(253);
  Bytes wrapped(256 + themis::SecureSession::kOverhead);
  Bytes plaintext(256);
  bench.time("wrap 256 B", [&] { must(pair.server.wrap_into(wrapped, prefix, body, kNow)); });
  Pair fresh = parties.establish();
  bench.time("wrap and unwrap 256 B", [&] {
    must(fresh.server.wrap_into(wrapped, prefix, body, kNow));
    must(fresh.client.unwrap_into(plaintext, wrapped, kNow));
  });
}

// What an idle established connection holds, in bytes.
void measure_state(Bench& bench) {
  constexpr int kSessions = 256;
  const Parties parties;
  std::vector<themis::SecureSession> kept;
  kept.reserve(kSessions);
  (void)parties.establish();
  const std::size_t before = mallinfo2().uordblks;
  for (int i = 0; i < kSessions; ++i) kept.push_back(parties.establish().server);
  const std::size_t heap = (mallinfo2().uordblks - before) / kSessions;
  bench.add("state per session, object bytes", sizeof(themis::SecureSession));
  bench.add("state per session, heap bytes", static_cast<double>(heap));
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 7;
  if (argc > 2 || rounds < 1 || rounds > 1000) {
    std::fprintf(stderr, "usage: themis-bench [ROUNDS, 1 to 1000]\n");
    return 2;
  }
  Bench bench(rounds);
  bench_cell(bench);
  bench_message(bench);
  bench_session(bench);
  measure_state(bench);
  bench.print();
}
