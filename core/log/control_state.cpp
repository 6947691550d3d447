#include "core/log/control_state.hpp"

#include "core/wire/canonical.hpp"

namespace zerofc {

// ---- the state

ControlState::ControlState(const VerifiedControl& genesis)
    : room_(genesis.room_), nonce_(genesis.nonce_), policy_(genesis.policy_) {
  commits_.push_back(genesis.commit_);
  prev_ = genesis.content_hash_;
  owner_ = genesis.author_;
  add(*genesis.card_, Role::kOwner, 0, genesis.author_, std::nullopt);
}

void ControlState::apply(const VerifiedControl& control, Seq seq) {
  switch (control.kind_) {
    case Kind::kMemberAdd:
      add(*control.card_, Role::kMember, seq, control.author_, control.invite_);
      break;
    case Kind::kMemberLeave:
      members_.at(control.author_).left_at = seq;
      --member_count_;
      unrotated_leaver_ = control.author_;
      break;
    case Kind::kKeyRotate:
      epoch_ = control.new_epoch_;
      commits_.push_back(control.commit_);
      epoch_began_at_ = seq;
      unrotated_leaver_.reset();
      break;
    case Kind::kGenesis:
    case Kind::kMessage:
      return;  // judge() makes none
  }
  prev_ = control.content_hash_;
}

void ControlState::add(const checked::VerifiedCard& card, Role role, Seq seq, const MemberId& by,
                       const std::optional<InviteId>& invite) {
  const CardContent& content = card.content;
  MemberEntry entry;
  entry.id = card.member;
  entry.fingerprint = card.fingerprint;
  entry.card = content;
  entry.role = role;
  entry.added_at = seq;
  entry.added_by = by;
  entry.invite = invite;
  members_.emplace(card.member, entry);
  ++member_count_;
  by_session_.emplace(content.session, card.member);
  for (const auto* key :
       {&content.session.bytes(), &content.signing.bytes(), &content.exchange.bytes()}) {
    keys_.emplace(*key);
  }
  if (invite) invites_.insert(*invite);
}

const MemberEntry* ControlState::find(const MemberId& id) const {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : &found->second;
}

const MemberEntry* ControlState::find_member(const MemberId& id) const {
  const MemberEntry* entry = find(id);
  return entry != nullptr && entry->is_member() ? entry : nullptr;
}

const MemberEntry* ControlState::find_by_session(const SessionPublicKey& key) const {
  const auto found = by_session_.find(key);
  return found == by_session_.end() ? nullptr : find(found->second);
}

bool ControlState::key_occurred(BytesView public_key) const {
  const auto key = Id<kKeyContainerBytes, AnyKeyTag>::from(public_key);
  return key && keys_.count(*key) != 0;
}

bool ControlState::invite_occurred(const InviteId& invite) const {
  return invites_.count(invite) != 0;
}

// ---- the authority function

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
    const MemberEntry* author = state.find_member(content.author);
    if (author == nullptr) return fail(ControlRefusal::kNotMember);
    if (content.prev != state.prev()) return fail(ControlRefusal::kStalePrev);
    if (signatures == Signatures::kVerify) {
      const auto verified = checked::verify(crypto, author->card.signing, read->body);
      if (!verified) return fail(refusal(verified.error(), ControlRefusal::kSignature));
    }

    // "An entry of unknown kind, or with more fields than its rule, or with `removed` not empty,
    // stops the room […] if author, role (owner or admin), `prev` and signature are right", §3.2.
    const bool has_authority = author->role != Role::kMember;
    if (is_newer(content)) {
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
      if (rotate->new_epoch != state.epoch() + 1 || rotate->base > state.epoch()) {
        return fail(ControlRefusal::kBadRotation);
      }
      control.new_epoch_ = rotate->new_epoch;
      control.base_ = rotate->base;
      control.commit_ = rotate->commit;
      return control;
    }
    return member_add(crypto, state, std::get<MemberAddFields>(content.fields), signatures,
                      control);
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

  static bool is_newer(const ControlContent& content) {
    if (const auto* rotate = std::get_if<KeyRotateFields>(&content.fields)) {
      return !rotate->removed.empty();
    }
    return std::holds_alternative<UnknownFields>(content.fields);
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
