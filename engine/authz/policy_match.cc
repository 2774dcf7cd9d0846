#include "engine/authz/policy_match.h"

#include <string>
#include <vector>

#include "engine/authz/evaluator.h"
#include "engine/authz/rule.h"
#include "engine/authz/scope.h"
#include "engine/authz/tags.h"

namespace latchkey::authz {
namespace {

std::optional<std::string_view> ValueOf(std::string_view key, const AccessRequest& request,
                                        const base::ServiceInfo& service) {
  if (key == kAccountIdKey) return request.account;
  if (key == kServiceNameKey) return request.service;
  if (key == kServiceTypeKey || key == kServiceGroupKey) return ServiceAttribute(key, service);
  for (const RequestAttribute& attribute : request.attributes) {
    if (attribute.key == key) return attribute.value;
  }
  return std::nullopt;
}

// The key of the first attribute that does not match, or nothing if all do.
std::optional<std::string_view> FirstMiss(const Policy& policy, const AccessRequest& request,
                                          const std::optional<base::ServiceInfo>& service) {
  const std::optional<Scope> scope = ScopeOf(policy.resource);
  if (!scope.has_value() || !service.has_value()) return kServiceNameKey;
  if (scope == Scope::kResourceGroup && service->type != ServiceType::kService) {
    return kResourceGroupKey;
  }
  for (const ResourceAttribute& attribute : policy.resource) {
    if (!Holds(attribute, ValueOf(attribute.key, request, *service))) return attribute.key;
  }
  return std::nullopt;
}

}  // namespace

std::optional<PolicyMiss> MissOf(const Policy& policy, const AccessRequest& request,
                                 const std::optional<base::ServiceInfo>& service, absl::Time now) {
  if (const auto key = FirstMiss(policy, request, service)) {
    return PolicyMiss{Miss::kAttribute, *key};
  }
  if (const auto key = TagsMiss(policy.tags, request.tags)) return PolicyMiss{Miss::kTags, *key};
  if (!policy.rule.has_value()) return std::nullopt;
  // The service is known: FirstMiss passes nothing without one.
  const auto value_of = [&](std::string_view key) { return ValueOf(key, request, *service); };
  if (const auto key = RuleMiss(*policy.rule, now, value_of)) return PolicyMiss{Miss::kRule, *key};
  return std::nullopt;
}

bool MatchesResource(const Policy& policy, const AccessRequest& request,
                     const std::optional<base::ServiceInfo>& service, std::string* miss) {
  const std::optional<std::string_view> key = FirstMiss(policy, request, service);
  if (key.has_value() && miss != nullptr) *miss = *key;
  return !key.has_value();
}

}  // namespace latchkey::authz
