// Accounts: create, state, ownership, settings.
#include "latchkey/directory.h"

#include "engine/base/error.h"
#include "engine/facade/core.h"
#include "engine/facade/directory_writing.h"
#include "engine/facade/forms.h"
#include "engine/facade/rights.h"
#include "engine/facade/user_hierarchy.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

using authz::Act;

// The rights that going from `before` to `after` needs [domain W-8] [domain W-10].
std::vector<Act> ActsOf(const Limits& limits, const AccountSettings& before,
                        const AccountSettings& after) {
  std::vector<Act> acts;
  const std::uint32_t keys_before = before.keys_per_identity.value_or(limits.keys_per_identity);
  const std::uint32_t keys_after = after.keys_per_identity.value_or(limits.keys_per_identity);
  if (keys_after > keys_before) acts.push_back(Act::kAccountRaiseLimit);
  if (before.external_users != after.external_users ||
      before.external_service_ids != after.external_service_ids) {
    acts.push_back(Act::kAccountUpdateAccessSettings);
  }
  const bool identity_settings =
      before.restrict_create_platform_apikey != after.restrict_create_platform_apikey ||
      before.restrict_create_service_id != after.restrict_create_service_id ||
      keys_after < keys_before;
  if (identity_settings || acts.empty()) acts.push_back(Act::kAccountUpdateIdentitySettings);
  return acts;
}

absl::StatusOr<Account> PutChanged(WriteFrame& frame, Account account) {
  account.entity_tag = frame.NextTag(account.entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(account));
  return account;
}

absl::StatusOr<Account> CreateIn(WriteFrame& frame, const NewAccount& request) {
  LATCHKEY_RETURN_IF_ERROR(RequireHost(frame.actor));
  Account account;
  account.id = request.id;
  account.name = request.name;
  account.owner = request.owner;
  return PutNewAccount(frame, std::move(account));
}

// The user hierarchy stays a tree whose root is the owner [domain D-1].
absl::Status MoveRoot(WriteFrame& frame, const AccountId& account, const IamId& from,
                      Membership to) {
  LATCHKEY_ASSIGN_OR_RETURN(auto former, frame.txn.FindMembership(account, from));
  if (!former) return base::Error(Reason::kCorrupt, "an owner is not a member of its account");
  former->invited_by = to.iam_id;
  former->entity_tag = frame.NextTag(former->entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(*former));
  to.invited_by = IamId();
  to.entity_tag = frame.NextTag(to.entity_tag);
  return frame.txn.Put(to);
}

absl::StatusOr<Account> TransferIn(WriteFrame& frame, const AccountId& id, const IfMatch& if_match,
                                   const IamId& new_owner) {
  LATCHKEY_RETURN_IF_ERROR(Require(frame.txn, frame.actor, Act::kAccountTransfer,
                                   {.account = id, .member = new_owner}, "account"));
  LATCHKEY_ASSIGN_OR_RETURN(Account account, ExistingAccount(frame.txn, id));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, account.entity_tag));
  if (account.owner == new_owner) return account;
  LATCHKEY_ASSIGN_OR_RETURN(const auto member, frame.txn.FindMembership(id, new_owner));
  if (!member || member->state != MemberState::kActive) {
    return base::Error(Reason::kStateForbids, "the new owner must be an active user member");
  }
  LATCHKEY_RETURN_IF_ERROR(CheckRoomForRoot(frame.txn, id));
  LATCHKEY_RETURN_IF_ERROR(MoveRoot(frame, id, account.owner, *member));
  account.owner = new_owner;
  return PutChanged(frame, account);
}

absl::StatusOr<Account> SetStateIn(WriteFrame& frame, const AccountId& id, const IfMatch& if_match,
                                   AccountState state) {
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, Act::kAccountChangeState, {.account = id}, "account"));
  LATCHKEY_ASSIGN_OR_RETURN(Account account, ExistingAccount(frame.txn, id));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, account.entity_tag));
  if (account.state == state) return account;
  if (account.state == AccountState::kClosed) {
    return base::Error(Reason::kStateForbids, "a closed account stays closed");
  }
  account.state = state;
  return PutChanged(frame, account);
}

absl::StatusOr<Account> UpdateSettingsIn(Core& core, WriteFrame& frame, const AccountId& id,
                                         const IfMatch& if_match, const AccountSettings& settings) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto found, frame.txn.FindAccount(id));
  std::vector<Act> acts = {Act::kAccountView};
  if (found) acts = ActsOf(core.options().limits, found->settings, settings);
  for (const Act act : acts) {
    LATCHKEY_RETURN_IF_ERROR(Require(frame.txn, frame.actor, act, {.account = id}, "account"));
  }
  LATCHKEY_ASSIGN_OR_RETURN(Account account, ExistingAccount(frame.txn, id));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, account.entity_tag));
  if (account.settings == settings) return account;
  account.settings = settings;
  return PutChanged(frame, account);
}

}  // namespace
}  // namespace facade

absl::StatusOr<Account> Directory::CreateAccount(const Call& call,
                                                 const NewAccount& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("id", account.id.text()));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckText("name", account.name, 1, kNameMaxCharacters));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("owner", account.owner.text()));
  return core_->Mutate(call, {"account.create", account.id.text(), account.id.text()},
                       [&](facade::WriteFrame& frame) { return facade::CreateIn(frame, account); });
}

absl::StatusOr<Account> Directory::GetAccount(const Call& call, const AccountId& id) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("id", id.text()));
  return core_->Read(call, [&](facade::ReadFrame& frame) -> absl::StatusOr<Account> {
    LATCHKEY_RETURN_IF_ERROR(facade::Require(frame.view, frame.actor, authz::Act::kAccountView,
                                             {.account = id}, "account"));
    return facade::ExistingAccount(frame.view, id);
  });
}

absl::StatusOr<Account> Directory::SetAccountState(const Call& call, const AccountId& id,
                                                   const IfMatch& if_match,
                                                   AccountState state) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("id", id.text()));
  if (state < AccountState::kOpen || state > AccountState::kClosed) {
    return base::Error(Reason::kMalformed, "state must be open, suspended or closed");
  }
  return core_->Mutate(
      call, {"account.set_state", id.text(), id.text()},
      [&](facade::WriteFrame& frame) { return facade::SetStateIn(frame, id, if_match, state); });
}

absl::StatusOr<Account> Directory::TransferOwnership(const Call& call, const AccountId& id,
                                                     const IfMatch& if_match,
                                                     const IamId& new_owner) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("id", id.text()));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("new_owner", new_owner.text()));
  return core_->Mutate(call, {"account.transfer", id.text(), new_owner.text()},
                       [&](facade::WriteFrame& frame) {
                         return facade::TransferIn(frame, id, if_match, new_owner);
                       });
}

absl::StatusOr<Account> Directory::UpdateSettings(const Call& call, const AccountId& id,
                                                  const IfMatch& if_match,
                                                  const AccountSettings& settings) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("id", id.text()));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckSettings(settings));
  return core_->Mutate(call, {"account.update_settings", id.text(), id.text()},
                       [&](facade::WriteFrame& frame) {
                         return facade::UpdateSettingsIn(*core_, frame, id, if_match, settings);
                       });
}

}  // namespace latchkey::inline v0
