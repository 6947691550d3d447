// A room in which everybody is live, for attacks that are told step by step.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "sim/evil/evil_server.hpp"
#include "sim/evil/insider.hpp"
#include "sim/oracles.hpp"

namespace zerofc::sim {

class Scene : public ::testing::Test {
 protected:
  static constexpr Millis kSoon = std::chrono::seconds(5);

  Scene();

  [[nodiscard]] Device& olga() { return *world->people[0]; }  // the owner
  [[nodiscard]] Device& ben() { return *world->people[1]; }
  [[nodiscard]] Device& carl() { return *world->people[2]; }
  [[nodiscard]] Device& dora() { return *world->people[3]; }  // not there until she is admitted
  void admit(Device& newcomer);
  void say(Device& one, const std::string& text);
  // The whole of this lie, once, at the first occasion.
  void lie(std::string_view name);
  void stop_lying();
  [[nodiscard]] const Server::Hosted& room() const { return *world->server.find(*room_id()); }
  [[nodiscard]] std::optional<RoomId> room_id() const { return world->people[0]->room(); }
  [[nodiscard]] std::size_t log_size() const { return room().store.log().size(); }
  [[nodiscard]] Bytes entry(Seq seq) const { return room().store.log().at(seq).bytes; }
  [[nodiscard]] static bool shows(const Device& one, const std::string& text);
  // Nobody was deceived, nothing went to a stranger.
  void expect_nobody_deceived(const Latitude& latitude = {});
  // All show the same, nobody was told of anything, and all are at rest.
  void expect_nothing_happened();

  std::unique_ptr<World> world;
  std::unique_ptr<Device> stranger;
  Mutation mutation;
  std::unique_ptr<EvilServer> evil;
};

}  // namespace zerofc::sim
