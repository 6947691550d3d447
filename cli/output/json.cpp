#include "cli/output/json.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "cli/text/hex.hpp"
#include "core/member/ui/ui_fields.hpp"
#include "core/member/ui/ui_names.hpp"

namespace zerofc::cli {
namespace {

namespace patch = ui::patch;

// Walks the fields of a struct as ui::Fields lists them, the names beside.
class Writer {
 public:
  template <std::size_t kCount>
  Writer(Json& out, const std::array<std::string_view, kCount>& names)
      : out_(&out), name_(names.data()) {}

  bool value(std::uint64_t number) { return add(number); }
  bool value(bool flag) { return add(flag); }
  template <std::size_t kSize>
  bool value(const std::array<std::uint8_t, kSize>& id) {
    return add(to_hex(id));
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  bool value(Enum code) {
    return add(std::string(ui::name_of(code)));
  }
  template <class Struct>
    requires(ui::Fields<Struct>::kCount > 0)
  bool value(const Struct& structure) {
    Json inner = Json::object();
    Writer writer(inner, ui::Names<Struct>::kFields);
    ui::Fields<Struct>::each(writer, structure);
    return add(std::move(inner));
  }
  template <class Value>
  bool value(const std::optional<Value>& optional) {
    return optional ? value(*optional) : skip();
  }
  bool text(std::string_view text, std::uint64_t /*max*/) { return add(std::string(text)); }
  bool text(const std::optional<std::string_view>& optional, std::uint64_t max) {
    return optional ? text(*optional, max) : skip();
  }
  template <class Element>
  bool list(const std::vector<Element>& elements, std::uint64_t /*max*/) {
    Json array = Json::array();
    for (const Element& element : elements) {
      Json inner = Json::object();
      Writer writer(inner, ui::Names<Element>::kFields);
      ui::Fields<Element>::each(writer, element);
      array.push_back(std::move(inner));
    }
    return add(std::move(array));
  }

 private:
  template <class Value>
  bool add(Value value) {
    (*out_)[std::string(*name_++)] = std::move(value);
    return true;
  }
  bool skip() {
    ++name_;
    return true;
  }

  Json* out_;
  const std::string_view* name_;
};

template <class Struct>
void append_fields(Json& out, const Struct& structure) {
  Writer writer(out, ui::Names<Struct>::kFields);
  ui::Fields<Struct>::each(writer, structure);
}

Json begin(std::string_view event) { return Json{{"event", std::string(event)}}; }

template <class Struct>
Json begin_in(std::string_view event, const ui::Id32& room, const Struct& structure) {
  Json out = begin(event);
  out["room"] = to_hex(room);
  append_fields(out, structure);
  return out;
}

template <class Patch>
Json whole(std::string_view event, const Patch& patch) {
  Json out = begin(event);
  append_fields(out, patch);
  return out;
}

// One event per element.
template <class Element, class Make>
std::vector<Json> each(const std::vector<Element>& elements, const Make& make) {
  std::vector<Json> all;
  all.reserve(elements.size());
  for (const Element& element : elements) all.push_back(make(element));
  return all;
}

std::vector<Json> events(const patch::ItemsAdded& added, const Model& model) {
  return each(added.items, [&](const ui::Item& item) { return event_of(item, added.room, model); });
}
std::vector<Json> events(const patch::HistoryLoaded& loaded, const Model& model) {
  return each(loaded.items,
              [&](const ui::Item& item) { return event_of(item, loaded.room, model); });
}
std::vector<Json> events(const patch::MembersChanged& changed, const Model& /*model*/) {
  return each(changed.members,
              [&](const ui::Member& member) { return event_of(member, changed.room); });
}
std::vector<Json> events(const patch::OutboxChanged& changed, const Model& /*model*/) {
  return each(changed.entries, [&](const ui::OutboxEntry& entry) {
    return begin_in("outgoing", changed.room, entry);
  });
}
std::vector<Json> events(const patch::InvitesChanged& changed, const Model& /*model*/) {
  return each(changed.invites,
              [&](const ui::Invite& invite) { return event_of(invite, changed.room, false); });
}
std::vector<Json> events(const patch::AlarmRaised& raised, const Model& /*model*/) {
  return {begin_in("alarm", raised.room, raised.alarm)};
}
std::vector<Json> events(const patch::RoomAdded& added, const Model& /*model*/) {
  return {event_of(added)};
}
std::vector<Json> events(const patch::RoomRenamed& renamed, const Model& /*model*/) {
  return {whole("name", renamed)};
}
std::vector<Json> events(const patch::RoomStateChanged& changed, const Model& /*model*/) {
  return {whole("state", changed)};
}
std::vector<Json> events(const patch::RoomUnreadChanged& changed, const Model& /*model*/) {
  return {whole("unread", changed)};
}
std::vector<Json> events(const patch::ConnectionChanged& changed, const Model& /*model*/) {
  return {whole("connection", changed)};
}
std::vector<Json> events(const patch::RotationChanged& changed, const Model& /*model*/) {
  return {whole("rotation", changed)};
}
// A passphrase is for the terminal.
std::vector<Json> events(const patch::PassphraseSuggested& /*patch*/, const Model& /*model*/) {
  return {};
}
// Whatever else there is, or will be, under its name in the schema: "outbox.removed" is
// "outbox_removed".
template <class Patch>
std::vector<Json> events(const Patch& patch, const Model& /*model*/) {
  std::string event(ui::Names<Patch>::kName);
  for (char& c : event) c = c == '.' ? '_' : c;
  return {whole(event, patch)};
}

}  // namespace

std::vector<Json> events_of(const ui::Patch& patch, const Model& model) {
  return std::visit([&model](const auto& one) { return events(one, model); }, patch);
}

Json event_of(const ui::Item& item, const ui::Id32& room, const Model& model) {
  const bool is_text = item.kind == ui::ItemKind::kText;
  Json out = begin_in(is_text ? "message" : ui::name_of(item.kind), room, item);
  out.erase("kind");
  const auto found = model.rooms.find(room);
  if (found == model.rooms.end() || !item.author) return out;
  const auto author = found->second.members.find(*item.author);
  if (author == found->second.members.end()) return out;
  if (author->second->nickname) out["nickname"] = std::string(*author->second->nickname);
  out["own"] = author->second->own;
  return out;
}

Json event_of(const ui::Member& member, const ui::Id32& room) {
  return begin_in("member", room, member);
}

Json event_of(const ui::Invite& invite, const ui::Id32& room, bool with_link) {
  Json out = begin_in("invite", room, invite);
  if (!with_link) out.erase("link");
  return out;
}

Json event_of(const patch::RoomAdded& room) { return whole("room", room); }

std::string to_line(const Json& event) {
  return event.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace zerofc::cli
