// The authority function: docs/protocol.md §3.2.
#include <algorithm>

#include "core/log/control_state.hpp"
#include "core/wire/canonical.hpp"

namespace zerofc {

class ControlJudge {
 public:
  using Verdict = Result<VerifiedControl, ControlRefusal>;

  static Verdict later(Crypto& crypto, const ControlState& state, BytesView entry_bytes,
                       Signatures signatures) {
    const auto read = Read::from(entry_bytes);
    if (!read) return fail(read.error());
    const ControlContent& content = read->content;
    if (content.kind == Kind::kGenesis) return fail(ControlRefusal::kBadGenesis);
    if (content.room != state.room()) return fail(ControlRefusal::kWrongRoom);
    if (state.destroyed_at()) return fail(ControlRefusal::kRoomDestroyed);
    const MemberEntry* author = state.find_member(content.author);
    if (author == nullptr) return fail(ControlRefusal::kNotMember);
    if (content.prev != state.prev()) return fail(ControlRefusal::kStalePrev);
    if (signatures == Signatures::kVerify) {
      const auto verified = checked::verify(crypto, author->card.signing, read->body);
      if (!verified) return fail(refusal(verified.error(), ControlRefusal::kSignature));
    }

    // "An entry of unknown kind, or with more fields than its rule, stops the room […] if author,
    // role (owner or admin), `prev` and signature are right", §3.2.
    const bool has_authority = author->role != Role::kMember;
    if (std::holds_alternative<UnknownFields>(content.fields)) {
      return fail(has_authority ? ControlRefusal::kNewerClient : ControlRefusal::kNotAuthorised);
    }
    if (content.epoch != state.epoch()) return fail(ControlRefusal::kWrongEpoch);

    VerifiedControl control = common(crypto, *read);
    if (std::holds_alternative<MemberLeaveFields>(content.fields)) {
      if (author->role == Role::kOwner) return fail(ControlRefusal::kNotAuthorised);
      return control;
    }
    if (!has_authority) return fail(ControlRefusal::kNotAuthorised);
    if (const auto* rotate = std::get_if<KeyRotateFields>(&content.fields)) {
      return key_rotate(state, *author, *rotate, std::move(control));
    }
    if (const auto* fields = std::get_if<MemberAddFields>(&content.fields)) {
      return member_add(crypto, state, *fields, signatures, std::move(control));
    }
    // "Only the owner removes admins, sets roles and policy, transfers, destroys."
    if (author->role != Role::kOwner) return fail(ControlRefusal::kNotAuthorised);
    if (const auto* fields = std::get_if<PolicySetFields>(&content.fields)) {
      control.policy_ = fields->policy;
      return control;
    }
    if (std::holds_alternative<RoomDestroyFields>(content.fields)) return control;
    return change_of_role(state, content, std::move(control));
  }

  static Verdict genesis(Crypto& crypto, BytesView entry_bytes, Signatures signatures) {
    const auto read = Read::from(entry_bytes);
    if (!read) return fail(read.error());
    const ControlContent& content = read->content;
    if (content.kind != Kind::kGenesis) return fail(ControlRefusal::kBadGenesis);
    // Of a newer version: who signed it and how is for a newer client to know.
    const auto* fields = std::get_if<GenesisFields>(&content.fields);
    if (fields == nullptr) return fail(ControlRefusal::kNewerClient);

    const auto card = read_card(crypto, fields->card, signatures);
    if (!card) return fail(card.error());
    if (card->content.bound_to.bytes() != fields->nonce.bytes()) {
      return fail(ControlRefusal::kBadCard);
    }
    if (content.author != card->member) return fail(ControlRefusal::kBadGenesis);
    if (signatures == Signatures::kVerify) {
      const auto verified = checked::verify(crypto, card->content.signing, read->body);
      if (!verified) return fail(refusal(verified.error(), ControlRefusal::kSignature));
    }
    VerifiedControl control = common(crypto, *read);
    control.card_ = *card;
    control.commit_ = fields->commit;
    control.room_ = RoomId(crypto.sha256({entry_bytes}).bytes());
    control.nonce_ = fields->nonce;
    control.policy_ = fields->policy;
    return control;
  }

 private:
  // A control entry taken apart, envelope equal to the signed values; nothing is verified yet.
  struct Read {
    BytesView body;
    BytesView encoded;  // the signed content
    ControlContent content;

    static Result<Read, ControlRefusal> from(BytesView entry_bytes) {
      const auto entry = decode_entry(entry_bytes);
      if (!entry || !entry->is_control()) return fail(ControlRefusal::kMalformed);
      const auto encoded = canonical::signed_content(entry->body);
      if (!encoded) return fail(ControlRefusal::kMalformed);
      auto content = decode_control_content(*encoded);
      if (!content) return fail(ControlRefusal::kMalformed);
      // "The values in the content MUST equal those of the envelope."
      if (content->kind != entry->kind || content->epoch != entry->epoch ||
          content->token != entry->token || content->author != entry->author) {
        return fail(ControlRefusal::kEnvelope);
      }
      return Read{entry->body, *encoded, std::move(*content)};
    }
  };

  static ControlRefusal refusal(CryptoError error, ControlRefusal refused) {
    return error == CryptoError::kRefused ? refused : ControlRefusal::kEngineFailed;
  }

  static VerifiedControl common(Crypto& crypto, const Read& read) {
    VerifiedControl control;
    control.kind_ = read.content.kind;
    control.author_ = read.content.author;
    control.token_ = read.content.token;
    control.seen_ = read.content.seen;
    control.content_hash_ = crypto.sha256({read.encoded});
    return control;
  }

  static Result<checked::VerifiedCard, ControlRefusal> read_card(Crypto& crypto, BytesView card,
                                                                 Signatures signatures) {
    if (signatures == Signatures::kVerify) {
      const auto verified = checked::verify_card(crypto, card);
      if (!verified) return fail(refusal(verified.error(), ControlRefusal::kBadCard));
      return *verified;
    }
    const auto read = checked::read_verified_card(crypto, card);
    if (!read) return fail(ControlRefusal::kBadCard);
    return *read;
  }

  static Verdict key_rotate(const ControlState& state, const MemberEntry& author,
                            const KeyRotateFields& rotate, VerifiedControl control) {
    if (rotate.new_epoch != state.epoch() + 1 || rotate.base > state.epoch()) {
      return fail(ControlRefusal::kBadRotation);
    }
    const bool is_rising = std::adjacent_find(rotate.removed.begin(), rotate.removed.end(),
                                              [](const MemberId& a, const MemberId& b) {
                                                return !(a < b);
                                              }) == rotate.removed.end();
    if (!is_rising) return fail(ControlRefusal::kBadRotation);
    for (const MemberId& id : rotate.removed) {
      const MemberEntry* removed = state.find_member(id);
      if (removed == nullptr || id == author.id) return fail(ControlRefusal::kBadTarget);
      // "Admins may […] remove plain members. Only the owner removes admins […] Nobody removes the
      // owner"
      if (author.role != Role::kOwner && removed->role != Role::kMember) {
        return fail(ControlRefusal::kNotAuthorised);
      }
    }
    control.new_epoch_ = rotate.new_epoch;
    control.base_ = rotate.base;
    control.commit_ = rotate.commit;
    control.removed_ = rotate.removed;
    return control;
  }

  // role.set and owner.transfer, by the owner.
  static Verdict change_of_role(const ControlState& state, const ControlContent& content,
                                VerifiedControl control) {
    const auto* role_set = std::get_if<RoleSetFields>(&content.fields);
    const MemberId& id = role_set != nullptr ? role_set->member
                                             : std::get<OwnerTransferFields>(content.fields).member;
    const MemberEntry* target = state.find_member(id);
    if (target == nullptr || target->role == Role::kOwner ||
        (role_set != nullptr && target->role == role_set->role)) {
      return fail(ControlRefusal::kBadTarget);
    }
    control.target_ = id;
    if (role_set != nullptr) control.role_ = role_set->role;
    return control;
  }

  static Verdict member_add(Crypto& crypto, const ControlState& state,
                            const MemberAddFields& fields, Signatures signatures,
                            VerifiedControl control) {
    if (!state.policy().joins_open) return fail(ControlRefusal::kJoinsClosed);
    if (state.member_count() >= state.policy().max_members) {
      return fail(ControlRefusal::kRoomFull);
    }
    if (state.invite_occurred(fields.invite)) return fail(ControlRefusal::kInviteReused);
    const auto card = read_card(crypto, fields.card, signatures);
    if (!card) return fail(card.error());
    const CardContent& content = card->content;
    if (content.bound_to.bytes() != state.room().bytes()) return fail(ControlRefusal::kBadCard);
    if (state.find(card->member) != nullptr || state.key_occurred(content.session.view()) ||
        state.key_occurred(content.signing.view()) || state.key_occurred(content.exchange.view())) {
      return fail(ControlRefusal::kKeyReused);
    }
    control.card_ = *card;
    control.invite_ = fields.invite;
    return control;
  }
};

Result<VerifiedControl, ControlRefusal> judge(Crypto& crypto, const ControlState& state,
                                              BytesView entry, Signatures signatures) {
  return ControlJudge::later(crypto, state, entry, signatures);
}

Result<VerifiedControl, ControlRefusal> judge_genesis(Crypto& crypto, BytesView entry,
                                                      Signatures signatures) {
  return ControlJudge::genesis(crypto, entry, signatures);
}

}  // namespace zerofc
