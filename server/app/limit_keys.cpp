#include "server/app/limit_keys.hpp"

#include <array>
#include <chrono>
#include <type_traits>

namespace zerofc::server {
namespace {

// Times are whole seconds in the file, counts and sizes what they are.
template <class Value>
void assign(Value& to, std::uint64_t value) {
  if constexpr (std::is_arithmetic_v<Value>) {
    to = static_cast<Value>(value);
  } else {
    to = std::chrono::duration_cast<Value>(std::chrono::seconds(static_cast<std::int64_t>(value)));
  }
}
template <class Value>
std::uint64_t number(const Value& from) {
  if constexpr (std::is_arithmetic_v<Value>) {
    return static_cast<std::uint64_t>(from);
  } else {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(from).count());
  }
}

// `where` returns a reference to the limit.
template <auto kWhere>
constexpr LimitKey key(std::string_view name, std::uint64_t min, std::uint64_t max) {
  return {name, min, max,
          [](AllLimits limits, std::uint64_t value) { assign(kWhere(limits), value); },
          [](AllLimits limits) { return number(kWhere(limits)); }};
}

constexpr std::uint64_t kHour = 3600;
constexpr std::uint64_t kDay = 24 * kHour;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

constexpr auto kKeys = std::to_array<LimitKey>({
    key<[](AllLimits l) -> auto& { return l.server.connections.connections_max; }>("connections", 1,
                                                                                   1'000'000),
    key<[](AllLimits l) -> auto& { return l.server.connections.handshakes_max; }>("handshakes", 1,
                                                                                  100'000),
    key<[](AllLimits l) -> auto& { return l.server.connections.handshake_time; }>(
        "handshake-seconds", 1, kHour),
    key<[](AllLimits l) -> auto& { return l.server.connections.first_frame_time; }>(
        "first-frame-seconds", 1, kHour),
    key<[](AllLimits l) -> auto& { return l.server.connections.idle_time; }>("idle-seconds", 5,
                                                                             kDay),
    key<[](AllLimits l) -> auto& { return l.server.connections.queue_bytes_max; }>(
        "queue-bytes", 512 * 1024, 1024 * kMiB),
    key<[](AllLimits l) -> auto& { return l.server.connections.drain_time; }>("drain-seconds", 1,
                                                                              600),
    key<[](AllLimits l) -> auto& { return l.server.http.header_bytes_max; }>("header-bytes", 1024,
                                                                             64 * 1024),
    key<[](AllLimits l) -> auto& { return l.server.http.header_time; }>("header-seconds", 1, 600),
    key<[](AllLimits l) -> auto& { return l.server.http.answer_time; }>("answer-seconds", 1, kHour),
    key<[](AllLimits l) -> auto& { return l.server.websocket.message_fragments_max; }>(
        "message-fragments", 1, 10'000),
    key<[](AllLimits l) -> auto& { return l.server.websocket.control_frames_max; }>(
        "control-frames-per-minute", 1, 10'000),
    key<[](AllLimits l) -> auto& { return l.server.rooms.rooms_max; }>("rooms", 1, 1'000'000'000),
    key<[](AllLimits l) -> auto& { return l.server.rooms.creates_per_minute_max; }>(
        "room-creates-per-minute", 0, 1'000'000),
    key<[](AllLimits l) -> auto& { return l.server.rooms.idle_room_time; }>("idle-room-seconds", 0,
                                                                            kDay),
    key<[](AllLimits l) -> auto& { return l.relay.members_max; }>("room-members", 2, kMembersMax),
    key<[](AllLimits l) -> auto& { return l.server.store.file_bytes_max; }>("store-bytes",
                                                                            16 * kMiB, kMiB* kMiB),
    // A row of the store has 32 bits for them, and control entries the last 10,000.
    key<[](AllLimits l) -> auto& { return l.relay.log_entries_max; }>("room-entries", 20'000,
                                                                      4'000'000'000),
    key<[](AllLimits l) -> auto& { return l.relay.log_bytes_max; }>("room-bytes", 16 * kMiB,
                                                                    kMiB* kMiB),
    key<[](AllLimits l) -> auto& { return l.relay.live_invites_max; }>("invites-per-member", 1,
                                                                       10'000),
    key<[](AllLimits l) -> auto& { return l.relay.invite_life_max; }>("invite-life-seconds", kHour,
                                                                      365 * kDay),
    key<[](AllLimits l) -> auto& { return l.relay.requests_per_invite_max; }>("requests-per-invite",
                                                                              1, 1000),
    key<[](AllLimits l) -> auto& { return l.relay.requests_max; }>("requests-per-room", 1, 100'000),
    key<[](AllLimits l) -> auto& { return l.relay.appends_burst; }>("appends-burst", 1, 1'000'000),
    key<[](AllLimits l) -> auto& { return l.relay.appends_per_second; }>("appends-per-second", 1,
                                                                         1'000'000),
    key<[](AllLimits l) -> auto& { return l.relay.controls_burst; }>("controls-burst", 1,
                                                                     1'000'000),
    key<[](AllLimits l) -> auto& { return l.relay.controls_per_second; }>("controls-per-second", 1,
                                                                          1'000'000),
    key<[](AllLimits l) -> auto& { return l.relay.append_bytes_burst; }>("append-bytes-burst", kMiB,
                                                                         1024 * kMiB),
    key<[](AllLimits l) -> auto& { return l.relay.append_bytes_per_second; }>(
        "append-bytes-per-second", 1024, 1024 * kMiB),
    key<[](AllLimits l) -> auto& { return l.relay.others_burst; }>("others-burst", 1, 1'000'000),
    key<[](AllLimits l) -> auto& { return l.relay.others_per_second; }>("others-per-second", 1,
                                                                        1'000'000),
    key<[](AllLimits l) -> auto& { return l.relay.waiting_appends_max; }>("waiting-appends", 16,
                                                                          1'000'000),
});

}  // namespace

std::span<const LimitKey> limit_keys() { return kKeys; }

}  // namespace zerofc::server
