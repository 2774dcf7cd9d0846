// Services, roles and policies through the roof.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "facade/service.h"

namespace latchkey::test {
namespace {

const AccountId kAcme("acme");

std::string PolicyJson(const std::string& subject, const std::string& extra = "") {
  return R"({"type":"access","control":{"grant":{"roles":[{"role_id":")" + std::string(kReader) +
         R"("}]}},"subject":{"attributes":[{"key":"iam_id","operator":"stringEquals","value":")" +
         subject + R"("}]},"resource":{"attributes":[)" +
         R"({"key":"accountId","operator":"stringEquals","value":"acme"},)" +
         R"({"key":"serviceName","operator":"stringEquals","value":"shop"}]})" + extra + "}";
}

// domain P-8: v2 goes in and out unchanged; v1 goes in.
TEST(Policies, JsonGoesInAndOut) {
  Service service;
  const Policy v2 =
      Must(service.policies().CreateFromJson(service.host(), PolicyJson("IBMid-bob")));
  EXPECT_EQ(std::get<IamId>(v2.subject), User("bob"));
  const std::string out = Must(Policies::ToJson(v2));
  EXPECT_NE(out.find(v2.id.text()), std::string::npos);
  EXPECT_NE(out.find(R"("operator":"stringEquals")"), std::string::npos) << out;
  const Policy v1 = Must(service.policies().CreateFromJson(
      service.host(),
      R"({"type":"access","subjects":[{"attributes":[{"name":"iam_id","value":"IBMid-dan"}]}],)"
      R"("roles":[{"role_id":"crn:v1:bluemix:public:iam::::serviceRole:Reader"}],)"
      R"("resources":[{"attributes":[{"name":"accountId","value":"acme"},)"
      R"({"name":"serviceName","value":"shop"}]}]})"));
  EXPECT_TRUE(service.access()
                  .Authorize(service.As("dan"), {"acme", "shop", "shop.item.read", {}})
                  .allowed());
  EXPECT_EQ(v1.resource.size(), 2U);
}

// domain P-8: an unknown field names its path; what this version does not evaluate is never stored.
TEST(Policies, WhatIsUnknownOrUnsupportedIsRefusedByPath) {
  Service service;
  const std::size_t before = Must(service.policies().List(service.host(), kAcme)).size();
  const auto refuse = [&](const std::string& extra) {
    return service.policies()
        .CreateFromJson(service.host(), PolicyJson("IBMid-bob", extra))
        .status();
  };
  const absl::Status unknown = refuse(R"(,"colour":"red")");
  EXPECT_EQ(ReasonOf(unknown), Reason::kUnknownField);
  EXPECT_EQ(std::string(unknown.message()).find("red"), std::string::npos);
  const absl::Status rule =
      refuse(R"(,"rule":{"key":"x","operator":"timeLessThan","value":"1","colour":"red"})");
  EXPECT_EQ(ReasonOf(rule), Reason::kUnknownField);
  EXPECT_EQ(std::string(rule.message()).rfind("rule: ", 0), 0U);
  EXPECT_EQ(ReasonOf(refuse(R"(,"pattern":"p")")), Reason::kMalformed);
  EXPECT_EQ(Must(service.policies().List(service.host(), kAcme)).size(), before);
}

// domain P-3, domain P-9: a policy names an account, a scope, existing roles and a subject that can
// hold it.
TEST(Policies, APolicyMustBeWhole) {
  Service service;
  NewPolicy good;
  good.account = kAcme;
  good.subject = User("bob");
  good.roles = {RoleId(kReader)};
  good.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  const auto reason = [&](auto change) {
    NewPolicy policy = good;
    change(policy);
    return ReasonOf(service.policies().Create(service.host(), policy).status());
  };
  EXPECT_EQ(reason([](NewPolicy& p) { p.resource.clear(); }), Reason::kMalformed);
  EXPECT_EQ(reason([](NewPolicy& p) { p.resource.push_back(p.resource[0]); }), Reason::kMalformed);
  EXPECT_EQ(reason([](NewPolicy& p) { p.roles.clear(); }), Reason::kMalformed);
  EXPECT_EQ(reason([](NewPolicy& p) { p.roles = {RoleId("crn:none")}; }),
            Reason::kUnknownReference);
  EXPECT_EQ(reason([](NewPolicy& p) { p.subject = User("nobody"); }), Reason::kUnknownReference);
  EXPECT_EQ(reason([](NewPolicy& p) { p.subject = User("bea"); }), Reason::kUnknownReference)
      << "no member of acme";
  EXPECT_EQ(reason([](NewPolicy& p) { p.subject = GroupId("AccessGroupId-none"); }),
            Reason::kUnknownReference);
  EXPECT_EQ(reason([](NewPolicy& p) { p.resource[0].values[0] = std::string(1001, 'x'); }),
            Reason::kMalformed);
  EXPECT_EQ(reason([](NewPolicy&) {}), Reason::kNone) << "the good one is good";
}

// domain P-4: operators through the whole stack.
TEST(Policies, OperatorsDecide) {
  Service service;
  NewPolicy policy;
  policy.account = kAcme;
  policy.subject = User("bob");
  policy.roles = {RoleId(kReader)};
  policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}},
                     {"resource", AttributeOperator::kStringMatchAnyOf, {"pub-*", "{{*}}??"}},
                     {"secret", AttributeOperator::kStringExists, {"false"}}};
  Must(service.policies().Create(service.host(), policy));
  const auto allowed = [&](std::initializer_list<RequestAttribute> attributes) {
    return service.access()
        .Authorize(service.As("bob"), {"acme", "shop", "shop.item.read",
                                       std::span(attributes.begin(), attributes.size())})
        .allowed();
  };
  EXPECT_TRUE(allowed({{"resource", "pub-"}}));
  EXPECT_TRUE(allowed({{"resource", "*81"}}));
  EXPECT_FALSE(allowed({{"resource", "x81"}}));
  EXPECT_FALSE(allowed({{"resource", "pub-1"}, {"secret", "yes"}}));
  EXPECT_FALSE(allowed({}));
}

// domain P-7, domain A-3: a custom role is one account's and one service's; narrowing it takes
// access at the next call.
TEST(Policies, ACustomRoleIsOneAccountsAndOneServices) {
  Service service;
  const Policies policies = service.policies();
  const Caller host = service.host();
  NewCustomRole request;
  request.account = kAcme;
  request.service = "shop";
  request.name = "Editor";
  request.title = "Editor";
  request.actions = {"shop.item.read", "shop.item.write"};
  const CustomRole role = Must(policies.CreateCustomRole(host, request));
  EXPECT_EQ(role.id.text(),
            "crn:v1:bluemix:public:iam-access-management::a/acme::customRole:Editor");
  EXPECT_EQ(ReasonOf(policies.CreateCustomRole(host, request).status()), Reason::kAlreadyExists);
  request.name = "Wrong";
  request.actions = {"iam-identity.apikey.manage"};
  EXPECT_FALSE(policies.CreateCustomRole(host, request).ok()) << "not an action of that service";

  service.Grant("acme", User("bob"), role.id.text());
  const AccessRequest write = {"acme", "shop", "shop.item.write", {}};
  EXPECT_TRUE(service.access().Authorize(service.As("bob"), write).allowed());
  EXPECT_EQ(ReasonOf(policies.DeleteCustomRole(host, kAcme, role.id, IfMatch::Any())),
            Reason::kStateForbids);
  Must(policies.UpdateCustomRole(host, kAcme, role.id, IfMatch::Any(), "Editor", "",
                                 {"shop.item.read"}));
  EXPECT_FALSE(service.access().Authorize(service.As("bob"), write).allowed());
  NewPolicy elsewhere;
  elsewhere.account = AccountId("beta");
  elsewhere.subject = User("bob");
  elsewhere.roles = {role.id};
  elsewhere.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  EXPECT_EQ(ReasonOf(policies.Create(host, elsewhere).status()), Reason::kUnknownReference);
}

// domain P-11, hazard C48: the catalogue is the host's; the excerpt of IBM's loads whole.
TEST(Policies, TheCatalogueIsTheHosts) {
  Service service;
  std::ifstream file(LATCHKEY_SOURCE_DIR "/tests/data/catalogue_excerpt.json");
  const std::string json{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_EQ(ReasonOf(service.policies().LoadCatalogue(service.By("alice"), json).status()),
            Reason::kNotAllowed);
  const std::size_t loaded = Must(service.policies().LoadCatalogue(service.host(), json));
  EXPECT_GE(loaded, 8U);
  EXPECT_EQ(Must(service.policies().ListServices(service.host())).size(), loaded + 1)
      << "and the shop; iam-identity is in both";
  const latchkey::Service kms = Must(service.policies().GetService(service.host(), "kms"));
  EXPECT_GT(kms.roles.size(), 8U);
}

// domain W-7: an account's policies are seen by who may read them.
TEST(Policies, WhatMayNotBeSeenDoesNotExist) {
  Service service;
  const Policy policy = service.Grant("acme", User("bob"), kReader);
  const auto hidden = service.policies().Get(service.By("dan"), kAcme, policy.id).status();
  const auto absent = service.policies().Get(service.By("dan"), kAcme, PolicyId("none")).status();
  EXPECT_EQ(ReasonOf(hidden), Reason::kNotFound);
  EXPECT_EQ(hidden.message(), absent.message());
  EXPECT_TRUE(Must(service.policies().List(service.By("dan"), kAcme)).empty());
  EXPECT_EQ(ReasonOf(service.policies().List(service.By("bea", "beta"), kAcme).status()),
            Reason::kNotFound)
      << "bea is no member of acme";
}

// domain section 9
TEST(Policies, LimitsHold) {
  Service service([](Options& options) {
    options.limits.policies_per_account = 4;
    options.limits.policies_per_subject = 2;
    options.limits.custom_roles_per_account = 1;
  });
  service.Grant("acme", User("bob"), kReader);
  service.Grant("acme", User("bob"), kWriter);
  NewPolicy more;
  more.account = kAcme;
  more.subject = User("bob");
  more.roles = {RoleId(kReader)};
  more.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  EXPECT_EQ(ReasonOf(service.policies().Create(service.host(), more).status()),
            Reason::kLimitExceeded);
  service.Grant("acme", User("dan"), kReader);
  more.subject = User("alice");
  EXPECT_EQ(ReasonOf(service.policies().Create(service.host(), more).status()),
            Reason::kLimitExceeded);
}

}  // namespace
}  // namespace latchkey::test
