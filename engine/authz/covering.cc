#include "engine/authz/covering.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/authz/pattern.h"
#include "engine/authz/scope.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

constexpr std::string_view kAdministratorSuffix = ":role:Administrator";
constexpr std::string_view kGrantAction = "iam.policy.create";

bool IsExact(AttributeOperator op) {
  return op == AttributeOperator::kStringEquals || op == AttributeOperator::kStringEqualsAnyOf;
}

bool IsPattern(AttributeOperator op) {
  return op == AttributeOperator::kStringMatch || op == AttributeOperator::kStringMatchAnyOf;
}

// An escaped wildcard counts as one: refusing is the safe side of not reading patterns.
bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool CoversText(const ResourceAttribute& held, const ResourceAttribute& wanted,
                const std::string& text) {
  const bool wild = IsPattern(wanted.op) && HasWildcard(text);
  return std::ranges::any_of(held.values, [&](const std::string& own) {
    if (!IsPattern(held.op)) return !wild && own == text;
    return wild ? own == "*" || own == text : MatchesPattern(own, text);
  });
}

bool CoversAttribute(const ResourceAttribute& held, const ResourceAttribute& wanted) {
  if (held.key != wanted.key) return false;
  if (held == wanted) return true;
  if (!IsExact(held.op) && !IsPattern(held.op)) return false;
  if (!IsExact(wanted.op) && !IsPattern(wanted.op)) return false;
  return !wanted.values.empty() && std::ranges::all_of(wanted.values, [&](const std::string& text) {
    return CoversText(held, wanted, text);
  });
}

const ResourceAttribute* Find(const Policy& policy, std::string_view key) {
  const auto found = std::ranges::find(policy.resource, key, &ResourceAttribute::key);
  return found == policy.resource.end() ? nullptr : &*found;
}

// The services that the target names exactly; none if its scope is open.
std::vector<std::string> NamedServices(const Policy& target) {
  const ResourceAttribute* const named = Find(target, kServiceNameKey);
  if (named == nullptr || !IsExact(named->op)) return {};
  return named->values;
}

// One question: may this action be handed on over this target?
class Question {
 public:
  Question(base::PolicySource& source, std::string_view action, const Policy& target)
      : source_(source),
        action_(action),
        target_(target),
        services_(NamedServices(target)),
        open_(services_.empty() || Find(target, kServiceTypeKey) != nullptr ||
              Find(target, kServiceGroupKey) != nullptr) {}

  absl::StatusOr<bool> CoveredBy(const Policy& held) {
    if (held.type != PolicyType::kAccess) return false;
    // A right that comes and goes, or that depends on what the host says of a resource, is not
    // handed on. The target's own rule and tags only make it narrower.
    if (held.rule.has_value() || !held.tags.empty()) return false;
    const auto stands = [&](const ResourceAttribute& attribute) { return Stands(attribute); };
    if (!ScopeOf(held.resource) || !std::ranges::all_of(held.resource, stands)) return false;
    if (!open_) return HoldsOnEveryService(held);
    if (!HasSameScope(held)) return false;
    return HasAdministrator(held);
  }

 private:
  // Whether the services that `held` means by serviceType include the named ones is asked with
  // them.
  bool Stands(const ResourceAttribute& held) const {
    if (held.key == kAccountIdKey) {
      return IsExact(held.op) && held.values == std::vector{target_.account.text()};
    }
    if (held.key == kServiceTypeKey && !open_) return true;
    return std::ranges::any_of(target_.resource, [&](const ResourceAttribute& wanted) {
      return CoversAttribute(held, wanted);
    });
  }

  bool HasSameScope(const Policy& held) const {
    for (const ResourceAttribute& wanted : target_.resource) {
      const ResourceAttribute* const own = Find(held, wanted.key);
      const bool is_kind = wanted.key == kServiceTypeKey || wanted.key == kServiceGroupKey;
      if (is_kind && (own == nullptr || *own != wanted)) return false;
      if (wanted.key == kServiceNameKey && own == nullptr) return false;
    }
    return true;
  }

  absl::StatusOr<std::optional<Role>> RoleHolding(const RoleId& id, std::string_view service) {
    LATCHKEY_ASSIGN_OR_RETURN(std::optional<Role> role,
                              source_.FindRole(target_.account, service, id));
    if (role && std::ranges::find(role->actions, action_) == role->actions.end()) role.reset();
    return role;
  }

  absl::StatusOr<bool> HoldsOnEveryService(const Policy& held) {
    for (const std::string& service : services_) {
      LATCHKEY_ASSIGN_OR_RETURN(const bool holds, HoldsOn(held, service));
      if (!holds) return false;
    }
    return true;
  }

  absl::StatusOr<bool> HoldsOn(const Policy& held, const std::string& service) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::optional<base::ServiceInfo> info,
                              source_.FindService(service));
    if (!info || !CoversService(held.resource, *info)) return false;
    for (const RoleId& id : held.roles) {
      LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Role> role, RoleHolding(id, service));
      if (role) return true;
    }
    return false;
  }

  absl::StatusOr<bool> HasAdministrator(const Policy& held) {
    for (const RoleId& id : held.roles) {
      if (!id.text().ends_with(kAdministratorSuffix)) continue;
      LATCHKEY_ASSIGN_OR_RETURN(const bool holds, HoldsInScope(id));
      if (holds) return true;
    }
    return false;
  }

  // The kind is asked too: an id alone proves no platform role.
  absl::StatusOr<bool> HoldsInScope(const RoleId& id) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                              source_.ServicesWithRole(target_.account, id));
    for (const std::string& service : services) {
      LATCHKEY_ASSIGN_OR_RETURN(const std::optional<base::ServiceInfo> info,
                                source_.FindService(service));
      if (!info || !CoversService(target_.resource, *info)) continue;
      LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Role> role, RoleHolding(id, service));
      if (role && role->kind == RoleKind::kPlatform) return true;
    }
    return false;
  }

  base::PolicySource& source_;
  const std::string_view action_;
  const Policy& target_;
  const std::vector<std::string> services_;
  const bool open_;  // the target reaches services that it does not name
};

// Every policy that speaks for `identity` in `account`: its own and those of its groups.
absl::StatusOr<std::vector<Policy>> PoliciesCarriedBy(base::PolicySource& source,
                                                      const AccountId& account,
                                                      const IamId& identity) {
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<Policy> policies, source.PoliciesOf(account, identity));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<GroupId> groups, source.GroupsOf(account, identity));
  for (const GroupId& group : groups) {
    LATCHKEY_ASSIGN_OR_RETURN(std::vector<Policy> more, source.PoliciesOf(account, group));
    std::ranges::move(more, std::back_inserter(policies));
  }
  return policies;
}

absl::StatusOr<bool> AnyCovers(base::PolicySource& source, const std::vector<Policy>& held,
                               std::string_view action, const Policy& target) {
  const ResourceAttribute* const account = Find(target, kAccountIdKey);
  if (account != nullptr && account->values != std::vector{target.account.text()}) return false;
  Question question(source, action, target);
  for (const Policy& policy : held) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool covered, question.CoveredBy(policy));
    if (covered) return true;
  }
  return false;
}

absl::StatusOr<bool> CoverAll(base::PolicySource& source, const Actor& actor,
                              const AccountId& account, std::string_view action,
                              const std::vector<Policy>& targets) {
  if (targets.empty()) return true;
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<Policy> held,
                            PoliciesCarriedBy(source, account, actor.identity.id));
  for (const Policy& target : targets) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool covered, AnyCovers(source, held, action, target));
    if (!covered) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<bool> Covers(base::PolicySource& source, const Actor& actor, std::string_view action,
                            const Policy& target) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<Policy> held,
                            PoliciesCarriedBy(source, target.account, actor.identity.id));
  return AnyCovers(source, held, action, target);
}

absl::StatusOr<bool> CoversAllOf(base::PolicySource& source, const Actor& actor,
                                 const AccountId& account, const PolicySubject& subject) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<Policy> targets, source.PoliciesOf(account, subject));
  return CoverAll(source, actor, account, kGrantAction, targets);
}

absl::StatusOr<bool> CoversCarried(base::PolicySource& source, const Actor& actor,
                                   const AccountId& account, const IamId& identity) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<Policy> targets,
                            PoliciesCarriedBy(source, account, identity));
  return CoverAll(source, actor, account, kGrantAction, targets);
}

absl::StatusOr<bool> CoversAccount(base::PolicySource& source, const Actor& actor,
                                   std::string_view action, const AccountId& account) {
  std::vector<Policy> targets;
  for (const ServiceType type : std::array{ServiceType::kService, ServiceType::kPlatformService}) {
    Policy target;
    target.account = account;
    target.resource.push_back({.key = std::string(kServiceTypeKey),
                               .op = AttributeOperator::kStringEquals,
                               .values = {std::string(ServiceTypeText(type))}});
    targets.push_back(std::move(target));
  }
  return CoverAll(source, actor, account, action, targets);
}

}  // namespace latchkey::authz
