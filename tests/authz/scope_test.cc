// Goal: what a policy's attributes say about services, and when one attribute holds.
// Method: tables of attributes.
#include "engine/authz/scope.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "authz/evaluator_world.h"

namespace latchkey::authz {
namespace {

using evaluator_world::Attribute;
using evaluator_world::Op;

const base::ServiceInfo kKms{"kms", ServiceType::kService, ""};
const base::ServiceInfo kIdentity{"iam-identity", ServiceType::kPlatformService, "IAM"};

// domain P-3
TEST(Scope, IsWhatThePolicyNames) {
  EXPECT_EQ(ScopeOf({Attribute("serviceName", "kms")}), Scope::kServiceName);
  EXPECT_EQ(ScopeOf({Attribute("serviceName", "k*", Op::kStringMatch)}), Scope::kServiceName);
  EXPECT_EQ(ScopeOf({Attribute("serviceType", "service")}), Scope::kServiceType);
  EXPECT_EQ(ScopeOf({Attribute("service_group_id", "IAM")}), Scope::kServiceGroup);
  EXPECT_EQ(ScopeOf({Attribute("resourceGroupId", "rg")}), Scope::kResourceGroup);
  EXPECT_EQ(ScopeOf({Attribute("resourceType", "resource-group"), Attribute("resource", "rg")}),
            Scope::kGroupItself);
}

// domain P-3
TEST(Scope, ResourceGroupOnlyNarrowsWhereServicesAreNamed) {
  EXPECT_EQ(ScopeOf({Attribute("resourceGroupId", "rg"), Attribute("serviceName", "kms")}),
            Scope::kServiceName);
  EXPECT_EQ(ScopeOf({Attribute("resourceType", "resource-group"), Attribute("resource", "rg"),
                     Attribute("serviceType", "service")}),
            Scope::kServiceType);
  EXPECT_EQ(ScopeOf({Attribute("resourceType", "resource-group"), Attribute("resource", "rg"),
                     Attribute("resourceGroupId", "other")}),
            Scope::kResourceGroup);
}

// domain P-3: none, two, only the existence of one, another case, half of one
TEST(Scope, IsNothingWhereThePolicyNamesNoneOrTwo) {
  EXPECT_EQ(ScopeOf({}), std::nullopt);
  EXPECT_EQ(ScopeOf({Attribute("accountId", "home"), Attribute("region", "eu")}), std::nullopt);
  EXPECT_EQ(ScopeOf({Attribute("serviceName", "kms"), Attribute("serviceType", "service")}),
            std::nullopt);
  EXPECT_EQ(ScopeOf({Attribute("service_group_id", "IAM"), Attribute("serviceType", "service")}),
            std::nullopt);
  EXPECT_EQ(ScopeOf({Attribute("serviceName", "true", Op::kStringExists)}), std::nullopt);
  EXPECT_EQ(ScopeOf({Attribute("resourceGroupId", "false", Op::kStringExists)}), std::nullopt);
  EXPECT_EQ(ScopeOf({Attribute("servicename", "kms")}), std::nullopt);
  EXPECT_EQ(ScopeOf({Attribute("resourceType", "resource-group")}), std::nullopt);
  EXPECT_EQ(ScopeOf({Attribute("resourceType", "bucket"), Attribute("resource", "rg")}),
            std::nullopt);
  EXPECT_EQ(ScopeOf({Attribute("resourceType", "*", Op::kStringMatch), Attribute("resource", "r")}),
            std::nullopt);
}

// domain P-3
TEST(Scope, CoversTheServicesThatItMeans) {
  const std::vector<ResourceAttribute> group = {Attribute("resourceGroupId", "rg")};
  const std::vector<ResourceAttribute> itself = {Attribute("resourceType", "resource-group"),
                                                 Attribute("resource", "rg")};
  EXPECT_TRUE(CoversService({Attribute("serviceName", "k?s", Op::kStringMatch)}, kKms));
  EXPECT_FALSE(CoversService({Attribute("serviceName", "k?s", Op::kStringMatch)}, kIdentity));
  EXPECT_TRUE(CoversService({Attribute("serviceType", "service")}, kKms));
  EXPECT_FALSE(CoversService({Attribute("serviceType", "service")}, kIdentity));
  EXPECT_TRUE(CoversService({Attribute("serviceType", "platform_service")}, kIdentity));
  EXPECT_TRUE(CoversService({Attribute("service_group_id", "IAM")}, kIdentity));
  EXPECT_FALSE(CoversService({Attribute("service_group_id", "IAM")}, kKms));
  EXPECT_TRUE(CoversService(group, kKms));
  EXPECT_FALSE(CoversService(group, kIdentity));
  EXPECT_TRUE(CoversService(itself, kKms));
  EXPECT_TRUE(CoversService(itself, kIdentity));
  EXPECT_FALSE(CoversService({}, kKms));
}

// domain P-4
TEST(Scope, AnAbsentAttributeHoldsOnlyWhereItMustNotExist) {
  for (const Op op :
       {Op::kStringEquals, Op::kStringMatch, Op::kStringEqualsAnyOf, Op::kStringMatchAnyOf}) {
    EXPECT_FALSE(Holds({"region", op, {"*"}}, std::nullopt));
  }
  EXPECT_FALSE(Holds(Attribute("region", "true", Op::kStringExists), std::nullopt));
  EXPECT_TRUE(Holds(Attribute("region", "false", Op::kStringExists), std::nullopt));
  EXPECT_TRUE(Holds(Attribute("region", "true", Op::kStringExists), "eu"));
  EXPECT_FALSE(Holds(Attribute("region", "false", Op::kStringExists), "eu"));
}

// domain P-4: `*` and `?` are wildcards for the Match operators only
TEST(Scope, EachOperatorHoldsAsDocumented) {
  EXPECT_TRUE(Holds(Attribute("region", "eu", Op::kStringEquals), "eu"));
  EXPECT_FALSE(Holds(Attribute("region", "e*", Op::kStringEquals), "eu"));
  EXPECT_TRUE(Holds(Attribute("region", "e*", Op::kStringEquals), "e*"));
  EXPECT_TRUE(Holds(Attribute("region", "e*", Op::kStringMatch), "eu"));
  EXPECT_TRUE(Holds({"region", Op::kStringEqualsAnyOf, {"us", "eu"}}, "eu"));
  EXPECT_FALSE(Holds({"region", Op::kStringEqualsAnyOf, {"us", "e*"}}, "eu"));
  EXPECT_TRUE(Holds({"region", Op::kStringMatchAnyOf, {"us", "?u"}}, "eu"));
  EXPECT_FALSE(Holds({"region", Op::kStringMatchAnyOf, {"us", "?s"}}, "eu"));
}

// domain P-9: what no policy can be written with grants nothing, should it stand in a store
TEST(Scope, ValuesOfAWrongNumberAndUnknownOperatorsNeverHold) {
  EXPECT_FALSE(Holds({"region", Op::kStringEquals, {}}, "eu"));
  EXPECT_FALSE(Holds({"region", Op::kStringEquals, {"eu", "eu"}}, "eu"));
  EXPECT_FALSE(Holds({"region", Op::kStringMatch, {"eu", "eu"}}, "eu"));
  EXPECT_FALSE(Holds({"region", Op::kStringEqualsAnyOf, {}}, "eu"));
  EXPECT_FALSE(Holds({"region", Op::kStringMatchAnyOf, {}}, "eu"));
  EXPECT_FALSE(Holds({"region", Op::kStringExists, {}}, "eu"));
  EXPECT_FALSE(Holds({"region", Op::kStringExists, {"yes"}}, "eu"));
  EXPECT_FALSE(Holds({"region", Op::kStringExists, {"no"}}, std::nullopt));
  EXPECT_FALSE(Holds({"region", static_cast<Op>(9), {"eu"}}, "eu"));
}

}  // namespace
}  // namespace latchkey::authz
