// Protocol, 2.3: "before any Themis call the room core checks, with the same code everywhere".
#include "core/wire/canonical.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/wire/tests/support.hpp"

namespace zerofc::canonical {
namespace {

using test::from_hex;
using test::hex;

// What the official Themis 0.15 made.
const nlohmann::json& vectors() {
  static const auto kVectors =
      nlohmann::json::parse(std::ifstream(ZEROFC_SOURCE_DIR "/vectors/themis-0.15.json"));
  return kVectors;
}

Bytes vector_bytes(const nlohmann::json& text) { return from_hex(text.get<std::string>()); }

Bytes a_cell() {
  Bytes cell = from_hex("00010140 0c000000 10000000 03000000");
  cell.resize(44 + 3, 0xaa);
  return cell;
}

Bytes an_encrypted() {
  Bytes message = from_hex("20270426 37000000");
  const Bytes cell = a_cell();
  message.insert(message.end(), cell.begin(), cell.end());
  return message;
}

// r and s of these bytes of DER.
Bytes signature(std::string_view r, std::string_view s) {
  Bytes integers = from_hex(std::string(r) + std::string(s));
  Bytes der = {0x30, static_cast<std::uint8_t>(integers.size())};
  der.insert(der.end(), integers.begin(), integers.end());
  return der;
}

Bytes signed_with(const Bytes& der, std::string_view content = "content") {
  Bytes message = from_hex("20260426");
  for (const std::size_t size : {content.size(), der.size()}) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      message.push_back(static_cast<std::uint8_t>(size >> shift));
    }
  }
  for (const BytesView part : {bytes_of(content), BytesView(der)}) {
    message.insert(message.end(), part.begin(), part.end());
  }
  return message;
}

const std::string kHigh32 = "022100ff" + std::string(62, '1');  // with the zero that it needs
const std::string kLow32 = "02207f" + std::string(62, '1');

Bytes a_signed() { return signed_with(signature(kHigh32, kLow32)); }

// Each header byte counts, and so does the length.
void every_change_is_refused(const Bytes& good, std::size_t header,
                             const std::function<bool(const Bytes&)>& takes) {
  ASSERT_TRUE(takes(good));
  for (std::size_t at = 0; at < header; ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes changed = good;
      changed[at] ^= static_cast<std::uint8_t>(1U << bit);
      EXPECT_FALSE(takes(changed)) << "byte " << at << ", bit " << bit;
    }
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(takes(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))))
        << "cut to " << size;
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(takes(longer)) << "a byte behind it";
}

TEST(Canonical, TakesWhatTheOfficialThemisMakes) {
  for (const auto& [name, key] : vectors()["keys"].items()) {
    EXPECT_EQ(is_public_key(vector_bytes(key["pub"])), vector_bytes(key["pub"]).size() == 45)
        << name;
  }
  for (const auto& cell : vectors()["cell_seal"]) {
    EXPECT_TRUE(is_cell(vector_bytes(cell["cell"]))) << cell["name"];
  }
  for (const auto& message : vectors()["message_encrypted"]) {
    EXPECT_TRUE(is_encrypted(vector_bytes(message["message"]))) << message["name"];
  }
  for (const auto& message : vectors()["message_signed"]) {
    if (message.value("name", "").find("trailing") != std::string::npos) continue;
    const Bytes bytes = vector_bytes(message["message"]);
    const auto content = signed_content(bytes);
    if (!content && bytes.size() > 12 && vector_bytes(message["pub"]).size() != 45) continue;
    ASSERT_TRUE(content) << message["name"];
    EXPECT_EQ(hex(*content), message["plaintext"].get<std::string>());
  }
}

// Upstream takes these, and the two builds not all of the same.
TEST(Canonical, hole_O_RefusesTheMalformedFormsThatUpstreamTakes) {
  std::size_t seen = 0;
  for (const auto& entry : vectors()["harden"]) {
    if (!entry.value("can_reject", true)) continue;
    const std::string name = entry["name"];
    if (entry["op"] == "cell_seal") {
      EXPECT_FALSE(is_cell(vector_bytes(entry["cell"]))) << name;
    } else if (entry["op"] == "message_encrypted") {
      EXPECT_FALSE(is_encrypted(vector_bytes(entry["message"]))) << name;
    } else if (entry["op"] == "message_signed") {
      EXPECT_FALSE(signed_content(vector_bytes(entry["message"]))) << name;
    } else {
      continue;
    }
    ++seen;
  }
  EXPECT_GE(seen, 5U);
}

TEST(Canonical, hole_O_ACellHasOneForm) {
  every_change_is_refused(a_cell(), 16, [](const Bytes& cell) { return is_cell(cell); });
  Bytes empty = a_cell();
  empty.resize(44);
  empty[12] = 0;
  EXPECT_FALSE(is_cell(empty)) << "sealing nothing";
  EXPECT_FALSE(is_cell({}));
}

TEST(Canonical, hole_O_AnEncryptedMessageHasOneForm) {
  every_change_is_refused(an_encrypted(), 24,
                          [](const Bytes& message) { return is_encrypted(message); });
}

TEST(Canonical, hole_O_AnEncryptedMessageHoldsACanonicalCell) {
  Bytes message = an_encrypted();
  message.push_back(0);  // the message's own length says so, the cell's does not
  ++message[4];
  EXPECT_FALSE(is_encrypted(message));
}

TEST(Canonical, hole_O_ASignedMessageHasOneForm) {
  every_change_is_refused(a_signed(), 12,
                          [](const Bytes& message) { return signed_content(message).has_value(); });
  EXPECT_FALSE(signed_content(signed_with(signature(kHigh32, kLow32), "")));
  EXPECT_FALSE(signed_content(from_hex("20260426 ffffffff ffffffff 30")))
      << "lengths that overflow";
  EXPECT_EQ(text_of(*signed_content(a_signed())), "content");
}

TEST(Canonical, hole_O_ASignatureHasOneEncoding) {
  const auto takes = [](const Bytes& der) { return signed_content(signed_with(der)).has_value(); };
  EXPECT_TRUE(takes(signature("020101", "02017f"))) << "short numbers";
  EXPECT_TRUE(takes(signature("02020080", kHigh32)));
  const std::vector<std::pair<Bytes, const char*>> refused = {
      {signature("020100", "020101"), "zero"},
      {signature("020101", "020100"), "zero"},
      {signature("020180", "020101"), "negative"},
      {signature("02020001", "020101"), "a zero in front that nothing asks for"},
      {signature("0200", "020101"), "no digit"},
      {signature("022101" + std::string(64, '0'), "020101"), "above 256 bits"},
      {signature("02220000ff" + std::string(62, '1'), "020101"), "above 256 bits"},
      {signature("030101", "020101"), "another type"},
      {signature("020101", ""), "one number"},
      {signature("020101", "02010100"), "bytes inside behind the numbers"},
      {signature("020101", "020201"), "a number cut off"},
      {from_hex("3006 020101 020101 00"), "bytes behind the sequence"},
      {from_hex("308106 020101 020101"), "a longer length"},
      {from_hex("3080 020101 020101 0000"), "an indefinite length"},
      {from_hex("30 07 02 8101 01 020101"), "a longer length inside"},
      {from_hex("31 06 020101 020101"), "no sequence"},
      {{}, "nothing"},
      {from_hex("30"), "a tag"}};
  for (const auto& [der, why] : refused) EXPECT_FALSE(takes(der)) << why << ": " << hex(der);
}

TEST(Canonical, ASignedMessageInFrontOfOtherBytesSaysWhereItEnds) {
  Bytes bytes = a_signed();
  const std::size_t size = bytes.size();
  bytes.resize(size + 100, 0xee);
  const auto prefix = signed_prefix(bytes);
  ASSERT_TRUE(prefix);
  EXPECT_EQ(prefix->size, size);
  EXPECT_EQ(text_of(prefix->content), "content");
  EXPECT_FALSE(signed_content(bytes));
  bytes.resize(size - 1);
  EXPECT_FALSE(signed_prefix(bytes));
}

TEST(Canonical, hole_O_APublicKeyHasOneForm) {
  const Bytes key = vector_bytes(vectors()["keys"].begin().value()["pub"]);
  // The CRC covers the rest, so that every byte counts.
  every_change_is_refused(key, 45, [](const Bytes& bytes) { return is_public_key(bytes); });
  for (const auto& entry : vectors()["keys_invalid"]) {
    const Bytes bytes = vector_bytes(entry["key"]);
    // Whether a point is on the curve shows only when it is used.
    const std::string name = entry["name"];
    if (bytes.size() == 45 && text_of(bytes).substr(0, 4) == "UEC2" && (bytes[12] | 1U) == 3 &&
        entry["upstream_rc"] != 15 && is_public_key(bytes)) {
      continue;
    }
    EXPECT_FALSE(is_public_key(bytes)) << name;
  }
}

// With a CRC that is right, so that nothing but the prefix refuses it.
TEST(Canonical, hole_O_APublicKeyIsCompressed) {
  const Bytes good = vector_bytes(vectors()["keys"].begin().value()["pub"]);
  for (unsigned prefix = 0; prefix < 256; ++prefix) {
    Bytes key = good;
    key[12] = static_cast<std::uint8_t>(prefix);
    std::fill_n(key.begin() + 8, 4, std::uint8_t{0});
    std::uint32_t crc = 0xffffffff;
    for (const std::uint8_t byte : key) {
      crc ^= byte;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) * 0x82f63b78U);
    }
    for (unsigned at = 0; at < 4; ++at) {
      key[8 + at] = static_cast<std::uint8_t>(~crc >> (8 * at));
    }
    EXPECT_EQ(is_public_key(key), prefix == 2 || prefix == 3) << prefix;
  }
}

}  // namespace
}  // namespace zerofc::canonical
