// What the server says about itself, on standard error: what happened and how often. Nothing that a
// client sent or is known by can get in, since only names from the program and numbers can.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace zerofc::server {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError, kOff };

// A name written in the program's text: nothing made at run time converts to it.
class EventName {
 public:
  template <std::size_t kSize>
  consteval EventName(const char (&text)[kSize])  // NOLINT: a literal is meant to convert
      : text_(text, kSize - 1) {}
  [[nodiscard]] std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

struct EventCount {
  EventName name;
  std::uint64_t count = 0;
};

void set_log_level(LogLevel level);
void log_event(LogLevel level, EventName event, std::initializer_list<EventCount> counts = {});
void log_event(LogLevel level, EventName event, std::span<const EventCount> counts);

}  // namespace zerofc::server
