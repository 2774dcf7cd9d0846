// Writing policies, the catalogue and custom roles.
#include <algorithm>
#include <map>
#include <utility>

#include "engine/store/mutation_rows.h"

namespace latchkey::store {
namespace {

std::vector<std::string> Sorted(std::vector<std::string> actions) {
  std::sort(actions.begin(), actions.end());
  return actions;
}

// Roles of a service, encoded, by the keys under which they lie.
using StoredRoles = std::map<std::string, std::string>;

absl::StatusOr<StoredRoles> ReadRoles(const Source& source, std::string_view service) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string prefix, PrefixIn<TableId::kRoles>(service));
  StoredRoles roles;
  LATCHKEY_RETURN_IF_ERROR(
      ScanPrefix(source, TableId::kRoles, prefix, "",
                 [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                   LATCHKEY_ASSIGN_OR_RETURN(const std::string_view bytes,
                                             source.sealer.Open(TableId::kRoles, key, value));
                   roles.emplace(key, bytes);
                   return true;
                 }));
  return roles;
}

absl::StatusOr<StoredRoles> EncodeRoles(std::string_view service, const std::vector<Role>& roles) {
  StoredRoles encoded;
  for (Role role : roles) {
    role.actions = Sorted(std::move(role.actions));
    LATCHKEY_ASSIGN_OR_RETURN(std::string key, KeyIn<TableId::kRoles>(service, role.id));
    if (!encoded.emplace(std::move(key), codec::Encode(role)).second) {
      return base::Error(Reason::kMalformed, "a service lists a role twice, list it once");
    }
  }
  return encoded;
}

// The entry of roles_by_id that follows from a key of `roles`.
absl::StatusOr<std::vector<IndexEntry>> RoleIndexes(const std::string& role_key) {
  const std::optional<std::vector<KeyPart>> parts = ParseKey(TableId::kRoles, role_key);
  if (!parts) return CorruptTable(TableId::kRoles, "a key is not of its form");
  const auto& service = std::get<std::string>(parts->front());
  const auto& role = std::get<std::string>(parts->back());
  LATCHKEY_ASSIGN_OR_RETURN(std::string key, KeyIn<TableId::kRolesById>(role, service));
  return std::vector<IndexEntry>{{TableId::kRolesById, std::move(key), std::string()}};
}

}  // namespace

absl::Status Mutation::Put(const Policy& record) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Policy> stored,
                            FindPolicy(record.account, record.id));
  LATCHKEY_RETURN_IF_ERROR(CheckSerial(record.serial, stored ? stored->serial : 0));
  LATCHKEY_RETURN_IF_ERROR(PutRow(record));
  const bool moved = stored && (stored->subject != record.subject || stored->type != record.type);
  if (moved) LATCHKEY_RETURN_IF_ERROR(NoteSubject(*stored));
  return NoteSubject(record);
}

absl::Status Mutation::DeletePolicy(const AccountId& account, const PolicyId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Policy> stored, FindPolicy(account, id));
  LATCHKEY_INVARIANT(stored.has_value(), "what is removed is there");
  LATCHKEY_RETURN_IF_ERROR(DeleteRow<Policy>(KeyIn<TableId::kPolicies>(account, id)));
  return NoteSubject(*stored);
}

absl::Status Mutation::NoteSubject(const Policy& policy) {
  if (policy.type != PolicyType::kAccess) return absl::OkStatus();  // nobody's [domain P-8]
  const SubjectParts subject = PartsOf(policy.subject);
  LATCHKEY_ASSIGN_OR_RETURN(std::string prefix, PrefixIn<TableId::kPoliciesBySubject>(
                                                    policy.account, subject.kind, subject.text));
  touched_.back().subjects.push_back(std::move(prefix));
  return absl::OkStatus();
}

// What is stored already is left alone, so that loading the same catalogue again touches nothing.
absl::Status Mutation::Put(const Service& record) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, KeyIn<TableId::kServices>(record.name));
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                            FindBytes(source(), TableId::kServices, key));
  if (stored != codec::Encode(record)) {
    LATCHKEY_RETURN_IF_ERROR(PutRow(record));
  }
  return PutRoles(record.name, record.roles);
}

absl::Status Mutation::PutRoles(std::string_view service, const std::vector<Role>& roles) {
  LATCHKEY_ASSIGN_OR_RETURN(const StoredRoles before, ReadRoles(source(), service));
  LATCHKEY_ASSIGN_OR_RETURN(const StoredRoles after, EncodeRoles(service, roles));
  for (const auto& [key, bytes] : before) {
    if (after.contains(key)) continue;
    LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IndexEntry> indexes, RoleIndexes(key));
    LATCHKEY_RETURN_IF_ERROR(ReplaceIndexes(indexes, {}));
    LATCHKEY_RETURN_IF_ERROR(DeleteValue(TableId::kRoles, key));
    Touch(TableId::kRoles, key, std::nullopt, std::nullopt, std::nullopt);
  }
  for (const auto& [key, bytes] : after) {
    const auto stored = before.find(key);
    if (stored != before.end() && stored->second == bytes) continue;
    if (stored == before.end()) {
      LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IndexEntry> indexes, RoleIndexes(key));
      LATCHKEY_RETURN_IF_ERROR(ReplaceIndexes({}, indexes));
    }
    LATCHKEY_RETURN_IF_ERROR(PutValue(TableId::kRoles, key, bytes));
    Touch(TableId::kRoles, key, std::nullopt, std::nullopt, bytes);
  }
  return absl::OkStatus();
}

absl::Status Mutation::DeleteService(std::string_view service) {
  LATCHKEY_RETURN_IF_ERROR(PutRoles(service, {}));
  return DeleteRow<Service>(KeyIn<TableId::kServices>(service));
}

absl::Status Mutation::Put(const CustomRole& record) {
  CustomRole stored = record;
  stored.actions = Sorted(std::move(stored.actions));
  return PutRow(stored);
}

absl::Status Mutation::DeleteCustomRole(const AccountId& account, const RoleId& id) {
  return DeleteRow<CustomRole>(KeyIn<TableId::kCustomRoles>(account, id));
}

}  // namespace latchkey::store
