// Authorization through the roof: default deny, inheritance across accounts, one snapshot.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

constexpr AccessRequest kRead = {"acme", "shop", "shop.item.read", {}};
constexpr AccessRequest kReadBeta = {"beta", "shop", "shop.item.read", {}};

// domain P-1, hazard C27: whatever is unknown, empty or malformed is denied.
TEST(Access, DeniesByDefault) {
  Service service;
  const Principal bob = service.As("bob");
  const auto reason = [&](const AccessRequest& request) {
    const Decision decision = service.access().Authorize(bob, request);
    EXPECT_FALSE(decision.allowed());
    return decision.reason();
  };
  EXPECT_EQ(reason(kRead), Reason::kNoPolicy);
  EXPECT_EQ(reason({"nowhere", "shop", "shop.item.read", {}}), Reason::kAccountNotOpen);
  EXPECT_EQ(reason({"acme", "no-such-service", "shop.item.read", {}}), Reason::kNoPolicy);
  EXPECT_EQ(reason({"acme", "shop", "no.such.action", {}}), Reason::kNoPolicy);
  EXPECT_EQ(reason({"", "shop", "shop.item.read", {}}), Reason::kRequestMalformed);
  EXPECT_EQ(reason({"acme", "", "shop.item.read", {}}), Reason::kRequestMalformed);
  EXPECT_EQ(reason({"acme", "shop", "", {}}), Reason::kRequestMalformed);
  EXPECT_FALSE(service.access().Authorize(Principal(), kRead).allowed());
  EXPECT_FALSE(Decision().allowed());
}

// domain section 7 step 1: an attribute named twice, or one that contradicts its own field.
TEST(Access, AMalformedRequestIsDeniedEvenForTheOwner) {
  Service service;
  const Principal alice = service.As("alice");
  ASSERT_EQ(service.access().Authorize(alice, kRead).reason(), Reason::kAllowedByOwner);
  const RequestAttribute twice[] = {{"region", "eu"}, {"region", "eu"}};
  const RequestAttribute other_account[] = {{"accountId", "beta"}};
  const RequestAttribute other_service[] = {{"serviceName", "kms"}};
  const RequestAttribute same[] = {{"accountId", "acme"}, {"serviceName", "shop"}};
  for (const auto attributes :
       {std::span<const RequestAttribute>(twice), std::span<const RequestAttribute>(other_account),
        std::span<const RequestAttribute>(other_service)}) {
    EXPECT_EQ(
        service.access().Authorize(alice, {"acme", "shop", "shop.item.read", attributes}).reason(),
        Reason::kRequestMalformed);
  }
  EXPECT_TRUE(
      service.access().Authorize(alice, {"acme", "shop", "shop.item.read", same}).allowed());
}

// domain A-1, hazard C38: a key made in acme reaches beta through its owner's policies there, and
// loses it at the next call when beta takes it away; acme is untouched.
TEST(Access, AKeyInheritsAllAccessOfItsIdentityInEveryAccount) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const std::string_view token = key.secret.ExposeSecret();
  service.Grant("acme", service.staff, kReader);
  EXPECT_FALSE(service.Check(token, "shop.item.read", "beta").allowed());
  service.Grant("beta", User("bob"), kWriter);
  EXPECT_TRUE(service.Check(token, "shop.item.write", "beta").allowed());
  EXPECT_FALSE(service.Check(token, "shop.item.write", "acme").allowed());
  Must(service.directory().RemoveMember(service.host(), AccountId("beta"), User("bob"),
                                        IfMatch::Any()));
  EXPECT_EQ(service.Check(token, "shop.item.write", "beta").reason(), Reason::kMembershipNotActive);
  EXPECT_TRUE(service.Check(token, "shop.item.read", "acme").allowed());
  // Re-adding revives nothing [domain D-2].
  Must(service.directory().Invite(service.host(), AccountId("beta"), User("bob")));
  Must(service.directory().AcceptInvitation(service.host(), AccountId("beta"), User("bob"),
                                            IfMatch::Any()));
  EXPECT_EQ(service.Check(token, "shop.item.write", "beta").reason(), Reason::kNoPolicy);
}

// domain P-10, hazard C39: a policy that names another account is refused, and there is no other
// way to write one.
TEST(Access, APolicyCannotNameAnotherAccount) {
  Service service;
  NewPolicy policy;
  policy.account = AccountId("acme");
  policy.subject = User("bob");
  policy.roles = {RoleId(kWriter)};
  policy.resource = {{"accountId", AttributeOperator::kStringEquals, {"beta"}},
                     {"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  EXPECT_EQ(ReasonOf(service.policies().Create(service.host(), policy).status()),
            Reason::kMalformed);
  EXPECT_FALSE(service.access().Authorize(service.As("bob"), kReadBeta).allowed());
}

// domain R-1: limited, listed, monitored, per kind of identity; the owner is restricted too.
TEST(Access, AnAccountMayRefuseOrMarkPrincipalsFromElsewhere) {
  Service service;
  service.Grant("beta", User("bob"), kReader);
  const Principal from_acme = service.As("bob", "acme");
  const Principal from_beta = service.As("bob", "beta");
  const AccountId beta("beta");
  const auto set = [&](ExternalMode mode, std::vector<AccountId> allowed) {
    AccountSettings settings;
    settings.external_users = {mode, std::move(allowed)};
    Must(service.directory().UpdateSettings(service.host(), beta, IfMatch::Any(), settings));
  };
  const Access access = service.access();
  EXPECT_TRUE(access.Authorize(from_acme, kReadBeta).allowed());
  set(ExternalMode::kLimited, {});
  EXPECT_EQ(access.Authorize(from_acme, kReadBeta).reason(), Reason::kExternalIdentity);
  EXPECT_TRUE(access.Authorize(from_beta, kReadBeta).allowed());
  set(ExternalMode::kLimited, {AccountId("acme")});
  EXPECT_TRUE(access.Authorize(from_acme, kReadBeta).allowed());
  set(ExternalMode::kMonitor, {});
  const Decision monitored = access.Authorize(from_acme, kReadBeta);
  EXPECT_TRUE(monitored.allowed());
  EXPECT_TRUE(monitored.limited_would_refuse());
  EXPECT_FALSE(access.Authorize(from_beta, kReadBeta).limited_would_refuse());
}

// domain D-4: every decision in an account that is not open is deny, for its owner too.
TEST(Access, ASuspendedAccountDeniesEverybody) {
  Service service;
  const Principal alice = service.As("alice");
  const AccountId acme("acme");
  Must(service.directory().SetAccountState(service.host(), acme, IfMatch::Any(),
                                           AccountState::kSuspended));
  EXPECT_FALSE(service.access().Authorize(alice, kRead).allowed());
  EXPECT_EQ(ReasonOf(service.directory().GetAccount(Caller::Acting(alice), acme).status()),
            Reason::kNotFound);
  Must(service.directory().SetAccountState(service.host(), acme, IfMatch::Any(),
                                           AccountState::kClosed));
  EXPECT_EQ(ReasonOf(service.directory()
                         .SetAccountState(service.host(), acme, IfMatch::Any(), AccountState::kOpen)
                         .status()),
            Reason::kStateForbids);
}

// hazard C40, domain W-9: a decision made with a key is on the identity tied to it; while a profile
// is applied only the profile counts.
TEST(Access, TheActingIdentityIsTheOneThatCounts) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const Principal profile = service.AsProfile("bob");
  EXPECT_EQ(service.access().Authorize(profile, kRead).reason(), Reason::kNoPolicy);
  service.Grant("acme", service.ops, kWriter);
  EXPECT_TRUE(service.access().Authorize(profile, kRead).allowed());
  EXPECT_EQ(
      service.access().Authorize(service.AsProfile("alice"), {"acme", "kms", "x", {}}).reason(),
      Reason::kNoPolicy)
      << "the owner's ownership does not count through a profile";
  const auto wrong_account =
      service.access().Assert(service.host(), {service.robot, AccountId("beta"), std::nullopt});
  EXPECT_EQ(ReasonOf(wrong_account.status()), Reason::kStateForbids)
      << "a service ID acts only from its owning account";
  const auto not_host =
      service.access().Assert(service.By("alice"), {User("bob"), AccountId("acme"), std::nullopt});
  EXPECT_EQ(ReasonOf(not_host.status()), Reason::kNotAllowed);
}

// hazard C47: each element on its own, all of one snapshot.
TEST(Access, ABatchEqualsItsSingleDecisions) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const Principal bob = service.As("bob");
  const AccessRequest requests[] = {
      kRead, {"acme", "shop", "shop.item.write", {}}, kRead, kReadBeta, {"", "", "", {}}, kRead};
  std::vector<Decision> decisions(std::size(requests));
  service.access().AuthorizeBatch(bob, requests, decisions);
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const Decision single = service.access().Authorize(bob, requests[i]);
    EXPECT_EQ(decisions[i].reason(), single.reason()) << i;
    EXPECT_EQ(decisions[i].outcome(), single.outcome()) << i;
    EXPECT_EQ(decisions[i].revision(), decisions[0].revision()) << i;
  }
  std::vector<Decision> short_one(1, decisions[0]);
  service.access().AuthorizeBatch(bob, requests, short_one);
  EXPECT_EQ(short_one[0].outcome(), Outcome::kFault);
}

// domain section 7 step 5: the answer carries the revision of its snapshot, and it only grows.
TEST(Access, ADecisionNamesItsRevisionAndItsPolicy) {
  Service service;
  const Principal bob = service.As("bob");
  const Decision before = service.access().Authorize(bob, kRead);
  const Policy policy = service.Grant("acme", User("bob"), kReader);
  const Decision after = service.access().Authorize(bob, kRead);
  EXPECT_EQ(after.revision(), before.revision() + 1);
  EXPECT_EQ(after.policy_serial(), policy.serial);
  EXPECT_EQ(after.identity_serial(), bob.identity_serial());
}

// hazard C43, domain A-1: what an identity loses its keys lose at once.
TEST(Access, AKeyLosesWhatItsIdentityLoses) {
  Service service;
  const Policy policy = service.Grant("acme", User("bob"), kWriter);
  const CreatedKey key = service.NewKey("bob");
  ASSERT_TRUE(service.Check(key.secret.ExposeSecret(), "shop.item.write").allowed());
  NewPolicy narrower;
  narrower.account = policy.account;
  narrower.subject = policy.subject;
  narrower.roles = {RoleId(kReader)};
  narrower.resource = policy.resource;
  Must(service.policies().Update(service.host(), policy.account, policy.id,
                                 IfMatch::Tag(policy.entity_tag), narrower));
  EXPECT_EQ(service.Check(key.secret.ExposeSecret(), "shop.item.write").reason(),
            Reason::kNoPolicy);
  EXPECT_TRUE(service.Check(key.secret.ExposeSecret(), "shop.item.read").allowed());
}

// domain A-5, domain W-10: the explanation decides as Authorize does, and is not for strangers.
TEST(Access, ExplainAgreesWithAuthorizeAndNamesTheWay) {
  Service service;
  const Policy policy = service.Grant("acme", service.staff, kReader);
  const Principal bob = service.As("bob");
  const Explanation allowed = Must(service.access().Explain(service.By("bob"), bob, kRead));
  EXPECT_TRUE(allowed.decision.allowed());
  ASSERT_EQ(allowed.grants.size(), 1U);
  EXPECT_EQ(allowed.grants[0].policy, policy.id);
  EXPECT_EQ(allowed.grants[0].group, service.staff);
  const Explanation denied =
      Must(service.access().Explain(service.host(), bob, {"acme", "shop", "shop.item.write", {}}));
  EXPECT_EQ(denied.decision.reason(), Reason::kNoPolicy);
  ASSERT_EQ(denied.near_misses.size(), 1U);
  EXPECT_EQ(denied.near_misses[0].miss, Miss::kRole);
  EXPECT_FALSE(service.access().Explain(service.By("dan"), bob, kRead).ok());
}

// hazard C31, hazard C32, hazard C33: ids and attributes are bytes, not paths and not folded.
TEST(Access, AttributesAreComparedByteByByte) {
  Service service;
  NewPolicy policy;
  policy.account = AccountId("acme");
  policy.subject = User("bob");
  policy.roles = {RoleId(kReader)};
  policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}},
                     {"resource", AttributeOperator::kStringEquals, {"a/b"}}};
  Must(service.policies().Create(service.host(), policy));
  const Principal bob = service.As("bob");
  const auto allowed = [&](std::string_view value) {
    const RequestAttribute attributes[] = {{"resource", value}};
    return service.access()
        .Authorize(bob, {"acme", "shop", "shop.item.read", attributes})
        .allowed();
  };
  EXPECT_TRUE(allowed("a/b"));
  for (const char* other :
       {"a/b/", "a//b", "a/./b", "a/c/../b", "A/b", "a%2fb", "a/b ", "a/bc", "a"}) {
    EXPECT_FALSE(allowed(other)) << other;
  }
  EXPECT_FALSE(service.access().Authorize(bob, kRead).allowed()) << "absent";
  EXPECT_EQ(service.access().Authorize(bob, {"ACME", "shop", "shop.item.read", {}}).reason(),
            Reason::kAccountNotOpen);
}

}  // namespace
}  // namespace latchkey::test
