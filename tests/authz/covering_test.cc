// Covering (domain W-8), as a table: what one policy holds × what is to be granted -> covered or
// not.
//
// Attributes are `key=value` (stringEquals), `key~pattern` (stringMatch), `key?true`
// (stringExists), `key=[a/b]` and `key~[a/b]` (AnyOf), joined by `&`. accountId is added to both
// sides.
#include "engine/authz/covering.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "authz/who_may_world.h"

namespace latchkey::authz {
namespace {

using who_may_world::kA;
using who_may_world::kB;
using who_may_world::MakeActor;
using who_may_world::MakePolicy;
using who_may_world::MakeWorld;
using who_may_world::OnService;
using who_may_world::OnType;
using who_may_world::Op;
using who_may_world::Platform;
using who_may_world::Program;
using who_may_world::User;
using who_may_world::World;

constexpr std::string_view kGrant = "iam.policy.create";
// A caller of the world without any policy of its own.
const IamId kCaller = User("member");

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

ResourceAttribute ParseAttribute(std::string_view text) {
  const std::size_t at = text.find_first_of("=~?");
  ResourceAttribute attribute;
  attribute.key = std::string(text.substr(0, at));
  std::string_view value = text.substr(at + 1);
  const bool list = value.starts_with('[');
  if (list) value = value.substr(1, value.size() - 2);
  attribute.values = list ? Split(value, '/') : std::vector{std::string(value)};
  if (text[at] == '=') attribute.op = list ? Op::kStringEqualsAnyOf : Op::kStringEquals;
  if (text[at] == '~') attribute.op = list ? Op::kStringMatchAnyOf : Op::kStringMatch;
  if (text[at] == '?') attribute.op = Op::kStringExists;
  return attribute;
}

std::vector<ResourceAttribute> Parse(std::string_view text) {
  std::vector<ResourceAttribute> attributes;
  for (const std::string& part : Split(text, '&')) attributes.push_back(ParseAttribute(part));
  return attributes;
}

struct Row {
  std::string_view role;
  std::string_view held;
  std::string_view target;
  bool covered;
};

constexpr Row kRows[] = {
    // The same service, and narrower targets of it.
    {"Administrator", "serviceName=iam-groups", "serviceName=iam-groups", true},
    {"Administrator", "serviceName=iam-groups", "serviceName=iam-groups&region=us", true},
    {"Administrator", "serviceName=iam-groups", "serviceName=iam-groups&resource~a*", true},
    {"Administrator", "serviceName=iam-groups", "serviceName=iam-groups&resource?true", true},
    {"Administrator", "serviceName=iam-groups", "serviceName=iam-identity", false},
    {"Administrator", "serviceName=iam-groups", "serviceName=iam-groups2", false},
    {"Administrator", "serviceName=iam-groups", "serviceName=IAM-groups", false},
    // The role must hold the action on that service.
    {"Editor", "serviceName=iam-groups", "serviceName=iam-groups", false},
    {"Viewer", "serviceName=iam-groups", "serviceName=iam-groups", false},
    {"Administrator", "serviceName=billing", "serviceName=billing", false},
    {"Administrator", "serviceName=is", "serviceName=is", false},
    {"Administrator", "serviceName=undefined", "serviceName=undefined", false},
    {"Undefined", "serviceName=iam-groups", "serviceName=iam-groups", false},
    // Every attribute that is held must stand in the target.
    {"Administrator", "serviceName=iam-groups&region=us", "serviceName=iam-groups&region=us", true},
    {"Administrator", "serviceName=iam-groups&region=us", "serviceName=iam-groups", false},
    {"Administrator", "serviceName=iam-groups&region=us", "serviceName=iam-groups&region=eu",
     false},
    {"Administrator", "serviceName=iam-groups&region=us", "serviceName=iam-groups&Region=us",
     false},
    {"Administrator", "serviceName=iam-groups&region=us",
     "serviceName=iam-groups&region=us&resource=r", true},
    {"Administrator", "serviceName=iam-groups&region=us&resource=r",
     "serviceName=iam-groups&region=us", false},
    // Patterns cover the exact values that they match.
    {"Administrator", "serviceName=iam-groups&resource~a*", "serviceName=iam-groups&resource=abc",
     true},
    {"Administrator", "serviceName=iam-groups&resource~a*", "serviceName=iam-groups&resource=bc",
     false},
    {"Administrator", "serviceName=iam-groups&resource~a?c", "serviceName=iam-groups&resource=abc",
     true},
    {"Administrator", "serviceName=iam-groups&resource~*", "serviceName=iam-groups", false},
    {"Administrator", "serviceName=iam-groups&resource~a*", "serviceName=iam-groups&resource=a*",
     true},
    {"Administrator", "serviceName~iam-*", "serviceName=iam-groups", true},
    {"Administrator", "serviceName~iam-*", "serviceName=billing", false},
    // A wildcard in the target: by `*` or by equal text only.
    {"Administrator", "serviceName=iam-groups&resource~a*", "serviceName=iam-groups&resource~a*",
     true},
    {"Administrator", "serviceName=iam-groups&resource~*", "serviceName=iam-groups&resource~a*",
     true},
    {"Administrator", "serviceName=iam-groups&resource~a*", "serviceName=iam-groups&resource~ab*",
     false},
    {"Administrator", "serviceName=iam-groups&resource~ab*", "serviceName=iam-groups&resource~a*",
     false},
    {"Administrator", "serviceName=iam-groups&resource~**", "serviceName=iam-groups&resource~a*",
     false},
    {"Administrator", "serviceName=iam-groups&resource=a*", "serviceName=iam-groups&resource~a*",
     false},
    {"Administrator", "serviceName=iam-groups&resource~a{{*}}*",
     "serviceName=iam-groups&resource~a{{*}}", false},
    {"Administrator", "serviceName=iam-groups&resource=abc", "serviceName=iam-groups&resource~abc",
     true},
    {"Administrator", "serviceName=iam-groups&resource=abc", "serviceName=iam-groups&resource~a?c",
     false},
    // Lists: each value of the target.
    {"Administrator", "serviceName=iam-groups&region=[us/eu]", "serviceName=iam-groups&region=us",
     true},
    {"Administrator", "serviceName=iam-groups&region=us", "serviceName=iam-groups&region=[us/eu]",
     false},
    {"Administrator", "serviceName=iam-groups&region=[us/eu]",
     "serviceName=iam-groups&region=[eu/us]", true},
    {"Administrator", "serviceName=iam-groups&region=[us/eu]",
     "serviceName=iam-groups&region=[us/jp]", false},
    {"Administrator", "serviceName=iam-groups&region~[u*/e*]",
     "serviceName=iam-groups&region=[us/eu]", true},
    {"Administrator", "serviceName=iam-groups&region~[u*/e*]",
     "serviceName=iam-groups&region~[u*/e*/j*]", false},
    {"Administrator", "serviceName=[iam-groups/iam-identity]", "serviceName=iam-identity", true},
    {"Administrator", "serviceType=platform_service", "serviceName=[iam-groups/billing]", false},
    // stringExists: by the same condition.
    {"Administrator", "serviceName=iam-groups&region?true", "serviceName=iam-groups&region?true",
     true},
    {"Administrator", "serviceName=iam-groups&region?true", "serviceName=iam-groups&region=us",
     false},
    {"Administrator", "serviceName=iam-groups&region?false", "serviceName=iam-groups", false},
    {"Administrator", "serviceName=iam-groups&region=us", "serviceName=iam-groups&region?true",
     false},
    {"Administrator", "serviceName=iam-groups&region=true", "serviceName=iam-groups&region?true",
     false},
    {"Administrator", "serviceName=iam-groups&region~*", "serviceName=iam-groups&region?true",
     false},
    {"Administrator", "serviceName=iam-groups&region?true", "serviceName=iam-groups&region=true",
     false},
    // serviceType covers its member services.
    {"Administrator", "serviceType=platform_service", "serviceName=iam-groups", true},
    {"Administrator", "serviceType=platform_service", "serviceName=iam-groups&resource=r", true},
    {"Administrator", "serviceType=platform_service", "serviceName=cloud-object-storage", false},
    {"Administrator", "serviceType=service", "serviceName=cloud-object-storage", true},
    {"Administrator", "serviceType=service", "serviceName=iam-groups", false},
    {"Administrator", "serviceType=service", "serviceName=is", false},
    {"Administrator", "serviceType=service", "serviceName=undefined", false},
    {"Administrator", "serviceType=platform_service", "serviceName=billing", false},
    {"Editor", "serviceType=platform_service", "serviceName=iam-groups", false},
    {"Administrator", "serviceType=platform_service&region=us", "serviceName=iam-groups", false},
    // A serviceType target needs Administrator of the same scope.
    {"Administrator", "serviceType=platform_service", "serviceType=platform_service", true},
    {"Administrator", "serviceType=service", "serviceType=service&resourceGroupId=g", true},
    {"Administrator", "serviceType=service", "serviceType=platform_service", false},
    {"Editor", "serviceType=platform_service", "serviceType=platform_service", false},
    {"Administrator", "serviceType=service&region=us", "serviceType=service", false},
    {"Administrator", "serviceType=service&region=us", "serviceType=service&region=us", true},
    {"Administrator", "serviceName=iam-groups", "serviceType=platform_service", false},
    {"Administrator", "resourceGroupId=g", "serviceType=service&resourceGroupId=g", false},
    // Service groups: by the same group only.
    {"Administrator", "service_group_id=IAM", "service_group_id=IAM", true},
    {"Editor", "service_group_id=IAM", "service_group_id=IAM", false},
    {"Administrator", "service_group_id=IAM", "serviceName=iam-groups", false},
    {"Administrator", "serviceType=platform_service", "service_group_id=IAM", false},
    {"Administrator", "service_group_id=IAM", "serviceType=platform_service", false},
    // Resource groups hold services of type `service` only.
    {"Administrator", "resourceGroupId=g", "resourceGroupId=g", true},
    {"Editor", "resourceGroupId=g", "resourceGroupId=g", false},
    {"Administrator", "resourceGroupId=g", "resourceGroupId=h", false},
    {"Administrator", "resourceGroupId=g", "serviceName=cloud-object-storage&resourceGroupId=g",
     true},
    {"Administrator", "resourceGroupId=g", "serviceName=iam-groups&resourceGroupId=g", false},
    {"Administrator", "resourceGroupId=g", "serviceName=cloud-object-storage", false},
    {"Administrator", "serviceType=service", "resourceGroupId=g", false},
    {"Administrator", "resourceGroupId~*", "resourceGroupId=g", true},
    {"Administrator", "resourceType=resource-group&resource=g",
     "resourceType=resource-group&resource=g", true},
    {"Administrator", "resourceType=resource-group&resource=g",
     "resourceType=resource-group&resource=h", false},
    // A pattern of services is open: Administrator, and a serviceName of one's own.
    {"Administrator", "serviceName~*", "serviceName~iam-*", true},
    {"Administrator", "resourceGroupId=g", "serviceName~*&resourceGroupId=g", false},
    {"Editor", "serviceName~*", "serviceName~iam-*", false},
    // What has no scope grants nothing, so it covers nothing.
    {"Administrator", "region=us", "serviceName=iam-groups&region=us", false},
};

bool Covered(World& world, const Policy& target, std::string_view action = kGrant) {
  const absl::StatusOr<bool> covered = Covers(world, MakeActor(world, kCaller, kA), action, target);
  EXPECT_TRUE(covered.ok()) << covered.status();
  return covered.value_or(false);
}

Policy Target(std::string_view attributes) {
  return MakePolicy(kA, User("idle"), Platform("Viewer"), Parse(attributes));
}

// domain W-8, hazard C31
TEST(Covering, AnswersEveryRowOfTheTable) {
  for (const Row& row : kRows) {
    World world = MakeWorld();
    world.AddPolicy(MakePolicy(kA, kCaller, Platform(row.role), Parse(row.held)));
    EXPECT_EQ(Covered(world, Target(row.target)), row.covered)
        << row.role << " " << row.held << " -> " << row.target;
  }
}

// domain W-8: "without a rule and without tags"; one that always holds is one too
TEST(Covering, APolicyWithARuleOrTagsNeverCovers) {
  const Policy plain = MakePolicy(kA, kCaller, Platform("Administrator"), OnType("service"));
  Policy ruled = plain;
  ruled.rule = PolicyRule{
      std::nullopt,
      {{std::nullopt, {{"{{resource.attributes.none}}", RuleOperator::kStringExists, {"false"}}}}}};
  Policy tagged = plain;
  tagged.tags = {{"project", Op::kStringEquals, {"web"}}};
  for (const Policy& target :
       {Target("serviceName=cloud-object-storage"), Target("serviceType=service")}) {
    for (const Policy* held : {&ruled, &tagged}) {
      World world = MakeWorld();
      world.AddPolicy(*held);
      EXPECT_FALSE(Covered(world, target));
      world.AddPolicy(plain);
      EXPECT_TRUE(Covered(world, target));
    }
  }
}

// domain W-8, P-5: it is narrower than the same without
TEST(Covering, ATargetWithARuleOrTagsIsCoveredLikeTheTargetWithout) {
  World world = MakeWorld();
  world.AddPolicy(MakePolicy(kA, kCaller, Platform("Administrator"), OnType("service")));
  for (const std::string_view text :
       {"serviceName=cloud-object-storage", "serviceType=service", "serviceName=iam-groups"}) {
    Policy target = Target(text);
    const bool without = Covered(world, target);
    target.rule =
        PolicyRule{std::nullopt,
                   {{std::nullopt,
                     {{"{{resource.attributes.none}}", RuleOperator::kStringExists, {"false"}}}}}};
    target.tags = {{"project", Op::kStringEquals, {"web"}}};
    EXPECT_EQ(Covered(world, target), without) << text;
  }
}

// domain W-8: one policy, not two halves.
TEST(Covering, IsByOnePolicy) {
  World world = MakeWorld();
  world.AddPolicy(MakePolicy(kA, kCaller, Platform("Administrator"),
                             Parse("serviceName=iam-groups&region=us")));
  world.AddPolicy(MakePolicy(kA, kCaller, Platform("Administrator"),
                             Parse("serviceName=iam-groups&region=eu")));
  EXPECT_FALSE(Covered(world, Target("serviceName=iam-groups&region=[us/eu]")));
  EXPECT_TRUE(Covered(world, Target("serviceName=iam-groups&region=eu")));
}

// domain W-8: through a group of this account, not of another, and not by another's policy.
TEST(Covering, CountsTheCallersOwnPoliciesAndThoseOfItsGroups) {
  World world = MakeWorld();
  const Policy target = Target("serviceName=iam-groups");
  const auto grant = [&](const AccountId& account, PolicySubject subject) {
    world.AddPolicy(MakePolicy(account, std::move(subject), Platform("Administrator"),
                               OnService("iam-groups")));
  };
  grant(kB, kCaller);
  grant(kA, User("idle"));
  grant(kA, who_may_world::kPlainGroup);
  EXPECT_FALSE(Covered(world, target));
  world.group_members.emplace_back(who_may_world::kPlainGroup, kCaller);
  EXPECT_TRUE(Covered(world, target));
}

// domain P-10: a policy stored here that names another account covers nothing there or here.
TEST(Covering, StaysInItsAccount) {
  World world = MakeWorld();
  Policy held = MakePolicy(kA, kCaller, Platform("Administrator"), OnService("iam-groups"));
  held.resource.front().values = {kB.text()};
  world.AddPolicy(held);
  EXPECT_FALSE(Covered(world, Target("serviceName=iam-groups")));
  world.AddPolicy(MakePolicy(kA, kCaller, Platform("Administrator"), OnService("iam-groups")));
  EXPECT_TRUE(Covered(world, Target("serviceName=iam-groups")));
  Policy elsewhere = Target("serviceName=iam-groups");
  elsewhere.resource.front().values = {kB.text()};
  EXPECT_FALSE(Covered(world, elsewhere));
}

// domain P-8, hazard C39: an authorization gives nobody a right to hand on, and is no grant that
// its subject carries.
TEST(Covering, AnAuthorizationCoversNothing) {
  World world = MakeWorld();
  const Policy target = Target("serviceName=iam-groups");
  Policy held = MakePolicy(kA, kCaller, Platform("Administrator"), OnService("iam-groups"));
  held.type = PolicyType::kAuthorization;
  world.AddPolicy(held);
  EXPECT_FALSE(Covered(world, target));
  held.type = PolicyType::kAccess;
  world.AddPolicy(held);
  EXPECT_TRUE(Covered(world, target));
}

// domain W-8, P-7: an id that ends like Administrator's is not the platform role.
TEST(Covering, ARoleNamedLikeAdministratorIsNotIt) {
  World world = MakeWorld();
  CustomRole role;
  role.id = RoleId("crn:v1:custom:role:Administrator");
  role.account = kA;
  role.service = "iam-groups";
  role.actions = {std::string(kGrant)};
  world.custom_roles.push_back(role);
  world.AddPolicy(MakePolicy(kA, kCaller, role.id, OnType("platform_service")));
  EXPECT_FALSE(Covered(world, Target("serviceType=platform_service")));
  EXPECT_TRUE(Covered(world, Target("serviceName=iam-groups")));
}

// domain W-8: an open target needs Administrator, not just any platform role with the action.
TEST(Covering, AnotherPlatformRoleWithTheActionIsNotAdministrator) {
  World world = MakeWorld();
  Role delegator{.id = Platform("Delegator"),
                 .name = "Delegator",
                 .kind = RoleKind::kPlatform,
                 .actions = {std::string(kGrant)}};
  for (Service& service : world.services) service.roles.push_back(delegator);
  world.AddPolicy(MakePolicy(kA, kCaller, delegator.id, OnType("platform_service")));
  EXPECT_FALSE(Covered(world, Target("serviceType=platform_service")));
  EXPECT_TRUE(Covered(world, Target("serviceName=iam-groups")));
}

// domain W-8: the action that is asked about, not any.
TEST(Covering, IsOfOneAction) {
  World world = MakeWorld();
  world.AddPolicy(MakePolicy(kA, kCaller, Platform("Viewer"), OnService("iam-groups")));
  EXPECT_TRUE(Covered(world, Target("serviceName=iam-groups"), "iam.policy.read"));
  EXPECT_FALSE(Covered(world, Target("serviceName=iam-groups"), "iam.policy.delete"));
  EXPECT_FALSE(Covered(world, Target("serviceName=iam-groups"), "iam.policy"));
}

// domain W-8: Administrator that nowhere in the scope may grant is no right to grant over the
// scope.
TEST(Covering, AdministratorMustHoldTheActionSomewhereInTheScope) {
  World world = MakeWorld();
  std::erase_if(world.services,
                [](const Service& service) { return service.name == "cloud-object-storage"; });
  world.AddPolicy(MakePolicy(kA, kCaller, Platform("Administrator"), OnType("service")));
  EXPECT_FALSE(Covered(world, Target("serviceType=service")));
}

// domain W-8: every policy that the subject carries, its groups' too.
TEST(Covering, OfAllThatASubjectCarries) {
  World world = MakeWorld();
  const Actor admin = MakeActor(world, User("identity_admin"), kA);
  EXPECT_TRUE(*CoversAllOf(world, admin, kA, User("idle")));  // carries nothing
  EXPECT_TRUE(*CoversAllOf(world, admin, kA, who_may_world::kIdentityGroup));
  EXPECT_FALSE(*CoversAllOf(world, admin, kA, who_may_world::kStoreGroup));
  EXPECT_TRUE(*CoversCarried(world, admin, kA, Program("identity")));
  world.group_members.emplace_back(who_may_world::kStoreGroup, Program("identity"));
  EXPECT_TRUE(*CoversAllOf(world, admin, kA, Program("identity")));
  EXPECT_FALSE(*CoversCarried(world, admin, kA, Program("identity")));
  EXPECT_TRUE(
      *CoversCarried(world, MakeActor(world, User("full_admin"), kA), kA, Program("identity")));
}

// domain W-8: the whole account is both service types.
TEST(Covering, OfTheWholeAccountNeedsBothServiceTypes) {
  World world = MakeWorld();
  const Actor member = MakeActor(world, kCaller, kA);
  world.AddPolicy(MakePolicy(kA, kCaller, Platform("Administrator"), OnType("service")));
  EXPECT_FALSE(*CoversAccount(world, member, kGrant, kA));
  world.AddPolicy(MakePolicy(kA, kCaller, Platform("Administrator"), OnType("platform_service")));
  EXPECT_TRUE(*CoversAccount(world, member, kGrant, kA));
  EXPECT_FALSE(*CoversAccount(world, member, kGrant, kB));
}

// domain A-2: every read that fails ends the question.
TEST(Covering, AFaultIsNotAnAnswer) {
  World world = MakeWorld();
  const Actor admin = MakeActor(world, User("full_admin"), kA);
  int reads = 0;
  for (bool failed = true; failed; ++reads) {
    world.fail_at = reads;
    const absl::StatusOr<bool> covered = CoversCarried(world, admin, kA, Program("identity"));
    failed = world.fail_at < 0;
    world.fail_at = -1;
    EXPECT_NE(covered.ok(), failed);
  }
  EXPECT_GE(reads, 4);
}

}  // namespace
}  // namespace latchkey::authz
