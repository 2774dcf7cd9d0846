// engine/authz/scope.h: which services a policy is about (domain P-3), and the names of the system
// attributes. Names are compared byte by byte: `accountid` is an attribute like any other.
#ifndef LATCHKEY_ENGINE_AUTHZ_SCOPE_H_
#define LATCHKEY_ENGINE_AUTHZ_SCOPE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/policy.h"

#include "engine/base/policy_source.h"

namespace latchkey::authz {

inline constexpr std::string_view kAccountIdKey = "accountId";
inline constexpr std::string_view kServiceNameKey = "serviceName";
inline constexpr std::string_view kServiceTypeKey = "serviceType";
inline constexpr std::string_view kServiceGroupKey = "service_group_id";
inline constexpr std::string_view kResourceGroupKey = "resourceGroupId";
inline constexpr std::string_view kResourceTypeKey = "resourceType";
inline constexpr std::string_view kResourceKey = "resource";
inline constexpr std::string_view kResourceGroupType = "resource-group";  // a value of resourceType

enum class Scope {
  kServiceName,
  kServiceType,  // `service`: all IAM-enabled services; `platform_service`: account management
  kServiceGroup,
  kResourceGroup,  // what lies in a resource group: of services of type kService only, because
                   // account management services have no place in a resource group
  kGroupItself,    // resourceType `resource-group` and `resource`: of any service
};

// The scope of these attributes, or nothing if there is none or more than one of serviceName,
// serviceType and service_group_id. resourceGroupId, and resourceType with resource, are a scope
// only without those three, resourceGroupId before the other; beside a scope they narrow it. An
// attribute with stringExists is no scope: it does not say of what.
[[nodiscard]] std::optional<Scope> ScopeOf(const std::vector<ResourceAttribute>& resource);

// `serviceType` of a service, as policies write it. Empty for a type that this version does not
// know.
[[nodiscard]] std::string_view ServiceTypeText(ServiceType type);

// Whether one attribute of a policy holds for the value of that attribute; nothing: it is absent.
// Values of a wrong number or an operator that this version does not know never hold.
[[nodiscard]] bool Holds(const ResourceAttribute& attribute,
                         const std::optional<std::string_view>& value);

// The same of an operator and its values.
[[nodiscard]] bool HoldsFor(AttributeOperator op, const std::vector<std::string>& values,
                            const std::optional<std::string_view>& value);

// The value of a system attribute that says what a service is: serviceName, serviceType or
// service_group_id. Nothing for a service without group, and for every other key.
[[nodiscard]] std::optional<std::string_view> ServiceAttribute(std::string_view key,
                                                               const base::ServiceInfo& service);

// Whether `service` is one of those that `resource` is about: its scope and whatever else it says
// about serviceName, serviceType and service_group_id; attributes of the resource are not looked
// at.
[[nodiscard]] bool CoversService(const std::vector<ResourceAttribute>& resource,
                                 const base::ServiceInfo& service);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_SCOPE_H_
