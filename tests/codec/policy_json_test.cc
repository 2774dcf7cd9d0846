// IBM's policy JSON, in and out. Method: bodies as IBM's clients write them go in and come out
// equal; then one thing at a time is changed in a good body and the error must name its place.
#include "engine/codec/policy_json.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "codec/json_equals.h"
#include "codec/sample_records.h"

namespace latchkey::codec {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// `text` with its only `from` replaced.
std::string With(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  EXPECT_EQ(text.find(from, at + 1), text.npos) << from;
  return text.replace(at, from.size(), to);
}

bool SamePolicy(const NewPolicy& a, const NewPolicy& b) {
  return a.account == b.account && a.subject == b.subject && a.roles == b.roles &&
         a.resource == b.resource && a.description == b.description && a.rule == b.rule &&
         a.pattern == b.pattern && a.tags == b.tags && a.type == b.type &&
         a.subject_attributes == b.subject_attributes;
}

// wire.md section 7.1
constexpr char kBody[] = R"({
  "type": "access",
  "description": "words",
  "control": {"grant": {"roles": [{"role_id": "crn:v1:bluemix:public:iam::::role:Viewer"}]}},
  "subject": {"attributes": [{"key": "iam_id", "operator": "stringEquals", "value": "IBMid-123"}]},
  "resource": {"attributes": [
    {"key": "accountId", "operator": "stringEquals", "value": "acct"},
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}})";

constexpr char kBodyV1[] = R"({
  "type": "access",
  "description": "words",
  "subjects": [{"attributes": [{"name": "iam_id", "value": "IBMid-123"}]}],
  "roles": [{"role_id": "crn:v1:bluemix:public:iam::::role:Viewer"}],
  "resources": [{"attributes": [
    {"name": "accountId", "value": "acct"},
    {"name": "serviceName", "value": "kms", "operator": "stringEquals"}]}]})";

// The body with `attributes` after accountId.
std::string BodyFor(std::string_view attributes) {
  return With(kBody, R"({"key": "serviceName", "operator": "stringEquals", "value": "kms"})",
              attributes);
}

// One body for every operator, scope and subject that v2 has, and some that look odd.
std::vector<std::string> GoodBodies() {
  std::vector<std::string> bodies = {
      kBody,
      With(kBody, R"("description": "words",)", ""),
      With(kBody, R"("key": "iam_id", "operator": "stringEquals", "value": "IBMid-123")",
           R"("key":"access_group_id","operator":"stringEquals","value":"AccessGroupId-1")"),
      With(kBody, R"("roles": [{)", R"("roles": [{"role_id": "crn:serviceRole:Writer"}, {)"),
      With(kBody, "\"words\"", R"("quote \" slash \/ \\ tab \t \u0001 \u00e9 \ud83d\udd11 é")"),
      With(kBody, "IBMid-123", "crn-crn:v1:bluemix:public:toolchain:us-south:a/x::"),
      With(kBody, R"("type": "access",)", "\r\n\t\"type\" :\t\"access\" ,"),
      // accountId keeps its place
      With(With(kBody, R"({"key": "accountId", "operator": "stringEquals", "value": "acct"},)", ""),
           R"("value": "kms"})",
           R"("value": "kms"}, {"key": "accountId", "operator": "stringEquals", "value": "acct"})"),
      // an attribute twice: that it may not be so is checked where a policy is written
      BodyFor(R"({"key": "region", "operator": "stringEquals", "value": "a"},
                 {"key": "region", "operator": "stringEquals", "value": "b"})"),
      With(kBody, R"([{"role_id": "crn:v1:bluemix:public:iam::::role:Viewer"}])", "[]"),
  };
  for (const char* attribute : {
           R"({"key": "serviceType", "operator": "stringEquals", "value": "service"})",
           R"({"key": "serviceType", "operator": "stringEquals", "value": "platform_service"})",
           R"({"key": "service_group_id", "operator": "stringEquals", "value": "IAM"})",
           R"({"key": "resourceGroupId", "operator": "stringEquals", "value": "0123"})",
           R"({"key": "resourceType", "operator": "stringEquals", "value": "resource-group"},
              {"key": "resource", "operator": "stringEquals", "value": "0123"})",
           R"({"key": "serviceInstance", "operator": "stringEquals", "value": ""})",
           R"({"key": "resource", "operator": "stringMatch", "value": "a*b?{{*}}{{?}}"})",
           R"({"key": "region", "operator": "stringExists", "value": true})",
           R"({"key": "region", "operator": "stringExists", "value": false})",
           R"({"key": "region", "operator": "stringEqualsAnyOf", "value": ["us-south"]})",
           R"({"key": "region", "operator": "stringEqualsAnyOf", "value": ["b", "a", "b"]})",
           R"({"key": "region", "operator": "stringMatchAnyOf", "value": ["us-*", "eu-*"]})",
           R"({"key": "path", "operator": "stringMatch", "value": "dir/\"x\"/\u0000\n*"})",
           R"({"key": "größe", "operator": "stringEquals", "value": "ß"})",
           R"({"key": "region", "operator": "stringEquals", "value": "true"})",
       }) {
    bodies.push_back(BodyFor(attribute));
  }
  return bodies;
}

// domain P-8, P-4, P-3
TEST(PolicyJson, V2GoesInAndOutUnchanged) {
  const std::vector<std::string> bodies = GoodBodies();
  ASSERT_GE(bodies.size(), 20U);
  for (const std::string& body : bodies) {
    const absl::StatusOr<NewPolicy> policy = ParsePolicyV2(body);
    ASSERT_TRUE(policy.ok()) << policy.status() << body;
    const std::string written = WritePolicyBodyV2(*policy);
    EXPECT_THAT(written, JsonEquals(body)) << written;
    const absl::StatusOr<NewPolicy> again = ParsePolicyV2(written);
    ASSERT_TRUE(again.ok()) << again.status() << written;
    EXPECT_TRUE(SamePolicy(*again, *policy)) << written;
  }
}

// domain P-8, P-3
TEST(PolicyJson, V2IsReadIntoItsParts) {
  const absl::StatusOr<NewPolicy> policy = ParsePolicyV2(kBody);
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->account, AccountId("acct"));
  EXPECT_EQ(policy->subject, PolicySubject(IamId("IBMid-123")));
  EXPECT_THAT(policy->roles,
              ::testing::ElementsAre(RoleId("crn:v1:bluemix:public:iam::::role:Viewer")));
  EXPECT_EQ(policy->description, "words");
  EXPECT_THAT(policy->resource,
              ::testing::ElementsAre(
                  ResourceAttribute{"accountId", AttributeOperator::kStringEquals, {"acct"}},
                  ResourceAttribute{"serviceName", AttributeOperator::kStringEquals, {"kms"}}));
}

// domain P-4
TEST(PolicyJson, EveryOperatorHasItsFormOfValue) {
  const std::tuple<const char*, AttributeOperator, std::vector<std::string>> rows[] = {
      {R"({"key":"k","operator":"stringEquals","value":"v"})",
       AttributeOperator::kStringEquals,
       {"v"}},
      {R"({"key":"k","operator":"stringMatch","value":"v*"})",
       AttributeOperator::kStringMatch,
       {"v*"}},
      {R"({"key":"k","operator":"stringExists","value":true})",
       AttributeOperator::kStringExists,
       {"true"}},
      {R"({"key":"k","operator":"stringExists","value":false})",
       AttributeOperator::kStringExists,
       {"false"}},
      {R"({"key":"k","operator":"stringEqualsAnyOf","value":["b","a"]})",
       AttributeOperator::kStringEqualsAnyOf,
       {"b", "a"}},
      {R"({"key":"k","operator":"stringMatchAnyOf","value":["b?","a"]})",
       AttributeOperator::kStringMatchAnyOf,
       {"b?", "a"}},
  };
  for (const auto& [attribute, op, values] : rows) {
    const absl::StatusOr<NewPolicy> policy = ParsePolicyV2(BodyFor(attribute));
    ASSERT_TRUE(policy.ok()) << policy.status();
    EXPECT_EQ(policy->resource.back(), (ResourceAttribute{"k", op, values}));
  }
}

struct Fault {
  std::string from;  // replaced in a good body
  std::string to;
  Reason reason;
  std::string path;  // that the error begins with
};

void ExpectFaults(const char* body, absl::StatusOr<NewPolicy> (*parse)(std::string_view),
                  const std::vector<Fault>& faults) {
  ASSERT_TRUE(parse(body).ok());
  for (const Fault& fault : faults) {
    const absl::StatusOr<NewPolicy> policy = parse(With(body, fault.from, fault.to));
    EXPECT_EQ(ReasonOf(policy.status()), fault.reason) << fault.to << policy.status();
    EXPECT_THAT(std::string(policy.status().message()), StartsWith(fault.path + ": ")) << fault.to;
    EXPECT_THAT(std::string(policy.status().message()), Not(HasSubstr("hunter2")));
  }
}

constexpr char kSubject[] =
    R"({"key": "iam_id", "operator": "stringEquals", "value": "IBMid-123"})";
constexpr char kAccount[] = R"({"key": "accountId", "operator": "stringEquals", "value": "acct"})";
constexpr char kService[] = R"({"key": "serviceName", "operator": "stringEquals", "value": "kms"})";
constexpr char kType[] = R"("type": "access",)";

// domain P-8: never dropped
TEST(PolicyJson, V2RefusesWhatItDoesNotEvaluate) {
  ExpectFaults(kBody, ParsePolicyV2,
               {
                   {kSubject, R"({"key": "iam_id", "operator": "stringExists", "value": true})",
                    Reason::kUnsupported, "subject.attributes[0]"},
               });
}

// domain P-8
TEST(PolicyJson, V2RefusesUnknownMembersAndSaysWhere) {
  std::vector<Fault> faults = {
      {kType, R"("type": "access", "hunter2": 1,)", Reason::kUnknownField, "JSON"},
      {kType, R"("type": "access", "Type": "access",)", Reason::kUnknownField, "JSON"},
      {kType, R"("type": "access", "": 1,)", Reason::kUnknownField, "JSON"},
      {kType, R"("type": "access", "type\u0000": "access",)", Reason::kUnknownField, "JSON"},
      {kType, R"("type": "access", "roles": [],)", Reason::kUnknownField, "JSON"},
      {R"("control": {)", R"("control": {"hunter2": 1, )", Reason::kUnknownField, "control"},
      {R"("grant": {)", R"("grant": {"hunter2": 1, )", Reason::kUnknownField, "control.grant"},
      {R"("roles": [{)", R"("roles": [{"hunter2": 1, )", Reason::kUnknownField,
       "control.grant.roles[0]"},
      {R"("subject": {)", R"("subject": {"hunter2": 1, )", Reason::kUnknownField, "subject"},
      {kSubject, R"({"key": "iam_id", "operator": "stringEquals", "value": "x", "hunter2": 1})",
       Reason::kUnknownField, "subject.attributes[0]"},
      {R"("resource": {)", R"("resource": {"hunter2": 1, )", Reason::kUnknownField, "resource"},
      {kService,
       R"({"key": "region", "operator": "stringEquals", "value": "x", "hunter2": "hunter2"})",
       Reason::kUnknownField, "resource.attributes[1]"},
      {kService, R"({"name": "serviceName", "operator": "stringEquals", "value": "kms"})",
       Reason::kUnknownField, "resource.attributes[1]"},
  };
  for (const char* answer : {"id", "href", "created_at", "created_by_id", "last_modified_at",
                             "last_modified_by_id", "state"}) {
    faults.push_back({kType, std::string(kType) + " \"" + answer + "\": \"hunter2\",",
                      Reason::kUnknownField, answer});
  }
  ExpectFaults(kBody, ParsePolicyV2, faults);
}

// domain P-8
TEST(PolicyJson, V2RefusesWrongTypesAndSaysWhere) {
  ExpectFaults(
      kBody, ParsePolicyV2,
      {
          {kType, "", Reason::kMalformed, "JSON"},
          {"\"access\"", "1", Reason::kMalformed, "type"},
          {"\"access\"", "null", Reason::kMalformed, "type"},
          {"\"access\"", "\"hunter2\"", Reason::kMalformed, "type"},
          {"\"access\"", "\"Access\"", Reason::kMalformed, "type"},
          {"\"words\"", "null", Reason::kMalformed, "description"},
          {"\"words\"", "[\"words\"]", Reason::kMalformed, "description"},
          {R"("control")", R"("control": [], "c")", Reason::kUnknownField, "JSON"},
          {R"({"grant": {"roles": [{"role_id": "crn:v1:bluemix:public:iam::::role:Viewer"}]}})",
           "[]", Reason::kMalformed, "control"},
          {R"("grant": {"roles": [{"role_id": "crn:v1:bluemix:public:iam::::role:Viewer"}]})", "",
           Reason::kMalformed, "control"},
          {R"([{"role_id": "crn:v1:bluemix:public:iam::::role:Viewer"}])", "{}", Reason::kMalformed,
           "control.grant.roles"},
          {R"({"role_id": "crn:v1:bluemix:public:iam::::role:Viewer"})", "\"hunter2\"",
           Reason::kMalformed, "control.grant.roles[0]"},
          {R"("role_id": "crn:v1:bluemix:public:iam::::role:Viewer")", "", Reason::kMalformed,
           "control.grant.roles[0]"},
          {R"("crn:v1:bluemix:public:iam::::role:Viewer")", "7", Reason::kMalformed,
           "control.grant.roles[0].role_id"},
          {R"("IBMid-123")", "[\"IBMid-123\"]", Reason::kMalformed, "subject.attributes[0].value"},
          {R"("iam_id")", "\"hunter2\"", Reason::kMalformed, "subject.attributes[0]"},
          {R"("iam_id")", "\"serviceName\"", Reason::kMalformed, "subject.attributes[0]"},
          {kSubject, "", Reason::kMalformed, "subject.attributes"},
          {kSubject, std::string(kSubject) + "," + kSubject, Reason::kMalformed,
           "subject.attributes"},
          {kService, R"({"key": "a", "operator": "stringEquals", "value": true})",
           Reason::kMalformed, "resource.attributes[1].value"},
          {kService, R"({"key": "a", "operator": "stringEquals", "value": ["b"]})",
           Reason::kMalformed, "resource.attributes[1].value"},
          {kService, R"({"key": "a", "operator": "stringMatch", "value": 1})", Reason::kMalformed,
           "resource.attributes[1].value"},
          {kService, R"({"key": "a", "operator": "stringExists", "value": "true"})",
           Reason::kMalformed, "resource.attributes[1].value"},
          {kService, R"({"key": "a", "operator": "stringEqualsAnyOf", "value": "b"})",
           Reason::kMalformed, "resource.attributes[1].value"},
          {kService, R"({"key": "a", "operator": "stringEqualsAnyOf", "value": []})",
           Reason::kMalformed, "resource.attributes[1].value"},
          {kService, R"({"key": "a", "operator": "stringMatchAnyOf", "value": ["b", 1]})",
           Reason::kMalformed, "resource.attributes[1].value[1]"},
          {kService, R"({"key": "a", "operator": "hunter2", "value": "b"})", Reason::kMalformed,
           "resource.attributes[1].operator"},
          {kService, R"({"key": "a", "operator": "StringEquals", "value": "b"})",
           Reason::kMalformed, "resource.attributes[1].operator"},
          {kService, R"({"key": "a", "operator": "timeLessThan", "value": "b"})",
           Reason::kMalformed, "resource.attributes[1].operator"},
          {kService, R"({"key": "a", "value": "b"})", Reason::kMalformed, "resource.attributes[1]"},
          {kService, R"({"operator": "stringEquals", "value": "b"})", Reason::kMalformed,
           "resource.attributes[1]"},
          {kService, R"({"key": "a", "operator": "stringEquals"})", Reason::kMalformed,
           "resource.attributes[1]"},
          {kService, R"({"key": 1, "operator": "stringEquals", "value": "b"})", Reason::kMalformed,
           "resource.attributes[1].key"},
          {kService, "null", Reason::kMalformed, "resource.attributes[1]"},
      });
}

// domain P-3, P-10: a policy lives in exactly one account
TEST(PolicyJson, ABodyNamesItsAccount) {
  ExpectFaults(
      kBody, ParsePolicyV2,
      {
          {std::string(kAccount) + ",", "", Reason::kMalformed, "resource.attributes"},
          {kAccount, R"({"key": "accountId", "operator": "stringMatch", "value": "*"})",
           Reason::kMalformed, "resource.attributes[0]"},
          {kAccount,
           R"({"key": "accountId", "operator": "stringEqualsAnyOf", "value": ["a", "b"]})",
           Reason::kMalformed, "resource.attributes[0]"},
          {kAccount, R"({"key": "accountid", "operator": "stringEquals", "value": "acct"})",
           Reason::kMalformed, "resource.attributes"},
      });
}

// domain P-8
TEST(PolicyJson, V1GoesInAndComesOutAsV2) {
  const absl::StatusOr<NewPolicy> v1 = ParsePolicyV1(kBodyV1);
  const absl::StatusOr<NewPolicy> v2 = ParsePolicyV2(kBody);
  ASSERT_TRUE(v1.ok()) << v1.status();
  ASSERT_TRUE(v2.ok()) << v2.status();
  EXPECT_TRUE(SamePolicy(*v1, *v2));
  EXPECT_THAT(WritePolicyBodyV2(*v1), JsonEquals(kBody));
}

// domain P-8
TEST(PolicyJson, V1TakesOperatorsAndGroups) {
  const std::string group =
      With(kBodyV1, R"("iam_id", "value": "IBMid-123")", R"("access_group_id", "value": "G-1")");
  ASSERT_TRUE(ParsePolicyV1(group).ok());
  EXPECT_EQ(ParsePolicyV1(group)->subject, PolicySubject(GroupId("G-1")));
  const std::string match = With(kBodyV1, R"("value": "kms", "operator": "stringEquals")",
                                 R"("value": "km*", "operator": "stringMatch")");
  ASSERT_TRUE(ParsePolicyV1(match).ok());
  EXPECT_EQ(ParsePolicyV1(match)->resource.back(),
            (ResourceAttribute{"serviceName", AttributeOperator::kStringMatch, {"km*"}}));
}

// domain P-8
TEST(PolicyJson, V1RefusesWhatIsNotOfItsForm) {
  ExpectFaults(
      kBodyV1, ParsePolicyV1,
      {
          {R"("resources": [{)", R"("resources": [{"tags": [], )", Reason::kMalformed,
           "resources[0].tags"},
          {R"("resources": [{)", R"("resources": [{"tags": [{"key": "a", "value": "b"}], )",
           Reason::kUnknownField, "resources[0].tags[0]"},
          {kType, R"("type": "access", "pattern": "time-based-conditions:once",)",
           Reason::kUnknownField, "JSON"},
          {kType, "", Reason::kMalformed, "JSON"},
          {kType, R"("type": "access", "rule": {},)", Reason::kUnknownField, "JSON"},
          {kType, R"("type": "access", "id": "hunter2",)", Reason::kUnknownField, "id"},
          {R"("subjects": [{)", R"("subjects": [{"hunter2": 1, )", Reason::kUnknownField,
           "subjects[0]"},
          {R"({"attributes": [{"name": "iam_id", "value": "IBMid-123"}]})", "", Reason::kMalformed,
           "subjects"},
          {R"({"attributes": [{"name": "iam_id", "value": "IBMid-123"}]})", "{}, {}",
           Reason::kMalformed, "subjects"},
          {R"({"name": "iam_id", "value": "IBMid-123"})",
           R"({"name": "iam_id", "value": "a"}, {"name": "iam_id", "value": "b"})",
           Reason::kMalformed, "subjects[0].attributes"},
          {R"({"name": "iam_id", "value": "IBMid-123"})", R"({"key": "iam_id", "value": "a"})",
           Reason::kUnknownField, "subjects[0].attributes[0]"},
          {R"("resources": [)", R"("resources": [{}, )", Reason::kMalformed, "resources"},
          {R"({"name": "accountId", "value": "acct"},)", "", Reason::kMalformed,
           "resources[0].attributes"},
          {R"("resources": [{)", R"("resources": [{"hunter2": 1, )", Reason::kUnknownField,
           "resources[0]"},
          {"\"kms\"", "1", Reason::kMalformed, "resources[0].attributes[1].value"},
          {"\"stringEquals\"", "null", Reason::kMalformed, "resources[0].attributes[1].operator"},
      });
}

// domain P-8
TEST(PolicyJson, OneVersionIsNotTheOther) {
  EXPECT_FALSE(ParsePolicyV1(kBody).ok());
  EXPECT_FALSE(ParsePolicyV2(kBodyV1).ok());
}

// Two readers that take a different one of two members see two different policies.
// hazard C75
TEST(PolicyJson, RefusesAMemberTwice) {
  for (const std::string& body :
       {With(kBody, kType, R"("type": "access", "type": "access",)"),
        With(kBody, kType, R"("type": "access", "t\u0079pe": "access",)"),
        With(kBody, R"("value": "acct")", R"("value": "acct", "value": "other")"),
        With(kBody, R"("value": "IBMid-123")", R"("value": "IBMid-123", "value": "IBMid-1")"),
        With(kBody, R"("roles": [)", R"("roles": [], "roles": [)")}) {
    EXPECT_EQ(ReasonOf(ParsePolicyV2(body).status()), Reason::kMalformed) << body;
  }
}

// RFC 8259, where Protobuf's parser is more lenient, and where it is not.
// hazard C75
TEST(PolicyJson, RefusesWhatIsNotJson) {
  using std::string_literals::operator""s;
  for (const std::string& text : {""s,
                                  " "s,
                                  "x"s,
                                  "{"s,
                                  "}"s,
                                  "{\"a\"}"s,
                                  "{\"a\":}"s,
                                  "{\"a\":1,}"s,
                                  "{,}"s,
                                  "[1,]"s,
                                  "[,1]"s,
                                  "[1 2]"s,
                                  "{'a':1}"s,
                                  "{a:1}"s,
                                  "{\"a\":'b'}"s,
                                  "{\"a\":01}"s,
                                  "{\"a\":.1}"s,
                                  "{\"a\":1.}"s,
                                  "{\"a\":1e}"s,
                                  "{\"a\":+1}"s,
                                  "{\"a\":0x1}"s,
                                  "{\"a\":NaN}"s,
                                  "{\"a\":tru}"s,
                                  "{\"a\":True}"s,
                                  "{\"a\":\"\t\"}"s,
                                  "{\"a\":\"\\q\"}"s,
                                  "{\"a\":\"\\x41\"}"s,
                                  "{\"a\":\"\\u12g4\"}"s,
                                  "{\"a\":\"\\u12"s,
                                  "{\"a\":\"b"s,
                                  "{\"a\":\"\\"s,
                                  "{\"a\":\"\\ud800\"}"s,
                                  "{\"a\":\"\\udc00\\ud800\"}"s,
                                  "{} {}"s,
                                  "{}x"s,
                                  "\xef\xbb\xbf{}"s,
                                  "{}\0"s,
                                  "\0{}"s,
                                  "/**/{}"s,
                                  "// c\n{}"s,
                                  "{\"a\":1e999}"s,
                                  "{\"a\":1\v}"s,
                                  "\"\\'\""s}) {
    EXPECT_EQ(ReasonOf(ParsePolicyV2(text).status()), Reason::kMalformed) << text;
    EXPECT_EQ(ReasonOf(ParseCatalogue(text).status()), Reason::kMalformed) << text;
  }
}

// A good body in which one such fault is put stays out for that fault alone.
// hazard C75
TEST(PolicyJson, RefusesAGoodBodyWrittenLeniently) {
  for (const std::string& body :
       {With(kBody, kType, "'type': \"access\","), With(kBody, kType, "type: \"access\","),
        With(kBody, kType, "\"type\": 'access',"), With(kBody, "\"kms\"}]}}", "\"kms\"},]}}"),
        With(kBody, "\"kms\"}]}}", "\"kms\",}]}}"), With(kBody, "words", "wo\trds"),
        With(kBody, "words", "wo\\rds\\q"), kBody + std::string(",")}) {
    EXPECT_EQ(ReasonOf(ParsePolicyV2(body).status()), Reason::kMalformed) << body;
  }
}

// hazard C32
TEST(PolicyJson, RefusesWhatIsNotUtf8) {
  for (const char* bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    EXPECT_EQ(ReasonOf(ParsePolicyV2(With(kBody, "words", bytes)).status()), Reason::kInvalidUtf8);
  }
}

std::string Nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

// hazard C75, hazard C36
TEST(PolicyJson, BoundsNesting) {
  const auto message = [](const std::string& text) {
    return std::string(ParsePolicyV2(text).status().message());
  };
  EXPECT_THAT(message(Nested(32)), HasSubstr("give an object"));
  EXPECT_THAT(message(Nested(33)), HasSubstr("nest"));
  std::string objects = "1";
  for (int i = 0; i < 32; ++i) objects = "{\"a\":" + objects + "}";
  EXPECT_THAT(message(objects), HasSubstr("not of the form")) << "Protobuf reads as deep as we do";
  EXPECT_THAT(message("{\"a\":" + objects + "}"), HasSubstr("nest"));
  EXPECT_EQ(ReasonOf(ParsePolicyV2(std::string(500'000, '[')).status()), Reason::kMalformed);
  EXPECT_EQ(ReasonOf(ParseCatalogue(Nested(100'000)).status()), Reason::kMalformed);
}

// domain P-9
TEST(PolicyJson, BoundsItsLength) {
  const std::string body = kBody;
  constexpr std::size_t kMebibyte = 1 << 20;
  EXPECT_TRUE(ParsePolicyV2(body + std::string(kMebibyte - body.size(), ' ')).ok());
  EXPECT_EQ(ReasonOf(ParsePolicyV2(body + std::string(kMebibyte - body.size() + 1, ' ')).status()),
            Reason::kMalformed);
  EXPECT_EQ(ReasonOf(ParseCatalogue("[]" + std::string(64 * kMebibyte - 1, ' ')).status()),
            Reason::kMalformed);
}

std::string Ones(int count) {
  std::string text = "[1";
  for (int i = 1; i < count; ++i) text += ",1";
  return text + "]";
}

// Two bytes of text are a hundred in memory.
// domain P-9
TEST(PolicyJson, BoundsItsValues) {
  const auto message = [](const auto& parsed) { return std::string(parsed.status().message()); };
  EXPECT_THAT(message(ParsePolicyV2(Ones(32'767))), HasSubstr("give an object"));
  EXPECT_THAT(message(ParsePolicyV2(Ones(32'768))), HasSubstr("fewer"));
  EXPECT_THAT(message(ParseCatalogue(Ones(32'768))), HasSubstr("[0]: give an object"));
  EXPECT_THAT(message(ParseCatalogue(Ones(2'097'152))), HasSubstr("fewer"));
}

// domain P-8
TEST(PolicyJson, AnAnswerIsTheBodyAndWhatTheEngineKnows) {
  Policy policy = SamplePolicy();
  policy.created_at = absl::FromUnixMillis(1'700'000'000'123);
  policy.modified_at = absl::FromUnixSeconds(1'700'000'060);
  EXPECT_THAT(WritePolicyV2(policy), JsonEquals(R"({
    "type": "access", "description": "words",
    "control": {"grant": {"roles": [
      {"role_id": "crn:role:Viewer"}, {"role_id": "crn:role:Editor"}]}},
    "subject": {"attributes": [
      {"key": "access_group_id", "operator": "stringEquals", "value": "AccessGroupId-1"}]},
    "resource": {"attributes": [
      {"key": "accountId", "operator": "stringEquals", "value": "acct"},
      {"key": "region", "operator": "stringMatchAnyOf", "value": ["us-*", "eu-*"]}],
      "tags": [{"key": "project", "operator": "stringMatch", "value": "web*"}]},
    "rule": {"operator": "or", "conditions": [
      {"operator": "and", "conditions": [
        {"key": "{{environment.attributes.day_of_week}}", "operator": "dayOfWeekAnyOf",
         "value": ["1+00:00", "2+00:00"]},
        {"key": "{{environment.attributes.current_time}}", "operator": "timeGreaterThanOrEquals",
         "value": "09:00:00-05:00"}]},
      {"key": "{{resource.attributes.path}}", "operator": "stringMatch", "value": "pub/*"}]},
    "pattern": "time-based-conditions:once",
    "id": "policy-1",
    "created_at": "2023-11-14T22:13:20.123Z", "created_by_id": "IBMid-1",
    "last_modified_at": "2023-11-14T22:14:20.000Z", "last_modified_by_id": "IBMid-2",
    "state": "deleted"})"))
      << WritePolicyV2(policy);
  policy.created_by = policy.modified_by = IamId();
  policy.state = PolicyState::kActive;
  EXPECT_THAT(WritePolicyV2(policy), Not(HasSubstr("by_id")));
  EXPECT_THAT(WritePolicyV2(policy), HasSubstr(R"("state":"active")"));
}

// An answer that is sent back as a body is refused by name, not taken for a new policy.
// domain P-8
TEST(PolicyJson, AnAnswerIsNoBody) {
  const absl::Status status = ParsePolicyV2(WritePolicyV2(SamplePolicy())).status();
  EXPECT_EQ(ReasonOf(status), Reason::kUnknownField);
  EXPECT_THAT(std::string(status.message()), StartsWith("id: "));
}

// policy.h: a NewPolicy made in code may leave accountId out
TEST(PolicyJson, ABodyIsWrittenWithItsAccount) {
  NewPolicy policy;
  policy.account = AccountId("acct");
  policy.subject = IamId("IBMid-123");
  policy.roles = {RoleId("crn:v1:bluemix:public:iam::::role:Viewer")};
  policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {"kms"}}};
  policy.description = "words";
  EXPECT_THAT(WritePolicyBodyV2(policy), JsonEquals(kBody));
}

}  // namespace
}  // namespace latchkey::codec
