// Goal: what may be stored as a service-to-service authorization. Method: one good one, spoilt in
// one respect at a time; the message must name the place.
#include "engine/authz/authorization_check.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "authz/check_policy.h"
#include "authz/evaluator_world.h"
#include "engine/authz/policy_check.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

using namespace evaluator_world;  // the fixed world of these tests

NewPolicy From(std::vector<ResourceAttribute> subject_attributes) {
  NewPolicy policy;
  policy.account = kHome;
  policy.roles = {kReader};
  policy.resource = {Attribute("accountId", "home"), Attribute("serviceName", "kms")};
  policy.type = PolicyType::kAuthorization;
  policy.subject_attributes = std::move(subject_attributes);
  return policy;
}

NewPolicy Good() {
  return From({Attribute("accountId", "elsewhere"), Attribute("serviceName", "backup")});
}

NewPolicy With(ResourceAttribute attribute) {
  NewPolicy policy = Good();
  policy.subject_attributes.push_back(std::move(attribute));
  return policy;
}

// domain P-8: its source may be in another account, and need not be known here
TEST(AuthorizationCheck, TakesWhatNamesASource) {
  EXPECT_EQ(Check(Good()), absl::OkStatus());
  EXPECT_EQ(Check(With(Attribute("serviceInstance", "IBMid-user"))), absl::OkStatus());
  EXPECT_EQ(Check(With(Attribute("resourceType", "false", Op::kStringExists))), absl::OkStatus());
  EXPECT_EQ(Check(From({Attribute("resourceGroupId", "true", Op::kStringExists),
                        Attribute("accountId", "home")})),
            absl::OkStatus());
}

// domain P-8
TEST(AuthorizationCheck, NamesASourceAndItsAccount) {
  ExpectRefused(From({}), "subject.attributes");
  ExpectRefused(From({Attribute("accountId", "home")}), "subject.attributes");
  ExpectRefused(From({Attribute("serviceName", "backup")}), "subject.attributes");
  ExpectRefused(
      From({Attribute("accountId", "home"), Attribute("serviceName", "false", Op::kStringExists)}),
      "subject.attributes");
  ExpectRefused(
      From({Attribute("accountId", "true", Op::kStringExists), Attribute("serviceName", "backup")}),
      "subject.attributes[0].operator");
}

// domain P-8, hazard C39: nothing that could be read as a grant to somebody
TEST(AuthorizationCheck, NamesNoIdentity) {
  ExpectRefused(With(Attribute("iam_id", "IBMid-user")), "subject.attributes[2].key");
  ExpectRefused(With(Attribute("access_group_id", "AccessGroupId-1")), "subject.attributes[2].key");
  NewPolicy policy = Good();
  policy.subject = kUser;
  ExpectRefused(policy, "subject.attributes");
  policy.subject = GroupId();
  ExpectRefused(policy, "subject.attributes");
  policy = Good();
  policy.type = PolicyType::kAccess;
  policy.subject = kUser;
  ExpectRefused(policy, "subject.attributes");
  policy.type = PolicyType();
  ExpectRefused(policy, "type");
}

// domain P-4, P-9
TEST(AuthorizationCheck, ItsAttributesAreBoundedAndNamedOnce) {
  ExpectRefused(With(Attribute("serviceName", "b")), "subject.attributes[2].key");
  ExpectRefused(With(Attribute("", "b")), "subject.attributes[2].key");
  ExpectRefused(With(Attribute("region", "us-*", Op::kStringMatch)),
                "subject.attributes[2].operator");
  ExpectRefused(With(Attribute("region", "")), "subject.attributes[2].value");
  ExpectRefused(With(Attribute("region", std::string(1001, 'x'))), "subject.attributes[2].value");
  ExpectRefused(With(Attribute("region", "yes", Op::kStringExists)), "subject.attributes[2].value");
  ExpectRefused(With({"region", Op::kStringEquals, {}}), "subject.attributes[2].value");
  ExpectRefused(With({"region", Op::kStringEquals, {"a", "b"}}), "subject.attributes[2].value");
  ExpectRefused(With(Attribute("region", "\xff")), "subject.attributes[2].value",
                Reason::kInvalidUtf8);
  NewPolicy most = Good();
  while (most.subject_attributes.size() < 30) {
    most.subject_attributes.push_back(
        Attribute("a" + std::to_string(most.subject_attributes.size()), "x"));
  }
  EXPECT_EQ(Check(most), absl::OkStatus());
  most.subject_attributes.push_back(Attribute("last", "x"));
  ExpectRefused(most, "subject.attributes");
}

// domain P-3, P-8: the resource is of this account, and its roles exist, as of every policy
TEST(AuthorizationCheck, ItsResourceAndRolesAreThoseOfAPolicy) {
  NewPolicy policy = Good();
  policy.resource[0] = Attribute("accountId", "elsewhere");
  ExpectRefused(policy, "resource.attributes[0].value");
  policy = Good();
  policy.resource.pop_back();
  ExpectRefused(policy, "resource.attributes");
  policy = Good();
  policy.roles = {RoleId("role:none")};
  ExpectRefused(policy, "control.grant.roles[0].role_id", Reason::kUnknownReference);
}

}  // namespace
}  // namespace latchkey::authz
