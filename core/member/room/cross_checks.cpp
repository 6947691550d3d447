// Whether others, and the server, see the same log as this client: docs/protocol.md §3.5 and §5.3.
#include <algorithm>
#include <iterator>

#include "core/log/checked.hpp"
#include "core/member/room/impl.hpp"

namespace zerofc::member {
namespace {

// A member's "last cross-checked" is shown anew at most this often.
constexpr std::chrono::milliseconds kCrossCheckedShown = std::chrono::seconds(30);

}  // namespace

void Room::Impl::check_seen(const Context& context, Out& out, const MemberId& author,
                            const LogPoint& seen) {
  if (author == state.keys.id) return;
  const auto own = rows_.hash_at(seen.seq);
  if (!own) return;
  if (*own != seen.hash) {
    raise_alarm(context, out,
                {.kind = ui::AlarmKind::kFork,
                 .member = author,
                 .seq = seen.seq,
                 .expected = own,
                 .offered = seen.hash});
    return;
  }
  // Up to here both have the same log: as of when this client read that entry, not of when it heard
  // of the agreement, or a server could keep it fresh with old messages.
  const auto later = std::upper_bound(
      read_at_.begin(), read_at_.end(), seen.seq,
      [](Seq seq, const std::pair<Seq, UnixMillis>& moment) { return seq < moment.first; });
  if (later == read_at_.begin()) return;  // read in an earlier run
  const UnixMillis as_of = std::prev(later)->second;
  Acquaintance& person = state.people[author];
  if (!person.cross_checked_at || as_of - *person.cross_checked_at >= kCrossCheckedShown) {
    person.cross_checked_at = as_of;
    mark_changed();
    if (is_shown()) show_members(out, {author});
  }
}

void Room::Impl::server_head(const Context& context, Out& out, BytesView signed_head) {
  const auto content = state.server
                           ? checked::verify(context.crypto, state.server->signing, signed_head)
                           : CryptoResult<BytesView>(fail(CryptoError::kRefused));
  const auto head = content ? decode_head_content(*content) : std::nullopt;
  if (!head || head->room != state.id) {
    raise_alarm(context, out, {.kind = ui::AlarmKind::kBadServerSignature});
    protocol_error(out);
    return;
  }
  state.server_heads.push_back(to_bytes(signed_head));
  if (state.server_heads.size() > kServerHeadsKept) state.server_heads.pop_front();
  mark_changed();
  // One that lies ahead is compared when the replay has come there.
  check_server_head(context, out, head->head);
  if (!rows_.hash_at(head->head.seq)) connection_.promised = head->head;
}

void Room::Impl::check_server_head(const Context& context, Out& out, const LogPoint& head) {
  const auto own = rows_.hash_at(head.seq);
  if (!own || *own == head.hash) return;
  raise_alarm(
      context, out,
      {.kind = ui::AlarmKind::kServerHead, .seq = head.seq, .expected = own, .offered = head.hash});
}

}  // namespace zerofc::member
