#include "core/member/out.hpp"

#include <algorithm>
#include <utility>

#include "core/member/ui/ui_codec.hpp"

namespace zerofc::member {
namespace {

WipedBuffer encoded(const ui::Patch& patch) {
  WipedBuffer bytes;
  if (ui::encode_patch(patch, bytes)) return bytes;
  // A field breaks its limit: a fault of the core. The page is told, so that it isn't lost
  // silently.
  const bool told = ui::encode_patch(ui::patch::Problem{.code = ui::ProblemCode::kInternal}, bytes);
  static_cast<void>(told);  // constant, and within every limit
  return bytes;
}

// The record that an element of either list is about.
template <class List>
auto find_record(List& list, RecordType type, std::uint64_t index) {
  return std::find_if(list.begin(), list.end(), [&](const auto& element) {
    return element.type == type && element.index == index;
  });
}

}  // namespace

void Out::send(const Frame& frame) { frames_.push_back(encode(frame)); }

void Out::put(RecordType type, std::uint64_t index, WipedBuffer content) {
  if (const auto gone = find_record(erased_, type, index); gone != erased_.end()) {
    erased_.erase(gone);
  }
  if (const auto older = find_record(puts_, type, index); older != puts_.end()) {
    older->content = std::move(content);
    return;
  }
  puts_.push_back(RoomRecord{.type = type, .index = index, .content = std::move(content)});
}

void Out::erase(RecordType type, std::uint64_t index) {
  if (const auto put = find_record(puts_, type, index); put != puts_.end()) puts_.erase(put);
  if (find_record(erased_, type, index) == erased_.end()) {
    erased_.push_back(Erased{.type = type, .index = index});
  }
}

void Out::patch(const ui::Patch& patch) { patches_.push_back(encoded(patch)); }

void Out::patch_when_stored(const ui::Patch& patch) {
  patches_when_stored_.push_back(encoded(patch));
}

}  // namespace zerofc::member
