#include "vectors.hpp"

#include <functional>
#include <map>

#include "container.hpp"
#include "kdf.hpp"
#include "session_vectors.hpp"
#include "vector_input.hpp"

namespace themis::testing {
namespace {

SymmetricKey symmetric_key(const Json& entry) {
  return value_of<KeyRefused>(SymmetricKey::copy_of(hex_member(entry, "key")), "symmetric key");
}

Passphrase passphrase(const Json& entry) {
  const auto& text = entry.at("passphrase").get_ref<const std::string&>();
  return value_of<KeyRefused>(Passphrase::copy_of(text), "passphrase");
}

// --- openers: the same inputs, for entries that must open and for entries that must not.

Result<SecretBytes> open_seal(const Json& e) {
  return secure_cell::open(symmetric_key(e), hex_member(e, "cell"), hex_member(e, "context"));
}

Result<SecretBytes> open_passphrase(const Json& e) {
  return secure_cell::open(passphrase(e), hex_member(e, "cell"), hex_member(e, "context"));
}

Result<SecretBytes> open_token(const Json& e) {
  return secure_cell::token_open(symmetric_key(e), hex_member(e, "token"), hex_member(e, "data"),
                                 hex_member(e, "context"));
}

Result<SecretBytes> open_signed(const Json& e) {
  const auto verified =
      secure_message::verify(public_key(hex_member(e, "pub")), hex_member(e, "message"));
  if (!verified) return Failure(verified.error());
  return SecretBytes::copy_of(*verified);
}

Result<SecretBytes> open_encrypted(const Json& e) {
  return secure_message::decrypt(private_key(hex_member(e, "priv")),
                                 public_key(hex_member(e, "pub")), hex_member(e, "message"));
}

using Opener = std::function<Result<SecretBytes>(const Json&)>;

const std::map<std::string, Opener, std::less<>>& openers() {
  static const std::map<std::string, Opener, std::less<>> kOpeners{
      {"cell_seal", open_seal},
      {"cell_seal_passphrase", open_passphrase},
      {"cell_token_protect", open_token},
      {"message_signed", open_signed},
      {"message_encrypted", open_encrypted},
  };
  return kOpeners;
}

void check_opens(const Opener& open, const Json& entry) {
  const auto plaintext = value_of(open(entry), "open");
  require_equal(plaintext.view(), hex_member(entry, "plaintext"), "plaintext");
}

// --- groups of single entries

void check_crc(const Json& e) {
  const Bytes data = hex_member(e, "data");
  const std::uint32_t crc = detail::crc32c(data);
  const Bytes wire{static_cast<std::uint8_t>(crc), static_cast<std::uint8_t>(crc >> 8),
                   static_cast<std::uint8_t>(crc >> 16), static_cast<std::uint8_t>(crc >> 24)};
  require_equal(wire, hex_member(e, "crc_wire"), "CRC");
}

void check_kdf(const Json& e) {
  const Bytes expected = hex_member(e, "out");
  const auto& label = e.at("label").get_ref<const std::string&>();
  // Contexts are concatenated; for the implicit key it matters where each begins.
  std::vector<Bytes> pieces;
  for (const Json& piece : e.at("context")) pieces.push_back(from_hex(piece.get<std::string>()));
  pieces.resize(4);
  require(e.at("context").size() <= pieces.size(), "more contexts than any format has");
  const detail::Pieces context{pieces[0], pieces[1], pieces[2], pieces[3]};
  Bytes out(expected.size());
  if (e.at("key").is_null()) {
    value_of(detail::kdf_implicit_key(out, label, context), "kdf");
  } else {
    value_of(detail::kdf(out, hex_member(e, "key"), label, context), "kdf");
  }
  require_equal(out, expected, "KDF output");
}

void check_key(const Json& e) {
  const Bytes pub_bytes = hex_member(e, "pub");
  const Bytes long_form = hex_member(e, "pub_uncompressed");
  const Bytes priv_bytes = hex_member(e, "priv");
  try {
    const EcPrivateKey priv = private_key(priv_bytes);
    const EcPublicKey pub = public_key(pub_bytes);
    require_equal(priv.container().view(), priv_bytes, "private container");
    require_equal(pub.container(), pub_bytes, "public container");
    require(pub == public_key(long_form), "uncompressed form is another key");
    require(pub == priv.public_key(), "public key of the private key is another");
    require_equal(BytesView(priv_bytes).last(32), hex_member(e, "d"), "d");
    Bytes coordinates = hex_member(e, "x");
    const Bytes y = hex_member(e, "y");
    coordinates.insert(coordinates.end(), y.begin(), y.end());
    require_equal(BytesView(long_form).last(64), coordinates, "coordinates");
  } catch (const RefusedAsUnsupported&) {
    // Then all forms must be refused, and for this reason.
    for (const BytesView form : {BytesView(pub_bytes), BytesView(long_form)}) {
      const auto key = EcPublicKey::parse(form);
      require(!key && key.error().code == ErrorCode::kUnsupported, "not refused as unsupported");
    }
    throw;
  }
}

void check_key_is_invalid(const Json& e) {
  const auto& kind = e.at("kind").get_ref<const std::string&>();
  const Bytes key = hex_member(e, "key");
  require(kind == "priv" || kind == "pub", "unknown kind of key");
  const bool refused = kind == "priv" ? !EcPrivateKey::parse(key) : !EcPublicKey::parse(key);
  require(refused, "an invalid key was taken");
}

void check_imprint(const Json& e) {
  const SymmetricKey key = symmetric_key(e);
  const Bytes plaintext = hex_member(e, "plaintext");
  const Bytes context = hex_member(e, "context");
  const Bytes data = value_of(secure_cell::context_imprint(key, plaintext, context), "imprint");
  require_equal(data, hex_member(e, "data"), "imprinted data");
  const auto back = value_of(secure_cell::context_imprint_open(key, data, context), "open");
  require_equal(back.view(), plaintext, "plaintext");
}

// --- the whole file

class Replay {
 public:
  explicit Replay(VectorReport& report) : report_(report) {}

  void run(const Json& file) {
    check("meta", [&] {
      const Json& meta = file.at("meta");
      require(meta.at("format") == "themis-vectors" && meta.at("version") == 1,
              "not a file of themis-vectors, version 1");
    });
    report_.passed = 0;  // that was no vector
    load_transcripts(file);
    for (const auto& [group, entries] : file.items()) {
      if (group != "meta") run_group(group, entries);
    }
    if (report_.passed + report_.failures.size() == 0) fail_with("the file", "no vectors in it");
  }

  void fail_with(const std::string& name, const std::string& why) {
    report_.failures.push_back(name + ": " + why);
  }

 private:
  using Check = std::function<void(const Json&)>;

  template <class F>
  void check(const std::string& name, F&& body) {
    try {
      body();
      ++report_.passed;
    } catch (const RefusedAsUnsupported&) {
      ++report_.passed;
      ++report_.refused_as_unsupported;
    } catch (const std::exception& error) {
      fail_with(name, error.what());
    }
  }

  void load_transcripts(const Json& file) {
    if (!file.contains("session")) return;
    for (const Json& entry : file.at("session")) {
      try {
        transcripts_.push_back(std::make_unique<Transcript>(entry));
      } catch (const RefusedAsUnsupported&) {
        transcripts_.push_back(nullptr);
      } catch (const std::exception& error) {
        transcripts_.push_back(nullptr);
        fail_with("session[" + std::to_string(transcripts_.size() - 1) + "]", error.what());
      }
    }
  }

  const Transcript& transcript(const Json& entry) const {
    const auto& found = transcripts_.at(entry.at("session").get<std::size_t>());
    require(found != nullptr, "its transcript can't be replayed");
    return *found;
  }

  void run_group(const std::string& group, const Json& entries) {
    static const std::map<std::string, Check, std::less<>> kChecks{
        {"crc32c", check_crc},
        {"kdf", check_kdf},
        {"keys", check_key},
        {"keys_invalid", check_key_is_invalid},
        {"cell_context_imprint", check_imprint},
    };
    if (group == "session") return run_sessions();
    if (group == "negative") {
      return each(group, entries, [&](const Json& e) { require(refuses(e), "was accepted"); });
    }
    if (group == "harden") {
      return each(group, entries, [&](const Json& e) {
        const bool can = e.at("can_reject").get<bool>();
        require(refuses(e) == can, can ? "was accepted" : "refused, though nobody can notice");
      });
    }
    if (const auto known = kChecks.find(group); known != kChecks.end()) {
      return each(group, entries, known->second);
    }
    if (const auto known = openers().find(group); known != openers().end()) {
      return each(group, entries, [&](const Json& e) { check_opens(known->second, e); });
    }
    fail_with(group, "a group of this name is unknown");
  }

  void each(const std::string& group, const Json& entries, const Check& body) {
    std::size_t index = 0;
    for (const auto& [key, entry] : entries.items()) {
      std::string name = group + "[" + key + "]";
      if (entry.is_object() && entry.contains("name") && entry["name"].is_string()) {
        name += " " + entry["name"].get<std::string>();
      }
      check(name, [&] { body(entry); });
      ++index;
    }
    if (index == 0) fail_with(group, "is empty");
  }

  void run_sessions() {
    for (std::size_t i = 0; i < transcripts_.size(); ++i) {
      const Transcript* t = transcripts_[i].get();
      if (t == nullptr) continue;  // counted as a failure when it was loaded
      const std::string name = "session[" + std::to_string(i) + "] ";
      check(name + "key schedule", [&] { t->check_key_schedule(); });
      check(name + "saved states", [&] { t->check_saved_states(); });
      check(name + "handshake", [&] { t->check_handshake(); });
      check(name + "messages to us", [&] { t->check_messages_to_us(); });
      check(name + "messages from us", [&] { t->check_messages_from_us(); });
    }
  }

  bool refuses(const Json& entry) const {
    const auto& op = entry.at("op").get_ref<const std::string&>();
    if (op == "session_unwrap") {
      return transcript(entry).refuses_data(hex_member(entry, "message"),
                                            entry.at("after_all").get<bool>());
    }
    if (op == "session_handshake") {
      return transcript(entry).refuses_handshake(hex_member(entry, "message"),
                                                 entry.at("step").get<std::string>());
    }
    const auto known = openers().find(op);
    require(known != openers().end(), "an operation of this name is unknown");
    try {
      return !known->second(entry);
    } catch (const KeyRefused&) {
      return true;
    }
  }

  VectorReport& report_;
  std::vector<std::unique_ptr<Transcript>> transcripts_;
};

}  // namespace

VectorReport replay_vectors(std::string_view json) {
  VectorReport report;
  Replay replay(report);
  const Json file = Json::parse(json, nullptr, false);
  if (!file.is_object()) {
    replay.fail_with("the file", "is not a JSON object");
    return report;
  }
  replay.run(file);
  return report;
}

}  // namespace themis::testing
