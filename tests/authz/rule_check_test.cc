// Goal: what cannot be evaluated is refused when it is written, and names its place (domain P-5,
// P-6, P-9). Method: one good rule, spoilt in one respect at a time; each limit from both sides.
#include "engine/authz/rule_check.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "authz/check_policy.h"
#include "authz/evaluator_world.h"
#include "engine/authz/policy_check.h"
#include "engine/authz/rule.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

using namespace evaluator_world;  // the fixed world of these tests

RuleCondition When(std::string_view key, RuleOperator op, std::vector<std::string> values) {
  return {std::string(key), op, std::move(values)};
}
const RuleCondition kPath =
    When("{{resource.attributes.path}}", RuleOperator::kStringMatch, {"*??81"});
const RuleCondition kFrom =
    When(kCurrentTimeKey, RuleOperator::kTimeGreaterThanOrEquals, {"09:00:00-05:00"});
const RuleCondition kDay = When(kDayOfWeekKey, RuleOperator::kDayOfWeekAnyOf, {"1+00:00"});
const RuleCondition kUntil =
    When(kCurrentDateTimeKey, RuleOperator::kDateTimeLessThan, {"2026-12-24T00:00:00+01:00"});

NewPolicy With(PolicyRule rule, std::string pattern = "") {
  NewPolicy policy;
  policy.account = kHome;
  policy.subject = evaluator_world::kUser;
  policy.roles = {kReader};
  policy.resource = OnKms();
  policy.rule = std::move(rule);
  policy.pattern = std::move(pattern);
  return policy;
}
PolicyRule Alone(RuleCondition condition) {
  return {std::nullopt, {{std::nullopt, {std::move(condition)}}}};
}
PolicyRule Nested(std::vector<RuleCondition> conditions) {
  return {RuleJoin::kAnd, {{std::nullopt, {kPath}}, {RuleJoin::kOr, std::move(conditions)}}};
}

// domain P-5
TEST(RuleCheck, TakesEveryOperatorWithItsKey) {
  const std::string path = "{{resource.attributes.path}}";
  for (const RuleCondition& good : {
           kPath,
           kFrom,
           kDay,
           kUntil,
           When(path, RuleOperator::kStringEquals, {"a"}),
           When(path, RuleOperator::kStringExists, {"false"}),
           When(path, RuleOperator::kStringEqualsAnyOf, std::vector<std::string>(10, "a")),
           When(path, RuleOperator::kStringMatchAnyOf, {"a*", "b*"}),
           When(path, RuleOperator::kStringEquals, {std::string(1000, 'a')}),
           When(kCurrentTimeKey, RuleOperator::kTimeLessThan, {"23:59:59+14:00"}),
           When(kCurrentTimeKey, RuleOperator::kTimeLessThanOrEquals, {"00:00:00+00:00"}),
           When(kCurrentTimeKey, RuleOperator::kTimeGreaterThan, {"00:00:00+00:00"}),
           When(kCurrentDateTimeKey, RuleOperator::kDateLessThan, {"2028-02-29+00:00"}),
           When(kCurrentDateTimeKey, RuleOperator::kDateGreaterThanOrEquals, {"2026-01-01+00:00"}),
           When(kDayOfWeekKey, RuleOperator::kDayOfWeekEquals, {"7-05:00"}),
           When(kDayOfWeekKey, RuleOperator::kDayOfWeekAnyOf,
                std::vector<std::string>(10, "7-05:00")),
       }) {
    EXPECT_EQ(Check(With(Alone(good))), absl::OkStatus()) << good.key;
    EXPECT_EQ(Check(With(Nested({kPath, good}))), absl::OkStatus()) << good.key;
  }
}

// domain P-5, P-9: what could never be evaluated is not stored
TEST(RuleCheck, RefusesWhatCannotBeEvaluatedAndSaysWhere) {
  struct Row {
    RuleCondition condition;
    std::string_view member;
  };
  const std::string path = "{{resource.attributes.path}}";
  for (const Row& row : std::vector<Row>{
           {When("SENTINEL", RuleOperator::kStringEquals, {"a"}), "key"},
           {When("{{environment.attributes.day_of_month}}", RuleOperator::kStringEquals, {"a"}),
            "key"},
           {When("{{resource.attributes.}}", RuleOperator::kStringEquals, {"a"}), "key"},
           {When("{{resource.attributes.a b}}", RuleOperator::kStringEquals, {"a"}), "key"},
           {When("{{resource.attributes.a}}}}", RuleOperator::kStringEquals, {"a"}), "key"},
           {When("{{resource.attributes." + std::string(129, 'a') + "}}",
                 RuleOperator::kStringEquals, {"a"}),
            "key"},
           {When(path, static_cast<RuleOperator>(20), {"a"}), "operator"},
           {When(path, RuleOperator::kTimeLessThan, {"09:00:00-05:00"}), "operator"},
           {When(kCurrentTimeKey, RuleOperator::kStringEquals, {"09:00:00-05:00"}), "operator"},
           {When(kCurrentTimeKey, RuleOperator::kDateTimeLessThan, {"2026-12-24T00:00:00+01:00"}),
            "operator"},
           {When(kCurrentDateTimeKey, RuleOperator::kTimeLessThan, {"09:00:00-05:00"}), "operator"},
           {When(kDayOfWeekKey, RuleOperator::kTimeLessThan, {"09:00:00-05:00"}), "operator"},
           {When(path, RuleOperator::kStringEquals, {}), "value"},
           {When(path, RuleOperator::kStringEquals, {"a", "b"}), "value"},
           {When(path, RuleOperator::kStringEquals, {""}), "value"},
           {When(path, RuleOperator::kStringEquals, {std::string(1001, 'a')}), "value"},
           {When(path, RuleOperator::kStringExists, {"SENTINEL"}), "value"},
           {When(path, RuleOperator::kStringMatchAnyOf, std::vector<std::string>(11, "a")),
            "value"},
           {When(kCurrentTimeKey, RuleOperator::kTimeLessThan, {"SENTINEL"}), "value"},
           {When(kCurrentTimeKey, RuleOperator::kTimeLessThan, {"09:00:00"}), "value"},
           {When(kCurrentTimeKey, RuleOperator::kTimeLessThan, {"09:00:00Z"}), "value"},
           {When(kCurrentDateTimeKey, RuleOperator::kDateTimeLessThan,
                 {"2026-02-29T00:00:00+01:00"}),
            "value"},
           {When(kCurrentDateTimeKey, RuleOperator::kDateLessThan, {"2026-12-24T00:00:00+01:00"}),
            "value"},
           {When(kDayOfWeekKey, RuleOperator::kDayOfWeekEquals, {"1+00:00", "2+00:00"}), "value"},
           {When(kDayOfWeekKey, RuleOperator::kDayOfWeekAnyOf, {"1+00:00", "8+00:00"}), "value"},
           {When(kDayOfWeekKey, RuleOperator::kDayOfWeekAnyOf,
                 std::vector<std::string>(11, "1+00:00")),
            "value"},
       }) {
    const std::string member(row.member);
    ExpectRefused(With(Alone(row.condition)), "rule." + member);
    ExpectRefused(With({RuleJoin::kOr, {{std::nullopt, {row.condition}}}}),
                  "rule.conditions[0]." + member);
    ExpectRefused(With(Nested({kPath, row.condition})),
                  "rule.conditions[1].conditions[1]." + member);
  }
  ExpectRefused(With(Alone(When(path, RuleOperator::kStringEquals, {"\xC0\xAF"}))), "rule.value",
                Reason::kInvalidUtf8);
}

// domain P-5: one condition, or joined ones
TEST(RuleCheck, RefusesShapesThatTheJsonDoesNotHave) {
  ExpectRefused(With({}), "rule");
  ExpectRefused(With({RuleJoin::kAnd, {}}), "rule");
  ExpectRefused(With({std::nullopt, {{RuleJoin::kAnd, {kPath}}}}), "rule");
  ExpectRefused(With({std::nullopt, {{std::nullopt, {kPath}}, {std::nullopt, {kPath}}}}), "rule");
  ExpectRefused(With({static_cast<RuleJoin>(3), {{std::nullopt, {kPath}}}}), "rule.operator");
  ExpectRefused(With({RuleJoin::kAnd, {{RuleJoin::kOr, {}}}}), "rule.conditions[0].conditions");
  ExpectRefused(With({RuleJoin::kAnd, {{std::nullopt, {kPath, kPath}}}}),
                "rule.conditions[0].conditions");
  ExpectRefused(With({RuleJoin::kAnd, {{static_cast<RuleJoin>(0), {kPath}}}}),
                "rule.conditions[0].operator");
}

// domain section 9, P-9: 10 conditions in all
TEST(RuleCheck, TakesTenConditionsInAll) {
  EXPECT_EQ(Check(With(Nested(std::vector(9, kPath)))), absl::OkStatus());
  ExpectRefused(With(Nested(std::vector(10, kPath))), "rule");
  PolicyRule flat{RuleJoin::kOr, std::vector(10, RuleGroup{std::nullopt, {kPath}})};
  EXPECT_EQ(Check(With(flat)), absl::OkStatus());
  flat.groups.push_back({std::nullopt, {kPath}});
  ExpectRefused(With(flat), "rule");
}

// domain P-5: the pattern says truly what the keys are
TEST(RuleCheck, APatternFitsTheKeysOfItsRule) {
  const std::string once = "time-based-conditions:once";
  const std::string all_day = "time-based-conditions:weekly:all-day";
  const std::string hours = "time-based-conditions:weekly:custom-hours";
  const std::string attribute = "attribute-based-condition:resource:literal-and-wildcard";
  const auto joined = [](RuleCondition a, RuleCondition b) {
    return PolicyRule{RuleJoin::kAnd,
                      {{std::nullopt, {std::move(a)}}, {RuleJoin::kOr, {std::move(b)}}}};
  };
  struct Row {
    PolicyRule rule;
    std::string fits;  // none where empty
  };
  for (const Row& row : std::vector<Row>{{Alone(kUntil), once},
                                         {joined(kUntil, kUntil), once},
                                         {Alone(kDay), all_day},
                                         {joined(kDay, kDay), all_day},
                                         {joined(kDay, kFrom), hours},
                                         {joined(kFrom, kDay), hours},
                                         {Alone(kPath), attribute},
                                         {joined(kPath, kPath), attribute},
                                         {Alone(kFrom), ""},
                                         {joined(kDay, kUntil), ""},
                                         {joined(kDay, kPath), ""},
                                         {joined(kUntil, kPath), ""}}) {
    EXPECT_EQ(Check(With(row.rule)), absl::OkStatus()) << "no pattern is always right";
    for (const std::string& pattern : {once, all_day, hours, attribute}) {
      if (pattern == row.fits) {
        EXPECT_EQ(Check(With(row.rule, pattern)), absl::OkStatus()) << pattern;
      } else {
        ExpectRefused(With(row.rule, pattern), "pattern");
      }
    }
    ExpectRefused(With(row.rule, "SENTINEL"), "pattern");
    ExpectRefused(With(row.rule, once + " "), "pattern");
  }
  NewPolicy bare = With(Alone(kUntil), once);
  bare.rule.reset();
  ExpectRefused(bare, "pattern");
}

NewPolicy Tagged(std::vector<ResourceAttribute> tags) {
  NewPolicy policy = With(Alone(kPath));
  policy.rule.reset();
  policy.resource = {Attribute("serviceType", "service")};
  policy.tags = std::move(tags);
  return policy;
}

// domain P-6, P-9
TEST(TagCheck, TakesTagsAndRefusesWhatIsNone) {
  EXPECT_EQ(Check(Tagged({Attribute("project", "web")})), absl::OkStatus());
  EXPECT_EQ(Check(Tagged({Attribute("project", "w*", Op::kStringMatch), Attribute("project", "web"),
                          Attribute("stage", "a:b")})),
            absl::OkStatus());
  std::vector<ResourceAttribute> many;
  for (int i = 0; i < 10; ++i) many.push_back(Attribute("key", std::to_string(i)));
  EXPECT_EQ(Check(Tagged(many)), absl::OkStatus());
  many.push_back(Attribute("key", "10"));
  ExpectRefused(Tagged(many), "resource.tags");
  const ResourceAttribute good = Attribute("project", "web");
  ExpectRefused(Tagged({good, good}), "resource.tags[1]");
  ExpectRefused(Tagged({good, Attribute("", "web")}), "resource.tags[1].key");
  ExpectRefused(Tagged({good, Attribute("SENTINEL:a", "web")}), "resource.tags[1].key");
  ExpectRefused(Tagged({good, Attribute("a b", "web")}), "resource.tags[1].key");
  ExpectRefused(Tagged({good, Attribute("a", "")}), "resource.tags[1].value");
  ExpectRefused(Tagged({good, Attribute("a", std::string(1001, 'a'))}), "resource.tags[1].value");
  ExpectRefused(Tagged({good, {"a", Op::kStringEquals, {"b", "c"}}}), "resource.tags[1].value");
  for (const Op op : {Op::kStringExists, Op::kStringEqualsAnyOf, Op::kStringMatchAnyOf}) {
    ExpectRefused(Tagged({good, Attribute("a", "true", op)}), "resource.tags[1].operator");
  }
}

// domain P-6: "only with the all-IAM-enabled scope and no other attributes" (wire.md 7.1)
TEST(TagCheck, TagsStandInPlaceOfAttributes) {
  NewPolicy policy = Tagged({Attribute("project", "web")});
  policy.resource = {Attribute("accountId", "home"), Attribute("serviceType", "service")};
  EXPECT_EQ(Check(policy), absl::OkStatus());
  for (const auto& resource : std::vector<std::vector<ResourceAttribute>>{
           {Attribute("serviceType", "platform_service")},
           {Attribute("serviceName", "kms")},
           {Attribute("service_group_id", "IAM")},
           {Attribute("resourceGroupId", "rg")},
           {Attribute("serviceType", "service"), Attribute("region", "us")}}) {
    policy.resource = resource;
    policy.roles = {kReader};
    ExpectRefused(policy, "resource.tags");
  }
}

}  // namespace
}  // namespace latchkey::authz
