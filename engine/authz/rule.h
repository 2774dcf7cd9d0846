// engine/authz/rule.h: whether the rule of a policy holds now (domain P-5).
#ifndef LATCHKEY_ENGINE_AUTHZ_RULE_H_
#define LATCHKEY_ENGINE_AUTHZ_RULE_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"

#include "latchkey/policy.h"

#include "engine/authz/rule_value.h"

namespace latchkey::authz {

inline constexpr std::size_t kRuleConditionsMax = 10;

inline constexpr std::string_view kCurrentTimeKey = "{{environment.attributes.current_time}}";
inline constexpr std::string_view kCurrentDateTimeKey =
    "{{environment.attributes.current_date_time}}";
inline constexpr std::string_view kDayOfWeekKey = "{{environment.attributes.day_of_week}}";

// X of {{resource.attributes.X}}; nothing for any other key.
[[nodiscard]] std::optional<std::string_view> ResourceAttributeOf(std::string_view key);

// What an operator compares.
enum class Comparison { kLess, kLessOrEquals, kGreater, kGreaterOrEquals, kAnyOf };

// An operator over the clock. Every row of the key and form is a comparison of two numbers.
struct ClockOperator {
  std::string_view key;  // the only one that it goes with
  RuleForm form = RuleForm::kTime;
  Comparison comparison = Comparison::kLess;
};
// Nothing for an operator over strings, and for one that this version does not know.
[[nodiscard]] std::optional<ClockOperator> ClockOperatorOf(RuleOperator op);

// The same operator for attributes; nothing for one over the clock or unknown.
[[nodiscard]] std::optional<AttributeOperator> StringOperatorOf(RuleOperator op);

// The value of an attribute of the resource, or nothing if the request has none of that key.
using ValueOfAttribute = absl::FunctionRef<std::optional<std::string_view>(std::string_view key)>;

// Nothing if the rule holds at `now`; else the key of the first condition that does not hold, empty
// where the rule has no such condition. One condition that cannot be evaluated (an unknown key or
// operator, an operator of another key, a value that does not parse, a shape that policy.h does not
// have, a time outside of the years 1 to 9999) makes the whole rule not hold, also under `or`: it
// is then the key that is told. A condition on an attribute that the request lacks is evaluated:
// it does not hold, except stringExists false.
// Work: at most 10 conditions of at most 10 values each, or the rule does not hold; a text of time
// is read anew, some 25 bytes; a pattern costs what pattern.h says. No heap, no recursion.
[[nodiscard]] std::optional<std::string_view> RuleMiss(const PolicyRule& rule, absl::Time now,
                                                       ValueOfAttribute value_of);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_RULE_H_
