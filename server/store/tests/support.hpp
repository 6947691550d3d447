// What the tests of the stores share: batches that read like what happens in a room.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/store/store.hpp"

namespace zerofc::server::test {

// A value of its type for each number.
template <class Value>
Value numbered(std::uint64_t number) {
  Value value;
  auto& bytes = value.mutable_bytes();
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[bytes.size() - 1 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  bytes[0] = 0x5A;
  return value;
}
inline RoomId room_id(std::uint64_t number) { return numbered<RoomId>(number); }
inline MemberId member_id(std::uint64_t number) { return numbered<MemberId>(number); }
inline Hash hash_of(std::uint64_t number) { return numbered<Hash>(number); }
inline Bytes text(std::string_view characters) { return to_bytes(bytes_of(characters)); }

inline relay::LogEntry entry(Seq seq, std::uint64_t author, std::uint64_t token,
                             bool is_control = false) {
  relay::LogEntry entry;
  entry.seq = seq;
  entry.is_control = is_control;
  entry.author = member_id(author);
  entry.token = numbered<EntryToken>(token);
  entry.bytes = text("entry " + std::to_string(seq) + " by " + std::to_string(author));
  return entry;
}

inline constexpr std::uint64_t kOwner = 1;

// Creates a room: its genesis is seq 0, by the owner.
inline relay::Batch creation(const RoomId& room) {
  relay::Batch batch;
  batch.room = room;
  batch.creates_room = true;
  batch.entries.push_back(entry(0, kOwner, 0, true));
  batch.head_hash = hash_of(0);
  return batch;
}

// Appends `count` messages of one author from `first` on; their tokens are their seqs.
inline relay::Batch messages(const RoomId& room, Seq first, std::size_t count,
                             std::uint64_t author = kOwner) {
  relay::Batch batch;
  batch.room = room;
  for (Seq seq = first; seq < first + count; ++seq) {
    batch.entries.push_back(entry(seq, author, seq));
  }
  batch.head_hash = hash_of(first + count - 1);
  return batch;
}

template <class T>
T must(StoreResult<T> result) {
  if (!result) throw std::runtime_error("the store failed in set-up");
  return std::move(*result);
}

inline relay::BatchResult commit_one(Store& store, const relay::Batch& batch) {
  return store.commit(std::span(&batch, 1)).at(0);
}

inline testing::AssertionResult committed(const relay::BatchResult& result) {
  if (std::holds_alternative<relay::Committed>(result)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "alternative " << result.index();
}
inline testing::AssertionResult failed_with(const relay::BatchResult& result,
                                            relay::StoreFailure failure) {
  const auto* failed = std::get_if<relay::StoreFailure>(&result);
  if (failed == nullptr) return testing::AssertionFailure() << "alternative " << result.index();
  if (*failed == failure) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "failure " << static_cast<int>(*failed);
}
template <class T>
testing::AssertionResult failed_with(const StoreResult<T>& result, StoreError error) {
  if (result) return testing::AssertionFailure() << "succeeded";
  if (result.error() == error) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "error " << static_cast<int>(result.error());
}

inline relay::ReadRequest from_to(Seq from, Seq end) {
  relay::ReadRequest request;
  request.from = from;
  request.end = end;
  request.entries_max = 1000;
  request.bytes_max = std::size_t{1} << 20;
  return request;
}

inline std::vector<Seq> seqs_of(const relay::ReadResult& result) {
  std::vector<Seq> seqs;
  for (const auto& entry : result.entries) seqs.push_back(entry.seq);
  return seqs;
}

// All that a reader sees of a room, to compare before and after.
inline std::string everything(StoreReader& reader, const RoomId& room) {
  const auto append = [](std::string& out, BytesView bytes) {
    out.append(text_of(bytes)).append("|");
  };
  std::string out;
  const auto image = must(reader.load(room));
  if (!image) return "no room";
  out += std::to_string(image->next_seq) + ":";
  append(out, image->head_hash.view());
  out += std::to_string(image->log_bytes) + " bytes|";
  for (const auto& [seq, bytes] : image->control_entries) {
    out += "control " + std::to_string(seq) + ":";
    append(out, bytes);
  }
  for (const auto& record : image->records) {
    out += "record " + std::to_string(static_cast<int>(record.kind)) + ":";
    append(out, record.key);
    append(out, record.value);
  }
  for (const auto& read : must(reader.read(room, from_to(0, image->next_seq))).entries) {
    out += "entry " + std::to_string(read.seq) + ":";
    append(out, read.bytes);
  }
  return out;
}

}  // namespace zerofc::server::test
