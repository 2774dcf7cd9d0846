#include "engine/authz/rule.h"

#include <algorithm>

#include "engine/authz/policy_check.h"
#include "engine/authz/scope.h"

namespace latchkey::authz {
namespace {

constexpr std::string_view kAttributePrefix = "{{resource.attributes.";
constexpr std::string_view kAttributeSuffix = "}}";

enum class Truth { kFalse, kTrue, kUnknown };

Truth TruthOf(bool holds) { return holds ? Truth::kTrue : Truth::kFalse; }

bool Compares(Comparison comparison, std::int64_t shown, std::int64_t wanted) {
  switch (comparison) {
    case Comparison::kLess:
      return shown < wanted;
    case Comparison::kLessOrEquals:
      return shown <= wanted;
    case Comparison::kGreater:
      return shown > wanted;
    case Comparison::kGreaterOrEquals:
      return shown >= wanted;
    case Comparison::kAnyOf:
      return shown == wanted;
  }
  return false;
}

// Every value is read, also after one that holds: what is stored must be evaluable as a whole.
Truth ClockTruth(const RuleCondition& condition, const ClockOperator& op, std::int64_t now_us) {
  bool holds = false;
  for (const std::string& text : condition.values) {
    const std::optional<RuleValue> value = ParseRuleValue(op.form, text);
    if (!value.has_value()) return Truth::kUnknown;
    const std::int64_t shown = ReadRuleClock(op.form, now_us, value->offset_us);
    holds = holds || Compares(op.comparison, shown, value->number);
  }
  return TruthOf(holds);
}

bool HasNumberOfValues(const RuleCondition& condition) {
  const bool any_of = condition.op == RuleOperator::kStringEqualsAnyOf ||
                      condition.op == RuleOperator::kStringMatchAnyOf ||
                      condition.op == RuleOperator::kDayOfWeekAnyOf;
  const std::size_t max = any_of ? kAnyOfValuesMax : 1;
  return !condition.values.empty() && condition.values.size() <= max;
}

// One evaluation's walk over the conditions.
class Evaluation {
 public:
  Evaluation(std::optional<std::int64_t> now_us, ValueOfAttribute value_of)
      : now_us_(now_us), value_of_(value_of) {}

  Truth Of(const PolicyRule& rule) {
    const bool shaped = rule.join.has_value()
                            ? !rule.groups.empty()
                            : rule.groups.size() == 1 && !rule.groups.front().join.has_value();
    if (!shaped) return Truth::kUnknown;
    return Joined(rule.join, rule.groups,
                  [this](const RuleGroup& group) { return OfGroup(group); });
  }

  // The key of the condition to blame for anything but kTrue.
  [[nodiscard]] std::string_view unknown() const { return unknown_; }
  [[nodiscard]] std::string_view first_false() const { return first_false_; }

 private:
  Truth OfGroup(const RuleGroup& group) {
    const bool shaped =
        group.join.has_value() ? !group.conditions.empty() : group.conditions.size() == 1;
    if (!shaped) return Truth::kUnknown;
    return Joined(group.join, group.conditions,
                  [this](const RuleCondition& condition) { return OfCondition(condition); });
  }

  Truth OfCondition(const RuleCondition& condition) {
    const Truth truth = ++conditions_ > kRuleConditionsMax ? Truth::kUnknown : Ask(condition);
    if (truth == Truth::kUnknown) unknown_ = condition.key;
    if (truth == Truth::kFalse && first_false_.empty()) first_false_ = condition.key;
    return truth;
  }

  Truth Ask(const RuleCondition& condition) {
    if (!HasNumberOfValues(condition)) return Truth::kUnknown;
    if (const auto clock = ClockOperatorOf(condition.op); clock.has_value()) {
      if (condition.key != clock->key || !now_us_.has_value()) return Truth::kUnknown;
      return ClockTruth(condition, *clock, *now_us_);
    }
    const std::optional<AttributeOperator> op = StringOperatorOf(condition.op);
    const std::optional<std::string_view> attribute = ResourceAttributeOf(condition.key);
    if (!op.has_value() || !attribute.has_value()) return Truth::kUnknown;
    return TruthOf(HoldsFor(*op, condition.values, value_of_(*attribute)));
  }

  // All parts are asked, so that one that cannot be evaluated is always met; it ends the walk.
  template <class Part, class Ask>
  Truth Joined(std::optional<RuleJoin> join, const std::vector<Part>& parts, Ask ask) {
    const bool is_or = join == RuleJoin::kOr;
    if (join.has_value() && !is_or && join != RuleJoin::kAnd) return Truth::kUnknown;
    bool holds = !is_or;
    for (const Part& part : parts) {
      const Truth truth = ask(part);
      if (truth == Truth::kUnknown) return Truth::kUnknown;
      const bool part_holds = truth == Truth::kTrue;
      holds = is_or ? holds || part_holds : holds && part_holds;
    }
    return TruthOf(holds);
  }

  const std::optional<std::int64_t> now_us_;
  const ValueOfAttribute value_of_;
  std::size_t conditions_ = 0;
  std::string_view unknown_;
  std::string_view first_false_;
};

std::optional<ClockOperator> Ordered(std::string_view key, RuleForm form, RuleOperator op,
                                     RuleOperator less) {
  const auto step = static_cast<int>(op) - static_cast<int>(less);
  constexpr Comparison kSteps[] = {Comparison::kLess, Comparison::kLessOrEquals,
                                   Comparison::kGreater, Comparison::kGreaterOrEquals};
  return ClockOperator{key, form, kSteps[step]};
}

}  // namespace

std::optional<std::string_view> ResourceAttributeOf(std::string_view key) {
  if (!key.starts_with(kAttributePrefix) || !key.ends_with(kAttributeSuffix)) return std::nullopt;
  key.remove_prefix(kAttributePrefix.size());
  if (key.size() <= kAttributeSuffix.size()) return std::nullopt;
  key.remove_suffix(kAttributeSuffix.size());
  return key;
}

std::optional<ClockOperator> ClockOperatorOf(RuleOperator op) {
  switch (op) {
    case RuleOperator::kTimeLessThan:
    case RuleOperator::kTimeLessThanOrEquals:
    case RuleOperator::kTimeGreaterThan:
    case RuleOperator::kTimeGreaterThanOrEquals:
      return Ordered(kCurrentTimeKey, RuleForm::kTime, op, RuleOperator::kTimeLessThan);
    case RuleOperator::kDateLessThan:
    case RuleOperator::kDateLessThanOrEquals:
    case RuleOperator::kDateGreaterThan:
    case RuleOperator::kDateGreaterThanOrEquals:
      return Ordered(kCurrentDateTimeKey, RuleForm::kDate, op, RuleOperator::kDateLessThan);
    case RuleOperator::kDateTimeLessThan:
    case RuleOperator::kDateTimeLessThanOrEquals:
    case RuleOperator::kDateTimeGreaterThan:
    case RuleOperator::kDateTimeGreaterThanOrEquals:
      return Ordered(kCurrentDateTimeKey, RuleForm::kDateTime, op, RuleOperator::kDateTimeLessThan);
    case RuleOperator::kDayOfWeekEquals:
    case RuleOperator::kDayOfWeekAnyOf:
      return ClockOperator{kDayOfWeekKey, RuleForm::kDay, Comparison::kAnyOf};
    case RuleOperator::kStringEquals:
    case RuleOperator::kStringMatch:
    case RuleOperator::kStringExists:
    case RuleOperator::kStringEqualsAnyOf:
    case RuleOperator::kStringMatchAnyOf:
      break;
  }
  return std::nullopt;
}

std::optional<AttributeOperator> StringOperatorOf(RuleOperator op) {
  switch (op) {
    case RuleOperator::kStringEquals:
      return AttributeOperator::kStringEquals;
    case RuleOperator::kStringMatch:
      return AttributeOperator::kStringMatch;
    case RuleOperator::kStringExists:
      return AttributeOperator::kStringExists;
    case RuleOperator::kStringEqualsAnyOf:
      return AttributeOperator::kStringEqualsAnyOf;
    case RuleOperator::kStringMatchAnyOf:
      return AttributeOperator::kStringMatchAnyOf;
    default:
      return std::nullopt;
  }
}

std::optional<std::string_view> RuleMiss(const PolicyRule& rule, absl::Time now,
                                         ValueOfAttribute value_of) {
  Evaluation evaluation(RuleClock(now), value_of);
  const Truth truth = evaluation.Of(rule);
  if (truth == Truth::kTrue) return std::nullopt;
  return truth == Truth::kUnknown ? evaluation.unknown() : evaluation.first_false();
}

}  // namespace latchkey::authz
