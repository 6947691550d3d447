// What a server that is not honest does: one kind of lie is one named function, with what may come
// of it in writing.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/wire/frame.hpp"
#include "sim/world/outcome.hpp"
#include "sim/world/server.hpp"

namespace zerofc::sim {

class EvilServer;

// One frame on its way; `frames` holds it, and then what goes on in its place.
struct Moment {
  EvilServer& evil;
  const std::shared_ptr<Link>& link;
  const Frame& frame;
  std::vector<Carried>& frames;
};

struct Mutation {
  std::string_view name;
  // Of the occasions that there are, and how often in one run.
  unsigned percent = 0;
  unsigned times_max = 0;
  // One of these. False: there was no occasion.
  bool (*down)(Moment& moment) = nullptr;
  bool (*up)(Moment& moment) = nullptr;
  bool (*act)(EvilServer& evil) = nullptr;  // between two steps of the plan
  bool (*key)(EvilServer& evil, ServerKeys& keys, UnixMillis& date) = nullptr;
  // What people may be told, and which service may be denied for good. That nothing at all happens
  // is always allowed here, and nobody is ever deceived: oracles.hpp.
  Outcomes allowed = {};
  // By which of them it is to be noticed; and of a hundred runs in which it reached a client, in
  // how many that is so at least.
  Outcomes noticed_by = {};
  unsigned told_percent_min = 0;
  // It may make an author's messages land in another order than they were written in.
  bool reorders = false;
};

[[nodiscard]] std::span<const Mutation> frame_mutations();
[[nodiscard]] std::span<const Mutation> log_mutations();
[[nodiscard]] std::span<const Mutation> join_mutations();
// All of them, in this order.
[[nodiscard]] std::vector<const Mutation*> all_mutations();

}  // namespace zerofc::sim
