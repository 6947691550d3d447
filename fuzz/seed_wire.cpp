// Writes the corpora wire_*: instances of the rules of docs/wire.cddl, and what the official Themis
// made (vectors/): seed_wire fuzz/corpus vectors/themis-0.15.json
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/wire/message.hpp"
#include "core/wire/tests/cddl.hpp"
#include "core/wire/tests/support.hpp"

namespace {

namespace fs = std::filesystem;
using zerofc::Bytes;

class Corpus {
 public:
  explicit Corpus(fs::path folder) : folder_(std::move(folder)) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void add(const std::string& name, const Bytes& bytes) const {
    std::ofstream file(folder_ / name, std::ios::binary);
    file << zerofc::text_of(bytes);
  }

 private:
  fs::path folder_;
};

Bytes instance(const std::string& rule, std::uint64_t seed) {
  // Small ones: libFuzzer makes longer ones itself.
  for (zerofc::cddl::Random random(seed);;) {
    Bytes bytes = zerofc::cddl::wire_grammar().generate(rule, random);
    if (bytes.size() < 1000) return bytes;
  }
}

Bytes behind(std::uint8_t first, const Bytes& rest) {
  Bytes bytes = {first};
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

void write_frames(const fs::path& corpora) {
  const Corpus corpus(corpora / "wire_frame");
  for (const char* rule :
       {"room-create",   "room-open",    "append",         "ack",          "invite-publish",
        "invite-revoke", "join-request", "join-decline",   "join-grant",   "ping",
        "rekey-request", "rekey-answer", "rekey-withdraw", "room-created", "room-opened",
        "entry-at",      "digest-at",    "live",           "accepted",     "rejected",
        "invite-state",  "join-queued",  "join-declined",  "head",         "replaced",
        "error",         "pong"}) {
    corpus.add(rule, behind(0, instance(rule, 1)));
  }
  corpus.add("unknown-type", zerofc::test::from_hex("00 82 18ff a1 01 83 00 6161 a1 0102"));
  corpus.add("unknown-keys", zerofc::test::from_hex("1903e8 82 0a a3 00 f6 01 07 1818 8180"));
}

void write_entries(const fs::path& corpora) {
  const Corpus corpus(corpora / "wire_entry");
  const std::vector<std::vector<const char*>> rules = {
      {"entry"},
      {"genesis-content", "member-add-content", "member-leave-content", "key-rotate-content",
       "role-set-content", "owner-transfer-content", "policy-set-content", "room-destroy-content"},
      {"message-content"},
      {"text-body", "profile-body", "room-profile-body"},
      {"card-content"},
      {"join-content"},
      {"grant-content"},
      {"server-content"},
      {"head-content"},
      {"box-content"},
      {"rekey-content"},
      {"rekeyed-content"},
      {"rekey-box-content"}};
  for (std::uint8_t decoder = 0; decoder < rules.size(); ++decoder) {
    for (const char* rule : rules[decoder]) {
      for (std::uint64_t seed = 0; seed < 2; ++seed) {
        corpus.add(rule + ("-" + std::to_string(seed)), behind(decoder, instance(rule, seed)));
      }
    }
  }
}

void write_links(const fs::path& corpora) {
  const Corpus corpus(corpora / "wire_link");
  const auto add = [&corpus](const std::string& name, const std::string& text) {
    corpus.add(name, zerofc::to_bytes(zerofc::bytes_of(text)));
  };
  using zerofc::test::link_of_content;
  const Bytes content = instance("invite-link-content", 0);
  add("https", link_of_content("https://chat.example", content));
  add("onion", link_of_content("http://x2.onion:5103", instance("invite-link-content", 1)));
  add("white-space", " \n" + link_of_content("http://[::1]:5103", content) + "\t");
  add("newer", link_of_content("https://chat.example", zerofc::test::from_hex("820201")));
}

void write_canonical(const fs::path& corpora, const fs::path& vectors_path) {
  const Corpus corpus(corpora / "wire_canonical");
  const auto vectors = nlohmann::json::parse(std::ifstream(vectors_path));
  const auto add = [&](const std::string& name, const nlohmann::json& hex) {
    const Bytes bytes = zerofc::test::from_hex(hex.get<std::string>());
    if (bytes.size() < 1000) corpus.add(name, bytes);
    return bytes;
  };
  for (const auto& [name, key] : vectors["keys"].items()) add("key-" + name, key["pub"]);
  std::size_t number = 0;
  for (const auto& cell : vectors["cell_seal"]) {
    add("cell-" + std::to_string(number++), cell["cell"]);
  }
  for (const auto& message : vectors["message_encrypted"]) {
    add("encrypted-" + std::to_string(number++), message["message"]);
  }
  for (const auto& message : vectors["message_signed"]) {
    Bytes bytes = add("signed-" + std::to_string(number), message["message"]);
    zerofc::pad(bytes);
    if (bytes.size() < 1000) corpus.add("padded-" + std::to_string(number), bytes);
    ++number;
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: seed_wire fuzz/corpus vectors/themis-0.15.json\n";
    return 2;
  }
  const fs::path corpora = arguments[1];
  write_frames(corpora);
  write_entries(corpora);
  write_links(corpora);
  write_canonical(corpora, arguments[2]);
  return 0;
}
