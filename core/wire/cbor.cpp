#include "core/wire/cbor.hpp"

#include <algorithm>

namespace zerofc::cbor {
namespace {

constexpr std::uint8_t kUint = 0;
constexpr std::uint8_t kBytes = 2;
constexpr std::uint8_t kText = 3;
constexpr std::uint8_t kArray = 4;
constexpr std::uint8_t kMap = 5;
constexpr std::uint8_t kFalse = 0xf4;
constexpr std::uint8_t kTrue = 0xf5;
constexpr std::uint8_t kNull = 0xf6;

// Bytewise lexicographic order of the encoded keys (RFC 8949, 4.2.1).
bool rises(BytesView before, BytesView after) {
  return std::lexicographical_compare(before.begin(), before.end(), after.begin(), after.end());
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<std::uint8_t>(text[at]);
    std::size_t more = 0;
    std::uint32_t point = first;
    std::uint32_t least = 0;
    if (first >= 0x80) {
      if (first >= 0xc2 && first <= 0xdf) {
        more = 1, point = first & 0x1fU, least = 0x80;
      } else if (first >= 0xe0 && first <= 0xef) {
        more = 2, point = first & 0x0fU, least = 0x800;
      } else if (first >= 0xf0 && first <= 0xf4) {
        more = 3, point = first & 0x07U, least = 0x10000;
      } else {
        return false;
      }
    }
    if (text.size() - at <= more) return false;
    for (std::size_t index = 1; index <= more; ++index) {
      const auto next = static_cast<std::uint8_t>(text[at + index]);
      if ((next & 0xc0U) != 0x80) return false;
      point = (point << 6U) | (next & 0x3fU);
    }
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    at += more + 1;
  }
  return true;
}

std::uint64_t Reader::head(std::uint8_t major) {
  if (in_.empty() || in_[0] >> 5U != major) {
    refuse();
    return 0;
  }
  const unsigned info = in_[0] & 0x1fU;
  if (info < 24) {
    in_ = in_.subspan(1);
    return info;
  }
  // 28 to 30 are reserved, 31 stands for an indefinite length.
  const std::size_t size = info > 27 ? 0 : std::size_t{1} << (info - 24);
  if (size == 0 || in_.size() <= size) {
    refuse();
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t index = 1; index <= size; ++index) value = (value << 8U) | in_[index];
  in_ = in_.subspan(1 + size);
  const std::uint64_t least = size == 1 ? 24 : std::uint64_t{1} << (4 * size);
  if (value >= least) return value;
  refuse();
  return 0;
}

std::uint64_t Reader::uint(std::uint64_t end) {
  const std::uint64_t value = head(kUint);
  if (value < end) return value;
  refuse();
  return 0;
}

bool Reader::boolean() {
  if (in_.empty() || (in_[0] != kTrue && in_[0] != kFalse)) {
    refuse();
    return false;
  }
  const bool value = in_[0] == kTrue;
  in_ = in_.subspan(1);
  return value;
}

BytesView Reader::string(std::uint8_t major, std::size_t max, std::size_t min) {
  const std::uint64_t size = head(major);
  if (!ok_ || size > max || size < min || size > in_.size()) {
    refuse();
    return {};
  }
  const auto taken = in_.first(static_cast<std::size_t>(size));
  in_ = in_.subspan(static_cast<std::size_t>(size));
  return taken;
}

BytesView Reader::bytes(std::size_t max, std::size_t min) { return string(kBytes, max, min); }

std::string_view Reader::text(std::size_t max, std::size_t min) {
  const auto text = text_of(string(kText, max, min));
  if (is_utf8(text)) return text;
  refuse();
  return {};
}

bool Reader::take_null() {
  if (in_.empty() || in_[0] != kNull) return false;
  in_ = in_.subspan(1);
  return true;
}

void Reader::array(std::size_t count) {
  if (head(kArray) != count) refuse();
}

std::size_t Reader::array_of(std::size_t max) {
  const std::uint64_t count = head(kArray);
  // An element has at least one byte.
  if (count <= max && count <= in_.size()) return static_cast<std::size_t>(count);
  refuse();
  return 0;
}

std::size_t Reader::map_of(std::size_t max) {
  const std::uint64_t pairs = head(kMap);
  if (pairs <= max && pairs <= in_.size() / 2) return static_cast<std::size_t>(pairs);
  refuse();
  return 0;
}

void Reader::label(std::string_view expected) {
  if (text(expected.size()) != expected) refuse();
}

BytesView Reader::skip(std::size_t enclosing) {
  const BytesView before = in_;
  skip_item(enclosing);
  return ok_ ? before.first(before.size() - in_.size()) : BytesView();
}

// NOLINTNEXTLINE(misc-no-recursion): at most kNestingMax deep
void Reader::skip_item(std::size_t enclosing) {
  if (in_.empty()) return refuse();
  const std::uint8_t first = in_[0];
  switch (first >> 5U) {
    case kUint:
      head(kUint);
      return;
    case kBytes:
      bytes(in_.size());
      return;
    case kText:
      text(in_.size());
      return;
    case kArray: {
      if (enclosing >= kNestingMax) return refuse();
      const std::size_t count = array_of(in_.size());
      for (std::size_t index = 0; index < count && ok_; ++index) skip_item(enclosing + 1);
      return;
    }
    case kMap: {
      if (enclosing >= kNestingMax) return refuse();
      const std::size_t pairs = map_of(in_.size());
      BytesView before;
      for (std::size_t index = 0; index < pairs && ok_; ++index) {
        const BytesView key = skip(enclosing + 1);
        if (ok_ && index > 0 && !rises(before, key)) return refuse();
        before = key;
        skip_item(enclosing + 1);
      }
      return;
    }
    default:
      if (first != kFalse && first != kTrue && first != kNull) return refuse();
      in_ = in_.subspan(1);
  }
}

bool is_deterministic(BytesView bytes, std::size_t items) {
  Reader reader(bytes);
  for (std::size_t index = 0; index < items && reader.ok(); ++index) reader.skip();
  return reader.done();
}

}  // namespace zerofc::cbor
