// Service-to-service authorizations as JSON, and policies that have no JSON. Method: bodies as
// IBM's clients write them go in and come out equal; a policy made by hand is spoilt in one respect
// at a time.
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "codec/json_equals.h"
#include "codec/sample_records.h"
#include "engine/codec/policy_json.h"

namespace latchkey::codec {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string BodyWith(std::string_view subject) {
  return R"({"type": "authorization", "description": "backup reads the store",
    "control": {"grant": {"roles": [
      {"role_id": "crn:v1:bluemix:public:iam::::serviceRole:Reader"}]}},
    "subject": {"attributes": [)" +
         std::string(subject) + R"(]},
    "resource": {"attributes": [
      {"key": "accountId", "operator": "stringEquals", "value": "acct"},
      {"key": "serviceName", "operator": "stringEquals", "value": "cloud-object-storage"},
      {"key": "serviceInstance", "operator": "stringEquals", "value": "0123"}]}})";
}

constexpr char kBackup[] = R"({"key": "accountId", "operator": "stringEquals", "value": "other"},
    {"key": "serviceName", "operator": "stringEquals", "value": "backup"})";

// domain P-8; wire.md section 7.1
TEST(PolicyJson, AuthorizationsGoInAndOutUnchanged) {
  const std::vector<std::string> subjects = {
      kBackup,
      R"({"key": "accountId", "operator": "stringEquals", "value": "other"},
         {"key": "resourceGroupId", "operator": "stringExists", "value": true})",
      std::string(kBackup) + R"(, {"key": "region", "operator": "stringExists", "value": false},
         {"key": "serviceInstance", "operator": "stringEquals", "value": "IBMid-123"},
         {"key": "resourceType", "operator": "stringEquals", "value": "vault"})",
      // which attributes there must be is checked where a policy is written
      R"({"key": "iam_id", "operator": "stringEquals", "value": "IBMid-123"})",
  };
  for (const std::string& subject : subjects) {
    const std::string body = BodyWith(subject);
    const absl::StatusOr<NewPolicy> policy = ParsePolicyV2(body);
    ASSERT_TRUE(policy.ok()) << policy.status() << body;
    EXPECT_EQ(policy->type, PolicyType::kAuthorization);
    EXPECT_EQ(policy->account, AccountId("acct")) << "of the resource, not of the subject";
    EXPECT_EQ(policy->subject, PolicySubject(IamId())) << body;
    EXPECT_THAT(WritePolicyBodyV2(*policy), JsonEquals(body));
  }
  EXPECT_EQ(ParsePolicyV2(BodyWith(kBackup))->subject_attributes,
            (std::vector<ResourceAttribute>{
                {"accountId", AttributeOperator::kStringEquals, {"other"}},
                {"serviceName", AttributeOperator::kStringEquals, {"backup"}}}));
}

// domain P-8
TEST(PolicyJson, AuthorizationsOfV1ComeOutAsV2) {
  constexpr char kV1[] = R"({"type": "authorization", "description": "backup reads the store",
    "subjects": [{"attributes": [
      {"name": "accountId", "value": "other"}, {"name": "serviceName", "value": "backup"}]}],
    "roles": [{"role_id": "crn:v1:bluemix:public:iam::::serviceRole:Reader"}],
    "resources": [{"attributes": [
      {"name": "accountId", "value": "acct"},
      {"name": "serviceName", "value": "cloud-object-storage"},
      {"name": "serviceInstance", "value": "0123"}]}]})";
  const absl::StatusOr<NewPolicy> policy = ParsePolicyV1(kV1);
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_THAT(WritePolicyBodyV2(*policy), JsonEquals(BodyWith(kBackup)));
}

// domain P-8
TEST(PolicyJson, AuthorizationsAreRefusedByPath) {
  const auto message = [](std::string_view subject) {
    const absl::Status status = ParsePolicyV2(BodyWith(subject)).status();
    return std::string(status.message());
  };
  EXPECT_THAT(message(""), StartsWith("subject.attributes: "));
  EXPECT_THAT(message(R"({"key": "serviceName", "operator": "hunter2", "value": "x"})"),
              StartsWith("subject.attributes[0].operator: "));
  const std::string unknown = message(
      R"({"key": "serviceName", "operator": "stringEquals", "value": "x", "hunter2": "x"})");
  EXPECT_THAT(unknown, StartsWith("subject.attributes[0]: "));
  EXPECT_THAT(unknown, Not(HasSubstr("hunter2")));
  std::string other = BodyWith(kBackup);
  other.replace(other.find("\"authorization\""), 15, "\"Authorization\"");
  EXPECT_EQ(ReasonOf(ParsePolicyV2(other).status()), Reason::kMalformed);
}

// domain P-8
TEST(PolicyJson, AnAuthorizationIsAnsweredAsOne) {
  const std::string json = WritePolicyV2(SampleAuthorization());
  EXPECT_THAT(json, HasSubstr(R"("type":"authorization")"));
  EXPECT_THAT(json,
              HasSubstr(R"({"key":"serviceName","operator":"stringEquals","value":"backup"})"));
  EXPECT_THAT(json, HasSubstr(R"("operator":"stringExists","value":true)"));
  EXPECT_THAT(json, Not(HasSubstr("iam_id")));
}

// policies.h: a policy that no call answered with may have no JSON; asking for it ends no process
TEST(PolicyJson, WhatHasNoJsonIsAnErrorThatNamesItsPlace) {
  EXPECT_EQ(CheckHasJson(SamplePolicy()), absl::OkStatus());
  EXPECT_EQ(CheckHasJson(SampleAuthorization()), absl::OkStatus());
  EXPECT_EQ(CheckHasJson(Policy()), absl::OkStatus());
  struct Fault {
    void (*spoil)(Policy&);
    std::string path;
    Reason reason = Reason::kMalformed;
  };
  const auto no_join = [](Policy& p) { p.rule->join.reset(); };
  const std::vector<Fault> faults = {
      {[](Policy& p) { p.resource[1].values.clear(); }, "resource.attributes[1].value"},
      {[](Policy& p) { p.resource[0].values.emplace_back("two"); }, "resource.attributes[0].value"},
      {[](Policy& p) { p.resource[0].op = AttributeOperator(); },
       "resource.attributes[0].operator"},
      {[](Policy& p) { p.resource[0].op = AttributeOperator::kStringExists; },
       "resource.attributes[0].value"},
      {[](Policy& p) { p.tags[0].values.clear(); }, "resource.tags[0].value"},
      {[](Policy& p) { p.subject_attributes.emplace_back(); }, "subject.attributes[0].value"},
      {[](Policy& p) { p.rule->groups.clear(); }, "rule"},
      {no_join, "rule"},
      {[](Policy& p) { p.rule->join = RuleJoin(); }, "rule"},
      {[](Policy& p) {
         p.rule->join.reset();
         p.rule->groups.resize(1);
       },
       "rule"},
      {[](Policy& p) { p.rule->groups[0].conditions.clear(); }, "rule.conditions[0]"},
      {[](Policy& p) { p.rule->groups[0].join.reset(); }, "rule.conditions[0]"},
      {[](Policy& p) { p.rule->groups[0].conditions[1].values.clear(); },
       "rule.conditions[0].conditions[1].value"},
      {[](Policy& p) { p.rule->groups[1].conditions[0].op = RuleOperator(); },
       "rule.conditions[1].conditions[0].operator"},
      {[](Policy& p) { p.type = PolicyType(); }, "type"},
      {[](Policy& p) { p.state = PolicyState(); }, "state"},
      {[](Policy& p) { p.description = "\xff"; }, "description", Reason::kInvalidUtf8},
      {[](Policy& p) { p.resource[0].key = "\xff"; }, "resource.attributes[0].key",
       Reason::kInvalidUtf8},
      {[](Policy& p) { p.resource[1].values[1] = "\xff"; }, "resource.attributes[1].value",
       Reason::kInvalidUtf8},
      {[](Policy& p) { p.roles[1] = RoleId("\xff"); }, "control.grant.roles[1].role_id",
       Reason::kInvalidUtf8},
      {[](Policy& p) { p.subject = IamId("\xff"); }, "subject.attributes[0].value",
       Reason::kInvalidUtf8},
  };
  for (const Fault& fault : faults) {
    Policy policy = SamplePolicy();
    fault.spoil(policy);
    const absl::Status status = CheckHasJson(policy);
    EXPECT_EQ(ReasonOf(status), fault.reason) << fault.path;
    EXPECT_THAT(std::string(status.message()), StartsWith(fault.path + ": "));
  }
}

}  // namespace
}  // namespace latchkey::codec
