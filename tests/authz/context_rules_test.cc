// Goal: context rules case by case: what the oracle's random worlds do not single out, addresses in
// both spellings among it. Method: the evaluator's small fixed world, one zone and one rule.
#include "engine/authz/context_rules.h"

#include <string>

#include "gtest/gtest.h"

#include "authz/evaluator_world.h"

namespace latchkey::authz {
namespace {

using namespace evaluator_world;  // the fixed world of these tests

NetworkZone Zone(std::string_view id, std::vector<std::string_view> addresses,
                 std::vector<std::string_view> excluded = {}, const AccountId& account = kHome) {
  NetworkZone zone;
  zone.id = ZoneId(id);
  zone.account = account;
  for (const std::string_view text : addresses) {
    zone.addresses.push_back(*AddressRange::Parse(text));
  }
  for (const std::string_view text : excluded) {
    zone.excluded.push_back(*AddressRange::Parse(text));
  }
  return zone;
}

ContextRule Rule(std::string_view id, std::vector<ResourceAttribute> resource,
                 std::vector<RuleContext> contexts, const AccountId& account = kHome) {
  ContextRule rule;
  rule.id = ContextRuleId(id);
  rule.account = account;
  rule.resource = std::move(resource);
  rule.resource.insert(rule.resource.begin(), Attribute("accountId", account.text()));
  rule.contexts = std::move(contexts);
  return rule;
}

std::vector<RuleContext> In(std::string_view zone) { return {{{ZoneId(zone)}}}; }

Actor At(std::string_view address, const IamId& who = kUser) {
  Actor actor = From(kHome, MakeIdentity(who));
  if (!address.empty()) actor.source = IpAddress::Parse(address);
  return actor;
}

// The user may read, from the office only.
WorldSource Fenced() {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(5, kUser, {kReader}, OnKms()));
  world.Put(Zone("office", {"10.0.0.0/8", "2001:db8::/32"}, {"10.1.0.0/16"}));
  world.Put(Rule("rule", OnKms(), In("office")));
  return world;
}

Reason ReasonAt(WorldSource& world, std::string_view address, const Question& question = {}) {
  return Ask(world, At(address), question)->reason;
}

// domain R-3
TEST(ContextRules, LetInWhoComesFromAZoneAndNobodyElse) {
  WorldSource world = Fenced();
  EXPECT_EQ(ReasonAt(world, "10.2.3.4"), Reason::kAllowedByPolicy);
  EXPECT_EQ(ReasonAt(world, "2001:db8::7"), Reason::kAllowedByPolicy);
  for (const std::string_view outside :
       {"11.0.0.0", "9.255.255.255", "10.1.2.3", "2001:db9::", ""}) {
    EXPECT_EQ(ReasonAt(world, outside), Reason::kContextRule) << outside;
  }
  const Verdict verdict = *Ask(world, At("192.0.2.1"), {});
  EXPECT_EQ(verdict.outcome, Outcome::kDeny);
  EXPECT_EQ(verdict.policy_serial, 5U) << "the policy that would have granted";
}

// domain R-3, hazard C93: both spellings of the source against both spellings of the zone
TEST(ContextRules, AMappedAddressAndItsIpv4AddressGetOneAnswer) {
  const std::vector<std::vector<std::string_view>> spellings = {{"10.1.2.3", "::ffff:10.1.2.3"},
                                                                {"11.1.2.3", "::ffff:b01:203"}};
  for (const std::string_view range : {"10.0.0.0/8", "::ffff:10.0.0.0/104", "::ffff:0a00:0/104"}) {
    const NetworkZone zone = Zone("zone", {range});
    const NetworkZone without = Zone("zone", {"::/0"}, {range});
    for (const std::string_view inside : spellings[0]) {
      EXPECT_TRUE(LiesIn(zone, IpAddress::Parse(inside))) << range << " " << inside;
      EXPECT_FALSE(LiesIn(without, IpAddress::Parse(inside))) << range << " " << inside;
    }
    for (const std::string_view outside : spellings[1]) {
      EXPECT_FALSE(LiesIn(zone, IpAddress::Parse(outside))) << range << " " << outside;
      EXPECT_TRUE(LiesIn(without, IpAddress::Parse(outside))) << range << " " << outside;
    }
    // The same four bytes at the end of an address that is not mapped.
    EXPECT_FALSE(LiesIn(zone, IpAddress::Parse("::a01:203"))) << range;
  }
  EXPECT_FALSE(LiesIn(Zone("zone", {"::/0"}), std::nullopt));
}

// domain R-3, hazard C28: step 4 comes after the owner's step
TEST(ContextRules, BindTheAccountOwnerToo) {
  WorldSource world = Fenced();
  EXPECT_EQ(Ask(world, At("10.2.3.4", kOwner), {})->reason, Reason::kAllowedByOwner);
  EXPECT_EQ(Ask(world, At("192.0.2.1", kOwner), {})->reason, Reason::kContextRule);
  EXPECT_EQ(Ask(world, At("", kOwner), {})->reason, Reason::kContextRule);
}

// domain R-3
TEST(ContextRules, AllApplicableRulesMustPassAndOneContextOfEachSuffices) {
  WorldSource world = Fenced();
  world.Put(Zone("lab", {"10.2.0.0/16"}));
  world.Put(Zone("cloud", {"192.0.2.0/24"}));
  world.Put(Rule("second", OnKms(), {{{ZoneId("cloud")}}, {{ZoneId("nowhere"), ZoneId("lab")}}}));
  EXPECT_EQ(ReasonAt(world, "10.2.3.4"), Reason::kAllowedByPolicy);
  EXPECT_EQ(ReasonAt(world, "10.3.3.4"), Reason::kContextRule);
  EXPECT_EQ(ReasonAt(world, "192.0.2.1"), Reason::kContextRule);
}

// domain R-3
TEST(ContextRules, WhatNoRuleIsAboutIsNotRestricted) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(5, kUser, {kReader}, OnKms()));
  world.Put(Rule("other service", {Attribute("serviceName", "iam-identity")}, In("none")));
  world.Put(Rule("other account", OnKms(), In("none"), kAway));
  ContextRule disabled = Rule("disabled", OnKms(), In("none"));
  disabled.enforcement = Enforcement::kDisabled;
  world.Put(disabled);
  EXPECT_EQ(ReasonAt(world, ""), Reason::kAllowedByPolicy);
  world.Put(Rule("this one", OnKms(), In("none")));
  EXPECT_EQ(ReasonAt(world, ""), Reason::kContextRule);
}

// domain R-3: an absent attribute counts as matching
TEST(ContextRules, ARequestThatLeavesAnAttributeOutIsNotLetPast) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(5, kUser, {kReader}, OnKms()));
  world.Put(Rule("rule",
                 {Attribute("serviceName", "kms"), Attribute("region", "eu-*", Op::kStringMatch)},
                 In("none")));
  EXPECT_EQ(ReasonAt(world, "10.0.0.1", {.attributes = {{"region", "us-1"}}}),
            Reason::kAllowedByPolicy);
  EXPECT_EQ(ReasonAt(world, "10.0.0.1", {.attributes = {{"region", "eu-1"}}}),
            Reason::kContextRule);
  EXPECT_EQ(ReasonAt(world, "10.0.0.1", {.attributes = {{"Region", "us-1"}}}),
            Reason::kContextRule);
  EXPECT_EQ(ReasonAt(world, "10.0.0.1"), Reason::kContextRule);
}

// domain R-3: what a service is, the catalogue says, not the request; a service that is not defined
// may be anything
TEST(ContextRules, TypeAndGroupAreThoseOfTheCatalogue) {
  WorldSource world = MakeWorld();
  world.Put(Rule("rule", {Attribute("service_group_id", "IAM")}, In("none")));
  const auto owner = [&](const Question& question) {
    return Ask(world, At("10.0.0.1", kOwner), question)->reason;
  };
  EXPECT_EQ(owner({}), Reason::kAllowedByOwner) << "kms has no group";
  EXPECT_EQ(owner({.attributes = {{"service_group_id", "IAM"}}}), Reason::kAllowedByOwner);
  EXPECT_EQ(owner({.service = "iam-identity"}), Reason::kContextRule);
  EXPECT_EQ(owner({.service = "iam-identity", .attributes = {{"service_group_id", "X"}}}),
            Reason::kContextRule);
  EXPECT_EQ(owner({.service = "undefined"}), Reason::kContextRule);
  world = MakeWorld();
  world.Put(Rule("rule", {Attribute("serviceType", "platform_service")}, In("none")));
  EXPECT_EQ(owner({}), Reason::kAllowedByOwner);
  EXPECT_EQ(owner({.service = "iam-identity"}), Reason::kContextRule);
  EXPECT_EQ(owner({.service = "undefined"}), Reason::kContextRule);
}

// hazard C29: what this version does not evaluate restricts
TEST(ContextRules, AConditionThatIsNotEvaluatedCountsAsMatching) {
  for (const Op op : {Op::kStringExists, static_cast<Op>(99)}) {
    WorldSource world = MakeWorld();
    world.Put(MakePolicy(5, kUser, {kReader}, OnKms()));
    world.Put(Rule("rule", {Attribute("serviceName", "kms"), Attribute("region", "false", op)},
                   In("none")));
    EXPECT_EQ(ReasonAt(world, "10.0.0.1", {.attributes = {{"region", "eu"}}}),
              Reason::kContextRule);
  }
  WorldSource world = Fenced();
  ContextRule unknown = Rule("unknown", OnKms(), In("none"));
  unknown.enforcement = static_cast<Enforcement>(7);
  world.Put(unknown);
  EXPECT_EQ(ReasonAt(world, "10.2.3.4"), Reason::kContextRule);
}

// domain section 7 step 4: nothing is granted by passing
TEST(ContextRules, GrantNothing) {
  WorldSource world = MakeWorld();
  world.Put(Zone("office", {"10.0.0.0/8"}));
  world.Put(Rule("rule", OnKms(), In("office")));
  EXPECT_EQ(ReasonAt(world, "10.2.3.4"), Reason::kNoPolicy);
  EXPECT_EQ(ReasonAt(world, "192.0.2.1"), Reason::kNoPolicy);
}

// domain A-5: the rule that cut is named
TEST(ContextRules, DetailsNameTheRuleThatCut) {
  WorldSource world = Fenced();
  Details details;
  EXPECT_EQ(Ask(world, At("192.0.2.1"), {}, &details)->reason, Reason::kContextRule);
  EXPECT_EQ(details.context_rule, ContextRuleId("rule"));
  Details passed;
  EXPECT_EQ(Ask(world, At("10.2.3.4"), {}, &passed)->reason, Reason::kAllowedByPolicy);
  EXPECT_FALSE(passed.context_rule.has_value());
}

// hazard F13: rules that cannot be read are no absence of rules
TEST(ContextRules, AFaultIsNoAnswer) {
  WorldSource world = Fenced();
  world.FailFromCall(0);
  ASSERT_EQ(ReasonAt(world, "10.2.3.4"), Reason::kAllowedByPolicy);
  const int calls = world.calls();
  for (int call = calls - 2; call <= calls; ++call) {
    world.FailFromCall(call);
    EXPECT_EQ(ReasonOf(Ask(world, At("10.2.3.4"), {}).status()), Reason::kCorrupt) << call;
  }
}

}  // namespace
}  // namespace latchkey::authz
