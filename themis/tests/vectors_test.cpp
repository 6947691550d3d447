// The official vectors, and proof that the replay would notice if they didn't hold.
#include "vectors.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

namespace themis::testing {
namespace {

using Json = nlohmann::json;

std::string official_file() {
  std::ifstream file(ZEROFC_SOURCE_DIR "/vectors/themis-0.15.json", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::size_t failures_in(const Json& file) { return replay_vectors(file.dump()).failures.size(); }

TEST(Vectors, EveryOfficialVectorPasses) {
  const VectorReport report = replay_vectors(official_file());
  for (const auto& failure : report.failures) ADD_FAILURE() << failure;
  EXPECT_EQ(report.passed, 333U);
  EXPECT_EQ(report.refused_as_unsupported, 2U) << "the P-384 key and the message signed with it";
}

TEST(Vectors, AGroupOfUnknownNameIsAFailure) {
  Json file = Json::parse(official_file());
  file["cell_unknown"] = Json::array();
  EXPECT_EQ(failures_in(file), 1U);
}

TEST(Vectors, AnOperationOfUnknownNameIsAFailure) {
  Json file = Json::parse(official_file());
  file["negative"].push_back({{"op", "cell_unknown"}, {"name", "x"}});
  EXPECT_EQ(failures_in(file), 1U);
}

TEST(Vectors, AnEntryThatLacksAMemberIsAFailure) {
  Json file = Json::parse(official_file());
  file["negative"].push_back({{"op", "cell_seal"}, {"name", "x"}, {"key", "00"}});
  file["cell_seal"][0].erase("plaintext");
  EXPECT_EQ(failures_in(file), 2U);
}

TEST(Vectors, AGenuineMessageAmongTheNegativeOnesIsAFailure) {
  Json file = Json::parse(official_file());
  Json entry = file["cell_seal"][0];
  entry["op"] = "cell_seal";
  file["negative"].push_back(entry);
  EXPECT_EQ(failures_in(file), 1U);
}

TEST(Vectors, AChangedExpectationOfEachGroupIsAFailure) {
  const auto changed = [](std::string hex) {
    hex.back() = hex.back() == '0' ? '1' : '0';
    return hex;
  };
  Json file = Json::parse(official_file());
  const auto change = [&](const char* group, const char* member) {
    Json& value = file[group][0][member];
    value = changed(value.get<std::string>());
  };
  change("crc32c", "crc_wire");
  change("kdf", "out");
  change("cell_seal", "plaintext");
  change("cell_token_protect", "plaintext");
  change("cell_context_imprint", "data");
  change("message_signed", "plaintext");
  change("message_encrypted", "plaintext");
  change("session", "master_key");  // stands in the key schedule only
  Json& wrapped = file["session"][1]["from_us"][0]["wrapped"];
  wrapped = changed(wrapped.get<std::string>());
  EXPECT_EQ(failures_in(file), 9U);
}

TEST(Vectors, WhatIsNotAVectorFileIsAFailure) {
  for (const char* text : {"", "nonsense", "[]", "{}", R"({"meta":{}})"}) {
    EXPECT_FALSE(replay_vectors(text).failures.empty()) << text;
  }
  EXPECT_FALSE(
      replay_vectors(R"({"meta":{"format":"themis-vectors","version":1}})").failures.empty())
      << "a file without vectors";
}

}  // namespace
}  // namespace themis::testing
