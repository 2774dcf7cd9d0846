// Network zones and context rules through the roof: who may, versions, limits, and what they do to
// decisions and to administrative acts.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

const AccountId kAcme("acme");

IpAddress Address(std::string_view text) { return *IpAddress::Parse(text); }

std::vector<AddressRange> Ranges(std::vector<std::string_view> texts) {
  std::vector<AddressRange> ranges;
  for (const std::string_view text : texts) ranges.push_back(*AddressRange::Parse(text));
  return ranges;
}

NewNetworkZone Zone(std::vector<std::string_view> addresses,
                    std::vector<std::string_view> excluded = {}) {
  NewNetworkZone zone;
  zone.account = kAcme;
  zone.name = "office";
  zone.addresses = Ranges(std::move(addresses));
  zone.excluded = Ranges(std::move(excluded));
  return zone;
}

NewContextRule Rule(std::string service, std::vector<ZoneId> zones) {
  NewContextRule rule;
  rule.account = kAcme;
  rule.resource = {{"serviceName", AttributeOperator::kStringEquals, {std::move(service)}}};
  rule.contexts = {{std::move(zones)}};
  return rule;
}

latchkey::Service ContextService() {
  latchkey::Service service;
  service.name = "context-based-restrictions";
  service.type = ServiceType::kPlatformService;
  service.roles = {
      {RoleId(kAdministrator),
       "Administrator",
       RoleKind::kPlatform,
       {"cbr.rule.create", "cbr.rule.delete", "cbr.rule.read", "cbr.rule.update",
        "context-based-restrictions.zone.create", "context-based-restrictions.zone.delete",
        "context-based-restrictions.zone.read", "context-based-restrictions.zone.update",
        "iam.policy.create", "iam.policy.delete", "iam.policy.read", "iam.policy.update"}}};
  return service;
}

// Service, with a zone "office" of 10.0.0.0/8 without 10.1.0.0/16, and nothing that names it yet.
class ContextRulesTest : public ::testing::Test {
 protected:
  ContextRulesTest() {
    Must(service.policies().DefineService(service.host(), ContextService()));
    latchkey::Service shop = Must(service.policies().GetService(service.host(), "shop"));
    for (Role& role : shop.roles) {
      if (role.id != RoleId(kAdministrator)) continue;
      for (const char* verb : {"create", "delete", "read", "update"}) {
        role.actions.push_back("cbr.rule." + std::string(verb));
      }
    }
    Must(service.policies().DefineService(service.host(), shop));
    service.Grant("acme", User("bob"), kReader);
    zone = Must(rules().CreateZone(service.host(), Zone({"10.0.0.0/8"}, {"10.1.0.0/16"})));
  }

  [[nodiscard]] ContextRules rules() const { return service.engine().context_rules(); }
  [[nodiscard]] Caller By(std::string_view user, std::string_view address = "") const {
    if (address.empty()) return service.By(user);
    return Caller::Acting(service.As(user), Address(address));
  }
  [[nodiscard]] Decision Read(std::string_view user, std::string_view address = "") const {
    RequestContext context;
    if (!address.empty()) context.source = Address(address);
    return service.access().Authorize(service.As(user), {"acme", "shop", "shop.item.read", {}},
                                      context);
  }
  ContextRule Fence(const std::string& what = "shop") const {
    return Must(rules().CreateRule(service.host(), Rule(what, {zone.id})));
  }

  Service service;
  NetworkZone zone;
};

// domain
TEST_F(ContextRulesTest, ARuleCutsAtOnceAndItsRemovalEndsThat) {
  EXPECT_TRUE(Read("bob").allowed());
  EXPECT_TRUE(Read("alice").allowed());
  const ContextRule rule = Fence();
  for (const char* user : {"bob", "alice"}) {
    EXPECT_EQ(Read(user).reason(), Reason::kContextRule) << user;
    EXPECT_EQ(Read(user, "192.0.2.1").reason(), Reason::kContextRule) << user;
    EXPECT_EQ(Read(user, "10.1.2.3").reason(), Reason::kContextRule) << user;
    EXPECT_TRUE(Read(user, "10.2.3.4").allowed()) << user;
  }
  service.Reopen();
  EXPECT_EQ(Read("bob").reason(), Reason::kContextRule);
  Must(rules().DeleteRule(service.host(), kAcme, rule.id, IfMatch::Any()));
  EXPECT_TRUE(Read("bob").allowed());
}

// domain: a token is asked where it comes from; it authenticates wherever it is
TEST_F(ContextRulesTest, AKeyIsCheckedFromWhereItIsUsed) {
  const CreatedKey key = service.NewKey("bob");
  Fence();
  const std::string_view token = key.secret.ExposeSecret();
  const AccessRequest request{"acme", "shop", "shop.item.read", {}};
  EXPECT_EQ(service.access().Check(token, request).reason(), Reason::kContextRule);
  RequestContext office;
  office.source = Address("10.2.3.4");
  EXPECT_TRUE(service.access().Check(token, request, office).allowed());
  EXPECT_TRUE(service.access().Authenticate(token).authenticated());
}

// domain R-3, hazard C93
TEST_F(ContextRulesTest, BothSpellingsOfAnAddressGetOneAnswer) {
  Fence();
  EXPECT_TRUE(Read("bob", "::ffff:10.2.3.4").allowed());
  EXPECT_EQ(Read("bob", "::ffff:10.1.2.3").reason(), Reason::kContextRule);
  Must(rules().ReplaceZone(service.host(), kAcme, zone.id, IfMatch::Any(),
                           Zone({"::ffff:192.0.2.0/120"})));
  EXPECT_TRUE(Read("bob", "192.0.2.7").allowed());
  EXPECT_TRUE(Read("bob", "::ffff:c000:207").allowed());
  EXPECT_EQ(Read("bob", "::ffff:192.0.3.7").reason(), Reason::kContextRule);
}

// domain A-5
TEST_F(ContextRulesTest, ExplainNamesTheRule) {
  const ContextRule rule = Fence();
  const Explanation explanation = Must(service.access().Explain(
      service.host(), service.As("bob"), {"acme", "shop", "shop.item.read", {}}));
  EXPECT_EQ(explanation.decision.reason(), Reason::kContextRule);
  EXPECT_EQ(explanation.context_rule, rule.id);
  EXPECT_EQ(explanation.grants.size(), 1U);
  EXPECT_NE(explanation.text.find(rule.id.text()), std::string::npos);
}

// domain K-6, L-2
TEST_F(ContextRulesTest, EveryChangeNamesTheVersionThatItRead) {
  EXPECT_EQ(zone.entity_tag.n, 1U);
  NewNetworkZone wanted = Zone({"10.0.0.0/8"}, {"10.1.0.0/16"});
  EXPECT_EQ(Must(rules().ReplaceZone(service.host(), kAcme, zone.id, IfMatch::Tag(zone.entity_tag),
                                     wanted))
                .entity_tag,
            zone.entity_tag)
      << "no change";
  wanted.name = "renamed";
  const NetworkZone renamed = Must(
      rules().ReplaceZone(service.host(), kAcme, zone.id, IfMatch::Tag(zone.entity_tag), wanted));
  EXPECT_EQ(renamed.entity_tag.n, 2U);
  EXPECT_EQ(Must(rules().GetZone(service.host(), kAcme, zone.id)).name, "renamed");
  wanted.name = "again";
  const auto stale = IfMatch::Tag(zone.entity_tag);
  EXPECT_EQ(ReasonOf(rules().ReplaceZone(service.host(), kAcme, zone.id, stale, wanted).status()),
            Reason::kStaleVersion);
  EXPECT_EQ(ReasonOf(rules().DeleteZone(service.host(), kAcme, zone.id, stale)),
            Reason::kStaleVersion);

  const ContextRule rule = Fence();
  NewContextRule off = Rule("shop", {zone.id});
  off.enforcement = Enforcement::kDisabled;
  const ContextRule disabled =
      Must(rules().ReplaceRule(service.host(), kAcme, rule.id, IfMatch::Tag(rule.entity_tag), off));
  EXPECT_EQ(disabled.entity_tag.n, 2U);
  EXPECT_EQ(disabled.created_at, rule.created_at);
  EXPECT_TRUE(Read("bob").allowed());
  const auto old = IfMatch::Tag(rule.entity_tag);
  EXPECT_EQ(ReasonOf(rules()
                         .ReplaceRule(service.host(), kAcme, rule.id, old, Rule("shop", {zone.id}))
                         .status()),
            Reason::kStaleVersion);
  EXPECT_EQ(ReasonOf(rules().DeleteRule(service.host(), kAcme, rule.id, old)),
            Reason::kStaleVersion);
  EXPECT_EQ(Must(rules().GetRule(service.host(), kAcme, rule.id)).entity_tag, disabled.entity_tag);
}

// A rule keeps what it needs.
TEST_F(ContextRulesTest, AZoneInUseStaysAndARuleNamesZonesThatAreThere) {
  const ContextRule rule = Fence();
  EXPECT_EQ(ReasonOf(rules().DeleteZone(service.host(), kAcme, zone.id, IfMatch::Any())),
            Reason::kStateForbids);
  const auto unknown = Rule("shop", {zone.id, ZoneId("unknown")});
  EXPECT_EQ(ReasonOf(rules().CreateRule(service.host(), unknown).status()),
            Reason::kUnknownReference);
  EXPECT_EQ(
      ReasonOf(
          rules().ReplaceRule(service.host(), kAcme, rule.id, IfMatch::Any(), unknown).status()),
      Reason::kUnknownReference);
  Must(rules().DeleteRule(service.host(), kAcme, rule.id, IfMatch::Any()));
  Must(rules().DeleteZone(service.host(), kAcme, zone.id, IfMatch::Any()));
  EXPECT_EQ(ReasonOf(rules().GetZone(service.host(), kAcme, zone.id).status()), Reason::kNotFound);
  EXPECT_EQ(ReasonOf(rules().GetRule(service.host(), kAcme, rule.id).status()), Reason::kNotFound);
  EXPECT_TRUE(Must(rules().ListZones(service.host(), kAcme)).empty());
  EXPECT_TRUE(Must(rules().ListRules(service.host(), kAcme)).empty());
}

// domain P-9, section 9: refused when it is written
TEST(ContextRuleLimits, AreKept) {
  Service service([](Options& options) {
    options.limits.network_zones_per_account = 3;
    options.limits.ranges_per_zone = 3;
    options.limits.ranges_per_account = 5;
    options.limits.context_rules_per_account = 2;
  });
  const ContextRules rules = service.engine().context_rules();
  const auto create = [&](const NewNetworkZone& zone) {
    return rules.CreateZone(service.host(), zone);
  };
  EXPECT_EQ(ReasonOf(create(Zone({"10.0.0.1", "10.0.0.2", "10.0.0.3"}, {"10.0.0.4"})).status()),
            Reason::kLimitExceeded);
  const NetworkZone first = Must(create(Zone({"10.0.0.1", "10.0.0.2"}, {"10.0.0.4"})));
  EXPECT_EQ(ReasonOf(create(Zone({"10.0.0.1", "10.0.0.2", "10.0.0.3"})).status()),
            Reason::kLimitExceeded);
  Must(create(Zone({"10.0.0.1"})));
  const NetworkZone third = Must(create(Zone({"10.0.0.1"})));
  EXPECT_EQ(ReasonOf(create(Zone({"10.0.0.1"})).status()), Reason::kLimitExceeded);
  const auto replace = [&](const NewNetworkZone& zone) {
    return ReasonOf(
        rules.ReplaceZone(service.host(), kAcme, third.id, IfMatch::Any(), zone).status());
  };
  EXPECT_EQ(replace(Zone({"10.0.0.1", "10.0.0.2"})), Reason::kLimitExceeded);
  EXPECT_EQ(replace(Zone({"10.0.0.9"})), Reason::kNone);
  for (int i = 0; i < 2; ++i) Must(rules.CreateRule(service.host(), Rule("shop", {first.id})));
  EXPECT_EQ(ReasonOf(rules.CreateRule(service.host(), Rule("shop", {first.id})).status()),
            Reason::kLimitExceeded);
}

// domain W-10, W-7
TEST_F(ContextRulesTest, RightsAreThoseOfTheTable) {
  const ContextRule rule = Fence();
  const auto view = [&](std::string_view user) {
    return std::pair(ReasonOf(rules().GetZone(By(user, "10.2.3.4"), kAcme, zone.id).status()),
                     ReasonOf(rules().GetRule(By(user, "10.2.3.4"), kAcme, rule.id).status()));
  };
  EXPECT_EQ(view("alice"), std::pair(Reason::kNone, Reason::kNone));
  EXPECT_EQ(view("dan"), std::pair(Reason::kNotFound, Reason::kNotFound));
  EXPECT_EQ(ReasonOf(rules().CreateZone(By("dan"), Zone({"10.0.0.1"})).status()),
            Reason::kNotAllowed);
  EXPECT_TRUE(Must(rules().ListRules(By("dan", "10.2.3.4"), kAcme)).empty());
  EXPECT_EQ(ReasonOf(rules().ListZones(By("dan"), kAcme).status()), Reason::kNotFound);
  service.Grant("acme", User("dan"), kAdministrator, "context-based-restrictions");
  EXPECT_EQ(view("dan"), std::pair(Reason::kNone, Reason::kNotFound));
  EXPECT_EQ(ReasonOf(rules().CreateRule(By("dan", "10.2.3.4"), Rule("shop", {zone.id})).status()),
            Reason::kNotAllowed);
  service.Grant("acme", User("dan"), kAdministrator);
  EXPECT_EQ(view("dan"), std::pair(Reason::kNone, Reason::kNone));
  const ContextRule second =
      Must(rules().CreateRule(By("dan", "10.2.3.4"), Rule("shop", {zone.id})));
  EXPECT_EQ(second.created_by, User("dan"));
  EXPECT_EQ(Must(rules().ListRules(By("dan", "10.2.3.4"), kAcme)).size(), 2U);
}

// domain W-8: what lets more in is for whoever may grant that much
TEST_F(ContextRulesTest, LooseningGrantsAndTighteningDoesNot) {
  service.Grant("acme", User("dan"), kAdministrator, "context-based-restrictions");
  const auto replace = [&](const NewNetworkZone& wanted) {
    return ReasonOf(
        rules().ReplaceZone(By("dan"), kAcme, zone.id, IfMatch::Any(), wanted).status());
  };
  EXPECT_EQ(replace(Zone({"10.0.0.0/8"})), Reason::kNone) << "no rule names it yet";
  const ContextRule rule = Fence();
  EXPECT_EQ(replace(Zone({"10.0.0.0/9"})), Reason::kNone);
  EXPECT_EQ(replace(Zone({"10.0.0.0/8"})), Reason::kNotAllowed);
  EXPECT_EQ(ReasonOf(rules().DeleteZone(By("dan"), kAcme, zone.id, IfMatch::Any())),
            Reason::kNotAllowed);
  Must(rules().ReplaceZone(By("alice"), kAcme, zone.id, IfMatch::Any(), Zone({"10.0.0.0/8"})));

  // Administrator of one resource of the service may tighten, not loosen.
  NewPolicy narrow;
  narrow.account = kAcme;
  narrow.subject = User("bob");
  narrow.roles = {RoleId(kAdministrator)};
  narrow.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}},
                     {"resource", AttributeOperator::kStringEquals, {"counter"}}};
  Must(service.policies().Create(service.host(), narrow));
  NewContextRule counter = Rule("shop", {zone.id});
  counter.resource.push_back({"resource", AttributeOperator::kStringEquals, {"counter"}});
  const Caller bob = By("bob", "10.2.3.4");
  const ContextRule mine = Must(rules().CreateRule(bob, counter));
  counter.description = "of bob";
  Must(rules().ReplaceRule(bob, kAcme, mine.id, IfMatch::Any(), counter));
  counter.enforcement = Enforcement::kDisabled;
  EXPECT_EQ(ReasonOf(rules().ReplaceRule(bob, kAcme, mine.id, IfMatch::Any(), counter).status()),
            Reason::kNotAllowed);
  EXPECT_EQ(ReasonOf(rules().DeleteRule(bob, kAcme, mine.id, IfMatch::Any())), Reason::kNotAllowed);
  Must(rules().DeleteRule(By("alice", "10.2.3.4"), kAcme, mine.id, IfMatch::Any()));
}

// domain W-10, R-3: a rule binds those who administer it; domain W-9: not the host
TEST_F(ContextRulesTest, WhoIsLockedOutNeedsTheHost) {
  const ContextRule rule = Fence();
  EXPECT_EQ(ReasonOf(rules().DeleteRule(By("alice"), kAcme, rule.id, IfMatch::Any())),
            Reason::kNotFound);
  EXPECT_TRUE(Must(rules().ListRules(By("alice"), kAcme)).empty());
  Must(rules().ReplaceZone(service.host(), kAcme, zone.id, IfMatch::Any(), Zone({"203.0.113.9"})));
  EXPECT_EQ(ReasonOf(rules().GetRule(By("alice", "10.2.3.4"), kAcme, rule.id).status()),
            Reason::kNotFound);
  Must(rules().DeleteRule(service.host(), kAcme, rule.id, IfMatch::Any()));
}

// domain W-10, W-1: own keys too
TEST_F(ContextRulesTest, AdministrativeActsPassWithTheirOwnAction) {
  const CreatedKey key = service.NewKey("bob");
  Fence("iam-identity");
  NewApiKey request;
  request.name = "another";
  EXPECT_EQ(ReasonOf(service.keys().Create(By("bob"), request).status()), Reason::kNotAllowed);
  EXPECT_EQ(ReasonOf(service.keys().Get(By("bob"), key.key.id).status()), Reason::kNotFound);
  EXPECT_EQ(ReasonOf(service.keys().Lock(By("bob"), key.key.id, IfMatch::Any()).status()),
            Reason::kNotFound);
  EXPECT_TRUE(service.keys().Get(By("bob", "10.2.3.4"), key.key.id).ok());
  EXPECT_TRUE(service.keys().Create(By("bob", "10.2.3.4"), request).ok());
  EXPECT_TRUE(service.keys().Get(service.host(), key.key.id).ok());
  EXPECT_TRUE(service.directory().ListGroups(By("alice"), kAcme).ok());
}

// domain D-4: in an account that is not open the host can take access away, and give none
TEST_F(ContextRulesTest, AnAccountThatIsNotOpenIsOnlyTightened) {
  const ContextRule rule = Fence();
  Must(service.directory().SetAccountState(service.host(), kAcme, IfMatch::Any(),
                                           AccountState::kSuspended));
  const auto host = service.host();
  EXPECT_EQ(ReasonOf(rules().DeleteRule(host, kAcme, rule.id, IfMatch::Any())),
            Reason::kStateForbids);
  EXPECT_EQ(
      ReasonOf(rules().ReplaceZone(host, kAcme, zone.id, IfMatch::Any(), Zone({"::/0"})).status()),
      Reason::kStateForbids);
  EXPECT_TRUE(
      rules().ReplaceZone(host, kAcme, zone.id, IfMatch::Any(), Zone({"10.2.0.0/16"})).ok());
  EXPECT_TRUE(rules().CreateRule(host, Rule("iam-identity", {zone.id})).ok());
}

// domain P-10, W-7: what is another account's, or nobody's, is not there
TEST_F(ContextRulesTest, AnotherAccountHasNoneOfThis) {
  const AccountId beta("beta");
  const ContextRule rule = Fence();
  EXPECT_EQ(ReasonOf(rules().GetZone(service.host(), beta, zone.id).status()), Reason::kNotFound);
  EXPECT_EQ(ReasonOf(rules().GetRule(service.host(), beta, rule.id).status()), Reason::kNotFound);
  NewContextRule theirs = Rule("shop", {zone.id});
  theirs.account = beta;
  EXPECT_EQ(ReasonOf(rules().CreateRule(service.host(), theirs).status()),
            Reason::kUnknownReference);
  EXPECT_EQ(
      ReasonOf(
          rules().ReplaceRule(service.host(), kAcme, rule.id, IfMatch::Any(), theirs).status()),
      Reason::kMalformed);
  theirs.account = AccountId("nowhere");
  EXPECT_EQ(ReasonOf(rules().CreateRule(service.host(), theirs).status()), Reason::kNotFound);
  EXPECT_EQ(ReasonOf(rules().ListRules(service.host(), AccountId("nowhere")).status()),
            Reason::kNotFound);
  service.Grant("beta", User("bob"), kReader);
  EXPECT_TRUE(service.access()
                  .Authorize(service.As("bob", "beta"), {"beta", "shop", "shop.item.read", {}})
                  .allowed());
}

// domain C-1
TEST_F(ContextRulesTest, ChangesAreInTheFeed) {
  const std::uint64_t before = Must(service.engine().Info()).revision;
  const ContextRule rule = Fence();
  const ChangePage page = Must(service.engine().feed().Read(service.host(), before, 10));
  ASSERT_EQ(page.changes.size(), 1U);
  EXPECT_EQ(page.changes[0].act, "context_rule.create");
  EXPECT_EQ(page.changes[0].object, rule.id.text());
  ASSERT_EQ(page.changes[0].objects.size(), 1U);
  EXPECT_EQ(page.changes[0].objects[0].table, "context_rules");
}

}  // namespace
}  // namespace latchkey::test
