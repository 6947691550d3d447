#include "cli/output/describe.hpp"

#include <array>
#include <chrono>
#include <ctime>

#include "cli/text/hex.hpp"
#include "cli/text/inert.hpp"
#include "core/member/ui/ui_names.hpp"

namespace zerofc::cli {
namespace {

using ui::ItemKind;
using ui::ProblemCode;

std::string person(const RoomModel& room, const std::optional<ui::Id16>& member) {
  return member ? name_of_member(room, *member) : "somebody";
}

std::string number_of(const ui::Item& item) { return std::to_string(item.number.value_or(0)); }

}  // namespace

std::string short_id(BytesView id) {
  constexpr std::size_t kBytes = 4;
  return to_hex(id.first(std::min(id.size(), kBytes)));
}

std::string name_of_member(const RoomModel& room, const ui::Id16& member) {
  const auto found = room.members.find(member);
  if (found == room.members.end() || !found->second->nickname) {
    return "member " + short_id(member);
  }
  return inert(*found->second->nickname);
}

std::string name_of_room(const RoomModel& room) {
  return room.facts->name ? inert(*room.facts->name) : "room " + short_id(room.facts->room);
}

std::string describe_time(std::uint64_t unix_millis) {
  const auto seconds = static_cast<std::time_t>(unix_millis / 1000);
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return "?";
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local);
  return std::string(text.data(), size);
}

std::string describe(const RoomModel& room, const ui::Item& item) {
  const std::string author = person(room, item.author);
  switch (item.kind) {
    case ItemKind::kText:
      return author + ": " + inert_lines(item.text.value_or(""));
    case ItemKind::kCreated:
      return "* " + author + " created the room";
    case ItemKind::kMemberAdded:
      return "* " + author + " let " + person(room, item.subject) + " in";
    case ItemKind::kArrived:
      return "* " + author + " arrived";
    case ItemKind::kMemberLeft:
      return "* " + author + " left";
    case ItemKind::kKeyRotated:
      return "* " + author + " changed the room key (key " + number_of(item) + ")";
    case ItemKind::kRoomNamed:
      return "* " + author + " named the room " + inert(item.text.value_or(""));
    case ItemKind::kRenamed:
      return "* " + author + " has this name from now on";
    case ItemKind::kGap:
      return "! " + number_of(item) + " messages are not held by the server any more";
    case ItemKind::kRefused:
      return "! a message in the name of " + author + " failed the checks (" +
             std::string(item.reason ? ui::name_of(*item.reason) : "?") + ")";
    case ItemKind::kNewerClient:
      return "! a message of " + author + " that only a newer 0fc can show";
    case ItemKind::kTwoVersions:
      return "! " + author + " sent two versions of one message, or was restored from a backup";
    case ItemKind::kInvalidControl:
      return "! an entry in the name of " + author + " that the room's rules do not allow";
    case ItemKind::kWaitingForKey:
      return "! a message of " + author + " that waits for its key";
    case ItemKind::kMembersRemoved:
      return "* " + author + " removed " + person(room, item.subject) +
             (item.number.value_or(1) > 1 ? " and " + std::to_string(*item.number - 1) + " others"
                                          : std::string()) +
             ", and the room has a new key";
    case ItemKind::kMadeAdmin:
      return "* " + author + " made " + person(room, item.subject) + " an admin";
    case ItemKind::kMadeMember:
      return "* " + author + " made " + person(room, item.subject) + " a member without a role";
    case ItemKind::kOwnerChanged:
      return "* " + author + " handed the room over to " + person(room, item.subject);
    case ItemKind::kPolicySet:
      return "* " + author + " changed the room's rules";
    case ItemKind::kDestroyed:
      return "* " + author + " closed the room for everybody";
    case ItemKind::kForgotten:
      return "! " + number_of(item) + " older entries are not kept here any more";
    default:  // of a later schema, by its name there
      break;
  }
  return "! " + std::string(ui::name_of(item.kind)) + " of " + author;
}

std::string describe(const RoomModel& room, const ui::Alarm& alarm) {
  const std::string member = person(room, alarm.member);
  switch (alarm.kind) {
    case ui::AlarmKind::kFork:
      return member +
             " and you see different conversations: the server forked the room, or that client "
             "lies";
    case ui::AlarmKind::kServerHead:
      return "the server signed another conversation than the one you see";
    case ui::AlarmKind::kRollback:
      return "the server has lost or hides what you have already read";
    case ui::AlarmKind::kServerKeyChanged:
      return "the server shows another key than the one that was pinned";
    case ui::AlarmKind::kInvalidControl:
      return member + ", or the server, put an entry into the log that the rules do not allow";
    case ui::AlarmKind::kTwoVersions:
      return member + " sent two versions of one message, or was restored from a backup";
    case ui::AlarmKind::kRotationBroken:
      return member + "'s new room key reached you broken (that client, or the server)";
    case ui::AlarmKind::kRestored:
      return "what is kept here is older than what you had confirmed: restored from an old copy";
    case ui::AlarmKind::kBadServerSignature:
      return "a signature of the server is not right";
    case ui::AlarmKind::kRekeyGiven:
      return "your client gave " + member + " the room key, which that client had lost";
    case ui::AlarmKind::kRekeyReceived:
      return member + " gave your client the room key, which it had lost";
    case ui::AlarmKind::kRekeyBroken:
      return member + " answered with a key that is not the room's";
    default:  // of a later schema, by its name there
      break;
  }
  return std::string(ui::name_of(alarm.kind));
}

bool is_here(const ui::Member& member) {
  return member.state == ui::MemberState::kInvited || member.state == ui::MemberState::kPresent;
}

std::string describe(const RoomModel& room, const ui::Member& member) {
  std::string text = name_of_member(room, member.member);
  if (member.own) text += " (you)";
  if (member.named_by) text += ", as " + name_of_member(room, *member.named_by) + " says";
  text.append(", ").append(ui::name_of(member.role));
  if (member.state == ui::MemberState::kInvited) text += ", not arrived yet";
  if (member.state == ui::MemberState::kLeft) text += ", left";
  if (member.state == ui::MemberState::kRemoved) text += ", removed";
  return text;
}

std::string describe(const ui::patch::ConnectionChanged& connection) {
  std::string text(ui::name_of(connection.state));
  for (char& c : text) c = c == '_' ? ' ' : c;
  if (connection.done && connection.total) {
    text += " " + std::to_string(*connection.done) + "/" + std::to_string(*connection.total);
  }
  if (connection.refusal) text.append(": ").append(ui::name_of(*connection.refusal));
  if (connection.clock_off_s) {
    text += ": this device's clock is " + std::to_string(*connection.clock_off_s) + " s " +
            (connection.clock_ahead.value_or(false) ? "ahead" : "behind");
  }
  return text;
}

std::string_view describe(ui::RoomState state) {
  switch (state) {
    case ui::RoomState::kCreating:
      return "being created";
    case ui::RoomState::kRequesting:
      return "asking to join";
    case ui::RoomState::kWaiting:
      return "waiting for the inviter";
    case ui::RoomState::kVerifying:
      return "checking the room";
    case ui::RoomState::kLive:
      return "live";
    case ui::RoomState::kDeclined:
      return "not joined";
    case ui::RoomState::kLeft:
      return "left";
    case ui::RoomState::kStopped:
      return "stopped";
    default:
      break;
  }
  return ui::name_of(state);
}

std::string_view describe(ui::RoomEnd end) {
  switch (end) {
    case ui::RoomEnd::kInviteUnknown:
      return "Nobody knows this invite.";
    case ui::RoomEnd::kInviteUsed:
      return "Somebody else has used this invite.";
    case ui::RoomEnd::kInviteRevoked:
      return "This invite was taken back.";
    case ui::RoomEnd::kInviteExpired:
      return "This invite was not used in time.";
    case ui::RoomEnd::kRefused:
      return "The inviter declined.";
    case ui::RoomEnd::kRoomFull:
      return "The room is full.";
    case ui::RoomEnd::kTooManyRequests:
      return "Too many people are asking for this invite.";
    case ui::RoomEnd::kJoinsClosed:
      return "The room takes no new members.";
    case ui::RoomEnd::kNewerClient:
      return "The room needs a newer 0fc.";
    case ui::RoomEnd::kBadGrant:
      return "What the inviter sent does not match the link or the room.";
    case ui::RoomEnd::kBadLog:
      return "The room's log does not verify.";
    case ui::RoomEnd::kRoomUnknown:
      return "The server does not have this room.";
    case ui::RoomEnd::kNotMember:
      return "The server says that you are no member of this room.";
    case ui::RoomEnd::kServerFull:
      return "The server takes no more rooms.";
    case ui::RoomEnd::kServerRefused:
      return "The server refused the room.";
    case ui::RoomEnd::kRemoved:
      return "You were removed from this room.";
    case ui::RoomEnd::kDestroyed:
      return "The owner has closed the room for everybody.";
    default:  // of a later schema, by its name there
      break;
  }
  return ui::name_of(end);
}

std::string describe(const ui::patch::Problem& problem) {
  const std::string amount = std::to_string(problem.amount.value_or(0));
  switch (problem.code) {
    case ProblemCode::kPassphraseWrong:
      return "This is not the passphrase.";
    case ProblemCode::kPassphraseShort:
      return "The passphrase has to have at least " + amount + " characters.";
    case ProblemCode::kVaultNewer:
      return "A newer 0fc wrote the vault: nothing in it was touched.";
    case ProblemCode::kVaultDamaged:
      return "The vault is damaged: nothing in it was touched.";
    case ProblemCode::kVaultCost:
      return "The vault asks for an absurd amount of work: it is not opened.";
    case ProblemCode::kStorageFailed:
      return "The vault can't be written or read.";
    case ProblemCode::kStorageFull:
      return "There is no space left for the vault.";
    case ProblemCode::kRoomNameInvalid:
      return "A room's name has 1 to " + amount + " bytes, and something in it to see.";
    case ProblemCode::kNicknameInvalid:
      return "A nickname has 1 to " + amount + " bytes, and something in it to see.";
    case ProblemCode::kLinkUnusable:
      return "This invite link can't be used.";
    case ProblemCode::kTextInvalid:
      return "A message has 1 to " + amount + " bytes.";
    case ProblemCode::kOutboxFull:
      return amount + " messages are waiting to be sent already.";
    case ProblemCode::kRoomUnknown:
      return "There is no such room here.";
    case ProblemCode::kNotLive:
      return "You are not in this room (any more), or not yet.";
    case ProblemCode::kNotAuthorised:
      return "Your role in the room does not allow it.";
    case ProblemCode::kOwnerCannotLeave:
      return "The owner can leave only after handing the room over.";
    case ProblemCode::kMemberUnknown:
      return "There is no such member, or not any more.";
    case ProblemCode::kTooManyInvites:
      return "The room has as many live invites as the server allows.";
    case ProblemCode::kInviteUnknown:
      return "There is no such invite, or it can't be used any more anyway.";
    case ProblemCode::kTooManyRooms:
      return "There are " + amount + " rooms here already.";
    case ProblemCode::kRateLimited:
      return "The server asks for a pause.";
    case ProblemCode::kTooLarge:
      return "The server says that it is too large.";
    case ProblemCode::kRoomFull:
      return "The room is full.";
    case ProblemCode::kServerUnavailable:
      return "The server can't store anything at the moment.";
    case ProblemCode::kBusy:
      return "The same is under way already.";
    case ProblemCode::kRandomFailed:
      return "The system gives no randomness: nothing was made.";
    case ProblemCode::kLogFull:
      return "The room's log is full.";
    case ProblemCode::kServerRefused:
      return "The server refused it.";
    default:
      return "It did not work: " + std::string(ui::name_of(problem.code)) + ".";
  }
}

ExitCode exit_code_of(ProblemCode problem) {
  switch (problem) {
    case ProblemCode::kPassphraseWrong:
    case ProblemCode::kPassphraseShort:
      return ExitCode::kPassphrase;
    case ProblemCode::kVaultExists:
    case ProblemCode::kVaultAbsent:
    case ProblemCode::kVaultNewer:
    case ProblemCode::kVaultDamaged:
    case ProblemCode::kVaultCost:
    case ProblemCode::kStorageFailed:
    case ProblemCode::kStorageFull:
      return ExitCode::kState;
    case ProblemCode::kRoomNameInvalid:
    case ProblemCode::kNicknameInvalid:
    case ProblemCode::kLinkUnusable:
    case ProblemCode::kTextInvalid:
      return ExitCode::kUsage;
    case ProblemCode::kRoomUnknown:
    case ProblemCode::kInviteUnknown:
    case ProblemCode::kMemberUnknown:
      return ExitCode::kUnknown;
    case ProblemCode::kInternal:
    case ProblemCode::kRandomFailed:
      return ExitCode::kFailed;
    default:
      return ExitCode::kRefused;
  }
}

}  // namespace zerofc::cli
