#include "cli/session/history.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace zerofc::cli {
namespace {

constexpr std::uint64_t kPageItems = 200;

struct Page {
  std::vector<Row> rows;
  bool more = false;
};

Page load_page(Session& session, const ui::Id32& room, std::optional<std::uint64_t> before,
               std::uint64_t count, const Session::Listener& meanwhile) {
  std::optional<Page> page;
  session.listen([&](const ui::Patch& patch) {
    const auto* loaded = std::get_if<ui::patch::HistoryLoaded>(&patch);
    if (loaded == nullptr || loaded->room != room || loaded->before != before) {
      if (meanwhile) meanwhile(patch);
      return;
    }
    page.emplace();
    page->more = loaded->more;
    for (const ui::Item& item : loaded->items) page->rows.emplace_back(item, &ui::Item::text);
  });
  session.ask(ui::intent::HistoryBefore{.room = room, .before = before, .count = count});
  session.until([&] { return page.has_value(); });
  session.listen(nullptr);
  return std::move(*page);
}

}  // namespace

std::vector<Row> load_history(Session& session, const ui::Id32& room, HistoryBounds bounds,
                              const Session::Listener& meanwhile) {
  std::vector<Row> rows;
  std::optional<std::uint64_t> before;
  while (true) {
    const std::uint64_t wanted =
        bounds.last ? std::min<std::uint64_t>(*bounds.last - rows.size(), kPageItems) : kPageItems;
    Page page = load_page(session, room, before, wanted, meanwhile);
    if (page.rows.empty()) break;
    before = page.rows.front()->seq;
    rows.insert(rows.begin(), std::make_move_iterator(page.rows.begin()),
                std::make_move_iterator(page.rows.end()));
    const bool enough =
        (bounds.last && rows.size() >= *bounds.last) || (bounds.since && *before <= *bounds.since);
    if (!page.more || enough) break;
  }
  if (bounds.since) {
    rows.erase(rows.begin(), std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
                 return row->seq >= *bounds.since;
               }));
  }
  return rows;
}

}  // namespace zerofc::cli
