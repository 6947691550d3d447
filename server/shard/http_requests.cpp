// HTTP on the connections of a shard, up to the upgrade.
#include <utility>

#include "server/http/upgrade.hpp"
#include "server/shard/shard.hpp"

namespace zerofc::server {

// Answers the next request in the buffer, if it is whole. The one after it waits until the answer
// has been sent.
void Shard::take_http(Connection& connection, HttpState& http) {
  if (!may_take(connection)) return;
  const std::size_t head_max = shared_->limits.http.header_bytes_max;
  const UnixSeconds time = to_seconds(now().wall);
  const auto end = find_end_of_head(http.buffer, http.searched);
  if (end ? *end > head_max : http.buffer.size() > head_max)
    return answer(connection, Site::refuse(RequestError::kHeaderTooLarge, time));
  if (!end) {
    http.searched = http.buffer.size();
    return;
  }
  const auto parsed = parse_request(std::string_view(http.buffer).substr(0, *end));
  http.buffer.erase(0, *end);
  http.searched = 0;
  if (const auto* error = std::get_if<RequestError>(&parsed))
    return answer(connection, Site::refuse(*error, time));
  const auto& request = std::get<Request>(parsed);
  if (wants_upgrade(request)) return upgrade(connection, http, request);
  answer(connection, shared_->site.answer(request, time));
}

void Shard::answer(Connection& connection, Response response) {
  counters_.requests.add();
  connection.out.add(bytes_of(response.head));
  connection.out.add(bytes_of(response.text));
  connection.out.add_asset(response.asset);
  connection.closes = response.close || is_draining_;
  set_deadline(connection, shared_->limits.http.answer_time);
  mark_dirty(connection);
}

void Shard::upgrade(Connection& connection, HttpState& http, const Request& request) {
  const UnixSeconds time = to_seconds(now().wall);
  auto judged = judge_upgrade(request, shared_->site.origins(), time);
  if (auto* refusal = std::get_if<Response>(&judged)) {
    counters_.upgrades_refused.add();
    return answer(connection, std::move(*refusal));
  }
  if (is_draining_) {
    counters_.upgrades_refused.add();
    return answer(connection, Site::busy("shutting-down", "The server is going down.", time));
  }
  if (!shared_->handshakes.take()) {
    counters_.upgrades_refused.add();
    return answer(connection, Site::busy("handshakes-full",
                                         "Too many connections are being made; try again.", time));
  }
  connection.out.add(bytes_of(std::get<Upgrade>(judged).response));
  connection.held = to_bytes(bytes_of(http.buffer));
  connection.state = ChannelState{.channel = Channel(shared_->channel_limits, shared_->identity)};
  connection.resumes = true;
  set_deadline(connection, shared_->limits.connections.handshake_time);
  mark_dirty(connection);
}

}  // namespace zerofc::server
