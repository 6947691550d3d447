#include "server/shard/shard.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace zerofc::server {

Shard::Shard(Shared& shared, std::size_t index)
    : shared_(&shared),
      index_(index),
      rooms_(shared, counters_, *this),
      scratch_(shared.limits.websocket.message_bytes_max) {}

Shard::~Shard() = default;

// ---- the loop

void Shard::run() {
  const auto work = boost::asio::make_work_guard(loop_);
  while (true) {
    const auto due = next_due();
    const auto before = now().steady;
    now_is_stale_ = true;  // whatever wakes the loop looks at the clock first
    if (due) {
      loop_.run_one_for(std::max(*due - before, std::chrono::milliseconds(0)));
    } else {
      loop_.run_one();
    }
    for (int i = 0; i < kHandlersPerTurn && loop_.poll_one() > 0; ++i) {
    }
    end_turn();
    if (is_draining_ && is_drained_out()) break;
  }
  connections_.for_each([this](Connection& connection) { remove(connection); });
}

std::optional<std::chrono::milliseconds> Shard::next_due() const {
  std::optional<std::chrono::milliseconds> due = due_.next();
  if (const auto of_rooms = rooms_.next_due(); of_rooms && (!due || *of_rooms < *due))
    due = of_rooms;
  if (is_draining_ && (!due || drain_end_ < *due)) due = drain_end_;
  return due;
}

void Shard::end_turn() {
  rooms_.handle_due();
  const std::chrono::milliseconds time = now().steady;
  while (const auto entry = due_.take(time)) {
    Connection* connection = connections_.find(entry->second);
    if (connection != nullptr && due_.has_come(connection->deadline, *entry, time))
      expire(*connection);
  }
  // Whoever is removed may leave others something to be told, and so on.
  while (!dirty_.empty() || !doomed_.empty()) {
    handled_.clear();
    handled_.swap(dirty_);
    for (const ConnectionId id : handled_) {
      if (Connection* connection = connections_.find(id)) flush(*connection);
    }
    handled_.clear();
    handled_.swap(doomed_);
    for (const ConnectionId id : handled_) {
      if (Connection* connection = connections_.find(id)) remove(*connection);
    }
  }
}

Now Shard::now() {
  if (std::exchange(now_is_stale_, false)) {
    using std::chrono::milliseconds;
    now_.wall = std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
    now_.steady = std::chrono::duration_cast<milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
  }
  return now_;
}

void Shard::post(std::function<void()> task) { boost::asio::post(loop_, std::move(task)); }

void Shard::set_deadline(Connection& connection, std::chrono::milliseconds from_now) {
  due_.set(connection.deadline, connection.id, now().steady + from_now);
}

void Shard::expire(Connection& connection) {
  if (!connection.closes && !std::holds_alternative<Lingering>(connection.state))
    counters_.deadlines.add();
  auto* state = std::get_if<ChannelState>(&connection.state);
  if (state == nullptr || connection.closes) return doom(connection);
  const bool was_busy = state->phase == Phase::kInRoom || state->phase == Phase::kWaiting;
  end_channel(connection, *state, was_busy ? CloseCode::kGoingAway : CloseCode::kPolicyViolation);
}

// ---- adopting

Connection& Shard::add(boost::asio::ip::tcp::socket socket) {
  return connections_.add(
      [&](ConnectionId id) { return std::make_unique<Connection>(id, std::move(socket), pool_); });
}

void Shard::adopt(boost::asio::ip::tcp::socket socket) {
  boost::asio::post(loop_, [this, socket = std::move(socket)]() mutable {
    Connection& connection = add(std::move(socket));
    counters_.connections.add();
    if (is_draining_) return doom(connection);
    set_deadline(connection, shared_->limits.http.header_time);
    want_read(connection);
  });
}

void Shard::adopt(std::shared_ptr<MovedConnection> moved) {
  boost::asio::post(loop_, [this, moved = std::move(moved)] {
    boost::asio::ip::tcp::socket socket(loop_);
    boost::system::error_code error;
    if (socket.assign(moved->protocol, moved->descriptor.get(), error))
      return shared_->connections.give_back();
    static_cast<void>(moved->descriptor.release());
    Connection& connection = add(std::move(socket));
    connection.out.add(moved->waiting_output);
    connection.held = std::move(moved->held_input);
    connection.state = ChannelState{.channel = std::move(moved->channel),
                                    .phase = Phase::kWaiting,
                                    .has_place = false,
                                    .frames_before_room = moved->frames_before_room,
                                    .room = moved->room};
    set_deadline(connection, shared_->limits.connections.idle_time);
    mark_dirty(connection);
    auto& state = std::get<ChannelState>(connection.state);
    if (is_draining_) return say_shutting_down(connection, state);
    enter_room(connection, state, moved->plaintext);
  });
}

// ---- draining

void Shard::drain() {
  boost::asio::post(loop_, [this] { start_draining(); });
}

void Shard::start_draining() {
  if (std::exchange(is_draining_, true)) return;
  drain_end_ = now().steady + shared_->limits.connections.drain_time;
  connections_.for_each([this](Connection& connection) {
    if (auto* state = std::get_if<ChannelState>(&connection.state))
      say_shutting_down(connection, *state);
  });
}

void Shard::say_shutting_down(Connection& connection, ChannelState& state) {
  state.channel.end({FrameCode::kShuttingDown, std::nullopt}, CloseCode::kGoingAway, connection.out,
                    now());
  end_channel(connection, state, CloseCode::kGoingAway);
}

bool Shard::is_drained_out() {
  if (now().steady >= drain_end_) return true;
  bool is_busy = !rooms_.is_quiet();
  connections_.for_each([&](Connection& connection) {
    // A kept-alive connection on which nothing happens is not waited for.
    const bool rests =
        std::holds_alternative<HttpState>(connection.state) && connection.out.empty();
    if (!rests) is_busy = true;
  });
  return !is_busy;
}

}  // namespace zerofc::server
