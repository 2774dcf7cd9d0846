// Rules, patterns and access tags in IBM's policy JSON. Method: as policy_json_test.cc: rules go in
// and come out equal; then a good one is spoilt in one respect and the error must name the place.
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "codec/json_equals.h"
#include "engine/codec/policy_json.h"
#include "engine/codec/rule_operators.h"

namespace latchkey::codec {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A v2 body with these members beside the usual ones, and in its resource.
std::string Body(const std::string& members, const std::string& in_resource = "") {
  return R"({"type":"access",)" + members +
         R"("control":{"grant":{"roles":[{"role_id":"crn:role:Viewer"}]}},
            "subject":{"attributes":[{"key":"iam_id","operator":"stringEquals","value":"IBMid-1"}]},
            "resource":{"attributes":[{"key":"accountId","operator":"stringEquals","value":"acct"},
              {"key":"serviceType","operator":"stringEquals","value":"service"}])" +
         in_resource + "}}";
}
std::string WithRule(const std::string& rule) { return Body(R"("rule":)" + rule + ","); }
std::string WithTags(const std::string& tags) { return Body("", R"(,"tags":)" + tags); }

constexpr char kDay[] =
    R"({"key":"{{environment.attributes.day_of_week}}","operator":"dayOfWeekAnyOf",
        "value":["1+00:00","2+00:00"]})";
constexpr char kFrom[] =
    R"({"key":"{{environment.attributes.current_time}}","operator":"timeGreaterThanOrEquals",
        "value":"09:00:00-05:00"})";
constexpr char kPath[] =
    R"({"key":"{{resource.attributes.path}}","operator":"stringMatch","value":"*??81"})";
constexpr char kExists[] =
    R"({"key":"{{resource.attributes.path}}","operator":"stringExists","value":false})";

std::string Joined(const std::string& join, const std::vector<std::string>& parts) {
  std::string text = R"({"operator":")" + join + R"(","conditions":[)";
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : ",") + parts[i];
  return text + "]}";
}

// domain P-8, P-5: nothing is flattened, reordered or respelt
TEST(PolicyJsonRule, RulesGoInAndOutUnchanged) {
  for (const std::string& rule : {
           std::string(kDay),
           std::string(kPath),
           std::string(kExists),
           Joined("and", {kDay}),
           Joined("or", {kDay, kFrom, kPath}),
           Joined("and", {Joined("or", {kDay, kFrom}), kPath}),
           Joined("or", {Joined("and", {kDay}), Joined("and", {kFrom, kPath}), kExists}),
           Joined("or", {Joined("or", {kPath})}),
           std::string(R"({"key":"","operator":"timeLessThan","value":""})"),
       }) {
    const std::string body = WithRule(rule);
    const absl::StatusOr<NewPolicy> policy = ParsePolicyV2(body);
    ASSERT_TRUE(policy.ok()) << policy.status() << rule;
    ASSERT_TRUE(policy->rule.has_value());
    const std::string written = WritePolicyBodyV2(*policy);
    EXPECT_TRUE(SayTheSame(written, body)) << written;
    const absl::StatusOr<NewPolicy> again = ParsePolicyV2(written);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->rule, policy->rule);
  }
}

// domain P-8, P-6: in v2 and, with names, in v1
TEST(PolicyJsonRule, PatternsAndTagsGoInAndOutUnchanged) {
  const std::string body =
      Body(R"("pattern":"time-based-conditions:weekly:all-day","rule":)" + std::string(kDay) + ",",
           R"(,"tags":[{"key":"project","operator":"stringEquals","value":"web"},
                       {"key":"stage","operator":"stringMatch","value":"pro*"}])");
  const absl::StatusOr<NewPolicy> policy = ParsePolicyV2(body);
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->pattern, "time-based-conditions:weekly:all-day");
  EXPECT_EQ(policy->tags,
            (std::vector<ResourceAttribute>{{"project", AttributeOperator::kStringEquals, {"web"}},
                                            {"stage", AttributeOperator::kStringMatch, {"pro*"}}}));
  EXPECT_TRUE(SayTheSame(WritePolicyBodyV2(*policy), body));
  const absl::StatusOr<NewPolicy> v1 = ParsePolicyV1(
      R"({"type":"access","subjects":[{"attributes":[{"name":"iam_id","value":"IBMid-1"}]}],
          "roles":[{"role_id":"crn:role:Viewer"}],
          "resources":[{"attributes":[{"name":"accountId","value":"acct"},
            {"name":"serviceType","value":"service"}],
            "tags":[{"name":"project","value":"web"},
                    {"name":"stage","value":"pro*","operator":"stringMatch"}]}]})");
  ASSERT_TRUE(v1.ok()) << v1.status();
  EXPECT_EQ(v1->tags, policy->tags);
}

// domain P-5: the flat form says whether and how conditions are joined
TEST(PolicyJsonRule, IsReadIntoGroups) {
  const auto rule_of = [](const std::string& text) { return *ParsePolicyV2(WithRule(text))->rule; };
  const PolicyRule alone = rule_of(kPath);
  EXPECT_EQ(alone.join, std::nullopt);
  ASSERT_EQ(alone.groups.size(), 1U);
  EXPECT_EQ(alone.groups[0],
            (RuleGroup{std::nullopt,
                       {{"{{resource.attributes.path}}", RuleOperator::kStringMatch, {"*??81"}}}}));
  const PolicyRule nested = rule_of(Joined("or", {Joined("and", {kDay, kFrom}), kPath}));
  EXPECT_EQ(nested.join, RuleJoin::kOr);
  ASSERT_EQ(nested.groups.size(), 2U);
  EXPECT_EQ(nested.groups[0].join, RuleJoin::kAnd);
  EXPECT_EQ(nested.groups[0].conditions.size(), 2U);
  EXPECT_EQ(nested.groups[1], alone.groups[0]);
}

// domain P-5
TEST(PolicyJsonRule, EveryOperatorHasItsNameAndNoOtherHas) {
  EXPECT_EQ(kRuleOperators.size(), 19U);
  for (const RuleOperatorRow& row : kRuleOperators) {
    EXPECT_EQ(RuleRowNamed(row.name), &row);
    EXPECT_EQ(RuleRowOf(row.op), &row);
    std::string value = R"("v")";
    if (row.form == ValueForm::kBoolean) value = "true";
    if (row.form == ValueForm::kStrings) value = R"(["v","w"])";
    const std::string rule =
        R"({"key":"k","operator":")" + std::string(row.name) + R"(","value":)" + value + "}";
    const absl::StatusOr<NewPolicy> policy = ParsePolicyV2(WithRule(rule));
    ASSERT_TRUE(policy.ok()) << policy.status();
    EXPECT_EQ(policy->rule->groups[0].conditions[0].op, row.op);
    EXPECT_TRUE(SayTheSame(WritePolicyBodyV2(*policy), WithRule(rule))) << rule;
  }
  EXPECT_EQ(RuleRowNamed("timeEquals"), nullptr);
  EXPECT_EQ(RuleRowNamed("DayOfWeekAnyOf"), nullptr);
}

void ExpectRefused(const std::string& body, Reason reason, const std::string& path) {
  const absl::StatusOr<NewPolicy> policy = ParsePolicyV2(body);
  EXPECT_EQ(ReasonOf(policy.status()), reason) << body << policy.status();
  EXPECT_THAT(std::string(policy.status().message()), StartsWith(path + ": ")) << body;
  EXPECT_THAT(std::string(policy.status().message()), Not(HasSubstr("hunter2")));
}

// domain P-8: an unknown member of a rule is never dropped, at any depth; P-5: two levels
TEST(PolicyJsonRule, RefusesFaultsAndSaysWhere) {
  const std::string bad = R"({"key":"k","operator":"timeLessThan","value":"v","hunter2":1})";
  ExpectRefused(WithRule(bad), Reason::kUnknownField, "rule");
  ExpectRefused(WithRule(Joined("and", {kDay, bad})), Reason::kUnknownField, "rule.conditions[1]");
  ExpectRefused(WithRule(Joined("and", {kDay, Joined("or", {kPath, bad})})), Reason::kUnknownField,
                "rule.conditions[1].conditions[1]");
  ExpectRefused(WithRule(R"({"operator":"and","conditions":[],"hunter2":1})"),
                Reason::kUnknownField, "rule");
  ExpectRefused(WithRule(R"({"key":"k","operator":"and","conditions":[]})"), Reason::kUnknownField,
                "rule");
  ExpectRefused(WithRule("null"), Reason::kMalformed, "rule");
  ExpectRefused(WithRule("[]"), Reason::kMalformed, "rule");
  ExpectRefused(WithRule("{}"), Reason::kMalformed, "rule");
  ExpectRefused(WithRule(Joined("and", {})), Reason::kMalformed, "rule.conditions");
  ExpectRefused(WithRule(Joined("not", {kDay})), Reason::kMalformed, "rule.operator");
  ExpectRefused(WithRule(Joined("AND", {kDay})), Reason::kMalformed, "rule.operator");
  ExpectRefused(WithRule(R"({"conditions":[]})"), Reason::kMalformed, "rule");
  ExpectRefused(WithRule(Joined("and", {Joined("or", {})})), Reason::kMalformed,
                "rule.conditions[0].conditions");
  ExpectRefused(WithRule(Joined("and", {Joined("or", {Joined("and", {kDay})})})),
                Reason::kMalformed, "rule.conditions[0].conditions[0]");
  ExpectRefused(WithRule(R"({"key":"k","operator":"hunter2","value":"v"})"), Reason::kMalformed,
                "rule.operator");
  ExpectRefused(WithRule(R"({"key":"k","operator":"timeLessThan","value":["v"]})"),
                Reason::kMalformed, "rule.value");
  ExpectRefused(WithRule(R"({"key":"k","operator":"dayOfWeekAnyOf","value":"v"})"),
                Reason::kMalformed, "rule.value");
  ExpectRefused(WithRule(R"({"key":"k","operator":"dayOfWeekAnyOf","value":["v",1]})"),
                Reason::kMalformed, "rule.value[1]");
  ExpectRefused(Body(R"("pattern":1,)"), Reason::kMalformed, "pattern");
  ExpectRefused(Body(R"("pattern":"",)"), Reason::kMalformed, "pattern");
  ExpectRefused(WithTags("[]"), Reason::kMalformed, "resource.tags");
  ExpectRefused(WithTags("{}"), Reason::kMalformed, "resource.tags");
  ExpectRefused(WithTags(R"([{"key":"a","operator":"stringEquals","value":"b","hunter2":1}])"),
                Reason::kUnknownField, "resource.tags[0]");
  ExpectRefused(WithTags(R"([{"key":"a","value":"b"}])"), Reason::kMalformed, "resource.tags[0]");
  ExpectRefused(WithTags(R"([{"key":"a","operator":"timeLessThan","value":"b"}])"),
                Reason::kMalformed, "resource.tags[0].operator");
}

}  // namespace
}  // namespace latchkey::codec
