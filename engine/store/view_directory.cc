// Reading identities, accounts, memberships and groups.
#include "engine/store/store.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {
namespace {

// The record that a serial stands for.
template <class Record>
absl::StatusOr<std::optional<Record>> FindBySerial(const Source& source, TableId serials,
                                                   const KeyOr& key) {
  if (!key.ok()) return key.status();
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> own, FindBytes(source, serials, *key));
  if (!own) return std::nullopt;
  LATCHKEY_ASSIGN_OR_RETURN(Record record, Require<Record>(source, *own));
  return std::optional<Record>(std::move(record));
}

}  // namespace

absl::StatusOr<std::optional<Identity>> View::FindIdentity(const IamId& id) {
  return Find<Identity>(source(), KeyIn<TableId::kIdentities>(id));
}

absl::StatusOr<std::optional<Identity>> View::FindIdentityBySerial(std::uint64_t serial) {
  return FindBySerial<Identity>(source(), TableId::kIdentitySerials,
                                KeyIn<TableId::kIdentitySerials>(serial));
}

absl::StatusOr<std::vector<Identity>> View::IdentitiesOf(const AccountId& account,
                                                         IdentityKind kind) {
  LATCHKEY_ASSIGN_OR_RETURN(
      const std::vector<IamId> ids,
      CollectIds<IamId>(source(), TableId::kIdentitiesByAccount,
                        PrefixIn<TableId::kIdentitiesByAccount>(account, kind)));
  std::vector<Identity> identities;
  for (const IamId& id : ids) {
    LATCHKEY_ASSIGN_OR_RETURN(Identity identity,
                              Require<Identity>(source(), KeyIn<TableId::kIdentities>(id)));
    identities.push_back(std::move(identity));
  }
  return identities;
}

absl::StatusOr<std::optional<Account>> View::FindAccount(const AccountId& id) {
  return Find<Account>(source(), KeyIn<TableId::kAccounts>(id));
}

absl::StatusOr<std::optional<Account>> View::FindAccountBySerial(std::uint64_t serial) {
  return FindBySerial<Account>(source(), TableId::kAccountSerials,
                               KeyIn<TableId::kAccountSerials>(serial));
}

absl::StatusOr<std::optional<Policy>> View::FindPolicyBySerial(std::uint64_t serial) {
  return FindBySerial<Policy>(source(), TableId::kPolicySerials,
                              KeyIn<TableId::kPolicySerials>(serial));
}

absl::StatusOr<std::vector<Account>> View::AccountsOwnedBy(const IamId& owner) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<AccountId> ids,
                            CollectIds<AccountId>(source(), TableId::kAccountsByOwner,
                                                  PrefixIn<TableId::kAccountsByOwner>(owner)));
  std::vector<Account> accounts;
  for (const AccountId& id : ids) {
    LATCHKEY_ASSIGN_OR_RETURN(Account account,
                              Require<Account>(source(), KeyIn<TableId::kAccounts>(id)));
    accounts.push_back(std::move(account));
  }
  return accounts;
}

absl::StatusOr<std::optional<Membership>> View::FindMembership(const AccountId& account,
                                                               const IamId& id) {
  return Find<Membership>(source(), KeyIn<TableId::kMemberships>(account, id));
}

absl::StatusOr<std::vector<Membership>> View::MembersOf(const AccountId& account) {
  return Collect<Membership>(source(), PrefixIn<TableId::kMemberships>(account));
}

absl::StatusOr<std::vector<Membership>> View::MembershipsOf(const IamId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<AccountId> accounts,
                            CollectIds<AccountId>(source(), TableId::kMembershipsByUser,
                                                  PrefixIn<TableId::kMembershipsByUser>(id)));
  std::vector<Membership> memberships;
  for (const AccountId& account : accounts) {
    LATCHKEY_ASSIGN_OR_RETURN(
        Membership membership,
        Require<Membership>(source(), KeyIn<TableId::kMemberships>(account, id)));
    memberships.push_back(std::move(membership));
  }
  return memberships;
}

absl::StatusOr<std::optional<AccessGroup>> View::FindGroup(const AccountId& account,
                                                           const GroupId& id) {
  return Find<AccessGroup>(source(), KeyIn<TableId::kGroups>(account, id));
}

absl::StatusOr<std::optional<GroupId>> View::FindGroupByName(const AccountId& account,
                                                             std::string_view name) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key,
                            KeyIn<TableId::kGroupsByName>(account, HashFolded(name)));
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> own,
                            FindBytes(source(), TableId::kGroupsByName, key));
  if (!own) return std::nullopt;
  LATCHKEY_ASSIGN_OR_RETURN(const AccessGroup group, Require<AccessGroup>(source(), *own));
  if (FoldName(group.name) != FoldName(name) || group.account != account) {
    return CorruptTable(TableId::kGroupsByName, "an index entry leads to another group");
  }
  return std::optional<GroupId>(group.id);
}

absl::StatusOr<std::vector<AccessGroup>> View::GroupsOfAccount(const AccountId& account) {
  return Collect<AccessGroup>(source(), PrefixIn<TableId::kGroups>(account));
}

absl::StatusOr<std::vector<IamId>> View::MembersOfGroup(const AccountId& account,
                                                        const GroupId& group) {
  return CollectIds<IamId>(source(), TableId::kGroupMembers,
                           PrefixIn<TableId::kGroupMembers>(account, group));
}

absl::StatusOr<bool> View::IsInGroup(const AccountId& account, const GroupId& group,
                                     const IamId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key,
                            KeyIn<TableId::kGroupMembers>(account, group, id));
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> entry,
                            FindBytes(source(), TableId::kGroupMembers, key));
  return entry.has_value();
}

absl::StatusOr<std::vector<GroupId>> View::GroupsOf(const AccountId& account, const IamId& id) {
  return CollectIds<GroupId>(source(), TableId::kMemberGroups,
                             PrefixIn<TableId::kMemberGroups>(account, id));
}

}  // namespace latchkey::store
