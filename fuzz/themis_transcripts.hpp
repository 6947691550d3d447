// The recorded sessions of vectors/themis-0.15.json, so that genuine messages get all the way in.
#pragma once

#include <memory>

#include "fuzz/themis_input.hpp"
#include "session_vectors.hpp"

namespace themis::fuzz {

// Index 0: we are the client, 1: the server.
inline const testing::Transcript& transcript(std::size_t index) {
  static const auto kTranscripts = testing::load_transcripts(ZEROFC_VECTORS);
  return *kTranscripts.at(index);
}

}  // namespace themis::fuzz
