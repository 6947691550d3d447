#include "core/wire/cbor.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/wire/tests/cddl.hpp"
#include "core/wire/tests/support.hpp"

namespace zerofc::cbor {
namespace {

using test::from_hex;
using test::hex;

template <class Read>
bool reads(std::string_view bytes, Read read) {
  const Bytes in = from_hex(bytes);
  Reader reader(in);
  read(reader);
  return reader.done();
}

bool is_good(std::string_view bytes) { return is_deterministic(from_hex(bytes)); }

// ---- heads

TEST(Cbor, NumbersAreWrittenInTheShortestFormAndReadBack) {
  for (const std::uint64_t number : test::kHeadBounds) {
    Bytes out;
    Writer(out).uint(number);
    Reader reader(out);
    EXPECT_EQ(reader.uint(~std::uint64_t{0}), number == ~std::uint64_t{0} ? 0 : number);
    EXPECT_EQ(reader.done(), number != ~std::uint64_t{0}) << "the end itself is not below it";
    EXPECT_EQ(hex(out), hex(cddl::encode({cddl::Item::Kind::kUint, number, {}, {}})));
  }
}

TEST(Cbor, HeadsThatAreLongerThanTheyNeedToBeAreRefused) {
  for (const char* longer : {"1817", "1900ff", "190017", "1a0000ffff", "1b00000000ffffffff",
                             "5801 00", "7801 61", "9801 00", "b801 0000"}) {
    EXPECT_FALSE(is_good(longer)) << longer;
  }
  for (const char* shortest : {"17", "1818", "18ff", "190100", "19ffff", "1a00010000", "1affffffff",
                               "1b0000000100000000"}) {
    EXPECT_TRUE(is_good(shortest)) << shortest;
  }
}

TEST(Cbor, ReservedAndIndefiniteLengthsAreRefused) {
  for (const char* head :
       {"1c", "1d", "1e", "1f", "5f4100ff", "7f6161ff", "9f00ff", "bf0000ff", "5c", "9e", "ff"}) {
    EXPECT_FALSE(is_good(head)) << head;
  }
}

TEST(Cbor, WhatTheProtocolDoesNotUseIsRefused) {
  EXPECT_FALSE(is_good("20")) << "a negative integer";
  EXPECT_FALSE(is_good("c000")) << "a tag";
  EXPECT_FALSE(is_good("f7")) << "undefined";
  EXPECT_FALSE(is_good("e0")) << "a simple value";
  EXPECT_FALSE(is_good("f818")) << "a simple value of two bytes";
  for (const char* number : {"f93c00", "fa3f800000", "fb3ff0000000000000"}) {
    EXPECT_FALSE(is_good(number)) << "a float";
  }
  EXPECT_TRUE(is_good("83f4f5f6"));
}

TEST(Cbor, NumbersEndWhereTheCallerSays) {
  EXPECT_TRUE(reads("1b001fffffffffffff", [](Reader& reader) { reader.uint(); }));
  EXPECT_FALSE(reads("1b0020000000000000", [](Reader& reader) { reader.uint(); }));
  EXPECT_TRUE(reads("0f", [](Reader& reader) { reader.uint(16); }));
  EXPECT_FALSE(reads("10", [](Reader& reader) { reader.uint(16); }));
}

// ---- strings

TEST(Cbor, StringsHaveTheSizesThatTheCallerSays) {
  const auto bytes_1_to_2 = [](Reader& reader) { reader.bytes(2, 1); };
  EXPECT_FALSE(reads("40", bytes_1_to_2));
  EXPECT_TRUE(reads("4100", bytes_1_to_2));
  EXPECT_TRUE(reads("420000", bytes_1_to_2));
  EXPECT_FALSE(reads("43000000", bytes_1_to_2));
  EXPECT_FALSE(reads("6161", bytes_1_to_2)) << "a text is no bytes";
  const auto text_1_to_2 = [](Reader& reader) { reader.text(2, 1); };
  EXPECT_FALSE(reads("60", text_1_to_2));
  EXPECT_TRUE(reads("626162", text_1_to_2));
  EXPECT_FALSE(reads("63616263", text_1_to_2));
  EXPECT_FALSE(reads("4161", text_1_to_2)) << "bytes are no text";
}

TEST(Cbor, StringsThatTheInputDoesNotHoldAreRefused) {
  for (const char* cut :
       {"42 00", "62 61", "5affffffff 00", "5bffffffffffffffff 00", "59", "5901"}) {
    EXPECT_FALSE(is_good(cut)) << cut;
  }
}

TEST(Cbor, TextIsUtf8) {
  for (const char* text : {"6161", "62c3bc", "63e5ad97", "64f09f9982", "62c280", "63e0a080",
                           "63ed9fbf", "63ee8080", "64f0908080", "64f48fbfbf", "6100"}) {
    EXPECT_TRUE(is_good(text)) << text;
  }
  for (const char* text :
       {"6180", "62c080", "62c1bf", "63e08080", "63e09fbf", "63eda080", "63edbfbf", "64f0808080",
        "64f08fbfbf", "64f4908080", "64f5808080", "61c3", "62e5ad", "62c361", "61ff", "63f09f99"}) {
    EXPECT_FALSE(is_good(text)) << text;
  }
}

TEST(Cbor, ALabelIsThatTextAndNoOther) {
  EXPECT_TRUE(reads("63616263", [](Reader& reader) { reader.label("abc"); }));
  for (const char* other : {"63616264", "626162", "6461626364", "43616263"}) {
    EXPECT_FALSE(reads(other, [](Reader& reader) { reader.label("abc"); })) << other;
  }
}

// ---- arrays and maps

TEST(Cbor, ArraysHaveExactlyTheirCount) {
  const auto pair = [](Reader& reader) { reader.array(2), reader.uint(), reader.uint(); };
  EXPECT_TRUE(reads("820102", pair));
  EXPECT_FALSE(reads("83010203", pair));
  EXPECT_FALSE(reads("8101", pair));
  EXPECT_FALSE(reads("82 01", pair));
  EXPECT_FALSE(reads("a10102", pair)) << "a map is no array";
}

TEST(Cbor, CountsThatTheInputDoesNotHoldAreRefusedBeforeAnythingIsMadeForThem) {
  constexpr std::size_t kAny = ~std::size_t{0};
  const auto list = [](Reader& reader) { EXPECT_EQ(reader.array_of(kAny), 0U); };
  EXPECT_FALSE(reads("9bffffffffffffffff", list));
  EXPECT_FALSE(reads("9affffffff 00", list));
  EXPECT_FALSE(reads("82 00", list));
  const auto map = [](Reader& reader) { EXPECT_EQ(reader.map_of(kAny), 0U); };
  EXPECT_FALSE(reads("bbffffffffffffffff", map));
  EXPECT_FALSE(reads("a2 000100", map));
  const auto three = [](Reader& reader) { EXPECT_EQ(reader.array_of(3), 0U); };
  EXPECT_FALSE(reads("8400000000", three)) << "more than the caller takes";
}

TEST(Cbor, KeysOfMapsRise) {
  EXPECT_TRUE(is_good("a2 0100 0200"));
  EXPECT_TRUE(is_good("a2 1700 181800")) << "numbers";
  EXPECT_TRUE(is_good("a2 0100 6000")) << "a number before a text";
  EXPECT_TRUE(is_good("a2 616200 62616100")) << "by their encoding: the shorter text first";
  EXPECT_FALSE(is_good("a2 0200 0100"));
  EXPECT_FALSE(is_good("a2 62616100 616200"));
  EXPECT_FALSE(is_good("a2 6000 0100"));
  EXPECT_FALSE(is_good("a2 0100 0100")) << "twice the same";
  EXPECT_FALSE(is_good("81 a2 0200 0100")) << "also further in";
}

TEST(Cbor, NestingEndsAtEight) {
  EXPECT_TRUE(is_good("8181818181818180"));
  EXPECT_FALSE(is_good("818181818181818180"));
  EXPECT_TRUE(is_good("81818181818181a10000"));
  EXPECT_FALSE(is_good("8181818181818181a10000"));
  EXPECT_FALSE(is_good(std::string(200'000, '8') + "0"));
  const Bytes six = from_hex("818181818180");
  Reader within(six);
  EXPECT_EQ(within.skip(2).size(), six.size());
  Reader too_deep(six);
  EXPECT_TRUE(too_deep.skip(3).empty());
  EXPECT_FALSE(too_deep.ok());
}

TEST(Cbor, BytesBehindAnItemAreRefused) {
  EXPECT_FALSE(is_good("0000"));
  EXPECT_FALSE(is_good(""));
  EXPECT_TRUE(is_deterministic(from_hex("0000"), 2));
  EXPECT_FALSE(is_deterministic(from_hex("00"), 2));
}

TEST(Cbor, SkippingReturnsTheBytesOfTheItem) {
  const Bytes in = from_hex("82 a1016161 4200ff 05");
  Reader reader(in);
  EXPECT_EQ(hex(reader.skip()), "82a10161614200ff");
  EXPECT_EQ(reader.uint(), 5U);
  EXPECT_TRUE(reader.done());
}

TEST(Cbor, AfterARefusalEverythingIsEmptyAndStaysRefused) {
  const Bytes in = from_hex("20 01 4101 6161 f5 f6 8101");
  Reader reader(in);
  EXPECT_EQ(reader.uint(), 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_TRUE(reader.rest().empty());
  EXPECT_EQ(reader.uint(), 0U);
  EXPECT_TRUE(reader.bytes(9).empty());
  EXPECT_TRUE(reader.text(9).empty());
  EXPECT_FALSE(reader.boolean());
  EXPECT_FALSE(reader.take_null());
  EXPECT_EQ(reader.array_of(9), 0U);
  EXPECT_TRUE(reader.skip().empty());
  EXPECT_FALSE(reader.done()) << "the input is used up, and it was wrong";
}

TEST(Cbor, ANullIsTakenOnlyWhereThereIsOne) {
  const Bytes in = from_hex("f6 00");
  Reader reader(in);
  EXPECT_TRUE(reader.take_null());
  EXPECT_FALSE(reader.take_null());
  EXPECT_EQ(reader.uint(), 0U);
  EXPECT_TRUE(reader.done());
}

// ---- against another implementation

using Json = nlohmann::ordered_json;

bool is_of_the_protocol(const Json& json, std::size_t depth = 0) {
  if (json.is_structured() && depth >= kNestingMax) return false;
  switch (json.type()) {
    case Json::value_t::object: {
      const std::string* before = nullptr;
      for (const auto& [key, value] : json.items()) {
        if (!is_of_the_protocol(Json(key), depth + 1) || !is_of_the_protocol(value, depth + 1)) {
          return false;
        }
        // By their encoding: the length stands first.
        if (before != nullptr && std::pair(before->size(), *before) >= std::pair(key.size(), key)) {
          return false;
        }
        before = &key;
      }
      return true;
    }
    case Json::value_t::array:
      for (const auto& value : json) {
        if (!is_of_the_protocol(value, depth + 1)) return false;
      }
      return true;
    case Json::value_t::string:
      try {
        static_cast<void>(json.dump());  // throws for what is not UTF-8
        return true;
      } catch (const Json::type_error&) {
        return false;
      }
    case Json::value_t::number_integer:
    case Json::value_t::number_float:
    case Json::value_t::discarded:
      return false;
    default:
      return true;
  }
}

// It takes longer forms too, but writes the shortest.
bool other_takes(const Bytes& bytes) {
  try {
    const Json json = Json::from_cbor(bytes, true, false);
    return is_of_the_protocol(json) && Json::to_cbor(json) == bytes;
  } catch (const Json::out_of_range&) {  // counts that no memory holds
    return false;
  }
}

bool has_other_keys(const cddl::Item& item) {
  for (std::size_t index = 0; index < item.items.size(); ++index) {
    const bool is_key = item.kind == cddl::Item::Kind::kMap && index % 2 == 0;
    if (is_key && item.items[index].kind != cddl::Item::Kind::kText) return true;
    if (has_other_keys(item.items[index])) return true;
  }
  return false;
}

Json random_json(cddl::Random& random, std::size_t depth) {
  const std::uint64_t kind = random() % (depth < 9 ? 8 : 6);
  const auto text = [&random] {
    std::string made(random() % 4, 'a');
    for (char& c : made) c = static_cast<char>(random() % 8 == 0 ? random() : 'a' + random() % 3);
    return made;
  };
  switch (kind) {
    case 0:
      return test::kHeadBounds[random() % test::kHeadBounds.size()];
    case 1:
      return text();
    case 2:
      return Json::binary(std::vector<std::uint8_t>(random() % 30));
    case 3:
      return random() % 2 == 0;
    case 4:
      return nullptr;
    case 5:
      return random() % 3 == 0 ? Json(-3) : random() % 3 == 0 ? Json(1.5) : Json(random() % 30);
    case 6: {
      Json list = Json::array();
      for (std::uint64_t left = 1 + random() % 3; left > 0; --left) {
        list.push_back(random_json(random, depth + 1));
      }
      return list;
    }
    default: {
      Json map = Json::object();
      for (std::uint64_t left = random() % 3; left > 0; --left) {
        map[text()] = random_json(random, depth + 1);
      }
      return map;
    }
  }
}

TEST(Cbor, TakesWhatAnotherImplementationTakesAndWritesAlike) {
  std::size_t taken = 0;
  for (std::uint64_t seed = 0; seed < 40'000; ++seed) {
    cddl::Random random(seed);
    Bytes bytes = Json::to_cbor(random_json(random, 0));
    for (std::uint64_t changes = random() % 3; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    }
    const auto item = cddl::decode(bytes);
    // nlohmann's maps have texts for keys.
    if (item && has_other_keys(*item)) continue;
    ASSERT_EQ(is_deterministic(bytes), other_takes(bytes)) << seed << ": " << hex(bytes);
    if (is_deterministic(bytes)) ++taken;
  }
  EXPECT_GT(taken, 5'000U);
}

}  // namespace
}  // namespace zerofc::cbor
