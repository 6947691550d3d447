// The terminal as a whole, through curses. It gets inert text only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/view/editor.hpp"

namespace zerofc::cli {

// What is drawn: from the top a title, rows beside members, a status line and the line typed.
struct Picture {
  std::string title;
  std::vector<std::string> rows;     // the newest at the bottom; no more than fit
  std::vector<std::string> members;  // at the right, if there is room for them
  std::string status;
  bool is_alarm = false;  // the status is
  std::string prompt;
  bool is_secret = false;  // what is typed is not shown
};

enum class ScreenKey : std::uint8_t { kEnter, kTab, kPageUp, kPageDown, kRedraw, kQuit };
using Pressed = std::variant<char32_t, Editor::Key, ScreenKey>;

class Screen {
 public:
  // Throws Exit (kUsage) if the terminal can't do it.
  Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  ~Screen();

  // Of the part where rows are.
  [[nodiscard]] std::size_t rows() const;
  [[nodiscard]] std::size_t columns() const;
  void draw(const Picture& picture, const Editor& editor);
  // What was pressed since; none if nothing (more). Never waits.
  [[nodiscard]] std::optional<Pressed> pressed();
  // The terminal has another size.
  void resize();
  // Overwrites everything that was drawn, here and on the terminal.
  void blank();

 private:
  [[nodiscard]] std::size_t member_columns() const;
};

}  // namespace zerofc::cli
