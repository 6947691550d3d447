#include "server/app/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <string>

namespace zerofc::server {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> made = [] {
    auto its = spdlog::stderr_logger_mt("0fcd");
    its->set_pattern("%Y-%m-%dT%H:%M:%S%z %l %v");
    its->flush_on(spdlog::level::debug);
    return its;
  }();
  return *made;
}

}  // namespace

void set_log_level(LogLevel level) { logger().set_level(spdlog_level(level)); }

void log_event(LogLevel level, EventName event, std::span<const EventCount> counts) {
  if (!logger().should_log(spdlog_level(level))) return;
  std::string line(event.view());
  for (const auto& [name, count] : counts)
    line.append(" ").append(name.view()).append("=").append(std::to_string(count));
  logger().log(spdlog_level(level), line);
}

void log_event(LogLevel level, EventName event, std::initializer_list<EventCount> counts) {
  log_event(level, event, std::span(counts.begin(), counts.size()));
}

}  // namespace zerofc::server
