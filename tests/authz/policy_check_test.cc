// Goal: what may be stored as a policy. Method: one good policy, spoilt in one respect at a time;
// each limit from both sides; the message must name the place and nothing of the input.
#include "engine/authz/policy_check.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "authz/check_policy.h"
#include "authz/evaluator_world.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

using namespace evaluator_world;  // the fixed world of these tests

NewPolicy Good() {
  NewPolicy policy;
  policy.account = kHome;
  policy.subject = kUser;
  policy.roles = {kReader};
  policy.resource = {Attribute("accountId", "home"), Attribute("serviceName", "kms")};
  return policy;
}

NewPolicy With(std::vector<ResourceAttribute> more) {
  NewPolicy policy = Good();
  for (ResourceAttribute& attribute : more) policy.resource.push_back(std::move(attribute));
  return policy;
}

NewPolicy Scoped(std::vector<ResourceAttribute> resource) {
  NewPolicy policy = Good();
  policy.resource = std::move(resource);
  return policy;
}

// domain P-3
TEST(PolicyCheck, TakesEveryScopeThatIsDocumented) {
  EXPECT_EQ(Check(Good()), absl::OkStatus());
  for (const auto& resource : std::vector<std::vector<ResourceAttribute>>{
           {Attribute("serviceName", "kms")},
           {Attribute("serviceName", "k*", Op::kStringMatch)},
           {Attribute("serviceType", "service")},
           {Attribute("serviceType", "service"), Attribute("resourceGroupId", "rg")},
           {Attribute("serviceType", "platform_service")},
           {Attribute("service_group_id", "IAM")},
           {Attribute("resourceGroupId", "rg")},
           {Attribute("resourceType", "resource-group"), Attribute("resource", "rg")}}) {
    EXPECT_EQ(Check(Scoped(resource)), absl::OkStatus()) << resource.front().key;
  }
}

// domain P-3
TEST(PolicyCheck, RefusesNoScopeAndTwo) {
  ExpectRefused(Scoped({}), "resource.attributes");
  ExpectRefused(Scoped({Attribute("region", "eu")}), "resource.attributes");
  ExpectRefused(Scoped({Attribute("ServiceName", "kms")}), "resource.attributes");
  ExpectRefused(Scoped({Attribute("resourceType", "resource-group")}), "resource.attributes");
  ExpectRefused(Scoped({Attribute("resourceGroupId", "true", Op::kStringExists)}),
                "resource.attributes");
  ExpectRefused(With({Attribute("serviceType", "service")}), "resource.attributes");
  ExpectRefused(With({Attribute("service_group_id", "IAM")}), "resource.attributes");
}

// domain P-3, P-10, hazard C39
TEST(PolicyCheck, TakesOneAccountTheOneItIsStoredIn) {
  ExpectRefused(Scoped({Attribute("accountId", "away"), Attribute("serviceName", "kms")}),
                "resource.attributes[0].value");
  ExpectRefused(
      Scoped({Attribute("serviceName", "kms"), Attribute("accountId", "home", Op::kStringMatch)}),
      "resource.attributes[1].operator");
  ExpectRefused(
      Scoped({{"accountId", Op::kStringEqualsAnyOf, {"home"}}, Attribute("serviceName", "kms")}),
      "resource.attributes[0].operator");
  ExpectRefused(With({Attribute("accountId", "home")}), "resource.attributes[2].key");
  NewPolicy nowhere = Good();
  nowhere.account = AccountId("");
  ExpectRefused(nowhere, "account");
}

// domain P-3: a scope says which services, by words that IBM has
TEST(PolicyCheck, ScopesSayWhichServices) {
  ExpectRefused(Scoped({Attribute("serviceName", "true", Op::kStringExists)}),
                "resource.attributes[0].operator");
  ExpectRefused(Scoped({Attribute("serviceType", "true", Op::kStringExists)}),
                "resource.attributes[0].operator");
  ExpectRefused(Scoped({Attribute("serviceType", "*", Op::kStringMatch)}),
                "resource.attributes[0].operator");
  ExpectRefused(Scoped({Attribute("serviceType", "everything")}), "resource.attributes[0].value");
  ExpectRefused(Scoped({Attribute("service_group_id", "*", Op::kStringMatch)}),
                "resource.attributes[0].operator");
}

// domain P-4
TEST(PolicyCheck, OperatorsTakeTheirOwnValues) {
  EXPECT_EQ(Check(With({Attribute("region", "true", Op::kStringExists)})), absl::OkStatus());
  EXPECT_EQ(Check(With({Attribute("region", "false", Op::kStringExists)})), absl::OkStatus());
  ExpectRefused(With({Attribute("region", "True", Op::kStringExists)}),
                "resource.attributes[2].value");
  for (const Op op : {Op::kStringEquals, Op::kStringMatch, Op::kStringExists}) {
    ExpectRefused(With({{"region", op, {}}}), "resource.attributes[2].value");
    ExpectRefused(With({{"region", op, {"true", "true"}}}), "resource.attributes[2].value");
  }
  for (const Op op : {Op::kStringEqualsAnyOf, Op::kStringMatchAnyOf}) {
    EXPECT_EQ(Check(With({{"region", op, std::vector<std::string>(10, "eu")}})), absl::OkStatus());
    ExpectRefused(With({{"region", op, std::vector<std::string>(11, "eu")}}),
                  "resource.attributes[2].value");
    ExpectRefused(With({{"region", op, {}}}), "resource.attributes[2].value");
  }
  ExpectRefused(With({{"region", static_cast<Op>(9), {"eu"}}}), "resource.attributes[2].operator");
}

// domain section 9, P-9
TEST(PolicyCheck, LimitsLengthsAndNumbers) {
  EXPECT_EQ(Check(With({Attribute("region", std::string(1000, 'a'))})), absl::OkStatus());
  ExpectRefused(With({Attribute("region", std::string(1001, 'a'))}),
                "resource.attributes[2].value");
  ExpectRefused(With({Attribute("region", "")}), "resource.attributes[2].value");
  ExpectRefused(With({Attribute("region", "\xC0\xAF")}), "resource.attributes[2].value",
                Reason::kInvalidUtf8);
  EXPECT_EQ(Check(With({Attribute(std::string(128, 'k'), "v")})), absl::OkStatus());
  for (const std::string& key :
       {std::string(), std::string(129, 'k'), std::string("a b"), std::string("\xC3\xA9")}) {
    ExpectRefused(With({Attribute(key, "v")}), "resource.attributes[2].key");
  }
  ExpectRefused(With({Attribute("region", "eu"), Attribute("region", "us")}),
                "resource.attributes[3].key");
  NewPolicy described = Good();
  described.description = std::string(300, 'd');
  EXPECT_EQ(Check(described), absl::OkStatus());
  described.description += "d";
  ExpectRefused(described, "description");
}

// domain P-9: 30, with accountId whether the caller gives it or not
TEST(PolicyCheck, TakesAtMostThirtyAttributes) {
  std::vector<ResourceAttribute> resource = {Attribute("serviceName", "kms")};
  while (resource.size() < kPolicyAttributesMax - 1) {
    resource.push_back(Attribute("key" + std::to_string(resource.size()), "v"));
  }
  EXPECT_EQ(Check(Scoped(resource)), absl::OkStatus());
  std::vector<ResourceAttribute> with_account = resource;
  with_account.push_back(Attribute("accountId", "home"));
  EXPECT_EQ(Check(Scoped(with_account)), absl::OkStatus());
  resource.push_back(Attribute("last", "v"));
  ExpectRefused(Scoped(resource), "resource.attributes");
}

TEST(PolicyCheck, SubjectsAreIdsOfIdentitiesOrGroups) {
  NewPolicy policy = Good();
  policy.subject = GroupId("AccessGroupId-1");
  EXPECT_EQ(Check(policy), absl::OkStatus());
  for (const std::string& bad : {std::string(), std::string("a b"), std::string(129, 'a')}) {
    policy.subject = GroupId(bad);
    ExpectRefused(policy, "subject.attributes[0].value");
    policy.subject = IamId(bad);
    ExpectRefused(policy, "subject.attributes[0].value");
  }
}

// domain P-9
TEST(PolicyCheck, TakesOneToFiftyRoles) {
  NewPolicy policy = Good();
  policy.roles.assign(kPolicyRolesMax, kReader);
  EXPECT_EQ(Check(policy), absl::OkStatus());
  policy.roles.push_back(kReader);
  ExpectRefused(policy, "control.grant.roles");
  policy.roles.clear();
  ExpectRefused(policy, "control.grant.roles");
  policy.roles = {kReader, RoleId("a role")};
  ExpectRefused(policy, "control.grant.roles[1].role_id");
}

// domain P-2, P-3
TEST(PolicyCheck, EachRoleIsDefinedByAServiceInTheScope) {
  NewPolicy policy = Good();
  policy.roles = {kReader, RoleId("role:Nobody")};
  ExpectRefused(policy, "control.grant.roles[1].role_id", Reason::kUnknownReference);
  policy.roles = {kWriter};
  EXPECT_EQ(Check(policy), absl::OkStatus());
  policy.resource = {Attribute("serviceType", "platform_service")};
  ExpectRefused(policy, "control.grant.roles[0].role_id", Reason::kUnknownReference);
  policy.resource = {Attribute("serviceName", "undefined")};
  ExpectRefused(policy, "control.grant.roles[0].role_id", Reason::kUnknownReference);
}

// domain P-7: another account's custom role is no role here
TEST(PolicyCheck, ACustomRoleIsKnownInItsAccountOnly) {
  WorldSource world = MakeWorld();
  CustomRole role;
  role.id = RoleId("customRole:Auditor");
  role.account = kHome;
  role.service = "kms";
  role.actions = {"kms.read"};
  world.Put(role);
  NewPolicy policy = Good();
  policy.roles = {role.id};
  EXPECT_EQ(CheckPolicy(world, policy), absl::OkStatus());
  policy.account = kAway;
  policy.resource = OnKms();
  EXPECT_EQ(ReasonOf(CheckPolicy(world, policy)), Reason::kUnknownReference);
}

// hazard K14
TEST(PolicyCheck, MessagesDoNotRepeatTheInput) {
  NewPolicy policy = With({Attribute("SENTINEL key", "SENTINEL")});
  EXPECT_EQ(Check(policy).message().find("SENTINEL"), absl::string_view::npos);
  policy = Good();
  policy.roles = {RoleId("SENTINEL")};
  EXPECT_EQ(Check(policy).message().find("SENTINEL"), absl::string_view::npos);
}

// domain P-3
TEST(PolicyCheck, TheAccountIsPutFirst) {
  const std::vector<ResourceAttribute> expected = {
      Attribute("accountId", "home"), Attribute("serviceName", "kms"), Attribute("region", "eu")};
  EXPECT_EQ(
      NormalisedResource(Scoped({Attribute("serviceName", "kms"), Attribute("region", "eu")})),
      expected);
  EXPECT_EQ(NormalisedResource(Scoped({Attribute("serviceName", "kms"), Attribute("region", "eu"),
                                       Attribute("accountId", "home")})),
            expected);
  EXPECT_EQ(NormalisedResource(Scoped(expected)), expected);
}

// domain A-2
TEST(PolicyCheck, AFaultIsNotAnAnswer) {
  WorldSource world = MakeWorld();
  for (const int call : {1, 2}) {
    world.FailFromCall(call);
    EXPECT_EQ(ReasonOf(CheckPolicy(world, Good())), Reason::kCorrupt);
  }
}

}  // namespace
}  // namespace latchkey::authz
