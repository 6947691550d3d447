#include "tests/world/device.hpp"

#include <algorithm>

#include "core/wire/invite_link.hpp"

namespace zerofc::world {
namespace {

constexpr std::string_view kOrigin = "https://world.test";
constexpr std::uint64_t kInviteSeconds = 86'400;
constexpr Millis kFastest{1};
constexpr Millis kSlowestWrite{60};
constexpr Millis kSlowestReconnect{1500};
constexpr Millis kSlowestStart{3000};

}  // namespace

member::Context Device::context() const { return {*crypto_, scheduler_->now(), kOrigin}; }

template <class Call>
void Device::with_room(const Call& call) {
  if (!room_) return;
  member::Out out;
  call(*room_, out);
  take(out);
}

void Device::create() {
  member::Out out;
  room_ = member::Room::create(context(), out, next_ref(), "the room", {name(), 1}).value();
  take(out);
}

void Device::join(const std::string& link) {
  const auto opened = decode_link(link);
  member::Out out;
  room_ = member::Room::join(context(), out, next_ref(), opened->link, {name(), 2}).value();
  take(out);
}

// ---- what the person does

void Device::say(const std::string& text) {
  if (!has_joined()) return;
  const std::uint64_t ref = says(text);
  with_room(
      [&](member::Room& room, member::Out& out) { room.send_text(context(), out, ref, text); });
}

void Device::invite() {
  with_room([&](member::Room& room, member::Out& out) {
    room.create_invite(context(), out, next_ref(), kInviteSeconds);
  });
}

void Device::rotate() {
  with_room([&](member::Room& room, member::Out& out) { room.rotate_key(context(), out); });
}

void Device::leave() {
  if (!has_joined()) return;
  note_leaving();
  with_room([&](member::Room& room, member::Out& out) { room.leave(context(), out); });
}

void Device::read_all() {
  std::optional<Seq> before;
  do {
    page.has_older = false;
    with_room([&](member::Room& room, member::Out& out) { room.history_before(out, before, 50); });
    if (!page.items.empty()) before = page.items.begin()->first;
  } while (page.has_older);
}

bool Device::is_at_rest() const {
  if (!writes_.empty() || !room_) return false;
  if (!has_joined()) return !room_->wants_connection();
  return is_live_ && page.outbox.empty() && !page.rotation.rotating && !page.rotation.missing;
}

// ---- what happens to it

void Device::cut() {
  if (link_) server_->cut(link_);
}

void Device::crash() {
  if (!room_) return;
  if (!writes_.empty() && scheduler_->chance.happens(50)) apply(writes_.front());
  writes_.clear();
  note_crash();
  if (link_) {
    link_->lost = [] {};
    link_->to_client = [](BytesView) {};
    server_->cut(link_);
  }
  link_.reset();
  room_.reset();
  tick_.reset();
  connects_ = is_live_ = false;
  const std::uint64_t life = ++life_;
  scheduler_->in(scheduler_->chance.between(kFastest, kSlowestStart), [this, life] {
    if (life == life_) start();
  });
}

void Device::start() {
  if (durable_.empty()) return;  // it was never stored: this person was never there
  std::vector<member::RoomRecord> records;
  for (const auto& [record, content] : durable_) {
    records.push_back({record.first, record.second, WipedBuffer(content.begin(), content.end())});
  }
  room_ = member::Room::load(context(), std::move(records));
  if (!room_) {
    complain("records that do not fit together");
    return;
  }
  with_room([&](member::Room& room, member::Out& out) { room.show(context(), out); });
  read_all();
  connect_later();
}

// ---- what a room wants done

void Device::take(member::Out& out) {
  const std::uint64_t life = life_;
  for (const WipedBuffer& patch : out.patches()) show(patch);
  Write write;
  for (const auto& put : out.puts()) {
    write.records[{put.type, put.index}] = Bytes(put.content.begin(), put.content.end());
  }
  for (const auto& erased : out.erased()) write.records[{erased.type, erased.index}] = std::nullopt;
  write.frames = std::move(out.frames());
  write.link = link_;
  for (const WipedBuffer& patch : out.patches_when_stored()) {
    write.patches.emplace_back(patch.begin(), patch.end());
  }
  if (write.records.empty() && writes_.empty()) {
    release(write);
  } else if (!write.records.empty() || !write.frames.empty() || !write.patches.empty()) {
    writes_.push_back(std::move(write));
    if (writes_.size() == 1) write_next();
  }
  if (out.has_progress()) is_live_ = out.done() == out.total();
  if (out.connection() != member::Out::Connection::kKeep) {
    if (out.connection() == member::Out::Connection::kProtocolError) {
      complain("the server broke the protocol");
    }
    if (out.connection() == member::Out::Connection::kReplaced) {
      complain("replaced by somebody else");
    }
    if (link_) server_->cut(link_);
  }
  if (life != life_) return;
  plan_tick();
  connect_later();
}

void Device::release(const Write& write) {
  for (const Bytes& patch : write.patches) show(patch);
  for (const Bytes& frame : write.frames) {
    if (write.link && write.link == link_) server_->send(link_, frame);
  }
}

void Device::write_next() {
  scheduler_->in(scheduler_->chance.between(kFastest, kSlowestWrite), [this, life = life_] {
    if (life != life_) return;
    const Write done = std::move(writes_.front());
    writes_.pop_front();
    apply(done);
    release(done);
    // What stores nothing has only waited for its turn.
    while (!writes_.empty() && writes_.front().records.empty()) {
      const Write next = std::move(writes_.front());
      writes_.pop_front();
      release(next);
    }
    if (!writes_.empty()) write_next();
  });
}

void Device::apply(const Write& write) {
  for (const auto& [record, content] : write.records) {
    if (content) {
      durable_[record] = *content;
    } else {
      durable_.erase(record);
    }
  }
}

void Device::show(BytesView patch) {
  page.show(patch);
  note_what_is_stored();
}

void Device::plan_tick() {
  const auto due = room_->deadline();
  if (!due || (tick_ && *tick_ <= *due)) return;
  tick_ = due;
  scheduler_->at(*due, [this, life = life_, time = *due] {
    if (life != life_ || tick_ != time) return;
    tick_.reset();
    count_tick();
    with_room([&](member::Room& room, member::Out& out) { room.tick(context(), out); });
    plan_tick();
  });
}

// ---- its connection

void Device::connect_later() {
  if (link_ || connects_ || !room_ || !room_->wants_connection()) return;
  connects_ = true;
  scheduler_->in(scheduler_->chance.between(kFastest, kSlowestReconnect), [this, life = life_] {
    if (life != life_) return;
    connects_ = false;
    if (room_->wants_connection()) connect();
  });
}

void Device::connect() {
  link_ = server_->connect(room_->session_keys().public_key);
  link_->to_client = [this, link = std::weak_ptr<Link>(link_)](BytesView bytes) {
    if (link.lock() != link_ || link_->is_cut) return;
    const EncodedCounter counter = encode_counter(0);
    Bytes plaintext = to_bytes(counter.view());
    plaintext.insert(plaintext.end(), bytes.begin(), bytes.end());
    const auto decoded = decode_frame(plaintext);
    if (!decoded) {
      complain("a malformed frame from the server");
      return;
    }
    with_room([&](member::Room& room, member::Out& out) {
      room.frame_came(context(), out, decoded->frame);
    });
  };
  link_->lost = [this, link = std::weak_ptr<Link>(link_)] {
    if (const auto gone = link.lock()) lost(gone);
  };
  with_room([&](member::Room& room, member::Out& out) {
    room.set_server_keys(context(), out, server_->keys());
  });
  with_room([&](member::Room& room, member::Out& out) { room.connected(context(), out); });
}

void Device::lost(const std::shared_ptr<Link>& link) {
  if (link != link_) return;
  link_.reset();
  is_live_ = false;
  with_room([&](member::Room& room, member::Out& out) { room.disconnected(context(), out); });
}

}  // namespace zerofc::world
