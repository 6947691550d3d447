// The log as this client holds it: for every processed seq its chain hash, what is shown of it, and
// what later entries are checked against.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/member/out.hpp"
#include "core/member/room/stretches.hpp"
#include "core/member/ui/ui_types.hpp"
#include "core/wire/types.hpp"

namespace zerofc::member {

struct Row {
  Seq seq = 0;
  Hash hash;  // H[seq]
  // Nothing is shown of a row without a kind: a repetition, or a profile that changes nothing.
  std::optional<ui::ItemKind> kind;
  std::optional<MemberId> author;
  std::optional<EntryToken> token;
  std::optional<std::uint64_t> at;  // Unix milliseconds
  std::string text;
  std::optional<MemberId> subject;
  std::optional<std::uint64_t> number;
  std::optional<ui::RefusalReason> reason;

  // Of a message that passed the receivers' checks.
  struct Checked {
    Epoch epoch = 0;
    std::uint64_t counter = 0;
    Seq seen = 0;
    Hash body;  // SHA-256 of the encoded body
  };
  std::optional<Checked> checked;
  bool is_message = false;  // in the log as a message entry or a digest
  bool is_digest = false;
  Bytes sealed;  // the entry, while the key of its epoch is missing
};

class LogRows {
 public:
  // `before`: the hash of the entry before the first row; none if that is the genesis.
  void begin(Seq first, const std::optional<Hash>& before) {
    first_ = first;
    before_ = before;
  }
  [[nodiscard]] Seq first() const { return first_; }
  [[nodiscard]] Seq next() const { return first_ + rows_.size(); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] const std::deque<Row>& rows() const { return rows_; }
  [[nodiscard]] const Row* find(Seq seq) const;
  [[nodiscard]] Row* change(Seq seq);  // the row is written again
  // H[seq], if it is held.
  [[nodiscard]] std::optional<Hash> hash_at(Seq seq) const;
  // The last processed entry. Only if there is a row.
  [[nodiscard]] LogPoint head() const { return {rows_.back().seq, rows_.back().hash}; }

  // Texts, and entries that wait for a key, are kept up to this much: a member that floods the room
  // must not fill the memory of everybody.
  static constexpr std::size_t kContentBytesMax = std::size_t{8} << 20;
  static constexpr std::size_t kContentBytesKept = kContentBytesMax - kContentBytesMax / 8;

  Row& add(Row row);
  // What of this row does not depend on opening it: seq, hash, author, token, that it is a message.
  [[nodiscard]] Row without_content(Seq seq) const;
  // In the place of the row with its seq.
  Row& replace(Row row);
  // Above kContentBytesMax, forgets the content of the oldest rows down to kContentBytesKept. The
  // seq of the one row that stands for them, if it has changed.
  [[nodiscard]] std::optional<Seq> forget_oldest();
  // The message of this author with this token.
  [[nodiscard]] const Row* find_token(const MemberId& author, const EntryToken& token) const;

  // What a message of this author is compared with.
  struct Author {
    Epoch epoch = 0;
    std::uint64_t counter = 0;  // the last in that epoch
    Seq seen = 0;
  };
  [[nodiscard]] const Author* author(const MemberId& id) const;
  // The checked message of this author in this epoch with this counter.
  [[nodiscard]] const Row* find_counter(const MemberId& author, Epoch epoch,
                                        std::uint64_t counter) const;
  // Takes a checked message into account; `row` is one of rows().
  void note_checked(const Row& row);

  void put_changed(Out& out);
  void put_everything(Out& out) const;
  // The record with this index; records come in order of their indices. False: malformed.
  [[nodiscard]] bool restore(BytesView record);

 private:
  [[nodiscard]] WipedBuffer encode(std::size_t begin, std::size_t end) const;
  void index(const Row& row);

  Seq first_ = 0;
  std::optional<Hash> before_;
  std::deque<Row> rows_;
  std::size_t content_bytes_ = 0;
  std::size_t forgotten_ = 0;  // so many rows, from the first on, have no content any more
  Stretches stretches_;
  std::map<std::pair<MemberId, EntryToken>, Seq> tokens_;
  std::map<MemberId, Author> authors_;
  // Of the newest epoch only.
  Epoch counters_epoch_ = 0;
  std::map<std::pair<MemberId, std::uint64_t>, Seq> counters_;
};

}  // namespace zerofc::member
