#include "cli/view/room_view.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/output/describe.hpp"
#include "cli/session/history.hpp"
#include "cli/session/input.hpp"
#include "cli/text/inert.hpp"
#include "cli/view/layout.hpp"
#include "cli/view/screen.hpp"
#include "core/member/ui/ui_names.hpp"

namespace zerofc::cli {
namespace {

constexpr std::size_t kRowsMax = 2000;  // that can be scrolled through
constexpr std::uint64_t kFirstRows = 100;
constexpr std::uint64_t kMoreRows = 100;  // loaded when the top is reached
constexpr std::uint64_t kInviteSeconds = 86'400;
constexpr std::size_t kIndent = 6;  // "14:07 "

class RoomView {
 public:
  RoomView(Session& session, const ui::Id32& room)
      : session_(&session),
        room_(room),
        watch_(session.loop(), STDIN_FILENO),
        resized_(session.loop(), SIGWINCH) {}

  void run(std::uint64_t first_rows);

 private:
  struct Typed {
    std::string_view word;
    std::string_view about;
    void (RoomView::*run)();
  };
  static const std::vector<Typed>& typed_commands();

  void listen();
  void hear(const ui::Patch& patch);
  void add_rows(const std::vector<ui::Item>& items);
  void mark_read();
  void await_keys();
  void await_resize();
  void take_keys();
  void press(ScreenKey key);
  void enter();
  void scroll(std::ptrdiff_t lines);
  void draw();
  // Each a line below the rows, until something else is typed.
  void tell(std::vector<std::string> lines);

  void help();
  void invite();
  void list_members();
  void rotate();
  void leave();
  void dismiss_alarms();
  void retry();
  void lock();
  void quit() { done_ = true; }
  void unlock(const SecretBytes& passphrase);

  [[nodiscard]] const RoomModel* model() const { return session_->model().find(room_); }
  [[nodiscard]] std::vector<std::string> lines_to_show(std::size_t count) const;
  [[nodiscard]] std::vector<std::string> rows_newest_first(const RoomModel& room,
                                                           std::size_t enough) const;
  [[nodiscard]] std::string status(const RoomModel& room) const;
  [[nodiscard]] std::vector<std::string> words() const;

  Session* session_;
  ui::Id32 room_;
  Screen screen_;
  Editor editor_;
  std::map<std::uint64_t, Row> rows_;
  std::optional<std::uint64_t> loading_before_;
  bool more_above_ = true;
  std::size_t scrolled_ = 0;  // lines from the bottom
  std::vector<std::string> told_;
  bool locked_ = false;
  bool wants_lock_ = false;
  bool done_ = false;
  std::optional<SecretBytes> passphrase_;  // typed, to be tried
  FdWatch watch_;
  boost::asio::signal_set resized_;
};

const std::vector<RoomView::Typed>& RoomView::typed_commands() {
  static const std::vector<Typed> kCommands{
      {"/help", "this list", &RoomView::help},
      {"/invite", "a link for one newcomer", &RoomView::invite},
      {"/members", "who is here", &RoomView::list_members},
      {"/rotate", "a new room key", &RoomView::rotate},
      {"/leave", "leave the room", &RoomView::leave},
      {"/dismiss", "the alarms have been read", &RoomView::dismiss_alarms},
      {"/retry", "connect now", &RoomView::retry},
      {"/lock", "forget everything until the passphrase is typed", &RoomView::lock},
      {"/quit", "end (Ctrl-D too)", &RoomView::quit}};
  return kCommands;
}

void RoomView::run(std::uint64_t first_rows) {
  for (Row& row : load_history(*session_, room_, {.last = first_rows},
                               [this](const ui::Patch& patch) { hear(patch); })) {
    const std::uint64_t seq = row->seq;
    rows_.emplace(seq, std::move(row));
  }
  mark_read();
  listen();
  await_keys();
  await_resize();
  while (!done_) {
    if (!session_->wait([this] {
          draw();
          return done_ || wants_lock_ || passphrase_;
        })) {
      break;  // a signal
    }
    if (std::exchange(wants_lock_, false)) {
      // What was drawn goes before anything else, from the terminal and from memory.
      rows_.clear();
      told_.clear();
      editor_.forget_everything();
      screen_.blank();
      session_->listen(nullptr);
      locked_ = true;
      session_->lock();
    }
    if (passphrase_) unlock(*std::exchange(passphrase_, std::nullopt));
  }
  session_->listen(nullptr);
}

void RoomView::listen() {
  session_->listen([this](const ui::Patch& patch) { hear(patch); });
}

// ---- what happens

void RoomView::hear(const ui::Patch& patch) {
  if (const auto* added = std::get_if<ui::patch::ItemsAdded>(&patch)) {
    if (added->room != room_) return;
    add_rows(added->items);
    mark_read();
  } else if (const auto* loaded = std::get_if<ui::patch::HistoryLoaded>(&patch)) {
    if (loaded->room != room_) return;
    loading_before_.reset();
    more_above_ = loaded->more;
    add_rows(loaded->items);
  } else if (const auto* problem = std::get_if<ui::patch::Problem>(&patch)) {
    tell({describe(*problem)});
  } else if (const auto* invites = std::get_if<ui::patch::InvitesChanged>(&patch)) {
    for (const ui::Invite& invite : invites->invites) {
      if (invites->room == room_ && invite.ref && invite.link) {
        tell({"This link lets one person in. Send it over a way that you trust:",
              inert(*invite.link)});
      }
    }
  }
}

void RoomView::add_rows(const std::vector<ui::Item>& items) {
  for (const ui::Item& item : items) rows_[item.seq] = Row(item, &ui::Item::text);
  // The oldest go, unless somebody looks at them.
  while (scrolled_ == 0 && rows_.size() > kRowsMax) {
    rows_.erase(rows_.begin());
    more_above_ = true;
  }
}

void RoomView::mark_read() {
  if (!rows_.empty()) {
    session_->ask(ui::intent::RoomRead{.room = room_, .seq = rows_.rbegin()->first});
  }
}

// ---- what somebody does

void RoomView::await_keys() {
  watch_.arm([this] {
    take_keys();
    if (!done_) await_keys();
  });
}

void RoomView::await_resize() {
  resized_.async_wait([this](boost::system::error_code cancelled, int /*number*/) {
    if (cancelled) return;
    screen_.resize();
    await_resize();
  });
}

void RoomView::take_keys() {
  bool any = false;
  while (const auto pressed = screen_.pressed()) {
    any = true;
    if (const auto* character = std::get_if<char32_t>(&*pressed)) {
      editor_.type(*character);
    } else if (const auto* key = std::get_if<Editor::Key>(&*pressed)) {
      editor_.press(*key);
    } else {
      press(std::get<ScreenKey>(*pressed));
    }
  }
  // Readable, and yet nothing: the terminal is gone.
  if (!any && ::isatty(STDIN_FILENO) != 1) done_ = true;
}

void RoomView::press(ScreenKey key) {
  const auto page = static_cast<std::ptrdiff_t>(std::max<std::size_t>(2, screen_.rows()) - 1);
  switch (key) {
    case ScreenKey::kEnter:
      enter();
      break;
    case ScreenKey::kTab:
      if (!locked_) editor_.complete(words());
      break;
    case ScreenKey::kPageUp:
      scroll(page);
      break;
    case ScreenKey::kPageDown:
      scroll(-page);
      break;
    case ScreenKey::kRedraw:
      screen_.resize();
      break;
    case ScreenKey::kQuit:
      if (editor_.empty()) done_ = true;
      break;
  }
}

void RoomView::enter() {
  if (locked_) {
    passphrase_ = editor_.take(false);
    return;
  }
  const SecretBytes typed = editor_.take(true);
  const std::string_view text = text_of(typed.view());
  told_.clear();
  scrolled_ = 0;
  if (text.empty()) return;
  if (!text.starts_with('/')) {
    session_->ask(
        ui::intent::MessageSend{.room = room_, .ref = session_->next_ref(), .text = text});
    return;
  }
  const std::string_view word = text.substr(0, text.find(' '));
  for (const Typed& command : typed_commands()) {
    if (command.word == word) {
      (this->*command.run)();
      return;
    }
  }
  tell({"There is no such command: /help lists them. Nothing was sent."});
}

void RoomView::scroll(std::ptrdiff_t lines) {
  if (locked_) return;
  const RoomModel* room = model();
  if (room == nullptr) return;
  const std::size_t wanted = lines < 0
                                 ? scrolled_ - std::min(scrolled_, static_cast<std::size_t>(-lines))
                                 : scrolled_ + static_cast<std::size_t>(lines);
  const std::size_t have = rows_newest_first(*room, wanted + screen_.rows()).size();
  const std::size_t most = have > screen_.rows() ? have - screen_.rows() : 0;
  scrolled_ = std::min(wanted, most);
  const bool at_the_top = wanted > most;
  if (at_the_top && more_above_ && !loading_before_ && !rows_.empty() && rows_.size() < kRowsMax) {
    loading_before_ = rows_.begin()->first;
    session_->ask(
        ui::intent::HistoryBefore{.room = room_, .before = loading_before_, .count = kMoreRows});
  }
}

void RoomView::tell(std::vector<std::string> lines) { told_ = std::move(lines); }

void RoomView::help() {
  std::vector<std::string> lines;
  for (const Typed& command : typed_commands()) {
    std::string line(command.word);
    line.resize(10, ' ');
    lines.push_back(line.append(command.about));
  }
  lines.emplace_back("Tab completes names and commands; Page Up and Page Down scroll.");
  tell(std::move(lines));
}

void RoomView::invite() {
  session_->ask(ui::intent::InviteCreate{
      .room = room_, .ref = session_->next_ref(), .expires_s = kInviteSeconds});
}

void RoomView::list_members() {
  std::vector<std::string> lines;
  for (const auto& [id, member] : model()->members) {
    if (is_here(*member)) lines.push_back(describe(*model(), *member));
  }
  tell(std::move(lines));
}

void RoomView::rotate() { session_->ask(ui::intent::RoomRotateKey{.room = room_}); }
void RoomView::leave() { session_->ask(ui::intent::RoomLeave{.room = room_}); }
void RoomView::retry() { session_->ask(ui::intent::ConnectionRetry{.room = room_}); }

void RoomView::dismiss_alarms() {
  for (const auto& [number, alarm] : model()->alarms) {
    session_->ask(ui::intent::AlarmDismiss{.room = room_, .alarm = number});
  }
}

void RoomView::lock() { wants_lock_ = true; }

void RoomView::unlock(const SecretBytes& passphrase) {
  if (!session_->unlock(passphrase)) {
    tell({"This is not the passphrase."});
    return;
  }
  locked_ = false;
  told_.clear();
  more_above_ = true;
  listen();
  session_->ask(ui::intent::HistoryBefore{.room = room_, .count = kFirstRows});
}

// ---- what is shown

std::vector<std::string> RoomView::words() const {
  std::vector<std::string> all;
  for (const Typed& command : typed_commands()) all.emplace_back(command.word);
  for (const auto& [id, member] : model()->members) {
    if (!member->own && member->nickname) all.push_back(inert(*member->nickname));
  }
  return all;
}

// At least `enough` lines, if there are so many.
std::vector<std::string> RoomView::rows_newest_first(const RoomModel& room,
                                                     std::size_t enough) const {
  std::vector<std::string> lines;
  const auto add = [&](std::string_view text) {
    auto wrapped = wrap(text, screen_.columns(), kIndent);
    lines.insert(lines.end(), std::make_move_iterator(wrapped.rbegin()),
                 std::make_move_iterator(wrapped.rend()));
  };
  for (auto line = told_.rbegin(); line != told_.rend(); ++line) add(*line);
  std::vector<const ui::OutboxEntry*> unsent;
  unsent.reserve(room.outbox.size());
  for (const auto& [token, entry] : room.outbox) unsent.push_back(&*entry);
  std::sort(unsent.begin(), unsent.end(),
            [](const ui::OutboxEntry* a, const ui::OutboxEntry* b) { return a->at > b->at; });
  for (const ui::OutboxEntry* entry : unsent) {
    add("  ... " + inert_lines(entry->text) + "  (" + std::string(ui::name_of(entry->state)) + ")");
  }
  for (auto row = rows_.rbegin(); row != rows_.rend() && lines.size() < enough; ++row) {
    const ui::Item& item = *row->second;
    add((item.at ? describe_time(*item.at).substr(11) : std::string(5, ' ')) + " " +
        describe(room, item));
  }
  return lines;
}

std::vector<std::string> RoomView::lines_to_show(std::size_t count) const {
  if (locked_) return told_;
  const RoomModel* room = model();
  if (room == nullptr) return {"The room is gone. /quit ends."};
  std::vector<std::string> lines = rows_newest_first(*room, scrolled_ + count);
  const std::size_t end = std::min(lines.size(), scrolled_ + count);
  const std::size_t begin = std::min(scrolled_, end);
  std::vector<std::string> shown(lines.begin() + static_cast<std::ptrdiff_t>(begin),
                                 lines.begin() + static_cast<std::ptrdiff_t>(end));
  std::reverse(shown.begin(), shown.end());
  return shown;
}

std::string RoomView::status(const RoomModel& room) const {
  if (!room.alarms.empty()) {
    const std::string more =
        room.alarms.size() > 1 ? " (+" + std::to_string(room.alarms.size() - 1) + ")" : "";
    return "ALARM" + more + ": " + describe(room, room.alarms.begin()->second);
  }
  std::string text(room.is_live() ? "" : describe(room.facts->state));
  if (!text.empty()) text += ", ";
  text += describe(room.connection);
  if (room.rotation) {
    text += ", key " + std::to_string(room.rotation->epoch);
    if (room.rotation->missing) text += " is missing";
    if (room.rotation->rotating) text += ", changing it";
    if (room.rotation->leaver) {
      text += ", " + name_of_member(room, *room.rotation->leaver) + " may still be able to read";
    } else if (room.rotation->overdue_messages > 0 || room.rotation->overdue_s > 0) {
      text += ", key change overdue";
    }
  }
  if (scrolled_ > 0) text += "  [" + std::to_string(scrolled_) + " lines below]";
  return text;
}

void RoomView::draw() {
  Picture picture;
  picture.rows = lines_to_show(screen_.rows());
  const RoomModel* room = locked_ ? nullptr : model();
  if (room == nullptr) {
    picture.title = "0fc";
    picture.status = locked_ ? "locked" : "";
    picture.prompt = locked_ ? "Passphrase: " : "> ";
    picture.is_secret = locked_;
  } else {
    picture.title = name_of_room(*room);
    for (const auto& [id, member] : room->members) {
      if (!is_here(*member)) continue;
      const bool has_arrived = member->state == ui::MemberState::kPresent;
      picture.members.push_back((has_arrived ? "" : "(") + name_of_member(*room, id) +
                                (has_arrived ? "" : ")"));
    }
    picture.status = status(*room);
    picture.is_alarm = !room->alarms.empty();
    picture.prompt = "> ";
  }
  screen_.draw(picture, editor_);
}

}  // namespace

void show_room(const Arguments& arguments) {
  Session session(arguments.session, std::nullopt, Session::Access::kOnline);
  const ui::Id32 room = session.room(arguments.room).facts->room;
  session.problems_are_heard();
  RoomView(session, room).run(arguments.last.value_or(kFirstRows));
  session.end_by_signal();
}

}  // namespace zerofc::cli
