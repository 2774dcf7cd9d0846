// Goal: every administrative act passes the context rules with its own action, those that need no
// right too, and no rule turns a refusal into a grant.
// Method: the world of who-may with a fence: what a rule is about is reached from 10.0.0.0/8 only.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "authz/who_may_subject.h"
#include "authz/who_may_world.h"
#include "engine/authz/act_table.h"
#include "engine/authz/who_may.h"

namespace latchkey::authz {
namespace {

using who_may_world::Attribute;
using who_may_world::kA;
using who_may_world::kB;
using who_may_world::kInside;
using who_may_world::MakeCaller;
using who_may_world::MakePolicy;
using who_may_world::MakeWorld;
using who_may_world::OnService;
using who_may_world::OnType;
using who_may_world::Platform;
using who_may_world::Program;
using who_may_world::Subject;
using who_may_world::User;
using who_may_world::World;

constexpr std::string_view kOffice = "10.2.3.4";
constexpr std::string_view kHotel = "192.0.2.1";

void AddFence(World& world, std::vector<ResourceAttribute> resource,
              const AccountId& account = kA) {
  NetworkZone zone;
  zone.id = ZoneId("office");
  zone.account = account;
  zone.addresses = {*AddressRange::Parse("10.0.0.0/8")};
  world.zones.push_back(zone);
  ContextRule rule;
  rule.id = ContextRuleId("fence");
  rule.account = account;
  rule.resource = std::move(resource);
  rule.contexts = {{{ZoneId("office")}}};
  world.context_rules.push_back(rule);
}

World Fenced(std::string service) {
  World world = MakeWorld();
  AddFence(world, OnService(std::move(service)));
  return world;
}

Answer AnswerAt(World& world, std::string_view address, const std::string& caller, Act act,
                const std::string& target) {
  std::optional<Actor> actor = MakeCaller(world, caller);
  if (actor && !address.empty()) actor->source = IpAddress::Parse(address);
  const Subject subject(world, actor, target);
  const absl::StatusOr<Answer> answer = MayAct(world, actor, act, subject.target());
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.value_or(Answer::kYes);
}

// One resource group of a service: less than the service.
std::vector<ResourceAttribute> InGroup(std::string service) {
  return {Attribute("serviceName", std::move(service)), Attribute("resourceGroupId", "g")};
}

ContextRule RuleOn(std::vector<ResourceAttribute> resource) {
  ContextRule rule;
  rule.account = kA;
  rule.resource = std::move(resource);
  rule.resource.insert(rule.resource.begin(), Attribute("accountId", kA.text()));
  return rule;
}

void MakeAdministrator(World& world, std::string_view user,
                       const std::vector<ResourceAttribute>& resource) {
  world.AddPolicy(MakePolicy(kA, User(user), Platform("Administrator"), resource));
}

struct Row {
  std::string caller;
  Act act;
  std::string target;
  Answer outside;
};

// From the office everything is as without the fence; from elsewhere, or nowhere, as the row says.
void ExpectFenced(World& world, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const auto at = [&](std::string_view address) {
      return AnswerAt(world, address, row.caller, row.act, row.target);
    };
    EXPECT_EQ(at(kOffice), Answer::kYes) << row.caller << " " << row.target;
    EXPECT_EQ(at(kHotel), row.outside) << row.caller << " " << row.target;
    EXPECT_EQ(at(""), row.outside) << row.caller << " " << row.target;
  }
}

// domain W-10, W-1, R-3
TEST(WhoMayContext, ActsNeedTheirOwnActionToPass) {
  World world = Fenced("iam-identity");
  ExpectFenced(world, {{"member", Act::kKeyView, "own_key", Answer::kNotVisible},
                       {"member", Act::kKeyLock, "own_key", Answer::kNotVisible},
                       {"owner", Act::kKeyRotate, "own_key", Answer::kNotVisible},
                       {"member", Act::kKeyCreate, "own_key", Answer::kNotAllowed},
                       {"owner", Act::kKeyCreate, "own_key", Answer::kNotAllowed},
                       {"admin", Act::kKeyEdit, "member_key", Answer::kNotVisible},
                       {"operator", Act::kKeyCreate, "idle_sid_key", Answer::kNotAllowed},
                       {"owner", Act::kAccountView, "account", Answer::kNotVisible},
                       {"member", Act::kServiceIdCreate, "account", Answer::kNotAllowed},
                       {"owner", Act::kPolicyCreate, "policy_identity", Answer::kNotAllowed},
                       {"admin", Act::kPolicyCreate, "policy_identity", Answer::kNotAllowed},
                       {"admin", Act::kPolicyDelete, "policy_identity", Answer::kNotVisible},
                       {"owner", Act::kContextRuleUpdate, "rule_identity", Answer::kNotVisible},
                       {"owner", Act::kContextRuleCreate, "rule_identity", Answer::kNotAllowed}});
}

// domain R-3: what a rule is not about stays as it was.
TEST(WhoMayContext, ActsOnOtherServicesAreNotTouched) {
  World world = Fenced("iam-identity");
  for (const std::string_view address : {kOffice, kHotel, std::string_view()}) {
    const auto may = [&](const std::string& caller, Act act, const std::string& target) {
      return AnswerAt(world, address, caller, act, target);
    };
    EXPECT_EQ(may("owner", Act::kGroupCreate, "account"), Answer::kYes);
    EXPECT_EQ(may("admin", Act::kUserInvite, "account"), Answer::kYes);
    EXPECT_EQ(may("owner", Act::kPolicyCreate, "policy_store"), Answer::kYes);
    EXPECT_EQ(may("full_admin", Act::kContextRuleDelete, "rule_store"), Answer::kYes);
    EXPECT_EQ(may("owner", Act::kZoneDelete, "account"), Answer::kYes);
  }
}

// domain W-10, R-3: an act without a service, or on a wider target than one service, may be about
// what any rule is about: an absent attribute counts as matching.
TEST(WhoMayContext, WhatNamesNoServicePassesEveryRule) {
  World world = Fenced("cloud-object-storage");
  ExpectFenced(world, {{"owner", Act::kAccountTransfer, "account", Answer::kNotAllowed},
                       {"owner", Act::kExplainOthers, "account", Answer::kNotAllowed},
                       {"full_admin", Act::kExplainOthers, "account", Answer::kNotAllowed},
                       {"pending", Act::kUserAccept, "self", Answer::kNotVisible},
                       {"member", Act::kClassicKeyCreate, "own_key", Answer::kNotAllowed},
                       {"member", Act::kClassicKeyView, "own_key", Answer::kNotVisible},
                       {"viewer", Act::kClassicKeyDelete, "member_key", Answer::kNotVisible},
                       {"member", Act::kUserLeave, "self", Answer::kNotVisible},
                       {"owner", Act::kPolicyCreate, "policy_platform", Answer::kNotAllowed},
                       {"full_admin", Act::kPolicyCreate, "policy_services", Answer::kNotAllowed}});
  // A pattern beside a service that is named exactly leaves the service known.
  EXPECT_EQ(AnswerAt(world, kHotel, "admin", Act::kPolicyCreate, "policy_pattern"), Answer::kYes);
}

// domain W-9: the trusted host bypasses who-may, so it can always remove a rule that locked
// everybody else out.
TEST(WhoMayContext, TheTrustedHostIsNotBound) {
  World world = Fenced("iam-identity");
  for (const ActRow& row : kActTable) {
    EXPECT_EQ(AnswerAt(world, "", "host", row.act, "rule_identity"), Answer::kYes);
  }
}

// domain W-8: a rule about one resource of a service restricts requests that name none, so its
// loosening hands over the whole service.
TEST(WhoMayContext, LooseningNeedsTheRightToGrantOnTheWholeService) {
  World world = MakeWorld();
  MakeAdministrator(world, "member", InGroup("iam-identity"));
  MakeAdministrator(world, "idle", OnService("iam-identity"));
  const ContextRule rule = RuleOn(InGroup("iam-identity"));
  Target target{.account = kA};
  target.context_rule = &rule;
  const auto may = [&](std::string_view user, Act act) {
    return *MayAct(world, who_may_world::MakeActor(world, User(user), kA), act, target);
  };
  EXPECT_EQ(may("member", Act::kContextRuleUpdate), Answer::kYes);
  EXPECT_EQ(may("member", Act::kContextRuleLoosen), Answer::kNotAllowed);
  EXPECT_EQ(may("member", Act::kContextRuleDelete), Answer::kNotAllowed);
  EXPECT_EQ(may("idle", Act::kContextRuleLoosen), Answer::kYes);
  EXPECT_EQ(may("idle", Act::kContextRuleDelete), Answer::kYes);
}

// domain W-8: a rule that is moved away loosens what it was about.
TEST(WhoMayContext, LooseningAsksForTheOldTargetToo) {
  World world = MakeWorld();
  MakeAdministrator(world, "idle", InGroup("cloud-object-storage"));
  MakeAdministrator(world, "idle", OnService("iam-identity"));
  const ContextRule before = RuleOn(InGroup("cloud-object-storage"));
  const ContextRule wanted = RuleOn({Attribute("serviceName", "iam-identity")});
  const auto may = [&](Act act, const ContextRule& stored) {
    Target target{.account = kA};
    target.context_rule = &wanted;
    target.context_rule_before = &stored;
    return *MayAct(world, who_may_world::MakeActor(world, User("idle"), kA), act, target);
  };
  EXPECT_EQ(may(Act::kContextRuleUpdate, before), Answer::kYes);
  EXPECT_EQ(may(Act::kContextRuleLoosen, before), Answer::kNotAllowed);
  EXPECT_EQ(may(Act::kContextRuleLoosen, wanted), Answer::kYes);
}

// domain W-8, hazards C29, C41: a rule that keeps the caller from making a service ID's keys here
// and now does not make that service ID somebody else.
TEST(WhoMayContext, ARuleNeverTurnsGrantingToOneselfIntoGrantingToOthers) {
  World world = MakeWorld();
  world.AddPolicy(MakePolicy(kB, User("visitor"), Platform("Operator"), OnService("iam-identity")));
  const auto grant = [&] {
    return AnswerAt(world, kHotel, "visitor", Act::kPolicyCreate, "policy_to_foreign_sid");
  };
  ASSERT_EQ(grant(), Answer::kNotAllowed);
  AddFence(world, OnService("iam-identity"), kB);
  EXPECT_EQ(grant(), Answer::kNotAllowed);
}

// hazards C28, C29: over all acts, callers and targets.
TEST(WhoMayContext, AFenceNeverAddsAnAct) {
  World open = MakeWorld();
  std::vector<World> fenced = {Fenced("iam-identity"), Fenced("cloud-object-storage"), MakeWorld()};
  AddFence(fenced.back(), OnType("platform_service"));
  int cut = 0;
  for (const std::string& caller : kInside) {
    for (const std::string target :
         {"account", "own_key", "member_key", "idle_sid_key", "self", "group_plain",
          "policy_identity", "policy_store", "policy_to_sid", "policy_to_foreign_sid",
          "policy_platform", "rule_identity", "rule_store", "rule_moved", "role_store"}) {
      for (const ActRow& row : kActTable) {
        const Answer could = AnswerAt(open, kHotel, caller, row.act, target);
        for (World& world : fenced) {
          const Answer can = AnswerAt(world, kHotel, caller, row.act, target);
          EXPECT_TRUE(could == Answer::kYes || can != Answer::kYes)
              << static_cast<int>(row.act) << " " << caller << " " << target;
          // Where the act does not hide, the right comes before existence.
          if (row.hides && could == Answer::kNotVisible) {
            EXPECT_EQ(can, Answer::kNotVisible)
                << static_cast<int>(row.act) << " " << caller << " " << target;
          }
          if (could != can) ++cut;
        }
      }
    }
  }
  EXPECT_GE(cut, 500);
}

}  // namespace
}  // namespace latchkey::authz
