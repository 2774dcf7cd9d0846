#include "engine/facade/directory_writing.h"

#include <string>

#include "engine/base/error.h"
#include "engine/facade/forms.h"
#include "engine/facade/rights.h"
#include "engine/facade/user_hierarchy.h"

namespace latchkey::inline v0::facade {
namespace {

constexpr std::size_t kAllowedAccountsMax = 1000;
constexpr std::uint32_t kKeysPerIdentityMax = 10'000;
constexpr std::size_t kGroupDescriptionMax = 250;

absl::Status CheckExternalRule(const std::string& field, const ExternalRule& rule) {
  if (rule.mode < ExternalMode::kEnabled || rule.mode > ExternalMode::kMonitor) {
    return base::Error(Reason::kMalformed, field + ".mode must be one of ExternalMode");
  }
  if (rule.allowed_accounts.size() > kAllowedAccountsMax) {
    return base::Error(Reason::kMalformed,
                       field + ".allowed_accounts must name at most 1,000 accounts");
  }
  for (const AccountId& account : rule.allowed_accounts) {
    LATCHKEY_RETURN_IF_ERROR(CheckId(field + ".allowed_accounts", account.text()));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> IsLiveUser(store::View& view, const IamId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto identity, view.FindIdentity(id));
  return identity && identity->state == IdentityState::kActive &&
         identity->kind == IdentityKind::kUser;
}

absl::Status CheckOwnedRoom(Core& core, WriteFrame& frame, const Identity& identity) {
  if (identity.kind == IdentityKind::kUser) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(const auto present,
                            frame.txn.IdentitiesOf(identity.account, identity.kind));
  const Limits& limits = core.options().limits;
  if (identity.kind == IdentityKind::kServiceId) {
    return CheckRoom(present.size(), limits.service_ids_per_account, "service ids per account");
  }
  return CheckRoom(present.size(), limits.profiles_per_account, "trusted profiles per account");
}

absl::StatusOr<bool> Belongs(store::View& view, const AccountId& account, const IamId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto identity, view.FindIdentity(id));
  if (!identity || identity->state != IdentityState::kActive) return false;
  if (identity->kind != IdentityKind::kUser) return identity->account == account;
  LATCHKEY_ASSIGN_OR_RETURN(const auto member, view.FindMembership(account, id));
  return member.has_value();
}

}  // namespace

absl::Status CheckSettings(const AccountSettings& settings) {
  LATCHKEY_RETURN_IF_ERROR(CheckExternalRule("external_users", settings.external_users));
  LATCHKEY_RETURN_IF_ERROR(
      CheckExternalRule("external_service_ids", settings.external_service_ids));
  const std::optional<std::uint32_t>& keys = settings.keys_per_identity;
  if (keys && (*keys < 1 || *keys > kKeysPerIdentityMax)) {
    return base::Error(Reason::kMalformed, "keys_per_identity must be within 1..10000");
  }
  return absl::OkStatus();
}

absl::Status CheckGroupTexts(std::string_view name, std::string_view description) {
  LATCHKEY_RETURN_IF_ERROR(CheckText("name", name, 1, kNameMaxCharacters));
  return CheckText("description", description, 0, kGroupDescriptionMax);
}

absl::Status CheckGroupNameFree(store::View& view, const AccountId& account, std::string_view name,
                                const GroupId& self) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto holder, view.FindGroupByName(account, name));
  if (!holder || *holder == self) return absl::OkStatus();
  return base::Error(Reason::kAlreadyExists, "the account has a group of this name already");
}

absl::StatusOr<Identity> PutNewIdentity(Core& core, WriteFrame& frame, Identity identity) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto taken, frame.txn.FindIdentity(identity.id));
  if (taken) {
    return base::Error(Reason::kAlreadyExists, "the id was used before: ids are never used again");
  }
  LATCHKEY_RETURN_IF_ERROR(CheckOwnedRoom(core, frame, identity));
  LATCHKEY_ASSIGN_OR_RETURN(identity.serial, frame.txn.NextSerial());
  identity.created_at = frame.facts.now;
  identity.created_by = frame.facts.by;
  identity.entity_tag = frame.FirstTag();
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(identity));
  frame.header.object = identity.id.text();
  return identity;
}

absl::StatusOr<Account> PutNewAccount(WriteFrame& frame, Account account) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto taken, frame.txn.FindAccount(account.id));
  if (taken) return base::Error(Reason::kAlreadyExists, "the account id is taken: choose another");
  LATCHKEY_ASSIGN_OR_RETURN(const bool owner_lives, IsLiveUser(frame.txn, account.owner));
  if (!owner_lives) return base::Error(Reason::kUnknownReference, "owner must name a live user");
  LATCHKEY_ASSIGN_OR_RETURN(account.serial, frame.txn.NextSerial());
  account.created_at = frame.facts.now;
  account.entity_tag = frame.FirstTag();
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(account));

  Membership root;
  root.account = account.id;
  root.iam_id = account.owner;
  root.state = MemberState::kActive;
  root.created_at = frame.facts.now;
  root.entity_tag = frame.FirstTag();
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(root));
  return account;
}

absl::StatusOr<Membership> PutNewMember(Core& core, WriteFrame& frame, Membership member) {
  LATCHKEY_ASSIGN_OR_RETURN(const bool lives, IsLiveUser(frame.txn, member.iam_id));
  if (!lives) return base::Error(Reason::kUnknownReference, "user must name a live user");
  LATCHKEY_ASSIGN_OR_RETURN(const auto present,
                            frame.txn.FindMembership(member.account, member.iam_id));
  if (present) {
    return base::Error(Reason::kAlreadyExists, "the user was invited or is a member already");
  }
  LATCHKEY_ASSIGN_OR_RETURN(const auto members, frame.txn.MembersOf(member.account));
  LATCHKEY_RETURN_IF_ERROR(
      CheckRoom(members.size(), core.options().limits.users_per_account, "users per account"));
  LATCHKEY_RETURN_IF_ERROR(CheckRoomBelow(frame.txn, member.account, member.invited_by));
  member.created_at = frame.facts.now;
  member.entity_tag = frame.FirstTag();
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(member));
  return member;
}

absl::StatusOr<AccessGroup> PutNewGroup(Core& core, WriteFrame& frame, AccessGroup group) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto taken, frame.txn.FindGroup(group.account, group.id));
  if (taken) return base::Error(Reason::kAlreadyExists, "the group id is taken: choose another");
  LATCHKEY_RETURN_IF_ERROR(CheckGroupNameFree(frame.txn, group.account, group.name, group.id));
  LATCHKEY_ASSIGN_OR_RETURN(const auto present, frame.txn.GroupsOfAccount(group.account));
  LATCHKEY_RETURN_IF_ERROR(CheckRoom(present.size(), core.options().limits.groups_per_account,
                                     "access groups per account"));
  group.created_at = frame.facts.now;
  group.entity_tag = frame.FirstTag();
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(group));
  return group;
}

absl::Status PutGroupMember(Core& core, WriteFrame& frame, const AccountId& account,
                            const GroupId& group, const IamId& member) {
  LATCHKEY_ASSIGN_OR_RETURN(const bool belongs, Belongs(frame.txn, account, member));
  if (!belongs) {
    return base::Error(Reason::kUnknownReference,
                       "member must be a user, service id or profile of the account");
  }
  LATCHKEY_ASSIGN_OR_RETURN(const bool already, frame.txn.IsInGroup(account, group, member));
  if (already) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(const auto groups, frame.txn.GroupsOf(account, member));
  LATCHKEY_RETURN_IF_ERROR(CheckRoom(groups.size(), core.options().limits.groups_per_identity,
                                     "access groups per identity"));
  return frame.txn.AddGroupMember(account, group, member);
}

}  // namespace latchkey::inline v0::facade
