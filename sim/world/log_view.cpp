#include "sim/world/log_view.hpp"

#include "core/log/chain.hpp"
#include "core/log/testing/people.hpp"

namespace zerofc::sim {

std::optional<LogView> view_of(const Server::Hosted& hosted) {
  Crypto& crypto = testing::crypto();
  const auto& log = hosted.store.log();
  if (log.empty()) return std::nullopt;
  const auto genesis = judge_genesis(crypto, log.front().bytes, Signatures::kVerifiedBefore);
  if (!genesis) return std::nullopt;
  LogView view{ControlState(*genesis), {0}, {}};
  view.path.push_back({0, Hash(view.state.room().bytes())});
  for (std::size_t seq = 1; seq < log.size(); ++seq) {
    const relay::LogEntry& entry = log[seq];
    view.path.push_back({seq, next_chain_hash(crypto, view.path.back().hash, entry.is_control,
                                              entry_digest(crypto, entry.bytes))});
    if (!entry.is_control) continue;
    const auto control = judge(crypto, view.state, entry.bytes, Signatures::kVerifiedBefore);
    if (!control) continue;
    view.state.apply(*control, seq);
    if (control->kind() == Kind::kKeyRotate) view.epochs.push_back(seq);
  }
  return view;
}

}  // namespace zerofc::sim
