// Goal: rules and tags take part in the match, in covering, and in what Explain tells.
// Method: the evaluator's fixed world; one policy, and what it lacks.
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "authz/evaluator_world.h"
#include "engine/authz/rule.h"
#include "engine/authz/tags.h"

namespace latchkey::authz {
namespace {

using namespace evaluator_world;  // the fixed world of these tests

const absl::Time kNine = absl::FromUnixSeconds(1'772'614'800);  // 2026-03-04T09:00:00Z, Wednesday

PolicyRule From(std::string time) {
  return {std::nullopt,
          {{std::nullopt,
            {{std::string(kCurrentTimeKey),
              RuleOperator::kTimeGreaterThanOrEquals,
              {std::move(time)}}}}}};
}
Policy Tagged(std::vector<ResourceAttribute> tags) {
  Policy policy = MakePolicy(1, kUser, {kReader}, {Attribute("serviceType", "service")});
  policy.tags = std::move(tags);
  return policy;
}

Verdict AskAt(WorldSource& world, absl::Time now, std::vector<std::string_view> tags = {},
              Details* details = nullptr) {
  Actor actor = evaluator_world::From(kHome);
  actor.now = now;
  const std::vector<RequestAttribute> attributes = {{"path", "ab81"}};
  const auto verdict = Evaluate(world, actor, {"home", "kms", "kms.read", attributes, tags},
                                OwnerStep::kCounts, details);
  EXPECT_TRUE(verdict.ok());
  return verdict.value_or(Verdict());
}

// domain P-5, section 7 step 3
TEST(GrantsRules, APolicyGrantsOnlyWhileItsRuleHolds) {
  WorldSource world = MakeWorld();
  Policy policy = MakePolicy(1, kUser, {kReader}, OnKms());
  policy.rule = From("10:00:00+01:00");
  world.Put(policy);
  EXPECT_EQ(AskAt(world, kNine).outcome, Outcome::kAllow);
  const Verdict before = AskAt(world, kNine - absl::Microseconds(1));
  EXPECT_EQ(before.outcome, Outcome::kDeny);
  EXPECT_EQ(before.reason, Reason::kNoPolicy);
}

// domain P-5, P-4: a rule sees the attributes of the request, and the system attributes as policies
// see them
TEST(GrantsRules, ARuleSeesTheAttributesOfTheRequest) {
  for (const auto& [name, value, holds] :
       std::vector<std::tuple<std::string, std::string, bool>>{{"path", "*??81", true},
                                                               {"path", "*??82", false},
                                                               {"Path", "*", false},
                                                               {"serviceName", "kms", true},
                                                               {"serviceType", "service", true},
                                                               {"service_group_id", "*", false},
                                                               {"accountId", "home", true},
                                                               {"accountId", "away", false}}) {
    WorldSource world = MakeWorld();
    Policy policy = MakePolicy(1, kUser, {kReader}, OnKms());
    policy.rule = PolicyRule{
        std::nullopt,
        {{std::nullopt,
          {{"{{resource.attributes." + name + "}}", RuleOperator::kStringMatch, {value}}}}}};
    world.Put(policy);
    EXPECT_EQ(AskAt(world, kNine).outcome == Outcome::kAllow, holds) << name << value;
  }
}

// domain P-6: all tags of the policy, each met by some tag of the resource
TEST(GrantsRules, APolicyGrantsOnlyWithAllItsTags) {
  WorldSource world = MakeWorld();
  world.Put(Tagged({Attribute("project", "web"), Attribute("stage", "pro*", Op::kStringMatch)}));
  const auto allowed = [&](std::vector<std::string_view> tags) {
    return AskAt(world, kNine, std::move(tags)).outcome == Outcome::kAllow;
  };
  EXPECT_TRUE(allowed({"project:web", "stage:prod"}));
  EXPECT_TRUE(allowed({"stage:prod", "x:y", "project:web"}));
  EXPECT_FALSE(allowed({"project:web"}));
  EXPECT_FALSE(allowed({"stage:prod"}));
  EXPECT_FALSE(allowed({}));
  EXPECT_FALSE(allowed({"project:web2", "stage:prod"}));
  EXPECT_FALSE(allowed({"Project:web", "stage:prod"}));
  EXPECT_FALSE(allowed({"project:we", "project:stage:prod", "stage:pr"}));
}

// domain P-6: the key ends at the first colon; hazard C31: no text is found inside another
TEST(GrantsRules, ATagIsSplitAtItsFirstColon) {
  const auto misses = [](const ResourceAttribute& wanted, std::string_view tag) {
    const std::vector<std::string_view> tags = {tag};
    return TagsMiss({wanted}, tags).has_value();
  };
  EXPECT_FALSE(misses(Attribute("a", "b:c"), "a:b:c"));
  EXPECT_TRUE(misses(Attribute("a:b", "c"), "a:b:c"));
  EXPECT_TRUE(misses(Attribute("a", "b"), "aa:b"));
  EXPECT_TRUE(misses(Attribute("a", "b"), "a"));
  EXPECT_TRUE(misses(Attribute("a", "true", Op::kStringExists), "a:true"));
  EXPECT_TRUE(misses({"a", Op::kStringEqualsAnyOf, {"b"}}, "a:b"));
  EXPECT_TRUE(misses({"a", Op::kStringEquals, {}}, "a:b"));
}

// domain section 7 step 1, P-6
TEST(GrantsRules, TagsOfARequestHaveTheirForm) {
  const auto well_formed = [](const std::vector<std::string_view>& tags) {
    return CheckRequest({"home", "kms", "kms.read", {}, tags}) == Reason::kNone;
  };
  const std::string key(128, 'k');
  const std::string value(1000, 'v');
  const std::string longest = key + ":" + value;
  EXPECT_TRUE(well_formed({"a:b", "a:c", "b:b", longest}));
  const std::string long_key = key + "k:v";
  const std::string long_value = longest + "v";
  for (const std::string_view bad :
       {std::string_view("a"), std::string_view(""), std::string_view(":b"), std::string_view("a:"),
        std::string_view("a:\xC0\xAF"), std::string_view("\xC0\xAF:b"), std::string_view(long_key),
        std::string_view(long_value)}) {
    EXPECT_FALSE(well_formed({"a:b", bad})) << bad;
  }
  EXPECT_FALSE(well_formed({"a:b", "c:d", "a:b"})) << "one twice";
  std::vector<std::string> texts;
  for (int i = 0; i < 33; ++i) texts.push_back("key:" + std::to_string(i));
  const std::vector<std::string_view> all(texts.begin(), texts.end());
  EXPECT_TRUE(well_formed({all.begin(), all.end() - 1}));
  EXPECT_FALSE(well_formed(all));
}

// domain A-5: attribute, tag, rule and role, in this order
TEST(GrantsRules, NearMissesNameTheTagAndTheRule) {
  WorldSource world = MakeWorld();
  Policy tagged = Tagged({Attribute("project", "web"), Attribute("stage", "prod")});
  tagged.rule = From("23:00:00+00:00");
  world.Put(tagged);
  Policy ruled = MakePolicy(2, kUser, {RoleId("role:None")}, OnKms());
  ruled.rule = From("23:00:00+00:00");
  world.Put(ruled);
  Details details;
  EXPECT_EQ(AskAt(world, kNine, {"project:web"}, &details).outcome, Outcome::kDeny);
  ASSERT_EQ(details.near_misses.size(), 2U);
  EXPECT_EQ(details.near_misses[0].miss, Miss::kTags);
  EXPECT_EQ(details.near_misses[0].detail, "stage");
  EXPECT_EQ(details.near_misses[1].miss, Miss::kRule);
  EXPECT_EQ(details.near_misses[1].detail, kCurrentTimeKey);
}

}  // namespace
}  // namespace latchkey::authz
