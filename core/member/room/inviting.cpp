// Invites made by this client, and the newcomers that come with them: docs/protocol.md §4.
#include <algorithm>

#include "core/member/room/impl.hpp"
#include "core/member/room/record_codec.hpp"
#include "core/wire/canonical.hpp"

namespace zerofc::member {
namespace {

constexpr std::uint64_t kInviteSecondsMin = 60;
constexpr std::uint64_t kInviteSecondsMax = 2592000;

bool is_open(const Invite& invite) {
  return invite.state == ui::InviteState::kLive || invite.state == ui::InviteState::kPublishing;
}

}  // namespace

Invite* Room::Impl::find_invite(const InviteId& id) {
  const auto found = std::find_if(state.invites.begin(), state.invites.end(),
                                  [&](const Invite& invite) { return invite.id == id; });
  return found == state.invites.end() ? nullptr : &*found;
}

void Room::Impl::create_invite(const Context& context, Out& out, std::uint64_t ref,
                               std::uint64_t expires_s) {
  Crypto& crypto = context.crypto;
  if (state.phase != ui::RoomState::kLive) return problem(out, ui::ProblemCode::kNotLive, ref);
  if (!may_rotate()) return problem(out, ui::ProblemCode::kNotAuthorised, ref);
  const auto open = std::count_if(state.invites.begin(), state.invites.end(), is_open);
  if (static_cast<std::size_t>(open) >= kInvitesKept || state.invites.size() >= kInvitesMax) {
    return problem(out, ui::ProblemCode::kTooManyInvites, ref, kInvitesKept);
  }
  const auto id = crypto.make_random<InviteId>();
  auto secret = crypto.make_random<InviteSecret>();
  auto exchange = crypto.make_key_pair<ExchangeKeyTag>();
  if (!id || !secret || !exchange) return problem(out, ui::ProblemCode::kRandomFailed, ref);

  Invite invite;
  invite.id = *id;
  invite.expires =
      to_seconds(context.now.wall) +
      std::chrono::seconds(std::clamp(expires_s, kInviteSecondsMin, kInviteSecondsMax));
  invite.ref = ref;
  invite.secrets = Invite::Secrets{std::move(*secret), std::move(*exchange), std::nullopt};
  state.invites.push_back(std::move(invite));
  trim_invites(out);
  mark_changed();
  show_invite(out, state.invites.back(), context);
  if (connection_.live) {
    out.send(frame::InvitePublish{state.invites.back().id, state.invites.back().expires});
  }
}

// The oldest that can't be used any more make room.
void Room::Impl::trim_invites(Out& out) {
  while (state.invites.size() > kInvitesKept) {
    const auto oldest =
        std::find_if(state.invites.begin(), state.invites.end(), [](const Invite& invite) {
          return !is_open(invite) && !invite.secrets && !invite.revocation_unsent;
        });
    if (oldest == state.invites.end()) return;
    out.patch(ui::patch::InvitesRemoved{.room = state.id.bytes(), .invite = oldest->id.bytes()});
    state.invites.erase(oldest);
  }
}

// Revoked for this client at once, since it is this client that admits; the server is told when it
// can be.
void Room::Impl::revoke_invite(const Context& context, Out& out, const InviteId& id) {
  Invite* invite = find_invite(id);
  if (invite == nullptr || !is_open(*invite) || !invite->secrets || invite->secrets->admission) {
    return problem(out, ui::ProblemCode::kInviteUnknown);
  }
  invite->state = ui::InviteState::kRevoked;
  invite->secrets.reset();
  invite->revocation_unsent = true;
  mark_changed();
  show_invite(out, *invite, context);
  if (connection_.live) out.send(frame::InviteRevoke{id});
}

void Room::Impl::send_invites(Out& out) {
  for (const Invite& invite : state.invites) {
    if (invite.state == ui::InviteState::kPublishing) {
      out.send(frame::InvitePublish{invite.id, invite.expires});
    } else if (invite.revocation_unsent) {
      out.send(frame::InviteRevoke{invite.id});
    }
  }
}

void Room::Impl::invite_state(const Context& context, Out& out, const frame::InviteState& said) {
  Invite* invite = find_invite(said.invite);
  if (invite == nullptr) return;
  if (said.code == FrameCode::kRateLimited || said.code == FrameCode::kStoreUnavailable) {
    pause_and_ask_again(context, std::chrono::seconds(2));
    return;
  }
  if (invite->revocation_unsent && said.state != InviteStateCode::kLive) {
    invite->revocation_unsent = false;
    mark_changed();
    return;
  }
  if (!is_open(*invite)) return;
  switch (said.state) {
    case InviteStateCode::kLive:
      invite->state = ui::InviteState::kLive;
      break;
    case InviteStateCode::kUsed:
      // The member.add in the log is what counts.
      return;
    case InviteStateCode::kRevoked:
    case InviteStateCode::kExpired:
    case InviteStateCode::kUnknown:
      if (invite->secrets && invite->secrets->admission) return;
      invite->state = said.state == InviteStateCode::kExpired         ? ui::InviteState::kExpired
                      : invite->state == ui::InviteState::kPublishing ? ui::InviteState::kFailed
                                                                      : ui::InviteState::kRevoked;
      invite->secrets.reset();
      if (said.code == FrameCode::kTooManyInvites) {
        problem(out, ui::ProblemCode::kTooManyInvites, invite->ref);
      }
      break;
  }
  mark_changed();
  show_invite(out, *invite, context, true);
}

void Room::Impl::expire_invites(const Context& context, Out& out) {
  for (Invite& invite : state.invites) {
    if (invite.secrets && invite.secrets->admission) {
      const auto& added = invite.secrets->admission->added_at;
      if (added && context.now.wall - *added >= kGrantLife) {
        invite.secrets.reset();
        mark_changed();
      }
    } else if (is_open(invite) && to_seconds(context.now.wall) >= invite.expires) {
      invite.state = ui::InviteState::kExpired;
      invite.secrets.reset();
      mark_changed();
      show_invite(out, invite, context);
    }
  }
}

void Room::Impl::decline(Out& out, const InviteId& invite, const MemberId& joiner,
                         DeclineReason reason) {
  out.send(frame::JoinDecline{invite, joiner, reason});
}

// "No record, expired, revoked, used, or a box that does not open: join-decline; nothing is
// released and nothing is used up. The first request that opens wins" (protocol §4, step 3).
void Room::Impl::join_request(const Context& context, Out& out, const frame::JoinRequest& request) {
  if (!connection_.live || request.room != state.id) {
    protocol_error(out);
    return;
  }
  const auto card_content = canonical::signed_content(request.card);
  if (!card_content) return;  // the server should not have passed it on; there is no one to answer
  const MemberId joiner =
      checked::member_id_of(checked::fingerprint_of(context.crypto, *card_content));
  expire_invites(context, out);
  Invite* invite = find_invite(request.invite);
  if (invite == nullptr) return decline(out, request.invite, joiner, DeclineReason::kUnknown);
  switch (invite->state) {
    case ui::InviteState::kRevoked:
    case ui::InviteState::kFailed:
      return decline(out, invite->id, joiner, DeclineReason::kRevoked);
    case ui::InviteState::kExpired:
      return decline(out, invite->id, joiner, DeclineReason::kExpired);
    case ui::InviteState::kUsed:
    case ui::InviteState::kPublishing:
    case ui::InviteState::kLive:
      break;
  }
  if (!invite->secrets) return decline(out, invite->id, joiner, DeclineReason::kUsed);
  if (invite->secrets->admission) {
    // The newcomer asks again: its grant may have been lost.
    if (invite->secrets->admission->joiner != joiner) {
      return decline(out, invite->id, joiner, DeclineReason::kUsed);
    }
    send_grant(context, out, *invite);
    return;
  }
  if (control_->member_count() >= control_->policy().max_members) {
    return decline(out, invite->id, joiner, DeclineReason::kRoomFull);
  }
  if (!control_->policy().joins_open) {
    return decline(out, invite->id, joiner, DeclineReason::kJoinsClosed);
  }
  auto admission = open_request(context.crypto, *invite->secrets, request, invite->id, joiner);
  if (!admission) return decline(out, invite->id, joiner, DeclineReason::kRefused);
  invite->secrets->admission = std::move(*admission);
  mark_changed();
  send_control(context, out);
}

std::optional<Admission> Room::Impl::open_request(Crypto& crypto, const Invite::Secrets& secrets,
                                                  const frame::JoinRequest& request,
                                                  const InviteId& invite, const MemberId& joiner) {
  const auto cell =
      checked::decrypt(crypto, secrets.exchange.private_key, request.one_time_key, request.box);
  if (!cell) return std::nullopt;
  const Bytes request_context = join_context(state.id, invite, request.card, request.one_time_key);
  const auto opened = checked::open(crypto, secrets.secret.view(), cell->view(), request_context);
  if (!opened) return std::nullopt;
  auto content = decode_join_content(opened->view());
  const auto card = checked::verify_card(crypto, request.card);
  if (!content || !card || card->content.bound_to.bytes() != state.id.bytes()) return std::nullopt;
  if (control_->find(joiner) != nullptr || control_->key_occurred(card->content.session.view()) ||
      control_->key_occurred(card->content.signing.view()) ||
      control_->key_occurred(card->content.exchange.view())) {
    return std::nullopt;
  }
  const auto token = crypto.make_random<EntryToken>();
  if (!token) return std::nullopt;
  Acquaintance& person = state.people[joiner];
  person.told = content->profile.nickname;
  person.told_by = joiner;
  return Admission{to_bytes(request.card), joiner, std::move(content->join_key), *token,
                   std::nullopt};
}

// Own or somebody else's member.add is in the log.
void Room::Impl::member_added(const Context& context, Out& out, const VerifiedControl& control) {
  if (control.author() != state.keys.id) return;
  Invite* invite = find_invite(*control.invite());
  if (invite == nullptr) return;
  invite->state = ui::InviteState::kUsed;
  invite->used_by = control.card()->member;
  if (invite->secrets && invite->secrets->admission &&
      invite->secrets->admission->joiner == control.card()->member) {
    invite->secrets->admission->added_at = context.now.wall;
    if (connection_.live) send_grant(context, out, *invite);
  } else {
    invite->secrets.reset();
  }
  mark_changed();
  show_invite(out, *invite, context);
}

void Room::Impl::send_grants(const Context& context, Out& out) {
  for (Invite& invite : state.invites) send_grant(context, out, invite);
}

// "for this card only, and only while it is in the member list" (protocol §4, step 5): a key leaves
// only to somebody whom everybody already sees.
void Room::Impl::send_grant(const Context& context, Out& out, Invite& invite) {
  if (!invite.secrets || !invite.secrets->admission || !invite.secrets->admission->added_at ||
      !holds_current_key()) {
    return;
  }
  const Admission& admission = *invite.secrets->admission;
  if (control_->find_member(admission.joiner) == nullptr) return;
  GrantContent content;
  content.room_key = state.key->key.copy();
  content.epoch = state.key->epoch;
  content.start_seq = control_->epoch_began_at();
  if (content.start_seq > 0) {
    content.before_start = rows_.hash_at(content.start_seq - 1);
    if (!content.before_start) return;
  }
  content.head = rows_.head();
  content.room_name = state.name;
  add_names(content, admission.joiner);
  const auto sealed = context.crypto.seal(
      admission.join_key.view(), encode(content),
      grant_context(state.id, invite.secrets->secret, state.keys.id, admission.joiner));
  if (!sealed) return problem(out, ui::ProblemCode::kRandomFailed);
  out.send(frame::JoinGrant{admission.joiner, *sealed});
}

// Those of members; then, as far as there is room, of those who have left: the log still names
// them.
void Room::Impl::add_names(GrantContent& content, const MemberId& joiner) const {
  for (const bool of_members : {true, false}) {
    for (const auto& [id, person] : state.people) {
      const MemberEntry* member = control_->find(id);
      if (content.names.size() >= kMembersMax) return;
      if (member == nullptr || member->is_member() != of_members || id == joiner) continue;
      if (person.profile) {
        content.names.emplace_back(id, person.profile->nickname);
      } else if (person.told) {
        content.names.emplace_back(id, *person.told);
      } else if (id == state.keys.id) {
        content.names.emplace_back(id, state.profile.nickname);
      }
    }
  }
}

// Its first message is the confirmation: invite secret, join key and invite private key are wiped.
void Room::Impl::member_arrived(const MemberId& member) {
  for (Invite& invite : state.invites) {
    if (invite.used_by == member && invite.secrets) {
      invite.secrets.reset();
      mark_changed();
    }
  }
}

// "An invite dies with its author's authority to admit." Whoever is in the list already still gets
// its grant.
void Room::Impl::end_own_invites(const Context& context, Out& out) {
  for (Invite& invite : state.invites) {
    if (!is_open(invite)) continue;
    invite.state = ui::InviteState::kRevoked;
    invite.secrets.reset();
    mark_changed();
    show_invite(out, invite, context);
  }
}

// "Its removal […] wipes these too" (protocol §4, step 7): no second grant.
void Room::Impl::forget_admissions(const std::vector<MemberId>& removed) {
  for (Invite& invite : state.invites) {
    if (invite.used_by && std::binary_search(removed.begin(), removed.end(), *invite.used_by)) {
      invite.secrets.reset();
    }
  }
}

// The server refuses the member.add for good.
void Room::Impl::refuse_admission(const Context& context, Out& out, const EntryToken& token,
                                  FrameCode code) {
  for (Invite& invite : state.invites) {
    if (!invite.secrets || !invite.secrets->admission ||
        invite.secrets->admission->token != token) {
      continue;
    }
    const MemberId joiner = invite.secrets->admission->joiner;
    invite.secrets->admission.reset();
    switch (code) {
      case FrameCode::kRoomFull:
        decline(out, invite.id, joiner, DeclineReason::kRoomFull);
        break;
      case FrameCode::kJoinsClosed:
        decline(out, invite.id, joiner, DeclineReason::kJoinsClosed);
        break;
      case FrameCode::kInviteExpired:
        invite.state = ui::InviteState::kExpired;
        invite.secrets.reset();
        break;
      case FrameCode::kInviteUsed:
      case FrameCode::kInviteRevoked:
      case FrameCode::kInviteUnknown:
        invite.state = ui::InviteState::kRevoked;
        invite.secrets.reset();
        break;
      default:
        decline(out, invite.id, joiner, DeclineReason::kRefused);
        break;
    }
    show_invite(out, invite, context);
    return;
  }
}

}  // namespace zerofc::member
