// A member::Room under test: its clock stands still, what it stores is durable at once, and what it
// sends is kept for the test to look at.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/log/testing/people.hpp"
#include "core/member/room/room.hpp"
#include "core/member/testing/page.hpp"

namespace zerofc::testing {

// A frame that the room has sent.
struct Sent {
  std::shared_ptr<const Bytes> plaintext;  // what the frame's views point into
  Frame frame;
};

class Subject {
 public:
  using Ending = member::Out::Connection;
  using Record = std::pair<member::RecordType, std::uint64_t>;

  static Subject create(Crypto& crypto = testing::crypto());
  static Subject join(const InviteLink& link, Crypto& crypto = testing::crypto());

  // Calls the room with (room, context, out).
  template <class Call>
  void call(const Call& call) {
    member::Out out;
    call(*room_, context(), out);
    take(out);
  }
  void connect(const ServerKeys& server);
  void give(const Frame& frame);
  void lose();
  // Both clocks go on; the room is told when its deadline is reached.
  void pass(std::chrono::milliseconds time);
  // Killed, and back with what it had stored. False: that does not load.
  [[nodiscard]] bool restart();
  void say(std::string_view text);

  // What it has sent since it was asked last.
  std::vector<Sent> take_sent();
  // The frames of this type among them.
  template <class F>
  std::vector<Sent> take_sent_of() {
    std::vector<Sent> found;
    for (Sent& sent : take_sent()) {
      if (std::holds_alternative<F>(sent.frame)) found.push_back(std::move(sent));
    }
    return found;
  }
  // Why it ended its connection since it was connected; kKeep: it did not.
  [[nodiscard]] Ending ending() const { return ending_; }
  // Everything of the log that it shows, asked for anew.
  [[nodiscard]] std::vector<ShownItem> history();
  [[nodiscard]] std::optional<ShownItem> item(Seq seq);

  [[nodiscard]] member::Room& room() { return *room_; }
  [[nodiscard]] MemberId self() const { return *page.self; }
  [[nodiscard]] member::Context context() const { return {*crypto_, now, "https://chat.test"}; }

  Page page;
  std::map<Record, Bytes> records;
  std::size_t writes_of_the_room = 0;  // of the kRoom record
  Now now{UnixMillis(std::chrono::hours(24 * 365 * 55)), std::chrono::hours(1)};

 private:
  explicit Subject(Crypto& crypto) : crypto_(&crypto) {}
  void take(member::Out& out);

  Crypto* crypto_;
  std::optional<member::Room> room_;
  std::vector<Sent> sent_;
  Ending ending_ = Ending::kKeep;
  std::uint64_t last_ref_ = 1;
};

}  // namespace zerofc::testing
