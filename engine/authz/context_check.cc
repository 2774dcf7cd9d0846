#include "engine/authz/context_check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "engine/authz/form.h"
#include "engine/authz/policy_check.h"
#include "engine/authz/scope.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

constexpr std::size_t kZoneNameCharactersMax = 128;
constexpr std::size_t kDescriptionCharactersMax = 300;

absl::Status CheckRanges(const std::vector<AddressRange>& ranges, std::string_view path) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].last < ranges[i].first) {
      return MalformedAt(At(path, i), "give the first address, then one that is not before it");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRuleResource(const NewContextRule& rule) {
  NewPolicy target;
  target.account = rule.account;
  target.resource = rule.resource;
  LATCHKEY_RETURN_IF_ERROR(CheckResource(target));
  const std::optional<Scope> scope = ScopeOf(rule.resource);
  if (scope == Scope::kResourceGroup || scope == Scope::kGroupItself) {
    return MalformedAt("resource.attributes",
                       "give one of serviceName, serviceType and service_group_id");
  }
  for (std::size_t i = 0; i < rule.resource.size(); ++i) {
    if (rule.resource[i].op != AttributeOperator::kStringExists) continue;
    return MalformedAt(absl::StrCat(At("resource.attributes", i), ".operator"),
                       "say which value, or leave the attribute out");
  }
  return absl::OkStatus();
}

absl::Status CheckContexts(const std::vector<RuleContext>& contexts) {
  if (contexts.empty() || contexts.size() > kRuleContextsMax) {
    return MalformedAt("contexts", absl::StrCat("give 1 to ", kRuleContextsMax, " contexts"));
  }
  for (std::size_t i = 0; i < contexts.size(); ++i) {
    const std::vector<ZoneId>& zones = contexts[i].zones;
    const std::string path = absl::StrCat(At("contexts", i), ".zones");
    if (zones.empty() || zones.size() > kContextZonesMax) {
      return MalformedAt(path, absl::StrCat("give 1 to ", kContextZonesMax, " zones"));
    }
    for (std::size_t zone = 0; zone < zones.size(); ++zone) {
      LATCHKEY_RETURN_IF_ERROR(CheckId(zones[zone].text(), At(path, zone)));
    }
  }
  return absl::OkStatus();
}

// Whether each of `inner` lies within one of `outer`.
bool LieWithin(const std::vector<AddressRange>& inner, const std::vector<AddressRange>& outer) {
  return std::ranges::all_of(inner, [&](const AddressRange& one) {
    return std::ranges::any_of(outer, [&](const AddressRange& other) {
      return other.first <= one.first && one.last <= other.last;
    });
  });
}

bool LiesApart(const AddressRange& one, const std::vector<AddressRange>& others) {
  return std::ranges::all_of(others, [&](const AddressRange& other) {
    return one.last < other.first || other.last < one.first;
  });
}

bool Names(const ContextRule& rule, const ZoneId& wanted) {
  return std::ranges::any_of(rule.contexts, [&](const RuleContext& context) {
    return std::ranges::find(context.zones, wanted) != context.zones.end();
  });
}

// The contexts are alternatives and so are their zones: only the union of the zones counts.
bool NamesOnlyZonesOf(const ContextRule& after, const ContextRule& before) {
  return std::ranges::all_of(after.contexts, [&](const RuleContext& context) {
    return std::ranges::all_of(context.zones,
                               [&](const ZoneId& zone) { return Names(before, zone); });
  });
}

}  // namespace

absl::Status CheckZone(const NewNetworkZone& zone) {
  LATCHKEY_RETURN_IF_ERROR(CheckId(zone.account.text(), "account"));
  LATCHKEY_RETURN_IF_ERROR(CheckText(zone.name, 1, kZoneNameCharactersMax, "name"));
  LATCHKEY_RETURN_IF_ERROR(
      CheckText(zone.description, 0, kDescriptionCharactersMax, "description"));
  if (zone.addresses.empty()) return MalformedAt("addresses", "give at least one range");
  LATCHKEY_RETURN_IF_ERROR(CheckRanges(zone.addresses, "addresses"));
  return CheckRanges(zone.excluded, "excluded");
}

absl::Status CheckContextRule(const NewContextRule& rule) {
  LATCHKEY_RETURN_IF_ERROR(CheckId(rule.account.text(), "account"));
  LATCHKEY_RETURN_IF_ERROR(
      CheckText(rule.description, 0, kDescriptionCharactersMax, "description"));
  LATCHKEY_RETURN_IF_ERROR(CheckRuleResource(rule));
  LATCHKEY_RETURN_IF_ERROR(CheckContexts(rule.contexts));
  if (rule.enforcement == Enforcement::kEnabled || rule.enforcement == Enforcement::kDisabled) {
    return absl::OkStatus();
  }
  return MalformedAt("enforcement", "give enabled or disabled");
}

bool Loosens(const NetworkZone& before, const NetworkZone& after) {
  if (!LieWithin(after.addresses, before.addresses)) return true;
  return !std::ranges::all_of(before.excluded, [&](const AddressRange& kept_out) {
    return LieWithin({kept_out}, after.excluded) || LiesApart(kept_out, after.addresses);
  });
}

bool Loosens(const ContextRule& before, const ContextRule& after) {
  if (before.enforcement == Enforcement::kDisabled) return false;
  if (after.enforcement != Enforcement::kEnabled) return true;
  const bool as_wide = std::ranges::all_of(after.resource, [&](const ResourceAttribute& attribute) {
    return std::ranges::find(before.resource, attribute) != before.resource.end();
  });
  return !as_wide || !NamesOnlyZonesOf(after, before);
}

}  // namespace latchkey::authz
