// Import of an organisation: whole or not at all, every fault with its path.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "facade/service.h"

namespace latchkey::test {
namespace {

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class Import : public ::testing::Test {
 protected:
  Import()
      : engine_(Must(Engine::Open(testing::FastOptions(store_, clock_)))),
        organisation_(ReadAll(LATCHKEY_SOURCE_DIR "/engine/hosts/demo/organisation.json")) {
    Must(engine_.policies().LoadCatalogue(
        Caller::TrustedHost(), ReadAll(LATCHKEY_SOURCE_DIR "/tests/data/catalogue_excerpt.json")));
  }

  // The organisation with the first `from` replaced.
  std::string With(const std::string& from, const std::string& to) const {
    std::string changed = organisation_;
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return changed.replace(at, from.size(), to);
  }

  testing::TemporaryStore store_;
  testing::ManualClock clock_;
  Engine engine_;
  std::string organisation_;
};

// domain W-8: import is for the trusted host; one revision for all of it.
TEST_F(Import, MakesEverythingInOneMutation) {
  const std::uint64_t before = Must(engine_.Info()).revision;
  const ImportReport report =
      Must(engine_.directory().Import(Caller::TrustedHost(), organisation_));
  EXPECT_EQ(report.accounts, 3U);
  EXPECT_EQ(report.users, 12U);
  EXPECT_EQ(report.groups, 6U);
  EXPECT_GE(report.policies, 20U);
  EXPECT_EQ(report.revision, before + 1);
  EXPECT_EQ(Must(engine_.Info()).revision, before + 1);
  const Principal dave = Must(engine_.access().Assert(
      Caller::TrustedHost(), {IamId("IBMid-dave"), AccountId("acme"), std::nullopt}));
  const auto again = engine_.directory().Import(Caller::Acting(dave), organisation_);
  EXPECT_EQ(ReasonOf(again.status()), Reason::kNotAllowed);
}

// domain P-8, P-5, W-8: a policy's rule comes in with it, and one that cannot be evaluated keeps
// the whole out
TEST_F(Import, CarriesTheRulesOfPolicies) {
  const auto with_rule = [&](const std::string& value) {
    return With(R"("type": "access",)",
                R"("type": "access", "pattern": "time-based-conditions:weekly:all-day",)"
                R"("rule": {"key": "{{environment.attributes.day_of_week}}",)"
                R"("operator": "dayOfWeekEquals", "value": ")" +
                    value + R"("},)");
  };
  const absl::Status refused =
      engine_.directory().Import(Caller::TrustedHost(), with_rule("8+00:00")).status();
  EXPECT_EQ(ReasonOf(refused), Reason::kMalformed);
  EXPECT_NE(std::string(refused.message()).find("policies[0]"), std::string::npos)
      << refused.message();
  Must(engine_.directory().Import(Caller::TrustedHost(), with_rule("5+00:00")));
  int ruled = 0;
  for (const Policy& policy :
       Must(engine_.policies().List(Caller::TrustedHost(), AccountId("acme")))) {
    if (!policy.rule.has_value()) continue;
    ++ruled;
    EXPECT_EQ(policy.pattern, "time-based-conditions:weekly:all-day");
    EXPECT_EQ(policy.rule->groups.at(0).conditions.at(0).values.at(0), "5+00:00");
  }
  EXPECT_EQ(ruled, 1);
}

// hazard C52's rule for import: all or nothing, and the path of the fault.
TEST_F(Import, AFaultAnywhereLeavesNothingAndNamesItsPath) {
  struct Case {
    const char* from;
    const char* to;
    Reason reason;
    const char* path;
  };
  const Case cases[] = {
      {R"("owner": "IBMid-bob")", R"("owner": "IBMid-nobody")", Reason::kUnknownReference,
       "accounts[1]"},
      {R"("name": "Partners")", R"("nome": "Partners")", Reason::kUnknownField,
       "accounts[1].groups[0]"},
      {R"("state": "suspended")", R"("state": "sleeping")", Reason::kMalformed,
       "accounts[1].members[2].state"},
      {R"("name": "Guests")", R"("name": "")", Reason::kMalformed, "accounts[2].groups[0]"},
      {"serviceRole:Writer", "serviceRole:Wryter", Reason::kUnknownReference,
       "accounts[0].policies[0]"},
      {R"("iam_id": "IBMid-alice")", R"("iam_id": "Other-alice")", Reason::kMalformed, "users[0]"},
      {R"("kms.keyrings.list")", R"("iam-identity.apikey.manage")", Reason::kUnknownReference,
       "accounts[0].custom_roles[0]"},
  };
  const std::uint64_t before = Must(engine_.Info()).revision;
  for (const Case& test : cases) {
    SCOPED_TRACE(test.path);
    const auto result = engine_.directory().Import(Caller::TrustedHost(), With(test.from, test.to));
    EXPECT_EQ(ReasonOf(result.status()), test.reason) << result.status().message();
    EXPECT_NE(std::string(result.status().message()).find(test.path), std::string::npos)
        << result.status().message();
  }
  EXPECT_EQ(ReasonOf(engine_.directory().Import(Caller::TrustedHost(), "{").status()),
            Reason::kMalformed);
  EXPECT_EQ(Must(engine_.Info()).revision, before);
  EXPECT_EQ(
      ReasonOf(engine_.directory().GetAccount(Caller::TrustedHost(), AccountId("acme")).status()),
      Reason::kNotFound);
}

// domain R-3: zones and rules come with their account, under the ids of the file
TEST_F(Import, BringsNetworkZonesAndContextRules) {
  const std::string rules = R"("network_zones":[{"id":"office","name":"Office",
      "addresses":["10.0.0.0/8","2001:db8::1-2001:db8::9"],"excluded":["10.1.2.3"]}],
      "context_rules":[{"id":"fence","resource":{"attributes":[
          {"key":"serviceName","operator":"stringEquals","value":"cloud-object-storage"}]},
          "contexts":[{"zones":["office"]}],"enforcement_mode":"disabled"}],)";
  const std::string at = "\"account_id\"";
  const ImportReport report =
      Must(engine_.directory().Import(Caller::TrustedHost(), With(at, rules + at)));
  EXPECT_EQ(report.network_zones, 1U);
  EXPECT_EQ(report.context_rules, 1U);
  const AccountId acme("acme");
  const NetworkZone zone =
      Must(engine_.context_rules().GetZone(Caller::TrustedHost(), acme, ZoneId("office")));
  EXPECT_EQ(zone.addresses[1].ToString(), "2001:db8::1-2001:db8::9");
  const ContextRule rule =
      Must(engine_.context_rules().GetRule(Caller::TrustedHost(), acme, ContextRuleId("fence")));
  EXPECT_EQ(rule.enforcement, Enforcement::kDisabled);
  EXPECT_EQ(rule.resource.front().key, "accountId");
}

// domain R-3: a range, a mode or a zone that is none is refused at its place, and nothing is made
TEST_F(Import, RefusesRestrictionsThatItCannotKeep) {
  struct Case {
    std::string zones;
    std::string rule;
    Reason reason;
    std::string path;
  };
  const std::string zone = R"({"id":"z","name":"Z","addresses":["10.0.0.1"]})";
  const std::string resource = R"("resource":{"attributes":[
      {"key":"serviceName","operator":"stringEquals","value":"cloud-object-storage"}]})";
  const std::string in_z = R"("contexts":[{"zones":["z"]}])";
  for (const Case& refused : std::vector<Case>{
           {R"({"id":"z","name":"Z","addresses":["10.0.0.1/8"]})", "", Reason::kMalformed,
            "network_zones[0].addresses[0]"},
           {R"({"id":"z","name":"Z","addresses":[]})", "", Reason::kMalformed, "network_zones[0]"},
           {zone + "," + zone, "", Reason::kAlreadyExists, "network_zones[1]"},
           {"", R"({"id":"r",)" + resource + "," + in_z + "}", Reason::kUnknownReference,
            "context_rules[0]"},
           {zone, R"({"id":"r",)" + resource + "," + in_z + R"(,"enforcement_mode":"report"})",
            Reason::kUnsupported, "context_rules[0].enforcement_mode"},
           {zone, R"({"id":"r",)" + resource + R"(,"contexts":[]})", Reason::kMalformed,
            "context_rules[0]"}}) {
    const std::string at = "\"account_id\"";
    const auto status =
        engine_.directory()
            .Import(Caller::TrustedHost(),
                    With(at, R"("network_zones":[)" + refused.zones + R"(],"context_rules":[)" +
                                 refused.rule + "]," + at))
            .status();
    EXPECT_EQ(ReasonOf(status), refused.reason) << status;
    EXPECT_NE(std::string(status.message()).find(refused.path), std::string::npos) << status;
  }
  EXPECT_EQ(
      ReasonOf(engine_.directory().GetAccount(Caller::TrustedHost(), AccountId("acme")).status()),
      Reason::kNotFound);
}

}  // namespace
}  // namespace latchkey::test
