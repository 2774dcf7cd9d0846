// engine/authz/rule_value.h: the texts of time in rules, and the clock that they are compared with
// (domain P-5).
//
// Times are microseconds and offsets are explicit: nothing here knows a time zone, so no rule moves
// with summer time or with a new edition of a database.
#ifndef LATCHKEY_ENGINE_AUTHZ_RULE_VALUE_H_
#define LATCHKEY_ENGINE_AUTHZ_RULE_VALUE_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace latchkey::authz {

enum class RuleForm {
  kTime,      // 09:00:00-05:00
  kDate,      // 2026-12-24+01:00
  kDateTime,  // 2026-12-24T00:00:00+01:00
  kDay,       // 1+00:00, Monday, to 7+00:00, Sunday
};

struct RuleValue {
  std::int64_t offset_us = 0;  // east of UTC
  // Microseconds since midnight (kTime) or since the epoch by local time (kDateTime), days since
  // the epoch (kDate), or 1..7 (kDay).
  std::int64_t number = 0;
};

// Exactly the form above and nothing around it. Nothing for a date that does not exist, year 0000,
// hour 24, second 60, fractions, `Z`, an offset beyond 14:00, and -00:00, which says that the
// offset is unknown (RFC 3339).
[[nodiscard]] std::optional<RuleValue> ParseRuleValue(RuleForm form, std::string_view text);

// `now` in microseconds since the epoch, rounded down. Nothing outside of the years 1 to 9999.
[[nodiscard]] std::optional<std::int64_t> RuleClock(absl::Time now);

// What a clock at that offset shows, as a RuleValue's number. `now_us` comes from RuleClock.
[[nodiscard]] std::int64_t ReadRuleClock(RuleForm form, std::int64_t now_us,
                                         std::int64_t offset_us);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_RULE_VALUE_H_
