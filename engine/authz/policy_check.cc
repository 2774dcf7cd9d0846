#include "engine/authz/policy_check.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <variant>

#include "absl/strings/str_cat.h"

#include "engine/authz/authorization_check.h"
#include "engine/authz/form.h"
#include "engine/authz/rule_check.h"
#include "engine/authz/scope.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

constexpr std::size_t kDescriptionCharactersMax = 300;
constexpr std::string_view kAttributesPath = "resource.attributes";

std::string MemberOf(std::size_t index, std::string_view member) {
  return Member(At(kAttributesPath, index), member);
}

// How many values an operator takes at most; 0 for an operator that this version does not know.
std::size_t ValuesMax(AttributeOperator op) {
  switch (op) {
    case AttributeOperator::kStringEquals:
    case AttributeOperator::kStringMatch:
    case AttributeOperator::kStringExists:
      return 1;
    case AttributeOperator::kStringEqualsAnyOf:
    case AttributeOperator::kStringMatchAnyOf:
      return kAnyOfValuesMax;
  }
  return 0;
}

absl::Status CheckValues(const ResourceAttribute& attribute, std::size_t index) {
  const std::string path = MemberOf(index, "value");
  const std::size_t max = ValuesMax(attribute.op);
  if (max == 0) return MalformedAt(MemberOf(index, "operator"), "give a string operator");
  if (attribute.values.empty() || attribute.values.size() > max) {
    return MalformedAt(path, max == 1 ? "give one value" : "give 1 to 10 values");
  }
  for (const std::string& value : attribute.values) {
    LATCHKEY_RETURN_IF_ERROR(CheckText(value, 1, kValueCharactersMax, path));
  }
  const std::string& first = attribute.values.front();
  if (attribute.op == AttributeOperator::kStringExists && first != "true" && first != "false") {
    return MalformedAt(path, "give true or false");
  }
  return absl::OkStatus();
}

// What the attributes that carry account and scope may say, beyond what every attribute may.
absl::Status CheckSystemAttribute(const NewPolicy& policy, std::size_t index) {
  const ResourceAttribute& attribute = policy.resource[index];
  const bool equals = attribute.op == AttributeOperator::kStringEquals;
  const std::string& first = attribute.values.front();
  if (attribute.key == kAccountIdKey) {
    if (!equals) return MalformedAt(MemberOf(index, "operator"), "give stringEquals for accountId");
    if (first != policy.account.text()) {
      return MalformedAt(MemberOf(index, "value"), "give the account that the policy is stored in");
    }
  }
  if (attribute.key == kServiceNameKey && attribute.op == AttributeOperator::kStringExists) {
    return MalformedAt(MemberOf(index, "operator"), "say which service");
  }
  if ((attribute.key == kServiceTypeKey || attribute.key == kServiceGroupKey) && !equals) {
    return MalformedAt(MemberOf(index, "operator"), "give stringEquals for this attribute");
  }
  if (attribute.key == kServiceTypeKey && first != ServiceTypeText(ServiceType::kService) &&
      first != ServiceTypeText(ServiceType::kPlatformService)) {
    return MalformedAt(MemberOf(index, "value"), "give service or platform_service");
  }
  return absl::OkStatus();
}

absl::Status CheckAttribute(const NewPolicy& policy, std::size_t index) {
  const ResourceAttribute& attribute = policy.resource[index];
  LATCHKEY_RETURN_IF_ERROR(CheckId(attribute.key, MemberOf(index, "key")));
  const auto same_key = [&](const ResourceAttribute& other) { return other.key == attribute.key; };
  const auto end = policy.resource.begin() + static_cast<std::ptrdiff_t>(index);
  if (std::any_of(policy.resource.begin(), end, same_key)) {
    return MalformedAt(MemberOf(index, "key"), "name each attribute once");
  }
  LATCHKEY_RETURN_IF_ERROR(CheckValues(attribute, index));
  return CheckSystemAttribute(policy, index);
}

bool NamesAccount(const NewPolicy& policy) {
  return std::any_of(policy.resource.begin(), policy.resource.end(),
                     [](const auto& attribute) { return attribute.key == kAccountIdKey; });
}

}  // namespace

absl::Status CheckResource(const NewPolicy& policy) {
  if (policy.resource.size() + (NamesAccount(policy) ? 0 : 1) > kPolicyAttributesMax) {
    return MalformedAt(kAttributesPath, "give at most 30 attributes, accountId among them");
  }
  for (std::size_t i = 0; i < policy.resource.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(CheckAttribute(policy, i));
  }
  if (!ScopeOf(policy.resource).has_value()) {
    return MalformedAt(
        kAttributesPath,
        "give one of serviceName, serviceType, service_group_id, resourceGroupId, or "
        "resourceType resource-group with resource");
  }
  return absl::OkStatus();
}

namespace {

absl::Status CheckSubject(const NewPolicy& policy) {
  if (policy.type == PolicyType::kAuthorization) return CheckAuthorizationSubject(policy);
  if (policy.type != PolicyType::kAccess)
    return MalformedAt("type", "give access or authorization");
  if (!policy.subject_attributes.empty()) {
    return MalformedAt("subject.attributes", "give subject, these are of an authorization");
  }
  const auto text = [](const auto& id) -> std::string_view { return id.text(); };
  return CheckId(std::visit(text, policy.subject), "subject.attributes[0].value");
}

// Whether a service that `policy` is about defines `role`.
absl::StatusOr<bool> IsDefinedInScope(base::PolicySource& source, const NewPolicy& policy,
                                      const RoleId& role) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                            source.ServicesWithRole(policy.account, role));
  for (const std::string& name : services) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::optional<base::ServiceInfo> service,
                              source.FindService(name));
    if (service.has_value() && CoversService(policy.resource, *service)) return true;
  }
  return false;
}

std::string RolePath(std::size_t index) {
  return absl::StrCat("control.grant.roles[", index, "].role_id");
}

absl::Status CheckRoleForms(const NewPolicy& policy) {
  if (policy.roles.empty() || policy.roles.size() > kPolicyRolesMax) {
    return MalformedAt("control.grant.roles", "give 1 to 50 roles");
  }
  for (std::size_t i = 0; i < policy.roles.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(CheckId(policy.roles[i].text(), RolePath(i)));
  }
  return absl::OkStatus();
}

absl::Status CheckRolesExist(base::PolicySource& source, const NewPolicy& policy) {
  for (std::size_t i = 0; i < policy.roles.size(); ++i) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool defined,
                              IsDefinedInScope(source, policy, policy.roles[i]));
    if (!defined) {
      return base::Error(
          Reason::kUnknownReference,
          absl::StrCat(RolePath(i), ": name a role that a service in the scope defines"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPolicy(base::PolicySource& source, const NewPolicy& policy) {
  LATCHKEY_RETURN_IF_ERROR(CheckId(policy.account.text(), "account"));
  LATCHKEY_RETURN_IF_ERROR(CheckSubject(policy));
  LATCHKEY_RETURN_IF_ERROR(CheckRoleForms(policy));
  LATCHKEY_RETURN_IF_ERROR(CheckResource(policy));
  LATCHKEY_RETURN_IF_ERROR(CheckTags(policy));
  LATCHKEY_RETURN_IF_ERROR(CheckRule(policy));
  LATCHKEY_RETURN_IF_ERROR(
      CheckText(policy.description, 0, kDescriptionCharactersMax, "description"));
  return CheckRolesExist(source, policy);
}

std::vector<ResourceAttribute> NormalisedResource(const NewPolicy& policy) {
  std::vector<ResourceAttribute> resource = policy.resource;
  const auto account = std::find_if(resource.begin(), resource.end(), [](const auto& attribute) {
    return attribute.key == kAccountIdKey;
  });
  if (account == resource.end()) {
    resource.insert(
        resource.begin(),
        {std::string(kAccountIdKey), AttributeOperator::kStringEquals, {policy.account.text()}});
  } else {
    std::rotate(resource.begin(), account, account + 1);
  }
  return resource;
}

}  // namespace latchkey::authz
