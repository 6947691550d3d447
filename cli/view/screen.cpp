#include "cli/view/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstring>
#include <cwchar>

#define NCURSES_NOMACROS
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <langinfo.h>

#include "cli/exit.hpp"
#include "cli/text/inert.hpp"
#include "cli/view/layout.hpp"

namespace zerofc::cli {
namespace {

constexpr std::size_t kMemberColumns = 20;
constexpr std::size_t kColumnsForMembers = 72;  // from this width on
constexpr std::size_t kFurniture = 3;           // title, status, line
constexpr int kEscapeMillis = 25;

constexpr int control(char letter) { return letter & 0x1f; }

// Text is UTF-8 everywhere in 0fc: where the locale says otherwise it is set aside.
void speak_utf8() {
  std::setlocale(LC_ALL, "");
  if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
}

int number(std::size_t value) { return static_cast<int>(value); }

void put(std::size_t row, std::size_t column, std::string_view text, std::size_t width) {
  const std::string shown = clip(text, width);
  ::mvaddnstr(number(row), number(column), shown.c_str(), number(shown.size()));
}

void put_bar(std::size_t row, std::string_view text, std::size_t width, attr_t attribute) {
  ::attron(static_cast<int>(attribute));
  ::mvaddnstr(number(row), 0, std::string(width, ' ').c_str(), number(width));
  put(row, 0, text, width);
  ::attroff(static_cast<int>(attribute));
}

std::optional<Pressed> named(wint_t key) {
  switch (key) {
    case KEY_LEFT:
      return Editor::Key::kLeft;
    case KEY_RIGHT:
      return Editor::Key::kRight;
    case KEY_HOME:
      return Editor::Key::kHome;
    case KEY_END:
      return Editor::Key::kEnd;
    case KEY_BACKSPACE:
      return Editor::Key::kBackspace;
    case KEY_DC:
      return Editor::Key::kDelete;
    case KEY_UP:
      return Editor::Key::kOlder;
    case KEY_DOWN:
      return Editor::Key::kNewer;
    case KEY_PPAGE:
      return ScreenKey::kPageUp;
    case KEY_NPAGE:
      return ScreenKey::kPageDown;
    case KEY_ENTER:
      return ScreenKey::kEnter;
    default:
      return std::nullopt;
  }
}

std::optional<Pressed> plain(wint_t key) {
  switch (static_cast<int>(key)) {
    case '\r':
    case '\n':
      return ScreenKey::kEnter;
    case '\t':
      return ScreenKey::kTab;
    case 0x7f:
    case control('h'):
      return Editor::Key::kBackspace;
    case control('a'):
      return Editor::Key::kHome;
    case control('e'):
      return Editor::Key::kEnd;
    case control('d'):
      return ScreenKey::kQuit;
    case control('l'):
      return ScreenKey::kRedraw;
    case control('u'):
      return Editor::Key::kClearLine;
    case control('w'):
      return Editor::Key::kEraseWord;
    default:
      if (key < 0x20) return std::nullopt;
      return static_cast<char32_t>(key);
  }
}

}  // namespace

Screen::Screen() {
  speak_utf8();
  if (::newterm(nullptr, stdout, stdin) == nullptr) {
    throw Exit{ExitCode::kUsage,
               "This terminal can't show the room (TERM is unknown): use 0fc tail and 0fc send."};
  }
  ::cbreak();
  ::noecho();
  ::nonl();
  ::set_escdelay(kEscapeMillis);
  ::keypad(stdscr, true);
  ::nodelay(stdscr, true);
}

Screen::~Screen() { ::endwin(); }

std::size_t Screen::member_columns() const {
  const auto width = static_cast<std::size_t>(std::max(1, ::getmaxx(stdscr)));
  return width >= kColumnsForMembers ? kMemberColumns : 0;
}
std::size_t Screen::rows() const {
  const auto height = static_cast<std::size_t>(std::max(1, ::getmaxy(stdscr)));
  return height > kFurniture ? height - kFurniture : 1;
}
std::size_t Screen::columns() const {
  const auto width = static_cast<std::size_t>(std::max(1, ::getmaxx(stdscr)));
  return width - member_columns();
}

void Screen::draw(const Picture& picture, const Editor& editor) {
  const auto height = static_cast<std::size_t>(std::max(1, ::getmaxy(stdscr)));
  const auto width = static_cast<std::size_t>(std::max(1, ::getmaxx(stdscr)));
  ::werase(stdscr);
  put_bar(0, picture.title, width, A_REVERSE);
  const std::size_t room = rows();
  const std::size_t count = std::min(picture.rows.size(), room);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& row = picture.rows[picture.rows.size() - count + i];
    put(1 + room - count + i, 0, row, columns());
  }
  if (member_columns() > 0) {
    for (std::size_t i = 0; i < room; ++i) {
      put(1 + i, columns(), "|", 1);
      if (i < picture.members.size()) {
        put(1 + i, columns() + 2, picture.members[i], kMemberColumns - 2);
      }
    }
  }
  if (height >= 2) {
    put_bar(height - 2, picture.status, width, picture.is_alarm ? A_REVERSE | A_BOLD : A_REVERSE);
  }
  // The end of what is before the cursor, and what fits behind it.
  const std::string prompt = clip(picture.prompt, width / 2);
  std::size_t column = columns_of(prompt);
  put(height - 1, 0, prompt, width);
  if (!picture.is_secret) {
    const SecretBytes before = editor.before_cursor();
    const SecretBytes after = editor.after_cursor();
    std::string_view left = text_of(before.view());
    while (columns_of(left) + column + 1 > width && !left.empty()) {
      left.remove_prefix(first_code_point(left).bytes);
    }
    put(height - 1, column, left, width - column);
    column += columns_of(left);
    if (column < width) put(height - 1, column, text_of(after.view()), width - column);
  }
  ::move(number(height - 1), number(std::min(column, width - 1)));
  ::refresh();
}

std::optional<Pressed> Screen::pressed() {
  while (true) {
    wint_t key = 0;
    const int kind = ::get_wch(&key);
    if (kind == ERR) return std::nullopt;
    if (auto pressed = kind == KEY_CODE_YES ? named(key) : plain(key)) return pressed;
  }
}

void Screen::resize() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return;
  ::resizeterm(size.ws_row, size.ws_col);
  ::clearok(curscr, true);
}

void Screen::blank() {
  ::werase(stdscr);
  ::clearok(stdscr, true);
  ::refresh();
}

}  // namespace zerofc::cli
