// Service-to-service authorizations through the roof: kept, returned, and read by no decision.
#include <gtest/gtest.h>

#include <string>

#include "facade/service.h"

namespace latchkey::test {
namespace {

const AccountId kAcme("acme");

// `instance` is whatever the source calls itself: here it may look like an IAM ID.
std::string Json(const std::string& instance, const std::string& service = "shop") {
  return R"({"type":"authorization","control":{"grant":{"roles":[{"role_id":")" +
         std::string(kAdministrator) +
         R"("}]}},"subject":{"attributes":[)"
         R"({"key":"accountId","operator":"stringEquals","value":"elsewhere"},)"
         R"({"key":"serviceName","operator":"stringEquals","value":"backup"},)"
         R"({"key":"serviceInstance","operator":"stringEquals","value":")" +
         instance +
         R"("}]},"resource":{"attributes":[)"
         R"({"key":"accountId","operator":"stringEquals","value":"acme"},)"
         R"({"key":"serviceName","operator":"stringEquals","value":")" +
         service + R"("}]})";
}

class Authorizations : public ::testing::Test {
 protected:
  absl::StatusOr<Policy> Create(const Caller& by, const std::string& json) const {
    return service.policies().CreateFromJson(by, json + "}");
  }
  Policy Kept() const { return Must(Create(service.host(), Json("IBMid-dan"))); }
  static NewPolicy RequestOf(const Policy& policy) {
    NewPolicy request;
    request.account = policy.account;
    request.subject = policy.subject;
    request.roles = policy.roles;
    request.resource = policy.resource;
    request.type = policy.type;
    request.subject_attributes = policy.subject_attributes;
    return request;
  }

  Service service;
};

// domain P-8: as it came in, with what the engine knows, and after the store was opened again
TEST_F(Authorizations, AreKeptAndReturned) {
  const Policy stored = Kept();
  EXPECT_EQ(stored.type, PolicyType::kAuthorization);
  service.Reopen();
  const Policy read = Must(service.policies().Get(service.host(), kAcme, stored.id));
  const std::string json = Must(Policies::ToJson(read));
  EXPECT_EQ(json.rfind(Json("IBMid-dan"), 0), 0U) << json;
  EXPECT_NE(json.find(R"("state":"active")"), std::string::npos);
  const std::vector<Policy> all = Must(service.policies().List(service.host(), kAcme));
  EXPECT_EQ(std::ranges::count(all, stored.id, &Policy::id), 1);
}

// domain P-8, P-1, hazard C39: also where it names what looks like an identity, or says no more
// than everybody
TEST_F(Authorizations, DecideNothing) {
  Kept();
  Must(Create(service.host(), Json(service.staff.text())));
  for (const std::string_view user : {"dan", "bob"}) {
    const Explanation why = Must(service.access().Explain(service.host(), service.As(user),
                                                          {"acme", "shop", "shop.item.read", {}}));
    EXPECT_EQ(why.decision.reason(), Reason::kNoPolicy);
    EXPECT_TRUE(why.near_misses.empty());
  }
  EXPECT_EQ(ReasonOf(Create(service.By("dan"), Json("x")).status()), Reason::kNotAllowed);
}

// domain W-8, W-10: what is asked for a policy on the same resource
TEST_F(Authorizations, AreGrantedByWhoeverGrantsThere) {
  const Policy stored = Kept();
  const auto get = [&](std::string_view user) {
    return ReasonOf(service.policies().Get(service.By(user), kAcme, stored.id).status());
  };
  const auto remove = [&](std::string_view user, const PolicyId& id) {
    return ReasonOf(service.policies().Delete(service.By(user), kAcme, id, IfMatch::Any()));
  };
  EXPECT_EQ(get("dan"), Reason::kNotFound);
  EXPECT_EQ(remove("dan", stored.id), Reason::kNotFound);
  service.Grant("acme", User("dan"), kAdministrator);
  EXPECT_EQ(get("dan"), Reason::kNone);
  const Policy own = Must(Create(service.By("dan"), Json("IBMid-dan")));
  EXPECT_EQ(own.created_by, User("dan"));
  EXPECT_EQ(remove("dan", own.id), Reason::kNone);
  EXPECT_EQ(ReasonOf(Create(service.By("dan"), Json("x", "iam-identity")).status()),
            Reason::kNotAllowed);
  // A right that comes and goes is not handed on.
  NewPolicy ruled;
  ruled.account = kAcme;
  ruled.subject = User("bob");
  ruled.roles = {RoleId(kAdministrator)};
  ruled.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  ruled.rule = PolicyRule{std::nullopt,
                          {{std::nullopt,
                            {{"{{environment.attributes.current_date_time}}",
                              RuleOperator::kDateTimeGreaterThan,
                              {"1971-01-01T00:00:00+00:00"}}}}}};
  Must(service.policies().Create(service.host(), ruled));
  EXPECT_EQ(get("bob"), Reason::kNone);
  EXPECT_EQ(ReasonOf(Create(service.By("bob"), Json("x")).status()), Reason::kNotAllowed);
}

// domain K-6, L-2, P-8: changed, deactivated and restored by entity tag, as any policy
TEST_F(Authorizations, AreChangedByEntityTag) {
  const Policy stored = Kept();
  NewPolicy request = RequestOf(stored);
  const auto update = [&](const IfMatch& if_match) {
    return service.policies().Update(service.host(), kAcme, stored.id, if_match, request);
  };
  EXPECT_EQ(Must(update(IfMatch::Tag(stored.entity_tag))).entity_tag, stored.entity_tag);
  request.subject_attributes[2].values = {"0123"};
  const Policy changed = Must(update(IfMatch::Tag(stored.entity_tag)));
  EXPECT_EQ(changed.entity_tag.n, stored.entity_tag.n + 1);
  EXPECT_EQ(changed.subject_attributes, request.subject_attributes);
  EXPECT_EQ(ReasonOf(update(IfMatch::Tag(stored.entity_tag)).status()), Reason::kStaleVersion);
  const Policy off =
      Must(service.policies().Deactivate(service.host(), kAcme, stored.id, IfMatch::Any()));
  EXPECT_EQ(off.state, PolicyState::kDeleted);
  const Policy on =
      Must(service.policies().Restore(service.host(), kAcme, stored.id, IfMatch::Any()));
  EXPECT_EQ(on.subject_attributes, request.subject_attributes);
  Must(service.policies().Delete(service.host(), kAcme, stored.id, IfMatch::Tag(on.entity_tag)));
  EXPECT_EQ(ReasonOf(service.policies().Get(service.host(), kAcme, stored.id).status()),
            Reason::kNotFound);
}

// domain P-8: one that became a policy of access would grant what nobody was asked about
TEST_F(Authorizations, NeverBecomePoliciesOfAccess) {
  const Policy stored = Kept();
  NewPolicy request = RequestOf(stored);
  request.type = PolicyType::kAccess;
  request.subject_attributes.clear();
  request.subject = User("dan");
  EXPECT_EQ(ReasonOf(service.policies()
                         .Update(service.host(), kAcme, stored.id, IfMatch::Any(), request)
                         .status()),
            Reason::kStateForbids);
  request.type = PolicyType::kAuthorization;
  EXPECT_EQ(ReasonOf(service.policies()
                         .Update(service.host(), kAcme, stored.id, IfMatch::Any(), request)
                         .status()),
            Reason::kMalformed);
  EXPECT_FALSE(service.access()
                   .Authorize(service.As("dan"), {"acme", "shop", "shop.item.read", {}})
                   .allowed());
}

// domain section 9, P-7: an account's limit counts it, no subject's does; its roles are in use
TEST(AuthorizationLimits, AreThoseOfTheAccount) {
  Service service([](Options& options) { options.limits.policies_per_subject = 1; });
  const auto create = [&] {
    return ReasonOf(
        service.policies().CreateFromJson(service.host(), Json("IBMid-dan") + "}").status());
  };
  EXPECT_EQ(create(), Reason::kNone);
  EXPECT_EQ(create(), Reason::kNone);
  service.Grant("acme", User("dan"), kReader);
  Service small([](Options& options) { options.limits.policies_per_account = 10; });
  std::size_t made = Must(small.policies().List(small.host(), kAcme)).size();
  while (made < 10) {
    Must(small.policies().CreateFromJson(small.host(), Json("x") + "}"));
    ++made;
  }
  EXPECT_EQ(ReasonOf(small.policies().CreateFromJson(small.host(), Json("x") + "}").status()),
            Reason::kLimitExceeded);
}

// domain D-2, P-8: removing a user whose id an authorization happens to name leaves it as it is
TEST_F(Authorizations, StayWhenAUserGoes) {
  const Policy stored = Kept();
  Must(service.directory().RemoveMember(service.host(), kAcme, User("dan"), IfMatch::Any()));
  EXPECT_EQ(Must(service.policies().Get(service.host(), kAcme, stored.id)).entity_tag,
            stored.entity_tag);
}

// policies.h: a policy made by hand may have no JSON; that is an error and ends no process
TEST(PolicyJsonOfTheHand, IsRefused) {
  Policy policy;
  policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {}}};
  EXPECT_EQ(ReasonOf(Policies::ToJson(policy).status()), Reason::kMalformed);
}

}  // namespace
}  // namespace latchkey::test
