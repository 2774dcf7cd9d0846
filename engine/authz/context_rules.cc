#include "engine/authz/context_rules.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"

#include "engine/authz/scope.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

bool IsEvaluated(AttributeOperator op) {
  switch (op) {
    case AttributeOperator::kStringEquals:
    case AttributeOperator::kStringMatch:
    case AttributeOperator::kStringEqualsAnyOf:
    case AttributeOperator::kStringMatchAnyOf:
      return true;
    case AttributeOperator::kStringExists:
      return false;
  }
  return false;
}

// What a request says, and what the catalogue says of its service.
struct Question {
  const AccessRequest& request;
  const std::optional<base::ServiceInfo>& service;
};

bool MatchesService(const ResourceAttribute& attribute, const Question& question) {
  if (attribute.key == kServiceNameKey) {
    return question.request.service.empty() || Holds(attribute, question.request.service);
  }
  return !question.service || Holds(attribute, ServiceAttribute(attribute.key, *question.service));
}

bool MatchesNarrower(const ResourceAttribute& attribute, const Question& question) {
  const auto found =
      std::ranges::find(question.request.attributes, attribute.key, &RequestAttribute::key);
  return found == question.request.attributes.end() || Holds(attribute, found->value);
}

bool Matches(const ResourceAttribute& attribute, const Question& question) {
  // A rule is about the account that it is stored in.
  if (attribute.key == kAccountIdKey || !IsEvaluated(attribute.op)) return true;
  if (attribute.key == kServiceNameKey || attribute.key == kServiceTypeKey ||
      attribute.key == kServiceGroupKey) {
    return MatchesService(attribute, question);
  }
  return MatchesNarrower(attribute, question);
}

bool IsApplicable(const ContextRule& rule, const Question& question) {
  return std::ranges::all_of(rule.resource, [&](const ResourceAttribute& attribute) {
    return Matches(attribute, question);
  });
}

absl::StatusOr<std::vector<ContextRule>> ApplicableRules(base::PolicySource& source,
                                                         const AccessRequest& request) {
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<ContextRule> rules,
                            source.ContextRulesOf(AccountId(request.account)));
  std::erase_if(rules,
                [](const ContextRule& rule) { return rule.enforcement == Enforcement::kDisabled; });
  if (rules.empty()) return rules;
  std::optional<base::ServiceInfo> service;
  if (!request.service.empty()) {
    LATCHKEY_ASSIGN_OR_RETURN(service, source.FindService(request.service));
  }
  const Question question{request, service};
  std::erase_if(rules, [&](const ContextRule& rule) { return !IsApplicable(rule, question); });
  return rules;
}

// The zones of the account that the actor's address lies in.
absl::StatusOr<absl::flat_hash_set<ZoneId>> ZonesAround(base::PolicySource& source,
                                                        const Actor& actor,
                                                        const AccountId& account) {
  absl::flat_hash_set<ZoneId> around;
  if (!actor.source) return around;
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<NetworkZone> zones, source.NetworkZonesOf(account));
  for (const NetworkZone& zone : zones) {
    if (LiesIn(zone, actor.source)) around.insert(zone.id);
  }
  return around;
}

bool LetsIn(const ContextRule& rule, const absl::flat_hash_set<ZoneId>& around) {
  return std::ranges::any_of(rule.contexts, [&](const RuleContext& context) {
    return std::ranges::any_of(context.zones,
                               [&](const ZoneId& zone) { return around.contains(zone); });
  });
}

}  // namespace

bool LiesIn(const NetworkZone& zone, const std::optional<IpAddress>& address) {
  if (!address) return false;
  const auto holds = [&](const AddressRange& range) { return range.Contains(*address); };
  return std::ranges::any_of(zone.addresses, holds) && std::ranges::none_of(zone.excluded, holds);
}

absl::StatusOr<std::optional<ContextRuleId>> ContextRuleAgainst(base::PolicySource& source,
                                                                const Actor& actor,
                                                                const AccessRequest& request) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<ContextRule> rules, ApplicableRules(source, request));
  if (rules.empty()) return std::nullopt;
  LATCHKEY_ASSIGN_OR_RETURN(const absl::flat_hash_set<ZoneId> around,
                            ZonesAround(source, actor, AccountId(request.account)));
  for (const ContextRule& rule : rules) {
    if (!LetsIn(rule, around)) return std::optional<ContextRuleId>(rule.id);
  }
  return std::nullopt;
}

}  // namespace latchkey::authz
