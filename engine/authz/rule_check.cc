#include "engine/authz/rule_check.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"

#include "engine/authz/form.h"
#include "engine/authz/policy_check.h"
#include "engine/authz/rule.h"
#include "engine/authz/scope.h"
#include "engine/authz/tags.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

std::string GroupPath(const PolicyRule& rule, std::size_t group) {
  return rule.join.has_value() ? At("rule.conditions", group) : "rule";
}

std::string ConditionPath(const PolicyRule& rule, std::size_t group, std::size_t condition) {
  std::string path = GroupPath(rule, group);
  if (!rule.groups[group].join.has_value()) return path;
  return At(Member(path, "conditions"), condition);
}

absl::Status CheckJoin(const std::optional<RuleJoin>& join, std::string_view path) {
  if (!join.has_value() || join == RuleJoin::kAnd || join == RuleJoin::kOr) return absl::OkStatus();
  return MalformedAt(Member(path, "operator"), "give and, or, or the operator of one condition");
}

std::string_view FormHint(RuleForm form) {
  switch (form) {
    case RuleForm::kTime:
      return "give a time with its offset from UTC, such as 09:00:00-05:00";
    case RuleForm::kDate:
      return "give a date with its offset from UTC, such as 2026-12-24+01:00";
    case RuleForm::kDateTime:
      return "give a date and time with its offset from UTC, such as 2026-12-24T00:00:00+01:00";
    case RuleForm::kDay:
      break;
  }
  return "give a day with its offset from UTC, 1+00:00 (Monday) to 7+00:00";
}

absl::Status CheckNumberOfValues(const RuleCondition& condition, bool any_of,
                                 std::string_view path) {
  const std::size_t max = any_of ? kAnyOfValuesMax : 1;
  if (!condition.values.empty() && condition.values.size() <= max) return absl::OkStatus();
  return MalformedAt(Member(path, "value"), any_of ? "give 1 to 10 values" : "give one value");
}

absl::Status CheckClockCondition(const RuleCondition& condition, const ClockOperator& op,
                                 std::string_view path) {
  if (condition.key != op.key) {
    return MalformedAt(Member(path, "operator"), "give an operator of the key");
  }
  const bool any_of = condition.op == RuleOperator::kDayOfWeekAnyOf;
  LATCHKEY_RETURN_IF_ERROR(CheckNumberOfValues(condition, any_of, path));
  for (const std::string& text : condition.values) {
    if (!ParseRuleValue(op.form, text).has_value()) {
      return MalformedAt(Member(path, "value"), FormHint(op.form));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckStringCondition(const RuleCondition& condition, AttributeOperator op,
                                  std::string_view path) {
  const std::optional<std::string_view> attribute = ResourceAttributeOf(condition.key);
  if (!attribute.has_value()) {
    return MalformedAt(Member(path, "operator"), "give an operator of the key");
  }
  LATCHKEY_RETURN_IF_ERROR(CheckId(*attribute, Member(path, "key")));
  if (attribute->find_first_of("{}") != std::string_view::npos) {
    return MalformedAt(Member(path, "key"), "name one attribute");
  }
  const bool any_of =
      op == AttributeOperator::kStringEqualsAnyOf || op == AttributeOperator::kStringMatchAnyOf;
  LATCHKEY_RETURN_IF_ERROR(CheckNumberOfValues(condition, any_of, path));
  for (const std::string& text : condition.values) {
    LATCHKEY_RETURN_IF_ERROR(CheckText(text, 1, kValueCharactersMax, Member(path, "value")));
  }
  const std::string& first = condition.values.front();
  if (op == AttributeOperator::kStringExists && first != "true" && first != "false") {
    return MalformedAt(Member(path, "value"), "give true or false");
  }
  return absl::OkStatus();
}

absl::Status CheckCondition(const RuleCondition& condition, std::string_view path) {
  const bool known = condition.key == kCurrentTimeKey || condition.key == kCurrentDateTimeKey ||
                     condition.key == kDayOfWeekKey || ResourceAttributeOf(condition.key);
  if (!known) {
    return MalformedAt(Member(path, "key"),
                       "give {{resource.attributes.X}} or {{environment.attributes.X}} with "
                       "current_time, current_date_time or day_of_week");
  }
  if (const auto clock = ClockOperatorOf(condition.op)) {
    return CheckClockCondition(condition, *clock, path);
  }
  if (const auto op = StringOperatorOf(condition.op)) {
    return CheckStringCondition(condition, *op, path);
  }
  return MalformedAt(Member(path, "operator"), "give an operator of rules");
}

absl::Status CheckGroup(const PolicyRule& rule, std::size_t index) {
  const RuleGroup& group = rule.groups[index];
  const std::string path = GroupPath(rule, index);
  LATCHKEY_RETURN_IF_ERROR(CheckJoin(group.join, path));
  const bool shaped =
      group.join.has_value() ? !group.conditions.empty() : group.conditions.size() == 1;
  if (!shaped) return MalformedAt(Member(path, "conditions"), "give at least one condition");
  for (std::size_t i = 0; i < group.conditions.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(CheckCondition(group.conditions[i], ConditionPath(rule, index, i)));
  }
  return absl::OkStatus();
}

absl::Status CheckShape(const PolicyRule& rule) {
  LATCHKEY_RETURN_IF_ERROR(CheckJoin(rule.join, "rule"));
  const bool shaped = rule.join.has_value()
                          ? !rule.groups.empty()
                          : rule.groups.size() == 1 && !rule.groups.front().join.has_value();
  if (!shaped) return MalformedAt("rule", "give one condition, or conditions with and or or");
  std::size_t conditions = 0;
  for (const RuleGroup& group : rule.groups) conditions += group.conditions.size();
  if (conditions > kRuleConditionsMax || rule.groups.size() > kRuleConditionsMax) {
    return MalformedAt("rule", "give at most 10 conditions in all");
  }
  return absl::OkStatus();
}

bool EveryCondition(const PolicyRule& rule, const std::function<bool(std::string_view key)>& is) {
  return std::ranges::all_of(rule.groups, [&](const RuleGroup& group) {
    return std::ranges::all_of(group.conditions,
                               [&](const RuleCondition& condition) { return is(condition.key); });
  });
}

bool Has(const PolicyRule& rule, std::string_view wanted) {
  return !EveryCondition(rule, [&](std::string_view key) { return key != wanted; });
}

bool IsOnce(const PolicyRule& rule) {
  return EveryCondition(rule, [](std::string_view key) { return key == kCurrentDateTimeKey; });
}

bool IsAllDay(const PolicyRule& rule) {
  return EveryCondition(rule, [](std::string_view key) { return key == kDayOfWeekKey; });
}

bool IsCustomHours(const PolicyRule& rule) {
  return Has(rule, kDayOfWeekKey) && Has(rule, kCurrentTimeKey) &&
         EveryCondition(rule, [](std::string_view key) {
           return key == kDayOfWeekKey || key == kCurrentTimeKey;
         });
}

bool IsAttributeBased(const PolicyRule& rule) {
  return EveryCondition(rule,
                        [](std::string_view key) { return ResourceAttributeOf(key).has_value(); });
}

struct Pattern {
  std::string_view name;
  bool (*fits)(const PolicyRule& rule);
};
constexpr std::array kPatterns = {
    Pattern{"time-based-conditions:once", IsOnce},
    Pattern{"time-based-conditions:weekly:all-day", IsAllDay},
    Pattern{"time-based-conditions:weekly:custom-hours", IsCustomHours},
    Pattern{"attribute-based-condition:resource:literal-and-wildcard", IsAttributeBased},
};

absl::Status CheckPattern(const NewPolicy& policy) {
  if (policy.pattern.empty()) return absl::OkStatus();
  const auto found = std::ranges::find(kPatterns, policy.pattern, &Pattern::name);
  if (found == kPatterns.end()) {
    return MalformedAt("pattern", "give one of the four names of a rule's shape, or leave it out");
  }
  if (!policy.rule.has_value()) return MalformedAt("pattern", "leave it out or add its rule");
  if (!found->fits(*policy.rule)) {
    return MalformedAt("pattern", "give the one that the keys of the rule have, or leave it out");
  }
  return absl::OkStatus();
}

// All IAM-enabled services and nothing narrower: tags stand in place of attributes.
bool IsAllServices(const std::vector<ResourceAttribute>& resource) {
  std::size_t scopes = 0;
  for (const ResourceAttribute& attribute : resource) {
    if (attribute.key == kAccountIdKey) continue;
    if (attribute.key != kServiceTypeKey || attribute.op != AttributeOperator::kStringEquals ||
        attribute.values.front() != ServiceTypeText(ServiceType::kService)) {
      return false;
    }
    ++scopes;
  }
  return scopes == 1;
}

absl::Status CheckTag(const NewPolicy& policy, std::size_t index) {
  const ResourceAttribute& tag = policy.tags[index];
  const std::string path = At("resource.tags", index);
  LATCHKEY_RETURN_IF_ERROR(CheckId(tag.key, Member(path, "key")));
  if (tag.key.find(':') != std::string::npos) {
    return MalformedAt(Member(path, "key"), "give what stands before the colon of the tag");
  }
  if (tag.op != AttributeOperator::kStringEquals && tag.op != AttributeOperator::kStringMatch) {
    return MalformedAt(Member(path, "operator"), "give stringEquals or stringMatch");
  }
  if (tag.values.size() != 1) return MalformedAt(Member(path, "value"), "give one value");
  LATCHKEY_RETURN_IF_ERROR(
      CheckText(tag.values.front(), 1, kValueCharactersMax, Member(path, "value")));
  const auto end = policy.tags.begin() + static_cast<std::ptrdiff_t>(index);
  if (std::find(policy.tags.begin(), end, tag) != end) {
    return MalformedAt(path, "give each tag once");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRule(const NewPolicy& policy) {
  if (policy.rule.has_value()) {
    LATCHKEY_RETURN_IF_ERROR(CheckShape(*policy.rule));
    for (std::size_t i = 0; i < policy.rule->groups.size(); ++i) {
      LATCHKEY_RETURN_IF_ERROR(CheckGroup(*policy.rule, i));
    }
  }
  return CheckPattern(policy);
}

absl::Status CheckTags(const NewPolicy& policy) {
  if (policy.tags.empty()) return absl::OkStatus();
  if (policy.tags.size() > kPolicyTagsMax) {
    return MalformedAt("resource.tags", "give at most 10 tags");
  }
  if (!IsAllServices(policy.resource)) {
    return MalformedAt("resource.tags",
                       "give serviceType service and no other attribute beside accountId");
  }
  for (std::size_t i = 0; i < policy.tags.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(CheckTag(policy, i));
  }
  return absl::OkStatus();
}

}  // namespace latchkey::authz
