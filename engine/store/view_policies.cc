// Reading policies, the catalogue and custom roles.
#include <algorithm>

#include "engine/store/store.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {
namespace {

Role AsRole(CustomRole&& custom) {
  return Role{std::move(custom.id), std::move(custom.title), RoleKind::kCustom,
              std::move(custom.actions)};
}

}  // namespace

absl::StatusOr<std::optional<Policy>> View::FindPolicy(const AccountId& account,
                                                       const PolicyId& id) {
  return Find<Policy>(source(), KeyIn<TableId::kPolicies>(account, id));
}

// [domain P-10]: only policies that lie in `account` are looked at; what each of them says of its
// account and subject must be what the index says.
absl::StatusOr<std::vector<Policy>> View::PoliciesOf(const AccountId& account,
                                                     const PolicySubject& subject) {
  constexpr TableId kIndex = TableId::kPoliciesBySubject;
  const SubjectParts parts = PartsOf(subject);
  std::vector<Policy> policies;
  LATCHKEY_RETURN_IF_ERROR(ScanIndex(
      source(), kIndex, PrefixIn<kIndex>(account, parts.kind, parts.text),
      [&](const std::vector<KeyPart>&, std::string_view own) -> absl::StatusOr<bool> {
        LATCHKEY_ASSIGN_OR_RETURN(Policy policy, Require<Policy>(source(), std::string(own)));
        if (policy.account != account || policy.subject != subject ||
            policy.type != PolicyType::kAccess || policy.state != PolicyState::kActive) {
          return CorruptTable(kIndex, "an index entry leads to another policy");
        }
        policies.push_back(std::move(policy));
        return true;
      }));
  return policies;
}

absl::StatusOr<std::vector<Policy>> View::PoliciesOfAccount(const AccountId& account) {
  return Collect<Policy>(source(), PrefixIn<TableId::kPolicies>(account));
}

absl::StatusOr<std::vector<Policy>> View::PoliciesWithSubject(const AccountId& account,
                                                              const PolicySubject& subject) {
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<Policy> policies, PoliciesOfAccount(account));
  std::erase_if(policies, [&](const Policy& policy) {
    return policy.type != PolicyType::kAccess || policy.subject != subject;
  });
  return policies;
}

absl::StatusOr<std::optional<base::ServiceInfo>> View::FindService(std::string_view service) {
  LATCHKEY_ASSIGN_OR_RETURN(std::optional<Service> found,
                            Find<Service>(source(), KeyIn<TableId::kServices>(service)));
  if (!found) return std::nullopt;
  return std::optional<base::ServiceInfo>(
      base::ServiceInfo{std::move(found->name), found->type, std::move(found->group)});
}

absl::StatusOr<std::optional<Service>> View::FindServiceWithRoles(std::string_view service) {
  LATCHKEY_ASSIGN_OR_RETURN(std::optional<Service> found,
                            Find<Service>(source(), KeyIn<TableId::kServices>(service)));
  if (!found) return std::nullopt;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string prefix, PrefixIn<TableId::kRoles>(service));
  LATCHKEY_RETURN_IF_ERROR(
      ScanPrefix(source(), TableId::kRoles, prefix, "",
                 [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                   LATCHKEY_ASSIGN_OR_RETURN(Role role, OpenRole(source(), service, key, value));
                   found->roles.push_back(std::move(role));
                   return true;
                 }));
  return found;
}

absl::StatusOr<std::vector<std::string>> View::ServiceNames() {
  return CollectIds<std::string>(source(), TableId::kServices, std::string());
}

absl::StatusOr<std::optional<Role>> View::FindRole(const AccountId& account,
                                                   std::string_view service, const RoleId& role) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, KeyIn<TableId::kRoles>(service, role));
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<kv::Bytes> value,
                            txn_.Get(HandleOf(TableId::kRoles), key));
  if (value) {
    LATCHKEY_ASSIGN_OR_RETURN(Role found, OpenRole(source(), service, key, *value));
    return std::optional<Role>(std::move(found));
  }
  LATCHKEY_ASSIGN_OR_RETURN(std::optional<CustomRole> custom, FindCustomRole(account, role));
  if (!custom || custom->service != service) return std::nullopt;
  return std::optional<Role>(AsRole(*std::move(custom)));
}

absl::StatusOr<std::vector<std::string>> View::ServicesWithRole(const AccountId& account,
                                                                const RoleId& role) {
  LATCHKEY_ASSIGN_OR_RETURN(
      std::vector<std::string> services,
      CollectIds<std::string>(source(), TableId::kRolesById, PrefixIn<TableId::kRolesById>(role)));
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<CustomRole> custom, FindCustomRole(account, role));
  if (custom && std::find(services.begin(), services.end(), custom->service) == services.end()) {
    services.push_back(custom->service);
  }
  return services;
}

absl::StatusOr<std::optional<CustomRole>> View::FindCustomRole(const AccountId& account,
                                                               const RoleId& id) {
  return Find<CustomRole>(source(), KeyIn<TableId::kCustomRoles>(account, id));
}

absl::StatusOr<std::vector<CustomRole>> View::CustomRolesOf(const AccountId& account) {
  return Collect<CustomRole>(source(), PrefixIn<TableId::kCustomRoles>(account));
}

}  // namespace latchkey::store
