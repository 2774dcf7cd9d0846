// engine/authz/policy_check.h: what a policy or role must be to be stored (domain P-3, P-4, P-9).
#ifndef LATCHKEY_ENGINE_AUTHZ_POLICY_CHECK_H_
#define LATCHKEY_ENGINE_AUTHZ_POLICY_CHECK_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "latchkey/policy.h"

#include "engine/base/policy_source.h"

namespace latchkey::authz {

// With accountId, also where the caller leaves it to be added.
inline constexpr std::size_t kPolicyAttributesMax = 30;
inline constexpr std::size_t kPolicyRolesMax = 50;
inline constexpr std::size_t kAnyOfValuesMax = 10;

// OK if `policy` has exactly one accountId (stringEquals, equal to policy.account), one scope, no
// attribute twice, values within their lengths and numbers, operators with the values they take,
// and roles that exist: at least one service in its scope must define each role. Scope (scope.h):
// serviceType is stringEquals `service` or `platform_service`, service_group_id is stringEquals,
// and none of serviceName, serviceType and service_group_id takes stringExists. Rule, pattern and
// tags as rule_check.h says; the subject of an authorization as authorization_check.h says. Whether
// the subject exists is not asked. Errors: kMalformed, kInvalidUtf8, kUnknownReference; messages
// name the field by its path, such as "resource.attributes[2].value", with indices into what the
// caller gave.
[[nodiscard]] absl::Status CheckPolicy(base::PolicySource& source, const NewPolicy& policy);

// The part of CheckPolicy that is about `account` and `resource`; the rest is not looked at.
[[nodiscard]] absl::Status CheckResource(const NewPolicy& policy);

// The resource attributes with accountId first, added when `policy` leaves it out.
[[nodiscard]] std::vector<ResourceAttribute> NormalisedResource(const NewPolicy& policy);

// A service of the catalogue: forms, lengths, no role and no action twice; its roles are platform
// or service roles. Actions are printable ASCII and may contain spaces, as IBM's "GET
// /conversation". Errors: kMalformed, kInvalidUtf8.
[[nodiscard]] absl::Status CheckService(const Service& service);

// A custom role: its service is defined and every action is one of that service's (P-7), none of
// them twice, at least one. `service_actions` are all actions of the roles of that service, sorted;
// none at all: the service is not defined. The role's id and account are not looked at: they are
// the engine's. Errors: kMalformed, kInvalidUtf8, kUnknownReference.
[[nodiscard]] absl::Status CheckCustomRole(const CustomRole& role,
                                           const std::vector<std::string>& service_actions);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_POLICY_CHECK_H_
