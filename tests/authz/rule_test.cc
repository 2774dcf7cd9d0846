// Goal: rules hold when a calendar and a clock on the wall say so (domain P-5).
// Method: the texts of time one by one; then every quarter of an hour around the days where
// arithmetic goes wrong, in every offset, against a calendar that was written down day by day
// (tests/oracle/oracle_rule.h). What cannot be evaluated is met in every place where it can stand.
#include "engine/authz/rule.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "gtest/gtest.h"

#include "oracle/oracle_rule.h"

namespace latchkey::authz {
namespace {

constexpr std::int64_t kHourUs = 3'600'000'000;

absl::Time Utc(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, second),
                         absl::UTCTimeZone());
}

RuleCondition When(std::string_view key, RuleOperator op, std::vector<std::string> values) {
  return {std::string(key), op, std::move(values)};
}
PolicyRule Alone(RuleCondition condition) {
  return {std::nullopt, {{std::nullopt, {std::move(condition)}}}};
}
PolicyRule Joined(RuleJoin join, std::vector<RuleCondition> conditions) {
  PolicyRule rule{join, {}};
  for (RuleCondition& condition : conditions) {
    rule.groups.push_back({std::nullopt, {std::move(condition)}});
  }
  return rule;
}

using Attributes = std::map<std::string, std::string, std::less<>>;

std::optional<std::string> Miss(const PolicyRule& rule, absl::Time now,
                                const Attributes& attributes = {}) {
  const auto value_of = [&](std::string_view key) -> std::optional<std::string_view> {
    const auto found = attributes.find(key);
    if (found == attributes.end()) return std::nullopt;
    return found->second;
  };
  const std::optional<std::string_view> key = RuleMiss(rule, now, value_of);
  if (!key.has_value()) return std::nullopt;
  return std::string(*key);
}
bool HoldsAt(const PolicyRule& rule, absl::Time now, const Attributes& attributes = {}) {
  return !Miss(rule, now, attributes).has_value();
}

const absl::Time kNoon = Utc(2026, 3, 4, 12);  // a Wednesday

// domain P-5: explicit UTC offsets, and nothing that could be read in two ways
TEST(RuleValue, TakesExactlyItsForm) {
  for (const char* text :
       {"09:00:00-05:00", "00:00:00+00:00", "23:59:59+14:00", "12:34:56-14:00"}) {
    EXPECT_TRUE(ParseRuleValue(RuleForm::kTime, text)) << text;
  }
  for (const char* text : {"",
                           "09:00:00",
                           "09:00:00Z",
                           "09:00-05:00",
                           "9:00:00-05:00",
                           "24:00:00+00:00",
                           "09:60:00+00:00",
                           "09:00:60+00:00",
                           "09:00:00.5+00:00",
                           "09:00:00+14:01",
                           "09:00:00-14:01",
                           "09:00:00+15:00",
                           "09:00:00+05:60",
                           "09:00:00+0500",
                           "09:00:00+5:00",
                           "09:00:00-00:00",
                           "09:00:00 +05:00",
                           " 09:00:00+05:00",
                           "09:00:00+05:00 ",
                           "09:00:00+05:00+05:00",
                           "0a:00:00+05:00",
                           "-9:00:00+05:00",
                           "09-00-00+05:00",
                           "2026-12-24T09:00:00+05:00"}) {
    EXPECT_FALSE(ParseRuleValue(RuleForm::kTime, text)) << text;
  }
  for (const char* text : {"2026-12-24+01:00", "2028-02-29+00:00", "2000-02-29+00:00",
                           "0001-01-01-05:00", "9999-12-31+14:00"}) {
    EXPECT_TRUE(ParseRuleValue(RuleForm::kDate, text)) << text;
  }
  for (const char* text :
       {"2026-02-29+00:00", "2100-02-29+00:00", "2026-04-31+00:00", "2026-00-10+00:00",
        "2026-13-10+00:00", "2026-01-00+00:00", "2026-01-32+00:00", "0000-01-01+00:00",
        "26-01-01+00:00", "2026-1-1+00:00", "2026/01/01+00:00", "2026-01-01", "2026-01-01Z"}) {
    EXPECT_FALSE(ParseRuleValue(RuleForm::kDate, text)) << text;
  }
  EXPECT_TRUE(ParseRuleValue(RuleForm::kDateTime, "2026-12-24T00:00:00+01:00"));
  for (const char* text :
       {"2026-12-24 00:00:00+01:00", "2026-12-24t00:00:00+01:00", "2026-02-29T00:00:00+01:00",
        "2026-12-24T24:00:00+01:00", "2026-12-24+01:00", "2026-12-24T00:00:00",
        "2026-12-24T00:00:00-00:00"}) {
    EXPECT_FALSE(ParseRuleValue(RuleForm::kDateTime, text)) << text;
  }
  EXPECT_TRUE(ParseRuleValue(RuleForm::kDay, "1+00:00"));
  EXPECT_TRUE(ParseRuleValue(RuleForm::kDay, "7-05:00"));
  for (const char* text : {"0+00:00", "8+00:00", "1", "01+00:00", "Mon+00:00", "1 +00:00"}) {
    EXPECT_FALSE(ParseRuleValue(RuleForm::kDay, text)) << text;
  }
}

// What a wall shows, by the calendar of the oracle, as a text that a rule can name.
std::string Shown(RuleForm form, const ::oracle::Wall& wall, int offset_minutes) {
  const std::string offset = ::oracle::OffsetText(offset_minutes);
  const std::string time = wall.time.substr(0, 8);
  switch (form) {
    case RuleForm::kTime:
      return time + offset;
    case RuleForm::kDate:
      return wall.date + offset;
    case RuleForm::kDateTime:
      return wall.date + "T" + time + offset;
    case RuleForm::kDay:
      break;
  }
  return std::to_string(wall.weekday_1) + offset;
}

// domain P-5: leap days, ends of years, offsets over the end of a day, before and after the epoch
TEST(RuleValue, TheClockShowsWhatACalendarWrittenByHandShows) {
  int compared = 0;
  for (const absl::Time start :
       {Utc(1969, 12, 30), Utc(1999, 12, 30), Utc(2000, 2, 27), Utc(2026, 2, 27), Utc(2026, 12, 30),
        Utc(2028, 2, 27), Utc(2100, 2, 27), Utc(1900, 2, 27)}) {
    for (int quarter = 0; quarter < 4 * 24 * 4; ++quarter) {
      const std::int64_t now_us = absl::ToUnixMicros(start) + quarter * kHourUs / 4;
      for (int offset = -14 * 60; offset <= 14 * 60; offset += 105) {
        const ::oracle::Wall wall = ::oracle::WallAt(now_us, offset);
        for (const RuleForm form :
             {RuleForm::kTime, RuleForm::kDate, RuleForm::kDateTime, RuleForm::kDay}) {
          const std::string text = Shown(form, wall, offset);
          const auto value = ParseRuleValue(form, text);
          ASSERT_TRUE(value.has_value()) << text;
          ASSERT_EQ(value->number, ReadRuleClock(form, now_us, value->offset_us))
              << text << " at " << now_us;
          ++compared;
        }
      }
    }
  }
  EXPECT_GE(compared, 150'000);
}

// domain P-5: up to the microsecond, on both sides of each of the four comparisons
TEST(Rule, ComparisonsAreExactAtTheirBound) {
  struct Row {
    RuleOperator op;
    std::string_view key;
    std::string value;
    bool before, at, after;
  };
  const std::string time = "13:00:00+01:00";
  const std::string moment = "2026-03-04T07:00:00-05:00";
  for (const Row& row : std::vector<Row>{
           {RuleOperator::kTimeLessThan, kCurrentTimeKey, time, true, false, false},
           {RuleOperator::kTimeLessThanOrEquals, kCurrentTimeKey, time, true, true, false},
           {RuleOperator::kTimeGreaterThan, kCurrentTimeKey, time, false, false, true},
           {RuleOperator::kTimeGreaterThanOrEquals, kCurrentTimeKey, time, false, true, true},
           {RuleOperator::kDateTimeLessThan, kCurrentDateTimeKey, moment, true, false, false},
           {RuleOperator::kDateTimeLessThanOrEquals, kCurrentDateTimeKey, moment, true, true,
            false},
           {RuleOperator::kDateTimeGreaterThan, kCurrentDateTimeKey, moment, false, false, true},
           {RuleOperator::kDateTimeGreaterThanOrEquals, kCurrentDateTimeKey, moment, false, true,
            true},
       }) {
    const PolicyRule rule = Alone(When(row.key, row.op, {row.value}));
    EXPECT_EQ(HoldsAt(rule, kNoon - absl::Microseconds(1)), row.before) << row.value;
    EXPECT_EQ(HoldsAt(rule, kNoon), row.at) << row.value;
    EXPECT_EQ(HoldsAt(rule, kNoon + absl::Microseconds(1)), row.after) << row.value;
  }
}

// domain P-5: a date is one of its own offset
TEST(Rule, DatesAreCountedInTheOffsetOfTheValue) {
  const auto rule = [](RuleOperator op) {
    return Alone(When(kCurrentDateTimeKey, op, {"2028-02-29+14:00"}));
  };
  const absl::Time begins = Utc(2028, 2, 28, 10);
  const absl::Time ends = Utc(2028, 2, 29, 10);
  const absl::Duration tick = absl::Microseconds(1);
  EXPECT_TRUE(HoldsAt(rule(RuleOperator::kDateLessThan), begins - tick));
  EXPECT_FALSE(HoldsAt(rule(RuleOperator::kDateLessThan), begins));
  EXPECT_TRUE(HoldsAt(rule(RuleOperator::kDateLessThanOrEquals), ends - tick));
  EXPECT_FALSE(HoldsAt(rule(RuleOperator::kDateLessThanOrEquals), ends));
  EXPECT_FALSE(HoldsAt(rule(RuleOperator::kDateGreaterThan), ends - tick));
  EXPECT_TRUE(HoldsAt(rule(RuleOperator::kDateGreaterThan), ends));
  EXPECT_FALSE(HoldsAt(rule(RuleOperator::kDateGreaterThanOrEquals), begins - tick));
  EXPECT_TRUE(HoldsAt(rule(RuleOperator::kDateGreaterThanOrEquals), begins));
}

// domain P-5: Friday 22:00 to Saturday 06:00 in New York, every quarter of an hour for three weeks
TEST(Rule, AWeeklyWindowAcrossMidnightOpensAndShutsAsTheCalendarSays) {
  const auto day = [](const std::string& number) {
    return When(kDayOfWeekKey, RuleOperator::kDayOfWeekEquals, {number + "-05:00"});
  };
  const RuleCondition late =
      When(kCurrentTimeKey, RuleOperator::kTimeGreaterThanOrEquals, {"22:00:00-05:00"});
  const RuleCondition early =
      When(kCurrentTimeKey, RuleOperator::kTimeLessThan, {"06:00:00-05:00"});
  const PolicyRule rule{RuleJoin::kOr,
                        {{RuleJoin::kAnd, {day("5"), late}}, {RuleJoin::kAnd, {day("6"), early}}}};
  int open = 0;
  for (int quarter = 0; quarter < 3 * 7 * 24 * 4; ++quarter) {
    const std::int64_t now_us = absl::ToUnixMicros(Utc(2028, 2, 19)) + quarter * kHourUs / 4;
    const ::oracle::Wall wall = ::oracle::WallAt(now_us, -300);
    const bool expected =
        (wall.weekday_1 == 5 && wall.time >= "22") || (wall.weekday_1 == 6 && wall.time < "06");
    ASSERT_EQ(HoldsAt(rule, absl::FromUnixMicros(now_us)), expected) << wall.date << wall.time;
    open += expected ? 1 : 0;
  }
  EXPECT_EQ(open, 3 * 8 * 4);
}

// domain P-5: each value of an AnyOf has an offset of its own
TEST(Rule, DaysOfTheWeekAreThoseOfEachValue) {
  const auto any = [](std::vector<std::string> values) {
    return Alone(When(kDayOfWeekKey, RuleOperator::kDayOfWeekAnyOf, std::move(values)));
  };
  const absl::Time sunday_night = Utc(2026, 3, 1, 23);
  EXPECT_TRUE(HoldsAt(any({"7+00:00"}), sunday_night));
  EXPECT_FALSE(HoldsAt(any({"1+00:00"}), sunday_night));
  EXPECT_TRUE(HoldsAt(any({"1+01:00"}), sunday_night));
  EXPECT_TRUE(HoldsAt(any({"3+00:00", "1+01:00"}), sunday_night));
  EXPECT_FALSE(HoldsAt(any({"3+00:00", "7+01:00"}), sunday_night));
}

// domain P-5, P-4: attributes of the resource, by the operators of policies
TEST(Rule, StringsAreThoseOfAttributes) {
  const auto path = [](RuleOperator op, std::vector<std::string> values) {
    return Alone(When("{{resource.attributes.path}}", op, std::move(values)));
  };
  const PolicyRule wild = path(RuleOperator::kStringMatch, {"*??81"});
  EXPECT_TRUE(HoldsAt(wild, kNoon, {{"path", "ab81"}}));
  EXPECT_TRUE(HoldsAt(wild, kNoon, {{"path", "x/y/ab81"}}));
  EXPECT_FALSE(HoldsAt(wild, kNoon, {{"path", "a81"}}));
  EXPECT_FALSE(HoldsAt(wild, kNoon, {{"path", "ab82"}}));
  EXPECT_FALSE(HoldsAt(wild, kNoon, {{"Path", "ab81"}}));
  EXPECT_FALSE(HoldsAt(wild, kNoon));
  EXPECT_TRUE(HoldsAt(path(RuleOperator::kStringEquals, {"*"}), kNoon, {{"path", "*"}}));
  EXPECT_FALSE(HoldsAt(path(RuleOperator::kStringEquals, {"*"}), kNoon, {{"path", "a"}}));
  EXPECT_TRUE(HoldsAt(path(RuleOperator::kStringEqualsAnyOf, {"a", "b"}), kNoon, {{"path", "b"}}));
  EXPECT_TRUE(HoldsAt(path(RuleOperator::kStringMatchAnyOf, {"a", "b?"}), kNoon, {{"path", "bb"}}));
  EXPECT_TRUE(HoldsAt(path(RuleOperator::kStringExists, {"false"}), kNoon));
  EXPECT_FALSE(HoldsAt(path(RuleOperator::kStringExists, {"true"}), kNoon));
}

// domain P-5: and, or, and both in two levels, over all four truths
TEST(Rule, JoinsConditionsInTwoLevels) {
  const auto attribute = [](const std::string& name) {
    return When("{{resource.attributes." + name + "}}", RuleOperator::kStringExists, {"true"});
  };
  for (unsigned facts = 0; facts < 16; ++facts) {
    const bool a = facts & 1U, b = facts & 2U, c = facts & 4U, d = facts & 8U;
    Attributes present;
    if (a) present["a"] = "x";
    if (b) present["b"] = "x";
    if (c) present["c"] = "x";
    if (d) present["d"] = "x";
    const std::vector<RuleCondition> ab = {attribute("a"), attribute("b")};
    const std::vector<RuleCondition> cd = {attribute("c"), attribute("d")};
    EXPECT_EQ(HoldsAt(Joined(RuleJoin::kAnd, ab), kNoon, present), a && b);
    EXPECT_EQ(HoldsAt(Joined(RuleJoin::kOr, ab), kNoon, present), a || b);
    const PolicyRule outer_and{RuleJoin::kAnd, {{RuleJoin::kOr, ab}, {RuleJoin::kOr, cd}}};
    const PolicyRule outer_or{RuleJoin::kOr, {{RuleJoin::kAnd, ab}, {RuleJoin::kAnd, cd}}};
    EXPECT_EQ(HoldsAt(outer_and, kNoon, present), (a || b) && (c || d));
    EXPECT_EQ(HoldsAt(outer_or, kNoon, present), (a && b) || (c && d));
  }
}

// domain P-5: "a rule that cannot be evaluated denies", hazard C75: also beside a condition that
// holds, under `or`, and where a later version wrote it
TEST(Rule, WhatCannotBeEvaluatedDeniesInEveryPlace) {
  const RuleCondition good =
      When("{{resource.attributes.path}}", RuleOperator::kStringExists, {"false"});
  ASSERT_TRUE(HoldsAt(Alone(good), kNoon));
  std::vector<RuleCondition> bad = {
      When(kCurrentTimeKey, RuleOperator::kTimeLessThan, {"25:00:00+00:00"}),
      When(kCurrentTimeKey, RuleOperator::kTimeLessThan, {}),
      When(kCurrentTimeKey, RuleOperator::kTimeLessThan, {"23:00:00+00:00", "23:00:00+00:00"}),
      When(kCurrentDateTimeKey, RuleOperator::kTimeLessThan, {"23:00:00+00:00"}),
      When(kCurrentTimeKey, RuleOperator::kDateTimeGreaterThan, {"2026-01-01T00:00:00+00:00"}),
      When(kDayOfWeekKey, RuleOperator::kDayOfWeekAnyOf, {"3+00:00", "9+00:00"}),
      When(kDayOfWeekKey, RuleOperator::kDayOfWeekAnyOf, std::vector<std::string>(11, "3+00:00")),
      When(kDayOfWeekKey, RuleOperator::kStringEquals, {"3"}),
      When("{{environment.attributes.day_of_month}}", RuleOperator::kStringExists, {"false"}),
      When("{{resource.attributes.}}", RuleOperator::kStringExists, {"false"}),
      When("{{resource.attributes.path", RuleOperator::kStringExists, {"false"}),
      When("path", RuleOperator::kStringExists, {"false"}),
      When("", RuleOperator::kStringExists, {"false"}),
      When("{{resource.attributes.path}}", static_cast<RuleOperator>(20), {"false"}),
      When("{{resource.attributes.path}}", static_cast<RuleOperator>(0), {"false"}),
  };
  for (const RuleCondition& one : bad) {
    EXPECT_EQ(Miss(Alone(one), kNoon), one.key);
    for (const auto& pair : {std::vector{good, one}, std::vector{one, good}}) {
      EXPECT_FALSE(HoldsAt(Joined(RuleJoin::kOr, pair), kNoon)) << one.key;
      EXPECT_FALSE(HoldsAt(Joined(RuleJoin::kAnd, pair), kNoon)) << one.key;
      const PolicyRule nested{RuleJoin::kOr, {{std::nullopt, {good}}, {RuleJoin::kOr, pair}}};
      EXPECT_EQ(Miss(nested, kNoon), one.key);
    }
  }
  for (const PolicyRule& rule :
       std::vector<PolicyRule>{{},
                               {RuleJoin::kOr, {}},
                               {RuleJoin::kAnd, {}},
                               {RuleJoin::kAnd, {{RuleJoin::kAnd, {}}}},
                               {RuleJoin::kAnd, {{std::nullopt, {}}}},
                               {RuleJoin::kAnd, {{std::nullopt, {good, good}}}},
                               {std::nullopt, {{RuleJoin::kAnd, {good}}}},
                               {std::nullopt, {{std::nullopt, {good}}, {std::nullopt, {good}}}},
                               {static_cast<RuleJoin>(3), {{std::nullopt, {good}}}},
                               {RuleJoin::kAnd, {{static_cast<RuleJoin>(0), {good}}}}}) {
    EXPECT_EQ(Miss(rule, kNoon), "");
  }
}

// domain P-5, P-9: at most 10, wherever they stand
TEST(Rule, AnEleventhConditionDenies) {
  const RuleCondition good =
      When("{{resource.attributes.path}}", RuleOperator::kStringExists, {"false"});
  EXPECT_TRUE(HoldsAt(Joined(RuleJoin::kOr, std::vector(10, good)), kNoon));
  EXPECT_FALSE(HoldsAt(Joined(RuleJoin::kOr, std::vector(11, good)), kNoon));
  const RuleGroup five{RuleJoin::kAnd, std::vector(5, good)};
  EXPECT_TRUE(HoldsAt({RuleJoin::kOr, {five, five}}, kNoon));
  EXPECT_FALSE(HoldsAt({RuleJoin::kOr, {five, five, {std::nullopt, {good}}}}, kNoon));
}

// hazard C15: a clock that says nothing is not a time
TEST(Rule, ATimeBeyondTheCalendarDenies) {
  const PolicyRule rule =
      Alone(When(kCurrentTimeKey, RuleOperator::kTimeGreaterThanOrEquals, {"00:00:00+00:00"}));
  EXPECT_TRUE(HoldsAt(rule, Utc(9999, 12, 31, 23, 59, 59)));
  EXPECT_TRUE(HoldsAt(rule, Utc(1, 1, 1)));
  EXPECT_FALSE(HoldsAt(rule, Utc(10000, 1, 1)));
  EXPECT_FALSE(HoldsAt(rule, Utc(0, 12, 31)));
  EXPECT_FALSE(HoldsAt(rule, absl::InfiniteFuture()));
  EXPECT_FALSE(HoldsAt(rule, absl::InfinitePast()));
}

// domain A-5: what Explain tells
TEST(Rule, TellsTheFirstConditionThatFails) {
  const RuleCondition holds =
      When("{{resource.attributes.a}}", RuleOperator::kStringExists, {"false"});
  const RuleCondition fails =
      When("{{resource.attributes.b}}", RuleOperator::kStringExists, {"true"});
  const RuleCondition also =
      When("{{resource.attributes.c}}", RuleOperator::kStringExists, {"true"});
  EXPECT_EQ(Miss(Joined(RuleJoin::kAnd, {holds, fails, also}), kNoon), fails.key);
  EXPECT_EQ(Miss(Joined(RuleJoin::kOr, {fails, also}), kNoon), fails.key);
  EXPECT_EQ(Miss(Joined(RuleJoin::kOr, {fails, holds}), kNoon), std::nullopt);
}

}  // namespace
}  // namespace latchkey::authz
