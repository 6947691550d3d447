#include "core/member/testing/subject.hpp"

#include <cstdlib>

namespace zerofc::testing {

Subject Subject::create(Crypto& crypto) {
  Subject subject(crypto);
  member::Out out;
  subject.room_ = must(member::Room::create(subject.context(), out, 1, "the room", {"Olga", 3}));
  subject.take(out);
  return subject;
}

Subject Subject::join(const InviteLink& link, Crypto& crypto) {
  Subject subject(crypto);
  member::Out out;
  subject.room_ = must(member::Room::join(subject.context(), out, 1, link, {"Jim", 4}));
  subject.take(out);
  return subject;
}

void Subject::connect(const ServerKeys& server) {
  ending_ = Ending::kKeep;
  call([&](member::Room& room, const member::Context& context, member::Out& out) {
    room.set_server_keys(context, out, server);
    room.connected(context, out);
  });
}

void Subject::give(const Frame& frame) {
  call([&](member::Room& room, const member::Context& context, member::Out& out) {
    room.frame_came(context, out, frame);
  });
}

void Subject::lose() {
  call([](member::Room& room, const member::Context& context, member::Out& out) {
    room.disconnected(context, out);
  });
}

void Subject::pass(std::chrono::milliseconds time) {
  const auto end = now.steady + time;
  for (int ticks = 0; room_->deadline() && *room_->deadline() <= end; ++ticks) {
    if (ticks > 100'000) std::abort();  // a deadline that never goes away
    const auto step = std::max(*room_->deadline() - now.steady, std::chrono::milliseconds(0));
    now.steady += step;
    now.wall += step;
    call([](member::Room& room, const member::Context& context, member::Out& out) {
      room.tick(context, out);
    });
  }
  now.wall += end - now.steady;
  now.steady = end;
}

bool Subject::restart() {
  std::vector<member::RoomRecord> stored;
  for (const auto& [record, content] : records) {
    stored.push_back({record.first, record.second, WipedBuffer(content.begin(), content.end())});
  }
  auto loaded = member::Room::load(context(), std::move(stored));
  if (!loaded) return false;
  room_ = std::move(*loaded);
  page = {};
  sent_.clear();
  call([](member::Room& room, const member::Context& context, member::Out& out) {
    room.show(context, out);
  });
  return true;
}

void Subject::say(std::string_view text) {
  call([&](member::Room& room, const member::Context& context, member::Out& out) {
    room.send_text(context, out, ++last_ref_, text);
  });
}

std::vector<Sent> Subject::take_sent() { return std::exchange(sent_, {}); }

std::vector<ShownItem> Subject::history() {
  Page pages;
  std::optional<Seq> before;
  do {
    member::Out out;
    room_->history_before(out, before, 7);
    pages.has_older = false;
    for (const WipedBuffer& patch : out.patches()) pages.show(patch);
    if (!pages.items.empty()) before = pages.items.begin()->first;
  } while (pages.has_older);
  std::vector<ShownItem> items;
  for (const auto& [seq, item] : pages.items) items.push_back(item);
  return items;
}

std::optional<ShownItem> Subject::item(Seq seq) {
  for (const ShownItem& item : history()) {
    if (item.seq == seq) return item;
  }
  return std::nullopt;
}

void Subject::take(member::Out& out) {
  for (const WipedBuffer& patch : out.patches()) page.show(patch);
  for (const auto& put : out.puts()) {
    if (put.type == member::RecordType::kRoom) ++writes_of_the_room;
    records[{put.type, put.index}] = Bytes(put.content.begin(), put.content.end());
  }
  for (const auto& erased : out.erased()) records.erase({erased.type, erased.index});
  for (const WipedBuffer& patch : out.patches_when_stored()) page.show(patch);
  for (const Bytes& frame : out.frames()) {
    const EncodedCounter counter = encode_counter(0);
    auto plaintext = std::make_shared<Bytes>(to_bytes(counter.view()));
    plaintext->insert(plaintext->end(), frame.begin(), frame.end());
    auto decoded = decode_frame(*plaintext);
    if (!decoded) std::abort();
    sent_.push_back({plaintext, std::move(decoded->frame)});
  }
  if (out.connection() != Ending::kKeep) ending_ = out.connection();
}

}  // namespace zerofc::testing
