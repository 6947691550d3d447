// themis-vectors FILE…: replays files of test vectors; exit code 0 if every vector passed.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "vectors.hpp"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: themis-vectors FILE...\n");
    return 2;
  }
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t unsupported = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file) {
      std::fprintf(stderr, "%s: can't be read\n", argv[i]);
      ++failed;
      continue;
    }
    const auto report = themis::testing::replay_vectors(text);
    for (const auto& failure : report.failures) {
      std::fprintf(stderr, "%s: %s\n", argv[i], failure.c_str());
    }
    passed += report.passed;
    failed += report.failures.size();
    unsupported += report.refused_as_unsupported;
  }
  if (unsupported > 0) {
    std::printf("%zu of the passed use a key that isn't P-256, refused as unsupported by design\n",
                unsupported);
  }
  std::printf("%zu passed, %zu failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
