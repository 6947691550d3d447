// What the core has shown of rooms, members and what goes on, kept for whoever draws or waits.
// Message rows are not kept here. Texts are in memory that is wiped when it goes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/secret.hpp"
#include "core/member/ui/ui_messages.hpp"

namespace zerofc::cli {

// A struct of schema/ui.json and the one text that it holds.
template <class Struct>
class Kept {
 public:
  Kept() = default;
  // `text`: the field that is a text.
  template <class Field>
  Kept(const Struct& value, Field text) : value_(value) {
    set_text(value_.*text, text);
  }
  Kept(Kept&&) noexcept = default;
  Kept& operator=(Kept&&) noexcept = default;
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() = default;

  [[nodiscard]] const Struct& operator*() const { return value_; }
  [[nodiscard]] const Struct* operator->() const { return &value_; }
  // All but the text.
  [[nodiscard]] Struct& mutable_value() { return value_; }

  template <class Field>
  void set_text(std::optional<std::string_view> content, Field text) {
    text_ = SecretBytes::copy_of(bytes_of(content.value_or("")));
    if (content) value_.*text = text_of(text_.view());
  }

 private:
  Struct value_{};
  SecretBytes text_;  // on the heap, so that a move leaves its bytes where the view has them
};

struct RoomModel {
  Kept<ui::patch::RoomAdded> facts;
  ui::patch::ConnectionChanged connection{};
  std::optional<ui::patch::RotationChanged> rotation;
  std::map<ui::Id16, Kept<ui::Member>> members;
  std::map<ui::Id16, Kept<ui::OutboxEntry>> outbox;
  std::map<ui::Id16, Kept<ui::Invite>> invites;
  std::map<std::uint64_t, ui::Alarm> alarms;

  [[nodiscard]] bool is_live() const { return facts->state == ui::RoomState::kLive; }
  // Live, with nothing left to catch up on.
  [[nodiscard]] bool is_connected() const {
    return is_live() && connection.state == ui::ConnectionState::kConnected;
  }
};

struct Model {
  ui::VaultState vault = ui::VaultState::kAbsent;
  bool vault_is_known = false;
  bool vault_is_busy = false;
  std::map<ui::Id32, RoomModel> rooms;

  // Takes a patch over. What it does not know it leaves alone.
  void apply(const ui::Patch& patch);
  [[nodiscard]] RoomModel* find(const ui::Id32& room);
  [[nodiscard]] const RoomModel* find(const ui::Id32& room) const;
};

}  // namespace zerofc::cli
