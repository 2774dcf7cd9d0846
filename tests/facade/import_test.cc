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

}  // namespace
}  // namespace latchkey::test
