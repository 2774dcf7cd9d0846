// What a zone and a rule must be to be stored, and which changes are taken for loosening.
#include "engine/authz/context_check.h"

#include <string>

#include "gtest/gtest.h"

#include "latchkey/status.h"

namespace latchkey::authz {
namespace {

using Op = AttributeOperator;

AddressRange Range(std::string_view text) { return *AddressRange::Parse(text); }

NewNetworkZone GoodZone() {
  NewNetworkZone zone;
  zone.account = AccountId("acct");
  zone.name = "office";
  zone.addresses = {Range("10.0.0.0/8"), Range("2001:db8::/32")};
  zone.excluded = {Range("10.1.0.0/16")};
  return zone;
}

NewContextRule GoodRule() {
  NewContextRule rule;
  rule.account = AccountId("acct");
  rule.resource = {{"serviceName", Op::kStringEquals, {"kms"}},
                   {"region", Op::kStringMatchAnyOf, {"eu-*", "us-*"}}};
  rule.contexts = {{{ZoneId("zone-1"), ZoneId("zone-2")}}, {{ZoneId("zone-3")}}};
  return rule;
}

template <class Changed, class Change>
Reason Refusal(Changed changed, Change change) {
  change(changed);
  if constexpr (std::is_same_v<Changed, NewNetworkZone>)
    return ReasonOf(CheckZone(changed));
  else
    return ReasonOf(CheckContextRule(changed));
}

// domain R-3, domain P-9
TEST(ContextCheck, AZoneHasANameAndRangesThatAreRanges) {
  EXPECT_TRUE(CheckZone(GoodZone()).ok());
  const auto refuse = [](auto change) { return Refusal(GoodZone(), change); };
  using Zone = NewNetworkZone;
  EXPECT_EQ(refuse([](Zone& z) { z.account = AccountId(); }), Reason::kMalformed);
  EXPECT_EQ(refuse([](Zone& z) { z.name.clear(); }), Reason::kMalformed);
  EXPECT_EQ(refuse([](Zone& z) { z.name.assign(128, 'n'); }), Reason::kNone);
  EXPECT_EQ(refuse([](Zone& z) { z.name.assign(129, 'n'); }), Reason::kMalformed);
  EXPECT_EQ(refuse([](Zone& z) { z.name = "\xff"; }), Reason::kInvalidUtf8);
  EXPECT_EQ(refuse([](Zone& z) { z.description.assign(301, 'd'); }), Reason::kMalformed);
  EXPECT_EQ(refuse([](Zone& z) { z.addresses.clear(); }), Reason::kMalformed);
  EXPECT_EQ(refuse([](Zone& z) { z.excluded.clear(); }), Reason::kNone);
  const auto turn = [](AddressRange& range) { std::swap(range.first, range.last); };
  EXPECT_EQ(refuse([&](Zone& z) { turn(z.addresses[1]); }), Reason::kMalformed);
  EXPECT_EQ(refuse([&](Zone& z) { turn(z.excluded[0]); }), Reason::kMalformed);
}

// domain R-3, domain P-9
TEST(ContextCheck, ARuleIsAboutAServiceAndNamesZones) {
  EXPECT_TRUE(CheckContextRule(GoodRule()).ok());
  const auto refuse = [](auto change) { return Refusal(GoodRule(), change); };
  using Rule = NewContextRule;
  EXPECT_EQ(refuse([](Rule& r) { r.account = AccountId(); }), Reason::kMalformed);
  EXPECT_EQ(refuse([](Rule& r) { r.description.assign(301, 'd'); }), Reason::kMalformed);
  EXPECT_EQ(refuse([](Rule& r) { r.contexts.clear(); }), Reason::kMalformed);
  EXPECT_EQ(refuse([](Rule& r) { r.contexts[1].zones.clear(); }), Reason::kMalformed);
  EXPECT_EQ(refuse([](Rule& r) { r.contexts[1].zones = {ZoneId("a b")}; }), Reason::kMalformed);
  EXPECT_EQ(refuse([](Rule& r) { r.contexts.resize(kRuleContextsMax, r.contexts[0]); }),
            Reason::kNone);
  EXPECT_EQ(refuse([](Rule& r) { r.contexts.resize(kRuleContextsMax + 1, r.contexts[0]); }),
            Reason::kMalformed);
  EXPECT_EQ(refuse([](Rule& r) { r.contexts[0].zones.resize(kContextZonesMax, ZoneId("z")); }),
            Reason::kNone);
  EXPECT_EQ(refuse([](Rule& r) { r.contexts[0].zones.resize(kContextZonesMax + 1, ZoneId("z")); }),
            Reason::kMalformed);
  EXPECT_EQ(refuse([](Rule& r) { r.enforcement = static_cast<Enforcement>(3); }),
            Reason::kMalformed);
}

// domain R-3, P-3: as of a policy, but always by service, and never by an attribute's absence
TEST(ContextCheck, ARulesResourceIsThatOfAPolicyByService) {
  const auto with = [](std::vector<ResourceAttribute> resource) {
    return Refusal(GoodRule(), [&](NewContextRule& rule) { rule.resource = resource; });
  };
  EXPECT_EQ(with({{"serviceType", Op::kStringEquals, {"service"}}}), Reason::kNone);
  EXPECT_EQ(with({{"service_group_id", Op::kStringEquals, {"IAM"}}}), Reason::kNone);
  EXPECT_EQ(
      with({{"accountId", Op::kStringEquals, {"acct"}}, {"serviceName", Op::kStringMatch, {"*"}}}),
      Reason::kNone);
  EXPECT_EQ(with({}), Reason::kMalformed);
  EXPECT_EQ(with({{"accountId", Op::kStringEquals, {"other"}},
                  {"serviceName", Op::kStringEquals, {"kms"}}}),
            Reason::kMalformed);
  EXPECT_EQ(with({{"resourceGroupId", Op::kStringEquals, {"g"}}}), Reason::kMalformed);
  EXPECT_EQ(with({{"resourceType", Op::kStringEquals, {"resource-group"}},
                  {"resource", Op::kStringEquals, {"g"}}}),
            Reason::kMalformed);
  EXPECT_EQ(
      with({{"serviceName", Op::kStringEquals, {"kms"}}, {"region", Op::kStringExists, {"true"}}}),
      Reason::kMalformed);
  EXPECT_EQ(with({{"serviceName", Op::kStringEquals, {"kms"}},
                  {"serviceName", Op::kStringEquals, {"kms"}}}),
            Reason::kMalformed);
}

NetworkZone ZoneOf(std::vector<std::string_view> addresses,
                   std::vector<std::string_view> excluded) {
  NetworkZone zone;
  for (const std::string_view text : addresses) zone.addresses.push_back(Range(text));
  for (const std::string_view text : excluded) zone.excluded.push_back(Range(text));
  return zone;
}

// domain W-8: what is not shown to let in fewer is taken to let in more
TEST(ContextCheck, AZoneThatIsNotShownToShrinkLoosens) {
  const NetworkZone before = ZoneOf({"10.0.0.0/8", "192.0.2.0/24"}, {"10.1.0.0/16"});
  const auto loosens = [&](std::vector<std::string_view> addresses,
                           std::vector<std::string_view> excluded) {
    return Loosens(before, ZoneOf(std::move(addresses), std::move(excluded)));
  };
  EXPECT_FALSE(Loosens(before, before));
  EXPECT_FALSE(loosens({"10.2.0.0/16"}, {"10.1.0.0/16"}));
  EXPECT_FALSE(loosens({"10.0.0.0/9", "10.128.0.0/9", "10.9.9.9"}, {"10.0.0.0/8"}));
  EXPECT_FALSE(loosens({"192.0.2.0/24"}, {"10.1.0.0/16", "::/0"}));
  EXPECT_TRUE(loosens({"10.0.0.0/8", "192.0.2.0/24", "192.0.3.1"}, {"10.1.0.0/16"}));
  EXPECT_TRUE(loosens({"10.0.0.0/7"}, {"10.1.0.0/16"}));
  EXPECT_TRUE(loosens({"9.255.255.255-10.0.0.1"}, {"10.1.0.0/16"}));
  EXPECT_TRUE(loosens({"10.0.0.0/8"}, {}));
  EXPECT_TRUE(loosens({"10.0.0.0/8"}, {"10.1.0.0/17"}));
  // What was excluded may be forgotten if no address that is left lies in it.
  EXPECT_FALSE(loosens({"10.2.0.0-10.2.0.5"}, {}));
  EXPECT_FALSE(loosens({"10.0.0.0-10.0.255.255"}, {}));
  EXPECT_TRUE(loosens({"10.1.255.255-10.2.0.5"}, {}));
  EXPECT_TRUE(loosens({"10.0.0.0-10.1.0.0"}, {}));
  // Equal, but only together: not shown by one range.
  EXPECT_TRUE(loosens({"10.0.0.0/8"}, {"10.1.0.0/17", "10.1.128.0/17"}));
}

ContextRule RuleOf(std::vector<ResourceAttribute> resource, std::vector<RuleContext> contexts,
                   Enforcement enforcement = Enforcement::kEnabled) {
  ContextRule rule;
  rule.resource = std::move(resource);
  rule.contexts = std::move(contexts);
  rule.enforcement = enforcement;
  return rule;
}

// domain W-8, R-3
TEST(ContextCheck, ARuleThatIsNotShownToShrinkLoosens) {
  const ResourceAttribute kms{"serviceName", Op::kStringEquals, {"kms"}};
  const ResourceAttribute any{"serviceName", Op::kStringMatch, {"*"}};
  const ResourceAttribute region{"region", Op::kStringEquals, {"eu"}};
  const ZoneId a("a");
  const ZoneId b("b");
  const ZoneId c("c");
  const std::vector<RuleContext> contexts = {{{a, b}}, {{c}}};
  const ContextRule before = RuleOf({kms, region}, contexts);
  EXPECT_FALSE(Loosens(before, before));
  EXPECT_FALSE(Loosens(before, RuleOf({region, kms}, contexts)));
  EXPECT_FALSE(Loosens(before, RuleOf({kms}, contexts)));
  EXPECT_FALSE(Loosens(before, RuleOf({kms, region}, {{{c}}})));
  EXPECT_FALSE(Loosens(before, RuleOf({kms, region}, {{{c, a}}, {{b}}})));
  EXPECT_TRUE(Loosens(before, RuleOf({kms, region}, {{{a, ZoneId("d")}}})));
  EXPECT_TRUE(Loosens(before, RuleOf({any, region}, contexts)));
  EXPECT_TRUE(Loosens(RuleOf({kms}, contexts), before));
  EXPECT_TRUE(Loosens(before, RuleOf({kms, region}, contexts, Enforcement::kDisabled)));
  const ContextRule off = RuleOf({kms}, {{{a}}}, Enforcement::kDisabled);
  EXPECT_FALSE(Loosens(off, RuleOf({kms, region}, contexts)));
  EXPECT_FALSE(Loosens(off, RuleOf({any}, contexts, Enforcement::kDisabled)));
}

}  // namespace
}  // namespace latchkey::authz
