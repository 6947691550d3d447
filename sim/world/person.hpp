// What a client in a world has for whoever looks on: a name, what its page shows, what it was told,
// and what its person may count on.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/member/testing/page.hpp"
#include "sim/world/outcome.hpp"

namespace zerofc::sim {

class Person {
 public:
  explicit Person(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  // What the server must never see begins with Server::kMarker.
  [[nodiscard]] std::string nickname() const { return "plaintext " + name_; }
  static constexpr std::string_view kRoomName = "plaintext room";
  [[nodiscard]] bool has_joined() const { return page.state == ui::RoomState::kLive; }
  // Of the invites that the page shows as live.
  [[nodiscard]] std::vector<std::string> links() const;
  // What the client under simulation must never do, whoever it talks to.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  [[nodiscard]] std::uint64_t ticks() const { return ticks_; }

  testing::Page page;
  // Everything that the person was told in all lives of the client.
  Outcomes told;
  // Texts that the page said were stored; and those of which it had not been told when the client
  // was killed, or that were unsent when it left: they may be in the log.
  std::vector<std::string> said;
  std::set<std::string> perhaps;

 protected:
  // A text is on its way into the client: the `ref` to send it with.
  std::uint64_t says(const std::string& text);
  std::uint64_t next_ref() { return ++last_ref_; }
  // After each patch.
  void note_what_is_stored();
  void note_what_is_told(const ui::Patch& patch);
  void note_leaving();
  // The page is gone with the client.
  void note_crash();
  void complain(const std::string& complaint) { complaint_ = complaint; }
  void count_tick() { ++ticks_; }

 private:
  void note_item(const ui::Item& item);

  std::string name_;
  std::uint64_t last_ref_ = 0;
  std::map<std::uint64_t, std::string> unsure_;  // by ref: not known to be stored
  std::string complaint_;
  std::uint64_t ticks_ = 0;
};

}  // namespace zerofc::sim
