// engine/codec/rule_operators.h: the operators of rule conditions and the JSON of their values
// (domain P-5).
#ifndef LATCHKEY_ENGINE_CODEC_RULE_OPERATORS_H_
#define LATCHKEY_ENGINE_CODEC_RULE_OPERATORS_H_

#include <array>
#include <string_view>

#include "latchkey/policy.h"

#include "engine/codec/attribute_operators.h"

namespace latchkey::codec {

struct RuleOperatorRow {
  RuleOperator op;
  std::string_view name;
  ValueForm form;
};

inline constexpr std::array kRuleOperators = {
    RuleOperatorRow{RuleOperator::kStringEquals, "stringEquals", ValueForm::kString},
    RuleOperatorRow{RuleOperator::kStringMatch, "stringMatch", ValueForm::kString},
    RuleOperatorRow{RuleOperator::kStringExists, "stringExists", ValueForm::kBoolean},
    RuleOperatorRow{RuleOperator::kStringEqualsAnyOf, "stringEqualsAnyOf", ValueForm::kStrings},
    RuleOperatorRow{RuleOperator::kStringMatchAnyOf, "stringMatchAnyOf", ValueForm::kStrings},
    RuleOperatorRow{RuleOperator::kTimeLessThan, "timeLessThan", ValueForm::kString},
    RuleOperatorRow{RuleOperator::kTimeLessThanOrEquals, "timeLessThanOrEquals",
                    ValueForm::kString},
    RuleOperatorRow{RuleOperator::kTimeGreaterThan, "timeGreaterThan", ValueForm::kString},
    RuleOperatorRow{RuleOperator::kTimeGreaterThanOrEquals, "timeGreaterThanOrEquals",
                    ValueForm::kString},
    RuleOperatorRow{RuleOperator::kDateLessThan, "dateLessThan", ValueForm::kString},
    RuleOperatorRow{RuleOperator::kDateLessThanOrEquals, "dateLessThanOrEquals",
                    ValueForm::kString},
    RuleOperatorRow{RuleOperator::kDateGreaterThan, "dateGreaterThan", ValueForm::kString},
    RuleOperatorRow{RuleOperator::kDateGreaterThanOrEquals, "dateGreaterThanOrEquals",
                    ValueForm::kString},
    RuleOperatorRow{RuleOperator::kDateTimeLessThan, "dateTimeLessThan", ValueForm::kString},
    RuleOperatorRow{RuleOperator::kDateTimeLessThanOrEquals, "dateTimeLessThanOrEquals",
                    ValueForm::kString},
    RuleOperatorRow{RuleOperator::kDateTimeGreaterThan, "dateTimeGreaterThan", ValueForm::kString},
    RuleOperatorRow{RuleOperator::kDateTimeGreaterThanOrEquals, "dateTimeGreaterThanOrEquals",
                    ValueForm::kString},
    RuleOperatorRow{RuleOperator::kDayOfWeekEquals, "dayOfWeekEquals", ValueForm::kString},
    RuleOperatorRow{RuleOperator::kDayOfWeekAnyOf, "dayOfWeekAnyOf", ValueForm::kStrings},
};

// Null if there is none.
[[nodiscard]] constexpr const RuleOperatorRow* RuleRowNamed(std::string_view name) {
  for (const RuleOperatorRow& row : kRuleOperators) {
    if (row.name == name) return &row;
  }
  return nullptr;
}
[[nodiscard]] constexpr const RuleOperatorRow* RuleRowOf(RuleOperator op) {
  for (const RuleOperatorRow& row : kRuleOperators) {
    if (row.op == op) return &row;
  }
  return nullptr;
}

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_RULE_OPERATORS_H_
