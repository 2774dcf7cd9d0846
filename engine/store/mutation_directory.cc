// Writing identities, accounts, memberships and groups.
#include <utility>

#include "engine/store/mutation_rows.h"

namespace latchkey::store {

absl::Status Mutation::Put(const Identity& record) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Identity> stored, FindIdentity(record.id));
  LATCHKEY_RETURN_IF_ERROR(CheckSerial(record.serial, stored ? stored->serial : 0));
  return PutRow(record);
}

absl::Status Mutation::Put(const Account& record) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Account> stored, FindAccount(record.id));
  LATCHKEY_RETURN_IF_ERROR(CheckSerial(record.serial, stored ? stored->serial : 0));
  if (!stored) LATCHKEY_RETURN_IF_ERROR(BeginDigest(record.id));
  return PutRow(record);
}

absl::Status Mutation::Put(const Membership& record) { return PutRow(record); }

absl::Status Mutation::DeleteMembership(const AccountId& account, const IamId& id) {
  return DeleteRow<Membership>(KeyIn<TableId::kMemberships>(account, id));
}

absl::Status Mutation::Put(const AccessGroup& record) { return PutRow(record); }

absl::Status Mutation::DeleteGroup(const AccountId& account, const GroupId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IamId> members, MembersOfGroup(account, id));
  LATCHKEY_INVARIANT(members.empty(), "a group is removed after its members");
  return DeleteRow<AccessGroup>(KeyIn<TableId::kGroups>(account, id));
}

absl::Status Mutation::AddGroupMember(const AccountId& account, const GroupId& group,
                                      const IamId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<AccessGroup> stored, FindGroup(account, group));
  LATCHKEY_INVARIANT(stored.has_value(), "a member joins a stored group");
  LATCHKEY_ASSIGN_OR_RETURN(const bool is_in, IsInGroup(account, group, id));
  if (is_in) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(std::string key, KeyIn<TableId::kGroupMembers>(account, group, id));
  LATCHKEY_ASSIGN_OR_RETURN(std::string reverse, KeyIn<TableId::kMemberGroups>(account, id, group));
  LATCHKEY_RETURN_IF_ERROR(
      ReplaceIndexes({}, {{TableId::kMemberGroups, std::move(reverse), std::string()}}));
  LATCHKEY_RETURN_IF_ERROR(PutValue(TableId::kGroupMembers, key, ""));
  Touch(TableId::kGroupMembers, std::move(key), std::nullopt, std::nullopt, std::string());
  return absl::OkStatus();
}

absl::Status Mutation::RemoveGroupMember(const AccountId& account, const GroupId& group,
                                         const IamId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const bool is_in, IsInGroup(account, group, id));
  LATCHKEY_INVARIANT(is_in, "what is removed is there");
  LATCHKEY_ASSIGN_OR_RETURN(std::string key, KeyIn<TableId::kGroupMembers>(account, group, id));
  LATCHKEY_ASSIGN_OR_RETURN(std::string reverse, KeyIn<TableId::kMemberGroups>(account, id, group));
  LATCHKEY_RETURN_IF_ERROR(
      ReplaceIndexes({{TableId::kMemberGroups, std::move(reverse), std::string()}}, {}));
  LATCHKEY_RETURN_IF_ERROR(DeleteValue(TableId::kGroupMembers, key));
  Touch(TableId::kGroupMembers, std::move(key), std::nullopt, std::nullopt, std::nullopt);
  return absl::OkStatus();
}

}  // namespace latchkey::store
