// Where the client's rooms are kept: docs/protocol.md §7.
#include "core/member/client_impl.hpp"
#include "core/member/passphrase.hpp"

namespace zerofc::member {

ui::VaultState Client::Impl::shown_state(StoreState store) {
  switch (store) {
    case StoreState::kLocked:
      return ui::VaultState::kLocked;
    case StoreState::kNewer:
      return ui::VaultState::kNewer;
    case StoreState::kDamaged:
      return ui::VaultState::kDamaged;
    // People may work in memory; a vault is not made over what can't be read.
    case StoreState::kUnreadable:
    case StoreState::kLeftovers:
    case StoreState::kAbsent:
      break;
  }
  return ui::VaultState::kAbsent;
}

std::optional<ui::ProblemCode> Client::Impl::why_no_vault(StoreState store) {
  switch (store) {
    case StoreState::kLocked:
      return ui::ProblemCode::kVaultExists;
    case StoreState::kNewer:
      return ui::ProblemCode::kVaultNewer;
    case StoreState::kDamaged:
      return ui::ProblemCode::kVaultDamaged;
    case StoreState::kUnreadable:
      return ui::ProblemCode::kStorageFailed;
    case StoreState::kLeftovers:
    case StoreState::kAbsent:
      break;
  }
  return std::nullopt;
}

void Client::Impl::show_vault() {
  show(ui::patch::VaultChanged{.state = state_,
                               .busy = busy_ != Busy::kNo && busy_ != Busy::kReading});
}

void Client::Impl::store_is(StoreState store) {
  store_ = store;
  state_ = shown_state(store);
  busy_ = Busy::kNo;
  show_vault();
}

// ---- reading and opening

void Client::Impl::on(const VaultRead& event) {
  if (busy_ == Busy::kReading) look_at(event);
  if (busy_ == Busy::kOpening) try_passphrase(event);
}

void Client::Impl::look_at(const VaultRead& read) {
  const StoreState store = look_at_store(read.values);
  leftovers_.clear();
  if (store != StoreState::kLeftovers) {
    store_is(store);
    return;
  }
  // Nobody can open what has no key cell: somebody wanted it wiped, and it is. If the device
  // doesn't do that, the first write of a new vault erases it.
  for (const VaultValue& value : read.values) leftovers_.push_back(value.name);
  store_ = store;
  if (cleared_) {
    store_is(store);
    return;
  }
  cleared_ = true;
  state_ = ui::VaultState::kAbsent;
  busy_ = Busy::kWiping;
  show_vault();
  actions_.emplace_back(WipeVault{vault_key_name()});
}

void Client::Impl::on(const VaultUnreadable& /*event*/) {
  if (busy_ != Busy::kReading && busy_ != Busy::kOpening) return;
  passphrase_ = {};
  problem({.code = ui::ProblemCode::kStorageFailed});
  if (busy_ == Busy::kReading) {
    store_is(StoreState::kUnreadable);
  } else {
    store_is(store_);
  }
}

void Client::Impl::on(const ui::intent::VaultOpen& intent) {
  if (busy_ != Busy::kNo) {
    problem({.code = ui::ProblemCode::kBusy});
    return;
  }
  if (store_ != StoreState::kLocked || vault_ || !rooms_.empty()) {
    problem({.code = why_no_vault(store_).value_or(ui::ProblemCode::kVaultAbsent)});
    return;
  }
  passphrase_ = SecretBytes::copy_of(bytes_of(intent.passphrase));
  busy_ = Busy::kOpening;
  show_vault();
  actions_.emplace_back(ReadVault{});
}

void Client::Impl::try_passphrase(const VaultRead& read) {
  auto opened = Vault::open(*crypto_, passphrase_.view(), read.values);
  passphrase_ = {};
  if (!opened) {
    not_opened(opened.error());
    return;
  }
  if (!load_rooms(std::move(opened->rooms))) {
    not_opened(VaultError::kDamaged);
    return;
  }
  vault_ = std::move(opened->vault);
  state_ = ui::VaultState::kOpen;
  busy_ = Busy::kNo;
  show_vault();
  for (auto& [id, slot] : rooms_) {
    with(slot, [this](Room& room, Out& out) { room.show(context(), out); });
  }
}

void Client::Impl::not_opened(VaultError why) {
  switch (why) {
    case VaultError::kNewer:
      problem({.code = ui::ProblemCode::kVaultNewer});
      store_is(StoreState::kNewer);
      return;
    case VaultError::kDamaged:
      problem({.code = ui::ProblemCode::kVaultDamaged});
      store_is(StoreState::kDamaged);
      return;
    case VaultError::kTooExpensive:
      problem({.code = ui::ProblemCode::kVaultCost});
      break;
    case VaultError::kWrongPassphrase:
      problem({.code = ui::ProblemCode::kPassphraseWrong});
      break;
    case VaultError::kFailed:
      problem({.code = ui::ProblemCode::kInternal});
      break;
  }
  store_is(StoreState::kLocked);
}

bool Client::Impl::load_rooms(StoredRooms rooms) {
  Rooms loaded;
  for (auto& [id, records] : rooms) {
    auto room = Room::load(context(), std::move(records));
    if (!room || room->id() != id) return false;
    loaded.emplace(id, RoomSlot(std::move(*room)));
  }
  rooms_ = std::move(loaded);
  return true;
}

// ---- making

void Client::Impl::on(const ui::intent::VaultCreate& intent) {
  if (busy_ != Busy::kNo) {
    problem({.code = ui::ProblemCode::kBusy});
    return;
  }
  if (const auto why = why_no_vault(store_)) {
    problem({.code = *why});
    return;
  }
  if (count_characters(intent.passphrase) < kPassphraseCharactersMin) {
    problem({.code = ui::ProblemCode::kPassphraseShort, .amount = kPassphraseCharactersMin});
    return;
  }
  auto vault = Vault::create(*crypto_, bytes_of(intent.passphrase), leftovers_);
  if (!vault) {
    problem({.code = ui::ProblemCode::kRandomFailed});
    return;
  }
  vault_ = std::move(*vault);
  busy_ = Busy::kCreating;
  show_vault();
  for (auto& [id, slot] : rooms_) {
    with(slot, [](Room& room, Out& out) { room.put_everything(out); });
  }
}

void Client::Impl::created(VaultWritten::Outcome outcome) {
  busy_ = Busy::kNo;
  if (outcome == VaultWritten::Outcome::kDone) {
    store_ = StoreState::kLocked;
    leftovers_.clear();
    state_ = ui::VaultState::kOpen;
  } else {
    // Rooms go on in memory, where nothing has to wait.
    vault_.reset();
    for (Effects& effects : queue_.give_up()) release(std::move(effects));
  }
  show_vault();
}

void Client::Impl::on(const ui::intent::VaultMemory& /*intent*/) {
  if (busy_ != Busy::kNo || vault_) {
    problem({.code = vault_ ? ui::ProblemCode::kVaultExists : ui::ProblemCode::kBusy});
    return;
  }
  state_ = ui::VaultState::kMemory;
  show_vault();
}

// ---- writing

void Client::Impl::storage_problem(VaultWritten::Outcome outcome) {
  problem({.code = outcome == VaultWritten::Outcome::kFull ? ui::ProblemCode::kStorageFull
                                                           : ui::ProblemCode::kStorageFailed});
}

void Client::Impl::write_if_due() {
  if (!vault_ || !queue_.wants_write(*vault_, now_)) return;
  auto write = queue_.seal(*crypto_, *vault_);
  if (write) {
    actions_.emplace_back(std::move(*write));
    return;
  }
  if (!queue_.is_failing()) problem({.code = ui::ProblemCode::kRandomFailed});
  queue_.put_off(now_);
  if (busy_ == Busy::kCreating) created(VaultWritten::Outcome::kFailed);
}

void Client::Impl::on(const VaultWritten& event) {
  if (busy_ == Busy::kClosing) {
    if (closing_.under_way != event.write) return;
    closing_.under_way.reset();
    if (event.outcome == VaultWritten::Outcome::kDone) {
      store_ = StoreState::kLocked;
    } else if (!closing_.last && !closing_.wipe) {
      storage_problem(event.outcome);
    }
    go_on_closing();
    return;
  }
  const bool failing = queue_.is_failing();
  if (!vault_ || !queue_.finish(event, *vault_, now_)) return;
  if (event.outcome != VaultWritten::Outcome::kDone && !failing) storage_problem(event.outcome);
  if (busy_ == Busy::kCreating) created(event.outcome);
  for (Effects& effects : queue_.take_released()) release(std::move(effects));
}

// ---- locking and wiping

void Client::Impl::on(const ui::intent::VaultLock& /*intent*/) { close(false); }

void Client::Impl::on(const ui::intent::VaultWipe& /*intent*/) { close(true); }

void Client::Impl::close(bool wipe) {
  if (busy_ == Busy::kReading || busy_ == Busy::kWiping) {
    problem({.code = ui::ProblemCode::kBusy});
    return;
  }
  if (busy_ == Busy::kClosing) {
    closing_.wipe = closing_.wipe || wipe;
    if (closing_.wipe) closing_.last.reset();
    return;
  }
  for (auto& [id, slot] : rooms_) slot.connection.end(io(), Connection::NotWanted{});
  closing_ = Closing{.under_way = queue_.under_way(), .last = std::nullopt, .wipe = wipe};
  // What was not stored yet is sealed now, and stored without any key.
  const bool unstored =
      vault_ && (queue_.has_changes() || (!closing_.under_way && vault_->has_unstored()));
  if (unstored && !wipe) {
    auto last = queue_.seal(*crypto_, *vault_);
    if (last) {
      closing_.last = std::move(*last);
    } else {
      problem({.code = ui::ProblemCode::kRandomFailed});
    }
  }
  passphrase_ = {};
  rooms_.clear();
  vault_.reset();
  static_cast<void>(queue_.give_up());
  busy_ = Busy::kClosing;
  show_vault();
  go_on_closing();
}

void Client::Impl::go_on_closing() {
  if (closing_.under_way) return;
  if (closing_.last) {
    closing_.under_way = closing_.last->write;
    actions_.emplace_back(std::move(*closing_.last));
    closing_.last.reset();
    return;
  }
  if (!closing_.wipe) {
    store_is(store_);
    return;
  }
  busy_ = Busy::kWiping;
  // "Wipe everything" destroys the vault-key cell first.
  actions_.emplace_back(WipeVault{vault_key_name()});
}

void Client::Impl::on(const VaultWiped& event) {
  if (busy_ != Busy::kWiping) return;
  if (event.done) {
    leftovers_.clear();
    store_is(StoreState::kAbsent);
    return;
  }
  problem({.code = ui::ProblemCode::kStorageFailed});
  // How far it has come is to be seen.
  cleared_ = true;
  busy_ = Busy::kReading;
  actions_.emplace_back(ReadVault{});
}

}  // namespace zerofc::member
