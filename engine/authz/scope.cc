#include "engine/authz/scope.h"

#include <algorithm>
#include <string>

#include "engine/authz/pattern.h"

namespace latchkey::authz {
namespace {

const ResourceAttribute* Find(const std::vector<ResourceAttribute>& resource,
                              std::string_view key) {
  const auto found = std::find_if(resource.begin(), resource.end(), [&](const auto& attribute) {
    return attribute.key == key && attribute.op != AttributeOperator::kStringExists;
  });
  return found == resource.end() ? nullptr : &*found;
}

bool IsGroupItself(const std::vector<ResourceAttribute>& resource) {
  const ResourceAttribute* type = Find(resource, kResourceTypeKey);
  return type != nullptr && type->op == AttributeOperator::kStringEquals &&
         type->values.size() == 1 && type->values.front() == kResourceGroupType &&
         Find(resource, kResourceKey) != nullptr;
}

bool IsServiceKey(std::string_view key) {
  return key == kServiceNameKey || key == kServiceTypeKey || key == kServiceGroupKey;
}

}  // namespace

std::optional<Scope> ScopeOf(const std::vector<ResourceAttribute>& resource) {
  const bool by_name = Find(resource, kServiceNameKey) != nullptr;
  const bool by_type = Find(resource, kServiceTypeKey) != nullptr;
  const bool by_group = Find(resource, kServiceGroupKey) != nullptr;
  if (int{by_name} + int{by_type} + int{by_group} > 1) return std::nullopt;
  if (by_name) return Scope::kServiceName;
  if (by_type) return Scope::kServiceType;
  if (by_group) return Scope::kServiceGroup;
  if (Find(resource, kResourceGroupKey) != nullptr) return Scope::kResourceGroup;
  if (IsGroupItself(resource)) return Scope::kGroupItself;
  return std::nullopt;
}

std::string_view ServiceTypeText(ServiceType type) {
  switch (type) {
    case ServiceType::kService:
      return "service";
    case ServiceType::kPlatformService:
      return "platform_service";
  }
  return "";
}

bool Holds(const ResourceAttribute& attribute, const std::optional<std::string_view>& value) {
  return HoldsFor(attribute.op, attribute.values, value);
}

bool HoldsFor(AttributeOperator op, const std::vector<std::string>& values,
              const std::optional<std::string_view>& value) {
  const auto equals = [&](const std::string& text) { return text == *value; };
  const auto matches = [&](const std::string& pattern) { return MatchesPattern(pattern, *value); };
  switch (op) {
    case AttributeOperator::kStringExists:
      return values.size() == 1 && values.front() == (value.has_value() ? "true" : "false");
    case AttributeOperator::kStringEquals:
      return value.has_value() && values.size() == 1 && equals(values.front());
    case AttributeOperator::kStringMatch:
      return value.has_value() && values.size() == 1 && matches(values.front());
    case AttributeOperator::kStringEqualsAnyOf:
      return value.has_value() && std::any_of(values.begin(), values.end(), equals);
    case AttributeOperator::kStringMatchAnyOf:
      return value.has_value() && std::any_of(values.begin(), values.end(), matches);
  }
  return false;
}

std::optional<std::string_view> ServiceAttribute(std::string_view key,
                                                 const base::ServiceInfo& service) {
  const auto unless_empty = [](std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
  };
  if (key == kServiceNameKey) return service.name;
  if (key == kServiceTypeKey) return unless_empty(ServiceTypeText(service.type));
  if (key == kServiceGroupKey) return unless_empty(service.group);
  return std::nullopt;
}

bool CoversService(const std::vector<ResourceAttribute>& resource,
                   const base::ServiceInfo& service) {
  const std::optional<Scope> scope = ScopeOf(resource);
  if (!scope.has_value()) return false;
  if (scope == Scope::kResourceGroup && service.type != ServiceType::kService) return false;
  return std::all_of(resource.begin(), resource.end(), [&](const ResourceAttribute& attribute) {
    return !IsServiceKey(attribute.key) ||
           Holds(attribute, ServiceAttribute(attribute.key, service));
  });
}

}  // namespace latchkey::authz
