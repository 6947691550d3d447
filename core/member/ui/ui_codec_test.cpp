#include "core/member/ui/ui_codec.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace zerofc::ui {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets from_hex(std::string_view hex) {
  Octets octets;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    octets.push_back(
        static_cast<std::uint8_t>(std::stoul(std::string{hex.substr(at, 2)}, nullptr, 16)));
  }
  return octets;
}

Id32 room() {
  Id32 id;
  id.fill(0xab);
  return id;
}

patch::ItemsAdded items_added() {
  patch::ItemsAdded patch;
  patch.room = room();
  Item item;
  item.seq = (1ULL << 53) - 1;
  item.author.emplace().fill(1);
  item.at = 1'700'000'000'000;
  item.text =
      "Gr\xc3\xbc\xc3\x9f"
      "e";
  item.number = 65'536;
  patch.items = {item, Item{}};
  return patch;
}

TEST(UiCodec, an_intent_of_the_page_is_decoded_and_its_texts_are_views_into_the_bytes) {
  const Octets bytes = from_hex("820463c3b678");  // what web/test/model/ui_codec.test.ts encodes
  const auto intent = decode_intent(bytes);
  ASSERT_TRUE(intent);
  const auto& open = std::get<intent::VaultOpen>(*intent);
  EXPECT_EQ(open.passphrase, "\xc3\xb6x");
  EXPECT_EQ(static_cast<const void*>(open.passphrase.data()), bytes.data() + 3);
}

TEST(UiCodec, an_intent_is_encoded_as_the_page_encodes_it) {
  Octets out;
  ASSERT_TRUE(
      encode_intent(intent::InviteCreate{.room = room(), .ref = 24, .expires_s = 86'400}, out));
  std::string id;
  for (int count = 0; count < 32; ++count) id += "ab";
  EXPECT_EQ(out, from_hex("84181e5820" + id + "18181a00015180"));
}

TEST(UiCodec, what_was_encoded_is_decoded_and_encoded_again_to_the_same_bytes) {
  Octets out;
  ASSERT_TRUE(encode_patch(items_added(), out));
  const auto decoded = decode_patch(out);
  ASSERT_TRUE(decoded);
  const auto& items = std::get<patch::ItemsAdded>(*decoded).items;
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].number, 65'536U);
  EXPECT_FALSE(items[1].text);
  Octets again;
  ASSERT_TRUE(encode_patch(*decoded, again));
  EXPECT_EQ(again, out);
}

TEST(UiCodec, every_truncation_and_every_added_byte_is_refused) {
  Octets out;
  ASSERT_TRUE(encode_patch(items_added(), out));
  for (std::size_t size = 0; size < out.size(); ++size) {
    EXPECT_FALSE(decode_patch({out.data(), size})) << size;
  }
  out.push_back(0);
  EXPECT_FALSE(decode_patch(out));
}

TEST(UiCodec, what_is_not_deterministic_or_not_in_the_schema_is_refused) {
  for (const std::string_view hex :
       {"83180102f4", "81183f", "83011863f4", "83010001", "820100", "9f0100f4ff", "830261ff00",
        "830261611b0020000000000000", "830261781800", "83026161f6"}) {
    EXPECT_FALSE(decode_patch(from_hex(hex))) << hex;
  }
}

// fuzz/seed-ui.mjs writes them with the page's codec: each message once whole and once with the
// least in it.
TEST(UiCodec, every_message_that_the_page_encodes_is_decoded_and_has_no_other_encoding) {
  std::size_t intents = 0;
  std::size_t patches = 0;
  const std::filesystem::path folder = ZEROFC_SOURCE_DIR "/fuzz/corpus/ui_messages";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(file.path(), std::ios::binary);
    const Octets bytes{std::istreambuf_iterator<char>(in), {}};
    Octets again;
    if (file.path().filename().string().starts_with("intent-")) {
      const auto intent = decode_intent(bytes);
      ASSERT_TRUE(intent) << file.path();
      EXPECT_TRUE(encode_intent(*intent, again));
      ++intents;
    } else {
      const auto patch = decode_patch(bytes);
      ASSERT_TRUE(patch) << file.path();
      EXPECT_TRUE(encode_patch(*patch, again));
      ++patches;
    }
    EXPECT_EQ(again, bytes) << file.path();
  }
  EXPECT_EQ(intents, 2 * std::variant_size_v<Intent>) << "run: node fuzz/seed-ui.mjs";
  EXPECT_EQ(patches, 2 * std::variant_size_v<Patch>) << "run: node fuzz/seed-ui.mjs";
}

TEST(UiCodec, a_count_that_the_input_cannot_hold_allocates_nothing) {
  std::string id;
  for (int count = 0; count < 32; ++count) id += "ab";
  EXPECT_FALSE(decode_patch(from_hex("83145820" + id + "1903e8")));
}

TEST(UiCodec, overlong_surrogate_and_cut_utf8_is_refused) {
  for (const std::string_view bad : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                     "\xe2\x82", "\x80", "\xff"}) {
    Octets out{7};
    EXPECT_FALSE(encode_intent(intent::VaultOpen{.passphrase = bad}, out));
    EXPECT_EQ(out, Octets{7});
  }
}

TEST(UiCodec, a_field_beyond_its_limit_is_refused_in_both_directions) {
  Octets out;
  const std::string long_passphrase(1025, 'x');
  EXPECT_FALSE(encode_intent(intent::VaultOpen{.passphrase = long_passphrase}, out));
  Octets bytes = from_hex("820479");
  bytes.push_back(0x04);
  bytes.push_back(0x01);
  bytes.insert(bytes.end(), 1025, 'x');
  EXPECT_FALSE(decode_intent(bytes));
  EXPECT_FALSE(encode_intent(intent::RoomRead{.room = room(), .seq = 1ULL << 53}, out));
  patch::ItemsAdded many;
  many.items.resize(201);
  EXPECT_FALSE(encode_patch(many, out));
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace zerofc::ui
