// What the person asks for: schema/ui.json.
#include "core/member/client_impl.hpp"
#include "core/member/link.hpp"
#include "core/member/names.hpp"
#include "core/member/passphrase.hpp"
#include "core/member/ui/ui_codec.hpp"

namespace zerofc::member {
namespace {

constexpr std::size_t kOriginBytesMax = 256;
constexpr std::uint64_t kHistoryItemsMax = 200;
constexpr std::uint64_t kInviteSecondsMin = 60;
constexpr std::uint64_t kInviteSecondsMax = 2'592'000;  // 30 days

}  // namespace

void Client::Impl::malformed_intent() { problem({.code = ui::ProblemCode::kInternal}); }

void Client::Impl::on(const IntentCame& event) {
  const auto intent = ui::decode_intent(event.intent);
  // Page and core are of one build, so this is a fault of ours. Nothing is done; the page is told.
  const bool starts = intent && std::holds_alternative<ui::intent::ClientStart>(*intent);
  if (!intent || starts == started_) {
    malformed_intent();
    return;
  }
  std::visit([this](const auto& one) { on(one); }, *intent);
}

void Client::Impl::on(const ui::intent::ClientStart& intent) {
  started_ = true;
  origin_ = intent.origin;
  busy_ = Busy::kReading;
  actions_.emplace_back(ReadVault{});
}

void Client::Impl::on(const ui::intent::PassphraseSuggest& /*intent*/) {
  const auto words = suggest_passphrase(*crypto_);
  if (!words) {
    problem({.code = ui::ProblemCode::kRandomFailed});
    return;
  }
  show(
      ui::patch::PassphraseSuggested{.passphrase = text_of(words->view()), .bits = kSuggestedBits});
}

void Client::Impl::on(const ui::intent::LinkInspect& intent) {
  const LinkView view = inspect_link(intent.link, origin_, now_, rooms_, server_);
  ui::patch::LinkInspected patch{.state = view.state};
  if (view.opened) {
    const InviteLink& link = view.opened->link;
    patch.room = link.room.bytes();
    patch.inviter = link.inviter.bytes();
    patch.expires_at = static_cast<std::uint64_t>(link.expires.time_since_epoch().count());
    patch.server = link.server.bytes();
    // A longer one is no origin that a browser would name.
    if (view.state == ui::LinkState::kOtherServer &&
        view.opened->origin.size() <= kOriginBytesMax) {
      patch.origin = view.opened->origin;
    }
  }
  show(patch);
}

// ---- rooms come and go

bool Client::Impl::may_add_room(std::uint64_t ref) {
  std::optional<ui::ProblemCode> why;
  if (busy_ == Busy::kReading || busy_ == Busy::kClosing || busy_ == Busy::kWiping) {
    why = ui::ProblemCode::kBusy;
  } else if (state_ != ui::VaultState::kOpen && state_ != ui::VaultState::kMemory) {
    why = why_no_vault(store_).value_or(ui::ProblemCode::kVaultAbsent);
  }
  if (why) {
    problem({.code = *why, .ref = ref});
    return false;
  }
  if (rooms_.size() >= kRoomsMax) {
    problem({.code = ui::ProblemCode::kTooManyRooms, .ref = ref, .amount = kRoomsMax});
    return false;
  }
  return true;
}

bool Client::Impl::is_nickname(std::string_view text, std::uint64_t ref) {
  if (is_name(text, kNicknameBytesMax)) return true;
  problem({.code = ui::ProblemCode::kNicknameInvalid, .ref = ref, .amount = kNicknameBytesMax});
  return false;
}

void Client::Impl::on(const ui::intent::RoomCreate& intent) {
  if (intent.colour >= kColours) {
    malformed_intent();
    return;
  }
  if (!may_add_room(intent.ref)) return;
  if (!is_name(intent.name, kRoomNameBytesMax)) {
    problem({.code = ui::ProblemCode::kRoomNameInvalid,
             .ref = intent.ref,
             .amount = kRoomNameBytesMax});
    return;
  }
  if (!is_nickname(intent.nickname, intent.ref)) return;
  Out out;
  auto room =
      Room::create(context(), out, intent.ref, intent.name,
                   Profile{.nickname = std::string(intent.nickname), .colour = intent.colour});
  if (room) {
    add_room(std::move(*room), out);
  } else {
    problem({.code = ui::ProblemCode::kRandomFailed, .ref = intent.ref});
  }
}

void Client::Impl::on(const ui::intent::RoomJoin& intent) {
  if (intent.colour >= kColours) {
    malformed_intent();
    return;
  }
  if (!may_add_room(intent.ref)) return;
  const LinkView view = inspect_link(intent.link, origin_, now_, rooms_, server_);
  if (view.state != ui::LinkState::kValid) {
    problem({.code = ui::ProblemCode::kLinkUnusable, .ref = intent.ref});
    return;
  }
  if (!is_nickname(intent.nickname, intent.ref)) return;
  Out out;
  auto room =
      Room::join(context(), out, intent.ref, view.opened->link,
                 Profile{.nickname = std::string(intent.nickname), .colour = intent.colour});
  if (!room) {
    problem({.code = ui::ProblemCode::kRandomFailed, .ref = intent.ref});
    return;
  }
  remove_room(room->id(), true);  // an attempt that was declined
  add_room(std::move(*room), out);
}

void Client::Impl::on(const ui::intent::RoomForget& intent) {
  bool forget = false;
  with_room(intent.room, std::nullopt,
            [&forget](Room& room, Out& out) { forget = room.may_forget(out); });
  if (forget) remove_room(RoomId(intent.room), false);
}

// ---- in a room

void Client::Impl::on(const ui::intent::RoomLeave& intent) {
  with_room(intent.room, std::nullopt,
            [this](Room& room, Out& out) { room.leave(context(), out); });
}

void Client::Impl::on(const ui::intent::RoomRotateKey& intent) {
  with_room(intent.room, std::nullopt,
            [this](Room& room, Out& out) { room.rotate_key(context(), out); });
}

void Client::Impl::on(const ui::intent::RoomRemoveMembers& intent) {
  if (intent.members.empty()) {
    malformed_intent();
    return;
  }
  const std::vector<MemberId> members(intent.members.begin(), intent.members.end());
  with_room(intent.room, std::nullopt,
            [&](Room& room, Out& out) { room.remove_members(context(), out, members); });
}

void Client::Impl::on(const ui::intent::RoomSetRole& intent) {
  if (intent.role == ui::Role::kOwner) {
    malformed_intent();
    return;
  }
  const Role role = intent.role == ui::Role::kAdmin ? Role::kAdmin : Role::kMember;
  with_room(intent.room, std::nullopt, [&](Room& room, Out& out) {
    room.set_role(context(), out, MemberId(intent.member), role);
  });
}

void Client::Impl::on(const ui::intent::RoomTransfer& intent) {
  with_room(intent.room, std::nullopt,
            [&](Room& room, Out& out) { room.transfer(context(), out, MemberId(intent.member)); });
}

void Client::Impl::on(const ui::intent::RoomSetPolicy& intent) {
  const auto within = [](const std::optional<std::uint64_t>& value, std::uint64_t least,
                         std::uint64_t most) {
    return !value || (*value >= least && *value <= most);
  };
  if (!within(intent.rotate_every, kRotateEveryMin, kRotateEveryMax) ||
      !within(intent.max_members, kPolicyMembersMin, kMembersMax)) {
    malformed_intent();
    return;
  }
  const PolicyChange change{intent.rotate_every, intent.max_members, intent.joins_open};
  with_room(intent.room, std::nullopt,
            [&](Room& room, Out& out) { room.set_policy(context(), out, change); });
}

void Client::Impl::on(const ui::intent::RoomDestroy& intent) {
  with_room(intent.room, std::nullopt,
            [this](Room& room, Out& out) { room.destroy(context(), out); });
}

void Client::Impl::on(const ui::intent::RoomRead& intent) {
  with_room(intent.room, std::nullopt,
            [&](Room& room, Out& out) { room.read_up_to(context(), out, intent.seq); });
}

void Client::Impl::on(const ui::intent::MessageSend& intent) {
  with_room(intent.room, intent.ref,
            [&](Room& room, Out& out) { room.send_text(context(), out, intent.ref, intent.text); });
}

void Client::Impl::on(const ui::intent::MessageRetry& intent) {
  with_room(intent.room, std::nullopt,
            [&](Room& room, Out& out) { room.retry(context(), out, EntryToken(intent.token)); });
}

void Client::Impl::on(const ui::intent::MessageDiscard& intent) {
  with_room(intent.room, std::nullopt,
            [&](Room& room, Out& out) { room.discard(context(), out, EntryToken(intent.token)); });
}

void Client::Impl::on(const ui::intent::HistoryBefore& intent) {
  if (intent.count == 0 || intent.count > kHistoryItemsMax) {
    malformed_intent();
    return;
  }
  with_room(intent.room, std::nullopt,
            [&](Room& room, Out& out) { room.history_before(out, intent.before, intent.count); });
}

void Client::Impl::on(const ui::intent::InviteCreate& intent) {
  if (intent.expires_s < kInviteSecondsMin || intent.expires_s > kInviteSecondsMax) {
    malformed_intent();
    return;
  }
  with_room(intent.room, intent.ref, [&](Room& room, Out& out) {
    room.create_invite(context(), out, intent.ref, intent.expires_s);
  });
}

void Client::Impl::on(const ui::intent::InviteRevoke& intent) {
  with_room(intent.room, std::nullopt, [&](Room& room, Out& out) {
    room.revoke_invite(context(), out, InviteId(intent.invite));
  });
}

void Client::Impl::on(const ui::intent::AlarmDismiss& intent) {
  with_room(intent.room, std::nullopt,
            [&](Room& room, Out& out) { room.dismiss_alarm(context(), out, intent.alarm); });
}

}  // namespace zerofc::member
