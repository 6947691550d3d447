// What happens in one room, on standard output: sentences, or JSON lines.
#pragma once

#include "cli/commands/arguments.hpp"
#include "cli/session/session.hpp"

namespace zerofc::cli {

class Shown {
 public:
  // The session outlives it.
  Shown(const Arguments& arguments, Session& session, const ui::Id32& room)
      : json_(arguments.json), session_(&session), room_(room) {}

  // How things stand, so that whoever reads JSON knows names and roles from the first row on.
  void standing() const;
  void row(const ui::Item& item) const;
  // Rows among it are marked as read.
  void patch(const ui::Patch& patch);

 private:
  bool json_;
  Session* session_;
  ui::Id32 room_;
  std::uint64_t seen_ = 0;
};

}  // namespace zerofc::cli
