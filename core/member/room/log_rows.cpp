#include "core/member/room/log_rows.hpp"

#include "core/member/room/record_codec.hpp"
#include "core/wire/cbor.hpp"

namespace zerofc::member {
namespace {

constexpr std::string_view kLabel = "0fc log";
constexpr std::size_t kRowFields = 14;
constexpr std::uint64_t kItemKinds = 21;
constexpr std::uint64_t kReasons = 11;

void write_row(cbor::SecretWriter& out, const Row& row) {
  out.array(kRowFields).uint(row.seq).id(row.hash);
  write(out, row.kind);
  write(out, row.author);
  write(out, row.token);
  write(out, row.at);
  out.text(row.text);
  write(out, row.subject);
  write(out, row.number);
  write(out, row.reason);
  if (row.checked) {
    out.array(4).uint(row.checked->epoch).uint(row.checked->counter).uint(row.checked->seen);
    out.id(row.checked->body);
  } else {
    out.null();
  }
  out.boolean(row.is_message).boolean(row.is_digest).bytes(row.sealed);
}

Row read_row(cbor::Reader& in) {
  Row row;
  in.array(kRowFields);
  row.seq = in.uint();
  row.hash = in.id<Hash>();
  row.kind = read_optional_enum<ui::ItemKind>(in, kItemKinds);
  row.author = read_optional_id<MemberId>(in);
  row.token = read_optional_id<EntryToken>(in);
  row.at = read_optional_uint(in);
  row.text = std::string(in.text(kTextBytesMax));
  row.subject = read_optional_id<MemberId>(in);
  row.number = read_optional_uint(in);
  row.reason = read_optional_enum<ui::RefusalReason>(in, kReasons);
  if (!in.take_null()) {
    in.array(4);
    Row::Checked checked;
    checked.epoch = in.uint(kEpochEnd);
    checked.counter = in.uint();
    checked.seen = in.uint();
    checked.body = in.id<Hash>();
    row.checked = checked;
  }
  row.is_message = in.boolean();
  row.is_digest = in.boolean();
  row.sealed = to_bytes(in.bytes(kFrameBytesMax));
  return row;
}

std::size_t content_of(const Row& row) { return row.text.size() + row.sealed.size(); }
std::size_t size_of(const Row& row) { return 160 + content_of(row); }

}  // namespace

const Row* LogRows::find(Seq seq) const {
  if (seq < first_ || seq - first_ >= rows_.size()) return nullptr;
  return &rows_[static_cast<std::size_t>(seq - first_)];
}

Row* LogRows::change(Seq seq) {
  if (seq < first_ || seq - first_ >= rows_.size()) return nullptr;
  const auto place = static_cast<std::size_t>(seq - first_);
  stretches_.touch(place);
  return &rows_[place];
}

std::optional<Hash> LogRows::hash_at(Seq seq) const {
  if (const Row* row = find(seq)) return row->hash;
  if (before_ && seq + 1 == first_) return before_;
  return std::nullopt;
}

Row& LogRows::add(Row row) {
  row.seq = next();
  stretches_.add(size_of(row));
  content_bytes_ += content_of(row);
  rows_.push_back(std::move(row));
  index(rows_.back());
  return rows_.back();
}

Row LogRows::without_content(Seq seq) const {
  const Row& held = *find(seq);
  Row row;
  row.seq = held.seq;
  row.hash = held.hash;
  row.author = held.author;
  row.token = held.token;
  row.is_message = held.is_message;
  return row;
}

Row& LogRows::replace(Row row) {
  Row& held = *change(row.seq);
  content_bytes_ -= content_of(held);
  held = std::move(row);
  content_bytes_ += content_of(held);
  return held;
}

std::optional<Seq> LogRows::forget_oldest() {
  if (content_bytes_ <= kContentBytesMax) return std::nullopt;
  // Hashes and what later messages are compared with stay; what is shown goes.
  while (content_bytes_ > kContentBytesKept && forgotten_ + 1 < rows_.size()) {
    Row& row = rows_[forgotten_];
    content_bytes_ -= content_of(row);
    row.text.clear();
    row.text.shrink_to_fit();
    row.sealed = {};
    row.kind.reset();
    row.number.reset();
    stretches_.touch(forgotten_);
    ++forgotten_;
  }
  Row& first = rows_.front();
  first.kind = ui::ItemKind::kForgotten;
  first.number = forgotten_;
  stretches_.touch(0);
  return first.seq;
}

// The first entry with a token is the one that counts; a checked one before one that was refused.
void LogRows::index(const Row& row) {
  if (row.is_message && row.author && row.token) {
    tokens_.emplace(std::pair(*row.author, *row.token), row.seq);
  }
}

const Row* LogRows::find_token(const MemberId& author, const EntryToken& token) const {
  const auto found = tokens_.find({author, token});
  return found == tokens_.end() ? nullptr : find(found->second);
}

const LogRows::Author* LogRows::author(const MemberId& id) const {
  const auto found = authors_.find(id);
  return found == authors_.end() ? nullptr : &found->second;
}

const Row* LogRows::find_counter(const MemberId& author, Epoch epoch, std::uint64_t counter) const {
  if (epoch != counters_epoch_) return nullptr;
  const auto found = counters_.find({author, counter});
  return found == counters_.end() ? nullptr : find(found->second);
}

void LogRows::note_checked(const Row& row) {
  if (!row.checked || !row.author) return;
  if (row.checked->epoch != counters_epoch_) {
    counters_epoch_ = row.checked->epoch;
    counters_.clear();
  }
  counters_.emplace(std::pair(*row.author, row.checked->counter), row.seq);
  if (row.token) {
    Seq& first = tokens_.emplace(std::pair(*row.author, *row.token), row.seq).first->second;
    if (const Row* refused = find(first); refused == nullptr || !refused->checked) first = row.seq;
  }
  authors_[*row.author] = {row.checked->epoch, row.checked->counter, row.checked->seen};
}

WipedBuffer LogRows::encode(std::size_t begin, std::size_t end) const {
  WipedBuffer content;
  cbor::SecretWriter out(content);
  out.array(4).text(kLabel).uint(first_);
  write(out, before_);
  out.array(end - begin);
  for (std::size_t place = begin; place < end; ++place) write_row(out, rows_[place]);
  return content;
}

void LogRows::put_changed(Out& out) {
  stretches_.take_dirty([&](std::size_t index, std::size_t begin, std::size_t end) {
    out.put(RecordType::kLog, index, encode(begin, end));
  });
}

void LogRows::put_everything(Out& out) const {
  stretches_.each([&](std::size_t index, std::size_t begin, std::size_t end) {
    out.put(RecordType::kLog, index, encode(begin, end));
  });
}

bool LogRows::restore(BytesView record) {
  cbor::Reader in(record);
  in.array(4);
  in.label(kLabel);
  const Seq first = in.uint();
  const auto before = read_optional_id<Hash>(in);
  const std::size_t count = in.array_of(Stretches::kElementsMax);
  if (!in.ok() || count == 0) return false;
  if (rows_.empty()) {
    begin(first, before);
  } else if (first != first_ || before != before_) {
    return false;
  }
  for (std::size_t place = 0; place < count; ++place) {
    Row row = read_row(in);
    if (!in.ok() || row.seq != next()) return false;
    rows_.push_back(std::move(row));
    const Row& added = rows_.back();
    content_bytes_ += content_of(added);
    if (added.kind == ui::ItemKind::kForgotten && added.seq == first_) {
      forgotten_ = static_cast<std::size_t>(added.number.value_or(0));
    }
    index(added);
    note_checked(added);
  }
  stretches_.add_stored(count, record.size());
  return in.done();
}

}  // namespace zerofc::member
